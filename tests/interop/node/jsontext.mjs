// JSON that keeps the text of every number. `12.50` is signed as "12.50" (sheet 3.2); JSON.parse would make it 12.5.

const DEPTH = 64;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;
const WORDS = new Map([["true", true], ["false", false], ["null", null]]);

/** A number as it was written. */
export class Num {
  constructor(text) {
    this.text = String(text);
  }
  toString() {
    return this.text;
  }
}

/** Reads one JSON document; duplicate keys, depth above 64 and anything after the value are errors. */
export function parse(text) {
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found ? found[0] : null;
  };
  const wrong = (what) => new SyntaxError(`${what}, 位置 ${at}`);
  const expect = (mark) => {
    take(SPACE);
    if (text[at] !== mark) throw wrong(`应为 ${mark}`);
    at += 1;
  };
  const string = () => {
    const raw = take(STRING);
    if (raw === null) throw wrong("应为字符串");
    return JSON.parse(raw);
  };
  const members = (close, each) => {
    at += 1;
    take(SPACE);
    if (text[at] === close) {
      at += 1;
      return;
    }
    for (;;) {
      each();
      take(SPACE);
      if (text[at] !== ",") break;
      at += 1;
      take(SPACE);
    }
    expect(close);
  };
  const value = (depth) => {
    if (depth > DEPTH) throw wrong("嵌套过深");
    take(SPACE);
    if (text[at] === "{") {
      const made = Object.create(null);
      members("}", () => {
        const key = string();
        if (key in made) throw wrong(`重复的键 ${key}`);
        expect(":");
        made[key] = value(depth + 1);
      });
      return made;
    }
    if (text[at] === "[") {
      const made = [];
      members("]", () => made.push(value(depth + 1)));
      return made;
    }
    if (text[at] === '"') return string();
    const number = take(NUMBER);
    if (number !== null) return new Num(number);
    for (const [word, known] of WORDS) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return known;
      }
    }
    throw wrong("不是 JSON 值");
  };
  const made = value(0);
  take(SPACE);
  if (at !== text.length) throw wrong("多余内容");
  return made;
}

/** Compact JSON, raw UTF-8, `/` not escaped, numbers with the text they came with. */
export function write(value) {
  if (value instanceof Num) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => write(item ?? null)).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const kept = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{${kept.map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
