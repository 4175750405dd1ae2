package main

// The hospital's ledger: patients, bills, slots, registrations, orders; everything is kept by run.

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"
)

type Patient struct{ ID, Name, IDType, IDNo, OpenID, Phone string }

type Item struct {
	ID, Code, Name, Cnt, Price string
	Amount                     int64
}

type Bill struct {
	ID, Kind, State   string // State: unpaid, paying, paid, refunded, void
	Patient           *Patient
	Flow              string
	Items             []*Item
	Total             int64
	Order             *Order
	Reg               *Registration
	Dispensed, Window bool
	Made              time.Time
}

type Slot struct {
	ID, Doctor, Date, Period string
	Left                     int
	Suspended                bool
}

type Registration struct {
	ID, State, Date string // State: unpaid, confirmed, cancelled, refunded
	Slot            *Slot
	Bill            *Bill
	Expire          time.Time
}

type Refund struct {
	No, Type, State string
	A               Amounts
	body            M
	next            time.Time
	tries           int
}

type Order struct {
	run                                                            *Run
	flow                                                           string
	pat                                                            *Patient
	bills                                                          []*Bill
	med, ord, tok, auth, ec, batch, visit                          string
	psn, insutype, region, acct, docSn, chrgTime, certNo, certName string
	begin, made, lastPoll                                          time.Time
	state, why                                                     string
	total                                                          int64
	amt                                                            *Amounts
	booked                                                         int
	placed                                                         bool // a 6202 left us
	ghost                                                          bool // only for a fault: forgotten
	doubt                                                          bool // something did not fit: a person decides
	notice                                                         M    // a notice that waits for the 6202 answer
	polls                                                          int
	next, expire, last                                             time.Time // in the flow's own time
	refunds                                                        []*Refund
	op                                                             sync.Mutex // one conversation with the centre about this order at a time
}

type Run struct {
	patients  map[string]*Patient
	bills     map[string]*Bill
	regs      map[string]*Registration
	slots     map[string]*Slot
	orders    []*Order
	offsets   map[string]time.Duration
	failures  map[string]int
	used      map[string]string // credential -> medOrgOrd
	visits    map[string]string
	lastAuth  map[string]string
	calls     map[string]*Call
	forgotten bool
}

type Hospital struct {
	mu    sync.Mutex
	b     *Block
	runs  map[string]*Run
	n     int64
	ttl   time.Duration
	codes sync.Map
}

type Doctor struct {
	id, name, title, dept string
	fee                   int64
}

var departments = []M{{"dept_id": "A001", "name": "内科", "caty": "A03"}, {"dept_id": "A002", "name": "外科", "caty": "A04"}}

var doctors = []Doctor{{"D50999900001", "测试医师一", "主任医师", "A001", 2000}, {"D50999900002", "测试医师二", "主治医师", "A002", 1500}}

func (h *Hospital) id(prefix string) string {
	h.n++
	return fmt.Sprintf("%s%s%06d", prefix, time.Now().In(beijing).Format("060102150405"), h.n%1000000)
}

func (h *Hospital) run(name string) *Run {
	r := h.runs[name]
	if r == nil {
		r = &Run{map[string]*Patient{}, map[string]*Bill{}, map[string]*Registration{}, map[string]*Slot{}, nil, map[string]time.Duration{},
			map[string]int{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]*Call{}, false}
		today := time.Now().In(beijing)
		for day := 0; day < 8; day++ {
			for _, d := range doctors {
				for _, period := range []string{"上午", "下午"} {
					date := today.AddDate(0, 0, day).Format("2006-01-02")
					s := &Slot{ID: fmt.Sprintf("S-%s-%s-%s", d.id[8:], date, map[string]string{"上午": "AM", "下午": "PM"}[period]),
						Doctor: d.id, Date: date, Period: period, Left: 40}
					r.slots[s.ID] = s
				}
			}
		}
		h.runs[name] = r
	}
	return r
}

// now is the flow's own time: the machine's, moved by the clock hook.
func (r *Run) now(flow string) time.Time { return time.Now().Add(r.offsets[""] + r.offsets[flow]) }

func (r *Run) doctor(id string) Doctor {
	for _, d := range doctors {
		if d.id == id {
			return d
		}
	}
	return doctors[0]
}

func deptName(id string) (string, string) {
	for _, d := range departments {
		if d["dept_id"] == id {
			return d["name"].(string), d["caty"].(string)
		}
	}
	return "内科", "A03"
}

