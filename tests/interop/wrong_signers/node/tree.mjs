/** JSON values whose numbers keep their text, and writers of JSON text. Objects are Maps: any order stays. */

/** A number, by its text. */
export class Num {
  constructor(text) {
    this.text = text
  }
}

/** Text that is written without quotes. */
export class Raw {
  constructor(text) {
    this.text = text
  }
}

export const isMap = (value) => value instanceof Map
export const quote = (text) => JSON.stringify(text)

/** Reads JSON text; numbers become Num, of repeated names the last counts. */
export function parse(text) {
  let at = 0
  const blank = () => {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at++
  }
  const string = () => {
    const start = at++
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    return JSON.parse(text.slice(start, ++at))
  }
  const value = () => {
    blank()
    const char = text[at]
    let out
    if (char === '{') {
      out = new Map()
      at++
      blank()
      if (text[at] === '}') at++
      else {
        do {
          blank()
          const name = string()
          blank()
          at++
          out.set(name, value())
          blank()
        } while (text[at++] === ',')
      }
    } else if (char === '[') {
      out = []
      at++
      blank()
      if (text[at] === ']') at++
      else
        do {
          out.push(value())
          blank()
        } while (text[at++] === ',')
    } else if (char === '"') out = string()
    else {
      const word = /^[-+.\w]+/.exec(text.slice(at))[0]
      at += word.length
      out = { true: true, false: false, null: null }[word]
      if (out === undefined) out = new Num(word)
    }
    return out
  }
  return value()
}

/** JSON text; `options` may hold write (of strings), comma, colon, step and line (for indented text). */
export function dump(value, options = {}, depth = 0) {
  const { write = quote, comma = ',', colon = ':', step = '', line = '\n' } = options
  const wrap = (open, close, parts) => {
    if (!parts.length) return open + close
    if (!step) return open + parts.join(comma) + close
    const inner = line + step.repeat(depth + 1)
    return open + inner + parts.join(',' + inner) + line + step.repeat(depth) + close
  }
  if (isMap(value)) {
    return wrap(
      '{',
      '}',
      [...value].map(([n, v]) => write(n) + colon + dump(v, options, depth + 1)),
    )
  }
  if (Array.isArray(value))
    return wrap(
      '[',
      ']',
      value.map((v) => dump(v, options, depth + 1)),
    )
  if (value instanceof Num || value instanceof Raw) return value.text
  return typeof value === 'string' ? write(value) : String(value)
}

const escapeUnit = (char, upper) => {
  const hex = char.charCodeAt(0).toString(16).padStart(4, '0')
  return '\\u' + (upper ? hex.toUpperCase() : hex)
}

/** A writer of strings that escapes what the expression finds, one UTF-16 unit after the other. */
export const escaping =
  (pattern, upper = false) =>
  (text) =>
    quote(text).replace(pattern, (char) => escapeUnit(char, upper))

export const copy = (value) => {
  if (isMap(value)) return new Map([...value].map(([n, v]) => [n, copy(v)]))
  return Array.isArray(value) ? value.map(copy) : value
}
