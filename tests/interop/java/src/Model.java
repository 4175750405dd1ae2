import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** What the hospital keeps. Fields are changed under the hospital's monitor only. */
final class Model {
    private Model() {}

    record Patient(String id, String name, String idType, String idNo, String openid) {}

    record Item(String id, String code, String name, String cnt, String price, long amount) {}

    /** Fen. `other` is the part of the total that neither cash, account nor fund pays. */
    record Amounts(long total, long cash, long account, long fund, long other) {
        boolean balanced() {
            return cash >= 0 && account >= 0 && fund >= 0 && other >= 0 && total == cash + account + fund + other;
        }

        Map<String, Object> json() {
            return Json.of("total", total, "cash", cash, "account", account, "fund", fund, "other", other);
        }
    }

    /** One visit: what 1101 and 2201 gave; bills of one patient in one run share it. */
    static final class Visit {
        String psnNo;
        String insutype;
        String insuCode;
        String mdtrtId;
        String iptOtpNo;
        String begntime;
    }

    static final class Bill {
        String id;
        String run;
        Patient patient;
        List<Item> items;
        long total;
        Order order;
        boolean paid;
    }

    static final class Refund {
        String no;
        String type;
        String state;
        long cash;
        long account;
        long fund;
        Map<String, Object> message;
        int repeats;

        long sum() {
            return cash + account + fund;
        }

        Map<String, Object> json() {
            return Json.of("refundNo", no, "type", type, "state", state, "cash", cash, "account", account, "fund", fund);
        }
    }

    static final class Order {
        /** One conversation with the centre about this order at a time. */
        final ReentrantLock talk = new ReentrantLock();
        String medOrgOrd;
        String run;
        String flow;
        Patient patient;
        List<Bill> bills;
        long total;
        String state = "created";
        String message = "正在处理, 请稍候";
        String chrgBchno;
        String acctUsedFlag;
        Credential.Proof proof;
        Visit visit;
        Map<String, Object> upload;
        String payOrdId;
        String payToken;
        Amounts amounts;
        boolean placed;
        int placings;
        int booked;
        int polls;
        boolean cancelling;
        boolean early;
        String ordStas;
        boolean closed;
        long lastQuery;
        final List<Refund> refunds = new ArrayList<>();

        boolean open() {
            return !closed && (state.equals("created") || state.equals("presettled") || state.equals("pending") || state.equals("manual"));
        }

        long refunded(String part) {
            return refunds.stream().filter(one -> !one.state.equals("failed")).mapToLong(one -> switch (part) {
                case "cash" -> one.cash;
                case "account" -> one.account;
                default -> one.fund;
            }).sum();
        }
    }
}
