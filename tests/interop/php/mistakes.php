<?php
// Wrong signers as PHP itself makes them: one natural mistake each, everything else right. Used by the tool's operation
// `wrong`; what each does is told in its second line, in English, as the person who made it would.
declare(strict_types=1);

namespace Mistakes;

use Sealed\Num;

/** [what was done, function(Making): void] by name. */
function all(): array
{
    return [
        'json_encode_default' => ['json_encode without flags for the signed text: \u4e2d and \/', fn (Making $it) => $it->flags = 0],
        'unescaped_unicode_only' => ['JSON_UNESCAPED_UNICODE alone: slashes are still escaped', fn (Making $it) => $it->flags = JSON_UNESCAPED_UNICODE],
        'pretty_print' => ['JSON_PRETTY_PRINT left in', fn (Making $it) => $it->flags |= JSON_PRETTY_PRINT],
        'serialize_precision' => ['amounts are floats, signed with serialize_precision=17', function (Making $it) {
            $it->scalar = fn ($value) => $value instanceof Num ? withPrecision('17', (float) $value->text) : \Sealed\scalar($value);
        }],
        'floats' => ['amounts went through float: 12.50 is signed as 12.5', function (Making $it) {
            $it->scalar = fn ($value) => $value instanceof Num ? withPrecision('-1', $value->text + 0) : \Sealed\scalar($value);
        }],
        'decode_to_arrays' => ['json_decode(..., true): 12.50 is 12.5 and {} is [], which is then dropped', function (Making $it) {
            $it->data = fn ($data, $plain) => fromArrays(json_decode($plain, true));
        }],
        'ksort_flag_case' => ['ksort with SORT_STRING | SORT_FLAG_CASE at every level of data', function (Making $it) {
            $it->names = function (\stdClass $object) {
                $members = get_object_vars($object);
                ksort($members, SORT_STRING | SORT_FLAG_CASE);
                return array_map('strval', array_keys($members));
            };
        }],
        'top_ksort_only' => ['ksort of the envelope, data as it was written', fn (Making $it) => $it->names = fn (\stdClass $o) => array_map('strval', array_keys(get_object_vars($o)))],
        'array_filter' => ['array_filter without a function, at every level: 0, "0" and false go too', function (Making $it) {
            $it->empty = fn ($value) => !(bool) ($value instanceof Num ? $value->text + 0 : ($value instanceof \stdClass ? true : $value));
        }],
        'isset_only' => ['only null is left out: "" and [] stay', fn (Making $it) => $it->empty = fn ($value) => $value === null],
        'cast_booleans' => ['(string) true is "1", (string) false is "" and goes', function (Making $it) {
            $it->prepare = fn ($value) => is_bool($value) ? (string) $value : $value;
        }],
        'http_build_query' => ['http_build_query joins the pairs: every value is URL-encoded', function (Making $it) {
            $it->join = fn (array $pairs, string $secret) => http_build_query($pairs + ['key' => $secret]);
        }],
        'heredoc_tail' => ['a line end behind the text', fn (Making $it) => $it->bytes = fn (string $text) => $text . "\n"],
        'gbk' => ['the text converted to GBK', fn (Making $it) => $it->bytes = fn (string $text) => iconv('UTF-8', 'GBK', $text)],
        'time_twice' => ['time() called once for the text and once for the envelope', fn (Making $it) => $it->signedTime = $it->now - 1],
        'no_za' => ['SM3 of the text alone, without Z_A', function (Making $it) {
            $it->digest = fn (string $bytes) => \Gm\number(bin2hex(\Gm\sm3($bytes)));
        }],
        'empty_user_id' => ['the user id left empty', fn (Making $it) => $it->userId = ''],
        'base64_of_hex' => ['base64_encode(bin2hex(...)) of r and s', fn (Making $it) => $it->encode = fn ($r, $s) => base64_encode(bin2hex(\Gm\octets($r) . \Gm\octets($s)))],
        'hex' => ['bin2hex of r and s, no base64', fn (Making $it) => $it->encode = fn ($r, $s) => bin2hex(\Gm\octets($r) . \Gm\octets($s))],
        'gmp_export' => ['gmp_export of r and s without padding, r one byte short', function (Making $it) {
            $it->nonces = fn (\GMP $r) => strlen(gmp_export($r)) === 31;
            $it->encode = fn ($r, $s) => base64_encode(gmp_export($r) . gmp_export($s));
        }],
        'urldecoded' => ['urldecode on the way out: + of base64 is a blank', function (Making $it) {
            $it->nonces = fn (\GMP $r) => str_contains(base64_encode(\Gm\octets($r)), '+');
            $it->encode = fn ($r, $s) => urldecode(base64_encode(\Gm\octets($r) . \Gm\octets($s)));
        }],
        'key_hex2bin' => ['SM4 key: hex2bin of the 32 hexadecimal characters', function (Making $it) {
            $it->key = fn (string $cipher) => hex2bin(substr($cipher, 0, 32));
        }],
        'key_small' => ['SM4 key: bin2hex as it comes, in small letters', fn (Making $it) => $it->key = fn (string $cipher) => strtolower(substr($cipher, 0, 16))],
        'base64_cipher' => ['openssl_encrypt without OPENSSL_RAW_DATA: base64, then bin2hex', fn (Making $it) => $it->cipher = fn (string $hex) => bin2hex(base64_encode(hex2bin($hex)))],
    ];
}

