<?php
// A small PHP hospital: one whole order, told in JSON lines.
//
//     php hospital.php order BLOCK.json     the person is read from standard input
//     php hospital.php tool                 known answers: a JSON array of {op, ...} in, results out
declare(strict_types=1);

require __DIR__ . '/gm.php';
require __DIR__ . '/sealed.php';
require __DIR__ . '/mistakes.php';

use Sealed\Channel;
use Sealed\Num;

const LIMIT_S = 20;
const SHOWN = ['payOrdId', 'ordStas', 'feeSumamt', 'ownPayAmt', 'psnAcctPay', 'fundPay', 'refStatus', 'setlType'];
date_default_timezone_set('Asia/Shanghai');

function say(string $step, array $more = []): void
{
    echo json_encode(['step' => $step] + $more), "\n";
    fflush(STDOUT);
}

function stop(string $why): never
{
    fwrite(STDERR, "$why\n");
    exit(1);
}

function portalSignature(string $partner, string $secret, string $ms): string
{
    return hash_hmac('sha256', $partner . $ms, $secret);
}

function shown(stdClass $data): array
{
    return array_map(Sealed\scalar(...), array_filter((array) $data, fn ($name) => in_array($name, SHOWN, true), ARRAY_FILTER_USE_KEY));
}

final class Hospital
{
    public readonly Channel $channel;

    public function __construct(private readonly stdClass $block)
    {
        $this->channel = new Channel(
            $block->appId, $block->appSecret, Gm\privateKey($block->institutionPrivateKey), Gm\publicKey($block->platformPublicKey),
        );
    }

    private function post(string $number, string $body, array $headers = []): string
    {
        $url = $this->block->base . str_replace('{partnerId}', $this->block->partnerId, $this->block->paths->{$number});
        $headers[] = 'Content-Type: application/json; charset=utf-8';
        $options = ['method' => 'POST', 'header' => $headers, 'content' => $body, 'timeout' => LIMIT_S, 'ignore_errors' => true];
        $answer = file_get_contents($url, false, stream_context_create(['http' => $options]));
        return $answer === false ? stop("$number: 没有应答") : $answer;
    }

    public function authorised(string $code, string $openid): string
    {
        $ms = (string) (int) (microtime(true) * 1000);
        $answer = Sealed\read($this->post('userQuery', json_encode(['qrcode' => $code, 'openid' => $openid]), [
            "god-portal-timestamp: $ms",
            'god-portal-request-id: ' . bin2hex(random_bytes(16)),
            'god-portal-signature: ' . portalSignature($this->block->partnerId, $this->block->partnerSecret, $ms),
        ]));
        if (Sealed\scalar($answer->code) !== '0') {
            stop("userQuery: $answer->message");
        }
        say('userQuery');
        return $answer->pay_auth_no;
    }

    /** `input` travels as the text of its JSON, as some integrations send it. */
    public function fsi(string $number, array $data, string $region = ''): stdClass
    {
        $code = $this->block->orgCodg;
        $answer = Sealed\read($this->post($number, json_encode([
            'infno' => $number, 'msgid' => $code . date('YmdHis') . sprintf('%04d', random_int(0, 9999)), 'infver' => 'V1.0',
            'mdtrtarea_admvs' => $this->block->region, 'insuplc_admdvs' => $region, 'recer_sys_code' => 'FSI', 'opter_type' => '1',
            'opter' => '0001', 'opter_name' => '收费员', 'inf_time' => date('Y-m-d H:i:s'), 'fixmedins_code' => $code,
            'fixmedins_name' => $this->block->orgName, 'sign_no' => '', 'input' => json_encode(['data' => $data]),
        ])));
        if (Sealed\scalar($answer->infcode) !== '0') {
            stop("$number: $answer->err_msg");
        }
        say($number);
        return $answer->output;
    }

    public function centre(string $number, array $data): stdClass
    {
        $answer = $this->channel->open($this->post($number, $this->channel->seal((object) $data, time())), time());
        if (Sealed\scalar($answer->code ?? '') !== '0') {
            stop("$number: $answer->message");
        }
        say($number, ['verified' => true, 'data' => shown($answer->data)]);
        return $answer->data;
    }

