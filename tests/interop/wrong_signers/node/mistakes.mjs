/** The mistakes made in Node; their words stand in catalogue.json, which the Python side writes. */
import { readFileSync } from 'node:fs'
import * as sm from './sm.mjs'
import { LEVELS } from './signer.mjs'
import { Num, Raw, dump, escaping, isMap, parse, quote } from './tree.mjs'
import { beijing } from './bodies.mjs'

const CATALOGUE = JSON.parse(readFileSync(new URL('../catalogue.json', import.meta.url), 'utf8'))
export const ALL = []

const label = (name, scope) => (scope ? `${name}@${scope}` : name)

function register(name, scope, apply) {
  const known = CATALOGUE[label(name, scope)]
  if (!known) throw new Error(`not in catalogue.json: ${label(name, scope)}`)
  ALL.push({ ...known, label: label(name, scope), apply, touches: new Set(known.touches) })
}

const INNER = ['data', 'nested', 'rows', 'all']
const SHORT = ['data', 'rows', 'all']

/** A mistake in the rules of one level, or of all three inside data. */
function atLevels(name, scopes, change) {
  for (const scope of scopes) {
    register(name, scope, (s) => {
      for (const level of scope === 'all' ? LEVELS : [scope]) change(s.rules[level])
    })
  }
}

const rule = (values) => (rules) => Object.assign(rules, values)
const scalar = (change) => (rules) => {
  rules.scalars = [...rules.scalars, change]
}
const drop = (test) => (rules) => {
  rules.drops = [...rules.drops, test]
}
const set = (values) => (s) => Object.assign(s, values)
const push =
  (field, ...items) =>
  (s) => {
    s[field].push(...items)
  }

// --- order

const EVERY = ['envelope', ...INNER]
atLevels('members_unsorted', EVERY, rule({ order: 'sent' }))
atLevels('members_sorted_descending', EVERY, rule({ order: 'descending' }))
atLevels('members_sorted_ignoring_case', INNER, rule({ order: 'ignoringCase' }))
atLevels('members_sorted_by_length', EVERY, rule({ order: 'byLength' }))
atLevels('members_in_java_hashmap_order', EVERY, rule({ order: 'hashMap' }))
atLevels('members_in_reversed_sent_order', ['data', 'all'], rule({ order: 'reversed' }))
atLevels('numeric_names_by_value', ['nested', 'rows', 'all'], rule({ order: 'engine' }))
register('only_business_object_sorted', 'all', (s) => {
  s.rules.nested.order = s.rules.rows.order = 'sent'
})
const eachList = (change) => {
  const edit = (value) => {
    if (isMap(value)) return new Map([...value].map(([n, v]) => [n, edit(v)]))
    return Array.isArray(value) ? change(value.map(edit)) : value
  }
  return edit
}
register(
  'lists_reversed',
  'rows',
  push(
    'edits',
    eachList((list) => [...list].reverse()),
  ),
)
register(
  'only_first_row_signed',
  'rows',
  push(
    'edits',
    eachList((list) => list.slice(0, 1)),
  ),
)
register(
  'last_row_not_signed',
  'rows',
  push(
    'edits',
    eachList((l) => (l.length > 1 ? l.slice(0, -1) : l)),
  ),
)
const placed = (last) => (members) => {
  const data = members.filter(([n]) => n.toLowerCase() === 'data')
  const rest = members.filter(([n]) => n.toLowerCase() !== 'data')
  return last ? [...rest, ...data] : [...data, ...rest]
}
register('data_placed_last', 'envelope', push('lateSteps', placed(true)))
register('data_placed_first', 'envelope', push('lateSteps', placed(false)))

// --- dropped and kept

