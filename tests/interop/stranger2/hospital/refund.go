package main

// Taking back: cancelling what is not settled (6401), refunding what is (6203), and the timers that finish both.

import (
	"strings"
	"time"
)

// cancel ends an unpaid order or gives back an unpaid slot.
func (h *Hospital) cancel(c *Call) *Reply {
	h.mu.Lock()
	o, g, b := h.named(c)
	if o == nil {
		defer h.mu.Unlock()
		if g == nil && b != nil && b.Reg != nil {
			g = b.Reg
		}
		switch {
		case g != nil && (g.State == "unpaid" || g.State == "cancelled"):
			h.release(g, "cancelled")
			return &Reply{status: 200, state: "done", pstate: "cancelled", pmsg: "挂号已取消, 号源已释放, 未扣款。", result: M{"order_state": "cancelled"}}
		case b != nil && b.State == "unpaid":
			return refuse(409, "NOT_PAID", "there is no order to cancel")
		case b != nil:
			return refuse(409, "USE_REFUND", "paid")
		}
		return refuse(422, "BILL_UNKNOWN", "nothing of that name")
	}
	h.mu.Unlock()
	for i := 0; !o.op.TryLock(); i++ {
		if i > 60 {
			return refuse(409, "IN_PAYMENT", "the order is being processed")
		}
		time.Sleep(50 * time.Millisecond)
	}
	defer o.op.Unlock()
	h.mu.Lock()
	free := func() *Reply { // the order is over, the slot goes back too
		defer h.mu.Unlock()
		if o.open() {
			h.close(o, "cancelled", "cancelled")
		}
		if r := o.registration(); r != nil && r.State == "unpaid" {
			h.release(r, "cancelled")
		}
		rep := h.toldLocked(o, 200, "done")
		rep.result = M{"order_state": "cancelled"}
		rep.pstate, rep.pmsg = "cancelled", "订单已取消, 没有扣款。"
		return rep
	}
	settled := func() *Reply { defer h.mu.Unlock(); return refusedOrder(o, "USE_REFUND", "settled") }
	switch {
	case fault("revokes-settled") && o.booked > 0:
		h.mu.Unlock()
		h.revoke(o)
		h.mu.Lock()
		return settled()
	case fault("cancels-paid-locally") && o.booked > 0:
		o.state = "cancelled"
		return free()
	case o.booked > 0 && len(o.refunds) == 0, o.state == "paid":
		return settled()
	case o.state == "refunded" || o.state == "part_refunded" || o.state == "refunding":
		return settled()
	case o.state == "manual":
		defer h.mu.Unlock()
		return refusedOrder(o, "IN_PAYMENT", "a person looks at it")
	case !o.open() || o.ord == "" || fault("cancels-without-6401"):
		return free()
	}
	h.mu.Unlock()
	a, state := h.query(o)
	h.mu.Lock()
	switch {
	case o.booked > 0:
		return settled()
	case !o.open() && o.state != "manual":
		return free()
	case a.Kind != "ok" || state != "0" && state != "1":
		defer h.mu.Unlock()
		return refusedOrder(o, "IN_PAYMENT", "state "+state)
	}
	h.mu.Unlock()
	done := h.revoke(o)
	if done {
		h.mu.Lock()
		return free()
	}
	h.query(o)
	h.mu.Lock()
	if o.booked > 0 {
		return settled()
	}
	if o.state == "cancelled" {
		return free()
	}
	defer h.mu.Unlock()
	return refusedOrder(o, "IN_PAYMENT", "not revoked")
}

// named finds what a call speaks of: an order, a registration or a bill; h.mu is held.
func (h *Hospital) named(c *Call) (*Order, *Registration, *Bill) {
	a, r := c.args, c.run
	refs, _ := a["refs"].(M)
	if refs != nil {
		for _, o := range r.orders {
			if scalar(refs["medOrgOrd"]) == o.med || o.ord != "" && scalar(refs["payOrdId"]) == o.ord {
				return o, nil, nil
			}
		}
	}
	g := r.regs[scalar(a["registration_id"])]
	b := r.bills[scalar(a["bill_id"])]
	if g != nil {
		b = g.Bill
	}
	if b == nil || c.pat != nil && b.Patient != c.pat {
		return nil, nil, nil
	}
	for i := len(r.orders) - 1; i >= 0; i-- {
		for _, x := range r.orders[i].bills {
			if x == b {
				return r.orders[i], g, b
			}
		}
	}
	return nil, g, b
}