function withPrecision(string $digits, int|float $value): string
{
    $before = ini_set('serialize_precision', $digits);
    $made = json_encode($value);
    ini_set('serialize_precision', (string) $before);
    return $made;
}

/** What json_decode(..., true) gives, in the shapes of Sealed: a list stays one, everything named becomes an object. */
function fromArrays(mixed $value): mixed
{
    if (is_array($value)) {
        $made = array_map(fromArrays(...), $value);
        return array_is_list($value) ? $made : (object) $made;
    }
    return is_int($value) || is_float($value) ? new Num(withPrecision('-1', $value)) : $value;
}

/** One sealed request in the making; each member is a step that a mistake may replace. */
final class Making
{
    public int $flags = \Sealed\AS_IT_IS;
    public \Closure $names, $empty, $scalar, $prepare, $join, $bytes, $encode, $key, $cipher, $data;
    public ?\Closure $digest = null, $nonces = null;
    public string $userId = \Gm\USER_ID;
    public int $signedTime;

    public function __construct(private readonly \stdClass $one, public readonly int $now)
    {
        $this->signedTime = $now;
        $this->names = \Sealed\names(...);
        $this->empty = \Sealed\isEmpty(...);
        $this->scalar = \Sealed\scalar(...);
        $this->prepare = fn ($value) => $value;
        $this->data = fn ($data, $plain) => $data;
        $this->join = fn (array $pairs, string $secret) => implode('&', array_map(fn ($name) => "$name=$pairs[$name]", array_keys($pairs))) . "&key=$secret";
        $this->bytes = fn (string $text) => $text;
        $this->encode = fn (\GMP $r, \GMP $s) => base64_encode(\Gm\octets($r) . \Gm\octets($s));
        $this->key = fn (string $cipher) => substr($cipher, 0, 16);
        $this->cipher = strtolower(...);
    }

    private function cleaned(mixed $value): mixed
    {
        $value = ($this->prepare)($value);
        if ($value instanceof \stdClass) {
            $made = new \stdClass();
            foreach (($this->names)($value) as $name) {
                $item = $this->cleaned($value->{$name});
                if (!($this->empty)($item)) {
                    $made->{$name} = $item;
                }
            }
            return $made;
        }
        if (is_array($value)) {
            return array_values(array_filter(array_map($this->cleaned(...), $value), fn ($item) => !($this->empty)($item)));
        }
        return $value;
    }

    private function quoted(mixed $value): mixed
    {
        return match (true) {
            $value instanceof \stdClass => (object) array_map($this->quoted(...), get_object_vars($value)),
            is_array($value) => array_map($this->quoted(...), $value),
            $value === null => null,
            default => ($this->scalar)($value),
        };
    }

    public function body(): string
    {
        $one = $this->one;
        $envelope = ['appId' => $one->appId, 'encType' => 'SM4', 'signType' => 'SM2', 'timestamp' => (string) $this->now, 'version' => '2.0.1'];
        $data = ($this->data)(\Sealed\read($one->plain), $one->plain);
        $pairs = ['timestamp' => (string) $this->signedTime] + $envelope;
        $pairs['data'] = json_encode($this->quoted($this->cleaned($data)), $this->flags);
        ksort($pairs, SORT_STRING);
        $bytes = ($this->bytes)(($this->join)($pairs, $one->appSecret));
        $private = \Gm\privateKey($one->private);
        $e = $this->digest ? ($this->digest)($bytes) : \Gm\digest($bytes, \Gm\times($private, \Gm\base()), $this->userId);
        $nonce = \Gm\number($one->nonce);
        do {
            [$r, $s] = \Gm\signed($e, $private, $nonce);
            $nonce = gmp_add($nonce, 1);
        } while ($this->nonces && !($this->nonces)($r));
        $cipher = \Sealed\encrypt(substr($one->appId, 0, 16), $one->appSecret);
        $envelope['signData'] = ($this->encode)($r, $s);
        $envelope['encData'] = ($this->cipher)(\Sealed\encrypt(($this->key)($cipher), $one->plain));
        return json_encode($envelope, \Sealed\AS_IT_IS);
    }
}

/** The body of the mistake `name` over `plain`. */
function body(\stdClass $one): string
{
    $making = new Making($one, intdiv((int) $one->now_ms, 1000));
    if ($one->name !== 'none') {
        (all()[$one->name] ?? throw new \UnexpectedValueException("没有 $one->name"))[1]($making);
    }
    return $making->body();
}
