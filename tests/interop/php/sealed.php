<?php
// The sealed envelope of the 6xxx interfaces in PHP: JSON that keeps the digits of a number, text to sign, seal, open
// (sheet 2, 3, 4). What is encrypted is written by json_encode as it comes: \u4e2d for Chinese and \/ for a slash.
declare(strict_types=1);

namespace Sealed;

const UNSIGNED = ['signData', 'encData', 'extra'];
const AS_IT_IS = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_LINE_TERMINATORS | JSON_THROW_ON_ERROR;
const WINDOW_S = 300;

/** A JSON number in the digits it was written with; json_decode would make 12.5 of 12.50. */
final class Num
{
    public function __construct(public readonly string $text)
    {
    }
}

/** JSON objects are stdClass, arrays are arrays. Throws UnexpectedValueException. */
function read(string $text): mixed
{
    if (!preg_match('//u', $text)) {
        throw new \UnexpectedValueException('不是 UTF-8');
    }
    $at = 0;
    $value = value($text, $at);
    blank($text, $at);
    if ($at !== strlen($text)) {
        throw new \UnexpectedValueException("JSON 第 $at 字节");
    }
    return $value;
}

function blank(string $text, int &$at): void
{
    $at += strspn($text, " \t\r\n", $at);
}

function value(string $text, int &$at): mixed
{
    blank($text, $at);
    $first = $text[$at] ?? '';
    if ($first === '{' || $first === '[') {
        return members($text, $at, $first === '{');
    }
    if (preg_match('/\G"(?:[^"\\\\\x00-\x1f]|\\\\.)*+"/s', $text, $found, 0, $at)) {
        $at += strlen($found[0]);
        $one = json_decode($found[0]);
        return is_string($one) ? $one : throw new \UnexpectedValueException("JSON 第 $at 字节");
    }
    if (preg_match('/\G(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/', $text, $found, 0, $at)) {
        $at += strlen($found[0]);
        return ['true' => true, 'false' => false, 'null' => null][$found[0]] ?? ($found[0] === 'null' ? null : new Num($found[0]));
    }
    throw new \UnexpectedValueException("JSON 第 $at 字节");
}

function members(string $text, int &$at, bool $named): mixed
{
    $close = $named ? '}' : ']';
    $made = $named ? new \stdClass() : [];
    $at++;
    blank($text, $at);
    if (($text[$at] ?? '') === $close) {
        $at++;
        return $made;
    }
    while (true) {
        if ($named) {
            $name = value($text, $at);
            blank($text, $at);
            if (!is_string($name) || ($text[$at++] ?? '') !== ':') {
                throw new \UnexpectedValueException("JSON 第 $at 字节");
            }
            $made->{$name} = value($text, $at);
        } else {
            $made[] = value($text, $at);
        }
        blank($text, $at);
        $next = $text[$at++] ?? '';
        if ($next === $close) {
            return $made;
        }
        if ($next !== ',') {
            throw new \UnexpectedValueException("JSON 第 $at 字节");
        }
    }
}

/** JSON of what `read` gives; `$quoted`: every scalar as a text. */
function write(mixed $value, int $flags = AS_IT_IS, bool $quoted = false): string
{
    if ($value instanceof \stdClass) {
        $parts = [];
        foreach ($value as $name => $item) {
            $parts[] = json_encode((string) $name, $flags) . ':' . write($item, $flags, $quoted);
        }
        return '{' . implode(',', $parts) . '}';
    }
    if (is_array($value)) {
        return '[' . implode(',', array_map(fn ($item) => write($item, $flags, $quoted), $value)) . ']';
    }
    if ($value instanceof Num && !$quoted) {
        return $value->text;
    }
    return json_encode($quoted ? scalar($value) : $value, $flags);
}

function scalar(mixed $value): string
{
    return match (true) {
        $value instanceof Num => $value->text,
        is_bool($value) => $value ? 'true' : 'false', // (string) true is "1", (string) false is ""
        default => (string) $value,
    };
}

/** UTF-16 code units, not bytes: they differ beyond the basic plane. */
function units(string $name): string
{
    return iconv('UTF-8', 'UTF-16BE', $name);
}

function isEmpty(mixed $value): bool
{
    return $value === null || $value === '' || $value === []; // not empty(): "0" is no empty value
}

/** Names in code-unit order; sort() and ksort() would compare "10" and "9" as numbers. */
function names(\stdClass $object): array
{
    $names = array_map('strval', array_keys(get_object_vars($object)));
    usort($names, fn (string $one, string $other) => strcmp(units($one), units($other)));
    return $names;
}