const isText = (value) => typeof value === 'string'
const isZero = (value) => value instanceof Num && Number(value.text) === 0
atLevels('null_kept', EVERY, rule({ null: 'null' }))
atLevels('null_written_as_empty_text', INNER, rule({ null: '""' }))
register('null_written_as_empty_text', 'envelope', (s) => {
  s.rules.envelope.null = ''
})
atLevels('null_written_as_text_null', INNER, rule({ null: '"null"' }))
atLevels('empty_text_kept', EVERY, rule({ emptyText: true }))
atLevels('empty_list_kept', INNER, rule({ emptyList: true }))
atLevels('empty_object_dropped', INNER, rule({ dropObject: true }))
atLevels('empty_object_as_list', INNER, rule({ objectAsList: true }))
atLevels('only_null_dropped', INNER, rule({ emptyText: true, emptyList: true }))
atLevels(
  'numbers_not_signed',
  SHORT,
  drop((v) => v instanceof Num),
)
atLevels(
  'booleans_not_signed',
  SHORT,
  drop((v) => typeof v === 'boolean'),
)
const everything = { null: 'null', emptyText: true, emptyList: true, elements: true }
atLevels('nothing_dropped', INNER, rule(everything))
atLevels('empty_texts_and_nulls_kept_lists_dropped', SHORT, rule({ null: 'null', emptyText: true }))
register('only_business_object_cleaned', 'all', (s) => {
  for (const level of ['nested', 'rows']) rule(everything)(s.rules[level])
})
register('empty_elements_of_lists_kept', 'rows', (s) => {
  s.rules.rows.elements = true
})
atLevels('zero_dropped', INNER, drop(isZero))
atLevels(
  'false_dropped',
  INNER,
  drop((v) => v === false),
)
atLevels(
  'falsy_dropped',
  INNER,
  drop((v) => v === false || isZero(v)),
)
atLevels(
  'php_empty_dropped',
  INNER,
  drop((v) => v === false || isZero(v) || v === '0'),
)
atLevels(
  'blank_text_dropped',
  INNER,
  drop((v) => isText(v) && v !== '' && !v.trim()),
)
atLevels(
  'text_null_dropped',
  SHORT,
  drop((v) => v === 'null'),
)

// --- numbers, booleans, dates, texts

atLevels('numbers_unquoted', INNER, rule({ bareNumbers: true }))
atLevels('booleans_unquoted', INNER, rule({ bareBooleans: true }))
atLevels('numbers_and_booleans_unquoted', INNER, rule({ bareNumbers: true, bareBooleans: true }))
const onNumber = (change) => scalar((v) => (v instanceof Num ? new Num(change(v.text)) : v))
const whole = (text) => /^-?\d+$/.test(text)
const expanded = (text) => {
  const [, sign, head, tail = '', power] = /^(-?)(\d+)(?:\.(\d+))?[eE]([-+]?\d+)$/.exec(text)
  const [digits, point] = [head + tail, head.length + Number(power)]
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  const [left, right] = [digits.slice(0, point).padEnd(point, '0'), digits.slice(point)]
  return sign + (left.replace(/^0+(?=\d)/, '') || '0') + (right ? '.' + right : '')
}
const trimmed = (text) => (/^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text)
const javaDouble = (text) => {
  const value = Number(text)
  if (value === 0) return '0.0'
  if (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7) {
    return Number.isInteger(value) ? value.toFixed(1) : String(value)
  }
  const [digits, power] = value.toExponential().split('e')
  return `${digits.includes('.') ? digits : digits + '.0'}E${Number(power)}`
}
const fixed = (places) => (text) => (whole(text) && text.length > 15 ? text : Number(text).toFixed(places))
for (const [name, change] of [
  ['number_trailing_zeros_lost', trimmed],
  ['number_as_javascript_number', (t) => String(Number(t))],
  ['decimal_as_java_double', (t) => (whole(t) ? t : javaDouble(t))],
  ['every_number_as_java_double', javaDouble],
  ['number_two_decimals', fixed(2)],
  ['number_four_decimals', fixed(4)],
  ['number_decimal_comma', (t) => t.replace('.', ',')],
  ['number_leading_zero_lost', (t) => t.replace(/^(-?)0\./, '$1.')],
  ['number_through_float32', (t) => (whole(t) ? t : String(Math.fround(Number(t))))],
  ['long_integer_rounded', (t) => (whole(t) && !Number.isSafeInteger(Number(t)) ? String(Number(t)) : t)],
  ['exponent_expanded', (t) => (/[eE]/.test(t) ? expanded(t) : t)],
])
  atLevels(name, INNER, onNumber(change))
