import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Known answers and differential tests: a JSON array of {op, ...} on standard input, an array of results on standard output. */
public final class Tool {
    private Tool() {}

    public static void main(String[] args) throws Exception {
        List<Object> answers = new ArrayList<>();
        String asked = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        for (Object one : (List<?>) Json.read(asked)) {
            @SuppressWarnings("unchecked")
            Map<String, Object> map = (Map<String, Object>) one;
            try {
                answers.add(Json.of("ok", answer(map)));
            } catch (Exception error) {
                answers.add(Json.of("error", error.toString()));
            }
        }
        System.out.write(Json.write(answers).getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    private static Object answer(Map<String, Object> one) throws Exception {
        return switch (text(one, "op")) {
            case "message_key" -> new String(key(one), StandardCharsets.US_ASCII);
            case "encrypt" -> Gm.encrypt(text(one, "plain"), key(one));
            case "decrypt" -> Gm.decrypt(text(one, "cipher"), key(one));
            case "sign_text" -> {
                Map<String, Object> envelope = Json.object(text(one, "envelope"));
                envelope.put("data", Json.read(text(one, "plain")));
                yield Envelope.signText(envelope, text(one, "appSecret"), Fault.NONE);
            }
            case "sign" -> Gm.sign(text(one, "text"), Gm.privateKey(text(one, "private")), Gm.DEFAULT_USER_ID, false,
                    one.containsKey("nonce") ? Envelope.bytes(text(one, "nonce")) : null);
            case "verify" -> Gm.verify(text(one, "text"), text(one, "signature"), Gm.publicKey(text(one, "public")),
                    one.containsKey("userId") ? text(one, "userId") : Gm.DEFAULT_USER_ID);
            case "seal" -> Envelope.seal(Json.object(text(one, "plain")), keys(one), now(one), Fault.NONE);
            case "open" -> Json.write(Envelope.open(text(one, "body"), keys(one), now(one), true).data());
            case "portal" -> Wire.portalSignature(text(one, "partnerId"), text(one, "partnerSecret"), text(one, "now_ms"));
            case "post" -> post(one);
            case "sm2_verify", "sm2_pair", "sm3", "hmac_sm3", "sm4_block", "sm4_encrypt", "sm4_decrypt" -> Primitives.answer(one);
            default -> throw new IllegalArgumentException("unknown op " + one.get("op"));
        };
    }

    /** Seals `plain`, posts it to `url`, opens the answer with a real clock. */
    private static Map<String, Object> post(Map<String, Object> one) throws Exception {
        String sealed = Envelope.seal(Json.object(text(one, "plain")), keys(one), System.currentTimeMillis(), Fault.NONE);
        HttpRequest request = HttpRequest.newBuilder(URI.create(text(one, "url"))).timeout(Duration.ofSeconds(5))
                .header("Content-Type", "application/json; charset=utf-8").POST(HttpRequest.BodyPublishers.ofString(sealed)).build();
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        Envelope.Opened opened = Envelope.open(answer.body(), keys(one), System.currentTimeMillis(), true);
        return Json.of("status", answer.statusCode(), "code", opened.envelope().get("code").toString(),
                "message", String.valueOf(opened.envelope().get("message")), "data", Json.write(opened.data()));
    }

    private static byte[] key(Map<String, Object> one) {
        return Gm.messageKey(text(one, "appId"), text(one, "appSecret"));
    }

    private static long now(Map<String, Object> one) {
        return Long.parseLong(one.get("now_ms").toString());
    }

    private static Envelope.Keys keys(Map<String, Object> one) {
        return new Envelope.Keys(text(one, "appId"), text(one, "appSecret"), "2.0.1",
                one.containsKey("private") ? Gm.privateKey(text(one, "private")) : null,
                one.containsKey("public") ? Gm.publicKey(text(one, "public")) : null);
    }

    private static String text(Map<String, Object> one, String name) {
        if (one.get(name) instanceof String text) return text;
        throw new IllegalArgumentException("missing " + name);
    }
}
