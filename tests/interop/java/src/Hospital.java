import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** The hospital's books: patients, bills, orders, bookings. Every method that reads or changes them holds the monitor. */
final class Hospital {
    static final List<String> SERVICES = List.of("outpatient", "refund", "cancel", "merge");
    private final Config config;
    private final AtomicLong serial = new AtomicLong(System.currentTimeMillis() % 1_000_000_000L * 1000);
    private final Map<String, Model.Patient> patients = new LinkedHashMap<>();
    private final Map<String, Model.Bill> bills = new LinkedHashMap<>();
    private final Map<String, Model.Visit> visits = new LinkedHashMap<>();
    private final Map<String, Integer> failures = new LinkedHashMap<>();
    private final List<Model.Order> orders = new ArrayList<>();

    Hospital(Config config) {
        this.config = config;
    }

    /** A number that is never given twice, at most 30 characters. */
    String number(String prefix) {
        return prefix + Envelope.beijing14(System.currentTimeMillis()) + String.format("%012d", serial.incrementAndGet() % 1_000_000_000_000L);
    }

    Reply info() {
        return Reply.done(Json.of("code", config.orgCodg(), "name", config.orgName(), "region", config.region(),
                "services", SERVICES, "contract", 1));
    }

    synchronized Reply queryPatient(Call call) {
        Model.Patient patient = patients.get(key(call));
        return Reply.done(patient == null ? Json.of("found", false) : Json.of("found", true, "patient_id", patient.id()));
    }

    synchronized Reply createPatient(Call call) {
        boolean created = !patients.containsKey(key(call));
        return Reply.done(Json.of("patient_id", patient(call).id(), "created", created));
    }

    private static String key(Call call) {
        return call.run() + "|" + call.idNo();
    }

    private Model.Patient patient(Call call) {
        Map<String, Object> who = call.patient();
        return patients.computeIfAbsent(key(call), key -> new Model.Patient(number("P"), String.valueOf(who.get("name")),
                String.valueOf(who.get("id_type")), call.idNo(), call.openid()));
    }

    synchronized Reply prescribe(Call call) throws Reply.Declined {
        List<Map<String, Object>> rows = call.rows("items");
        if (rows == null || rows.isEmpty()) throw new Reply.Declined(422, "OTHER", "处方没有明细");
        Model.Bill bill = new Model.Bill();
        bill.items = new ArrayList<>();
        try {
            for (Map<String, Object> row : rows) {
                String cnt = String.valueOf(row.get("cnt"));
                String price = String.valueOf(row.get("price_text"));
                bill.items.add(new Model.Item("I" + (bill.items.size() + 1), String.valueOf(row.get("code")),
                        String.valueOf(row.get("name")), cnt, price, Money.line(price, cnt)));
            }
        } catch (IllegalArgumentException error) {
            throw new Reply.Declined(422, "AMOUNT", error.getMessage());
        }
        bill.total = bill.items.stream().mapToLong(Model.Item::amount).sum();
        bill.id = number("CF");
        bill.run = call.run();
        bill.patient = patient(call);
        bills.put(bill.id, bill);
        return Reply.done(Json.of("bill_id", bill.id, "total", bill.total));
    }

    synchronized Reply list(Call call, boolean paid) {
        List<Map<String, Object>> rows = bills.values().stream()
                .filter(bill -> bill.run.equals(call.run()) && bill.patient.idNo().equals(call.idNo()) && bill.paid == paid)
                .map(bill -> Json.of("bill_id", bill.id, "kind", "outpatient", "total", bill.total, "refs", Reply.refs(bill.order)))
                .toList();
        return Reply.done(Json.of("bills", rows));
    }

    synchronized Reply detail(Call call, boolean paid) throws Reply.Declined {
        Model.Bill bill = bill(call, call.text("bill_id"));
        if (bill.paid != paid) throw new Reply.Declined(409, paid ? "NOT_PAID" : "BILL_PAID", paid ? "该费用尚未缴费" : "该费用已缴费");
        List<Map<String, Object>> items = bill.items.stream().map(item -> Json.of("item_id", item.id(), "code", item.code(),
                "name", item.name(), "cnt", item.cnt(), "price_text", item.price(), "amount", item.amount())).toList();
        Map<String, Object> result = Json.of("bill_id", bill.id, "total", bill.total, "items", items, "refs", Reply.refs(bill.order));
        if (paid) result.put("amounts", bill.order.amounts.json());
        return Reply.done(result);
    }

    private Model.Bill bill(Call call, String id) throws Reply.Declined {
        Model.Bill bill = bills.get(id);
        if (bill == null || !bill.run.equals(call.run())) throw new Reply.Declined(422, "BILL_UNKNOWN", "没有这笔费用: " + id);
        if (!bill.patient.idNo().equals(call.idNo())) throw new Reply.Declined(422, "NOT_OWNER", "这笔费用不是该患者的");
        return bill;
    }

    synchronized List<Model.Bill> bills(Call call, List<String> ids) throws Reply.Declined {
        if (ids.isEmpty()) throw new Reply.Declined(422, "BILL_UNKNOWN", "没有指明费用");
        List<Model.Bill> found = new ArrayList<>();
        for (String id : ids) found.add(bill(call, id));
        return found;
    }

