// SM2 signatures, SM3 and SM4 on System.Numerics, written for these tests from the standards GB/T 32905, 32907, 32918.
// Test keys only: nothing here is constant time.
using System;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

public static class Sm3
{
    static uint Rotl(uint x, int by) { by %= 32; return by == 0 ? x : x << by | x >> 32 - by; }

    public static byte[] Hash(params byte[][] parts)
    {
        var text = parts.SelectMany(part => part).ToArray();
        var padded = new byte[(text.Length + 9 + 63) / 64 * 64];
        text.CopyTo(padded, 0);
        padded[text.Length] = 0x80;
        for (int i = 0; i < 8; i++) padded[padded.Length - 1 - i] = (byte)((ulong)text.Length * 8 >> 8 * i);
        var v = new uint[] { 0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E };
        var w = new uint[68];
        for (int at = 0; at < padded.Length; at += 64)
        {
            for (int j = 0; j < 16; j++) w[j] = Sm4.Word(padded, at + 4 * j);
            for (int j = 16; j < 68; j++)
            {
                uint x = w[j - 16] ^ w[j - 9] ^ Rotl(w[j - 3], 15);
                w[j] = x ^ Rotl(x, 15) ^ Rotl(x, 23) ^ Rotl(w[j - 13], 7) ^ w[j - 6];
            }
            uint a = v[0], b = v[1], c = v[2], d = v[3], e = v[4], f = v[5], g = v[6], h = v[7];
            for (int j = 0; j < 64; j++)
            {
                uint ss1 = Rotl(unchecked(Rotl(a, 12) + e + Rotl(j < 16 ? 0x79CC4519u : 0x7A879D8Au, j)), 7);
                uint ss2 = ss1 ^ Rotl(a, 12);
                uint ff = j < 16 ? a ^ b ^ c : a & b | a & c | b & c;
                uint gg = j < 16 ? e ^ f ^ g : e & f | ~e & g;
                uint tt1 = unchecked(ff + d + ss2 + (w[j] ^ w[j + 4]));
                uint tt2 = unchecked(gg + h + ss1 + w[j]);
                d = c; c = Rotl(b, 9); b = a; a = tt1;
                h = g; g = Rotl(f, 19); f = e; e = tt2 ^ Rotl(tt2, 9) ^ Rotl(tt2, 17);
            }
            var now = new[] { a, b, c, d, e, f, g, h };
            for (int i = 0; i < 8; i++) v[i] ^= now[i];
        }
        return v.SelectMany(Sm4.Octets).ToArray();
    }
}

public static class Sm4
{
    static readonly byte[] Box = Hex.Read("d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa441326498606999c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa64707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d351e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89eeabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e31df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b518d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b08969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948");

    public static uint Word(byte[] b, int at) { return (uint)b[at] << 24 | (uint)b[at + 1] << 16 | (uint)b[at + 2] << 8 | b[at + 3]; }
    public static byte[] Octets(uint x) { return new[] { (byte)(x >> 24), (byte)(x >> 16), (byte)(x >> 8), (byte)x }; }
    static uint Rotl(uint x, int by) { return x << by | x >> 32 - by; }
    static uint Tau(uint x) { return (uint)Box[x >> 24] << 24 | (uint)Box[x >> 16 & 255] << 16 | (uint)Box[x >> 8 & 255] << 8 | Box[x & 255]; }

