import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;

/** The sealed envelope of the mobile payment centre (sheet 2, 3, 4). Written from the sheet, shares no code with Python. */
final class Envelope {
    /** An institution's side of the channel: its own private key, the platform's public key. */
    record Keys(String appId, String appSecret, String version, ECPrivateKeyParameters own, ECPublicKeyParameters peer) {}

    /** What was opened; `data` is null when the message carried none. */
    record Opened(Map<String, Object> envelope, Object data) {}

    /** Why a message cannot be believed, one Chinese sentence. */
    static final class Unbelievable extends Exception {
        Unbelievable(String message) {
            super(message);
        }
    }

    static final long WINDOW_MS = 300_000;
    private static final Set<String> UNSIGNED = Set.of("signData", "encData", "extra");
    private static final ZoneOffset BEIJING = ZoneOffset.ofHours(8);
    private static final DateTimeFormatter FOURTEEN = DateTimeFormatter.ofPattern("uuuuMMddHHmmss");
    private static final DateTimeFormatter DASHED = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final Comparator<String> BY_CODE = Comparator.naturalOrder();
    private static final Comparator<String> NO_CASE = String.CASE_INSENSITIVE_ORDER.thenComparing(BY_CODE);

    private Envelope() {}

    static String beijing14(long ms) {
        return FOURTEEN.format(Instant.ofEpochMilli(ms).atOffset(BEIJING));
    }

    static String beijingDashed(long ms) {
        return DASHED.format(Instant.ofEpochMilli(ms).atOffset(BEIJING));
    }

    /** Unix ms of one of the three forms of sheet 2.1, or -1. */
    static long timestampMs(String text) {
        try {
            return switch (text.length()) {
                case 14 -> LocalDateTime.parse(text, FOURTEEN).toInstant(BEIJING).toEpochMilli();
                case 13 -> Long.parseLong(text);
                case 10 -> Long.parseLong(text) * 1000;
                default -> -1;
            };
        } catch (RuntimeException error) {
            return -1;
        }
    }

    /** The text that is signed; `envelope` carries the plaintext `data`. */
    static String signText(Map<String, Object> envelope, String secret, Fault fault) {
        Comparator<String> order = fault == Fault.NOCASE_SORT ? NO_CASE : BY_CODE;
        Map<String, Object> sorted = new TreeMap<>(order);
        sorted.putAll(envelope);
        List<String> parts = new ArrayList<>();
        sorted.forEach((key, value) -> {
            if (!UNSIGNED.contains(key) && !isEmpty(value)) {
                boolean node = value instanceof Map || value instanceof List;
                parts.add(key + "=" + (node ? Json.write(clean(value, order, fault == Fault.BARE_NUMBERS)) : value.toString()));
            }
        });
        return String.join("&", parts) + (fault == Fault.NO_KEY_TAIL ? "" : "&key=" + secret);
    }

    private static boolean isEmpty(Object value) {
        return value == null || "".equals(value) || (value instanceof List<?> list && list.isEmpty());
    }

    /** Sheet 3.2, SDK family: empties dropped at every level, keys in code-unit order, every scalar a quoted string. */
    private static Object clean(Object value, Comparator<String> order, boolean bare) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> made = new TreeMap<>(order);
            map.forEach((key, item) -> {
                if (!isEmpty(item)) made.put((String) key, clean(item, order, bare));
            });
            return made;
        }
        if (value instanceof List<?> list) {
            List<Object> made = new ArrayList<>();
            for (Object item : list) if (item != null && !"".equals(item)) made.add(clean(item, order, bare));
            return made;
        }
        return bare ? value : value.toString();
    }

    /** The body text of a request. Sign first, then encrypt; `fault` spoils it on purpose. */
    static String seal(Map<String, Object> data, Keys keys, long nowMs, Fault fault) {
        Map<String, Object> envelope = Json.of(
                "appId", keys.appId(),
                "version", fault == Fault.ENV_VERSION_WRONG ? "1.0.0" : keys.version(),
                "encType", "SM4",
                "signType", "SM2",
                "timestamp", beijing14(fault == Fault.TIMESTAMP_UTC ? nowMs - 8 * 3600_000L : nowMs),
                "data", data);
        String text = signText(envelope, keys.appSecret(), fault);
        String userId = fault == Fault.USER_ID_SECRET ? keys.appSecret() : Gm.DEFAULT_USER_ID;
        ECPrivateKeyParameters own = fault == Fault.FOREIGN_KEY ? Gm.freshKey() : keys.own();
        byte[] key = Gm.messageKey(keys.appId(), keys.appSecret());
        if (fault == Fault.ENC_KEY_RAW) key = java.util.Arrays.copyOf(Gm.secretCipher(keys.appId(), keys.appSecret()), 16);
        envelope.put("signData", Gm.sign(text, own, userId, fault == Fault.DER, null));
        envelope.put("encData", Gm.encrypt(Json.write(data), key));
        if (fault != Fault.PLAIN_DATA_BESIDE) envelope.remove("data");
        return Json.write(envelope);
    }

    /** Opens an answer or a notice of the centre. */
    static Opened open(String body, Keys keys, long nowMs, boolean checkSignature) throws Unbelievable {
        Map<String, Object> envelope;
        Object data;
        try {
            envelope = Json.object(body);
            data = envelope.get("data");
            if (envelope.containsKey("encData")) {
                String cipher = String.valueOf(envelope.get("encData"));
                data = Json.read(Gm.decrypt(cipher, Gm.messageKey(keys.appId(), keys.appSecret())));
            }
        } catch (Json.Wrong | IllegalArgumentException error) {
            throw new Unbelievable(error.getMessage());
        }
        if (checkSignature) check(envelope, data, keys, nowMs);
        return new Opened(envelope, data);
    }

    private static void check(Map<String, Object> envelope, Object data, Keys keys, long nowMs) throws Unbelievable {
        Object appId = envelope.get("appId");
        if (appId != null && !appId.equals(keys.appId())) throw new Unbelievable("appId 不是本机构的");
        Map<String, Object> signed = new LinkedHashMap<>(envelope);
        signed.put("data", data);
        String signature = String.valueOf(envelope.get("signData"));
        boolean good = verified(signed, signature, keys);
        if (!good && appId == null) {
            signed.put("appId", keys.appId());
            good = verified(signed, signature, keys);
        }
        if (!good) throw new Unbelievable("平台签名验证不通过");
        long then = timestampMs(String.valueOf(envelope.get("timestamp")));
        if (then < 0 || Math.abs(then - nowMs) > WINDOW_MS) throw new Unbelievable("时间戳超出窗口: " + envelope.get("timestamp"));
    }

    private static boolean verified(Map<String, Object> signed, String signature, Keys keys) {
        return Gm.verify(signText(signed, keys.appSecret(), Fault.NONE), signature, keys.peer(), Gm.DEFAULT_USER_ID);
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