function cleaned(mixed $value): mixed
{
    if ($value instanceof \stdClass) {
        $made = new \stdClass();
        foreach (names($value) as $name) {
            $item = cleaned($value->{$name});
            if (!isEmpty($item)) {
                $made->{$name} = $item;
            }
        }
        return $made;
    }
    if (is_array($value)) {
        return array_values(array_filter(array_map(cleaned(...), $value), fn ($item) => !isEmpty($item)));
    }
    return $value;
}

/** `$envelope` holds the plaintext `data`. */
function signText(\stdClass $envelope, string $secret): string
{
    $parts = [];
    foreach (names($envelope) as $name) {
        $value = $envelope->{$name};
        if (in_array($name, UNSIGNED, true) || isEmpty($value)) {
            continue;
        }
        $nested = $value instanceof \stdClass || is_array($value);
        $parts[] = $name . '=' . ($nested ? write(cleaned($value), AS_IT_IS, true) : scalar($value));
    }
    return implode('&', $parts) . '&key=' . $secret;
}

function pad(string $bytes): string
{
    $by = 16 - strlen($bytes) % 16;
    return $bytes . str_repeat(chr($by), $by);
}

function encrypt(string $key, string $plain): string
{
    return strtoupper(bin2hex(\Gm\sm4($key, pad($plain), true)));
}

function decrypt(string $key, mixed $cipher): string
{
    if (!is_string($cipher) || !preg_match('/^(?:[0-9a-fA-F]{32})+\z/', $cipher)) {
        throw new \UnexpectedValueException('encData 不是整块的十六进制密文');
    }
    $plain = \Gm\sm4($key, hex2bin($cipher), false);
    $by = ord($plain[-1]);
    if ($by < 1 || $by > 16 || substr($plain, -$by) !== str_repeat(chr($by), $by)) {
        throw new \UnexpectedValueException('encData 填充错误, 密钥不符');
    }
    return substr($plain, 0, -$by);
}

/** 16 ASCII bytes: 16 hexadecimal characters, not 16 bytes (sheet 4). */
function messageKey(string $appId, string $secret): string
{
    return substr(encrypt(substr($appId, 0, 16), $secret), 0, 16);
}

function sign(string $text, \GMP $private, ?\GMP $nonce = null): string
{
    return base64_encode(implode('', array_map(\Gm\octets(...), \Gm\signature($text, $private, $nonce))));
}

function verify(string $text, mixed $signature, array $public, string $userId = \Gm\USER_ID): bool
{
    return is_string($signature) && preg_match('#^[A-Za-z0-9+/]{86}==\z#', $signature)
        && \Gm\verified($text, base64_decode($signature), $public, $userId);
}

/** One institution's side of the channel. */
final class Channel
{
    private readonly string $key;

    public function __construct(
        private readonly string $appId,
        private readonly string $secret,
        private readonly ?\GMP $own,
        private readonly ?array $peer,
    ) {
        $this->key = messageKey($appId, $secret);
    }

    /** Signs, then encrypts what json_encode makes of `$data` by default. */
    public function seal(mixed $data, int $now): string
    {
        $envelope = (object) [
            'appId' => $this->appId, 'version' => '2.0.1', 'encType' => 'SM4', 'signType' => 'SM2',
            'timestamp' => new Num((string) $now), 'data' => $data,
        ];
        $envelope->signData = sign(signText($envelope, $this->secret), $this->own);
        unset($envelope->data);
        $envelope->encData = strtolower(encrypt($this->key, write($data, JSON_THROW_ON_ERROR)));
        return write($envelope);
    }

    /** The envelope with `data` opened. Throws UnexpectedValueException for what cannot be believed. */
    public function open(string $body, int $now): \stdClass
    {
        $envelope = read($body);
        if (!$envelope instanceof \stdClass || ($envelope->appId ?? $this->appId) !== $this->appId) {
            throw new \UnexpectedValueException('不是发给本机构的信封');
        }
        unset($envelope->data);
        if (isset($envelope->encData)) {
            $envelope->data = read(decrypt($this->key, $envelope->encData));
        }
        if (!verify(signText($envelope, $this->secret), $envelope->signData ?? null, $this->peer)) {
            throw new \UnexpectedValueException('平台签名验证不通过');
        }
        $moment = moment(scalar($envelope->timestamp ?? ''));
        if ($moment === null || abs($moment - $now) > WINDOW_S) {
            throw new \UnexpectedValueException('时间戳超出窗口');
        }
        return $envelope;
    }
}

/** Unix seconds of 14 digits of Beijing time, 13 (ms) or 10 (s). */
function moment(string $text): ?int
{
    if (!ctype_digit($text)) {
        return null;
    }
    return match (strlen($text)) {
        14 => \DateTimeImmutable::createFromFormat('YmdHis', $text, new \DateTimeZone('+08:00'))->getTimestamp(),
        13 => intdiv((int) $text, 1000),
        10 => (int) $text,
        default => null,
    };
}
