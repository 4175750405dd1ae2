import java.math.BigDecimal;

/** Yuan text on the wire, whole fen inside. */
final class Money {
    private static final BigDecimal MOST = new BigDecimal("99999999999999.99");

    private Money() {}

    /** "12.5" to 1250. More than two decimals, more than 16 digits or no number is an IllegalArgumentException. */
    static long fen(Object yuan) {
        try {
            BigDecimal value = new BigDecimal(String.valueOf(yuan));
            if (value.abs().compareTo(MOST) > 0) throw new ArithmeticException();
            return value.movePointRight(2).longValueExact();
        } catch (ArithmeticException | NumberFormatException error) {
            throw new IllegalArgumentException("金额不是最多两位小数的元: " + yuan);
        }
    }

    /** 1250 to "12.50". */
    static String yuan(long fen) {
        return BigDecimal.valueOf(fen, 2).toPlainString();
    }

    /** Price times count in fen; the product must be whole fen and not negative. */
    static long line(String price, String count) {
        try {
            BigDecimal product = new BigDecimal(price).multiply(new BigDecimal(count));
            if (product.signum() < 0) throw new IllegalArgumentException("金额为负: " + price + " x " + count);
            return fen(product.toPlainString());
        } catch (NumberFormatException error) {
            throw new IllegalArgumentException("单价或数量不是数字: " + price + " x " + count);
        }
    }
}
