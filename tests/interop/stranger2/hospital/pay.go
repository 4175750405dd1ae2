package main

// Paying: authorisation, 1101, 2201, 6201, 6202; then the notice, the query and the limits bring every order to an end.

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// credential is what proved the person: exactly one of auth and ec.
type credential struct{ auth, ec, owner, name string }

func (c credential) put(data M) {
	if c.auth != "" {
		data["payAuthNo"] = c.auth
	} else {
		data["ecToken"] = c.ec
	}
}

func (c credential) text() string { return c.auth + c.ec }

// identify turns what the app brought into a credential; nothing has moved yet, so every failure is a refusal.
func (h *Hospital) identify(args M, p *Patient, openID, channel string) (credential, *Reply) {
	var c credential
	switch {
	case scalar(args["pay_auth_no"]) != "":
		c.auth = scalar(args["pay_auth_no"])
	case scalar(args["auth_code"]) != "":
		way := "modeA"
		if channel == "wechat" {
			way = "userQuery"
		}
		out, bad := h.exchange(way, scalar(args["auth_code"]), openID)
		if bad == "unreachable" {
			return c, refuse(409, "OTHER", "portal unreachable")
		}
		if bad != "" && fault("ignores-refused-authorisation") {
			c.auth = scalar(args["auth_code"])
			return c, nil
		}
		if bad != "" {
			return c, refuse(409, "CREDENTIAL", "userQuery "+bad)
		}
		c.auth, c.owner, c.name = scalar(out["pay_auth_no"]), scalar(out["user_card_no"]), scalar(out["user_name"])
		if c.auth == "" && scalar(out["family_pay_auth_no"]) != "" {
			if !fault("takes-family") {
				return c, refuse(422, "FAMILY_NOT_OFFERED", "family authorisation")
			}
			c.auth, c.owner = scalar(out["family_pay_auth_no"]), ""
		}
		if c.auth == "" {
			return c, refuse(409, "CREDENTIAL", "no pay_auth_no")
		}
	case scalar(args["ec_code"]) != "":
		out, bad := h.b.fsi("1162", M{"orgId": h.b.OrgCodg, "businessType": "01301", "operatorId": "0001", "operatorName": "自助",
			"officeId": "A001", "officeName": "收费处", "deviceType": "SelfService", "ecQrCode": scalar(args["ec_code"])}, "")
		if bad == "unreachable" {
			return c, refuse(409, "OTHER", "1162 unreachable")
		}
		if bad != "" {
			return c, refuse(409, "CREDENTIAL", "1162 refused")
		}
		base, _ := out["baseinfo"].(M)
		c.owner, c.name = scalar(base["certno"]), scalar(base["psn_name"])
		if c.ec = findString(out, "ecToken", "ec_token"); c.ec == "" {
			return c, refuse(409, "CREDENTIAL", "no ecToken")
		}
	default:
		return c, refuse(422, "CREDENTIAL", "no credential")
	}
	if c.owner != "" && (!strings.EqualFold(c.owner, p.IDNo) || c.name != "" && c.name != p.Name) && !variant("centre-checks-owner") && !fault("pays-with-foreign") {
		return c, refuse(409, "NOT_OWNER", "the authorisation is another person's")
	}
	return c, nil
}

// exchange: a code can be exchanged once; the fault shares the result between two clicks.
func (h *Hospital) exchange(way, code, openID string) (M, string) {
	type result struct {
		once sync.Once
		out  M
		bad  string
	}
	if !fault("double-click-two-orders") {
		return h.b.portal(way, code, openID)
	}
	v, _ := h.codes.LoadOrStore(code, &result{})
	r := v.(*result)
	r.once.Do(func() { r.out, r.bad = h.b.portal(way, code, openID) })
	return r.out, r.bad
}

func findString(v any, wanted ...string) string {
	m, ok := v.(M)
	if !ok {
		return ""
	}
	for _, w := range wanted {
		if s := scalar(m[w]); s != "" {
			return s
		}
	}
	for _, n := range names(m, false) {
		if s := findString(m[n], wanted...); s != "" {
			return s
		}
	}
	return ""
}

