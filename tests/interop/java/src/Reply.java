import java.util.Map;

/** An answer of the driver contract: an HTTP status and a JSON object. */
record Reply(int status, Map<String, Object> body) {
    static Reply done(Map<String, Object> result) {
        return new Reply(200, Json.of("state", "done", "result", result));
    }

    /** The call was declined: no money moved and none will by this call. */
    static Reply refused(Declined why, Map<String, Object> refs) {
        String screen = switch (why.code) {
            case "BILL_BUSY", "IN_PAYMENT", "REFUND_PENDING" -> "pending";
            default -> "failed";
        };
        return new Reply(why.status, Json.of("state", "refused", "code", why.code, "message", why.getMessage(), "refs", refs,
                "patient_message", why.getMessage(), "patient_state", screen));
    }

    /** What an order looks like to the one who asked. `state` is done or accepted. */
    static Reply of(String state, Model.Order order, Map<String, Object> result) {
        return new Reply(state.equals("done") ? 200 : 202, Json.of("state", state, "result", result, "refs", refs(order),
                "patient_message", order.message, "patient_state", screen(order)));
    }

    static Map<String, Object> refs(Model.Order order) {
        if (order == null) return Json.of();
        Map<String, Object> refs = Json.of("medOrgOrd", order.medOrgOrd);
        if (order.payOrdId != null) refs.put("payOrdId", order.payOrdId);
        return refs;
    }

    static String screen(Model.Order order) {
        return switch (order.state) {
            case "paid", "part_refunded", "refunded" -> "success";
            case "cancelled" -> "cancelled";
            case "failed" -> "failed";
            default -> "pending";
        };
    }

    /** A refusal of the contract: 409 = not in this state, 422 = can never succeed. */
    static final class Declined extends Exception {
        final int status;
        final String code;

        Declined(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }
}
