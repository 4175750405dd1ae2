import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The driver contract over HTTP: token, shape, replay of a repeated call_id, and the table of actions. */
final class Driver {
    private interface Action {
        Reply act(Call call) throws Reply.Declined;
    }

    private record Remembered(String fingerprint, long since, CompletableFuture<Reply> answer) {}

    static final String PREFIX = "/liantiao/v1/actions/";
    private static final long REMEMBER_MS = 600_000;
    private static final int LIMIT = 1 << 20;
    private static final Set<String> WITHOUT_PATIENT = Set.of("hospital_info", "reset", "clock", "fail_booking", "list_departments", "list_doctors", "list_suspensions");
    private static final Set<String> NEVER_REPLAYED =
            Set.of("hospital_info", "query_patient", "list_unpaid", "list_paid", "unpaid_detail", "paid_detail", "order_state", "reset");

    private final String token;
    private final Map<String, Action> actions = new TreeMap<>();
    private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();

    Driver(String token, Hospital hospital, Payment payment, Refunds refunds) {
        this.token = token;
        actions.put("hospital_info", call -> hospital.info());
        actions.put("query_patient", hospital::queryPatient);
        actions.put("create_patient", hospital::createPatient);
        actions.put("prescribe", hospital::prescribe);
        actions.put("list_unpaid", call -> hospital.list(call, false));
        actions.put("list_paid", call -> hospital.list(call, true));
        actions.put("unpaid_detail", call -> hospital.detail(call, false));
        actions.put("paid_detail", call -> hospital.detail(call, true));
        actions.put("pay", payment::pay);
        actions.put("cancel", payment::cancel);
        actions.put("refund_bill", refunds::refund);
        actions.put("order_state", hospital::orderState);
        actions.put("fail_booking", hospital::failBooking);
        actions.put("reset", call -> {
            remembered.keySet().removeIf(key -> key.startsWith(call.run() + "|"));
            return hospital.reset(call);
        });
    }

    void exchange(HttpExchange exchange) throws IOException {
        Reply reply;
        try {
            reply = answer(exchange);
        } catch (RuntimeException error) {
            error.printStackTrace();
            reply = new Reply(500, Json.of("message", String.valueOf(error)));
        }
        send(exchange, reply.status(), reply.body());
    }

    static void send(HttpExchange exchange, int status, Map<String, Object> body) throws IOException {
        byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readNBytes(LIMIT), StandardCharsets.UTF_8);
    }

    private Reply answer(HttpExchange exchange) throws IOException {
        String given = exchange.getRequestHeaders().getFirst("X-Liantiao-Token");
        String body = body(exchange);
        if (given == null || !MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))) {
            return new Reply(401, Json.of("message", "令牌不对"));
        }
        String action = exchange.getRequestURI().getPath().substring(PREFIX.length());
        if (!exchange.getRequestMethod().equals("POST")) return new Reply(400, Json.of("message", "应为 POST"));
        if (!actions.containsKey(action)) return new Reply(501, Json.of("message", "本院不提供 " + action));
        Call call;
        try {
            call = call(action, Json.object(body));
        } catch (Json.Wrong error) {
            return new Reply(400, Json.of("message", error.getMessage()));
        }
        return NEVER_REPLAYED.contains(action) ? act(call) : once(call);
    }

    @SuppressWarnings("unchecked")
    private static Call call(String action, Map<String, Object> body) {
        boolean person = !WITHOUT_PATIENT.contains(action);
        Object args = body.get("args") == null ? Json.of() : body.get("args");
        if (!(args instanceof Map)) throw new Json.Wrong("args 应为对象");
        Object patient = body.get("patient");
        if (person && !(patient instanceof Map)) throw new Json.Wrong("缺少 patient");
        if (person) for (String name : new String[] {"name", "id_type", "id_no", "openid"}) text((Map<String, Object>) patient, name, true);
        return new Call(action, text(body, "run", true), text(body, "flow", person), text(body, "call_id", true),
                (Map<String, Object>) patient, (Map<String, Object>) args);
    }

    private static String text(Map<String, Object> body, String name, boolean needed) {
        if (body.get(name) instanceof String text && !text.isEmpty()) return text;
        if (needed) throw new Json.Wrong("缺少 " + name);
        return null;
    }

    private Reply act(Call call) {
        try {
            return actions.get(call.action()).act(call);
        } catch (Reply.Declined declined) {
            return Reply.refused(declined, Json.of());
        }
    }

    /** The same call_id again is the same click: it gets the first answer. */
    private Reply once(Call call) {
        long now = System.currentTimeMillis();
        remembered.values().removeIf(one -> now - one.since() > REMEMBER_MS);
        String fingerprint = Json.write(Json.of("action", call.action(), "flow", call.flow(), "patient", call.patient(), "args", call.args()));
        Remembered fresh = new Remembered(fingerprint, now, new CompletableFuture<>());
        Remembered known = remembered.putIfAbsent(call.run() + "|" + call.callId(), fresh);
        if (known == null) {
            try {
                fresh.answer().complete(act(call));
            } catch (RuntimeException error) {
                remembered.remove(call.run() + "|" + call.callId());
                fresh.answer().completeExceptionally(error);
                throw error;
            }
            return fresh.answer().join();
        }
        if (!known.fingerprint().equals(fingerprint)) {
            return Reply.refused(new Reply.Declined(409, "CALL_CONFLICT", "同一 call_id 的内容不同"), Json.of());
        }
        return known.answer().join();
    }
}
