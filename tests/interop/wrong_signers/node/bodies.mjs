/** Realistic business objects of synthetic persons, and envelopes, drawn at random. */
import { Num, dump, escaping } from './tree.mjs'

const NAMES = ['测试甲', '测试乙', '样例丙', '测试𠮷', '样例·丁']
const MEMOS = [
  '备注',
  ' ',
  '饭后服用 & 多饮水',
  'a "b" c',
  '血压<140/90',
  'A=B',
  '见说明\\附页',
  '50%葡萄糖',
  '第一行\r\n第二行',
  '1+1 联用',
  ' 前后有空格 ',
  "患者's 要求",
  '首次\t复诊',
  '100%+5',
  'null',
  '（饭后）',
]
const INTERFACES = ['6201', '6202', '6203', '6301', '6401']
const ROW_TABLE =
  `feedetlSn mdtrtId psnNo chrgBchno diseCodg rxno rxCircFlag feeOcurTime medListCodg medinsListCodg
detItemFeeSumamt cnt pric sinDosDscr usedFrquDscr prdDays medcWayDscr bilgDeptCodg bilgDeptName bilgDrCodg
bilgDrName acordDeptCodg acordDeptName hospApprFlag drordNo medType memo extData medListName medListSpc`.split(
    /\s+/,
  )

/** A random source that depends on its seed alone. */
export class Random {
  constructor(seed) {
    this.state = 2166136261
    for (const char of String(seed)) this.state = Math.imul(this.state ^ char.codePointAt(0), 16777619) >>> 0
    for (let i = 0; i < 8; i++) this.next()
  }

  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  below(count) {
    return Math.floor(this.next() * count)
  }
  pick(list) {
    return list[this.below(list.length)]
  }
  chance(part) {
    return this.next() < part
  }
  digits(count) {
    return Array.from({ length: count }, () => this.below(10)).join('')
  }
  hex(count) {
    return Array.from({ length: count }, () => this.below(16).toString(16))
      .join('')
      .toUpperCase()
  }

  shuffled(list) {
    const out = [...list]
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      ;[out[i], out[j]] = [out[j], out[i]]
    }
    return out
  }
}

const pad = (value, count = 2) => String(value).padStart(count, '0')
export const beijing = (second) =>
  new Date((second + 8 * 3600) * 1000).toISOString().replace(/\D/g, '').slice(0, 14)

