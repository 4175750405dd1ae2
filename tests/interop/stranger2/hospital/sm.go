package main

// SM3 (GB/T 32905), SM4 (GB/T 32907) and SM2 (GB/T 32918) as far as the payment centre needs them.

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"strings"
)

const defaultID = "1234567812345678"

func sm3(msg []byte) []byte {
	v := [8]uint32{0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e}
	p := append(append([]byte{}, msg...), 0x80)
	for len(p)%64 != 56 {
		p = append(p, 0)
	}
	p = binary.BigEndian.AppendUint64(p, uint64(len(msg))*8)
	rot := bits.RotateLeft32
	for ; len(p) > 0; p = p[64:] {
		var w [68]uint32
		for i := 0; i < 16; i++ {
			w[i] = binary.BigEndian.Uint32(p[4*i:])
		}
		for i := 16; i < 68; i++ {
			x := w[i-16] ^ w[i-9] ^ rot(w[i-3], 15)
			w[i] = x ^ rot(x, 15) ^ rot(x, 23) ^ rot(w[i-13], 7) ^ w[i-6]
		}
		a, b, c, d, e, f, g, h := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
		for i := 0; i < 64; i++ {
			t, ff, gg := uint32(0x79cc4519), a^b^c, e^f^g
			if i >= 16 {
				t, ff, gg = 0x7a879d8a, a&b|a&c|b&c, e&f|^e&g
			}
			s1 := rot(rot(a, 12)+e+rot(t, i%32), 7)
			s2 := s1 ^ rot(a, 12)
			t1, t2 := ff+d+s2+(w[i]^w[i+4]), gg+h+s1+w[i]
			d, c, b, a = c, rot(b, 9), a, t1
			h, g, f, e = g, rot(f, 19), e, t2^rot(t2, 9)^rot(t2, 17)
		}
		for i, x := range []uint32{a, b, c, d, e, f, g, h} {
			v[i] ^= x
		}
	}
	var out []byte
	for _, x := range v {
		out = binary.BigEndian.AppendUint32(out, x)
	}
	return out
}

var sbox = func() (s [256]byte) {
	raw, _ := hex.DecodeString("d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699" +
		"9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6" +
		"4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35" +
		"1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e" +
		"eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3" +
		"1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51" +
		"8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0" +
		"8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948")
	copy(s[:], raw)
	return
}()

func tau(x uint32) uint32 {
	return uint32(sbox[x>>24])<<24 | uint32(sbox[x>>16&255])<<16 | uint32(sbox[x>>8&255])<<8 | uint32(sbox[x&255])
}

func sm4(key, in []byte, decrypt bool) []byte {
	fk := [4]uint32{0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc}
	var k [36]uint32
	rot := bits.RotateLeft32
	for i := 0; i < 4; i++ {
		k[i] = binary.BigEndian.Uint32(key[4*i:]) ^ fk[i]
	}
	for i := 0; i < 32; i++ {
		var ck uint32
		for j := 0; j < 4; j++ {
			ck = ck<<8 | uint32((4*i+j)*7%256)
		}
		t := tau(k[i+1] ^ k[i+2] ^ k[i+3] ^ ck)
		k[i+4] = k[i] ^ t ^ rot(t, 13) ^ rot(t, 23)
	}
	out := make([]byte, len(in))
	for o := 0; o < len(in); o += 16 {
		var x [36]uint32
		for i := 0; i < 4; i++ {
			x[i] = binary.BigEndian.Uint32(in[o+4*i:])
		}
		for i := 0; i < 32; i++ {
			rk := k[4+i]
			if decrypt {
				rk = k[35-i]
			}
			t := tau(x[i+1] ^ x[i+2] ^ x[i+3] ^ rk)
			x[i+4] = x[i] ^ t ^ rot(t, 2) ^ rot(t, 10) ^ rot(t, 18) ^ rot(t, 24)
		}
		for i := 0; i < 4; i++ {
			binary.BigEndian.PutUint32(out[o+4*i:], x[35-i])
		}
	}
	return out
}

func sm4Encrypt(key, text []byte) []byte {
	n := 16 - len(text)%16
	return sm4(key, append(append([]byte{}, text...), bytes.Repeat([]byte{byte(n)}, n)...), false)
}

