// Wrong signers as C# itself makes them: one natural mistake each, everything else right. Used by the tool's operation
// `wrong`; what each does is told in English, as the person who made it would.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Numerics;
using System.Text;

/// <summary>One sealed request in the making; each member is a step that a mistake may replace.</summary>
public sealed class Making
{
    public Func<Obj, IEnumerable<KeyValuePair<string, object>>> Members = one => one;
    public Func<object, bool> Empty = Sealed.Empty;
    public Func<object, string> Scalar = Json.Scalar;
    public Func<char, bool> Escaped;
    public Func<string, string> DataText = text => text, Tail = text => text;
    public Func<string, byte[]> Bytes = Encoding.UTF8.GetBytes;
    public Func<byte[], BigInteger> Digest;
    public Func<string, BigInteger> Private = Sm2.PrivateKey;
    public Func<BigInteger[], string> Encode = Sealed.Signature;
    public Func<BigInteger[], bool> Wanted = made => true;
    public Func<string, byte[]> Key = cipher => Encoding.ASCII.GetBytes(cipher.Substring(0, 16));
    public string UserId = Sm2.UserId;
    public long SignedLater;

    string Write(object value)
    {
        var list = value as List<object>;
        if (list != null) return "[" + string.Join(",", list.Where(item => !Empty(Cleaned(item))).Select(Write)) + "]";
        var members = value as Obj;
        if (members != null)
            return "{" + string.Join(",", Members(members).Where(one => !Empty(Cleaned(one.Value))).Select(one => Json.Quoted(one.Key, Escaped) + ":" + Write(one.Value))) + "}";
        return value == null ? "null" : Json.Quoted(Scalar(value), Escaped);
    }

    object Cleaned(object value)
    {
        var list = value as List<object>;
        return list == null ? value : list.Select(Cleaned).Where(item => !Empty(item)).ToList();
    }

    public string Body(Obj one)
    {
        long now = long.Parse(one.Text("now_ms"), CultureInfo.InvariantCulture);
        string appId = one.Text("appId"), secret = one.Text("appSecret");
        var envelope = new Obj { { "appId", appId }, { "version", "2.0.1" }, { "encType", "SM4" }, { "signType", "SM2" }, { "timestamp", now.ToString(CultureInfo.InvariantCulture) } };
        var signed = new Obj(envelope);
        signed["timestamp"] = (now + SignedLater).ToString(CultureInfo.InvariantCulture);
        signed["data"] = DataText(Write(Json.Read(one.Text("plain"))));
        var text = Tail(string.Join("&", signed.Select(pair => pair.Key + "=" + pair.Value)) + "&key=" + secret);
        var key = Private(one.Text("private"));
        var e = Digest != null ? Digest(Bytes(text)) : Sm2.Digest(Bytes(text), Sm2.Times(key, Sm2.G), UserId);
        var nonce = Sm2.Number(Hex.Read(one.Text("nonce")));
        BigInteger[] made;
        do made = Sm2.Sign(e, key, nonce++); while (!Wanted(made));
        envelope["signData"] = Encode(made);
        envelope["encData"] = Sealed.Encrypt(Key(Sealed.Encrypt(Encoding.ASCII.GetBytes(appId.Substring(0, 16)), secret)), one.Text("plain"));
        return Json.Write(envelope);
    }
}

