import java.util.Map;

/** Reading what the centre sent. */
final class Texts {
    private Texts() {}

    static String of(Map<String, Object> data, String name) throws Wire.Unknown {
        Object value = data.get(name);
        if (value == null || value.toString().isEmpty()) throw new Wire.Unknown("应答缺少 " + name);
        return value.toString();
    }

    /** The amounts of 6202, 6301 or 6302, or null when they are not all there. `othFeeAmt` missing is 0 (sheet 9). */
    static Model.Amounts amounts(Map<String, Object> data) {
        try {
            return new Model.Amounts(fen(data, "feeSumamt"), fen(data, "ownPayAmt"), fen(data, "psnAcctPay"), fen(data, "fundPay"),
                    data.get("othFeeAmt") == null || "".equals(data.get("othFeeAmt")) ? 0 : fen(data, "othFeeAmt"));
        } catch (IllegalArgumentException error) {
            return null;
        }
    }

    private static long fen(Map<String, Object> data, String name) {
        Object value = data.get(name);
        if (value == null) throw new IllegalArgumentException("缺少 " + name);
        return Money.fen(value);
    }
}