// insurance picks the active one, employees before residents before others.
func insurance(out M) M {
	list, _ := out["insuinfo"].([]any)
	var best M
	rank := 99
	for _, item := range list {
		m, ok := item.(M)
		if !ok || scalar(m["psn_insu_stas"]) != "" && scalar(m["psn_insu_stas"]) != "1" {
			continue
		}
		r := map[string]int{"310": 0, "390": 1}[scalar(m["insutype"])]
		if scalar(m["insutype"]) != "310" && r == 0 {
			r = 2
		}
		if r < rank {
			best, rank = m, r
		}
	}
	return best
}

// pay does what the hospital can do by itself and answers within the limit; the rest goes on behind.
func (h *Hospital) pay(c *Call) *Reply {
	a, r := c.args, c.run
	if scalar(a["mode"]) != "A" {
		return &Reply{status: 501}
	}
	given := 0
	for _, n := range []string{"auth_code", "pay_auth_no", "ec_code", "face_token"} {
		if scalar(a[n]) != "" {
			given++
		}
	}
	if given != 1 {
		return refuse(422, "CREDENTIAL", "exactly one credential")
	}
	h.mu.Lock()
	var bills []*Bill
	var total int64
	seen := map[string]bool{}
	bad := func(rep *Reply) *Reply { h.mu.Unlock(); return rep }
	for _, id := range list(a["bill_ids"]) {
		b := r.bills[scalar(id)]
		switch {
		case b == nil || b.State == "void" || b.Patient != c.pat:
			return bad(refuse(422, "BILL_UNKNOWN", "bill"))
		case b.State == "paid" && fault("pays-paid-again"):
			b.State = "unpaid"
		case b.State == "paid" || b.State == "refunded":
			if o := b.Order; o != nil && b.State == "paid" && variant("paid-again-done") {
				return bad(&Reply{status: 200, state: "done", refs: o.refs(), pstate: "success", pmsg: tell(o),
					result: M{"order_state": o.state, "amounts": o.amt.json()}})
			}
			return bad(refuse(409, "BILL_PAID", "bill is paid"))
		case b.State == "paying" && !fault("double-click-two-orders"):
			return bad(refuse(409, "BILL_BUSY", "payment under way"))
		case b.Reg != nil && b.Reg.Slot.Suspended:
			return bad(refuse(409, "SLOT_SUSPENDED", "suspended"))
		}
		if !seen[b.ID] {
			seen[b.ID] = true
			bills = append(bills, b)
			total += b.Total
		}
	}
	if len(bills) == 0 {
		return bad(refuse(422, "BILL_UNKNOWN", "no bill"))
	}
	if n, has := a["amount"]; has && n != nil && scalar(n) != fmt.Sprint(total) && variant("strict-amount") {
		return bad(refuse(409, "AMOUNT", "the front end's amount differs"))
	}
	o := &Order{run: r, flow: c.flow, pat: c.pat, bills: bills, total: total, state: "created", made: time.Now(),
		med: h.id("MO"), batch: h.id("PC")}
	if fault("front-end-amount") && scalar(a["amount"]) != "" {
		fmt.Sscan(scalar(a["amount"]), &o.total)
	}
	if v, ok := a["acct_used"].(bool); ok {
		o.acct = map[bool]string{true: "1", false: "0"}[v]
	}
	if fault("account-flag-fixed") {
		o.acct = "1"
	}
	if total == 0 { // nothing to collect and nothing to upload
		r.orders = append(r.orders, o)
		h.book(o, &Amounts{}, M{})
		h.mu.Unlock()
		return h.told(o, 200, "done")
	}
	for _, b := range bills {
		b.State, b.Order = "paying", o
	}
	h.mu.Unlock()
	limit := 4 * time.Second
	if variant("accepted-at-once") {
		limit = 20 * time.Millisecond
	}
	out := make(chan *Reply, 1)
	go func() {
		o.op.Lock()
		defer o.op.Unlock()
		rep := h.payment(o, c)
		if rep.state == "refused" { // whether or not somebody still waits for it
			h.mu.Lock()
			if o.open() {
				h.close(o, "failed", rep.code)
			}
			h.mu.Unlock()
		}
		out <- rep
	}()
	select {
	case rep := <-out:
		return rep
	case <-time.After(limit):
	}
	h.mu.Lock()
	h.attach(o)
	h.mu.Unlock()
	return h.told(o, 202, "accepted")
}

