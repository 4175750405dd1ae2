import java.util.List;
import java.util.Map;

/** 6203: what a cashier typed is judged here; a repeat with the same appRefdSn is the legal query. */
final class Refunds {
    private static final int TRIES = 2;
    private static final int REPEATS = 15;
    private static final long REPEAT_MS = 4000;

    private final Config config;
    private final Wire wire;
    private final Hospital hospital;
    private final Payment payment;
    private final java.util.concurrent.ScheduledExecutorService timer = java.util.concurrent.Executors.newScheduledThreadPool(2, job -> {
        Thread thread = new Thread(job);
        thread.setDaemon(true);
        return thread;
    });

    Refunds(Config config, Wire wire, Hospital hospital, Payment payment) {
        this.config = config;
        this.wire = wire;
        this.hospital = hospital;
        this.payment = payment;
    }

    Reply refund(Call call) throws Reply.Declined {
        List<Model.Bill> bills = hospital.bills(call, call.texts("bill_ids", "bill_id"));
        Model.Order order = bills.get(0).order;
        if (order == null || order.booked == 0) throw new Reply.Declined(409, "NOT_PAID", "该费用尚未支付");
        Credential credential = Credential.of(call);
        Model.Refund refund;
        synchronized (hospital) {
            refund = plan(call, order, bills);
            refund.no = hospital.number("RF");
            refund.state = "pending";
            order.refunds.add(refund);
            hospital.move(order, "refunding", "退费处理中");
        }
        return payment.within(order, () -> {
            try {
                Credential.Proof proof = credential.prove(wire, order.patient);
                if (proof.number().equals(order.proof.number())) throw new Reply.Declined(409, "AUTH_USED", "退费需要重新核验身份");
                refund.message = message(order, refund, proof);
                return send(order, refund, TRIES);
            } catch (Reply.Declined declined) {
                finish(order, refund, "failed");
                return Reply.refused(declined, refs(order, refund));
            }
        });
    }

    /** Type and parts of the refund, from what was typed in or from what is left. */
    private static Model.Refund plan(Call call, Model.Order order, List<Model.Bill> bills) throws Reply.Declined {
        if (order.refunds.stream().anyMatch(one -> one.state.equals("pending"))) {
            throw new Reply.Declined(409, "REFUND_PENDING", "上一笔退费正在处理");
        }
        Model.Amounts paid = order.amounts;
        long cash = paid.cash() - order.refunded("cash");
        long account = paid.account() - order.refunded("account");
        long fund = paid.fund() - order.refunded("fund");
        if (cash + account + fund <= 0) throw new Reply.Declined(409, "OVER_PAID", "该订单已全部退费");
        if (!bills.containsAll(order.bills)) throw new Reply.Declined(422, "WHOLE_ORDER", "合并支付的订单只能整单退费");
        if (!wholePrescription(call, bills)) throw new Reply.Declined(422, "WHOLE_PRESCRIPTION", "处方不能部分退费, 请整单退费后重新开单");
        String type = call.text("refd_type");
        Map<String, Object> typed = call.object("amounts");
        boolean first = order.refunds.stream().noneMatch(one -> one.state.equals("success"));
        Model.Refund refund = new Model.Refund();
        refund.type = type == null ? "ALL" : type;
        refund.cash = typed == null ? (refund.type.equals("HI") ? 0 : cash) : fen(typed, "cash");
        refund.account = typed == null ? (refund.type.equals("CASH") ? 0 : account) : fen(typed, "account");
        refund.fund = typed == null ? (refund.type.equals("CASH") ? 0 : fund) : fen(typed, "fund");
        if (typed != null && typed.get("total") != null && fen(typed, "total") != refund.sum()) {
            throw new Reply.Declined(422, "AMOUNT", "退费总额不等于各部分之和");
        }
        if (refund.cash < 0 || refund.account < 0 || refund.fund < 0 || refund.sum() == 0) {
            throw new Reply.Declined(422, "AMOUNT", "退费金额应大于 0");
        }
        if (refund.cash > cash || refund.account > account || refund.fund > fund) throw new Reply.Declined(422, "OVER_PAID", "退费金额超过可退金额");
        boolean allMedical = refund.account == account && refund.fund == fund;
        switch (refund.type) {
            case "ALL" -> {
                if (!first) throw new Reply.Declined(422, "REFUND_TYPE", "已有部分退费, 不能再整单退费");
                if (!allMedical || refund.cash != cash) throw new Reply.Declined(422, "WHOLE_ORDER", "整单退费必须退回全部金额");
            }
            case "CASH" -> {
                if (refund.account + refund.fund != 0) throw new Reply.Declined(422, "REFUND_TYPE", "只退现金时不能退医保部分");
            }
            case "HI" -> {
                if (refund.cash != 0) throw new Reply.Declined(422, "REFUND_TYPE", "只退医保时不能退现金");
                if (!allMedical) throw new Reply.Declined(422, "WHOLE_ORDER", "医保部分只能全部退回");
            }
            default -> throw new Reply.Declined(422, "REFUND_TYPE", "退费类型应为 ALL、CASH 或 HI");
        }
        return refund;
    }

