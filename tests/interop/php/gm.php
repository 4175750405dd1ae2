<?php
// SM2 signatures, SM3 and SM4 on integers and GMP, written for these tests from the standards GB/T 32905, 32907, 32918.
// Test keys only: nothing here is constant time.
declare(strict_types=1);

namespace Gm;

const USER_ID = '1234567812345678';
const P = 'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF';
const A = 'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC';
const B = '28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93';
const N = 'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123';
const GX = '32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7';
const GY = 'BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0';

function rotl(int $x, int $by): int
{
    $by %= 32;
    return (($x << $by) | ($x >> (32 - $by))) & 0xFFFFFFFF;
}

/** SM3 of a byte string: 32 bytes. */
function sm3(string $bytes): string
{
    $v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E];
    $bits = 8 * strlen($bytes);
    $bytes .= "\x80" . str_repeat("\0", (119 - strlen($bytes) % 64) % 64) . pack('J', $bits);
    foreach (str_split($bytes, 64) as $block) {
        $w = array_values(unpack('N16', $block));
        for ($j = 16; $j < 68; $j++) {
            $x = $w[$j - 16] ^ $w[$j - 9] ^ rotl($w[$j - 3], 15);
            $w[$j] = $x ^ rotl($x, 15) ^ rotl($x, 23) ^ rotl($w[$j - 13], 7) ^ $w[$j - 6];
        }
        [$a, $b, $c, $d, $e, $f, $g, $h] = $v;
        for ($j = 0; $j < 64; $j++) {
            $t = $j < 16 ? 0x79CC4519 : 0x7A879D8A;
            $ss1 = rotl((rotl($a, 12) + $e + rotl($t, $j)) & 0xFFFFFFFF, 7);
            $ss2 = $ss1 ^ rotl($a, 12);
            $ff = $j < 16 ? $a ^ $b ^ $c : ($a & $b) | ($a & $c) | ($b & $c);
            $gg = $j < 16 ? $e ^ $f ^ $g : ($e & $f) | (~$e & 0xFFFFFFFF & $g);
            $tt1 = ($ff + $d + $ss2 + ($w[$j] ^ $w[$j + 4])) & 0xFFFFFFFF;
            $tt2 = ($gg + $h + $ss1 + $w[$j]) & 0xFFFFFFFF;
            [$a, $b, $c, $d] = [$tt1, $a, rotl($b, 9), $c];
            [$e, $f, $g, $h] = [$tt2 ^ rotl($tt2, 9) ^ rotl($tt2, 17), $e, rotl($f, 19), $g];
        }
        foreach ([$a, $b, $c, $d, $e, $f, $g, $h] as $at => $word) {
            $v[$at] ^= $word;
        }
    }
    return pack('N8', ...$v);
}

const SBOX = 'd690e9fecce13db716b614c228fb2c052b679a762abe04c3aa441326498606999c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa64707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d351e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89eeabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e31df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b518d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b08969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948';

function tau(int $x): int
{
    static $box = null;
    $box ??= array_values(unpack('C256', hex2bin(SBOX)));
    return $box[$x >> 24] << 24 | $box[$x >> 16 & 255] << 16 | $box[$x >> 8 & 255] << 8 | $box[$x & 255];
}

/** SM4 of whole blocks in ECB, without padding. */
function sm4(string $key, string $bytes, bool $encrypt): string
{
    if (strlen($key) !== 16 || strlen($bytes) % 16) {
        throw new \UnexpectedValueException('SM4: 密钥 16 字节, 数据为整块');
    }
    $k = array_values(unpack('N4', $key));
    foreach ([0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC] as $at => $fk) {
        $k[$at] ^= $fk;
    }
    for ($i = 0; $i < 32; $i++) {
        $ck = 0;
        for ($j = 0; $j < 4; $j++) {
            $ck = $ck << 8 | (4 * $i + $j) * 7 % 256;
        }
        $x = tau($k[$i + 1] ^ $k[$i + 2] ^ $k[$i + 3] ^ $ck);
        $k[] = $k[$i] ^ $x ^ rotl($x, 13) ^ rotl($x, 23);
    }
    $round = array_slice($k, 4);
    if (!$encrypt) {
        $round = array_reverse($round);
    }
    $out = '';
    foreach ($bytes === '' ? [] : str_split($bytes, 16) as $block) {
        $x = array_values(unpack('N4', $block));
        foreach ($round as $i => $rk) {
            $t = tau($x[$i + 1] ^ $x[$i + 2] ^ $x[$i + 3] ^ $rk);
            $x[] = $x[$i] ^ $t ^ rotl($t, 2) ^ rotl($t, 10) ^ rotl($t, 18) ^ rotl($t, 24);
        }
        $out .= pack('N4', $x[35], $x[34], $x[33], $x[32]);
    }
    return $out;
}

function number(string $hex): \GMP
{
    return gmp_init($hex, 16);
}

