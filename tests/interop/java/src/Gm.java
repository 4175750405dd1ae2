import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/** SM2, SM3, SM4 by BouncyCastle; key and cipher texts as sheet 3.3 and 4. */
final class Gm {
    static final String DEFAULT_USER_ID = "1234567812345678";
    private static final X9ECParameters CURVE = GMNamedCurves.getByName("sm2p256v1");
    private static final ECDomainParameters DOMAIN =
            new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Gm() {}

    /** base64 of the unsigned scalar, 32 bytes or 33 with a leading 00. */
    static ECPrivateKeyParameters privateKey(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (bytes.length != 32 && !(bytes.length == 33 && bytes[0] == 0)) {
            throw new IllegalArgumentException("私钥应为 32 字节, 实为 " + bytes.length + " 字节");
        }
        return new ECPrivateKeyParameters(new BigInteger(1, bytes), DOMAIN);
    }

    /** base64 of 04||X||Y or X||Y. */
    static ECPublicKeyParameters publicKey(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (bytes.length == 64) {
            byte[] full = new byte[65];
            full[0] = 4;
            System.arraycopy(bytes, 0, full, 1, 64);
            bytes = full;
        }
        return new ECPublicKeyParameters(DOMAIN.getCurve().decodePoint(bytes), DOMAIN);
    }

    static ECPrivateKeyParameters freshKey() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new ECPrivateKeyParameters(new BigInteger(1, bytes).mod(DOMAIN.getN()).max(BigInteger.ONE), DOMAIN);
    }

    /** base64 of r||s (64 bytes), or of the DER form when `der`. A `nonce` is for known answers only. */
    static String sign(String text, ECPrivateKeyParameters key, String userId, boolean der, byte[] nonce) {
        SM2Signer signer = new SM2Signer(der ? StandardDSAEncoding.INSTANCE : PlainDSAEncoding.INSTANCE, new SM3Digest());
        SecureRandom random = nonce == null ? new SecureRandom() : new Fixed(nonce);
        signer.init(true, new ParametersWithID(new ParametersWithRandom(key, random), userId.getBytes(StandardCharsets.UTF_8)));
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        signer.update(message, 0, message.length);
        try {
            return Base64.getEncoder().encodeToString(signer.generateSignature());
        } catch (CryptoException error) {
            throw new IllegalStateException(error);
        }
    }

    static boolean verify(String text, String signature, ECPublicKeyParameters key, String userId) {
        byte[] raw;
        try {
            raw = Base64.getDecoder().decode(signature);
        } catch (IllegalArgumentException error) {
            return false;
        }
        if (raw.length != 64) return false;
        SM2Signer signer = new SM2Signer(PlainDSAEncoding.INSTANCE, new SM3Digest());
        signer.init(false, new ParametersWithID(key, userId.getBytes(StandardCharsets.UTF_8)));
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        signer.update(message, 0, message.length);
        return signer.verifySignature(raw);
    }

    /** Sheet 4, steps 1 to 3: 16 ASCII bytes. */
    static byte[] messageKey(String appId, String appSecret) {
        return HEX.formatHex(secretCipher(appId, appSecret)).substring(0, 16).getBytes(StandardCharsets.US_ASCII);
    }

    /** Sheet 4, step 2: the secret under the first 16 characters of the appId. */
    static byte[] secretCipher(String appId, String appSecret) {
        byte[] first = appId.substring(0, 16).getBytes(StandardCharsets.US_ASCII);
        try {
            return sm4(true, appSecret.getBytes(StandardCharsets.UTF_8), first);
        } catch (InvalidCipherTextException error) {
            throw new IllegalStateException(error);
        }
    }

    static String encrypt(String plain, byte[] key) {
        try {
            return HEX.formatHex(sm4(true, plain.getBytes(StandardCharsets.UTF_8), key));
        } catch (InvalidCipherTextException error) {
            throw new IllegalStateException(error);
        }
    }

    /** Hex of any case to text; bad hex, padding or UTF-8 is an IllegalArgumentException. */
    static String decrypt(String cipher, byte[] key) {
        try {
            byte[] plain = sm4(false, HexFormat.of().parseHex(cipher), key);
            return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(plain)).toString();
        } catch (InvalidCipherTextException | java.nio.charset.CharacterCodingException error) {
            throw new IllegalArgumentException("encData 解密失败: " + error.getMessage());
        } catch (RuntimeException error) {
            throw new IllegalArgumentException("encData 不是整块的十六进制密文");
        }
    }

    private static byte[] sm4(boolean encrypt, byte[] input, byte[] key) throws InvalidCipherTextException {
        PaddedBufferedBlockCipher cipher = new PaddedBufferedBlockCipher(new SM4Engine(), new PKCS7Padding());
        cipher.init(encrypt, new KeyParameter(key));
        byte[] output = new byte[cipher.getOutputSize(input.length)];
        int length = cipher.processBytes(input, 0, input.length, output, 0);
        length += cipher.doFinal(output, length);
        return Arrays.copyOf(output, length);
    }

    /** Gives the same bytes for ever: the nonce of a known answer. */
    private static final class Fixed extends SecureRandom {
        private final transient byte[] bytes;

        Fixed(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(bytes, bytes.length - target.length, target, 0, target.length);
        }
    }
}