    /// <summary>Whole blocks in ECB, without padding.</summary>
    public static byte[] Blocks(byte[] key, byte[] text, bool encrypt)
    {
        var fk = new uint[] { 0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC };
        var k = new uint[36];
        for (int i = 0; i < 4; i++) k[i] = Word(key, 4 * i) ^ fk[i];
        for (int i = 0; i < 32; i++)
        {
            uint ck = 0;
            for (int j = 0; j < 4; j++) ck = ck << 8 | (uint)((4 * i + j) * 7 % 256);
            uint t = Tau(k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ ck);
            k[i + 4] = k[i] ^ t ^ Rotl(t, 13) ^ Rotl(t, 23);
        }
        var output = new byte[text.Length];
        for (int at = 0; at < text.Length; at += 16)
        {
            var x = new uint[36];
            for (int i = 0; i < 4; i++) x[i] = Word(text, at + 4 * i);
            for (int i = 0; i < 32; i++)
            {
                uint t = Tau(x[i + 1] ^ x[i + 2] ^ x[i + 3] ^ k[encrypt ? 4 + i : 35 - i]);
                x[i + 4] = x[i] ^ t ^ Rotl(t, 2) ^ Rotl(t, 10) ^ Rotl(t, 18) ^ Rotl(t, 24);
            }
            for (int i = 0; i < 4; i++) Octets(x[35 - i]).CopyTo(output, at + 4 * i);
        }
        return output;
    }
}

public static class Hex
{
    public static byte[] Read(string text)
    {
        return Enumerable.Range(0, text.Length / 2).Select(i => Convert.ToByte(text.Substring(2 * i, 2), 16)).ToArray();
    }

    public static string Write(byte[] bytes) { return string.Concat(bytes.Select(b => b.ToString("X2"))); }
}

public struct Point
{
    public BigInteger X, Y, Z; // Jacobian; Z = 0 is the point at infinity
    public Point(BigInteger x, BigInteger y, BigInteger z) { X = x; Y = y; Z = z; }
}