func sm4Decrypt(key, text []byte) ([]byte, error) {
	if len(text) == 0 || len(text)%16 != 0 {
		return nil, errors.New("cipher text is no multiple of 16 bytes")
	}
	out := sm4(key, text, true)
	n := int(out[len(out)-1])
	if n < 1 || n > 16 || !bytes.Equal(out[len(out)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil, errors.New("padding is wrong")
	}
	return out[:len(out)-n], nil
}

func num(s string) *big.Int { n, _ := new(big.Int).SetString(s, 16); return n }

// a = p-3 on this curve, which is what the generic code of CurveParams computes.
var curve = &elliptic.CurveParams{
	P:       num("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF"),
	N:       num("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"),
	B:       num("28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"),
	Gx:      num("32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"),
	Gy:      num("BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"),
	BitSize: 256, Name: "sm2p256v1",
}

type key struct{ d, x, y *big.Int }

func readPrivate(text string) (*key, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) < 32 || len(raw) > 33 {
		return nil, errors.New("a private key has 32 or 33 bytes in base64")
	}
	d := new(big.Int).SetBytes(raw)
	x, y := curve.ScalarBaseMult(d.FillBytes(make([]byte, 32)))
	return &key{d, x, y}, nil
}

func readPublic(text string) (*key, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(raw) == 65 && raw[0] == 4 {
		raw = raw[1:]
	}
	if err != nil || len(raw) != 64 {
		return nil, errors.New("a public key has 64 or 65 bytes in base64")
	}
	k := &key{nil, new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])}
	if !curve.IsOnCurve(k.x, k.y) {
		return nil, errors.New("the public key is no point of the curve")
	}
	return k, nil
}

func pad32(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }

func (k *key) digest(id string, msg []byte) *big.Int {
	z := binary.BigEndian.AppendUint16(nil, uint16(len(id)*8))
	z = append(z, id...)
	a := new(big.Int).Sub(curve.P, big.NewInt(3))
	for _, n := range []*big.Int{a, curve.B, curve.Gx, curve.Gy, k.x, k.y} {
		z = append(z, pad32(n)...)
	}
	return new(big.Int).SetBytes(sm3(append(sm3(z), msg...)))
}

func (k *key) signWith(id string, msg []byte, nonce *big.Int) []byte {
	e, n := k.digest(id, msg), curve.N
	for {
		c := nonce
		if c == nil {
			c, _ = rand.Int(rand.Reader, new(big.Int).Sub(n, big.NewInt(1)))
			c.Add(c, big.NewInt(1))
		}
		x, _ := curve.ScalarBaseMult(pad32(c))
		r := new(big.Int).Mod(new(big.Int).Add(e, x), n)
		s := new(big.Int).Sub(c, new(big.Int).Mul(r, k.d))
		s.Mul(s, new(big.Int).ModInverse(new(big.Int).Add(k.d, big.NewInt(1)), n)).Mod(s, n)
		if r.Sign() != 0 && s.Sign() != 0 && new(big.Int).Add(r, c).Cmp(n) != 0 {
			return append(pad32(r), pad32(s)...)
		}
		nonce = nil
	}
}

func (k *key) verify(id string, msg, sign []byte) bool {
	if len(sign) != 64 {
		return false
	}
	r, s, n := new(big.Int).SetBytes(sign[:32]), new(big.Int).SetBytes(sign[32:]), curve.N
	if r.Sign() == 0 || s.Sign() == 0 || r.Cmp(n) >= 0 || s.Cmp(n) >= 0 {
		return false
	}
	t := new(big.Int).Mod(new(big.Int).Add(r, s), n)
	if t.Sign() == 0 {
		return false
	}
	x1, y1 := curve.ScalarBaseMult(pad32(s))
	x2, y2 := curve.ScalarMult(k.x, k.y, pad32(t))
	x, _ := curve.Add(x1, y1, x2, y2)
	return new(big.Int).Mod(x.Add(x, k.digest(id, msg)), n).Cmp(r) == 0
}

// deriveKey: SM4 of the secret under the first 16 letters of appId, in capital hexadecimal, its first 16 letters.
func deriveKey(appID, secret string) []byte {
	return []byte(strings.ToUpper(hex.EncodeToString(sm4Encrypt([]byte(appID[:16]), []byte(secret))))[:16])
}

