import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the hospital says to the world outside: userQuery, the institution interface (1101, 2201, 2202) and the centre (6xxx). */
final class Wire {
    /** The other side declined: nothing happened there. */
    static final class Refused extends Exception {
        final String code;

        Refused(String code, String message) {
            super(message);
            this.code = code;
        }
    }

    /** Time-out, lost connection, HTTP error or an answer that cannot be believed: the outcome is unknown. */
    static final class Unknown extends Exception {
        Unknown(String message) {
            super(message);
        }
    }

    /** Before 6201 nothing can have moved, so there is time; after it an unknown outcome is better known soon. */
    private static final Duration PATIENT_LIMIT = Duration.ofMillis(5000);
    private static final Duration CENTRE_LIMIT = Duration.ofMillis(2500);
    private final Config config;
    private final Fault fault;
    private final AtomicInteger serial = new AtomicInteger();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofMillis(2000)).build();

    Wire(Config config, Fault fault) {
        this.config = config;
        this.fault = fault;
    }

    /** authCode to the answer of userQuery (channels sheet 1a); mode A asks the twin path. Refused when code is not 0. */
    Map<String, Object> userQuery(String authCode, String openid, boolean insuranceApp) throws Refused, Unknown {
        String now = String.valueOf(System.currentTimeMillis());
        String path = config.path(insuranceApp && config.paths().containsKey("modeA") ? "modeA" : "userQuery");
        HttpRequest request = post(path, Json.write(Json.of("qrcode", authCode, "openid", openid)), PATIENT_LIMIT)
                .header("Accept", "application/json")
                .header("god-portal-timestamp", now)
                .header("god-portal-request-id", UUID.randomUUID().toString().replace("-", ""))
                .header("god-portal-signature", portalSignature(config.partnerId(), config.partnerSecret(), now))
                .build();
        Map<String, Object> answer = object(send(request));
        if (!isZero(answer.get("code"))) throw new Refused(String.valueOf(answer.get("code")), String.valueOf(answer.get("message")));
        return answer;
    }

    /** 1162: the code shown on site to the 1101 nodes and `ecToken`. The request has no common header. */
    Map<String, Object> decode(String ecQrCode) throws Refused, Unknown {
        Map<String, Object> answer = object(send(post(config.path("1162"), Json.write(Json.of(
                "orgId", config.orgCodg(), "businessType", "01301", "operatorId", "YDZF01", "operatorName", "移动支付",
                "officeId", "0301", "officeName", "呼吸内科", "deviceType", "SelfService", "ecQrCode", ecQrCode)), PATIENT_LIMIT).build()));
        if (!isZero(answer.get("infcode"))) throw new Refused(String.valueOf(answer.get("infcode")), String.valueOf(answer.get("err_msg")));
        return child(answer, "output");
    }

    /** One transaction of the institution interface; `node` is what stands under `input`. Returns `output`. */
    Map<String, Object> institution(String infno, Map<String, Object> input, String insuredRegion) throws Refused, Unknown {
        long now = System.currentTimeMillis();
        Map<String, Object> message = Json.of(
                "infno", infno,
                "msgid", config.orgCodg() + Envelope.beijing14(now) + String.format("%04d", serial.incrementAndGet() % 10000),
                "mdtrtarea_admvs", config.region(),
                "insuplc_admdvs", insuredRegion,
                "recer_sys_code", "YBXT",
                "dev_no", "", "dev_safe_info", "", "cainfo", "", "signtype", "",
                "infver", "V1.0",
                "opter_type", "3", "opter", "YDZF01", "opter_name", "移动支付",
                "inf_time", Envelope.beijingDashed(now),
                "fixmedins_code", config.orgCodg(), "fixmedins_name", config.orgName(),
                "sign_no", "",
                "input", input);
        Map<String, Object> answer = object(send(post(config.path(infno), Json.write(message), PATIENT_LIMIT).build()));
        if (!isZero(answer.get("infcode"))) throw new Refused(String.valueOf(answer.get("infcode")), String.valueOf(answer.get("err_msg")));
        return child(answer, "output");
    }

    /** One interface of the centre, sealed. Returns the opened `data`, empty when there was none. */
    Map<String, Object> centre(String number, Map<String, Object> data) throws Refused, Unknown {
        String sealed = Envelope.seal(data, config.keys(), System.currentTimeMillis(), fault);
        String body = send(post(config.path(number), sealed, CENTRE_LIMIT).build());
        if (fault == Fault.RESEND_SAME_BYTES) body = send(post(config.path(number), sealed, CENTRE_LIMIT).build());
        Envelope.Opened opened;
        try {
            boolean check = fault != Fault.SKIP_RESPONSE_VERIFY;
            opened = Envelope.open(body, config.keys(), System.currentTimeMillis(), check);
        } catch (Envelope.Unbelievable error) {
            if (fault == Fault.HTTP_200_IS_SUCCESS) return Json.of("ordStas", "6");
            throw new Unknown(number + ": " + error.getMessage());
        }
        Object code = opened.envelope().get("code");
        if (code == null || "".equals(code)) throw new Unknown(number + ": 应答没有 code");
        if (!isZero(code)) throw new Refused(String.valueOf(code), String.valueOf(opened.envelope().get("message")));
        Object success = opened.envelope().get("success");
        if (success != null && !"true".equals(success.toString())) throw new Unknown(number + ": code 为 0 而 success 不为 true");
        return opened.data() == null ? Json.of() : map(opened.data(), number);
    }

    private HttpRequest.Builder post(String path, String body, Duration limit) {
        return HttpRequest.newBuilder(URI.create(config.base() + path))
                .timeout(limit)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    }

    private String send(HttpRequest request) throws Unknown {
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) throw new Unknown("HTTP " + answer.statusCode());
            return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(answer.body())).toString();
        } catch (IOException error) {
            throw new Unknown("网络: " + error);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new Unknown("中断");
        }
    }

    private static Map<String, Object> object(String body) throws Unknown {
        try {
            return Json.object(body);
        } catch (Json.Wrong error) {
            throw new Unknown("应答不是 JSON 对象: " + error.getMessage());
        }
    }

    static boolean isZero(Object code) {
        return code != null && code.toString().equals("0");
    }

    /** The object under `name`, which may also come as a JSON text. */
    static Map<String, Object> child(Map<String, Object> map, String name) throws Unknown {
        Object value = map.get(name);
        if (value instanceof String text && text.startsWith("{")) return object(text);
        return value == null ? Json.of() : map(value, name);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value, String name) throws Unknown {
        if (value instanceof Map<?, ?>) return (Map<String, Object>) value;
        throw new Unknown(name + " 不是对象");
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> rows(Map<String, Object> map, String name) throws Unknown {
        Object value = map.get(name);
        if (value == null) return List.of();
        if (value instanceof Map<?, ?> one) return List.of((Map<String, Object>) one);
        if (value instanceof List<?> list && list.stream().allMatch(Map.class::isInstance)) return (List<Map<String, Object>>) value;
        throw new Unknown(name + " 不是对象列表");
    }

    /** god-portal-signature (channels sheet 1a): HMAC-SHA256 over partner id and milliseconds; the body is not signed. */
    static String portalSignature(String partnerId, String secret, String ms) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal((partnerId + ms).getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }
}