// judged holds what the cashier asked for against the order: nothing is sent where it does not fit.
func (h *Hospital) judged(c *Call) (*Order, *Refund, *Reply) {
	a, r := c.args, c.run
	given := 0
	for _, n := range []string{"auth_code", "pay_auth_no", "ec_code"} {
		if scalar(a[n]) != "" {
			given++
		}
	}
	var o *Order
	var asked []*Bill
	if ids := list(a["bill_ids"]); len(ids) > 0 {
		for _, id := range ids {
			if b := r.bills[scalar(id)]; b != nil && b.Patient == c.pat {
				asked = append(asked, b)
			} else {
				return nil, nil, refuse(422, "BILL_UNKNOWN", "bill")
			}
		}
		o = asked[0].Order
	} else {
		var b *Bill
		o, _, b = h.named(c)
		if b == nil {
			return nil, nil, refuse(422, "BILL_UNKNOWN", "bill")
		}
		asked = []*Bill{b}
	}
	switch {
	case given != 1 && !(fault("refunds-without-identity") && given == 0) && !(fault("takes-two-credentials") && given == 2):
		return nil, nil, refuse(422, "IDENTITY_REQUIRED", "exactly one credential")
	case asked[0].Window:
		return nil, nil, refuse(409, "OTHER", "paid at the counter")
	case o == nil || o.booked == 0:
		return nil, nil, refuse(409, "NOT_PAID", "not paid")
	case o.state == "refunding":
		return nil, nil, refuse(409, "REFUND_PENDING", "a refund is under way")
	case o.state == "refunded" && !fault("refunds-refunded"):
		return nil, nil, refuse(409, "OVER_PAID", "refunded")
	}
	for _, b := range asked {
		if b.Order != o {
			return nil, nil, refuse(422, "WHOLE_ORDER", "bills of two orders")
		}
		if b.Dispensed {
			return nil, nil, refuse(409, "DISPENSED", "dispensed")
		}
	}
	partly := false
	if items := list(a["items"]); len(items) > 0 {
		whole := map[string]bool{}
		for _, it := range items {
			m, _ := it.(M)
			for _, x := range asked[0].Items {
				if x.ID == scalar(m["item_id"]) {
					n, ok := scaled(scalar(m["cnt"]), 4)
					all, _ := scaled(x.Cnt, 4)
					whole[x.ID] = m["cnt"] == nil || ok && n == all
				}
			}
		}
		for _, x := range asked[0].Items {
			if !whole[x.ID] {
				if fault("refunds-one-line") {
					partly = true
					continue
				}
				return nil, nil, refusedOrder(o, "WHOLE_PRESCRIPTION", "part of a prescription")
			}
		}
	}
	left := *o.amt
	back := o.refunded(true)
	left.Cash, left.Account, left.Fund = left.Cash-back.Cash, left.Account-back.Account, left.Fund-back.Fund
	if fault("refunds-refunded") {
		left = *o.amt
	}
	kind := scalar(a["refd_type"])
	typed, hasTyped := a["amounts"].(M)
	if len(asked) < len(o.bills) {
		if !fault("refunds-one-of-merged") {
			return nil, nil, refusedOrder(o, "WHOLE_ORDER", "one bill of several")
		}
		kind, hasTyped = "HI", true
		typed = M{"account": left.Account * asked[0].Total / o.total, "fund": left.Fund * asked[0].Total / o.total}
	}
	if partly {
		kind, hasTyped, typed = "ALL", true, M{"cash": left.Cash / 2, "account": left.Account / 2, "fund": left.Fund / 2}
	}
	f := &Refund{Type: kind, State: "pending"}
	if kind == "" {
		f.Type = "ALL"
		if left.Account == 0 && left.Fund == 0 && !variant("always-all") {
			f.Type = "CASH"
		}
		if left.Cash == 0 && variant("hi-for-insurance") {
			f.Type = "HI"
		}
	}
	if f.Type != "ALL" && f.Type != "CASH" && f.Type != "HI" {
		return nil, nil, refuse(422, "REFUND_TYPE", "type")
	}
	if hasTyped {
		for _, p := range []struct {
			name string
			to   *int64
		}{{"cash", &f.A.Cash}, {"account", &f.A.Account}, {"fund", &f.A.Fund}} {
			if v, has := typed[p.name]; has && v != nil {
				n, ok := scaled(scalar(v), 0)
				if !ok {
					return nil, nil, refuse(422, "AMOUNT", "amount")
				}
				*p.to = n
			}
		}
		f.A.Total = f.A.Cash + f.A.Account + f.A.Fund
		if fault("cash-drops-account") && f.Type == "CASH" {
			f.A = Amounts{Total: f.A.Cash, Cash: f.A.Cash}
		}
		if fault("hi-drops-cash") && f.Type == "HI" {
			f.A = Amounts{Total: left.Account + left.Fund, Account: left.Account, Fund: left.Fund}
		}
		if fault("clamps-to-original") {
			f.A.Cash, f.A.Account, f.A.Fund = min64(f.A.Cash, left.Cash), min64(f.A.Account, left.Account), min64(f.A.Fund, left.Fund)
			f.A.Total = f.A.Cash + f.A.Account + f.A.Fund
		}
		if v, has := typed["total"]; has && v != nil && scalar(v) != scalar(f.A.Total) && !fault("clamps-to-original") && !fault("cash-drops-account") && !fault("hi-drops-cash") {
			return nil, nil, refuse(422, "AMOUNT", "the parts do not add up")
		}
		whole := f.A.Account == left.Account && f.A.Fund == left.Fund
		switch {
		case fault("refunds-one-line") && partly, fault("refunds-one-of-merged") && len(asked) < len(o.bills):
		case f.Type == "CASH" && f.A.Account+f.A.Fund > 0, f.Type == "HI" && f.A.Cash > 0:
			return nil, nil, refusedOrder(o, "REFUND_TYPE", "the parts do not fit the type")
		case f.A.Cash > left.Cash, f.A.Account > left.Account, f.A.Fund > left.Fund:
			return nil, nil, refusedOrder(o, "OVER_PAID", "more than was paid")
		case f.A.Total == 0:
			return nil, nil, refuse(422, "AMOUNT", "nothing to refund")
		case f.Type == "ALL" && (!whole || f.A.Cash != left.Cash), f.Type == "HI" && !whole:
			return nil, nil, refusedOrder(o, "WHOLE_ORDER", "part of the insurance side")
		}
	} else {
		if f.Type != "HI" {
			f.A.Cash = left.Cash
		}
		if f.Type != "CASH" {
			f.A.Account, f.A.Fund = left.Account, left.Fund
		}
		f.A.Total = f.A.Cash + f.A.Account + f.A.Fund
		if f.A.Total == 0 && o.amt.Total > 0 {
			return nil, nil, refusedOrder(o, "OVER_PAID", "nothing of that kind is left")
		}
	}
	return o, f, nil
}