// attach makes an order part of the ledger; until 6201 is sent a refused attempt is none.
func (h *Hospital) attach(o *Order) {
	for _, x := range o.run.orders {
		if x == o {
			return
		}
	}
	o.run.orders = append(o.run.orders, o)
	o.expire = o.run.now(o.flow).Add(h.ttl)
}

func (h *Hospital) payment(o *Order, c *Call) *Reply {
	r := o.run
	h.mu.Lock()
	stored := r.lastAuth[o.pat.IDNo]
	h.mu.Unlock()
	var cred credential
	var rep *Reply
	if fault("keeps-authorisation") && stored != "" {
		cred.auth = stored
	} else if cred, rep = h.identify(c.args, o.pat, c.openID, scalar(c.args["channel"])); rep != nil {
		return rep
	}
	h.mu.Lock()
	r.lastAuth[o.pat.IDNo] = cred.text()
	if by := r.used[cred.text()]; by != "" && variant("own-refusals") {
		h.mu.Unlock()
		return refuse(409, "AUTH_USED", "used by "+by)
	}
	h.mu.Unlock()
	o.auth, o.ec = cred.auth, cred.ec
	idNo, userName := o.pat.IDNo, o.pat.Name
	if fault("ignores-refused-authorisation") && cred.auth != "" && cred.auth == scalar(c.args["auth_code"]) {
		o.psn, o.insutype, o.region, o.visit, o.begin = "50990000000000000001", "310", h.b.Region, "MDTRT"+o.med[2:], time.Now().In(beijing)
	} else if rep := h.person(o, cred); rep != nil {
		return rep
	} else if rep := h.visit(o, cred); rep != nil {
		return rep
	}
	if fault("pays-with-foreign") {
		idNo, userName = o.certNo, o.certName
	}
	h.mu.Lock()
	h.attach(o)
	h.mu.Unlock()
	if fault("merge-uploads-each") && len(o.bills) > 1 {
		first := &Order{run: r, flow: o.flow, pat: o.pat, bills: o.bills[:1], total: o.bills[0].Total, med: o.med + "A", batch: o.batch,
			visit: o.visit, psn: o.psn, insutype: o.insutype, region: o.region, begin: o.begin, acct: o.acct}
		h.b.centre("6201", h.upload(first, cred, idNo, userName))
	}
	body := h.upload(o, cred, idNo, userName)
	for try := 0; ; try++ {
		a := h.b.centre("6201", body)
		if a.Kind == "ok" && a.str("payOrdId") != "" && a.str("payToken") != "" {
			h.mu.Lock()
			o.ord, o.tok = a.str("payOrdId"), a.str("payToken")
			r.used[cred.text()] = o.med
			if fault("token-of-last-order") {
				if old := r.visits["token "+o.pat.IDNo]; old != "" {
					o.tok = old
				}
				r.visits["token "+o.pat.IDNo] = a.str("payToken")
			}
			h.mu.Unlock()
			break
		}
		if fault("refusal-shown-as-success") && a.Kind == "refused" {
			h.mu.Lock()
			h.close(o, "failed", "refused")
			h.mu.Unlock()
			return &Reply{status: 202, state: "accepted", refs: o.refs(), pstate: "success", pmsg: "缴费成功", result: M{"order_state": "paid"}}
		}
		if fault("books-refused") && a.Kind == "refused" {
			h.mu.Lock()
			h.book(o, &Amounts{Total: o.total, Cash: o.total}, M{})
			h.mu.Unlock()
			return h.told(o, 200, "done")
		}
		if fault("refusal-is-500") && a.Kind == "refused" {
			return &Reply{status: 500}
		}
		if a.Kind == "refused" {
			return refusedBy(a, o)
		}
		if fault("upload-new-number") && try < 2 {
			h.mu.Lock()
			o.med = h.id("MO")
			h.mu.Unlock()
			body = h.upload(o, cred, idNo, userName)
		}
		tries, wait := 2, 300*time.Millisecond<<try
		if variant("gives-up-upload") {
			tries = 0
		}
		if variant("patient-backoff") {
			tries, wait = 3, 700*time.Millisecond<<try
		}
		if fault("hammers-on-5xx") {
			tries, wait = 25, 30*time.Millisecond
		}
		if try >= tries { // what became of it nobody can say: created until it expires
			return h.told(o, 202, "accepted")
		}
		time.Sleep(wait)
		if fault("retry-same-bytes") {
			body["again"] = "1"
		}
	}
	return h.place(o)
}

