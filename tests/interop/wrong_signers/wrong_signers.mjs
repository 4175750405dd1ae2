/** Makes the examination in Node: wrong signers, one case a line of JSON. See README.md. */
import { readFileSync } from 'node:fs'
import * as sm from './node/sm.mjs'
import * as bodies from './node/bodies.mjs'
import { ALL } from './node/mistakes.mjs'
import { cipherText, digestNumber, makeSigner, signedText } from './node/signer.mjs'
import { dump, escaping, parse } from './node/tree.mjs'

const COUNTS = { singles: 420, pairs: 400, keys: 105, healthy: 60 }
const ALIKE = {
  text: ['text', 'key'],
  digest: ['digest', 'key'],
  form: ['form'],
  key: ['text', 'digest', 'key', 'encryption'],
  encryption: ['encryption', 'key'],
}
const NAMES = Map.groupBy ? Map.groupBy(ALL, (m) => m.name) : groupByName()

function groupByName() {
  const out = new Map()
  for (const mistake of ALL) out.set(mistake.name, [...(out.get(mistake.name) ?? []), mistake])
  return out
}

const privateKey = (random) => {
  const d = BigInt('0x' + random.hex(64)) % (sm.N - 2n)
  return d + 1n
}

/** A message before any mistake. */
function drawContext(random, kind, name, plain = false) {
  kind ||= bodies.drawKind(random)
  name ||= bodies.drawInterface(random)
  const [appId, secret, d, peer] = [random.hex(32), random.hex(32), privateKey(random), privateKey(random)]
  const c = { kind, name, appId, secret, d, draw: random.below(1000), nonce: random.hex(16) }
  c.lowerHex = random.chance(0.15)
  c.point = sm.multiply(d)
  c.peer = {
    d: peer,
    get point() {
      return sm.multiply(peer)
    },
  }
  c.others = ['previous', 'app', 'third'].map((mark) => ({
    mark,
    appId: mark === 'previous' ? appId : random.hex(32),
    secret: random.hex(32),
    d: privateKey(random),
  }))
  c.data = bodies.drawBody(random, name, kind, plain)
  c.envelope = bodies.drawEnvelope(random, appId, kind)
  c.plain = bodies.plainText(random, c.data)
  c.encData = cipherText(makeSigner(), c)
  return c
}

function signerOf(mistakes, bare) {
  const signer = makeSigner(bare)
  for (const mistake of mistakes) mistake.apply(signer)
  return signer
}

/** What decides the bytes of a message apart from the nonce. */
function fingerprint(signer, c, both) {
  const encData = signer.encTouched ? cipherText(signer, c) : c.encData
  const raw = signer.encode(signedText(signer, { ...c, encData }))
  const key = signer.digest.includes('oZa') ? '' : signer.zaKey(c)
  const point = Buffer.isBuffer(key) ? key.toString('hex') : String(key)
  const sample = both ?? Buffer.alloc(64, 0xab).fill(0, 32, 33)
  const form = signer.form(sample, Buffer.alloc(0))
  return [
    raw.toString('latin1'),
    point,
    signer.userId(c).toString('latin1'),
    signer.digest,
    signer.formula.name,
    signer.privateKey(c),
    form,
    encData,
  ].join('\u0001')
}

function sign(signer, c, raw) {
  const [e, d, random] = [
    digestNumber(signer, c, raw),
    signer.privateKey(c),
    new bodies.Random('nonce' + c.nonce),
  ]
  for (;;) {
    const pair = signer.formula(e, d, privateKey(random))
    if (!pair) continue
    const both = Buffer.concat(pair.map(sm.bytes32))
    if (signer.nonceRule(both)) return both
  }
}

function build(signer, c) {
  const encData = signer.encTouched ? cipherText(signer, c) : c.encData
  const text = signedText(signer, { ...c, encData })
  const raw = signer.encode(text)
  const both = sign(signer, c, raw)
  const body = new Map(c.envelope).set('signData', signer.form(both, raw)).set('encData', encData)
  const escaped = c.draw % 4 === 0
  return { message: dump(body, escaped ? { write: escaping(/[^\x00-\x7e]/g) } : {}), both, text }
}

