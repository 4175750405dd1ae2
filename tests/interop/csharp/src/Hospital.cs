// A small C# hospital: one whole order, told in JSON lines.
//
//     mono hospital.exe order BLOCK.json     the person is read from standard input
//     mono hospital.exe tool                 known answers: a JSON array of {op, ...} in, results out
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

public sealed class Hospital
{
    const int LimitMs = 20000;
    static readonly string[] Shown = { "payOrdId", "ordStas", "feeSumamt", "ownPayAmt", "psnAcctPay", "fundPay", "refStatus", "setlType" };
    static readonly string[] Amounts = { "feeSumamt", "ownPayAmt", "psnAcctPay", "fundPay" };
    static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);
    readonly Obj block;
    readonly Channel channel;
    int serial;

    Hospital(Obj block)
    {
        this.block = block;
        channel = new Channel(block.Text("appId"), block.Text("appSecret"), Sm2.PrivateKey(block.Text("institutionPrivateKey")), Sm2.PublicKey(block.Text("platformPublicKey")));
    }

    static void Say(string step, Obj more = null)
    {
        var line = new Obj(more ?? new Obj()) { { "step", step } };
        Console.Out.WriteLine(Json.Write(line));
        Console.Out.Flush();
    }

    static Obj ShownOf(Obj data)
    {
        var made = new Obj();
        foreach (var name in Shown.Where(data.ContainsKey)) made[name] = data.Text(name);
        return made;
    }

    string Post(string number, string body, params string[] headers)
    {
        var request = (HttpWebRequest)WebRequest.Create(block.Text("base") + block.In("paths").Text(number).Replace("{partnerId}", block.Text("partnerId")));
        request.Method = "POST";
        request.ContentType = "application/json; charset=utf-8";
        request.Timeout = request.ReadWriteTimeout = LimitMs;
        for (int i = 0; i < headers.Length; i += 2) request.Headers[headers[i]] = headers[i + 1];
        var bytes = Utf8.GetBytes(body);
        using (var stream = request.GetRequestStream()) stream.Write(bytes, 0, bytes.Length);
        using (var answer = request.GetResponse())
        using (var reader = new StreamReader(answer.GetResponseStream(), Utf8))
            return reader.ReadToEnd();
    }

    public static string PortalSignature(string partner, string secret, string ms)
    {
        using (var mac = new HMACSHA256(Utf8.GetBytes(secret))) return Hex.Write(mac.ComputeHash(Utf8.GetBytes(partner + ms))).ToLowerInvariant();
    }

    string Authorised(string code, string openid)
    {
        var ms = Clock.Ms.ToString(CultureInfo.InvariantCulture);
        var answer = (Obj)Json.Read(Post("modeA", Json.Write(new Obj { { "qrcode", code }, { "openid", openid } }),
            "god-portal-timestamp", ms, "god-portal-request-id", Guid.NewGuid().ToString("N"),
            "god-portal-signature", PortalSignature(block.Text("partnerId"), block.Text("partnerSecret"), ms)));
        if (answer.Text("code") != "0") throw new InvalidOperationException("modeA: " + answer.Text("message"));
        Say("modeA");
        return answer.Text("pay_auth_no");
    }

    Obj Fsi(string number, Obj data, string region = "")
    {
        var code = block.Text("orgCodg");
        var answer = (Obj)Json.Read(Post(number, Json.Write(new Obj {
            { "infno", number }, { "msgid", code + Clock.Beijing("yyyyMMddHHmmss") + (++serial).ToString("D4") }, { "infver", "V1.0" },
            { "mdtrtarea_admvs", block.Text("region") }, { "insuplc_admdvs", region }, { "recer_sys_code", "FSI" }, { "opter_type", "1" },
            { "opter", "0001" }, { "opter_name", "收费员" }, { "inf_time", Clock.Beijing("yyyy-MM-dd HH:mm:ss") }, { "fixmedins_code", code },
            { "fixmedins_name", block.Text("orgName") }, { "sign_no", "" }, { "input", new Obj { { "data", data } } } })));
        if (answer.Text("infcode") != "0") throw new InvalidOperationException(number + ": " + answer.Text("err_msg"));
        Say(number);
        return answer.In("output");
    }

    Obj Centre(string number, Obj data)
    {
        var answer = channel.Open(Post(number, channel.Seal(data, Clock.Ms)), Clock.Ms);
        if (answer.Text("code") != "0") throw new InvalidOperationException(number + ": " + answer.Text("message"));
        Say(number, new Obj { { "verified", true }, { "data", ShownOf(answer.In("data")) } });
        return answer.In("data");
    }

    /// <summary>Waits for a 6302 that verifies; others are answered 400.</summary>
    Obj Notice(TcpListener listening)
    {
        while (listening.Server.Poll(LimitMs * 1000, SelectMode.SelectRead))
            using (var peer = listening.AcceptTcpClient())
            {
                peer.ReceiveTimeout = peer.SendTimeout = LimitMs;
                var stream = peer.GetStream();
                var head = new StringBuilder();
                int one;
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && (one = stream.ReadByte()) >= 0) head.Append((char)one);
                var length = head.ToString().Split('\n').First(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
                var body = new byte[int.Parse(length.Split(':')[1].Trim(), CultureInfo.InvariantCulture)];
                for (int at = 0, got; at < body.Length; at += got) if ((got = stream.Read(body, at, body.Length - at)) == 0) break;
                try
                {
                    var data = channel.Open(Utf8.GetString(body), Clock.Ms).In("data");
                    Say("6302", new Obj { { "verified", true }, { "data", ShownOf(data) } });
                    Answer(stream, "200 OK", "");
                    return data;
                }
                catch (FormatException error)
                {
                    Say("6302", new Obj { { "verified", false }, { "why", error.Message } });
                    Answer(stream, "400 Bad Request", error.Message);
                }
            }
        throw new InvalidOperationException("6302: 没有可信的通知");
    }

    /// <summary>A handler without a body, as one of the field's: 200 is all it says.</summary>
    static void Answer(Stream stream, string status, string body)
    {
        var bytes = Utf8.GetBytes(body);
        var all = Encoding.ASCII.GetBytes("HTTP/1.1 " + status + "\r\nContent-Length: " + bytes.Length + "\r\nConnection: close\r\n\r\n").Concat(bytes).ToArray();
        stream.Write(all, 0, all.Length);
    }

    static void Order(Obj block)
    {
        var hospital = new Hospital(block);
        var listening = new TcpListener(IPAddress.Loopback, 0);
        listening.Start();
        Say("ready", new Obj { { "notify", "http://" + listening.LocalEndpoint + "/Notify6302.ashx" } });
        var person = (Obj)Json.Read(Console.In.ReadLine());
        string now = Clock.Beijing("yyyy-MM-dd HH:mm:ss"), number = Guid.NewGuid().ToString(), tail = Clock.Ms.ToString(CultureInfo.InvariantCulture);
        var auth = hospital.Authorised(person.Text("auth_code"), person.Text("openid"));
        var known = hospital.Fsi("1101", new Obj { { "mdtrt_cert_type", "01" }, { "mdtrt_cert_no", auth } });
        var psn = known.In("baseinfo").Text("psn_no");
        var insured = (Obj)((List<object>)known["insuinfo"])[0];
        var region = insured.Text("insuplc_admdvs");
        var visit = hospital.Fsi("2201", new Obj {
            { "psn_no", psn }, { "insutype", insured.Text("insutype") }, { "begntime", now }, { "mdtrt_cert_type", "01" }, { "mdtrt_cert_no", auth },
            { "ipt_otp_no", "MZ" + tail }, { "atddr_no", "D001" }, { "dr_name", "测试医师" }, { "dept_code", "A001" }, { "dept_name", "内科" },
            { "caty", "A03" } }, region).In("data").Text("mdtrt_id");
        decimal price = 12.5000m, count = 2m; // as a column decimal(18,4) gives it
        var batch = Guid.NewGuid().ToString();
        var line = new Obj {
            { "feedetlSn", "1" }, { "psnNo", psn }, { "chrgBchno", batch }, { "rxCircFlag", "0" }, { "feeOcurTime", now },
            { "medListCodg", "XN05BAD000000000000000001" }, { "medinsListCodg", "YP0001" }, { "detItemFeeSumamt", new Num(price * count) },
            { "cnt", new Num(count) }, { "pric", new Num(price) }, { "bilgDeptCodg", "A001" }, { "bilgDeptName", "内科" },
            { "bilgDrCodg", "D001" }, { "bilgDrName", "测试医师" }, { "sinDosDscr", "1+1 片 <饭后>" } };
        var who = new Obj { { "idNo", person.Text("id_no") }, { "userName", person.Text("name") }, { "idType", "01" }, { "orgCodg", block.Text("orgCodg") } };
        var made = hospital.Centre("6201", new Obj(who) {
            { "payAuthNo", auth }, { "psnNo", psn }, { "insutype", insured.Text("insutype") }, { "insuCode", region }, { "medOrgOrd", number },
            { "begntime", now }, { "iptOtpNo", "MZ" + tail }, { "deptCode", "A001" }, { "deptName", "内科" }, { "caty", "A03" }, { "mdtrtId", visit },
            { "medType", "11" }, { "feeType", "01" }, { "medfeeSumamt", new Num(price * count) }, { "acctUsedFlag", "1" }, { "psnSetlway", "01" },
            { "chrgBchno", batch }, { "pubHospRfomFlag", "0" }, { "feedetailList", new List<object> { line } },
            { "extData", new Obj { { "urgent", true }, { "returned", false } } } });
        var token = new Obj { { "payOrdId", made.Text("payOrdId") }, { "payToken", made.Text("payToken") } };
        var placed = hospital.Centre("6202", new Obj(token) {
            { "payAuthNo", auth }, { "orgCodg", block.Text("orgCodg") }, { "orgBizSer", Guid.NewGuid().ToString("N") }, { "chrgBchno", batch },
            { "feeType", "01" }, { "mdtrtId", visit }, { "acctUsedFlag", "1" } });
        var notice = hospital.Notice(listening);
        var query = new Obj(token);
        foreach (var one in who) query[one.Key] = one.Value;
        var asked = hospital.Centre("6301", query);
        foreach (var other in new[] { notice, asked })
            if (other.Text("medOrgOrd") != number || Amounts.Any(name => decimal.Parse(other.Text(name), CultureInfo.InvariantCulture) != decimal.Parse(placed.Text(name), CultureInfo.InvariantCulture)))
                throw new InvalidOperationException("6302/6301 与 6202 不一致");
        if (asked.Text("ordStas") != "6") throw new InvalidOperationException("6301: 状态 " + asked.Text("ordStas"));
        var again = hospital.Authorised(person.Text("refund_auth_code"), person.Text("openid"));
        hospital.Centre("6203", new Obj {
            { "payOrdId", made.Text("payOrdId") }, { "appRefdSn", "TF" + tail }, { "appRefdTime", Clock.Beijing("yyyyMMddHHmmss") }, { "payAuthNo", again },
            { "totlRefdAmt", new Num(price * count) }, { "cashRefdAmt", placed.Text("ownPayAmt") }, { "psnAcctRefdAmt", placed.Text("psnAcctPay") },
            { "fundRefdAmt", placed.Text("fundPay") }, { "refdType", "ALL" } });
        hospital.Centre("6301", query);
        Say("end");
    }

    static Channel ChannelOf(Obj one)
    {
        return new Channel(one.Text("appId"), one.Text("appSecret"), one.ContainsKey("private") ? Sm2.PrivateKey(one.Text("private")) : 0,
            one.ContainsKey("public") ? Sm2.PublicKey(one.Text("public")) : Sm2.G);
    }

    static readonly Dictionary<string, Func<Obj, object>> Operations = new Dictionary<string, Func<Obj, object>> {
        { "message_key", one => Encoding.ASCII.GetString(KeyOf(one)) },
        { "encrypt", one => Sealed.Encrypt(KeyOf(one), one.Text("plain")) },
        { "decrypt", one => Sealed.Decrypt(KeyOf(one), one.Text("cipher")) },
        { "sign_text", one => {
            var envelope = (Obj)Json.Read(one.Text("envelope"));
            envelope["data"] = Json.Read(one.Text("plain"));
            return Sealed.SignText(envelope, one.Text("appSecret"));
        } },
        { "sign", one => Sealed.Sign(one.Text("text"), Sm2.PrivateKey(one.Text("private")), Sm2.Number(Hex.Read(one.Text("nonce")))) },
        { "verify", one => Sealed.Verify(one.Text("text"), one.Text("signature"), Sm2.PublicKey(one.Text("public")), one.ContainsKey("userId") ? one.Text("userId") : Sm2.UserId) },
        { "seal", one => ChannelOf(one).Seal((Obj)Json.Read(one.Text("plain")), long.Parse(one.Text("now_ms"))) },
        { "open", one => Json.Write(ChannelOf(one).Open(one.Text("body"), long.Parse(one.Text("now_ms")))["data"]) },
        { "wrong", Mistakes.Body },
        { "wrongs", one => { var made = new Obj(); foreach (var row in Mistakes.All) made[row.Key] = row.Value.Key; return made; } },
        { "portal", one => PortalSignature(one.Text("partnerId"), one.Text("partnerSecret"), one.Text("now_ms")) },
    };

    static byte[] KeyOf(Obj one) { return Sealed.MessageKey(one.Text("appId"), one.Text("appSecret")); }

    /// <summary>What the other languages' tools do, under the same names.</summary>
    static void Tool()
    {
        var answers = new List<object>();
        foreach (Obj one in (List<object>)Json.Read(Console.In.ReadToEnd()))
            try { answers.Add(new Obj { { "ok", Operations[one.Text("op")](one) } }); }
            catch (FormatException error) { answers.Add(new Obj { { "error", error.Message } }); }
            catch (ArgumentException error) { answers.Add(new Obj { { "error", error.Message } }); } // bad UTF-8
        Console.Out.Write(Json.Write(answers));
        Console.Out.Flush();
    }

    static int Main(string[] args)
    {
        Console.SetIn(new StreamReader(Console.OpenStandardInput(), Utf8));
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), Utf8));
        try
        {
            if (args[0] == "tool") Tool();
            else Order((Obj)Json.Read(File.ReadAllText(args[1], Utf8)));
            return 0;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(error is InvalidOperationException ? error.Message : error.ToString());
            return 1;
        }
    }
}