const onAmount = (change) => scalar((v) => (isText(v) && /^\d{1,12}\.\d+$/.test(v) ? change(v) : v))
atLevels('text_amount_zeros_lost', SHORT, onAmount(trimmed))
atLevels(
  'text_amount_two_decimals',
  SHORT,
  onAmount((t) => Number(t).toFixed(2)),
)
atLevels(
  'amount_texts_unquoted',
  SHORT,
  onAmount((t) => new Raw(t)),
)
atLevels(
  'numeric_texts_unquoted',
  SHORT,
  scalar((v) => (isText(v) && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(v) ? new Raw(v) : v)),
)
atLevels(
  'code_leading_zeros_lost',
  SHORT,
  scalar((v) => (isText(v) && /^\d+$/.test(v) ? v.replace(/^0+(?=\d)/, '') : v)),
)
const onBoolean = (yes, no) => scalar((v) => (typeof v === 'boolean' ? (v ? yes : no) : v))
atLevels('boolean_capitalised', EVERY, onBoolean('True', 'False'))
atLevels('boolean_as_one_zero', EVERY, onBoolean('1', '0'))
atLevels('boolean_as_y_n', INNER, onBoolean('Y', 'N'))
const DATE = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/
const onDate = (change) => scalar((v) => (isText(v) && DATE.test(v) ? change(v, DATE.exec(v)) : v))
const utc = (text) => Date.parse(text.replace(' ', 'T') + '+08:00')
for (const [name, change] of [
  ['date_compact', (t) => t.replace(/\D/g, '')],
  ['date_iso_with_t', (t) => t.replace(' ', 'T')],
  ['date_iso_with_zone', (t) => t.replace(' ', 'T') + '+08:00'],
  ['date_with_fraction', (t) => t + '.0'],
  ['date_as_epoch_milliseconds', (t) => String(utc(t))],
  ['date_without_time', (t) => t.slice(0, 10)],
  ['date_without_seconds', (t) => t.slice(0, 16)],
  ['date_shifted_to_utc', (t) => new Date(utc(t)).toISOString().slice(0, 19).replace('T', ' ')],
  ['date_with_slashes', (t) => t.replaceAll('-', '/')],
  ['date_csharp_default', (t, m) => `${m[1]}/${+m[2]}/${+m[3]} ${+m[4]}:${m[5]}:${m[6]}`],
])
  atLevels(name, SHORT, onDate(change))
const onText = (change) => scalar((v) => (isText(v) ? change(v) : v))
atLevels(
  'texts_trimmed',
  SHORT,
  onText((t) => t.replace(/^ +| +$/g, '')),
)
atLevels(
  'blanks_in_texts_removed',
  SHORT,
  onText((t) => t.replaceAll(' ', '')),
)
atLevels(
  'crlf_made_lf',
  ['all'],
  onText((t) => t.replaceAll('\r\n', '\n')),
)
atLevels(
  'line_ends_removed',
  ['all'],
  onText((t) => t.replace(/[\r\n]/g, '')),
)
atLevels(
  'html_entities',
  ['all'],
  onText((t) =>
    t.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ),
)

const parsedTexts = (value) => {
  if (isMap(value)) return new Map([...value].map(([n, v]) => [n, parsedTexts(v)]))
  if (Array.isArray(value)) return value.map(parsedTexts)
  return isText(value) && value.startsWith('{') ? parse(value) : value
}
register('json_like_text_parsed', 'all', push('edits', parsedTexts))
const stringified = (test) => (value) => new Map([...value].map(([n, v]) => [n, test(v) ? dump(v) : v]))
register('lists_signed_as_json_text', 'data', push('edits', stringified(Array.isArray)))
register('objects_signed_as_json_text', 'data', push('edits', stringified(isMap)))

// --- writing of data

