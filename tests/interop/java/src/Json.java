import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON that keeps the text of every number: `12.50` is signed as "12.50" (sheet 3.2). Objects are Maps, arrays Lists. */
final class Json {
    /** A number as it was written. */
    record Num(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    static final class Wrong extends RuntimeException {
        Wrong(String message) {
            super(message);
        }
    }

    private static final int DEPTH = 64;
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Reads one document; duplicate keys, depth above 64 and anything after the value are errors. */
    static Object read(String text) {
        Json reader = new Json(text);
        Object value = reader.value(0);
        reader.space();
        if (reader.at != text.length()) throw reader.wrong("多余内容");
        return value;
    }

    /** Reads one document that must be an object. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        if (read(text) instanceof Map<?, ?> map) return (Map<String, Object>) map;
        throw new Wrong("应为 JSON 对象");
    }

    /** A map of the pairs given; a null value stays as null. */
    static Map<String, Object> of(Object... pairs) {
        Map<String, Object> made = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) made.put((String) pairs[i], pairs[i + 1]);
        return made;
    }

    /** Compact, raw UTF-8, `/` not escaped. */
    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            char mark = '{';
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(mark);
                quote((String) entry.getKey(), out);
                out.append(':');
                write(entry.getValue(), out);
                mark = ',';
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                if (i > 0) out.append(',');
                write(list.get(i), out);
            }
            out.append(']');
        } else if (value instanceof String string) {
            quote(string, out);
        } else {
            out.append(value);
        }
    }

    private static void quote(String string, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
                    else out.append(c);
                }
            }
        }
        out.append('"');
    }

    private Wrong wrong(String what) {
        return new Wrong(what + ", 位置 " + at);
    }

    private void space() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at++;
    }

    private char peek() {
        if (at >= text.length()) throw wrong("意外结束");
        return text.charAt(at);
    }

    private void expect(char mark) {
        space();
        if (peek() != mark) throw wrong("应为 " + mark);
        at++;
    }

    private Object value(int depth) {
        if (depth > DEPTH) throw wrong("嵌套过深");
        space();
        char c = peek();
        if (c == '{') return map(depth);
        if (c == '[') return list(depth);
        if (c == '"') return string();
        if (c == '-' || (c >= '0' && c <= '9')) return number();
        for (Map.Entry<String, Object> word : WORDS) {
            if (text.startsWith(word.getKey(), at)) {
                at += word.getKey().length();
                return word.getValue();
            }
        }
        throw wrong("不是 JSON 值");
    }

    private static final List<Map.Entry<String, Object>> WORDS = words();

    private static List<Map.Entry<String, Object>> words() {
        Map<String, Object> words = of("true", true, "false", false, "null", null);
        return new ArrayList<>(words.entrySet());
    }

    private Map<String, Object> map(int depth) {
        Map<String, Object> made = new LinkedHashMap<>();
        at++;
        space();
        if (peek() == '}') {
            at++;
            return made;
        }
        while (true) {
            space();
            String key = string();
            if (made.containsKey(key)) throw wrong("重复的键 " + key);
            expect(':');
            made.put(key, value(depth + 1));
            space();
            if (peek() != ',') break;
            at++;
        }
        expect('}');
        return made;
    }

    private List<Object> list(int depth) {
        List<Object> made = new ArrayList<>();
        at++;
        space();
        if (peek() == ']') {
            at++;
            return made;
        }
        while (true) {
            made.add(value(depth + 1));
            space();
            if (peek() != ',') break;
            at++;
        }
        expect(']');
        return made;
    }

    private Num number() {
        java.util.regex.Matcher found = NUMBER.matcher(text).region(at, text.length());
        if (!found.lookingAt()) throw wrong("数字格式错误");
        at = found.end();
        return new Num(found.group());
    }

    private static final java.util.regex.Pattern NUMBER =
            java.util.regex.Pattern.compile("-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?");

    private String string() {
        if (peek() != '"') throw wrong("应为字符串");
        StringBuilder out = new StringBuilder();
        at++;
        while (true) {
            char c = peek();
            at++;
            if (c == '"') return out.toString();
            if (c < 0x20) throw wrong("字符串中有控制字符");
            out.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = peek();
        at++;
        int simple = "\"\\/bfnrt".indexOf(c);
        if (simple >= 0) return "\"\\/\b\f\n\r\t".charAt(simple);
        if (c != 'u' || at + 4 > text.length()) throw wrong("转义错误");
        try {
            char made = (char) Integer.parseInt(text.substring(at, at + 4), 16);
            at += 4;
            return made;
        } catch (NumberFormatException error) {
            throw wrong("转义错误");
        }
    }
}