const hex = (d) => sm.bytes32(d).toString('hex')
const publicHex = (d) => sm.pointBytes(sm.multiply(d)).toString('hex')

function keysOf(c, withOthers) {
  const random = new bodies.Random('keys' + c.nonce)
  const secretForm = (d) => Buffer.from((random.chance(0.3) ? '00' : '') + hex(d), 'hex').toString('base64')
  const publicForm = (d) =>
    Buffer.from((random.chance(0.7) ? '04' : '') + publicHex(d), 'hex').toString('base64')
  const [institution, platform] = c.kind === 'request' ? [c.d, c.peer.d] : [c.peer.d, c.d]
  const out = {
    appId: c.appId,
    appSecret: c.secret,
    institutionPrivateKey: secretForm(institution),
    institutionPublicKey: publicForm(institution),
    platformPrivateKey: secretForm(platform),
    platformPublicKey: publicForm(platform),
  }
  if (withOthers) {
    out.others = c.others.map((o) => ({
      appId: o.appId,
      appSecret: o.secret,
      publicKey: publicForm(o.d),
      privateKey: secretForm(o.d),
    }))
  }
  return out
}

/** The print where the mistakes change the message, else null. */
function bites(mistakes, c, bare) {
  if (mistakes.some((m) => m.kind && m.kind !== c.kind)) return null
  const found = fingerprint(signerOf(mistakes, bare), c)
  return [false, true].some((b) => fingerprint(makeSigner(b), c) === found) ? null : found
}

const touching = (a, b) => [...a.touches].some((t) => b.touches.has(t))

function sameAs(mistakes, c, bare, both) {
  const own = fingerprint(signerOf(mistakes, bare), c, both)
  const pool = (m) => ALL.filter((x) => ALIKE[m.family].includes(x.family))
  const candidates = [...new Set(mistakes.flatMap(pool))].map((m) => [m])
  if (mistakes.length === 2) {
    mistakes.forEach((mistake, i) => {
      const rest = mistakes[1 - i]
      for (const m of pool(mistake)) {
        if (!mistakes.includes(m) && !touching(m, rest)) candidates.push(i ? [rest, m] : [m, rest])
      }
    })
  }
  const found = candidates
    .filter((list) => !(list.length === mistakes.length && list.every((m, i) => m === mistakes[i])))
    .filter((list) => !list.some((m) => m.kind && m.kind !== c.kind))
    .filter((list) => fingerprint(signerOf(list, bare), c, both) === own)
    .map((list) => list.map((m) => m.label).join('+'))
  if (mistakes.length === 2 && !bare) {
    for (const m of mistakes)
      if (fingerprint(signerOf([m], true), c, both) === own) found.push('bare:' + m.label)
  }
  return found
}

function makeCase(id, mistakes, c, bare, others, explain) {
  const { message, both, text } = build(signerOf(mistakes, bare), c)
  const out = {
    id,
    set: id.split('-')[1],
    language: 'javascript',
    mistakes: mistakes.map(({ name, scope, words }) => ({ name, scope, words })),
    message,
    keys: keysOf(c, others),
    kind: c.kind,
    interface: c.name,
    base: bare ? 'bare' : 'sdk',
  }
  if (mistakes.length) {
    out.same_as = sameAs(mistakes, c, bare, both)
    out.lossy = mistakes.some((m) => m.lossy)
  }
  if (explain) Object.assign(out, { signed_text: text, plain: c.plain, draw: c.draw, lower_hex: c.lowerHex })
  return out
}

function single(seed, index, mistake, set, explain) {
  const random = new bodies.Random([seed, set, index, mistake.label].join())
  let bare = mistake.family === 'text' && random.chance(0.08)
  for (let attempt = 0; attempt < 80; attempt++) {
    if (attempt === 50) bare = false
    const c = drawContext(random, mistake.kind)
    const own = bites([mistake], c, bare)
    if (!own) continue
    if (mistake.scope === 'all' && attempt < 40) {
      const parts = NAMES.get(mistake.name).filter((m) => !['all', 'envelope'].includes(m.scope))
      if (parts.some((m) => fingerprint(signerOf([m], bare), c) === own)) continue
    }
    const others = mistake.family === 'key' || random.chance(0.1)
    return makeCase(`js-${set}-${String(index).padStart(4, '0')}`, [mistake], c, bare, others, explain)
  }
  return null
}