    /** Waits for a 6302 that verifies; others are answered 400. */
    public function notice($listening): stdClass
    {
        while ($peer = @stream_socket_accept($listening, LIMIT_S)) {
            stream_set_timeout($peer, LIMIT_S);
            $length = 0;
            while (($line = fgets($peer)) !== false && trim($line) !== '') {
                if (preg_match('/^content-length:\s*(\d+)/i', $line, $found)) {
                    $length = (int) $found[1];
                }
            }
            $body = stream_get_contents($peer, $length);
            try {
                $data = $this->channel->open($body, time())->data;
                say('6302', ['verified' => true, 'data' => shown($data)]);
                $this->answer($peer, '200 OK', ['success' => true, 'message' => '成功']);
                return $data;
            } catch (UnexpectedValueException $error) {
                say('6302', ['verified' => false, 'why' => $error->getMessage()]);
                $this->answer($peer, '400 Bad Request', ['success' => false, 'message' => $error->getMessage()]);
            }
        }
        stop('6302: ' . LIMIT_S . ' 秒内没有可信的通知');
    }

    private function answer($peer, string $status, array $value): void
    {
        $body = json_encode($value);
        fwrite($peer, "HTTP/1.1 $status\r\nContent-Type: application/json\r\nContent-Length: " . strlen($body)
            . "\r\nConnection: close\r\n\r\n$body");
        fclose($peer);
    }
}

function order(stdClass $block): void
{
    $hospital = new Hospital($block);
    $listening = stream_socket_server('tcp://127.0.0.1:0');
    say('ready', ['notify' => 'http://' . stream_socket_get_name($listening, false) . '/notify.php']);
    $person = json_decode(fgets(STDIN));
    $serial = (string) (int) (microtime(true) * 1e6);
    $now = date('Y-m-d H:i:s');
    $auth = $hospital->authorised($person->auth_code, $person->openid);
    $known = $hospital->fsi('1101', ['mdtrt_cert_type' => '01', 'mdtrt_cert_no' => $auth]);
    $psn = $known->baseinfo->psn_no;
    $insured = $known->insuinfo[0];
    $region = $insured->insuplc_admdvs;
    $visit = $hospital->fsi('2201', [
        'psn_no' => $psn, 'insutype' => $insured->insutype, 'begntime' => $now, 'mdtrt_cert_type' => '01', 'mdtrt_cert_no' => $auth,
        'ipt_otp_no' => "MZ$serial", 'atddr_no' => 'D001', 'dr_name' => '测试医师', 'dept_code' => 'A001', 'dept_name' => '内科',
        'caty' => 'A03',
    ], $region)->data->mdtrt_id;
    $line = (object) [
        'feedetlSn' => '1', 'psnNo' => $psn, 'chrgBchno' => "PC$serial", 'feeOcurTime' => $now,
        'medListCodg' => 'XN05BAD000000000000000001', 'medinsListCodg' => 'YP0001', 'detItemFeeSumamt' => '25.00', 'cnt' => '2',
        'pric' => '12.50', 'bilgDeptCodg' => 'A001', 'bilgDeptName' => '内科', 'bilgDrCodg' => 'D001', 'bilgDrName' => '测试医师',
        'sinDosDscr' => '2 片/次', 'memo' => '',
    ];
    $who = ['idNo' => $person->id_no, 'userName' => $person->name, 'idType' => '01', 'orgCodg' => $block->orgCodg];
    $made = $hospital->centre('6201', $who + [
        'payAuthNo' => $auth, 'psnNo' => $psn, 'insutype' => $insured->insutype, 'insuCode' => $region, 'medOrgOrd' => "MO$serial",
        'begntime' => $now, 'iptOtpNo' => "MZ$serial", 'deptCode' => 'A001', 'deptName' => '内科', 'caty' => 'A03', 'mdtrtId' => $visit,
        'medType' => '11', 'feeType' => '01', 'medfeeSumamt' => '25.00', 'acctUsedFlag' => '1', 'psnSetlway' => '01',
        'chrgBchno' => "PC$serial", 'pubHospRfomFlag' => '0', 'feedetailList' => [$line], 'diseCodg' => '', 'diseName' => '',
        'extData' => [], 'backUrl' => 'https://hospital.example/back',
    ]);
    $token = ['payOrdId' => $made->payOrdId, 'payToken' => $made->payToken];
    $placed = $hospital->centre('6202', $token + [
        'payAuthNo' => $auth, 'orgCodg' => $block->orgCodg, 'orgBizSer' => "YW$serial", 'chrgBchno' => "PC$serial", 'feeType' => '01',
        'mdtrtId' => $visit, 'acctUsedFlag' => '1',
    ]);
    $notice = $hospital->notice($listening);
    $asked = $hospital->centre('6301', $token + $who);
    foreach ([$notice, $asked] as $other) {
        foreach (['feeSumamt', 'ownPayAmt', 'psnAcctPay', 'fundPay'] as $amount) {
            if (Sealed\scalar($other->{$amount}) !== Sealed\scalar($placed->{$amount}) || $other->medOrgOrd !== "MO$serial") {
                stop("6302/6301 与 6202 不一致: $amount");
            }
        }
    }
    if (Sealed\scalar($asked->ordStas) !== '6') {
        stop('6301: 状态 ' . Sealed\scalar($asked->ordStas));
    }
    $again = $hospital->authorised($person->refund_auth_code, $person->openid);
    $hospital->centre('6203', [
        'payOrdId' => $made->payOrdId, 'appRefdSn' => "TF$serial", 'appRefdTime' => date('YmdHis'), 'payAuthNo' => $again,
        'totlRefdAmt' => '25.00', 'cashRefdAmt' => Sealed\scalar($placed->ownPayAmt),
        'psnAcctRefdAmt' => Sealed\scalar($placed->psnAcctPay), 'fundRefdAmt' => Sealed\scalar($placed->fundPay), 'refdType' => 'ALL',
    ]);
    $hospital->centre('6301', $token + $who);
    say('end');
}

