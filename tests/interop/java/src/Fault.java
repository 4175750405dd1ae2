import java.util.Arrays;
import java.util.Locale;

/** A deliberate violation, chosen by the environment variable VENDOR_FAULT, to see the harness's rules red. */
enum Fault {
    NONE,
    NOCASE_SORT,
    BARE_NUMBERS,
    NO_KEY_TAIL,
    USER_ID_SECRET,
    DER,
    FOREIGN_KEY,
    ENC_KEY_RAW,
    PLAIN_DATA_BESIDE,
    ENV_VERSION_WRONG,
    TIMESTAMP_UTC,
    RESEND_SAME_BYTES,
    FIELD_MISSING,
    SKIP_RESPONSE_VERIFY,
    HTTP_200_IS_SUCCESS;

    /** The fault called `name`; empty or null is none. An unknown name is an IllegalArgumentException with the list. */
    static Fault named(String name) {
        if (name == null || name.isEmpty()) return NONE;
        for (Fault fault : values()) if (fault.name().toLowerCase(Locale.ROOT).equals(name)) return fault;
        throw new IllegalArgumentException("VENDOR_FAULT=" + name + " 未知, 可用: "
                + Arrays.toString(values()).toLowerCase(Locale.ROOT));
    }
}