// person asks 1101 who stands behind the credential.
func (h *Hospital) person(o *Order, cred credential) *Reply {
	if fault("no-1101") {
		o.psn, o.insutype, o.region = "50990000000000000001", "310", h.b.Region
		return nil
	}
	out, bad := h.b.fsi("1101", M{"data": M{"mdtrt_cert_type": "01", "mdtrt_cert_no": cred.text(), "psn_cert_type": o.pat.IDType,
		"certno": o.pat.IDNo, "psn_name": o.pat.Name}}, "")
	if fault("pays-with-foreign") {
		out, bad = h.b.fsi("1101", M{"data": M{"mdtrt_cert_type": "01", "mdtrt_cert_no": cred.text()}}, "")
	}
	if bad == "unreachable" {
		return refuse(409, "OTHER", "1101 unreachable")
	}
	if strings.Contains(bad, "AUTH") {
		return refuse(409, "CREDENTIAL", "1101 refused")
	}
	base, _ := out["baseinfo"].(M)
	insured := insurance(out)
	if bad != "" || insured == nil {
		return refuse(409, "DECLINED", "1101 refused")
	}
	if !strings.EqualFold(scalar(base["certno"]), o.pat.IDNo) && !variant("centre-checks-owner") && !fault("pays-with-foreign") {
		return refuse(409, "NOT_OWNER", "1101 names another person")
	}
	o.certNo, o.certName = scalar(base["certno"]), scalar(base["psn_name"])
	o.psn, o.insutype, o.region = scalar(base["psn_no"]), scalar(insured["insutype"]), scalar(insured["insuplc_admdvs"])
	if fault("insutype-fixed") {
		o.insutype = "310"
	}
	if fault("region-is-ours") {
		o.region = h.b.Region
	}
	return nil
}

// visit registers with the insurance (2201): once per visit, bills of one day share it.
func (h *Hospital) visit(o *Order, cred credential) *Reply {
	now := time.Now().In(beijing)
	o.begin = now
	who := o.pat.ID + now.Format("20060102")
	if g := o.registration(); g != nil {
		who = g.ID
	}
	h.mu.Lock()
	o.visit = o.run.visits[who]
	no := h.id("MZ")
	h.mu.Unlock()
	if fault("visit-made-up") {
		o.visit = "MDTRT" + no[2:]
	}
	if o.visit != "" && !variant("visit-per-order") {
		return nil
	}
	dept, doc := h.at(o)
	name, caty := deptName(dept)
	out, bad := h.b.fsi("2201", M{"data": M{"psn_no": o.psn, "insutype": o.insutype, "begntime": now.Format("2006-01-02 15:04:05"),
		"mdtrt_cert_type": "01", "mdtrt_cert_no": cred.text(), "ipt_otp_no": no, "atddr_no": doc.id, "dr_name": doc.name,
		"dept_code": dept, "dept_name": name, "caty": caty}}, o.region)
	if bad == "unreachable" {
		return refuse(409, "OTHER", "2201 unreachable")
	}
	if bad != "" {
		return refuse(409, "DECLINED", "2201 refused")
	}
	data, _ := out["data"].(M)
	if o.visit = scalar(data["mdtrt_id"]); o.visit == "" {
		return refuse(409, "OTHER", "2201 gave no visit")
	}
	h.mu.Lock()
	o.run.visits[who] = o.visit
	h.mu.Unlock()
	return nil
}

func (h *Hospital) at(o *Order) (string, Doctor) {
	if g := o.registration(); g != nil {
		d := o.run.doctor(g.Slot.Doctor)
		return d.dept, d
	}
	return doctors[0].dept, doctors[0]
}

