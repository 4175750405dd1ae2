package main

// Money is whole fen; texts are read digit by digit, never through a float.

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

var plainNumber = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,6})?$`)

// scaled reads a plain decimal with at most `places` decimals as an integer of the last place.
func scaled(s string, places int) (int64, bool) {
	if !plainNumber.MatchString(s) {
		return 0, false
	}
	whole, part, _ := strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	if len(part) > places {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", places-len(part)), 10, 64)
	return n, err == nil
}

func fen(v any) (int64, bool) {
	if v == nil {
		return 0, false
	}
	return scaled(scalar(v), 2)
}

func yuan(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

// lineAmount is price times count; where that is no whole fen the line is refused rather than rounded.
func lineAmount(cnt, price string) (int64, bool) {
	if fault("float-money") {
		c, err1 := strconv.ParseFloat(cnt, 64)
		p, err2 := strconv.ParseFloat(price, 64)
		return int64(c * p * 100), err1 == nil && err2 == nil && c > 0 && p >= 0
	}
	if fault("three-decimals-rounded") {
		if p, err := strconv.ParseFloat(price, 64); err == nil {
			price = strconv.FormatFloat(p, 'f', 2, 64)
		}
	}
	c, ok1 := scaled(cnt, 4)
	p, ok2 := scaled(price, 2)
	if fault("negative-price") && strings.HasPrefix(price, "-") {
		p, ok2 = scaled(price[1:], 2)
	}
	if !ok1 || !ok2 || c == 0 {
		return 0, false
	}
	product := new(big.Int).Mul(big.NewInt(c), big.NewInt(p))
	q, r := new(big.Int).QuoRem(product, big.NewInt(10000), new(big.Int))
	return q.Int64(), r.Sign() == 0 && q.IsInt64()
}

// Amounts of an order in fen.
type Amounts struct{ Total, Cash, Account, Fund, Other int64 }

func (a Amounts) json() M {
	return M{"total": a.Total, "cash": a.Cash, "account": a.Account, "fund": a.Fund, "other": a.Other}
}

// amountsOf reads the four parts; they must be there and add up.
func amountsOf(data M) (*Amounts, string) {
	var a Amounts
	for _, f := range []struct {
		name string
		to   *int64
	}{{"feeSumamt", &a.Total}, {"ownPayAmt", &a.Cash}, {"psnAcctPay", &a.Account}, {"fundPay", &a.Fund}, {"othFeeAmt", &a.Other}} {
		v := data[f.name]
		if v == nil && f.name == "ownPayAmt" {
			v = data["ownpayAmt"]
		}
		if (v == nil || scalar(v) == "") && f.name == "othFeeAmt" {
			continue
		}
		n, ok := fen(v)
		if !ok {
			return nil, "no " + f.name
		}
		*f.to = n
	}
	if a.Total != a.Cash+a.Account+a.Fund+a.Other && !fault("no-balance-check") {
		return &a, "unbalanced"
	}
	return &a, ""
}