/** 32 bytes, big-endian, padded on the left. */
function octets(\GMP $value): string
{
    return str_pad(gmp_export($value), 32, "\0", STR_PAD_LEFT);
}

/** Points are [x, y]; null is the point at infinity. */
function add(?array $one, ?array $other): ?array
{
    if ($one === null || $other === null) {
        return $one ?? $other;
    }
    $p = number(P);
    [$x1, $y1] = $one;
    [$x2, $y2] = $other;
    if (gmp_cmp($x1, $x2) === 0) {
        if (gmp_sign(gmp_mod(gmp_add($y1, $y2), $p)) === 0) {
            return null;
        }
        $slope = gmp_mul(gmp_add(gmp_mul(3, gmp_mul($x1, $x1)), number(A)), gmp_invert(gmp_mul(2, $y1), $p));
    } else {
        $slope = gmp_mul(gmp_sub($y2, $y1), gmp_invert(gmp_mod(gmp_sub($x2, $x1), $p), $p));
    }
    $x = gmp_mod(gmp_sub(gmp_mul($slope, $slope), gmp_add($x1, $x2)), $p);
    return [$x, gmp_mod(gmp_sub(gmp_mul($slope, gmp_sub($x1, $x)), $y1), $p)];
}

function times(\GMP $k, array $point): ?array
{
    $sum = null;
    foreach (str_split(gmp_strval($k, 2)) as $bit) {
        $sum = add($sum, $sum);
        if ($bit === '1') {
            $sum = add($sum, $point);
        }
    }
    return $sum;
}

function base(): array
{
    return [number(GX), number(GY)];
}

/** e = SM3(Z_A || text) as a number. */
function digest(string $text, array $public, string $userId): \GMP
{
    $za = sm3(pack('n', 8 * strlen($userId)) . $userId . hex2bin(A . B . GX . GY) . octets($public[0]) . octets($public[1]));
    return number(bin2hex(sm3($za . $text)));
}

/** [r, s]; the nonce is drawn unless given. */
function signature(string $text, \GMP $private, ?\GMP $nonce = null, string $userId = USER_ID): array
{
    return signed(digest($text, times($private, base()), $userId), $private, $nonce);
}

/** [r, s] of a digest. */
function signed(\GMP $e, \GMP $private, ?\GMP $nonce = null): array
{
    $n = number(N);
    do {
        $k = $nonce ?? gmp_add(1, gmp_mod(gmp_import(random_bytes(40)), gmp_sub($n, 1)));
        $r = gmp_mod(gmp_add($e, times($k, base())[0]), $n);
        $s = gmp_mod(gmp_mul(gmp_invert(gmp_add(1, $private), $n), gmp_sub($k, gmp_mul($r, $private))), $n);
    } while (gmp_sign($r) === 0 || gmp_sign($s) === 0 || gmp_cmp(gmp_add($r, $k), $n) === 0);
    return [$r, $s];
}

function verified(string $text, string $raw, array $public, string $userId = USER_ID): bool
{
    $n = number(N);
    if (strlen($raw) !== 64) {
        return false;
    }
    [$r, $s] = array_map(gmp_import(...), str_split($raw, 32));
    $t = gmp_mod(gmp_add($r, $s), $n);
    foreach ([$r, $s] as $one) {
        if (gmp_sign($one) === 0 || gmp_cmp($one, $n) >= 0) {
            return false;
        }
    }
    if (gmp_sign($t) === 0) {
        return false;
    }
    $point = add(times($s, base()), times($t, $public));
    return $point !== null && gmp_cmp(gmp_mod(gmp_add(digest($text, $public, $userId), $point[0]), $n), $r) === 0;
}

/** Base64 of 32 bytes, or of 33 with a leading 00. */
function privateKey(string $text): \GMP
{
    $raw = base64_decode($text, true);
    if ($raw !== false && strlen($raw) === 33 && $raw[0] === "\0") {
        $raw = substr($raw, 1);
    }
    if ($raw === false || strlen($raw) !== 32) {
        throw new \UnexpectedValueException('私钥应为 32 字节的 base64');
    }
    return gmp_import($raw);
}

/** Base64 of 04 || X || Y or of X || Y; the point is on the curve. */
function publicKey(string $text): array
{
    $raw = base64_decode($text, true);
    if ($raw !== false && strlen($raw) === 65 && $raw[0] === "\x04") {
        $raw = substr($raw, 1);
    }
    if ($raw === false || strlen($raw) !== 64) {
        throw new \UnexpectedValueException('公钥应为 64 或 65 字节的 base64');
    }
    [$x, $y] = array_map(gmp_import(...), str_split($raw, 32));
    $p = number(P);
    $right = gmp_add(gmp_mul($x, gmp_add(gmp_mul($x, $x), number(A))), number(B));
    if (gmp_sign(gmp_mod(gmp_sub(gmp_mul($y, $y), $right), $p)) !== 0) {
        throw new \UnexpectedValueException('公钥不在 SM2 曲线上');
    }
    return [$x, $y];
}