func (h *Hospital) upload(o *Order, cred credential, idNo, userName string) M {
	dept, doc := h.at(o)
	name, caty := deptName(dept)
	med, begin := "11", o.begin.Format("2006-01-02 15:04:05")
	if o.registration() != nil {
		med = "12"
	}
	if fault("begntime-yesterday") {
		begin = o.begin.Add(-24 * time.Hour).Format("2006-01-02 15:04:05")
	}
	money := func(n int64) any {
		if variant("numeric-amounts") {
			return jsonNumber(yuan(n))
		}
		return yuan(n)
	}
	lines := []any{}
	for _, b := range o.bills {
		for _, it := range b.Items {
			line := M{"feedetlSn": it.ID, "mdtrtId": o.visit, "psnNo": o.psn, "chrgBchno": o.batch, "rxno": b.ID, "rxCircFlag": "0",
				"feeOcurTime": begin, "medListCodg": it.Code, "medinsListCodg": it.Code, "detItemFeeSumamt": money(it.Amount),
				"cnt": it.Cnt, "pric": it.Price, "bilgDeptCodg": dept, "bilgDeptName": name, "bilgDrCodg": doc.id,
				"bilgDrName": doc.name, "hospApprFlag": "0", "medListName": it.Name}
			if variant("numeric-amounts") {
				line["cnt"], line["pric"] = jsonNumber(it.Cnt), jsonNumber(it.Price)
			}
			lines = append(lines, line)
		}
	}
	if fault("last-line-forgotten") && len(lines) > 1 {
		lines = lines[:len(lines)-1]
	}
	if fault("hundred-lines-only") && len(lines) > 100 {
		lines = lines[:100]
	}
	if fault("line-name-too-long") {
		lines[0].(M)["medListName"] = strings.Repeat("药", 300)
	}
	total := o.total
	if fault("amount-in-fen") {
		total *= 100
	}
	data := M{"orgCodg": h.b.OrgCodg, "orgId": h.b.OrgCodg, "psnNo": o.psn, "insutype": o.insutype, "insuCode": o.region, "medOrgOrd": o.med,
		"begntime": begin, "idNo": idNo, "userName": userName, "idType": o.pat.IDType, "iptOtpNo": "MZ" + o.med[2:], "atddrNo": doc.id,
		"drName": doc.name, "deptCode": dept, "deptName": name, "caty": caty, "mdtrtId": o.visit, "mdtrtCertType": "01", "medType": med,
		"feeType": "01", "medfeeSumamt": money(total), "acctUsedFlag": o.acct, "diseCodg": "", "diseName": "", "psnSetlway": "01",
		"chrgBchno": o.batch, "pubHospRfomFlag": "0", "uldLatlnt": "106.551556,29.563009", "rxCircFlag": "0", "feedetailList": lines}
	if fault("department-missing") {
		delete(data, "deptCode")
	}
	if fault("split-wrong") {
		data["fulamtOwnpayAmt"], data["preselfpayAmt"], data["inscpScpAmt"] = yuan(0), yuan(100), yuan(o.total)
	}
	if variant("splits-the-total") && o.total > 0 {
		data["fulamtOwnpayAmt"], data["preselfpayAmt"], data["inscpScpAmt"] = yuan(0), yuan(0), yuan(o.total)
	}
	cred.put(data)
	return data
}