public static class Sm2
{
    public const string UserId = "1234567812345678";
    static BigInteger H(string hex) { return BigInteger.Parse("0" + hex, NumberStyles.HexNumber); }
    const string AHex = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC";
    const string BHex = "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93";
    const string GxHex = "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7";
    const string GyHex = "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0";
    public static readonly BigInteger P = H("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
    public static readonly BigInteger N = H("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
    public static readonly Point G = new Point(H(GxHex), H(GyHex), 1);

    static BigInteger Mod(BigInteger x, BigInteger m) { x %= m; return x.Sign < 0 ? x + m : x; }

    /// <summary>Unsigned, big-endian: BigInteger itself reads little-endian two's complement.</summary>
    public static BigInteger Number(byte[] big) { return new BigInteger(big.Reverse().Concat(new byte[1]).ToArray()); }

    /// <summary>32 bytes, big-endian, padded on the left, without the sign byte.</summary>
    public static byte[] Octets(BigInteger x)
    {
        var little = x.ToByteArray();
        return Enumerable.Range(0, 32).Select(i => 31 - i < little.Length ? little[31 - i] : (byte)0).ToArray();
    }

    static Point Twice(Point p)
    {
        if (p.Z.IsZero) return p;
        var yy = p.Y * p.Y % P;
        var s = 4 * p.X * yy % P;
        var zz = p.Z * p.Z % P;
        var m = 3 * (p.X - zz) * (p.X + zz) % P; // a = -3
        var x = Mod(m * m - 2 * s, P);
        return new Point(x, Mod(m * (s - x) - 8 * yy * yy, P), Mod(2 * p.Y * p.Z, P));
    }

    static Point Add(Point p, Point q)
    {
        if (p.Z.IsZero) return q;
        if (q.Z.IsZero) return p;
        BigInteger pz = p.Z * p.Z % P, qz = q.Z * q.Z % P;
        BigInteger u1 = p.X * qz % P, u2 = q.X * pz % P;
        BigInteger s1 = p.Y * qz * q.Z % P, s2 = q.Y * pz * p.Z % P;
        BigInteger h = Mod(u2 - u1, P), r = Mod(s2 - s1, P);
        if (h.IsZero) return r.IsZero ? Twice(p) : new Point(1, 1, 0);
        BigInteger hh = h * h % P, hhh = hh * h % P, v = u1 * hh % P;
        var x = Mod(r * r - hhh - 2 * v, P);
        return new Point(x, Mod(r * (v - x) - s1 * hhh, P), Mod(h * p.Z * q.Z, P));
    }

    public static Point Times(BigInteger k, Point p)
    {
        var sum = new Point(1, 1, 0);
        foreach (var b in k.ToByteArray().Reverse())
            for (int bit = 7; bit >= 0; bit--)
            {
                sum = Twice(sum);
                if ((b >> bit & 1) == 1) sum = Add(sum, p);
            }
        if (sum.Z.IsZero) return sum;
        var inverse = BigInteger.ModPow(sum.Z, P - 2, P);
        var square = inverse * inverse % P;
        return new Point(sum.X * square % P, sum.Y * square * inverse % P, 1);
    }

    public static BigInteger Digest(string text, Point key, string userId) { return Digest(Encoding.UTF8.GetBytes(text), key, userId); }

    public static BigInteger Digest(byte[] text, Point key, string userId)
    {
        var id = Encoding.UTF8.GetBytes(userId);
        var za = Sm3.Hash(new[] { (byte)(id.Length * 8 >> 8), (byte)(id.Length * 8) }, id, Hex.Read(AHex + BHex + GxHex + GyHex), Octets(key.X), Octets(key.Y));
        return Number(Sm3.Hash(za, text));
    }

    public static BigInteger Nonce()
    {
        var bytes = new byte[40];
        using (var random = RandomNumberGenerator.Create()) random.GetBytes(bytes);
        return Mod(Number(bytes), N - 1) + 1;
    }

    /// <summary>r and s of a digest.</summary>
    public static BigInteger[] Sign(BigInteger e, BigInteger key, BigInteger? nonce = null)
    {
        while (true)
        {
            var k = nonce ?? Nonce();
            var r = Mod(e + Times(k, G).X, N);
            var s = Mod(BigInteger.ModPow(1 + key, N - 2, N) * (k - r * key), N);
            if (!r.IsZero && !s.IsZero && r + k != N) return new[] { r, s };
        }
    }

    public static bool Verify(string text, byte[] signature, Point key, string userId = UserId)
    {
        if (signature.Length != 64) return false;
        BigInteger r = Number(signature.Take(32).ToArray()), s = Number(signature.Skip(32).ToArray());
        if (r.IsZero || s.IsZero || r >= N || s >= N || ((r + s) % N).IsZero) return false;
        Point one = Times(s, G), other = Times((r + s) % N, key), sum = Add(one, other);
        if (sum.Z.IsZero) return false;
        var x = sum.X * BigInteger.ModPow(sum.Z * sum.Z % P, P - 2, P) % P;
        return Mod(Digest(text, key, userId) + x, N) == r;
    }

    /// <summary>Base64 of 32 bytes, or of 33 with a leading 00.</summary>
    public static BigInteger PrivateKey(string text)
    {
        var raw = Convert.FromBase64String(text);
        if (raw.Length == 33 && raw[0] == 0) raw = raw.Skip(1).ToArray();
        if (raw.Length != 32) throw new FormatException("私钥应为 32 字节, 实为 " + raw.Length);
        return Number(raw);
    }

    /// <summary>Base64 of 04, X, Y or of X, Y.</summary>
    public static Point PublicKey(string text)
    {
        var raw = Convert.FromBase64String(text);
        if (raw.Length == 65 && raw[0] == 4) raw = raw.Skip(1).ToArray();
        if (raw.Length != 64) throw new FormatException("公钥应为 64 或 65 字节, 实为 " + raw.Length);
        BigInteger x = Number(raw.Take(32).ToArray()), y = Number(raw.Skip(32).ToArray());
        if (!((y * y - (x * x * x - 3 * x + H(BHex))) % P).IsZero) throw new FormatException("公钥不在 SM2 曲线上");
        return new Point(x, y, 1);
    }
}