public static class Mistakes
{
    static string Number(object value, Func<string, string> change) { var number = value as Num; return number != null ? change(number.Text) : Json.Scalar(value); }
    static decimal Decimal(string text) { return decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture); }
    static byte[] Little(BigInteger[] made) { return made[0].ToByteArray().Concat(made[1].ToByteArray()).ToArray(); }
    static byte[] Der(BigInteger[] made)
    {
        var parts = made.SelectMany(one => { var big = one.ToByteArray().Reverse().ToArray(); return new[] { (byte)2, (byte)big.Length }.Concat(big); }).ToArray();
        return new[] { (byte)0x30, (byte)parts.Length }.Concat(parts).ToArray();
    }

    /// <summary>What was done, and the step that is replaced.</summary>
    public static readonly SortedDictionary<string, KeyValuePair<string, Action<Making>>> All = new SortedDictionary<string, KeyValuePair<string, Action<Making>>>(StringComparer.Ordinal);

    static void Add(string name, string done, Action<Making> change) { All[name] = new KeyValuePair<string, Action<Making>>(done, change); }

    static Mistakes()
    {
        Add("ordinal_ignore_case", "SortedDictionary with StringComparer.OrdinalIgnoreCase at every level of data",
            it => it.Members = one => one.OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase));
        Add("current_culture", "SortedDictionary without a comparer: names in the order of the culture",
            it => it.Members = one => one.OrderBy(pair => pair.Key, StringComparer.InvariantCulture));
        Add("decimal_format", "amounts by ToString(\"0.##\"): 12.50 is signed as 12.5",
            it => it.Scalar = value => Number(value, text => Decimal(text).ToString("0.##", CultureInfo.InvariantCulture)));
        Add("decimal_f2", "every number by ToString(\"F2\"): 2 is signed as 2.00",
            it => it.Scalar = value => Number(value, text => Decimal(text).ToString("F2", CultureInfo.InvariantCulture)));
        Add("double", "amounts are double: 25.00 is signed as 25",
            it => it.Scalar = value => Number(value, text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)));
        Add("bool_to_string", "bool.ToString(): True and False", it => it.Scalar = value => value is bool ? value.ToString() : Json.Scalar(value));
        Add("nulls_included", "NullValueHandling.Include: null stays in the signed text", it => it.Empty = value => value != null && Sealed.Empty(value));
        Add("defaults_ignored", "DefaultValueHandling.Ignore: 0, false and null are left out of the signed text",
            it => it.Empty = value => Sealed.Empty(value) || false.Equals(value) || value is Num && Decimal(((Num)value).Text) == 0);
        Add("text_json_encoder", "System.Text.Json with its own encoder: \\u4E2D, \\u003C, \\u002B in the signed text", it => it.Escaped = Json.AsTextJson);
        Add("data_serialized_twice", "data serialized once more as a string: it stands in quotes", it => it.DataText = text => Json.Quoted(text, null));
        Add("html_encoded", "HttpUtility.HtmlEncode over the signed text", it => it.DataText = text => WebUtility.HtmlEncode(text));
        Add("append_line", "StringBuilder.AppendLine: a line end behind the text", it => it.Tail = text => text + "\r\n");
        Add("lower_case", "ToLower on the whole text", it => it.Tail = text => text.ToLowerInvariant());
        Add("utf8_preamble", "a StreamWriter with Encoding.UTF8: the byte order mark is signed too", it => it.Bytes = text => Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(text)).ToArray());
        Add("unicode", "Encoding.Unicode: the text as UTF-16", it => it.Bytes = Encoding.Unicode.GetBytes);
        Add("time_twice", "DateTime.Now read once for the envelope and once for the text", it => it.SignedLater = 3);
        Add("no_za", "SM3 of the text alone, without Z_A", it => it.Digest = bytes => Sm2.Number(Sm3.Hash(bytes)));
        Add("user_id_unicode", "the user id by Encoding.Unicode: a 00 behind every digit", it => it.UserId = string.Concat(Sm2.UserId.Select(c => c + "\0")));
        Add("key_little_endian", "new BigInteger(bytes) of the private key: it reads little-endian", it => it.Private = text => new BigInteger(Convert.FromBase64String(text).Concat(new byte[1]).ToArray()));
        Add("key_signed", "new BigInteger(bytes.Reverse().ToArray()) of the private key: its top bit makes it negative",
            it => it.Private = text => { var d = new BigInteger(Convert.FromBase64String(text).Reverse().ToArray()) % Sm2.N; return d.Sign < 0 ? d + Sm2.N : d; });
        Add("rs_little_endian", "r.ToByteArray() and s.ToByteArray() as they come: little-endian",
            it => { it.Wanted = made => Little(made).Length == 64; it.Encode = made => Convert.ToBase64String(Little(made)); });
        Add("rs_sign_byte", "ToByteArray().Reverse(): r has 33 bytes, a 00 before its top bit",
            it => { it.Wanted = made => made[0].ToByteArray().Length == 33 && made[1].ToByteArray().Length == 32; it.Encode = made => Convert.ToBase64String(made.SelectMany(one => one.ToByteArray().Reverse()).ToArray()); });
        Add("rs_swapped", "s before r", it => it.Encode = made => Sealed.Signature(new[] { made[1], made[0] }));
        Add("der", "SM2Signer as BouncyCastle has it: DER", it => it.Encode = made => Convert.ToBase64String(Der(made)));
        Add("bit_converter", "BitConverter.ToString of r and s: hexadecimal with hyphens", it => it.Encode = made => BitConverter.ToString(Sm2.Octets(made[0]).Concat(Sm2.Octets(made[1])).ToArray()));
        Add("base64_of_hex", "Convert.ToBase64String of the bytes of the hexadecimal text", it => it.Encode = made => Convert.ToBase64String(Encoding.UTF8.GetBytes(Hex.Write(Sm2.Octets(made[0]).Concat(Sm2.Octets(made[1])).ToArray()).ToLowerInvariant())));
        Add("key_sixteen_bytes", "SM4 key: the first 16 bytes of the cipher text, not of its hexadecimal text", it => it.Key = cipher => Hex.Read(cipher.Substring(0, 32)));
        Add("key_base64", "SM4 key: the first 16 characters of the cipher text in base64", it => it.Key = cipher => Encoding.ASCII.GetBytes(Convert.ToBase64String(Hex.Read(cipher)).Substring(0, 16)));
    }

    public static string Body(Obj one)
    {
        var making = new Making();
        var name = one.Text("name");
        if (name != "none" && !All.ContainsKey(name)) throw new FormatException("没有 " + name);
        if (name != "none") All[name].Value(making);
        return making.Body(one);
    }
}