// place sends 6202; where its outcome is unknown 6301 decides whether it may be sent again.
func (h *Hospital) place(o *Order) *Reply {
	for try := 0; try < 3; try++ {
		h.mu.Lock()
		ser := h.id("YW")
		o.placed = true
		h.mu.Unlock()
		batch := o.batch
		if fault("serial-is-order") {
			ser = o.med
		}
		if fault("serial-fixed") {
			ser = "YW" + o.med[2:]
		}
		if fault("other-batch") {
			batch = ser
		}
		data := M{"payOrdId": o.ord, "payToken": o.tok, "orgCodg": h.b.OrgCodg, "orgBizSer": ser, "chrgBchno": batch, "feeType": "01",
			"mdtrtId": o.visit, "acctUsedFlag": o.acct, "setlLatlnt": "106.551556,29.563009"}
		credential{auth: o.auth, ec: o.ec}.put(data)
		a := h.b.centre("6202", data)
		if fault("charges-again-blindly") && a.Kind == "unknown" {
			continue
		}
		if fault("unknown-is-refused") && a.Kind == "unknown" {
			return refuse(409, "DECLINED", "6202 without an answer")
		}
		if fault("books-at-order") {
			h.mu.Lock()
			if amt, _ := amountsOf(a.Data); amt != nil {
				h.book(o, amt, a.Data)
			}
			h.mu.Unlock()
			return h.told(o, 200, "done")
		}
		if fault("broken-cipher-is-ok") && a.Kind == "ok" && len(a.Data) == 0 {
			h.mu.Lock()
			h.book(o, &Amounts{Total: o.total, Cash: o.total}, M{})
			h.mu.Unlock()
			return h.told(o, 200, "done")
		}
		if fault("code-unknown-is-ok") && a.Kind == "ok" && a.Code != "0" {
			h.mu.Lock()
			h.book(o, &Amounts{Total: o.total, Cash: o.total}, M{})
			h.mu.Unlock()
			return h.told(o, 200, "done")
		}
		switch a.Kind {
		case "ok":
			amt, wrong := amountsOf(a.Data)
			if wrong == "" && (a.str("payOrdId") != o.ord || amt.Total != o.total && !fault("no-balance-check")) {
				wrong = "another order or another total"
			}
			if wrong != "" {
				return h.distrusted(o, wrong, a.Data)
			}
			h.mu.Lock()
			defer h.mu.Unlock()
			o.amt = amt
			if o.state == "created" {
				o.state = "presettled"
			}
			h.watch(o)
			if o.notice != nil {
				n := o.notice
				o.notice = nil
				h.noticed(o, n)
			}
			return h.toldLocked(o, 202, "accepted")
		case "refused":
			if fault("unsigned-refusal-final") && a.Why == "" {
				return refusedBy(a, o)
			}
			return h.declined(o, a)
		}
		q, state := h.query(o)
		if q.Kind != "ok" || state != "0" && state != "1" {
			h.mu.Lock()
			if o.state == "created" {
				o.state = "pending"
			}
			h.watch(o)
			h.mu.Unlock()
			return h.told(o, 202, "accepted")
		}
		if variant("revokes-on-doubt") {
			if h.revoke(o) {
				h.mu.Lock()
				h.close(o, "cancelled", "OTHER")
				h.mu.Unlock()
				return refusedOrder(o, "OTHER", "6202 unanswered, revoked")
			}
			break
		}
		if variant("waits-on-doubt") {
			break
		}
	}
	h.mu.Lock()
	if o.state == "created" {
		o.state = "pending"
	}
	h.watch(o)
	h.mu.Unlock()
	return h.told(o, 202, "accepted")
}

// distrusted: amounts that cannot be right are neither shown nor booked; the order is taken back while that is possible.
func (h *Hospital) distrusted(o *Order, wrong string, data M) *Reply {
	logf("ALARM order %s 6202 %s", o.med, wrong)
	if fault("shows-unbalanced") {
		if amt, _ := amountsOf(data); amt != nil {
			h.mu.Lock()
			o.amt, o.state = amt, "presettled"
			h.watch(o)
			h.mu.Unlock()
			return h.told(o, 202, "accepted")
		}
	}
	if !variant("manual-on-doubt") && h.revoke(o) {
		h.mu.Lock()
		h.close(o, "failed", "AMOUNT")
		h.mu.Unlock()
		return refusedOrder(o, "AMOUNT", "6202 "+wrong)
	}
	h.mu.Lock()
	h.doubtful(o, "6202 "+wrong)
	h.mu.Unlock()
	return h.told(o, 202, "accepted")
}

// declined: the centre refused the order in so many words. It is asked once more and the upload is taken back.
func (h *Hospital) declined(o *Order, a Answer) *Reply {
	if variant("leaves-upload") {
		return refusedBy(a, o)
	}
	_, state := h.query(o)
	if state == "0" || state == "1" {
		if h.revoke(o) {
			return refusedBy(a, o)
		}
		_, state = h.query(o)
	}
	if state == "12" || state == "15" {
		return refusedBy(a, o)
	}
	h.mu.Lock()
	if o.open() {
		o.state = "pending"
		h.watch(o)
	}
	h.mu.Unlock()
	return h.told(o, 202, "accepted")
}

// watch begins the polling after 6202; h.mu is held.
func (h *Hospital) watch(o *Order) {
	if fault("never-polls") || o.ghost || !o.open() {
		return
	}
	o.next = o.run.now(o.flow).Add(h.pause(o))
}

func (h *Hospital) pause(o *Order) time.Duration {
	steps := []int{2, 2, 3, 4, 6, 8, 10}
	if variant("slow-polling") {
		steps = []int{15}
	}
	if variant("poll-only") {
		steps = []int{2}
	}
	if fault("poll-storm") {
		return 150 * time.Millisecond
	}
	i := o.polls
	if i >= len(steps) {
		i = len(steps) - 1
	}
	return time.Duration(steps[i]) * time.Second
}