/** Draws the business object of one message in one programmer's style; `plain` leaves out members of his own. */
export function drawBody(random, name, kind, plain = false) {
  const style = random.pick(['texts', 'numbers', 'mixed'])
  const empties = random.pick([['absent'], ['absent', 'null'], ['absent', 'empty'], ['null', 'empty']])
  const share = random.pick([0.15, 0.4, 0.6])
  const serial = pad(random.below(9999), 8)
  const rowOrder = random.chance(0.4) ? null : random.shuffled(ROW_TABLE)

  const amount = (cents) => {
    let text = (cents / 100).toFixed(2)
    if (random.chance(0.3)) text = text.replace(/\.?0+$/, '')
    return style === 'texts' || (style === 'mixed' && random.chance(0.5)) ? text : new Num(text)
  }
  const whole = (value) => (style === 'numbers' ? new Num(String(value)) : String(value))
  const moment = () =>
    `2026-0${1 + random.below(9)}-${10 + random.below(18)} ${pad(random.below(24))}:${pad(random.below(60))}:00`
  const optional = (out, key, value) => {
    if (random.chance(share)) return out.set(key, value)
    const how = random.pick(empties)
    return how === 'absent' ? out : out.set(key, how === 'null' ? null : '')
  }
  const extension = (deep) => {
    const pool = [
      ['traceId', new Num('2026010109' + (1 + random.below(9)) + random.digits(8))],
      ['isNew', random.chance(0.5)],
      ['count', new Num(random.pick(['0', '0.00', '0.50', '12.50', '100', '1E+2', '1.0E-7', '10000000.00']))],
      ['zero', random.pick(['0', '00', new Num('0')])],
      ['Zone', random.pick(['东区', '', null])],
      ['zoneCode', random.pick(['0101', '05', ''])],
      ['tags', random.pick([['甲', '乙'], [], ['', null], ['b', '', 'a'], [new Num('2'), new Num('10.50')]])],
      [
        'empty',
        random.pick([
          new Map(),
          new Map([['x', '']]),
          new Map([
            ['x', null],
            ['list', []],
          ]),
        ]),
      ],
      ['unset', random.pick([null, '', []])],
      ['callTime', moment()],
      ['10', 'x'],
      ['9', 'y'],
      ['note', random.pick(MEMOS)],
      ['raw', '{"z":1,"a":"/"}'],
      ['url', 'https://hospital.example/back?a=1&b=测'],
    ]
    const out = new Map(random.shuffled(pool).slice(0, 2 + random.below(8)))
    if (deep && random.chance(0.7)) out.set(random.pick(['patient', 'Device', 'his']), extension(deep - 1))
    if (deep && random.chance(0.4))
      out.set('items', [extension(0), ...(random.chance(0.5) ? [extension(0)] : [])])
    return out
  }
  const extend = (out, part = 0.65) => {
    if (random.chance(part)) out.set('extData', random.chance(0.15) ? new Map() : extension(2))
    if (random.chance(0.2)) out.set('expContent', random.pick(['', null, '{"memo":"测试"}', 'a/b']))
    if (!plain && random.chance(0.2)) {
      out.set('hisFlag', random.chance(0.5)).set('hisTags', random.pick([['', null], ['甲', ''], []]))
      out.set('hisTraceId', new Num('2026010109' + (1 + random.below(9)) + random.digits(8)))
    }
    return out
  }
  const fees = () => {
    const [rows, unitPrices] = [[], [1250, 500, 2307, 50, 99999, 12000]]
    let total = 0
    const psn = 'PSN' + serial
    for (let i = 0, many = random.pick([1, 1, 2, 3, 5, 8, 12]); i < many; i++) {
      const [unit, count] = [random.pick(unitPrices), random.pick([1, 2, 3, 10])]
      total += unit * count
      const row = new Map([
        ['feedetlSn', String(i + 1)],
        ['psnNo', psn],
        ['chrgBchno', 'PC2026' + serial],
        ['rxCircFlag', '0'],
        ['feeOcurTime', moment()],
        ['medListCodg', 'XN05BAD' + random.digits(18)],
        ['medinsListCodg', 'YP' + pad(i, 4)],
        ['detItemFeeSumamt', amount(unit * count)],
        ['cnt', style === 'texts' ? String(count) : new Num(random.pick([String(count), count + '.00']))],
        ['pric', amount(unit)],
        ['bilgDeptCodg', 'A001'],
        ['bilgDeptName', '内科/门诊'],
        ['bilgDrCodg', 'D50999900001'],
        ['bilgDrName', random.pick(NAMES)],
      ])
      optional(row, 'memo', random.pick(MEMOS))
      optional(row, 'medListName', random.pick(['测试药品', '测试<检验>', 'A&B 测试', '针剂/注射用']))
      optional(row, 'medListSpc', random.pick(['0.25g*24 片', '10ml×6支/盒', '"速溶" 3g', '<5ml>']))
      optional(row, 'prdDays', whole(random.pick([3, 7, 0])))
      optional(row, 'usedFrquDscr', '每日三次')
      optional(row, 'hospApprFlag', '1')
      optional(row, 'drordNo', 'YZ' + pad(i, 4))
      if (random.chance(0.25)) row.set('extData', extension(1))
      const place = (n) => (rowOrder ?? ROW_TABLE).indexOf(n)
      rows.push(new Map([...row].sort((a, b) => place(a[0]) - place(b[0]))))
    }
    const out = new Map([
      ['orgCodg', 'H50999900001'],
      ['payAuthNo', 'AUTH5099992026' + serial],
      ['psnNo', psn],
      ['insutype', '310'],
      ['insuCode', '509999'],
      ['medOrgOrd', 'MO2026' + serial],
      ['begntime', random.pick([moment(), '20260101090000'])],
      ['idNo', '11999919900101001' + random.below(10)],
      ['userName', random.pick(NAMES)],
      ['idType', '01'],
      ['iptOtpNo', 'MZ2026' + serial],
      ['deptCode', 'A001'],
      ['deptName', random.pick(['内科/门诊', '儿科（夜间）'])],
      ['caty', 'A03'],
      ['mdtrtId', 'MDTRT' + serial],
      ['medType', '11'],
      ['feeType', '01'],
      ['medfeeSumamt', amount(total)],
      ['acctUsedFlag', '1'],
      ['psnSetlway', '01'],
      ['chrgBchno', 'PC2026' + serial],
      ['pubHospRfomFlag', '0'],
      ['feedetailList', rows],
    ])
    optional(out, 'endtime', moment())
    optional(out, 'mainCondDscr', random.pick([...MEMOS, '发热三天/咳嗽']))
    optional(out, 'overlmtSelfpay', amount(0))
    optional(out, 'gesoVal', whole(38))
    optional(out, 'backUrl', 'https://hospital.example/back?o=1&t=2')
    if (random.chance(0.5)) {
      out.set(
        'diseinfoList',
        Array.from(
          { length: random.below(3) },
          (_, i) =>
            new Map([
              ['diagType', '1'],
              ['diagSrtNo', whole(i + 1)],
              ['diagCode', 'J06.900'],
              ['diagName', '急性上呼吸道感染'],
              ['diseDorNo', random.pick(['D50999900001', ''])],
              ['diagTime', moment()],
              ['valiFlag', '1'],
            ]),
        ),
      )
    }
    return extend(out, 0.8)
  }
  const others = () => {
    const order = 'ORD5099992026' + serial
    const token = 'TOKEN' + serial
    if (kind === 'response') {
      if (name === '6201')
        return extend(
          new Map([
            ['payToken', token],
            ['payOrdId', order],
          ]),
          0.9,
        )
      if (name === '6401')
        return new Map([
          ['success', random.chance(0.5)],
          ['message', random.pick(['成功', '', null])],
        ])
      const out = new Map([
        ['payOrdId', order],
        ['ordStas', name === '6301' ? '6' : '1'],
        ['feeSumamt', amount(2500)],
        ['ownPayAmt', amount(0)],
        ['psnAcctPay', amount(750)],
        ['fundPay', amount(1750)],
      ])
      if (name === '6203') {
        return extend(
          new Map([
            ['refdSn', 'REFD' + serial],
            ['refStatus', 'SUCC'],
            ['hiTrnsDate', '20260101'],
          ]),
        )
      }
      return out.set(
        'extData',
        new Map([
          [
            'preSetl',
            new Map([
              ['psn_name', random.pick(NAMES)],
              ['age', new Num('36.0')],
              ['setl_time', moment()],
              ['balc', amount(9250)],
              ['exp_content', ''],
            ]),
          ],
        ]),
      )
    }
    const ids = new Map([
      ['payOrdId', order],
      ['orgCodg', 'H50999900001'],
    ])
    if (name === '6202') {
      ids
        .set('payAuthNo', 'AUTH5099992026' + serial)
        .set('payToken', token)
        .set('orgBizSer', 'YW' + serial)
      ids
        .set('chrgBchno', 'PC2026' + serial)
        .set('feeType', '01')
        .set('mdtrtId', 'MDTRT' + serial)
      optional(ids, 'deposit', amount(random.pick([0, 1050])))
    } else if (name === '6203') {
      ids
        .set('appRefdSn', 'TF' + serial)
        .set('appRefdTime', '20260101100000')
        .set('totlRefdAmt', amount(2500))
      ids.set('cashRefdAmt', amount(0)).set('psnAcctRefdAmt', amount(750)).set('fundRefdAmt', amount(1750))
      ids.set('refdType', 'ALL').set('payAuthNo', 'AUTH5099992026' + serial)
    } else {
      ids.set('payToken', token).set('idNo', '11999919900101001' + random.below(10))
      ids.set('userName', random.pick(NAMES)).set('idType', '01')
    }
    return extend(ids)
  }
  const out = name === '6201' && kind === 'request' ? fees() : others()
  return new Map(random.chance(0.4) ? [...out] : random.shuffled([...out]))
}

