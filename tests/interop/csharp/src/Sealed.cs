// The sealed envelope of the 6xxx interfaces in C# (sheet 2, 3, 4).
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

public static class Sealed
{
    static readonly string[] Unsigned = { "signData", "encData", "extra" };
    static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

    public static bool Empty(object value) { return value == null || value as string == "" || value is List<object> && ((List<object>)value).Count == 0; }

    public static object Cleaned(object value)
    {
        var members = value as Obj;
        if (members != null)
        {
            var made = new Obj();
            foreach (var one in members) { var item = Cleaned(one.Value); if (!Empty(item)) made[one.Key] = item; }
            return made;
        }
        var list = value as List<object>;
        return list == null ? value : list.Select(Cleaned).Where(item => !Empty(item)).ToList();
    }

    /// <summary>`envelope` holds the plaintext data.</summary>
    public static string SignText(Obj envelope, string secret)
    {
        var parts = from one in envelope
                    where !Unsigned.Contains(one.Key) && !Empty(one.Value)
                    select one.Key + "=" + (one.Value is Obj || one.Value is List<object> ? Json.Write(Cleaned(one.Value), true) : Json.Scalar(one.Value));
        return string.Join("&", parts) + "&key=" + secret;
    }

    public static string Encrypt(byte[] key, string plain)
    {
        var text = Utf8.GetBytes(plain);
        int pad = 16 - text.Length % 16;
        return Hex.Write(Sm4.Blocks(key, text.Concat(Enumerable.Repeat((byte)pad, pad)).ToArray(), true));
    }

    public static string Decrypt(byte[] key, string cipher)
    {
        if (!Regex.IsMatch(cipher, @"^(?:[0-9a-fA-F]{32})+\z")) throw new FormatException("encData 不是整块的十六进制密文");
        var plain = Sm4.Blocks(key, Hex.Read(cipher), false);
        int pad = plain[plain.Length - 1];
        if (pad < 1 || pad > 16 || plain.Skip(plain.Length - pad).Any(one => one != pad)) throw new FormatException("encData 填充错误, 密钥不符");
        return Utf8.GetString(plain, 0, plain.Length - pad);
    }

    /// <summary>16 hexadecimal characters as ASCII bytes (sheet 4).</summary>
    public static byte[] MessageKey(string appId, string secret)
    {
        return Encoding.ASCII.GetBytes(Encrypt(Encoding.ASCII.GetBytes(appId.Substring(0, 16)), secret).Substring(0, 16));
    }

    public static string Signature(BigInteger[] made) { return Convert.ToBase64String(Sm2.Octets(made[0]).Concat(Sm2.Octets(made[1])).ToArray()); }

    public static string Sign(string text, BigInteger key, BigInteger? nonce = null)
    {
        return Signature(Sm2.Sign(Sm2.Digest(text, Sm2.Times(key, Sm2.G), Sm2.UserId), key, nonce));
    }

    public static bool Verify(string text, string signature, Point key, string userId = Sm2.UserId)
    {
        return Regex.IsMatch(signature ?? "", @"^[A-Za-z0-9+/]{86}==\z") && Sm2.Verify(text, Convert.FromBase64String(signature), key, userId);
    }
}

/// <summary>One institution's side of the channel.</summary>
public sealed class Channel
{
    const long WindowMs = 300000;
    readonly string appId, secret;
    readonly BigInteger own;
    readonly Point peer;
    readonly byte[] key;

    public Channel(string appId, string secret, BigInteger own, Point peer)
    {
        this.appId = appId; this.secret = secret; this.own = own; this.peer = peer;
        key = Sealed.MessageKey(appId, secret);
    }

    public string Seal(Obj data, long nowMs)
    {
        var envelope = new Obj { { "appId", appId }, { "version", "2.0.1" }, { "encType", "SM4" }, { "signType", "SM2" },
                                 { "timestamp", nowMs.ToString(CultureInfo.InvariantCulture) }, { "data", data } };
        var signature = Sealed.Sign(Sealed.SignText(envelope, secret), own);
        envelope.Remove("data");
        envelope["signData"] = signature;
        envelope["encData"] = Sealed.Encrypt(key, Json.Write(data, false, Json.AsTextJson));
        return Json.Write(envelope);
    }

    /// <summary>The envelope with its data opened. FormatException for what cannot be believed.</summary>
    public Obj Open(string body, long nowMs)
    {
        var envelope = Json.Read(body) as Obj;
        if (envelope == null || envelope.ContainsKey("appId") && envelope.Text("appId") != appId) throw new FormatException("不是发给本机构的信封");
        envelope.Remove("data");
        if (envelope.ContainsKey("encData")) envelope["data"] = Json.Read(Sealed.Decrypt(key, envelope.Text("encData")));
        if (!Sealed.Verify(Sealed.SignText(envelope, secret), envelope.Text("signData"), peer)) throw new FormatException("平台签名验证不通过");
        if (Math.Abs(Moment(envelope.Text("timestamp")) - nowMs) > WindowMs) throw new FormatException("时间戳超出窗口");
        return envelope;
    }

    static long Moment(string text)
    {
        if (!Regex.IsMatch(text, @"^(?:\d{10}|\d{13}|\d{14})\z", RegexOptions.ECMAScript)) throw new FormatException("时间戳的写法");
        if (text.Length == 14)
            return (long)(DateTime.ParseExact(text, "yyyyMMddHHmmss", CultureInfo.InvariantCulture).AddHours(-8) - Clock.Epoch).TotalMilliseconds;
        return long.Parse(text, CultureInfo.InvariantCulture) * (text.Length == 10 ? 1000 : 1);
    }
}

public static class Clock
{
    public static readonly DateTime Epoch = new DateTime(1970, 1, 1);
    public static long Ms { get { return (long)(DateTime.UtcNow - Epoch).TotalMilliseconds; } }
    public static string Beijing(string form) { return DateTime.UtcNow.AddHours(8).ToString(form, CultureInfo.InvariantCulture); }
}