// query asks 6301 and applies what it says; at most once a second for an order.
func (h *Hospital) query(o *Order) (Answer, string) {
	h.mu.Lock()
	last := o.lastPoll
	h.mu.Unlock()
	if wait := 1100*time.Millisecond - time.Since(last); wait > 0 && !fault("poll-storm") {
		time.Sleep(wait)
	}
	a := h.b.centre("6301", M{"payOrdId": o.ord, "payToken": o.tok, "orgCodg": h.b.OrgCodg, "idNo": o.pat.IDNo, "userName": o.pat.Name,
		"idType": o.pat.IDType})
	h.mu.Lock()
	defer h.mu.Unlock()
	o.lastPoll = time.Now()
	o.polls++
	if a.Kind != "ok" {
		return a, ""
	}
	if fault("broken-cipher-is-ok") && len(a.Data) == 0 && o.amt != nil {
		h.book(o, o.amt, M{})
	}
	if a.str("payOrdId") != o.ord {
		return Answer{Kind: "unknown"}, ""
	}
	return a, h.found(o, a.Data)
}

// found applies a verified 6301 answer; h.mu is held. Only 6 with amounts that fit is a reason to book.
func (h *Hospital) found(o *Order, data M) string {
	s := scalar(data["ordStas"])
	if o.booked > 0 && !fault("books-every-proof") {
		return s
	}
	if fault("books-on-leg") && (s == "3" || s == "4" || s == "5") {
		if amt, _ := amountsOf(data); amt != nil {
			h.book(o, amt, data)
		}
	}
	if fault("pending-is-paid") && (s == "1" || s == "2") && o.amt != nil && o.state == "presettled" {
		h.book(o, o.amt, data)
	}
	switch s {
	case "6":
		amt, wrong := amountsOf(data)
		if wrong != "" && fault("books-without-amounts") {
			amt, wrong = &Amounts{Total: o.total, Cash: o.total}, ""
			if o.amt != nil {
				amt = o.amt
			}
		}
		if wrong == "" && (scalar(data["medOrgOrd"]) != "" && scalar(data["medOrgOrd"]) != o.med || amt.Total != o.total) {
			wrong = "another order or another total"
		}
		if wrong == "" && !h.ours(data) {
			wrong = "another institution"
		}
		if wrong == "" && o.amt != nil && *o.amt != *amt && !fault("no-compare") {
			wrong = "amounts differ from 6202"
		}
		switch {
		case wrong == "" && !o.doubt && o.state != "cancelled":
			h.book(o, amt, data)
		case wrong == "" && o.state == "cancelled":
			h.doubtful(o, "settled after it was cancelled")
		case wrong == "":
		case strings.HasPrefix(wrong, "no ") && !variant("manual-on-doubt"): // amounts may come with a later answer
			logf("ALARM order %s 6301 settled, %s", o.med, wrong)
			if o.open() {
				o.state = "pending"
			}
		default:
			h.doubtful(o, "6301 "+wrong)
		}
	case "0", "1":
	case "2", "3", "4", "5":
		if o.state == "presettled" || o.state == "created" {
			o.state = "pending"
		}
	case "12":
		if o.open() {
			h.close(o, "cancelled", "expired")
		}
	case "15":
		if o.open() {
			h.close(o, "failed", "medical")
		}
	case "13", "16", "7", "8", "9", "10", "11", "17":
		if o.open() {
			h.doubtful(o, "state "+s)
		}
	default: // 14 and whatever we do not know: not an end
		if o.open() {
			o.state = "pending"
		}
	}
	return s
}

// revoke takes an unsettled order back; true only where the centre said so.
func (h *Hospital) revoke(o *Order) bool {
	for try := 0; try < 2; try++ {
		a := h.b.centre("6401", M{"payOrdId": o.ord, "payToken": o.tok, "orgCodg": h.b.OrgCodg, "idNo": o.pat.IDNo, "userName": o.pat.Name,
			"idType": o.pat.IDType})
		if fault("revoke-unchecked") {
			return true
		}
		if a.Kind == "ok" {
			return a.Data["success"] == nil || a.str("success") == "true"
		}
		if a.Kind == "refused" {
			return false
		}
		if _, state := h.query(o); state == "12" {
			return true
		} else if state != "0" && state != "1" {
			return false
		}
	}
	return false
}