function pair(seed, index, explain) {
  const random = new bodies.Random([seed, 'pairs', index].join())
  const names = [...NAMES.keys()].sort()
  for (;;) {
    const chosen = [0, 1].map(() => random.pick(NAMES.get(random.pick(names))))
    const [a, b] = chosen
    if (a.name === b.name || touching(a, b) || a.lossy || b.lossy) continue
    for (let attempt = 0; attempt < 12; attempt++) {
      const c = drawContext(random, a.kind || b.kind)
      const alone = chosen.map((m) => bites([m], c, false))
      if (alone.includes(null) || alone[0] === alone[1]) continue
      const together = bites(chosen, c, false)
      if (!together || alone.includes(together)) continue
      const others = chosen.some((m) => m.family === 'key')
      return makeCase(`js-pairs-${String(index).padStart(4, '0')}`, chosen, c, false, others, explain)
    }
  }
}

function healthy(seed, index, explain) {
  const random = new bodies.Random([seed, 'healthy', index].join())
  const kind = index % 4 === 3 ? 'response' : 'request'
  const c = drawContext(random, kind, bodies.INTERFACES[index % 5], true)
  const id = `js-healthy-${String(index).padStart(4, '0')}`
  return makeCase(id, [], c, index % 6 === 5, random.chance(0.3), explain)
}

/** Whether a message is correct, by the signature check of sm-crypto itself. */
function verify(found) {
  const { keys, kind } = found
  const body = parse(found.message)
  const key = sm.messageKey(keys.appId, keys.appSecret)
  const plain = sm.decrypt(key, Buffer.from(body.get('encData'), 'hex')).toString()
  const raw = Buffer.from(
    keys[kind === 'request' ? 'institutionPublicKey' : 'platformPublicKey'],
    'base64',
  ).subarray(-64)
  const point = [sm.toNumber(raw.subarray(0, 32)), sm.toNumber(raw.subarray(32))]
  const c = { envelope: body, data: parse(plain), appId: keys.appId, secret: keys.appSecret, plain }
  const signature = Buffer.from(body.get('signData'), 'base64')
  return (
    signature.length === 64 &&
    [false, true].some((bare) => sm.verify(signedText(makeSigner(bare), c), signature, point))
  )
}

function main(words) {
  const option = (name, fallback) => (words.includes(name) ? words[words.indexOf(name) + 1] : fallback)
  if (words.includes('--labels')) {
    console.log(
      ALL.map((m) => m.label)
        .sort()
        .join('\n'),
    )
    return 0
  }
  const file = option('--verify')
  if (file) {
    const read = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const bad = read.filter((found) => !verify(found)).map((found) => found.id)
    console.log([`${read.length - bad.length} of ${read.length} verified`, ...bad].join(' '))
    return bad.length ? 1 : 0
  }
  const [set, seed, explain] = [option('--set'), Number(option('--seed', '1')), words.includes('--explain')]
  if (!COUNTS[set]) {
    console.error(
      '--set singles|pairs|keys|healthy [--seed N] [--first N] [--count N] [--explain], or --verify FILE, or --labels',
    )
    return 2
  }
  const count = Number(option('--count', COUNTS[set]))
  const pool = new bodies.Random([seed, set].join()).shuffled(
    ALL.filter((m) => (m.family === 'key') === (set === 'keys')),
  )
  for (let i = Number(option('--first', '0')); i < count; i++) {
    const made =
      set === 'healthy'
        ? healthy(seed, i, explain)
        : set === 'pairs'
          ? pair(seed, i, explain)
          : single(seed, i, pool[i % pool.length], set, explain)
    if (made) process.stdout.write(JSON.stringify(made) + '\n')
  }
  return 0
}

process.exitCode = main(process.argv.slice(2))