    private static long fen(Map<String, Object> typed, String name) throws Reply.Declined {
        Object value = typed.get(name);
        if (value == null) return 0;
        try {
            return Long.parseLong(value.toString());
        } catch (NumberFormatException error) {
            throw new Reply.Declined(422, "AMOUNT", "金额应为整数分: " + value);
        }
    }

    private static boolean wholePrescription(Call call, List<Model.Bill> bills) {
        List<Map<String, Object>> items = call.rows("items");
        if (items == null) return true;
        for (Model.Bill bill : bills) {
            for (Model.Item item : bill.items) {
                boolean whole = items.stream().anyMatch(one -> item.id().equals(one.get("item_id"))
                        && (one.get("cnt") == null || item.cnt().equals(one.get("cnt").toString())));
                if (!whole) return false;
            }
        }
        return true;
    }

    private Map<String, Object> message(Model.Order order, Model.Refund refund, Credential.Proof proof) {
        return Json.of("orgCodg", config.orgCodg(), "payOrdId", order.payOrdId, "appRefdSn", refund.no,
                "appRefdTime", Envelope.beijing14(System.currentTimeMillis()), "totlRefdAmt", Money.yuan(refund.sum()),
                "cashRefdAmt", Money.yuan(refund.cash), "psnAcctRefdAmt", Money.yuan(refund.account),
                "fundRefdAmt", Money.yuan(refund.fund), "refdType", refund.type, "payAuthNo", proof.payAuthNo(), "ecToken", proof.ecToken());
    }

    /** Sends or repeats the refund; EXP and an unknown outcome are pending, neither success nor failure. */
    private Reply send(Model.Order order, Model.Refund refund, int tries) throws Reply.Declined {
        for (int i = 0; i < tries; i++) {
            try {
                Map<String, Object> data = wire.centre("6203", refund.message);
                String status = String.valueOf(data.get("refStatus"));
                if (status.equals("SUCC")) {
                    finish(order, refund, "success");
                    return answer("done", order, refund);
                }
                if (status.equals("FAIL")) throw new Reply.Declined(409, "DECLINED", "医保中心退费失败");
                break;
            } catch (Wire.Refused error) {
                if (i == 0 && refund.repeats == 0) throw new Reply.Declined(409, "DECLINED", "医保中心: " + error.getMessage());
                break;
            } catch (Wire.Unknown error) {
                continue;
            }
        }
        timer.schedule(() -> again(order, refund), REPEAT_MS, java.util.concurrent.TimeUnit.MILLISECONDS);
        return answer("accepted", order, refund);
    }

    private void again(Model.Order order, Model.Refund refund) {
        if (order.closed || !refund.state.equals("pending") || refund.repeats++ >= REPEATS) return;
        order.talk.lock();
        try {
            send(order, refund, 1);
        } catch (Reply.Declined declined) {
            finish(order, refund, "failed");
        } finally {
            order.talk.unlock();
        }
    }

    private void finish(Model.Order order, Model.Refund refund, String state) {
        synchronized (hospital) {
            refund.state = state;
            long back = order.refunded("cash") + order.refunded("account") + order.refunded("fund");
            if (back == 0) hospital.move(order, "paid", "退费未成功, 订单仍为已支付");
            else if (back < order.amounts.total()) hospital.move(order, "part_refunded", "已退费 " + Money.yuan(back) + " 元");
            else hospital.move(order, "refunded", "已全部退费 " + Money.yuan(back) + " 元");
        }
    }

    private static Map<String, Object> refs(Model.Order order, Model.Refund refund) {
        Map<String, Object> refs = Reply.refs(order);
        refs.put("refundNo", refund.no);
        return refs;
    }

    private static Reply answer(String state, Model.Order order, Model.Refund refund) {
        Reply reply = Reply.of(state, order, Json.of("refund_state", state.equals("done") ? "success" : "pending", "amount", refund.sum()));
        reply.body().put("refs", refs(order, refund));
        return reply;
    }
}