// noticed applies a verified 6302; h.mu is held. True: we have taken it over and need no repeat.
func (h *Hospital) noticed(o *Order, data M) bool {
	if o.booked > 0 || len(o.refunds) > 0 {
		if fault("late-notice-books-again") && len(o.refunds) > 0 {
			o.booked++
			o.state = "paid"
		}
		if fault("books-every-proof") {
			o.booked++
		}
		return true
	}
	amt, wrong := amountsOf(data)
	if wrong == "" && (scalar(data["medOrgOrd"]) != o.med || amt.Total != o.total) && !fault("no-compare") {
		wrong = "another order or another total"
	}
	if c := scalar(data["callType"]); c != "" && c != "02" {
		wrong = "callType " + c
	}
	if s := scalar(data["ordStas"]); s != "" && s != "6" && !fault("notice-state-unread") {
		wrong = "state " + s
	}
	if !h.ours(data) && !fault("notice-org-unread") {
		wrong = "another institution"
	}
	if o.amt == nil && wrong == "" && !fault("no-compare") {
		if fault("early-notice-lost") {
			o.ghost = true
			return true
		}
		o.notice = data // the 6202 answer is still under way, or was lost: 6301 confirms
		o.next = o.run.now(o.flow).Add(1500 * time.Millisecond)
		return true
	}
	if wrong == "" && o.amt != nil && *o.amt != *amt && !fault("no-compare") {
		wrong = "amounts differ from 6202"
	}
	if wrong != "" {
		logf("ALARM order %s 6302 %s", o.med, wrong)
		if variant("manual-on-doubt") {
			h.doubtful(o, "6302 "+wrong)
		} else if o.open() && !fault("never-polls") {
			o.next = o.run.now(o.flow).Add(500 * time.Millisecond)
		}
		return false
	}
	if o.doubt || o.state == "cancelled" {
		h.doubtful(o, "6302 for an order that was closed")
		return true
	}
	if variant("books-on-query") {
		o.next = o.run.now(o.flow).Add(100 * time.Millisecond)
		return true
	}
	return h.book(o, amt, data)
}

// ours: where a result names an institution it is this one.
func (h *Hospital) ours(data M) bool {
	code := scalar(data["orgCode"])
	return code == "" || code == h.b.OrgCodg
}

// poll is the timer: ask, and at the limit take the order back or hand it to a person.
func (h *Hospital) poll(o *Order) {
	o.op.Lock()
	defer o.op.Unlock()
	h.mu.Lock()
	if !o.open() || o.ord == "" {
		if o.open() && o.run.now(o.flow).After(o.expire) {
			h.close(o, "failed", "expired")
		}
		o.next = time.Time{}
		h.mu.Unlock()
		return
	}
	o.next = time.Time{}
	h.mu.Unlock()
	h.query(o)
	h.mu.Lock()
	defer h.mu.Unlock()
	if o.open() {
		limit := 15 * time.Minute
		if variant("manual-early") && o.polls >= 12 || o.run.now(o.flow).After(o.expire.Add(limit)) {
			h.doubtful(o, "no result in time")
			o.doubt = false // a later proof may still settle it
			return
		}
		o.next = o.run.now(o.flow).Add(h.pause(o))
	}
}

// expired: the time to pay is over. Never without asking: the person may have paid this minute.
func (h *Hospital) expired(o *Order) {
	o.op.Lock()
	defer o.op.Unlock()
	h.mu.Lock()
	o.expire = o.run.now(o.flow).Add(5 * time.Minute)
	if !o.open() {
		h.mu.Unlock()
		return
	}
	if o.ord == "" || fault("expires-quietly") {
		h.close(o, "failed", "expired")
		h.mu.Unlock()
		return
	}
	h.mu.Unlock()
	if fault("never-expires") {
		return
	}
	if _, state := h.query(o); state == "0" || state == "1" {
		if h.revoke(o) {
			h.mu.Lock()
			end := "cancelled"
			if variant("expired-is-failed") {
				end = "failed"
			}
			h.close(o, end, "expired")
			h.mu.Unlock()
		}
	}
}