function channelOf(stdClass $one): Channel
{
    return new Channel(
        $one->appId, $one->appSecret, isset($one->private) ? Gm\privateKey($one->private) : null,
        isset($one->public) ? Gm\publicKey($one->public) : null,
    );
}

/** What the other languages' tools do, under the same names. */
function tool(): void
{
    $key = fn (stdClass $one) => Sealed\messageKey($one->appId, $one->appSecret);
    $seconds = fn (stdClass $one) => intdiv((int) $one->now_ms, 1000);
    $operations = [
        'message_key' => $key,
        'encrypt' => fn ($one) => Sealed\encrypt($key($one), $one->plain),
        'decrypt' => fn ($one) => Sealed\decrypt($key($one), $one->cipher),
        'sign_text' => function ($one) {
            $envelope = Sealed\read($one->envelope);
            $envelope->data = Sealed\read($one->plain);
            return Sealed\signText($envelope, $one->appSecret);
        },
        'sign' => fn ($one) => Sealed\sign($one->text, Gm\privateKey($one->private), Gm\number($one->nonce)),
        'verify' => fn ($one) => Sealed\verify($one->text, $one->signature, Gm\publicKey($one->public), $one->userId ?? Gm\USER_ID),
        'seal' => fn ($one) => channelOf($one)->seal(Sealed\read($one->plain), $seconds($one)),
        'open' => fn ($one) => Sealed\write(channelOf($one)->open($one->body, $seconds($one))->data),
        'wrong' => Mistakes\body(...),
        'wrongs' => fn () => array_map(fn ($row) => $row[0], Mistakes\all()),
        'portal' => fn ($one) => portalSignature($one->partnerId, $one->partnerSecret, $one->now_ms),
    ];
    $answers = [];
    foreach (json_decode(stream_get_contents(STDIN), false, 512, JSON_THROW_ON_ERROR) as $one) {
        try {
            $answers[] = ['ok' => $operations[$one->op]($one)];
        } catch (UnexpectedValueException | JsonException $error) {
            $answers[] = ['error' => $error->getMessage()];
        }
    }
    echo json_encode($answers, Sealed\AS_IT_IS);
}

$argv[1] === 'tool' ? tool() : order(Sealed\read(file_get_contents($argv[2])));
