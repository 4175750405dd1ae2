package main

// What goes over the wire: JSON, the signed text, sealed messages of the centre, fsi messages, the portal.

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// M is a JSON object; numbers stay json.Number, so that 12.50 never becomes 12.5.
type M = map[string]any

var beijing = time.FixedZone("CST", 8*3600)

func parse(raw []byte) (M, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v M
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if v == nil || d.More() {
		return nil, errors.New("not one JSON object")
	}
	return v, nil
}

func quote(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\f':
			b.WriteString(`\f`)
		case r < 0x20:
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

func scalar(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case nil:
		return ""
	default:
		return fmt.Sprint(x)
	}
}

func names(m M, descending bool) []string {
	out := make([]string, 0, len(m))
	for n := range m {
		out = append(out, n)
	}
	sort.Strings(out)
	if descending {
		sort.Sort(sort.Reverse(sort.StringSlice(out)))
	}
	return out
}

// write renders JSON; quoted makes every scalar a text (the signed form).
func write(b *strings.Builder, v any, quoted, descending bool) {
	switch x := v.(type) {
	case M:
		b.WriteByte('{')
		for i, n := range names(x, descending) {
			if i > 0 {
				b.WriteByte(',')
			}
			quote(b, n)
			b.WriteByte(':')
			write(b, x[n], quoted, descending)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range x {
			if i > 0 {
				b.WriteByte(',')
			}
			write(b, item, quoted, descending)
		}
		b.WriteByte(']')
	case string:
		quote(b, x)
	case nil:
		b.WriteString("null")
	default:
		if quoted {
			quote(b, scalar(v))
		} else {
			b.WriteString(scalar(v))
		}
	}
}

func text(v any, quoted, descending bool) string {
	var b strings.Builder
	write(&b, v, quoted, descending)
	return b.String()
}

// cleaned drops null, empty text and empty arrays at every level; empty objects stay.
func cleaned(v any) any {
	switch x := v.(type) {
	case M:
		out := M{}
		for n, item := range x {
			if c := cleaned(item); c != nil {
				out[n] = c
			}
		}
		return out
	case []any:
		out := []any{}
		for _, item := range x {
			if c := cleaned(item); c != nil {
				out = append(out, c)
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case string:
		if x == "" {
			return nil
		}
	}
	return v
}

func signText(outer M, data M, secret string) string {
	var parts []string
	all := M{}
	for n, v := range outer {
		if n != "signData" && n != "encData" && n != "extra" && n != "data" {
			all[n] = v
		}
	}
	if data != nil {
		all["data"] = data
	}
	for _, n := range names(all, false) {
		v := cleaned(all[n])
		if fault("sign-keeps-empty") {
			v = all[n]
		}
		if v == nil {
			continue
		}
		switch v.(type) {
		case M, []any:
			t := text(v, true, false)
			if fault("sign-caseless-order") {
				t = caseless(v)
			}
			parts = append(parts, n+"="+t)
		default:
			parts = append(parts, n+"="+scalar(v))
		}
	}
	if fault("sign-no-tail") {
		return strings.Join(parts, "&") + secret
	}
	return strings.Join(parts, "&") + "&key=" + secret
}

func caseless(v any) string {
	if m, ok := v.(M); ok {
		keys := names(m, false)
		sort.SliceStable(keys, func(i, j int) bool { return strings.ToLower(keys[i]) < strings.ToLower(keys[j]) })
		parts := []string{}
		for _, k := range keys {
			var b strings.Builder
			quote(&b, k)
			parts = append(parts, b.String()+":"+caseless(m[k]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	if l, ok := v.([]any); ok {
		parts := []string{}
		for _, item := range l {
			parts = append(parts, caseless(item))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	return text(v, true, false)
}

// Block is what `liantiao init` writes for the vendor.
type Block struct {
	Base, OrgCodg, OrgName, Region, AppID, AppSecret, Version, PartnerID, PartnerSecret, DriverToken string
	InstitutionPrivateKey, PlatformPublicKey                                                         string
	Paths                                                                                            map[string]string
	own, platform                                                                                    *key
	sm4                                                                                              []byte
}

func readBlock(raw []byte) (*Block, error) {
	var b Block
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, err
	}
	var err error
	if b.own, err = readPrivate(b.InstitutionPrivateKey); err != nil {
		return nil, err
	}
	if fault("sign-wrong-key") {
		b.own, _ = readPrivate("WjhjpzEf3XLvXfZXFE9zxrZixGutuyTsAC2OusToNBU=")
	}
	if b.platform, err = readPublic(b.PlatformPublicKey); err != nil {
		return nil, err
	}
	b.sm4 = deriveKey(b.AppID, b.AppSecret)
	if fault("enc-raw-key") {
		b.sm4 = sm4Encrypt([]byte(b.AppID[:16]), []byte(b.AppSecret))[:16]
	}
	return &b, nil
}

var client = &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func stamp() any {
	now := time.Now()
	switch {
	case fault("time-utc"):
		return now.UTC().Format("20060102150405")
	case variant("epoch-stamps"):
		return now.UnixMilli()
	}
	return now.In(beijing).Format("20060102150405")
}

func (b *Block) seal(data M) []byte {
	version := "2.0.1"
	if fault("version-one") {
		version = "1.0.0"
	}
	outer := M{"appId": b.AppID, "version": version, "encType": "SM4", "signType": "SM2", "timestamp": stamp()}
	if variant("extra-fields") {
		outer["extra"] = M{"vendor": "stranger2"}
		data["expContent"] = M{"system": "HIS", "build": json.Number("7")}
	}
	id := defaultID
	if fault("sign-secret-as-id") {
		id = b.AppSecret
	}
	plain := text(data, false, variant("member-order"))
	again, _ := parse([]byte(plain))
	sign := b.own.signWith(id, []byte(signText(outer, again, b.AppSecret)), nil)
	if fault("sign-der") {
		sign, _ = asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(sign[:32]), new(big.Int).SetBytes(sign[32:])})
	}
	if fault("time-signed-twice") {
		outer["timestamp"] = time.Now().Add(time.Second).In(beijing).Format("20060102150405")
	}
	outer["signData"] = base64.StdEncoding.EncodeToString(sign)
	outer["encData"] = strings.ToUpper(hex.EncodeToString(sm4Encrypt(b.sm4, []byte(plain))))
	if variant("epoch-stamps") {
		outer["encData"] = strings.ToLower(outer["encData"].(string))
	}
	if fault("plain-beside-cipher") {
		outer["data"] = data
	}
	return []byte(text(outer, false, variant("member-order")))
}

// Answer says how far an answer can be believed: ok and refused were verified, everything else is unknown.
type Answer struct {
	Kind, Code, Why string // Kind: ok, refused, unknown
	Data            M
}

func (a Answer) str(name string) string { return scalar(a.Data[name]) }

// open verifies an envelope of the platform and gives its content.
func (b *Block) open(outer M, needData bool) (M, error) {
	sign, err := base64.StdEncoding.DecodeString(scalar(outer["signData"]))
	if err != nil || len(sign) != 64 {
		return nil, errors.New("no usable signData")
	}
	if app := scalar(outer["appId"]); app != "" && app != b.AppID {
		return nil, errors.New("another appId")
	}
	var data M
	if enc := scalar(outer["encData"]); enc != "" {
		raw, err := hex.DecodeString(enc)
		if err == nil {
			raw, err = sm4Decrypt(b.sm4, raw)
		}
		if err == nil {
			data, err = parse(raw)
		}
		if err != nil {
			return nil, fmt.Errorf("encData: %w", err)
		}
	} else if needData {
		return nil, errors.New("no encData")
	}
	if !b.platform.verify(defaultID, []byte(signText(outer, data, b.AppSecret)), sign) {
		return nil, errors.New("the signature does not verify")
	}
	return data, nil
}

func send(url string, body []byte, header http.Header) (int, []byte, error) {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header = header
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 8<<20))
	return res.StatusCode, raw, err
}

func (b *Block) url(number string) string {
	return b.Base + strings.ReplaceAll(b.Paths[number], "{partnerId}", b.PartnerID)
}

var lastSealed sync.Map // of 6201 by medOrgOrd, for the fault that resends bytes

// centre sends one 6xxx request; whatever cannot be verified is unknown, never a refusal and never a success.
func (b *Block) centre(number string, data M) Answer {
	again := scalar(data["again"]) == "1"
	delete(data, "again")
	body := b.seal(data)
	if old, had := lastSealed.Load(scalar(data["medOrgOrd"])); had && again {
		body = old.([]byte)
	}
	if number == "6201" {
		lastSealed.Store(scalar(data["medOrgOrd"]), body)
	}
	if fault("log-everything") {
		logf("%s %s", number, text(data, false, false))
	}
	status, raw, err := send(b.url(number), body, http.Header{})
	a := b.judge(status, raw, err)
	ref := scalar(data["payOrdId"])
	if ref == "" {
		ref = scalar(data["medOrgOrd"])
	}
	why := ""
	if a.Kind == "unknown" {
		why = a.Why
	}
	logf("%s %s %s %s %s%s", number, ref, a.Kind, a.Code, a.str("ordStas"), why)
	return a
}

func (b *Block) judge(status int, raw []byte, err error) Answer {
	if err != nil {
		return Answer{Kind: "unknown", Why: "no answer"}
	}
	if status != 200 {
		return Answer{Kind: "unknown", Why: fmt.Sprintf("HTTP %d", status)}
	}
	outer, err := parse(raw)
	if err != nil {
		return Answer{Kind: "unknown", Why: "not JSON"}
	}
	code := scalar(outer["code"])
	if code == "" {
		return Answer{Kind: "unknown", Why: "no code"}
	}
	good := code == "0"
	if fault("code-unknown-is-ok") && !strings.HasPrefix(code, "LT-") {
		good = true
	}
	data, err := b.open(outer, code == "0")
	if err != nil && fault("answers-unverified") && strings.Contains(err.Error(), "verify") {
		if raw, e := hex.DecodeString(scalar(outer["encData"])); e == nil {
			if raw, e = sm4Decrypt(b.sm4, raw); e == nil {
				data, err = parse(raw)
			}
		}
	}
	if err != nil && fault("broken-cipher-is-ok") && strings.Contains(err.Error(), "encData") {
		return Answer{Kind: "ok", Code: code, Data: M{}}
	}
	if err != nil && fault("unsigned-refusal-final") && code != "0" {
		return Answer{Kind: "refused", Code: code, Data: M{}}
	}
	if err != nil {
		return Answer{Kind: "unknown", Code: code, Why: err.Error()}
	}
	if data == nil {
		data = M{}
	}
	if s, has := outer["success"]; !good || has && scalar(s) == "false" && !fault("code-unknown-is-ok") {
		why := scalar(outer["message"])
		return Answer{Kind: "refused", Code: code, Why: why, Data: data}
	}
	return Answer{Kind: "ok", Code: code, Data: data}
}

var serial atomic.Int64

// fsi sends 1101, 2201 or 2202 with the common header; 1162 has none.
func (b *Block) fsi(number string, input M, region string) (M, string) {
	now := time.Now().In(beijing)
	body := input
	if number != "1162" {
		body = M{
			"infno": number, "msgid": fmt.Sprintf("%s%s%04d", b.OrgCodg, now.Format("20060102150405"), serial.Add(1)%10000),
			"mdtrtarea_admvs": b.Region, "insuplc_admdvs": region, "recer_sys_code": "FSI", "infver": "V1.0", "opter_type": "3",
			"opter": "0001", "opter_name": "自助", "inf_time": now.Format("2006-01-02 15:04:05"), "fixmedins_code": b.OrgCodg,
			"fixmedins_name": b.OrgName, "sign_no": "", "input": input,
		}
	}
	target := number
	if variant("single-entry") && number != "1162" {
		target = "callService"
	}
	status, raw, err := send(b.url(target), []byte(text(body, false, false)), http.Header{})
	if err != nil || status != 200 {
		return nil, "unreachable"
	}
	outer, err := parse(raw)
	if err != nil {
		return nil, "unreachable"
	}
	logf("%s %s", number, scalar(outer["infcode"]))
	if scalar(outer["infcode"]) != "0" {
		return nil, "refused " + scalar(outer["err_msg"])
	}
	out, ok := outer["output"].(M)
	if !ok {
		return nil, "unreachable"
	}
	return out, ""
}

// portal exchanges the code of the authorisation page.
func (b *Block) portal(way, code, openid string) (M, string) {
	ms := strconv.FormatInt(time.Now().UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(b.PartnerSecret))
	mac.Write([]byte(b.PartnerID + ms))
	header := http.Header{}
	header.Set("god-portal-timestamp", ms)
	header.Set("god-portal-request-id", fmt.Sprintf("%032x", time.Now().UnixNano()))
	header.Set("god-portal-signature", hex.EncodeToString(mac.Sum(nil)))
	status, raw, err := send(b.url(way), []byte(text(M{"qrcode": code, "openid": openid}, false, false)), header)
	if err != nil || status >= 500 {
		return nil, "unreachable"
	}
	out, err := parse(raw)
	if err != nil {
		return nil, "unreachable"
	}
	logf("%s %s", way, scalar(out["code"]))
	if scalar(out["code"]) != "0" {
		return nil, "refused " + scalar(out["code"])
	}
	return out, ""
}