// patient finds or makes the person of a call; an id number that is on file keeps its record.
func (h *Hospital) patient(r *Run, p *Patient) (*Patient, bool) {
	if old := r.patients[p.IDNo]; old != nil {
		return old, false
	}
	p.ID = h.id("P")
	r.patients[p.IDNo] = p
	return p, true
}

func (o *Order) refs() M {
	m := M{"medOrgOrd": o.med}
	if o.ord != "" {
		m["payOrdId"] = o.ord
	}
	if n := len(o.refunds); n > 0 {
		m["refundNo"] = o.refunds[n-1].No
	}
	return m
}

func (o *Order) open() bool {
	return o.state == "created" || o.state == "presettled" || o.state == "pending"
}

func (o *Order) registration() *Registration {
	for _, b := range o.bills {
		if b.Reg != nil {
			return b.Reg
		}
	}
	return nil
}

// refunded adds up what went back, or what is under way with `pending`.
func (o *Order) refunded(pending bool) Amounts {
	var a Amounts
	for _, r := range o.refunds {
		if r.State == "success" || pending && r.State == "pending" {
			a.Cash, a.Account, a.Fund, a.Total = a.Cash+r.A.Cash, a.Account+r.A.Account, a.Fund+r.A.Fund, a.Total+r.A.Total
		}
	}
	return a
}

// bill state follows the order; called with h.mu held.
func (h *Hospital) close(o *Order, state, why string) {
	if o.booked > 0 {
		return
	}
	o.state, o.why, o.next = state, why, time.Time{}
	logf("order %s %s %s", o.med, state, why)
	for _, b := range o.bills {
		if b.State == "paying" && b.Order == o {
			b.State = "unpaid"
		}
		if b.Reg != nil && b.Reg.State == "unpaid" && (state == "cancelled" || why == "expired") {
			h.release(b.Reg, "cancelled")
		}
	}
}

func (h *Hospital) release(g *Registration, state string) {
	if g.State == "cancelled" || g.State == "refunded" {
		return
	}
	g.State = state
	if !(fault("slot-kept-on-cancel") && state == "cancelled") && !(fault("slot-kept-on-refund") && state == "refunded") {
		g.Slot.Left++
	}
	if g.Bill.State != "paid" {
		g.Bill.State = "void"
	}
}

// book enters the income once; false: the ledger could not take it and somebody has to come again.
func (h *Hospital) book(o *Order, a *Amounts, from M) bool {
	if o.booked > 0 && !fault("books-every-proof") {
		return true
	}
	key := o.flow
	if o.run.failures[key] == 0 {
		key = ""
	}
	if o.run.failures[key] > 0 {
		o.run.failures[key]--
		o.why = "booking"
		logf("order %s booking failed", o.med)
		return fault("ack-failed-booking")
	}
	o.booked++
	if fault("books-two-lines") && len(o.bills[0].Items) > 1 {
		o.booked++
	}
	o.amt, o.state, o.why, o.next = a, "paid", "", time.Time{}
	if fault("ledger-swaps-parts") {
		o.amt = &Amounts{a.Total, a.Cash, a.Fund, a.Account, a.Other}
	}
	if fault("ledger-all-cash") {
		o.amt = &Amounts{Total: a.Total, Cash: a.Total}
	}
	o.docSn, o.chrgTime = scalar(from["hiDocSn"]), scalar(from["hiChrgTime"])
	for _, b := range o.bills {
		b.State, b.Order = "paid", o
		if b.Reg != nil && !fault("registration-not-confirmed") {
			b.Reg.State = "confirmed"
		}
	}
	logf("order %s booked %s", o.med, yuan(a.Total))
	return true
}

// doubtful stops an order for a person to decide; nothing is booked.
func (h *Hospital) doubtful(o *Order, why string) {
	logf("ALARM order %s %s", o.med, why)
	o.doubt, o.why = true, why
	if o.booked == 0 {
		o.state = "manual"
		o.next = time.Time{}
	}
}

func masked(s string) string {
	r := []rune(s)
	if len(r) < 2 {
		return "*"
	}
	return string(r[:1]) + strings.Repeat("*", len(r)-1)
}

func (r *Run) ordersOf(flow string) []*Order {
	var out []*Order
	for _, o := range r.orders {
		if o.flow == flow {
			out = append(out, o)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].made.Before(out[j].made) })
	return out
}