func min64(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func (h *Hospital) refund(c *Call) *Reply {
	h.mu.Lock()
	o, f, rep := h.judged(c)
	if rep != nil {
		h.mu.Unlock()
		return rep
	}
	if f.A.Total == 0 { // an order of nothing
		f.State = "success"
		h.refundEnds(o, f)
		h.mu.Unlock()
		return h.refundTold(o, f)
	}
	before := o.state
	o.state = "refunding"
	h.mu.Unlock()
	o.op.Lock()
	defer o.op.Unlock()
	back := func(rep *Reply) *Reply {
		h.mu.Lock()
		defer h.mu.Unlock()
		o.state = before
		if f.body != nil {
			f.State = "failed"
		}
		rep.refs = o.refs()
		return rep
	}
	args := M{}
	for n, v := range c.args {
		args[n] = v
	}
	if fault("takes-two-credentials") && scalar(args["ec_code"]) != "" {
		delete(args, "ec_code")
	}
	var cred credential
	if fault("refunds-without-identity") && scalar(args["auth_code"])+scalar(args["pay_auth_no"])+scalar(args["ec_code"]) == "" || fault("refunds-with-stored") {
		cred = credential{auth: o.auth, ec: o.ec}
	} else if cred, rep = h.identify(args, o.pat, c.openID, "insurance_app"); rep != nil {
		return back(rep)
	}
	if cred.text() == o.auth+o.ec && !fault("refunds-with-stored") && !fault("refunds-without-identity") {
		return back(refuse(409, "AUTH_USED", "a refund needs a new verification"))
	}
	h.mu.Lock()
	f.No = h.id("TF")
	when := time.Now().In(beijing).Format("20060102150405")
	if fault("refund-time-with-dashes") {
		when = time.Now().In(beijing).Format("2006-01-02 15:04:05")
	}
	f.body = M{"payOrdId": o.ord, "appRefdSn": f.No, "appRefdTime": when, "totlRefdAmt": yuan(f.A.Total), "cashRefdAmt": yuan(f.A.Cash),
		"psnAcctRefdAmt": yuan(f.A.Account), "fundRefdAmt": yuan(f.A.Fund), "refdType": f.Type, "orgCodg": h.b.OrgCodg}
	if fault("refund-total-is-cash") {
		f.body["totlRefdAmt"] = yuan(f.A.Cash)
	}
	if fault("refund-type-always-all") {
		f.body["refdType"] = "ALL"
	}
	cred.put(f.body)
	if fault("sends-both-credentials") {
		f.body["payAuthNo"], f.body["ecToken"] = cred.text(), cred.text()
	}
	o.refunds = append(o.refunds, f)
	h.mu.Unlock()
	return h.askRefund(o, f, before, 3)
}

// askRefund sends 6203; the same number again is the query, so an unknown outcome is asked with the same body.
func (h *Hospital) askRefund(o *Order, f *Refund, before string, times int) *Reply {
	for try := 0; try < times; try++ {
		if try > 0 {
			time.Sleep(400 * time.Millisecond << try)
			if fault("refund-new-number") {
				h.mu.Lock()
				f.No = h.id("TF")
				f.body["appRefdSn"] = f.No
				h.mu.Unlock()
			}
		}
		a := h.b.centre("6203", f.body)
		status := a.str("refStatus")
		if fault("exp-is-success") && status == "EXP" {
			status = "SUCC"
		}
		if fault("exp-is-failure") && status == "EXP" {
			status = "FAIL"
		}
		if fault("lost-refund-is-failure") && a.Kind == "unknown" {
			status, a.Kind = "FAIL", "ok"
		}
		if fault("refund-refused-is-success") && (a.Kind == "refused" || status == "FAIL") {
			status, a.Kind = "SUCC", "ok"
		}
		h.mu.Lock()
		switch {
		case a.Kind == "ok" && status == "SUCC":
			f.State = "success"
			h.refundEnds(o, f)
			h.mu.Unlock()
			return h.refundTold(o, f)
		case a.Kind == "ok" && status == "FAIL":
			f.State, o.state = "failed", before
			rep := refusedOrder(o, "DECLINED", "refund failed")
			h.mu.Unlock()
			return rep
		case a.Kind == "refused":
			f.State, o.state = "failed", before
			rep := refusedBy(a, o)
			h.mu.Unlock()
			return rep
		case a.Kind == "ok": // EXP: neither success nor failure
			try = times
		}
		h.mu.Unlock()
		if variant("refund-lazy-retry") {
			break
		}
	}
	h.mu.Lock()
	f.tries++
	wait := time.Duration(3+3*f.tries) * time.Second
	if wait > time.Minute {
		wait = time.Minute
	}
	f.next = o.run.now(o.flow).Add(wait)
	if fault("exp-never-asked") {
		f.next = time.Time{}
	}
	h.mu.Unlock()
	return h.refundTold(o, f)
}

// refundEnds enters a refund that went through; h.mu is held.
func (h *Hospital) refundEnds(o *Order, f *Refund) {
	if f.body == nil {
		f.No = h.id("TF")
		o.refunds = append(o.refunds, f)
	}
	done := o.refunded(false)
	o.state = "part_refunded"
	if done.Cash >= o.amt.Cash && done.Account >= o.amt.Account && done.Fund >= o.amt.Fund {
		o.state = "refunded"
		for _, b := range o.bills {
			b.State = "refunded"
			if b.Reg != nil {
				h.release(b.Reg, "refunded")
			}
		}
	}
	if fault("refund-not-in-ledger") {
		o.refunds, o.state = nil, "paid"
	}
	if fault("refund-ledger-total-as-cash") {
		f.A = Amounts{Total: f.A.Total, Cash: f.A.Total}
	}
	logf("order %s refund %s %s", o.med, f.No, o.state)
}

func (h *Hospital) refundTold(o *Order, f *Refund) *Reply {
	h.mu.Lock()
	defer h.mu.Unlock()
	rep := &Reply{status: 200, state: "done", refs: o.refs(), pstate: "success", result: M{"refund_state": f.State, "amount": f.A.Total},
		pmsg: "退费成功, 共退 " + yuan(f.A.Total) + " 元(现金 " + yuan(f.A.Cash) + ", 个人账户 " + yuan(f.A.Account) + ", 医保基金 " + yuan(f.A.Fund) + "), 现金原路退回。"}
	if f.State == "pending" {
		rep.status, rep.state, rep.pstate = 202, "accepted", "pending"
		rep.pmsg = "退费处理中, 结果尚未确定, 请稍后在退费记录里查看, 不要重复申请。"
	}
	return rep
}

func (h *Hospital) refundAgain(o *Order, f *Refund) {
	o.op.Lock()
	defer o.op.Unlock()
	h.mu.Lock()
	f.next = time.Time{}
	go_on := f.State == "pending"
	h.mu.Unlock()
	if go_on {
		h.askRefund(o, f, "paid", 1)
	}
}

// due runs what a flow's time has reached, and says whether there was something.
func (h *Hospital) due(r *Run, flow string, wait bool) bool {
	h.mu.Lock()
	var jobs []func()
	for _, o := range r.orders {
		o := o
		if flow != "" && o.flow != flow {
			continue
		}
		now := r.now(o.flow)
		if !o.next.IsZero() && !now.Before(o.next) {
			o.next = time.Time{}
			jobs = append(jobs, func() { h.poll(o) })
		}
		if o.open() && !o.expire.IsZero() && !now.Before(o.expire) {
			o.expire = now.Add(5 * time.Minute)
			jobs = append(jobs, func() { h.expired(o) })
		}
		for _, f := range o.refunds {
			f := f
			if f.State == "pending" && !f.next.IsZero() && !now.Before(f.next) {
				f.next = time.Time{}
				jobs = append(jobs, func() { h.refundAgain(o, f) })
			}
		}
	}
	for _, g := range r.regs {
		if flow != "" && g.Bill.Flow != flow {
			continue
		}
		if g.State == "unpaid" && g.Bill.State == "unpaid" && !r.now(g.Bill.Flow).Before(g.Expire) && !fault("never-expires") {
			h.release(g, "cancelled")
		}
	}
	h.mu.Unlock()
	for _, j := range jobs {
		if wait {
			j()
		} else {
			go j()
		}
	}
	return len(jobs) > 0
}

// clock moves a flow's time and answers after everything due has run.
func (h *Hospital) clock(c *Call) *Reply {
	ms, ok := scaled(scalar(c.args["advance_ms"]), 0)
	if !ok || ms < 1 {
		return &Reply{status: 400}
	}
	flow := scalar(c.args["flow"])
	if flow == "" {
		flow = c.flow
	}
	h.mu.Lock()
	c.run.offsets[flow] += time.Duration(ms) * time.Millisecond
	h.mu.Unlock()
	deadline := time.Now().Add(8 * time.Second)
	for h.due(c.run, flow, true) && time.Now().Before(deadline) {
	}
	return &Reply{status: 200, state: "done", result: M{}}
}

func (h *Hospital) tick() {
	for range time.Tick(100 * time.Millisecond) {
		h.mu.Lock()
		var runs []*Run
		for _, r := range h.runs {
			runs = append(runs, r)
		}
		h.mu.Unlock()
		for _, r := range runs {
			h.due(r, "", false)
		}
	}
}

// revokeFirst ends an open order of a bill before the bill is changed; false: it cannot be ended now.
func (h *Hospital) revokeFirst(o *Order) bool {
	o.op.Lock()
	defer o.op.Unlock()
	h.mu.Lock()
	open := o.open()
	h.mu.Unlock()
	if !open {
		return o.state != "manual"
	}
	if o.ord != "" {
		if _, state := h.query(o); state != "0" && state != "1" || !h.revoke(o) {
			return false
		}
	} else if strings.HasPrefix(o.state, "pre") {
		return false
	}
	h.mu.Lock()
	h.close(o, "cancelled", "amended")
	h.mu.Unlock()
	return true
}