/** The members of an envelope in the order they are sent. */
export function drawEnvelope(random, appId, kind) {
  const second = 1767229200 + random.below(25000000)
  const stamp = random.pick([beijing(second), beijing(second), second + random.digits(3), String(second)])
  let members = [
    ['appId', appId],
    ['version', '2.0.1'],
    ['encType', 'SM4'],
    ['signType', 'SM2'],
    ['timestamp', random.chance(0.25) ? new Num(stamp) : stamp],
    ['signData', ''],
    ['encData', ''],
  ]
  if (kind === 'response') {
    members.push(
      ['code', random.pick([new Num('0'), '0'])],
      ['message', random.pick(['成功', ''])],
      ['success', true],
    )
    if (random.chance(0.3)) members.push(['type', random.pick(['', null, 'success'])])
  }
  if (random.chance(0.35)) members.push(['extra', random.pick(['', '附加', 'x=1&y=2'])])
  if (kind === 'request' && random.chance(0.3))
    members.push(['transType', random.pick(['', null, 'ec.query'])])
  if (random.chance(0.5)) members = random.shuffled(members)
  return new Map(members)
}

/** The JSON text that is encrypted. */
export function plainText(random, data) {
  switch (random.below(10)) {
    case 0:
      return dump(data, { write: escaping(/[^\x00-\x7e]/g) })
    case 1:
      return dump(data, { comma: ', ', colon: ': ' })
    case 2:
      return dump(data, { step: '  ', colon: ': ' })
    case 3:
      return dump(data).replaceAll('/', '\\/')
    default:
      return dump(data)
  }
}

export const drawKind = (random) => (random.chance(0.14) ? 'response' : 'request')
export const drawInterface = (random) => (random.chance(0.6) ? '6201' : random.pick(INTERFACES))
export { INTERFACES, ROW_TABLE }
