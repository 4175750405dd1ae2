/** A signer in steps that are right by default; mistakes change them. */
import crypto from 'node:crypto'
import * as sm from './sm.mjs'
import { Num, Raw, copy, dump, isMap } from './tree.mjs'

export const LEVELS = ['data', 'nested', 'rows']
const DROP = Symbol('drop')

const units = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
const isWhole = (name) => /^(0|[1-9]\d{0,8})$/.test(name)

/** Orders of names; the default compares UTF-16 units, as JavaScript does. */
export const ORDERS = {
  sorted: (names) => [...names].sort(units),
  sent: (names) => names,
  descending: (names) => [...names].sort((a, b) => units(b, a)),
  ignoringCase: (names) => [...names].sort((a, b) => units(a.toLowerCase(), b.toLowerCase()) || units(a, b)),
  byLength: (names) => [...names].sort((a, b) => [...a].length - [...b].length || units(a, b)),
  reversed: (names) => [...names].reverse(),
  /** What a plain JavaScript object does with sorted names: whole numbers first, by value. */
  engine: (names) => Object.keys(Object.fromEntries([...names].sort(units).map((n) => [n, 0]))),
  hashMap: (names) => {
    let size = 16
    while (names.length > size * 0.75) size *= 2
    const bucket = (name) => {
      let h = 0
      for (let i = 0; i < name.length; i++) h = (Math.imul(31, h) + name.charCodeAt(i)) | 0
      return (h ^ (h >>> 16)) & (size - 1)
    }
    return [...names].sort((a, b) => bucket(a) - bucket(b))
  },
}

const freshRules = (bare) => ({
  order: 'sorted',
  null: undefined,
  emptyText: false,
  emptyList: false,
  elements: false,
  dropObject: bare,
  bareNumbers: bare,
  bareBooleans: bare,
  drops: [],
  scalars: [],
  rename: (name) => name,
})

/** A correct signer of the sdk or the bare family. */
export function makeSigner(bare = false) {
  return {
    bare,
    rules: Object.fromEntries([...LEVELS, 'envelope'].map((l) => [l, freshRules(bare && l !== 'envelope')])),
    edits: [],
    write: (value) => dump(value),
    dataSteps: [],
    memberSteps: [],
    lateSteps: [],
    pair: (name, value) => `${name}=${value}`,
    separator: '&',
    head: () => '',
    tail: (c) => '&key=' + c.secret,
    textSteps: [],
    encode: (text) => Buffer.from(text),
    userId: () => sm.USER_ID,
    zaKey: (c) => c.point,
    digest: 'sm3',
    formula: sm.signNumber,
    privateKey: (c) => c.d,
    form: (both) => both.toString('base64'),
    nonceRule: () => true,
    encKey: (c) => sm.messageKey(c.appId, c.secret),
    plainEncode: (text) => Buffer.from(text),
    pad: sm.pkcs7,
    cipher: sm.ecb,
    encOut: (data) => data.toString('hex').toUpperCase(),
    encTouched: false,
  }
}

function member(value, signer, level, element = false) {
  const rules = signer.rules[level]
  if (value === null) {
    if (element) return rules.elements ? new Raw('null') : DROP
    return rules.null === undefined ? DROP : new Raw(rules.null)
  }
  if (Array.isArray(value)) {
    const out = value.map((v) => member(v, signer, 'rows', true)).filter((v) => v !== DROP)
    return out.length || rules.emptyList || (element && rules.elements) ? out : DROP
  }
  if (isMap(value)) {
    const out = clean(value, signer, level === 'rows' || element ? 'rows' : 'nested')
    if (!out.size && rules.objectAsList) return []
    return out.size || !rules.dropObject ? out : DROP
  }
  if (rules.drops.some((drop) => drop(value))) return DROP
  for (const change of rules.scalars) value = change(value)
  if (typeof value === 'boolean') return rules.bareBooleans ? new Raw(String(value)) : String(value)
  if (value instanceof Num) return rules.bareNumbers ? new Raw(value.text) : value.text
  if (value === '' && !(element ? rules.elements : rules.emptyText)) return DROP
  return value
}

/** One object, cleaned, renamed and ordered. */
export function clean(value, signer, level = 'data') {
  const out = new Map()
  for (const [name, item] of value) {
    const kept = member(item, signer, level)
    if (kept !== DROP) out.set(signer.rules[level].rename(name), kept)
  }
  return new Map(ORDERS[signer.rules[level].order]([...out.keys()]).map((n) => [n, out.get(n)]))
}

/** The text that the signer signs; `c` is the context of the message. */
export function signedText(signer, c) {
  let data = signer.edits.length ? copy(c.data) : c.data
  for (const edit of signer.edits) data = edit(data, c)
  const cleaned = clean(data, signer)
  let dataText = signer.write(cleaned, c)
  for (const step of signer.dataSteps) dataText = step(dataText)
  const rules = signer.rules.envelope
  let members = []
  for (const [name, value] of c.envelope) {
    if (name === 'encData') {
      if (cleaned.size || !signer.bare) members.push([rules.rename('data'), dataText])
    } else if (!['signData', 'extra', 'data'].includes(name)) {
      const kept = member(value, signer, 'envelope')
      if (kept !== DROP) members.push([rules.rename(name), kept instanceof Raw ? kept.text : kept])
    }
  }
  for (const step of signer.memberSteps) members = step(members, c)
  const byName = new Map(members)
  members = ORDERS[rules.order](members.map(([n]) => n)).map((n) => [n, byName.get(n)])
  for (const step of signer.lateSteps) members = step(members, c)
  let text =
    signer.head(c) + members.map(([n, v]) => signer.pair(n, v)).join(signer.separator) + signer.tail(c)
  for (const step of signer.textSteps) text = step(text)
  return text
}

export function cipherText(signer, c) {
  const out = signer.encOut(signer.cipher(signer.encKey(c), signer.pad(signer.plainEncode(c.plain))))
  return c.lowerHex ? out.toLowerCase() : out
}

const hash = (name, ...parts) => crypto.createHash(name).update(Buffer.concat(parts)).digest()

/** The number that is signed. */
export function digestNumber(signer, c, raw) {
  const z = sm.za(signer.zaKey(c), signer.userId(c))
  const join = (...parts) => sm.sm3(Buffer.concat(parts))
  return sm.toNumber(
    {
      sm3: () => join(z, raw),
      noZa: () => join(raw),
      preSm3: () => join(z, sm.sm3(raw)),
      preSm3HexSmall: () => join(z, Buffer.from(sm.sm3(raw).toString('hex'))),
      preSm3HexCapital: () => join(z, Buffer.from(sm.sm3(raw).toString('hex').toUpperCase())),
      preSm3NoZa: () => join(sm.sm3(raw)),
      preMd5HexSmall: () => join(z, Buffer.from(hash('md5', raw).toString('hex'))),
      sha256: () => hash('sha256', z, raw),
      sha256NoZa: () => hash('sha256', raw),
      twice: () => sm.sm3(join(z, raw)),
    }[signer.digest](),
  )
}
