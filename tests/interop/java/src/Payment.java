import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One payment in mode A: authorisation, 1101, 2201, 6201, 6202, then 6302 or 6301 until the centre has the final word. */
final class Payment {
    private static final long ANSWER_MS = 4500;
    private static final long QUERY_GAP_MS = 1050;
    private static final long POLL_MS = 2000;
    private static final long SLOW_MS = 4000;
    private static final int POLLS = 60;
    private static final int PLACINGS = 3;
    private static final int UPLOADS = 2;

    private final Config config;
    private final Wire wire;
    private final Hospital hospital;
    private final Fault fault;
    private final ExecutorService pool = Executors.newCachedThreadPool(Payment::daemon);
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(4, Payment::daemon);

    Payment(Config config, Wire wire, Hospital hospital, Fault fault) {
        this.config = config;
        this.wire = wire;
        this.hospital = hospital;
        this.fault = fault;
    }

    private static Thread daemon(Runnable job) {
        Thread thread = new Thread(job);
        thread.setDaemon(true);
        return thread;
    }

    /** A step of the conversation that the answer of the driver call may, but need not, wait for. */
    interface Step {
        Reply take() throws Reply.Declined;
    }

    /** Runs `step` alone on `order`; after 4.5 s the call is answered `accepted` and the step goes on. */
    Reply within(Model.Order order, Step step) throws Reply.Declined {
        Future<Reply> job = pool.submit(() -> {
            order.talk.lock();
            try {
                return step.take();
            } finally {
                order.talk.unlock();
            }
        });
        try {
            return job.get(ANSWER_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException error) {
            return accepted(order);
        } catch (ExecutionException error) {
            if (error.getCause() instanceof Reply.Declined declined) throw declined;
            throw new IllegalStateException(error.getCause());
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            return accepted(order);
        }
    }

    static Reply accepted(Model.Order order) {
        Map<String, Object> result = Json.of("order_state", order.state);
        if (order.amounts != null) result.put("amounts", order.amounts.json());
        return Reply.of(order.state.equals("paid") ? "done" : "accepted", order, result);
    }

    Reply pay(Call call) throws Reply.Declined {
        if (!"A".equals(call.text("mode"))) return new Reply(501, Json.of("message", "本院只开通方式 A"));
        List<Model.Bill> bills = hospital.bills(call, call.texts("bill_ids", "bill_id"));
        Credential credential = Credential.of(call);
        Model.Order order = hospital.take(call, bills);
        return within(order, () -> {
            try {
                order.proof = credential.prove(wire, order.patient);
                Identity.identify(config, wire, hospital, order);
                upload(order);
                return accepted(order);
            } catch (Reply.Declined declined) {
                hospital.release(order, "failed", declined.getMessage());
                return Reply.refused(declined, Reply.refs(order));
            }
        });
    }

    /** 6201, repeated under the same medOrgOrd while the outcome is unknown; then 6202. */
    private void upload(Model.Order order) throws Reply.Declined {
        if (order.upload == null) order.upload = Upload.message(config, hospital, order, fault);
        int attempts = order.polls == 0 ? UPLOADS : 1;
        for (int attempt = 0; attempt < attempts && order.payOrdId == null; attempt++) {
            try {
                Map<String, Object> data = wire.centre("6201", order.upload);
                order.payToken = Texts.of(data, "payToken");
                order.payOrdId = Texts.of(data, "payOrdId");
            } catch (Wire.Refused error) {
                if (attempt == 0 && order.polls == 0) throw new Reply.Declined(409, "DECLINED", "医保中心: " + error.getMessage());
                break;
            } catch (Wire.Unknown error) {
                hospital.move(order, "created", "医保中心没有应答, 正在重试");
            }
        }
        if (order.payOrdId != null) place(order);
        else schedule(order, SLOW_MS);
    }

    /** 6202 with an orgBizSer of its own; when its outcome is unknown, 6301 comes before any other 6202. */
    private void place(Model.Order order) throws Reply.Declined {
        while (order.placings < PLACINGS && !order.placed && order.open()) {
            order.placings++;
            try {
                Map<String, Object> data = wire.centre("6202", Json.of("payAuthNo", order.proof.payAuthNo(),
                        "ecToken", order.proof.ecToken(), "payOrdId", order.payOrdId,
                        "payToken", order.payToken, "orgCodg", config.orgCodg(), "orgBizSer", hospital.number("BS"),
                        "chrgBchno", order.chrgBchno, "feeType", "01", "mdtrtId", order.visit.mdtrtId,
                        "acctUsedFlag", order.acctUsedFlag));
                placed(order, data);
            } catch (Wire.Refused error) {
                if (order.placings == 1) {
                    revokeQuietly(order);
                    throw new Reply.Declined(409, "DECLINED", "医保中心: " + error.getMessage());
                }
                break;
            } catch (Wire.Unknown error) {
                hospital.move(order, "created", "医保中心没有应答, 正在核实");
                if (!"place".equals(query(order))) break;
            }
        }
        schedule(order, POLL_MS);
    }

    private void placed(Model.Order order, Map<String, Object> data) throws Reply.Declined {
        Model.Amounts amounts = Texts.amounts(data);
        if (amounts == null && fault == Fault.HTTP_200_IS_SUCCESS) {
            hospital.book(order, guessed(order));
            return;
        }
        if (amounts == null || !amounts.balanced() || amounts.total() != order.total) {
            if (!revokeQuietly(order)) {
                hospital.move(order, "manual", "医保返回的金额不一致, 请到窗口处理");
                return;
            }
            throw new Reply.Declined(409, "AMOUNT", "医保返回的金额不一致, 未扣款, 请重新支付");
        }
        synchronized (hospital) {
            order.amounts = amounts;
            order.placed = true;
            if (order.open()) hospital.move(order, "presettled", "请在医保页面确认支付 " + Money.yuan(amounts.total()) + " 元");
        }
        if (order.early) schedule(order, 0);
    }

    /** What the fault http_200_is_success books when it could not read the amounts. */
    private static Model.Amounts guessed(Model.Order order) {
        return order.amounts != null ? order.amounts : new Model.Amounts(order.total, order.total, 0, 0, 0);
    }

    private boolean revokeQuietly(Model.Order order) {
        try {
            wire.centre("6401", person(order));
            return true;
        } catch (Wire.Refused | Wire.Unknown error) {
            return false;
        }
    }

    private Map<String, Object> person(Model.Order order) {
        return Json.of("payOrdId", order.payOrdId, "payToken", order.payToken, "orgCodg", config.orgCodg(),
                "idNo", order.patient.idNo(), "userName", order.patient.name(), "idType", order.patient.idType());
    }

    /** One 6301, at most one a second for an order. "place" (still 0 or 1), "wait", "done", or "unknown" without an answer. */
    private String query(Model.Order order) {
        try {
            Thread.sleep(Math.max(0, order.lastQuery + QUERY_GAP_MS - System.currentTimeMillis()));
            order.lastQuery = System.currentTimeMillis();
            return settle(order, wire.centre("6301", person(order)));
        } catch (Wire.Refused | Wire.Unknown error) {
            return "unknown";
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }

    /** The centre's word on an order. Only ordStas decides (sheet 8), never the presence of amounts. */
    private String settle(Model.Order order, Map<String, Object> data) {
        String state = String.valueOf(data.get("ordStas"));
        order.ordStas = state;
        switch (state) {
            case "0", "1" -> {
                return "place";
            }
            case "2", "3", "4", "5" -> hospital.move(order, "pending", "支付处理中, 请稍候");
            case "6" -> {
                Model.Amounts amounts = Texts.amounts(data);
                if (amounts == null && fault == Fault.HTTP_200_IS_SUCCESS) amounts = guessed(order);
                if (amounts == null) return "wait";
                if (!amounts.balanced() || amounts.total() != order.total || (order.amounts != null && !order.amounts.equals(amounts))) {
                    hospital.move(order, "manual", "结算金额与预结算不一致, 请到窗口处理");
                    return "wait";
                }
                return hospital.book(order, amounts) ? "done" : "unbooked";
            }
            case "12", "13" -> hospital.release(order, "cancelled", "订单已撤销");
            case "15" -> hospital.release(order, "failed", "支付失败, 未扣款");
            case "14", "16" -> hospital.move(order, "manual", "支付异常, 请到窗口处理");
            default -> {
                return "wait";
            }
        }
        return order.open() ? "wait" : "done";
    }

    private void schedule(Model.Order order, long ms) {
        if (order.open() && order.polls < POLLS) timer.schedule(() -> poll(order), ms, TimeUnit.MILLISECONDS);
    }

    private void poll(Model.Order order) {
        order.talk.lock();
        try {
            if (!order.open()) return;
            order.polls++;
            if (order.payOrdId == null) {
                upload(order);
                return;
            }
            String next = query(order);
            if (next.equals("place") && order.cancelling) revoke(order);
            else if (next.equals("place") && !order.placed && order.placings < PLACINGS) place(order);
            else schedule(order, order.polls > 20 ? 3 * SLOW_MS : next.equals("unknown") ? SLOW_MS : POLL_MS);
        } catch (Reply.Declined declined) {
            hospital.release(order, "failed", declined.getMessage());
        } finally {
            order.talk.unlock();
        }
    }

    /** 6302: verified, ours, and with the amounts of 6202; then 6301 has the last word; without an answer the notice stands. */
    Map<String, Object> notice(String body) {
        Map<String, Object> data;
        try {
            boolean check = fault != Fault.SKIP_RESPONSE_VERIFY;
            data = Wire.map(Envelope.open(body, config.keys(), System.currentTimeMillis(), check).data(), "data");
        } catch (Envelope.Unbelievable | Wire.Unknown error) {
            return answer(false, error.getMessage());
        }
        Model.Order order = hospital.byCentreNumber(data.get("payOrdId"), data.get("medOrgOrd"));
        if (order == null) return answer(false, "没有这个订单");
        Model.Amounts amounts = Texts.amounts(data);
        if (amounts == null || !amounts.balanced() || amounts.total() != order.total) return answer(false, "金额与订单不一致");
        synchronized (hospital) {
            if (order.amounts == null && order.booked == 0) {
                order.early = true;
                return answer(true, "已收到, 待核实");
            }
            if (!order.amounts.equals(amounts)) return answer(false, "金额与预结算不一致");
            if (order.booked > 0) return answer(true, "已处理");
        }
        if (!order.open()) hospital.move(order, "manual", "已撤销的订单收到结算通知, 请到窗口处理");
        else if (!confirm(order, amounts)) return answer(false, "入账失败, 请重发");
        return answer(true, "成功");
    }

    /** Whether the notice may be acknowledged: everything but a failed booking. */
    private boolean confirm(Model.Order order, Model.Amounts amounts) {
        order.talk.lock();
        try {
            if (!order.open()) return true;
            String found = query(order);
            return found.equals("unknown") ? hospital.book(order, amounts) : !found.equals("unbooked");
        } finally {
            order.talk.unlock();
        }
    }

    private static Map<String, Object> answer(boolean accepted, String message) {
        return Json.of("code", accepted ? 0 : -1, "success", accepted, "message", message);
    }

    Reply cancel(Call call) throws Reply.Declined {
        Model.Order order = hospital.find(call);
        return within(order, () -> {
            usable(order);
            if (order.payOrdId == null) throw new Reply.Declined(409, "IN_PAYMENT", "订单正在提交, 请稍后再撤销");
            String next = query(order);
            usable(order);
            if (!next.equals("place")) {
                if (List.of("2", "3", "4", "5").contains(String.valueOf(order.ordStas))) {
                    throw new Reply.Declined(409, "IN_PAYMENT", "订单正在结算, 不能撤销");
                }
                return accepted(order);
            }
            order.cancelling = true;
            return revoke(order);
        });
    }

    private static void usable(Model.Order order) throws Reply.Declined {
        if (order.booked > 0) throw new Reply.Declined(409, "USE_REFUND", "订单已支付, 请申请退费");
        if (order.state.equals("failed")) throw new Reply.Declined(409, "OTHER", "订单已失败, 无需撤销");
    }

    /** 6401; an unknown outcome is found out by 6301. */
    private Reply revoke(Model.Order order) throws Reply.Declined {
        try {
            if (!order.state.equals("cancelled")) wire.centre("6401", person(order));
            hospital.release(order, "cancelled", "订单已撤销");
            return Reply.of("done", order, Json.of("order_state", order.state));
        } catch (Wire.Refused error) {
            order.cancelling = false;
            query(order);
            usable(order);
            throw new Reply.Declined(409, "IN_PAYMENT", "医保中心不允许撤销: " + error.getMessage());
        } catch (Wire.Unknown error) {
            query(order);
            usable(order);
            if (order.state.equals("cancelled")) return Reply.of("done", order, Json.of("order_state", order.state));
            schedule(order, POLL_MS);
            return accepted(order);
        }
    }
}
