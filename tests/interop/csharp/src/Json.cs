// JSON whose numbers keep their digits. Objects are SortedDictionary with ordinal order (UTF-16 code units), arrays List.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

public sealed class Num
{
    public readonly string Text;
    public Num(string text) { Text = text; }
    public Num(decimal value) { Text = value.ToString(CultureInfo.InvariantCulture); } // 12.50m stays 12.50
}

public class Obj : SortedDictionary<string, object>
{
    public Obj() : base(StringComparer.Ordinal) { }
    public Obj(IDictionary<string, object> other) : base(other, StringComparer.Ordinal) { }
    public string Text(string name) { object value; return TryGetValue(name, out value) ? Json.Scalar(value) : ""; }
    public Obj In(string name) { return (Obj)this[name]; }
}

public static class Json
{
    static readonly Regex Number = new Regex(@"\G-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", RegexOptions.ECMAScript);

    public static object Read(string text)
    {
        int at = 0;
        var value = Value(text, ref at);
        Blank(text, ref at);
        if (at != text.Length) throw Wrong(at);
        return value;
    }

    static FormatException Wrong(int at) { return new FormatException("JSON 第 " + at + " 个字符"); }
    static void Blank(string text, ref int at) { while (at < text.Length && " \t\r\n".IndexOf(text[at]) >= 0) at++; }
    static char Next(string text, ref int at) { Blank(text, ref at); return at < text.Length ? text[at++] : '\0'; }

    static object Value(string text, ref int at)
    {
        Blank(text, ref at);
        if (at >= text.Length) throw Wrong(at);
        if (text[at] == '"') return String(text, ref at);
        if (text[at] == '{')
        {
            var made = new Obj();
            at++;
            int before = at;
            if (Next(text, ref at) == '}') return made;
            at = before;
            while (true)
            {
                Blank(text, ref at);
                var name = String(text, ref at);
                if (Next(text, ref at) != ':') throw Wrong(at);
                made[name] = Value(text, ref at);
                var end = Next(text, ref at);
                if (end == '}') return made;
                if (end != ',') throw Wrong(at);
            }
        }
        if (text[at] == '[')
        {
            var made = new List<object>();
            at++;
            int before = at;
            if (Next(text, ref at) == ']') return made;
            at = before;
            while (true)
            {
                made.Add(Value(text, ref at));
                var end = Next(text, ref at);
                if (end == ']') return made;
                if (end != ',') throw Wrong(at);
            }
        }
        foreach (var word in new Dictionary<string, object> { { "true", true }, { "false", false }, { "null", null } })
            if (string.CompareOrdinal(text, at, word.Key, 0, word.Key.Length) == 0) { at += word.Key.Length; return word.Value; }
        var found = Number.Match(text, at);
        if (!found.Success) throw Wrong(at);
        at += found.Length;
        return new Num(found.Value);
    }

    static string String(string text, ref int at)
    {
        if (at >= text.Length || text[at++] != '"') throw Wrong(at);
        var made = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == '"') return made.ToString();
            if (c < ' ') throw Wrong(at);
            if (c != '\\') { made.Append(c); continue; }
            if (at >= text.Length) break;
            c = text[at++];
            int plain = "\"\\/bfnrt".IndexOf(c);
            if (plain >= 0) made.Append("\"\\/\b\f\n\r\t"[plain]);
            else if (c == 'u' && at + 4 <= text.Length) { made.Append((char)int.Parse(text.Substring(at, 4), NumberStyles.AllowHexSpecifier)); at += 4; }
            else throw Wrong(at);
        }
        throw Wrong(at);
    }

    /// <summary>A scalar by its text: bool.ToString() would say True.</summary>
    public static string Scalar(object value)
    {
        if (value is bool) return (bool)value ? "true" : "false";
        var number = value as Num;
        return number != null ? number.Text : (string)value ?? "null";
    }

    public static string Quoted(string text, Func<char, bool> escaped)
    {
        var made = new StringBuilder("\"");
        foreach (var c in text)
        {
            int plain = "\"\\\b\f\n\r\t".IndexOf(c);
            if (plain >= 0) made.Append('\\').Append("\"\\bfnrt"[plain]);
            else if (c < ' ' || escaped != null && escaped(c)) made.Append("\\u").Append(((int)c).ToString(c < ' ' ? "x4" : "X4"));
            else made.Append(c);
        }
        return made.Append('"').ToString();
    }

    /// <summary>What System.Text.Json escapes unless told otherwise: everything outside ASCII, and a few that HTML minds.</summary>
    public static bool AsTextJson(char c) { return c > '~' || "<>&'+`".IndexOf(c) >= 0; }

    public static string Write(object value, bool quoted = false, Func<char, bool> escaped = null)
    {
        var list = value as List<object>;
        if (list != null) return "[" + string.Join(",", list.Select(item => Write(item, quoted, escaped))) + "]";
        var members = value as IDictionary<string, object>;
        if (members != null) return "{" + string.Join(",", members.Select(one => Quoted(one.Key, escaped) + ":" + Write(one.Value, quoted, escaped))) + "}";
        return value is string || quoted ? Quoted(Scalar(value), escaped) : Scalar(value);
    }
}
