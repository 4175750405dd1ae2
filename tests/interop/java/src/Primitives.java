import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.SM2Signer;

/** The questions of tests/vectors/vector_asked.py put to BouncyCastle as it is: bytes in hex, no check added. */
final class Primitives {
    private static final String NOT_ASKED = "not asked";
    private static final X9ECParameters CURVE = GMNamedCurves.getByName("sm2p256v1");
    private static final ECDomainParameters DOMAIN =
            new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());
    private static final HexFormat HEX = HexFormat.of();

    private Primitives() {}

    static Object answer(Map<String, Object> one) throws Exception {
        return switch (one.get("op").toString()) {
            case "sm2_verify" -> verify(one);
            case "sm2_pair" -> pair(bytes(one, "private"));
            case "sm3" -> digest(one);
            case "hmac_sm3" -> mac(bytes(one, "key"), bytes(one, "msg"));
            case "sm4_block" -> block(bytes(one, "key"), bytes(one, "block"), Integer.parseInt(one.get("times").toString()));
            case "sm4_encrypt" -> padded(true, one);
            case "sm4_decrypt" -> padded(false, one);
            default -> throw new IllegalArgumentException("unknown op");
        };
    }

    private static Object verify(Map<String, Object> one) {
        byte[] key = bytes(one, "public");
        if (key.length == 64) return NOT_ASKED; // it takes encoded points only
        SM2Signer signer = new SM2Signer(PlainDSAEncoding.INSTANCE, new SM3Digest());
        ECPublicKeyParameters point = new ECPublicKeyParameters(DOMAIN.getCurve().decodePoint(key), DOMAIN);
        signer.init(false, new ParametersWithID(point, bytes(one, "id")));
        byte[] message = bytes(one, "msg");
        signer.update(message, 0, message.length);
        return signer.verifySignature(bytes(one, "sig"));
    }

    private static String pair(byte[] key) {
        if (key.length != 32) return NOT_ASKED; // it takes a number
        ECPrivateKeyParameters made = new ECPrivateKeyParameters(new BigInteger(1, key), DOMAIN);
        return HEX.formatHex(DOMAIN.getG().multiply(made.getD()).normalize().getEncoded(false));
    }

    private static String digest(Map<String, Object> one) {
        SM3Digest digest = new SM3Digest();
        byte[] part = one.containsKey("part") ? bytes(one, "part") : bytes(one, "msg");
        int times = one.containsKey("part") ? Integer.parseInt(one.get("times").toString()) : 1;
        for (int at = 0; at < times; at++) digest.update(part, 0, part.length);
        byte[] out = new byte[digest.getDigestSize()];
        digest.doFinal(out, 0);
        return HEX.formatHex(out);
    }

    private static String mac(byte[] key, byte[] message) {
        HMac mac = new HMac(new SM3Digest());
        mac.init(new KeyParameter(key));
        mac.update(message, 0, message.length);
        byte[] out = new byte[mac.getMacSize()];
        mac.doFinal(out, 0);
        return HEX.formatHex(out);
    }

    private static String block(byte[] key, byte[] block, int times) {
        SM4Engine engine = new SM4Engine();
        engine.init(true, new KeyParameter(key));
        for (int at = 0; at < times; at++) engine.processBlock(block, 0, block, 0);
        return HEX.formatHex(block);
    }

    private static String padded(boolean encrypt, Map<String, Object> one) throws Exception {
        boolean chained = "Cbc".equals(one.get("mode"));
        PaddedBufferedBlockCipher cipher = new PaddedBufferedBlockCipher(
                chained ? new CBCBlockCipher(new SM4Engine()) : new SM4Engine(), new PKCS7Padding());
        KeyParameter key = new KeyParameter(bytes(one, "key"));
        cipher.init(encrypt, chained ? new ParametersWithIV(key, bytes(one, "iv")) : key);
        byte[] input = bytes(one, "data");
        byte[] output = new byte[cipher.getOutputSize(input.length)];
        int length = cipher.processBytes(input, 0, input.length, output, 0);
        length += cipher.doFinal(output, length);
        return HEX.formatHex(Arrays.copyOf(output, length));
    }

    private static byte[] bytes(Map<String, Object> one, String name) {
        return HEX.parseHex(one.get(name).toString());
    }
}