// selfTest holds the algorithms against the published vectors T1 to T4 of the protocol sheet.
func selfTest() error {
	const app, secret = "43AF047BBA47FC8A1AE8EFB232BDBBCB", "4117E877F5FA0A0188891283E4B617D5"
	if got := hex.EncodeToString(sm3([]byte("abc"))); got != "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" {
		return fmt.Errorf("sm3: %s", got)
	}
	k := deriveKey(app, secret)
	if string(k) != "863B5F40C70B71EA" {
		return fmt.Errorf("T1: %s", k)
	}
	own, _ := readPrivate("WjhjpzEf3XLvXfZXFE9zxrZixGutuyTsAC2OusToNBU=")
	centre, _ := readPrivate("yBW73jL3nu/WA9Cke4uW8zAV/pJk47qNt88ynL9t8yU=")
	public, _ := readPublic("BIiOXeSsZLV8mOC9VbKitTjsvqDRDVhCdTM0e96vXeYkUgTTErc9TgGZO/Pg/otkKi8KVHFZN0hgGKTouqo0Fxs=")
	nonce := num("1122334455667788990011223344556677889900112233445566778899001122")
	tests := []struct {
		name, time, plain, sign, enc string
		key                          *key
		answer                       bool
	}{
		{"T2", "20260101090000", `{"payOrdId":"ORD000000202601010900000000001","payToken":"PT0001","orgCodg":"H00000000001","idNo":"110101190001011234","userName":"测试","idType":"01","expContent":"","extData":null}`,
			"/nMH1iA7U3fTjqvfrOInxX/faulrHbsyHHp8rVZDvKev4vtT37BvHvOF17+U7SlWBE8T41eRFPytRl8hCexnnQ==", "FFAD3EDFFBB2A6B5", own, false},
		{"T3", "20260101090001", `{"medOrgOrd":"MO20260101001","medType":"11","medfeeSumamt":12.5,"acctUsedFlag":"1","feedetailList":[{"feedetlSn":"1","cnt":1,"pric":12.5,"detItemFeeSumamt":12.5,"memo":""}],"diseinfoList":[],"nested":{"b":2,"a":true,"empty":null}}`,
			"sWBJuhGlcosj+74PIbRVgGnYYWvYADPecg5LZTeuUesch28AJ7/ZfOy7KONY4co+/ZCTBw2pZWzH92kBSZDEaQ==", "CE7B0658FB0AF612", own, false},
		{"T4", "20260101090002", `{"payOrdId":"ORD000000202601010900000000001","ordStas":"1","feeSumamt":"12.50","ownPayAmt":"2.50","psnAcctPay":"3.00","fundPay":"7.00"}`,
			"OcZ8yA2bVO9PhvEEi0z70ZTwYh5Ly5SATZFQxdJ6mdhSLp0HTyH+DF6lzdcKs61wOaPFwY5mVdAm0a9wtrIOmA==", "FFAD3EDFFBB2A6B5", centre, true},
	}
	for _, t := range tests {
		outer := M{"appId": app, "version": "2.0.1", "encType": "SM4", "signType": "SM2", "timestamp": t.time}
		if t.answer {
			outer["code"], outer["message"], outer["success"] = 0, "成功", true
		}
		data, err := parse([]byte(t.plain))
		if err != nil {
			return err
		}
		text := []byte(signText(outer, data, secret))
		if got := base64.StdEncoding.EncodeToString(t.key.signWith(defaultID, text, nonce)); got != t.sign {
			return fmt.Errorf("%s: signature %s of %s", t.name, got, text)
		}
		raw, _ := base64.StdEncoding.DecodeString(t.sign)
		if !t.key.verify(defaultID, text, raw) || t.key.verify(secret, text, raw) {
			return fmt.Errorf("%s: verification", t.name)
		}
		if t.answer && (!public.verify(defaultID, text, raw) || public.verify(defaultID, append(text, '0'), raw)) {
			return fmt.Errorf("%s: public key", t.name)
		}
		cipher := sm4Encrypt(k, []byte(t.plain))
		if got := strings.ToUpper(hex.EncodeToString(cipher)); !strings.HasPrefix(got, t.enc) {
			return fmt.Errorf("%s: cipher %s", t.name, got)
		}
		if back, err := sm4Decrypt(k, cipher); err != nil || string(back) != t.plain {
			return fmt.Errorf("%s: decryption", t.name)
		}
	}
	return nil
}
