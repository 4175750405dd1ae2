/** SM2 on BigInt, with SM3 and SM4 taken from sm-crypto. */
import { createRequire } from 'node:module'
import crypto from 'node:crypto'

const require = createRequire(import.meta.url)
const { sm2: library, sm3: sm3Library, sm4: sm4Library } = require('sm-crypto')

export const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
export const A = P - 3n
export const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n
export const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
export const G = [
  0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
]
export const USER_ID = Buffer.from('1234567812345678')

const mod = (value, modulus) => ((value % modulus) + modulus) % modulus

/** The inverse by the extended algorithm of Euclid. */
export function inverse(value, modulus) {
  let [a, b, x, y] = [mod(value, modulus), modulus, 1n, 0n]
  while (b) {
    const q = a / b
    ;[a, b] = [b, a - q * b]
    ;[x, y] = [y, x - q * y]
  }
  return mod(x, modulus)
}

function double([x, y, z]) {
  if (!y) return [0n, 0n, 0n]
  const s = mod(4n * x * y * y, P)
  const m = mod(3n * (x - z * z) * (x + z * z), P)
  const u = mod(m * m - 2n * s, P)
  return [u, mod(m * (s - u) - 8n * y ** 4n, P), mod(2n * y * z, P)]
}

function add(p, q) {
  if (!p[2]) return q
  if (!q[2]) return p
  const [z1, z2] = [mod(p[2] * p[2], P), mod(q[2] * q[2], P)]
  const [u1, u2] = [mod(p[0] * z2, P), mod(q[0] * z1, P)]
  const [s1, s2] = [mod(p[1] * z2 * q[2], P), mod(q[1] * z1 * p[2], P)]
  const [h, r] = [mod(u2 - u1, P), mod(s2 - s1, P)]
  if (!h) return r ? [0n, 0n, 0n] : double(p)
  const hh = mod(h * h, P)
  const [hhh, v] = [mod(hh * h, P), mod(u1 * hh, P)]
  const x = mod(r * r - hhh - 2n * v, P)
  return [x, mod(r * (v - x) - s1 * hhh, P), mod(p[2] * q[2] * h, P)]
}

function times(k, point) {
  let [total, base] = [
    [0n, 0n, 0n],
    [point[0], point[1], 1n],
  ]
  for (; k; k >>= 1n) {
    if (k & 1n) total = add(total, base)
    base = double(base)
  }
  return total
}

function affine([x, y, z]) {
  const i = inverse(z, P)
  return [mod(x * i * i, P), mod(y * i * i * i, P)]
}

export const multiply = (k, point = G) => affine(times(mod(k, N), point))
export const bytes32 = (value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
export const toNumber = (buffer) => BigInt('0x' + (buffer.toString('hex') || '0'))
export const pointBytes = ([x, y]) => Buffer.concat([bytes32(x), bytes32(y)])
export const sm3 = (buffer) => Buffer.from(sm3Library([...buffer]), 'hex')
export const modN = (value) => mod(value, N)

/** Z_A of a point, or of bytes that stand for it. */
export function za(key, userId = USER_ID) {
  const entl = Buffer.alloc(2)
  entl.writeUInt16BE(userId.length * 8)
  const tail = Buffer.isBuffer(key) ? key : pointBytes(key)
  return sm3(Buffer.concat([entl, userId, ...[A, B, ...G].map(bytes32), tail]))
}

/** The SM2 signature of e, or null where the nonce does not serve. */
export function signNumber(e, d, k) {
  const r = modN(e + multiply(k)[0])
  const s = modN(inverse(1n + d, N) * (k - r * d))
  return r && s && r + k !== N ? [r, s] : null
}

/** ECDSA on the same curve. */
export function ecdsaNumber(e, d, k) {
  const r = modN(multiply(k)[0])
  const s = modN(inverse(k, N) * (e + r * d))
  return r && s ? [r, s] : null
}

/** Verifies with sm-crypto itself, which is no code of ours. */
export function verify(text, signature, point) {
  const key = '04' + pointBytes(point).toString('hex')
  return library.doVerifySignature([...Buffer.from(text)], signature.toString('hex'), key, {
    hash: true,
    userId: '1234567812345678',
  })
}

export function pkcs7(data) {
  const pad = 16 - (data.length % 16)
  return Buffer.concat([data, Buffer.alloc(pad, pad)])
}

export const ecb = (key, data) =>
  Buffer.from(sm4Library.encrypt([...data], [...key], { padding: 'none', output: 'array' }))
export const cbc = (key, iv, data) =>
  Buffer.from(
    sm4Library.encrypt([...data], [...key], { mode: 'cbc', iv: [...iv], padding: 'none', output: 'array' }),
  )
export const decrypt = (key, data) =>
  Buffer.from(sm4Library.decrypt([...data], [...key], { padding: 'pkcs#7', output: 'array' }))

export function aes(key, data) {
  const cipher = crypto.createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(data), cipher.final()])
}

export const derived = (appId, secret) => ecb(Buffer.from(appId).subarray(0, 16), pkcs7(Buffer.from(secret)))
export const messageKey = (appId, secret) =>
  Buffer.from(derived(appId, secret).toString('hex').toUpperCase().slice(0, 16))

export function der(r, s) {
  const integer = (value) => {
    let hex = value.toString(16)
    if (hex.length % 2) hex = '0' + hex
    if (parseInt(hex[0], 16) > 7) hex = '00' + hex
    return Buffer.concat([Buffer.from([2, hex.length / 2]), Buffer.from(hex, 'hex')])
  }
  const body = Buffer.concat([integer(r), integer(s)])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}
