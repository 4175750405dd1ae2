package main

// The driver contract (level 2) and the address that receives 6302.

import (
	"crypto/subtle"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Reply is an answer of the driver contract; status 501, 400 and 500 have no body of that form.
type Reply struct {
	status                             int
	state, code, message, pmsg, pstate string
	result, refs                       M
}

type Call struct {
	action, flow, openID string
	run                  *Run
	pat                  *Patient
	args                 M
	print                string
	made                 time.Time
	done                 chan struct{}
	reply                *Reply
}

func list(v any) []any { l, _ := v.([]any); return l }

// sentences are what the patient reads where something was declined.
var sentences = map[string]string{
	"BILL_UNKNOWN": "没有找到这张单据, 未扣款, 请到窗口核对。", "BILL_BUSY": "这张单据正在支付中, 请勿重复提交, 稍后查看结果。",
	"BILL_PAID": "这张单据已经支付, 不会再次扣款。", "SLOT_TAKEN": "该号源已被约满, 请选择其他时段。",
	"SLOT_SUSPENDED": "该时段已停诊, 未扣款, 请选择其他号源。",
	"CREDENTIAL":     "医保授权未通过或已失效, 未扣款, 请重新授权后再支付。", "AUTH_USED": "本次授权已使用过, 未扣款, 请重新授权。",
	"NOT_OWNER":          "授权的医保账户不是就诊人本人, 不能使用医保支付, 未扣款; 请由本人授权或自费支付。",
	"FAMILY_NOT_OFFERED": "本院暂未开通亲情账户代付, 未扣款, 请由就诊人本人授权或自费支付。",
	"AMOUNT":             "金额有误, 未扣款, 请联系窗口核对。", "DECLINED": "医保未受理这笔业务, 未扣款, 请核对参保信息或到窗口办理。",
	"USE_REFUND": "订单已支付, 不能取消, 需要退款请申请退费。", "IN_PAYMENT": "订单正在支付处理中, 暂不能操作, 请稍后再试。",
	"NOT_PAID": "订单尚未支付, 无需退费。", "REFUND_TYPE": "退费类型与退费项目不符, 未退费, 请核对后重新申请。",
	"OVER_PAID": "超过可退金额或已全部退完, 未退费。", "WHOLE_PRESCRIPTION": "医保规定处方须整张退费, 不能只退其中一部分。",
	"WHOLE_ORDER": "合并支付的订单须整单退费后重新结算, 不能只退其中一部分。", "DISPENSED": "药品已发或项目已执行, 不能退费, 请到窗口处理。",
	"IDENTITY_REQUIRED": "退费需要重新核验身份, 请重新授权或出示医保码(只用一种方式)。",
	"REFUND_PENDING":    "退费正在处理中, 请勿重复申请, 稍后查看结果。", "OTHER": "系统暂时无法办理, 未扣款, 请稍后再试或到窗口办理。",
	"CALL_CONFLICT": "请求冲突, 请重试。",
}

func refuse(status int, code, message string) *Reply {
	r := &Reply{status: status, state: "refused", code: code, message: message, pmsg: sentences[code], pstate: "failed"}
	if code == "BILL_BUSY" || code == "IN_PAYMENT" || code == "REFUND_PENDING" {
		r.pstate = "pending"
	}
	if fault("says-nothing") {
		r.pmsg = "操作失败"
	}
	return r
}

func refusedOrder(o *Order, code, message string) *Reply {
	r := refuse(409, code, message)
	if code == "REFUND_TYPE" || code == "OVER_PAID" || strings.HasPrefix(code, "WHOLE") {
		r.status = 422
	}
	r.refs = o.refs()
	return r
}

// refusedBy: the centre declined; of its codes only those of the authorisation are told apart.
func refusedBy(a Answer, o *Order) *Reply {
	code := "DECLINED"
	for prefix, c := range map[string]string{"LT-AUTH-USED": "AUTH_USED", "LT-AUTH-PERSON": "NOT_OWNER"} {
		if a.Code == prefix {
			code = c
		}
	}
	if code == "DECLINED" && (strings.HasPrefix(a.Code, "LT-AUTH") || a.Code == "LT-REFUND-FRESH") {
		code = "CREDENTIAL"
	}
	if variant("declined-for-all") {
		code = "DECLINED"
	}
	r := refusedOrder(o, code, "centre "+a.Code)
	r.status = 409
	if fault("shows-centre-text") {
		r.pmsg = "接口返回: " + a.Code + " " + a.Why + " {\"code\":\"" + a.Code + "\"}"
	}
	if fault("message-names-person") {
		r.message = "患者 " + o.pat.Name + " " + o.pat.IDNo + " 支付被拒"
	}
	return r
}

// tell is the patient's screen for an order.
func tell(o *Order) string {
	parts := ""
	if o.amt != nil && !o.doubt {
		parts = fmt.Sprintf("费用总额 %s 元, 医保基金支付 %s 元, 个人账户支付 %s 元, ", yuan(o.amt.Total), yuan(o.amt.Fund), yuan(o.amt.Account))
		if o.amt.Other > 0 {
			parts += fmt.Sprintf("其他抵扣 %s 元, ", yuan(o.amt.Other))
		}
		parts += fmt.Sprintf("现金支付 %s 元", yuan(o.amt.Cash))
	}
	switch o.state {
	case "created":
		return "订单已提交, 正在等待医保处理结果, 请勿重复支付, 稍后查看。"
	case "presettled":
		return "待支付: " + parts + "。请在医保页面确认支付。"
	case "pending":
		return "支付结果确认中, 请勿重复支付, 稍后在缴费记录里查看。"
	case "paid":
		return "支付成功: " + parts + "。"
	case "cancelled":
		if o.why == "expired" {
			return "订单超时未支付, 已自动撤销, 没有扣款, 可重新支付。"
		}
		return "订单已取消, 没有扣款。"
	case "failed":
		switch {
		case o.why == "medical":
			return "医保结算未成功, 已收的现金将原路退回, 可重新支付或到窗口办理。"
		case o.why == "expired":
			return "订单超时未支付, 已关闭, 没有扣款, 可重新支付。"
		}
		if s := sentences[o.why]; s != "" {
			return s
		}
		return "支付未成功, 没有扣款, 可重新支付。"
	case "refunding":
		return "退费处理中, 请稍后查看, 不要重复申请。"
	case "part_refunded":
		return "已部分退费 " + yuan(o.refunded(false).Total) + " 元, 现金原路退回。"
	case "refunded":
		return "已全部退费 " + yuan(o.refunded(false).Total) + " 元, 现金原路退回。"
	}
	return "支付结果正在人工核对, 请勿重复支付, 如有疑问请联系窗口。"
}

func icon(o *Order) string {
	switch o.state {
	case "paid", "refunded", "part_refunded":
		return "success"
	case "failed":
		return "failed"
	case "cancelled":
		return "cancelled"
	}
	return "pending"
}

func (h *Hospital) told(o *Order, status int, state string) *Reply {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.toldLocked(o, status, state)
}

func (h *Hospital) toldLocked(o *Order, status int, state string) *Reply {
	if o.booked > 0 && o.state == "paid" {
		status, state = 200, "done"
	}
	r := &Reply{status: status, state: state, refs: o.refs(), pmsg: tell(o), pstate: icon(o), result: M{"order_state": o.state}}
	if o.amt != nil && !o.doubt {
		r.result["amounts"] = o.amt.json()
	}
	if fault("unknown-is-error") && status == 202 && (o.state == "pending" || o.state == "created") {
		return &Reply{status: 500}
	}
	if fault("success-at-order") && o.placed && o.open() {
		r.pstate, r.pmsg = "success", "支付成功"
	}
	if fault("pending-shown-failed") && o.state == "pending" {
		r.pstate, r.pmsg = "failed", "支付失败, 请重新支付"
	}
	if fault("result-without-amounts") && o.state == "paid" {
		r.pmsg = "支付成功"
	}
	return r
}

func (h *Hospital) slip(o *Order) M {
	m := M{"refs": o.refs(), "order_state": o.state, "booked_count": o.booked}
	refunds := []any{}
	for _, f := range o.refunds {
		refunds = append(refunds, M{"refundNo": f.No, "type": f.Type, "state": f.State, "cash": f.A.Cash, "account": f.A.Account, "fund": f.A.Fund})
	}
	m["refunds"] = refunds
	if o.amt != nil && !o.doubt {
		m["amounts"] = o.amt.json()
	}
	return m
}

func (b *Bill) row() M {
	m := M{"bill_id": b.ID, "kind": b.Kind, "total": b.Total}
	if b.Order != nil && b.State != "unpaid" {
		m["refs"] = b.Order.refs()
	}
	return m
}

var noPatient = map[string]bool{"hospital_info": true, "list_departments": true, "list_doctors": true, "list_suspensions": true, "reset": true,
	"clock": true, "reconcile": true, "suspend": true, "set_slot": true, "amend_bill": true, "counter_pay": true, "dispense": true, "fail_booking": true}

var optional = map[string]bool{"clock": true, "suspend": true, "set_slot": true, "amend_bill": true, "counter_pay": true, "dispense": true, "fail_booking": true}

func readOnly(a string) bool {
	return strings.HasPrefix(a, "list_") || strings.HasSuffix(a, "_detail") || a == "hospital_info" || a == "query_patient" ||
		a == "settlement_slip" || a == "order_state" || a == "reconcile"
}

func (h *Hospital) serveAction(w http.ResponseWriter, req *http.Request) {
	action := strings.TrimPrefix(req.URL.Path, "/liantiao/v1/actions/")
	if subtle.ConstantTimeCompare([]byte(req.Header.Get("X-Liantiao-Token")), []byte(h.b.DriverToken)) != 1 {
		h.answer(w, &Reply{status: 401})
		return
	}
	raw, err := io.ReadAll(io.LimitReader(req.Body, 8<<20))
	body, err2 := parse(raw)
	if err != nil || err2 != nil || req.Method != http.MethodPost {
		h.answer(w, &Reply{status: 400})
		return
	}
	args, hasArgs := body["args"].(M)
	run, id := scalar(body["run"]), scalar(body["call_id"])
	if run == "" || id == "" || !hasArgs && body["args"] != nil {
		h.answer(w, &Reply{status: 400})
		return
	}
	if _, known := h.actions()[action]; !known || optional[action] && variant("no-hooks") {
		h.answer(w, &Reply{status: 501})
		return
	}
	c := &Call{action: action, flow: scalar(body["flow"]), args: args, made: time.Now(), done: make(chan struct{})}
	if c.args == nil {
		c.args = M{}
	}
	var who *Patient
	if p, ok := body["patient"].(M); ok {
		who = &Patient{Name: scalar(p["name"]), IDType: scalar(p["id_type"]), IDNo: scalar(p["id_no"]), OpenID: scalar(p["openid"]), Phone: scalar(p["phone"])}
	}
	if !noPatient[action] && (who == nil || who.Name == "" || who.IDNo == "" || who.OpenID == "" || c.flow == "") {
		h.answer(w, &Reply{status: 400})
		return
	}
	c.print = action + "\x00" + c.flow + "\x00" + text(body["patient"], false, false) + "\x00" + text(c.args, false, false)
	h.mu.Lock()
	c.run = h.run(run)
	if who != nil {
		if action == "create_patient" || action == "query_patient" {
			c.pat = who
		} else if c.pat = c.run.patients[who.IDNo]; c.pat == nil {
			c.pat, _ = h.patient(c.run, who)
		}
		c.openID = who.OpenID
	}
	if !readOnly(action) {
		if old := c.run.calls[id]; old != nil && time.Since(old.made) < 10*time.Minute {
			h.mu.Unlock()
			if old.print != c.print {
				h.answer(w, refuse(409, "CALL_CONFLICT", "the call_id was used for another call"))
				return
			}
			<-old.done
			h.answer(w, old.reply)
			return
		}
		c.run.calls[id] = c
	}
	h.mu.Unlock()
	rep := h.actions()[action](c)
	h.mu.Lock()
	if rep.status == 400 || rep.status >= 500 {
		delete(c.run.calls, id)
	}
	c.reply = rep
	h.mu.Unlock()
	close(c.done)
	h.answer(w, rep)
}

func (h *Hospital) answer(w http.ResponseWriter, r *Reply) {
	m := M{}
	for n, v := range map[string]string{"state": r.state, "code": r.code, "message": r.message, "patient_message": r.pmsg, "patient_state": r.pstate} {
		if v != "" {
			m[n] = v
		}
	}
	if r.result != nil {
		m["result"] = r.result
	}
	if r.refs != nil {
		m["refs"] = r.refs
	}
	if variant("extra-fields") {
		m["vendor"] = M{"build": 7}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(r.status)
	io.WriteString(w, text(m, false, variant("member-order")))
}

func done(result M) *Reply { return &Reply{status: 200, state: "done", result: result} }

func (h *Hospital) locked(f func(c *Call) *Reply) func(c *Call) *Reply {
	return func(c *Call) *Reply {
		h.mu.Lock()
		defer h.mu.Unlock()
		return f(c)
	}
}

func (h *Hospital) services() []any {
	out := []any{"registration", "outpatient", "refund", "cancel", "settlement_slip"}
	if !variant("no-merge") {
		out = append(out, "merge")
	}
	return out
}

func (h *Hospital) actions() map[string]func(c *Call) *Reply {
	return map[string]func(c *Call) *Reply{
		"hospital_info": func(c *Call) *Reply {
			return done(M{"code": h.b.OrgCodg, "name": h.b.OrgName, "region": h.b.Region, "services": h.services(), "contract": 1})
		},
		"query_patient": h.locked(func(c *Call) *Reply {
			if p := c.run.patients[c.pat.IDNo]; p != nil {
				return done(M{"found": true, "patient_id": p.ID})
			}
			return done(M{"found": false})
		}),
		"create_patient": h.locked(func(c *Call) *Reply {
			p, made := h.patient(c.run, c.pat)
			return done(M{"patient_id": p.ID, "created": made})
		}),
		"list_departments": func(c *Call) *Reply {
			out := []any{}
			for _, d := range departments {
				out = append(out, d)
			}
			return done(M{"departments": out})
		},
		"list_doctors":     h.locked(h.listDoctors),
		"list_suspensions": h.locked(h.listSuspensions),
		"book_appointment": h.locked(h.register), "register_today": h.locked(h.register),
		"list_registrations": h.locked(h.listRegistrations),
		"prescribe":          h.locked(h.prescribe),
		"list_unpaid":        h.locked(func(c *Call) *Reply { return h.listBills(c, "unpaid", "paying") }),
		"list_paid":          h.locked(func(c *Call) *Reply { return h.listBills(c, "paid") }),
		"unpaid_detail":      h.locked(func(c *Call) *Reply { return h.detail(c, false) }),
		"paid_detail":        h.locked(func(c *Call) *Reply { return h.detail(c, true) }),
		"pay":                h.pay, "cancel": h.cancel, "refund_bill": h.refund, "refund_registration": h.refund,
		"scan_code":       func(c *Call) *Reply { return done(M{"accepted": scalar(c.args["ec_code"]) != ""}) },
		"settlement_slip": h.locked(h.settlementSlip), "order_state": h.locked(h.orderState),
		"reconcile": h.locked(func(c *Call) *Reply {
			out := []any{}
			for _, o := range c.run.orders {
				if o.state == "manual" {
					out = append(out, M{"refs": o.refs(), "why": o.why})
				}
			}
			return done(M{"differences": out})
		}),
		"reset": func(c *Call) *Reply {
			h.mu.Lock()
			n := len(c.run.orders)
			for name, r := range h.runs {
				if r == c.run {
					delete(h.runs, name)
				}
			}
			h.mu.Unlock()
			return done(M{"removed": M{"orders": n}})
		},
		"clock":   h.clock,
		"suspend": h.locked(func(c *Call) *Reply { return h.slotHook(c, func(s *Slot) { s.Suspended = true }) }),
		"set_slot": h.locked(func(c *Call) *Reply {
			return h.slotHook(c, func(s *Slot) { s.Left, _ = strconv.Atoi(scalar(c.args["left"])) })
		}),
		"amend_bill": h.amend, "counter_pay": h.counterPay,
		"dispense": h.locked(func(c *Call) *Reply {
			b := c.run.bills[scalar(c.args["bill_id"])]
			if b == nil {
				return refuse(422, "BILL_UNKNOWN", "bill")
			}
			b.Dispensed = true
			return done(M{})
		}),
		"fail_booking": h.locked(func(c *Call) *Reply {
			n, ok := scaled(scalar(c.args["times"]), 0)
			if !ok {
				return &Reply{status: 400}
			}
			c.run.failures[c.flow] = int(n)
			return done(M{})
		}),
	}
}

func (h *Hospital) slotHook(c *Call, f func(*Slot)) *Reply {
	s := c.run.slots[scalar(c.args["slot_id"])]
	if s == nil {
		return refuse(422, "OTHER", "slot")
	}
	f(s)
	return done(M{})
}

func (r *Run) slotRows(doctor, date string) []any {
	var ids []string
	for id, s := range r.slots {
		if s.Doctor == doctor && (date == "" || s.Date == date) && !s.Suspended {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	out := []any{}
	for _, id := range ids {
		s := r.slots[id]
		out = append(out, M{"slot_id": s.ID, "date": s.Date, "period": s.Period, "left": s.Left})
	}
	return out
}

func (h *Hospital) listDoctors(c *Call) *Reply {
	out := []any{}
	for _, d := range doctors {
		if dept := scalar(c.args["dept_id"]); dept == "" || dept == d.dept {
			out = append(out, M{"doctor_id": d.id, "name": d.name, "title": d.title, "dept_id": d.dept, "fee": d.fee,
				"slots": c.run.slotRows(d.id, scalar(c.args["date"]))})
		}
	}
	return done(M{"doctors": out})
}

func (h *Hospital) listSuspensions(c *Call) *Reply {
	out := []any{}
	for _, s := range c.run.slots {
		if s.Suspended {
			out = append(out, M{"slot_id": s.ID, "doctor_id": s.Doctor, "date": s.Date, "period": s.Period})
		}
	}
	return done(M{"suspensions": out})
}

func (h *Hospital) register(c *Call) *Reply {
	today := time.Now().In(beijing).Format("2006-01-02")
	s := c.run.slots[scalar(c.args["slot_id"])]
	if s == nil && scalar(c.args["slot_id"]) == "" {
		for _, row := range c.run.slotRows(scalar(c.args["doctor_id"]), scalar(c.args["date"])) {
			if x := c.run.slots[row.(M)["slot_id"].(string)]; s == nil && x.Left > 0 {
				s = x
			}
		}
	}
	switch {
	case s == nil, c.action == "register_today" && s.Date != today:
		return refuse(422, "SLOT_TAKEN", "no such slot")
	case s.Suspended:
		return refuse(409, "SLOT_SUSPENDED", "suspended")
	case s.Left <= 0:
		return refuse(409, "SLOT_TAKEN", "full")
	}
	fee := c.run.doctor(s.Doctor).fee
	if v, has := c.args["fee"]; has && v != nil && !variant("own-fee") {
		n, ok := scaled(scalar(v), 0)
		if !ok {
			return refuse(422, "AMOUNT", "fee")
		}
		fee = n
	}
	s.Left--
	b := &Bill{ID: h.id("B"), Kind: "registration", State: "unpaid", Patient: c.pat, Flow: c.flow, Total: fee, Made: time.Now(),
		Items: []*Item{{ID: h.id("L"), Code: "XN00GHF0001", Name: "挂号费", Cnt: "1", Price: yuan(fee), Amount: fee}}}
	g := &Registration{ID: h.id("G"), State: "unpaid", Date: s.Date, Slot: s, Bill: b, Expire: c.run.now(c.flow).Add(h.ttl)}
	b.Reg = g
	c.run.bills[b.ID], c.run.regs[g.ID] = b, g
	return done(M{"registration_id": g.ID, "slot_id": s.ID, "date": s.Date, "fee": fee, "bill_id": b.ID})
}

func (h *Hospital) listRegistrations(c *Call) *Reply {
	out := []any{}
	for _, g := range c.run.regs {
		if g.Bill.Patient == c.pat {
			out = append(out, M{"registration_id": g.ID, "state": g.State, "slot_id": g.Slot.ID, "date": g.Date, "bill_id": g.Bill.ID})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].(M)["registration_id"].(string) < out[j].(M)["registration_id"].(string)
	})
	return done(M{"registrations": out})
}

func (h *Hospital) items(v any) ([]*Item, int64, bool) {
	var out []*Item
	var total int64
	for _, row := range list(v) {
		m, _ := row.(M)
		it := &Item{ID: h.id("L"), Code: scalar(m["code"]), Name: scalar(m["name"]), Cnt: scalar(m["cnt"]), Price: scalar(m["price_text"])}
		var ok bool
		if it.Amount, ok = lineAmount(it.Cnt, it.Price); !ok || it.Code == "" {
			return nil, 0, false
		}
		if fault("three-decimals-rounded") || fault("negative-price") {
			it.Price = yuan(it.Amount)
			it.Cnt = "1"
		}
		total += it.Amount
		out = append(out, it)
	}
	return out, total, len(out) > 0 && total > 0
}

func (h *Hospital) prescribe(c *Call) *Reply {
	items, total, ok := h.items(c.args["items"])
	if !ok {
		return refuse(422, "AMOUNT", "prices have two decimals and are not negative")
	}
	b := &Bill{ID: h.id("B"), Kind: "outpatient", State: "unpaid", Patient: c.pat, Flow: c.flow, Items: items, Total: total, Made: time.Now()}
	b.Dispensed, _ = c.args["dispensed"].(bool)
	c.run.bills[b.ID] = b
	return done(M{"bill_id": b.ID, "total": total})
}

func (h *Hospital) listBills(c *Call, states ...string) *Reply {
	var found []*Bill
	for _, b := range c.run.bills {
		for _, s := range states {
			if b.Patient == c.pat && b.State == s {
				found = append(found, b)
			}
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].ID < found[j].ID })
	out := []any{}
	for _, b := range found {
		out = append(out, b.row())
	}
	return done(M{"bills": out})
}

func (h *Hospital) detail(c *Call, paid bool) *Reply {
	b := c.run.bills[scalar(c.args["bill_id"])]
	if b == nil || b.Patient != c.pat || paid != (b.State == "paid" || b.State == "refunded") {
		return refuse(422, "BILL_UNKNOWN", "bill")
	}
	items := []any{}
	for _, it := range b.Items {
		items = append(items, M{"item_id": it.ID, "code": it.Code, "name": it.Name, "cnt": it.Cnt, "price_text": it.Price, "amount": it.Amount})
	}
	m := b.row()
	m["items"] = items
	if b.Order != nil && b.Order.amt != nil && !b.Order.doubt {
		m["amounts"] = b.Order.amt.json()
	}
	return done(m)
}

func (h *Hospital) settlementSlip(c *Call) *Reply {
	o, _, _ := h.named(c)
	if o == nil || o.booked == 0 || o.amt == nil {
		return refuse(422, "BILL_UNKNOWN", "no settled order")
	}
	rows := []any{}
	for _, b := range o.bills {
		rows = append(rows, b.row())
	}
	m := M{"amounts": o.amt.json(), "bills": rows}
	if o.docSn != "" {
		m["hiDocSn"], m["hiChrgTime"] = o.docSn, o.chrgTime
	}
	rep := done(m)
	rep.refs = o.refs()
	return rep
}

func (h *Hospital) orderState(c *Call) *Reply {
	all := c.run.ordersOf(c.flow)
	var o *Order
	if c.args["refs"] != nil || scalar(c.args["bill_id"]) != "" {
		o, _, _ = h.named(c)
	} else if len(all) > 0 {
		o = all[len(all)-1]
	}
	if o == nil {
		return refuse(422, "BILL_UNKNOWN", "no order")
	}
	m := h.slip(o)
	delete(m, "refs")
	if len(all) > 1 {
		rows := []any{}
		for _, x := range all {
			rows = append(rows, h.slip(x))
		}
		m["orders"] = rows
	}
	rep := h.toldLocked(o, 200, "done")
	rep.status, rep.state, rep.result = 200, "done", m
	return rep
}

func (h *Hospital) amend(c *Call) *Reply {
	h.mu.Lock()
	b := c.run.bills[scalar(c.args["bill_id"])]
	items, total, ok := h.items(c.args["items"])
	h.mu.Unlock()
	if rep := h.freed(b); rep != nil {
		return rep
	}
	if !ok {
		return refuse(422, "AMOUNT", "prices have two decimals and are not negative")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	b.Items, b.Total = items, total
	return done(M{"bill_id": b.ID, "total": total})
}

// freed: a bill may be changed at the counter only while no order holds it.
func (h *Hospital) freed(b *Bill) *Reply {
	if b == nil {
		return refuse(422, "BILL_UNKNOWN", "bill")
	}
	h.mu.Lock()
	o, state := b.Order, b.State
	h.mu.Unlock()
	if state == "paying" && o != nil && (variant("counter-waits") || !h.revokeFirst(o)) {
		return refuse(409, "IN_PAYMENT", "an order is under way")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if b.State != "unpaid" {
		return refuse(409, "BILL_PAID", "paid")
	}
	return nil
}

func (h *Hospital) counterPay(c *Call) *Reply {
	h.mu.Lock()
	b := c.run.bills[scalar(c.args["bill_id"])]
	h.mu.Unlock()
	if rep := h.freed(b); rep != nil {
		return rep
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	b.State, b.Window, b.Order = "paid", true, nil
	return done(M{})
}

// serveNotice receives 6302: verify, compare, book, answer at once. What is not accepted will come again.
func (h *Hospital) serveNotice(w http.ResponseWriter, req *http.Request) {
	say := func(status int, ok bool, code, message string) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if fault("acknowledges-never") {
			status, ok, code = 200, false, "1"
		}
		w.WriteHeader(status)
		if ok && variant("empty-ack") {
			return
		}
		io.WriteString(w, text(M{"success": ok, "code": code, "message": message}, false, false))
	}
	raw, err := io.ReadAll(io.LimitReader(req.Body, 4<<20))
	outer, err2 := parse(raw)
	if err != nil || err2 != nil {
		say(400, false, "400", "not JSON")
		return
	}
	data, err := h.b.open(outer, true)
	if err != nil && (fault("notice-unverified") || fault("notice-unsigned-ok") && scalar(outer["signData"]) == "") {
		if d, e := decrypted(h.b, outer); e == nil {
			data, err = d, nil
		} else if m, ok := outer["data"].(M); ok {
			data, err = m, nil
		} else if scalar(outer["payOrdId"]) != "" {
			data, err = outer, nil
		}
	}
	if fault("notice-own-key") && err == nil {
		err = fmt.Errorf("verified with the wrong key")
	}
	if err != nil {
		logf("ALARM 6302 refused: %v", err)
		say(401, false, "401", "not verified")
		return
	}
	if fault("log-notices") {
		logf("6302 %s", text(data, false, false))
	}
	if fault("unknown-members-refused") {
		for n := range data {
			if !strings.Contains(" callType payOrdId medOrgOrd traceTime feeSumamt ownPayAmt psnAcctPay fundPay othFeeAmt hospPartAmt deposit acctMulaidPay selfAcctPay delvFee hiChrgTime hiDocSn hiRgstSn orgName orgCode ecCode setlType revsToken extData ordStas ", " "+n+" ") {
				say(400, false, "400", "unknown member")
				return
			}
		}
	}
	if variant("slow-ack") {
		time.Sleep(1200 * time.Millisecond)
	}
	h.mu.Lock()
	var o *Order
	for _, r := range h.runs {
		for _, x := range r.orders {
			if x.ord != "" && x.ord == scalar(data["payOrdId"]) || x.ord == "" && x.med == scalar(data["medOrgOrd"]) {
				o = x
			}
		}
	}
	ok := false
	if o != nil {
		ok = h.noticed(o, data)
		logf("6302 %s %v", o.med, ok)
	}
	h.mu.Unlock()
	switch {
	case o == nil:
		say(404, false, "404", "no such order")
	case !ok:
		say(500, false, "500", "not taken over")
	default:
		say(200, true, "0", "ok")
	}
}

func decrypted(b *Block, outer M) (M, error) {
	raw, err := fromHex(scalar(outer["encData"]))
	if err == nil {
		raw, err = sm4Decrypt(b.sm4, raw)
	}
	if err != nil {
		return nil, err
	}
	return parse(raw)
}