    /** Takes the bills into one new order; two clicks can not both get them. */
    synchronized Model.Order take(Call call, List<Model.Bill> chosen) throws Reply.Declined {
        for (Model.Bill bill : chosen) {
            if (bill.paid) throw new Reply.Declined(409, "BILL_PAID", "该费用已缴费, 请勿重复支付");
            if (bill.order != null) throw new Reply.Declined(409, "BILL_BUSY", "该费用正在支付, 请稍候");
        }
        Model.Order order = new Model.Order();
        order.medOrgOrd = number("MO");
        order.chrgBchno = number("CB");
        order.run = call.run();
        order.flow = call.flow();
        order.patient = patient(call);
        order.bills = chosen;
        order.total = chosen.stream().mapToLong(bill -> bill.total).sum();
        Object used = call.args().get("acct_used");
        order.acctUsedFlag = used == null ? "" : Boolean.TRUE.equals(used) ? "1" : "0";
        order.visit = visits.computeIfAbsent(key(call), key -> new Model.Visit());
        chosen.forEach(bill -> bill.order = order);
        orders.add(order);
        return order;
    }

    /** Ends an unpaid order; its bills may be paid again by another one. */
    synchronized void release(Model.Order order, String state, String message) {
        order.state = state;
        order.message = message;
        order.bills.forEach(bill -> bill.order = bill.order == order ? null : bill.order);
    }

    /** Books once, however often it is called. False when the ledger refuses (test hook `fail_booking`). */
    synchronized boolean book(Model.Order order, Model.Amounts amounts) {
        if (order.booked > 0) return true;
        int failing = failures.getOrDefault(order.run, 0);
        if (failing > 0) {
            failures.put(order.run, failing - 1);
            return false;
        }
        order.booked++;
        order.amounts = amounts;
        order.bills.forEach(bill -> {
            bill.order = order;
            bill.paid = true;
        });
        move(order, "paid", "支付成功, 共 " + Money.yuan(amounts.total()) + " 元");
        return true;
    }

    /** Test hook: the next `times` bookings of this run fail. */
    synchronized Reply failBooking(Call call) {
        failures.put(call.run(), Integer.parseInt(String.valueOf(call.args().getOrDefault("times", 1))));
        return Reply.done(Json.of());
    }

    synchronized void move(Model.Order order, String state, String message) {
        order.state = state;
        order.message = message;
    }

    synchronized Model.Order byCentreNumber(Object payOrdId, Object medOrgOrd) {
        return orders.stream()
                .filter(order -> order.medOrgOrd.equals(medOrgOrd) && (order.payOrdId == null || order.payOrdId.equals(payOrdId)))
                .findFirst().orElse(null);
    }

    /** The order that `refs`, `bill_id` or else the flow names; the last one when there are several. */
    synchronized Model.Order find(Call call) throws Reply.Declined {
        List<Model.Order> candidates = candidates(call);
        if (candidates.isEmpty()) throw new Reply.Declined(422, "BILL_UNKNOWN", "没有这样的订单");
        return candidates.get(candidates.size() - 1);
    }

    private List<Model.Order> candidates(Call call) {
        Map<String, Object> refs = call.object("refs");
        String billId = call.text("bill_id");
        return orders.stream().filter(order -> order.run.equals(call.run()) && order.patient.idNo().equals(call.idNo()))
                .filter(order -> refs == null || refs.isEmpty()
                        || (!Objects.isNull(refs.get("payOrdId")) && refs.get("payOrdId").equals(order.payOrdId))
                        || order.medOrgOrd.equals(refs.get("medOrgOrd")))
                .filter(order -> billId == null || order.bills.stream().anyMatch(bill -> bill.id.equals(billId)))
                .filter(order -> refs != null || billId != null || Objects.equals(order.flow, call.flow()))
                .toList();
    }

    synchronized Reply orderState(Call call) throws Reply.Declined {
        Model.Order chosen = find(call);
        Map<String, Object> result = state(chosen);
        List<Map<String, Object>> all = new ArrayList<>();
        for (Model.Order order : orders) {
            if (order.run.equals(call.run()) && Objects.equals(order.flow, call.flow())) all.add(state(order));
        }
        if (all.size() > 1) result.put("orders", all);
        return Reply.of("done", chosen, result);
    }

    private static Map<String, Object> state(Model.Order order) {
        Map<String, Object> made = Json.of("refs", Reply.refs(order), "order_state", order.state, "booked_count", order.booked,
                "refunds", order.refunds.stream().map(Model.Refund::json).toList());
        if (order.amounts != null) made.put("amounts", order.amounts.json());
        return made;
    }

    synchronized Reply reset(Call call) {
        int before = bills.size();
        failures.remove(call.run());
        orders.stream().filter(order -> order.run.equals(call.run())).forEach(order -> order.closed = true);
        orders.removeIf(order -> order.run.equals(call.run()));
        bills.values().removeIf(bill -> bill.run.equals(call.run()));
        patients.keySet().removeIf(key -> key.startsWith(call.run() + "|"));
        visits.keySet().removeIf(key -> key.startsWith(call.run() + "|"));
        return Reply.done(Json.of("removed", Json.of("bills", before - bills.size())));
    }
}