const writing = (options) => set({ write: (value) => dump(value, options) })
const withoutEscapes = (text) => '"' + text + '"'
const pythonLike = { write: escaping(/[^\x00-\x7e]/g), comma: ', ', colon: ': ' }
const sorted = (value, withoutNull = false) => {
  if (Array.isArray(value)) return value.map((v) => sorted(v, withoutNull))
  if (!isMap(value)) return value
  const names = [...value.keys()].sort().filter((n) => !withoutNull || value.get(n) !== null)
  return new Map(names.map((n) => [n, sorted(value.get(n), withoutNull)]))
}
const isQuoted = (v) => (isText(v) ? v : dump(v))
for (const [name, apply] of [
  ['chinese_escaped', writing({ write: escaping(/[^\x00-\x7e]/g) })],
  ['chinese_escaped_upper', writing({ write: escaping(/[^\x00-\x7e]/g, true) })],
  ['slash_escaped', writing({ write: (t) => quote(t).replaceAll('/', '\\/') })],
  ['php_json_default', writing({ write: (t) => escaping(/[^\x00-\x7e]/g)(t).replaceAll('/', '\\/') })],
  ['gson_html_escaped', writing({ write: escaping(/[<>&=']/g) })],
  ['go_html_escaped', writing({ write: escaping(/[<>&]/g) })],
  ['texts_not_escaped', writing({ write: withoutEscapes })],
  ['blanks_after_commas_and_colons', writing({ comma: ', ', colon: ': ' })],
  ['python_json_default', writing(pythonLike)],
  ['indented_two_blanks', writing({ step: '  ', colon: ': ' })],
  ['indented_two_blanks_crlf', writing({ step: '  ', colon: ': ', line: '\r\n' })],
  ['indented_four_blanks', writing({ step: '    ', colon: ': ' })],
  ['indented_tabs', writing({ step: '\t' })],
  ['data_as_quoted_json_text', set({ write: (value) => quote(dump(value)) })],
  ['data_as_object_object', set({ write: () => String({}) })],
  ['data_as_empty_object', set({ write: () => JSON.stringify({}) })],
  ['data_as_query_text', set({ write: (v) => [...v].map(([n, x]) => `${n}=${isQuoted(x)}`).join('&') })],
  ['data_signed_as_sent', set({ write: (value, c) => c.plain })],
  ['data_not_canonicalised', set({ write: (value, c) => dump(c.data) })],
  ['data_as_fastjson_default', set({ write: (value, c) => dump(sorted(c.data, true)) })],
  ['data_as_sent_sorted_only', set({ write: (value, c) => dump(sorted(c.data)) })],
])
  register(name, '', apply)
atLevels('names_capitalised', EVERY, rule({ rename: (n) => n.slice(0, 1).toUpperCase() + n.slice(1) }))
atLevels('names_small', EVERY, rule({ rename: (n) => n.toLowerCase() }))
const snake = (name) => name.replace(/(?<=[a-z0-9])[A-Z]/g, (m) => '_' + m.toLowerCase())
atLevels('names_with_underscores', EVERY, rule({ rename: snake }))
const onValues = (change) => push('lateSteps', (members) => members.map(([n, v]) => [n, change(v)]))
const javaUrl = (text) =>
  encodeURIComponent(text).replace(/[!'()~]|%20/g, (m) =>
    m === '%20' ? '+' : '%' + m.charCodeAt(0).toString(16).toUpperCase(),
  )
register('values_url_encoded', 'envelope', onValues(javaUrl))
register('values_percent_encoded', 'envelope', onValues(encodeURIComponent))
for (const [name, change] of [
  ['data_url_encoded', javaUrl],
  ['data_base64', (t) => Buffer.from(t).toString('base64')],
  ['data_blanks_removed', (t) => t.replaceAll(' ', '')],
  ['data_backslashes_removed', (t) => t.replaceAll('\\', '')],
  ['data_quotes_removed', (t) => t.replaceAll('"', '')],
  ['data_single_quotes', (t) => t.replaceAll('"', "'")],
  ['data_escaped_twice', (t) => t.replaceAll('\\', '\\\\').replaceAll('"', '\\"')],
  ['data_in_capitals', (t) => t.toUpperCase()],
])
  register(name, 'data', push('dataSteps', change))
for (const [name, change] of [
  ['text_url_encoded', javaUrl],
  ['text_in_capitals', (t) => t.toUpperCase()],
  ['text_in_small_letters', (t) => t.toLowerCase()],
  ['text_blanks_removed', (t) => t.replaceAll(' ', '')],
  ['text_trailing_newline', (t) => t + '\n'],
  ['text_trailing_ampersand', (t) => t + '&'],
  ['text_leading_ampersand', (t) => '&' + t],
  ['text_leading_question_mark', (t) => '?' + t],
  ['text_hex_small', (t) => Buffer.from(t).toString('hex')],
  ['text_base64', (t) => Buffer.from(t).toString('base64')],
])
  register(name, '', push('textSteps', change))

// --- separators, secret, members

for (const [name, separator] of [
  ['joined_without_separator', ''],
  ['joined_by_comma', ','],
  ['joined_by_newline', '\n'],
  ['joined_by_bar', '|'],
])
  register(name, 'envelope', set({ separator }))
for (const [name, pair] of [
  ['equals_sign_missing', (n, v) => n + v],
  ['values_only', (n, v) => v],
  ['colon_instead_of_equals', (n, v) => `${n}:${v}`],
  ['values_quoted', (n, v) => (n === 'data' ? `${n}=${v}` : `${n}="${v}"`)],
])
  register(name, 'envelope', set({ pair }))
const nothing = () => ''
for (const [name, values] of [
  ['secret_missing', { tail: nothing }],
  ['secret_value_missing', { tail: () => '&key=' }],
  ['secret_at_front', { head: (c) => `key=${c.secret}&`, tail: nothing }],
  ['secret_at_both_ends', { head: (c) => `key=${c.secret}&` }],
  ['secret_around_text', { head: (c) => c.secret, tail: (c) => c.secret }],
  ['secret_named_app_secret', { tail: (c) => '&appSecret=' + c.secret }],
  ['secret_named_secret', { tail: (c) => '&secret=' + c.secret }],
  ['secret_named_key_capital', { tail: (c) => '&KEY=' + c.secret }],
  ['secret_without_name', { tail: (c) => '&' + c.secret }],
  ['secret_bare', { tail: (c) => c.secret }],
  ['secret_without_ampersand', { tail: (c) => 'key=' + c.secret }],
  ['secret_double_ampersand', { tail: (c) => '&&key=' + c.secret }],
  ['secret_small_letters', { tail: (c) => '&key=' + c.secret.toLowerCase() }],
  ['secret_trailing_newline', { tail: (c) => `&key=${c.secret}\n` }],
  ['secret_twice', { tail: (c) => `&key=${c.secret}&key=${c.secret}` }],
  ['secret_is_app_id', { tail: (c) => '&key=' + c.appId }],
  ['secret_is_message_key', { tail: (c) => '&key=' + sm.messageKey(c.appId, c.secret) }],
])
  register(name, '', set(values))
const withSecret = (name) => (s) => {
  s.memberSteps.push((members, c) => [...members, [name, c.secret]])
  s.tail = nothing
}
register('secret_sorted_among_members', '', withSecret('key'))
register('secret_sorted_as_app_secret', '', withSecret('appSecret'))
const members = (name, change) => register(name, 'envelope', push('memberSteps', change))
const without =
  (...names) =>
  (list) =>
    list.filter(([n]) => !names.includes(n))
const only =
  (...names) =>
  (list) =>
    list.filter(([n]) => names.includes(n))
for (const [name, field] of Object.entries({
  app_id_not_signed: 'appId',
  version_not_signed: 'version',
  enc_type_not_signed: 'encType',
  sign_type_not_signed: 'signType',
  timestamp_not_signed: 'timestamp',
  data_not_signed: 'data',
  trans_type_not_signed: 'transType',
  code_not_signed: 'code',
  message_not_signed: 'message',
  success_not_signed: 'success',
}))
  members(name, without(field))
members('algorithms_not_signed', without('encType', 'signType'))
members('only_data_and_secret_signed', only('data'))
members('only_app_id_timestamp_data_signed', only('appId', 'timestamp', 'data'))
const renamed = (name, encrypted) => (list, c) =>
  list.map(([n, v]) => (n === 'data' ? [name, encrypted ? c.encData : v] : [n, v]))
members('enc_data_signed_instead_of_data', renamed('encData', true))
members('cipher_text_signed_under_data', renamed('data', true))
members('plain_data_named_enc_data', renamed('encData', false))
members('enc_data_signed_too', (list, c) => [...list, ['encData', c.encData]])
members('empty_sign_data_signed', (list) => [...list, ['signData', '']])
members('extra_signed', (list, c) =>
  c.envelope.get('extra') ? [...list, ['extra', c.envelope.get('extra')]] : list,
)
register('only_data_text_signed', 'envelope', (s) => {
  s.memberSteps.push(only('data'))
  Object.assign(s, { pair: (n, v) => v, tail: nothing })
})
register('data_text_and_secret_signed', 'envelope', (s) => {
  s.memberSteps.push(only('data'))
  s.pair = (n, v) => v
})
const filled = ([, v]) => v !== null && v !== '' && !(Array.isArray(v) && !v.length)
register(
  'member_added_after_signing',
  'data',
  push('edits', (value, c) => {
    const names = [...value].filter(filled).map(([n]) => n)
    const gone = names[c.draw % names.length]
    return new Map([...value].filter(([n]) => n !== gone))
  }),
)
register(
  'nested_objects_not_signed',
  'nested',
  push('edits', (value) => new Map([...value].filter(([, v]) => !isMap(v)))),
)
register(
  'lists_not_signed',
  'data',
  push('edits', (value) => new Map([...value].filter(([, v]) => !Array.isArray(v)))),
)
const replaced = (name, change) => (list, c) => list.map(([n, v]) => [n, n === name ? change(v, c) : v])
const second = (text) =>
  text.length === 14
    ? utc(text.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3 $4:$5:$6')) / 1000
    : Number(text.slice(0, 10))
for (const [name, change] of [
  [
    'timestamp_taken_twice',
    (t, c) => {
      const before = 1 + (c.draw % 2)
      if (t.length === 13) return String(Number(t) - 1 - (c.draw % 900))
      return t.length === 14 ? beijing(second(t) - before) : String(second(t) - before)
    },
  ],
  ['timestamp_signed_as_milliseconds', (t) => (t.length === 13 ? t : second(t) + '000')],
  ['timestamp_signed_as_seconds', (t) => String(second(t))],
  ['timestamp_signed_as_14_digits', (t) => beijing(second(t))],
  ['timestamp_signed_in_utc', (t) => (t.length === 14 ? beijing(second(t) - 8 * 3600) : t)],
])
  members(name, replaced('timestamp', change))
members(
  'app_id_small_letters',
  replaced('appId', (v) => v.toLowerCase()),
)
members(
  'version_signed_as_1_0_0',
  replaced('version', () => '1.0.0'),
)

// --- charset, digest, form

for (const [name, encode] of [
  ['charset_utf16_le', (t) => Buffer.from(t, 'utf16le')],
  ['charset_utf16_be', (t) => Buffer.from(t, 'utf16le').swap16()],
  ['charset_utf8_bom', (t) => Buffer.from('\ufeff' + t)],
  ['charset_utf8_read_as_latin1', (t) => Buffer.from(Buffer.from(t).toString('latin1'))],
  ['charset_ascii_question_marks', (t) => Buffer.from(t.replace(/[^\x00-\x7f]/g, '?'))],
  ['charset_low_bytes', (t) => Buffer.from(t, 'latin1')],
])
  register(name, '', set({ encode }))
for (const [name, userId] of [
  ['user_id_empty', () => Buffer.alloc(0)],
  ['user_id_app_id', (c) => Buffer.from(c.appId)],
  ['user_id_reversed', () => Buffer.from('8765432187654321')],
  ['user_id_as_hex_text', () => Buffer.from('31323334353637383132333435363738')],
  ['user_id_read_as_hex', () => Buffer.from('1234567812345678', 'hex')],
])
  register(name, '', set({ userId }))
for (const [name, digest] of Object.entries({
  za_missing: 'noZa',
  pre_hashed_sm3: 'preSm3',
  pre_hashed_sm3_hex_small: 'preSm3HexSmall',
  pre_hashed_sm3_hex_capital: 'preSm3HexCapital',
  pre_hashed_sm3_without_za: 'preSm3NoZa',
  pre_hashed_md5_hex_small: 'preMd5HexSmall',
  digest_sha256: 'sha256',
  digest_sha256_without_za: 'sha256NoZa',
  digest_hashed_twice: 'twice',
}))
  register(name, '', set({ digest }))
register('ecdsa_formula', '', set({ formula: sm.ecdsaNumber }))
const halves = (both) => [both.subarray(0, 32), both.subarray(32)]
const reversed = (buffer) => Buffer.from(buffer).reverse()
const base64 = (...parts) => Buffer.concat(parts).toString('base64')
const short = (buffer) =>
  buffer.subarray(
    Math.max(
      0,
      buffer.findIndex((b) => b),
    ),
  )
const java = (buffer) => {
  const out = short(buffer)
  return out[0] > 127 ? Buffer.concat([Buffer.from([0]), out]) : out
}
const asDer = (both) => sm.der(...halves(both).map(sm.toNumber))
for (const [name, form, nonceRule] of [
  ['signature_der', (b) => base64(asDer(b))],
  ['signature_der_hex_small', (b) => asDer(b).toString('hex')],
  ['signature_hex_small', (b) => b.toString('hex')],
  ['signature_hex_capital', (b) => b.toString('hex').toUpperCase()],
  ['signature_base64_of_hex_small', (b) => base64(Buffer.from(b.toString('hex')))],
  ['signature_base64_twice', (b) => base64(Buffer.from(base64(b)))],
  [
    'signature_base64_url',
    (b) => base64(b).replaceAll('+', '-').replaceAll('/', '_'),
    (b) => /[+/]/.test(base64(b)),
  ],
  ['signature_base64_unpadded', (b) => base64(b).replace(/=+$/, '')],
  ['signature_wrapped_76', (b) => base64(b).replace(/^.{76}/, '$&\r\n')],
  ['signature_plus_as_blank', (b) => base64(b).replaceAll('+', ' '), (b) => base64(b).includes('+')],
  ['signature_url_encoded', (b) => encodeURIComponent(base64(b))],
  ['signature_s_before_r', (b) => base64(...halves(b).reverse())],
  ['signature_little_endian', (b) => base64(...halves(b).map(reversed))],
  ['signature_bytes_reversed', (b) => base64(reversed(b))],
  ['signature_unpadded', (b) => base64(...halves(b).map(short)), (b) => !b[0] || !b[32]],
  ['signature_sign_byte', (b) => base64(...halves(b).map(java)), (b) => b[0] > 127 || b[32] > 127],
  ['signature_leading_04', (b) => base64(Buffer.from([4]), b)],
  ['signature_r_only', (b) => base64(halves(b)[0])],
  ['signature_cut_64', (b) => base64(b).slice(0, 64)],
  ['sm3_instead_of_signature', (b, raw) => sm.sm3(raw).toString('hex').toUpperCase()],
])
  register(name, '', set({ form, nonceRule: nonceRule ?? (() => true) }))

// --- keys

const other = (c, mark) => c.others.find((o) => o.mark === mark)
const signedBy = (find) => (s) => {
  s.privateKey = find
  s.zaKey = (c) => sm.multiply(find(c))
}
const fromBytes = (change) => (c) => sm.modN(sm.toNumber(change(sm.bytes32(c.d)))) || 1n
const SAMPLE = sm.toNumber(Buffer.from('WjhjpzEf3XLvXfZXFE9zxrZixGutuyTsAC2OusToNBU=', 'base64'))
const SAMPLE_APP_ID = '43AF047BBA47FC8A1AE8EFB232BDBBCB'
const SAMPLE_SECRET = '4117E877F5FA0A0188891283E4B617D5'
for (const [name, find] of [
  ['signed_with_peer_private_key', (c) => c.peer.d],
  ['signed_with_previous_key', (c) => other(c, 'previous').d],
  ['signed_with_other_apps_key', (c) => other(c, 'app').d],
  ['signed_with_sample_key', () => SAMPLE],
  ['private_key_read_as_signed', (c) => (c.d >> 255n ? sm.modN(c.d - (1n << 256n)) : c.d)],
  ['private_key_bytes_reversed', fromBytes(reversed)],
  ['private_key_last_byte_lost', fromBytes((b) => b.subarray(0, 31))],
  ['private_key_text_taken_as_bytes', fromBytes((b) => Buffer.from(base64(b).slice(0, 32)))],
])
  register(name, '', signedBy(find))
for (const [name, zaKey] of [
  ['za_of_peer_key', (c) => c.peer.point],
  ['za_of_other_apps_key', (c) => sm.multiply(other(c, 'app').d)],
  ['za_of_sample_key', () => sm.multiply(SAMPLE)],
  ['za_of_base_point', () => sm.G],
  ['za_x_and_y_swapped', (c) => [...c.point].reverse()],
  ['za_public_key_with_04', (c) => Buffer.concat([Buffer.from([4]), sm.pointBytes(c.point)])],
  ['za_without_public_key', () => Buffer.alloc(0)],
])
  register(name, '', set({ zaKey }))
const encrypted = (values) => set({ ...values, encTouched: true })
register('secret_of_other_app_signed', '', set({ tail: (c) => '&key=' + other(c, 'app').secret }))
register('secret_previous_signed', '', set({ tail: (c) => '&key=' + other(c, 'previous').secret }))
register(
  'message_key_of_other_app',
  '',
  encrypted({
    encKey: (c) => sm.messageKey(other(c, 'app').appId, other(c, 'app').secret),
  }),
)
register(
  'message_key_of_previous_secret',
  '',
  encrypted({
    encKey: (c) => sm.messageKey(c.appId, other(c, 'previous').secret),
  }),
)
register(
  'message_key_of_sample',
  '',
  encrypted({ encKey: () => sm.messageKey(SAMPLE_APP_ID, SAMPLE_SECRET) }),
)
register(
  'previous_secret_everywhere',
  '',
  encrypted({
    tail: (c) => '&key=' + other(c, 'previous').secret,
    encKey: (c) => sm.messageKey(c.appId, other(c, 'previous').secret),
  }),
)

// --- encryption

const ascii = (text) => Buffer.from(text.slice(0, 16))
const capital = (buffer) => buffer.toString('hex').toUpperCase()
for (const [name, encKey] of [
  ['enc_key_secret_first_16', (c) => ascii(c.secret)],
  ['enc_key_app_id_first_16', (c) => ascii(c.appId)],
  ['enc_key_secret_as_hex', (c) => Buffer.from(c.secret, 'hex')],
  ['enc_key_raw_bytes', (c) => sm.derived(c.appId, c.secret).subarray(0, 16)],
  ['enc_key_small_hex', (c) => ascii(sm.derived(c.appId, c.secret).toString('hex'))],
  ['enc_key_roles_swapped', (c) => ascii(capital(sm.derived(c.secret, c.appId)))],
])
  register(name, '', encrypted({ encKey }))
for (const [name, cipher] of [
  ['enc_cbc_zero_iv', (k, d) => sm.cbc(k, Buffer.alloc(16), d)],
  ['enc_cbc_key_as_iv', (k, d) => sm.cbc(k, k, d)],
  ['enc_aes', sm.aes],
  ['enc_twice', (k, d) => sm.ecb(k, sm.pkcs7(sm.ecb(k, d)))],
  ['enc_not_encrypted', (k, d) => d],
])
  register(name, '', encrypted({ cipher }))
const fill = (byte) => (d) => Buffer.concat([d, Buffer.alloc((16 - (d.length % 16)) % 16, byte)])
register('enc_zero_padding', '', encrypted({ pad: fill(0) }))
register('enc_blank_padding', '', encrypted({ pad: fill(32) }))
for (const [name, encOut] of [
  ['enc_base64', (d) => d.toString('base64')],
  ['enc_base64_of_hex', (d) => base64(Buffer.from(capital(d)))],
  ['enc_hex_blanks', (d) => capital(d).replace(/..(?=.)/g, '$& ')],
  ['enc_hex_dashes', (d) => capital(d).replace(/..(?=.)/g, '$&-')],
  ['enc_hex_prefix', (d) => '0x' + capital(d)],
  ['enc_hex_zeros_lost', (d) => [...d].map((b) => b.toString(16).toUpperCase()).join('')],
])
  register(name, '', encrypted({ encOut }))
for (const [name, plainEncode] of [
  ['enc_plain_bom', (t) => Buffer.from('\ufeff' + t)],
  ['enc_plain_utf16', (t) => Buffer.from(t, 'utf16le')],
  ['enc_plain_base64', (t) => Buffer.from(base64(Buffer.from(t)))],
  ['enc_plain_wrapped_in_data', (t) => Buffer.from(`{"data":${t}}`)],
  ['enc_plain_quoted', (t) => Buffer.from(JSON.stringify(t))],
])
  register(name, '', encrypted({ plainEncode }))
