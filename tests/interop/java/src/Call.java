import java.util.List;
import java.util.Map;

/** One call of the driver contract. `patient` and `flow` are null where the action has none. */
record Call(String action, String run, String flow, String callId, Map<String, Object> patient, Map<String, Object> args) {
    String text(String name) {
        return args.get(name) instanceof String text && !text.isEmpty() ? text : null;
    }

    String idNo() {
        return String.valueOf(patient.get("id_no"));
    }

    String openid() {
        return String.valueOf(patient.get("openid"));
    }

    /** `name` as a list of texts; the single value of `single` when the list is absent. */
    List<String> texts(String name, String single) {
        if (args.get(name) instanceof List<?> list) return list.stream().map(String::valueOf).distinct().toList();
        String one = text(single);
        return one == null ? List.of() : List.of(one);
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> object(String name) {
        return args.get(name) instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> rows(String name) {
        return args.get(name) instanceof List<?> list ? (List<Map<String, Object>>) list : null;
    }
}
