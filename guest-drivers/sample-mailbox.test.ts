// The driver for mailboxes and CCBs, in C, on a fake port: what it writes, in which order, and what it answers.
// Layouts and duties: WDK pages on HwScsiFindAdapter, HwScsiStartIo, HwScsiInterrupt, ScsiPortNotification.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BUSLOGIC_REGISTERS } from '../device/adapters/buslogic/registers.ts'
import { buildDrivers } from './build.mjs'
import { type Access, BUFFER, FakePort, Notify, type SrbFields } from './testing/fake-port.ts'

const K = Object.fromEntries(BUSLOGIC_REGISTERS.constants!.map(c => [c.name, c.value])) as Record<string, number>
const STATUS = 0
const CONTROL = 0
const COMMAND = 1
const DATA_IN = 1
const INTERRUPT = 2
const READY = 0x10
const LOADED = 0x81
const BUS_RESET = 0x88
const MAILBOXES = 211
const TABLES = 0x4000
const INCOMING = TABLES + 8 * MAILBOXES
/** Below 4 GiB: the adapter knows 32 bits. */
const PHYSICAL_OFFSET = 0x2000_0000
const FLAGS_IN = 0x40
const FLAGS_OUT = 0x80

/** What the adapter answers to its commands, and how many parameters it takes first. */
const ANSWERS: Record<number, { parameters: number; reply: number[] }> = {
  4: { parameters: 0, reply: [0x41, 0x41, 0x35, 0x30] },
  11: { parameters: 0, reply: [0, 4, 7] },
  13: { parameters: 1, reply: [...new Array(17).fill(0), 0x42, 0x44] },
  141: { parameters: 1, reply: [0x45, 0, 0, 0x20, 0, 0, 0, 0, 0, 0x40, 0x30, 0x37, 0x42, 1] },
  129: { parameters: 5, reply: [] },
  143: { parameters: 1, reply: [] },
  37: { parameters: 1, reply: [] },
}

/** The front end of the adapter: takes commands byte by byte and answers at once. */
class FrontEnd {
  readonly #port: FakePort
  readonly commands: number[][] = []
  answers = { ...ANSWERS }
  status = READY
  #left = 0
  #reply: number[] = []

  constructor(port: FakePort) {
    this.#port = port
    port.onAccess = access => this.#access(access)
  }

  #access({ kind, offset, value }: Access): void {
    const { registers } = this.#port
    if (kind === 'write' && offset === CONTROL && (value & 0x20) !== 0) registers.set(INTERRUPT, 0)
    if (kind === 'write' && offset === COMMAND) this.#take(value)
    if (kind === 'read' && offset === STATUS) registers.set(STATUS, this.#statusNow)
    if (kind === 'read' && offset === DATA_IN) {
      registers.set(DATA_IN, this.#reply.shift() ?? 0xee)
      if (this.#reply.length === 0) this.#end()
    }
  }

  get #statusNow(): number {
    if (this.#left > 0) return 0
    return this.#reply.length > 0 ? 4 : this.status
  }

  get #busy(): boolean {
    return this.#left > 0 || this.#reply.length > 0
  }

  #take(value: number): void {
    if (this.#left > 0) {
      this.commands.at(-1)!.push(value)
      this.#left--
    } else {
      this.commands.push([value])
      const answer = this.answers[value]
      if (answer === undefined) return
      this.#left = answer.parameters
      this.#reply = [...answer.reply]
    }
    if (!this.#busy) this.#end()
  }

  #end(): void {
    this.#port.registers.set(INTERRUPT, 0x84)
  }
}

let file: string
let port: FakePort
let chip: FrontEnd
let incoming: number

function find(changes: Parameters<FakePort['findAdapter']>[0] = {}): number {
  return port.findAdapter({ rangeLength: 4, inMemory: false, ...changes })
}

function boot(): void {
  port = new FakePort(file)
  port.physicalOffset = PHYSICAL_OFFSET
  chip = new FrontEnd(port)
  expect(find()).toBe(1)
  expect(port.call('initialize')).toBe(1)
  incoming = 0
  port.clear()
  chip.commands.length = 0
}

function start(fields: Partial<SrbFields> = {}): number {
  const srb = port.srb(fields)
  expect(port.call('startIo', srb)).toBe(1)
  return srb
}

const u32 = (at: number) => port.view.getUint32(at, true)

/** Address of the nth outgoing mailbox's CCB, as the processor sees it. */
const ccbOf = (mailbox: number) => u32(TABLES + 8 * mailbox) - PHYSICAL_OFFSET
const actionOf = (mailbox: number) => port.u8[TABLES + 8 * mailbox + 7]

/** The adapter takes what is in the outgoing mailboxes. */
function emptyOutgoing(): void {
  for (let n = 0; n < MAILBOXES; n++) port.u8[TABLES + 8 * n + 7] = 0
}

/** The adapter fills the next incoming mailbox. */
function post(ccb: number, fields: { code?: number; host?: number; scsi?: number; left?: number } = {}): void {
  const { host = 0, scsi = 0 } = fields
  const mailbox = INCOMING + 8 * (incoming++ % MAILBOXES)
  expect(port.u8[mailbox + 7], 'the mailbox is free').toBe(0)
  port.view.setUint32(mailbox, ccb + PHYSICAL_OFFSET, true)
  port.u8[mailbox + 4] = host
  port.u8[mailbox + 5] = scsi
  port.u8[mailbox + 7] = fields.code ?? (host === 0 && scsi === 0 ? K.COMPLETION_GOOD! : K.COMPLETION_ERROR!)
  port.view.setUint32(ccb + K.CCB_DATA_LENGTH!, (fields.left ?? 0) >>> 0, true)
}

function interrupt(causes = LOADED): number {
  port.clear()
  port.registers.set(INTERRUPT, causes)
  return port.call('interrupt')
}

beforeAll(async () => {
  const [built] = await buildDrivers({ only: ['buslogic-c'] })
  file = built!.file
}, 60_000)

beforeEach(() => boot())

describe('DriverEntry', () => {
  it('describes a bus master with tagged queuing, an SRB extension, and nothing it does not have', () => {
    const { hwid } = port
    expect(hwid.getUint32(0, true)).toBe(80)
    expect(hwid.getUint32(4, true)).toBe(5)
    expect(hwid.getUint32(28, true), 'HwDmaStarted').toBe(0)
    expect(hwid.getUint32(44, true), 'SrbExtensionSize').toBeGreaterThan(K.CCB_SIZE! + 17 * K.SG_SIZE!)
    expect([56, 57, 58, 59, 60, 61].map(o => hwid.getUint8(o))).toEqual([0, 1, 1, 1, 1, 0])
    const text = (o: number, n: number) => String.fromCharCode(...port.u8.subarray(hwid.getUint32(o, true)).slice(0, n))
    expect(text(64, hwid.getUint16(62, true))).toBe('104b')
    expect(text(72, hwid.getUint16(70, true))).toBe('1040')
  })
})

describe('HwFindAdapter', () => {
  it('asks the adapter who it is and answers every member of the configuration', () => {
    expect(find()).toBe(1)
    expect(
      chip.commands.map(c => c[0]),
      'interrupts off first',
    ).toEqual([0x25, 0x04, 0x0b, 0x0d, 0x8d])
    expect(chip.commands[0]).toEqual([0x25, 0])
    expect(port.registers.get(INTERRUPT), 'its commands are dismissed').toBe(0)
    expect(port.again).toBe(0)
    expect({
      transfer: port.config(24, 4),
      breaks: port.config(28, 4),
      alignment: port.config(48, 4),
      buses: port.config(64, 1),
      initiator: port.config(65, 1),
      scatterGather: port.config(73, 1),
      master: port.config(74, 1),
      dma32: port.config(79, 1),
      targets: port.config(89, 1),
      luns: port.config(138, 1),
      dma64: port.config(136, 1),
    }).toEqual({
      transfer: 65536,
      breaks: 17,
      alignment: 0,
      buses: 1,
      initiator: 7,
      scatterGather: 1,
      master: 1,
      dma32: 1,
      targets: 16,
      luns: 8,
      dma64: 0,
    })
  })

  it('does not take up 64-bit addresses', () => {
    find({ dma64: true })
    expect([port.config(136, 1), port.config(79, 1)]).toEqual([0x80, 1])
  })

  it('finds 8 targets on a narrow adapter', () => {
    chip.answers[141] = { parameters: 1, reply: [...ANSWERS[141]!.reply.slice(0, 13), 0] }
    find()
    expect(port.config(89, 1)).toBe(8)
  })

  it('refuses a structure that is too short before it looks at the rest', () => {
    expect(find({ length: 136 })).toBe(3)
    expect(port.calls).toEqual([])
  })

  it('looks for the adapter on the PCI bus when no range was supplied, and maps nothing when it is not there', () => {
    expect(find({ rangeLength: 0 })).toBe(0)
    expect(new Set(port.calls.map(c => c[0]))).toEqual(new Set(['ScsiPortGetBusData']))
  })

  it('does not take a range in memory', () => {
    expect(find({ inMemory: true })).toBe(0)
    expect(port.calls).toEqual([])
  })

  it('logs a range that cannot be mapped', () => {
    port.mapDevice = false
    expect(find()).toBe(2)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
  })

  it.each<[string, () => void]>([
    ['an empty port', () => (chip.status = 0xff)],
    ['an adapter that never gets ready', () => (chip.status = 0)],
    ['an adapter of another make', () => delete (chip.answers as Partial<typeof chip.answers>)[141]],
    ['old firmware', () => (chip.answers[4] = { parameters: 0, reply: [0x41, 0x41, 0x34, 0x32] })],
    ['24-bit addresses', () => (chip.answers[141] = { parameters: 1, reply: [0x41, ...ANSWERS[141]!.reply.slice(1)] })],
  ])('unmaps %s', (_, change) => {
    change()
    expect(find()).toBe(0)
    expect(port.callsOf('ScsiPortFreeDeviceBase')).toEqual([[0x7000_0000]])
    if (_ === 'an empty port') expect(port.accesses.some(a => a.kind === 'write')).toBe(false)
  })
})

describe('HwInitialize', () => {
  it('resets the adapter, not the bus, and tells it where the mailboxes are', () => {
    port.call('initialize')
    expect(port.accesses[0]).toEqual({ kind: 'write', offset: CONTROL, value: 0x40 })
    expect(chip.commands).toEqual([
      [0x81, MAILBOXES, 0x00, 0x40, 0x00, 0x20],
      [0x8f, 1],
    ])
  })

  it('logs and fails when the adapter does not come out of reset', () => {
    chip.status = 0x80
    expect(port.call('initialize')).toBe(0)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
  })

  it('gives up at once when the adapter is gone', () => {
    chip.status = 0xff
    expect(port.call('initialize')).toBe(0)
    expect(port.accesses.filter(a => a.kind === 'read')).toHaveLength(1)
  })
})

describe('HwStartIo', () => {
  it('turns an SRB into a CCB, a mailbox and one register write', () => {
    port.contiguous = va => (va >= BUFFER ? 4096 - (va % 4096) : 0x10000)
    start({
      target: 3,
      lun: 2,
      queueTag: 9,
      flags: FLAGS_IN,
      bytes: 6000,
      buffer: BUFFER + 100,
      cdb: [0x28, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    })
    expect(port.accessWords).toEqual(['write 1=2'])
    expect(actionOf(0)).toBe(1)
    const ccb = ccbOf(0)
    const list = u32(ccb + K.CCB_DATA_ADDRESS!) - PHYSICAL_OFFSET
    expect({
      opcode: port.u8[ccb],
      control: port.u8[ccb + K.CCB_CONTROL!],
      cdbLength: port.u8[ccb + K.CCB_CDB_LENGTH!],
      senseRoom: port.u8[ccb + K.CCB_SENSE_LENGTH!],
      listBytes: u32(ccb + K.CCB_DATA_LENGTH!),
      target: port.u8[ccb + K.CCB_TARGET!],
      lun: port.u8[ccb + K.CCB_LUN!],
      cdb: [...port.u8.subarray(ccb + K.CCB_CDB!, ccb + K.CCB_CDB! + 10)],
      statuses: [port.u8[ccb + K.CCB_BTSTAT!], port.u8[ccb + K.CCB_STATUS!]],
      link: [port.u8[ccb + K.CCB_LINK_ID!], u32(ccb + K.CCB_LINK_ADDRESS!)],
    }).toEqual({
      opcode: K.OPCODE_INITIATOR_SG_RESIDUAL,
      control: K.CONTROL_DATA_IN,
      cdbLength: 10,
      senseRoom: 32,
      listBytes: 16,
      target: 3,
      lun: 2 | K.TAG_ENABLE!,
      cdb: [0x28, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      statuses: [0, 0],
      link: [0, 0],
    })
    expect([0, 4, 8, 12].map(o => u32(list + o))).toEqual([
      3996,
      BUFFER + 100 + PHYSICAL_OFFSET,
      2004,
      BUFFER + 4096 + PHYSICAL_OFFSET,
    ])
  })

  it.each([
    [
      'a tagged request opens its unit again',
      { queueTag: 5, target: 1, lun: 2 },
      { type: Notify.nextLu, args: [0, 1, 2] },
    ],
    ['an untagged one keeps it closed', { queueTag: 0xff }, { type: Notify.next, args: [] }],
  ])('%s', (_, fields, expected) => {
    start(fields)
    expect(port.notifications).toEqual([expected])
  })

  it.each([
    ['untagged', { queueTag: 0xff, flags: 2, queueAction: 0x20 }, 0],
    ['SIMPLE by default', { queueTag: 1 }, 0x20],
    ['ORDERED on request', { queueTag: 1, flags: 2, queueAction: 0x22 }, 0xa0],
    ['HEAD OF QUEUE on request', { queueTag: 1, flags: 2, queueAction: 0x21 }, 0x60],
  ])('tag: %s', (_, fields, tag) => {
    start(fields)
    expect(port.u8[ccbOf(0) + K.CCB_LUN!]).toBe(tag)
  })

  it.each([
    ['no data', { flags: 0 }, K.OPCODE_INITIATOR_RESIDUAL!, 0x18],
    ['in', { flags: FLAGS_IN, bytes: 8 }, K.OPCODE_INITIATOR_SG_RESIDUAL!, 0x08],
    ['out', { flags: FLAGS_OUT, bytes: 8 }, K.OPCODE_INITIATOR_SG_RESIDUAL!, 0x10],
    ['left open', { flags: 0xc0, bytes: 8 }, K.OPCODE_INITIATOR_SG_RESIDUAL!, 0],
  ])('direction: %s', (_, fields, opcode, control) => {
    start(fields)
    expect([port.u8[ccbOf(0)], port.u8[ccbOf(0) + 1]]).toEqual([opcode, control])
  })

  it('asks for no sense data when nobody wants it', () => {
    start({ flags: 0x20 })
    expect(port.u8[ccbOf(0) + K.CCB_SENSE_LENGTH!]).toBe(K.SENSE_DISABLED)
  })

  it('RESET_DEVICE becomes a bus device reset', () => {
    const srb = start({ function: 0x13, target: 4 })
    expect([port.u8[ccbOf(0)], port.u8[ccbOf(0) + K.CCB_TARGET!]]).toEqual([K.OPCODE_BUS_DEVICE_RESET, 4])
    post(ccbOf(0))
    interrupt()
    expect(port.status(srb).srb).toBe(1)
  })

  it.each([
    ['an unknown function', { function: 0x17 }, 0x06],
    ['a private request', { function: 0x02 }, 0x06],
    ['FLUSH', { function: 0x08 }, 0x01],
    ['SHUTDOWN', { function: 0x07 }, 0x01],
    ['a target beyond the bus', { target: 16 }, 0x21],
    ['a CDB of 16 bytes', { cdb: new Array(16).fill(0) }, 0x06],
    ['a buffer without addresses', { flags: FLAGS_IN, bytes: 100, buffer: BUFFER + 1 }, 0x04],
  ])('ends %s at once and asks for more', (_, fields, status) => {
    port.contiguous = va => (va === BUFFER + 1 ? 0 : 4096)
    const srb = start(fields)
    expect(port.status(srb).srb).toBe(status)
    expect(port.accesses).toEqual([])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.next])
  })

  it('refuses a list of more pieces than it promised', () => {
    port.contiguous = va => (va >= BUFFER ? 16 : 4096)
    expect(port.status(start({ flags: FLAGS_IN, bytes: 16 * 18 })).srb).toBe(0x04)
    expect(port.status(start({ flags: FLAGS_IN, bytes: 16 * 17 })).srb).toBe(0)
  })

  it('is BUSY while the adapter has not emptied the next mailbox, and goes round in turn', () => {
    for (let n = 0; n < MAILBOXES; n++) {
      post(ccbAfter(start()))
      interrupt()
    }
    expect(port.status(start()).srb, 'mailbox 0 is full still').toBe(0x05)
    emptyOutgoing()
    start()
    expect([actionOf(0), actionOf(1)]).toEqual([1, 0])
  })
})

/** The CCB of an SRB: its SRB extension. */
const ccbAfter = (srb: number) => u32(srb + 40)

describe('HwInterrupt', () => {
  it.each([
    ['nothing pending', 0],
    ['the adapter gone', 0xff],
  ])('%s: FALSE after one read', (_, status) => {
    expect(interrupt(status)).toBe(0)
    expect(port.accessWords).toEqual(['read 2'])
    expect(port.calls).toEqual([])
  })

  it('does not even look before HwInitialize and after stop: the adapter was told not to interrupt', () => {
    port.call('adapterControl', 1, 0)
    expect(interrupt()).toBe(0)
    find()
    expect(interrupt()).toBe(0)
    expect(port.accesses).toEqual([])
  })

  it.each([1, 5, 12])('completes %i commands with two register accesses, dismissing first', count => {
    const srbs = Array.from({ length: count }, (_, i) => start({ queueTag: i + 1 }))
    for (const srb of srbs) post(ccbAfter(srb))
    expect(interrupt()).toBe(1)
    expect(port.accessWords).toEqual(['read 2', 'write 0=20'])
    expect(port.notifications).toEqual(srbs.map(srb => ({ type: Notify.complete, args: [srb] })))
  })

  it('goes round the incoming mailboxes and gives each back', () => {
    for (let i = 0; i < 3 * MAILBOXES; i++) {
      const srb = start({ queueTag: 1 })
      emptyOutgoing()
      post(ccbAfter(srb))
      expect(interrupt()).toBe(1)
      expect(port.status(srb).srb).toBe(1)
    }
    expect(interrupt()).toBe(1)
    expect(port.notifications).toEqual([])
  })

  const CHECK = 2
  it.each([
    ['success', {}, {}, { srb: 0x01, scsi: 0, bytes: 512 }, undefined],
    ['underrun', {}, { host: 0x12, left: 412 }, { srb: 0x12, scsi: 0, bytes: 100 }, undefined],
    ['overrun', {}, { host: 0x12, left: -512 }, { srb: 0x12, scsi: 0, bytes: 512 }, 5],
    ['selection timeout', {}, { host: 0x11 }, { srb: 0x0a, scsi: 0, bytes: 512 }, undefined],
    ['parity error', {}, { host: 0x34 }, { srb: 0x0f, scsi: 0, bytes: 512 }, 1],
    ['unexpected bus free', {}, { host: 0x13 }, { srb: 0x13, scsi: 0, bytes: 512 }, 5],
    ['invalid phase', {}, { host: 0x14 }, { srb: 0x14, scsi: 0, bytes: 512 }, 5],
    ['tag rejected', {}, { host: 0x1c }, { srb: 0x0d, scsi: 0, bytes: 512 }, 5],
    ['bad reconnection', {}, { host: 0x24 }, { srb: 0x14, scsi: 0, bytes: 512 }, 3],
    ['aborted', {}, { code: 2 }, { srb: 0x02, scsi: 0, bytes: 512 }, undefined],
    ['aborted with its queue', {}, { host: 0x26 }, { srb: 0x02, scsi: 0, bytes: 512 }, undefined],
    ['a bus reset by somebody else', {}, { host: 0x23 }, { srb: 0x0e, scsi: 0, bytes: 512 }, undefined],
    ['a bus device reset', {}, { host: 0x25 }, { srb: 0x0e, scsi: 0, bytes: 512 }, undefined],
    ['hardware failure', {}, { host: 0x20 }, { srb: 0x04, scsi: 0, bytes: 512 }, 6],
    ['a bad CCB', {}, { host: 0x1a }, { srb: 0x04, scsi: 0, bytes: 512 }, 6],
    ['a host status nobody knows', {}, { host: 0x77 }, { srb: 0x04, scsi: 0, bytes: 512 }, 6],
    [
      'BUSY keeps the length for the next try',
      {},
      { scsi: 8, left: 512 },
      { srb: 0x04, scsi: 8, bytes: 512 },
      undefined,
    ],
    ['QUEUE FULL too', {}, { scsi: 0x28, left: 512 }, { srb: 0x04, scsi: 0x28, bytes: 512 }, undefined],
    [
      'CHECK CONDITION with nobody to take sense data',
      {},
      { scsi: CHECK, left: 512 },
      { srb: 0x04, scsi: 2, bytes: 0 },
      undefined,
    ],
    [
      'sense data that could not be fetched',
      {},
      { scsi: CHECK, host: 0x1b, left: 512 },
      { srb: 0x04, scsi: 2 },
      undefined,
    ],
    [
      'CHECK CONDITION without sense data',
      { senseBytes: 18 },
      { scsi: CHECK, left: 512 },
      { srb: 0x04, scsi: 2 },
      undefined,
    ],
    [
      'with sense data',
      { senseBytes: 18, sense: 18 },
      { scsi: CHECK, left: 512 },
      { srb: 0x84, scsi: 2, bytes: 0, senseBytes: 18 },
      undefined,
    ],
    [
      'with more than fits',
      { senseBytes: 8, sense: 18 },
      { scsi: CHECK, left: 512 },
      { srb: 0x84, scsi: 2, bytes: 0, senseBytes: 8 },
      undefined,
    ],
    [
      'that nobody wants',
      { senseBytes: 18, sense: 18, flags: FLAGS_IN | 0x20 },
      { scsi: CHECK },
      { srb: 0x04, senseBytes: 18 },
      undefined,
    ],
  ])('%s', (_, { sense = 0, ...fields }: Partial<SrbFields> & { sense?: number }, entry, expected, logged) => {
    const srb = start({ flags: FLAGS_IN, bytes: 512, target: 1, ...fields })
    const ccb = ccbAfter(srb)
    if (sense > 0) {
      const at = ccb + K.CCB_SIZE! + 17 * K.SG_SIZE!
      port.u8.fill(0x77, at, at + sense)
      port.u8[at + 7] = sense - 8
    }
    port.sense.fill(0)
    post(ccb, entry)
    expect(interrupt()).toBe(1)
    expect(port.status(srb)).toMatchObject(expected)
    const copied = (expected.srb & 0x80) !== 0 ? (expected as { senseBytes: number }).senseBytes : 0
    expect(port.sense.filter(b => b !== 0)).toHaveLength(copied)
    const logs = port.callsOf('ScsiPortLogError')
    expect(logs.map(l => l[4])).toEqual(logged === undefined ? [] : [logged])
    if (logged !== undefined) expect(logs[0]!.slice(0, 4)).toEqual([srb, 0, 1, 0])
  })

  it.each([
    ['that was never one', () => BUFFER],
    ['of a request that was not started', () => u32(port.srb() + 40)],
    [
      'that has ended already',
      () => {
        const ended = start()
        post(ccbAfter(ended))
        interrupt()
        return ccbAfter(ended)
      },
    ],
  ])('logs a CCB %s and completes nothing', (_, ccb) => {
    start()
    post(ccb())
    expect(interrupt()).toBe(1)
    expect(port.notifications).toEqual([])
    expect(port.callsOf('ScsiPortLogError').map(l => l[4])).toEqual([3])
  })
})

describe('abort', () => {
  it('aborts on the adapter and completes both, victim first', () => {
    const victim = start({ queueTag: 3 })
    port.activeSrb = victim
    port.clear()
    const abort = start({ function: 0x10, nextSrb: victim })
    expect([ccbOf(1), actionOf(1)]).toEqual([ccbAfter(victim), 2])
    expect(port.accessWords).toEqual(['write 1=2'])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.next])
    post(ccbAfter(victim), { code: K.COMPLETION_ABORTED! })
    interrupt()
    expect(port.notifications.map(n => n.args[0])).toEqual([victim, abort])
    expect([port.status(victim).srb, port.status(abort).srb]).toEqual([0x02, 0x01])
  })

  it('fails when the victim ends by itself; the answer to it means nothing then', () => {
    const victim = start({ queueTag: 3 })
    port.activeSrb = victim
    const abort = start({ function: 0x10, nextSrb: victim })
    post(ccbAfter(victim))
    interrupt()
    expect([port.status(victim).srb, port.status(abort).srb]).toEqual([0x01, 0x03])
    post(ccbAfter(victim), { code: K.COMPLETION_NOT_FOUND! })
    interrupt()
    expect([port.notifications, port.callsOf('ScsiPortLogError')]).toEqual([[], []])
  })

  it('fails when the adapter does not know the victim, which stays', () => {
    const victim = start({ queueTag: 3 })
    port.activeSrb = victim
    const abort = start({ function: 0x10, nextSrb: victim })
    post(ccbAfter(victim), { code: K.COMPLETION_NOT_FOUND! })
    interrupt()
    expect(port.notifications.map(n => n.args[0])).toEqual([abort])
    expect(port.status(abort).srb).toBe(0x03)
    post(ccbAfter(victim))
    interrupt()
    expect(port.notifications.map(n => n.args[0])).toEqual([victim])
  })

  it.each(['never ours', 'not the port driver’s any more'])('fails for a victim that is %s', which => {
    const victim = start({ queueTag: 3 })
    const other = port.srb()
    port.activeSrb = which === 'never ours' ? other : 0
    port.clear()
    const abort = start({ function: 0x10, nextSrb: which === 'never ours' ? other : victim })
    expect(port.status(abort).srb).toBe(0x03)
    expect(port.accesses).toEqual([])
  })
})

describe('resets', () => {
  it('HwResetBus drops everything at once, finishes what has ended, completes the rest and starts again', () => {
    const ended = start({ queueTag: 1 })
    post(ccbAfter(ended))
    const lost = start({ queueTag: 2 })
    port.clear()
    expect(port.call('resetBus', 0)).toBe(1)
    expect(port.accessWords).toEqual(['write 0=80', 'read 0'])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.timer, Notify.complete])
    expect(port.notifications[1]!.args).toEqual([ended])
    expect(port.callsOf('ScsiPortCompleteRequest')).toEqual([[0, 0xff, 0xff, 0x0e]])
    const [timer] = port.notifications[0]!.args
    port.clear()
    chip.commands.length = 0
    chip.status = 0x80
    port.callIndex(timer!)
    expect([port.accessWords, port.notifications.map(n => n.type)]).toEqual([['read 0', 'read 0'], [Notify.timer]])
    chip.status = READY
    port.callIndex(timer!)
    expect(
      chip.commands.map(c => c[0]),
      'one command a call',
    ).toEqual([0x81])
    port.callIndex(timer!)
    expect(chip.commands.map(c => c[0])).toEqual([0x81, 0x8f])
    // What was with the adapter is forgotten.
    incoming = 0
    post(ccbAfter(lost))
    interrupt()
    expect(port.notifications).toEqual([])
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
  })

  it('HwResetBus fails and logs when the adapter is gone', () => {
    chip.status = 0xff
    expect(port.call('resetBus', 0)).toBe(0)
    expect(port.callsOf('ScsiPortCompleteRequest')).toHaveLength(1)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
  })

  it('knows one bus', () => {
    expect(port.call('resetBus', 1)).toBe(0)
    expect(port.accesses).toEqual([])
  })

  it('a reset from outside: reported, everything completed, adapter started again by the timer', () => {
    start({ queueTag: 1 })
    expect(interrupt(BUS_RESET)).toBe(1)
    expect(port.callsOf('ScsiPortCompleteRequest')).toEqual([[0, 0xff, 0xff, 0x0e]])
    expect(port.notifications.map(n => n.type)).toEqual([Notify.timer, Notify.resetDetected])
    const [timer] = port.notifications[0]!.args
    expect(port.accessWords).toEqual(['read 2', 'write 0=20', 'write 0=40', 'read 0'])

    // Until then requests are BUSY and nobody asks for more.
    port.clear()
    expect(port.status(start()).srb).toBe(0x05)
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete])
    port.clear()
    port.callIndex(timer!)
    port.callIndex(timer!)
    expect(port.notifications.map(n => n.type)).toEqual([Notify.timer, Notify.next])

    // A timer that fires late does nothing.
    port.clear()
    port.callIndex(timer!)
    expect(port.accesses).toEqual([])
  })

  it('gives up an adapter that is gone at once, and asks for more to refuse it', () => {
    interrupt(BUS_RESET)
    const [timer] = port.notifications[0]!.args
    port.status(start())
    port.clear()
    chip.status = 0xff
    port.callIndex(timer!)
    expect(port.notifications.map(n => n.type)).toEqual([Notify.next])
    expect(port.status(start()).srb).toBe(0x11)
  })

  it('gives up an adapter that does not come back', () => {
    interrupt(BUS_RESET)
    const [timer] = port.notifications[0]!.args
    chip.status = 0
    port.clear()
    for (let i = 0; i < 300; i++) port.callIndex(timer!)
    expect(port.callsOf('ScsiPortLogError')).toHaveLength(1)
    expect(port.status(start()).srb).toBe(0x11)
  })

  it('a RESET_BUS request is completed before the bus is cleared', () => {
    const srb = start({ function: 0x12 })
    expect(port.status(srb).srb).toBe(0x01)
    expect(port.notifications.map(n => n.type)).toEqual([Notify.complete, Notify.timer, Notify.resetDetected])
  })
})

describe('HwAdapterControl', () => {
  const LIST = 0xb000

  it.each([5, 2, 1])('marks what it supports in a list of %i and writes nothing behind it', max => {
    port.u8.fill(0xaa, LIST, LIST + 32)
    port.view.setUint32(LIST, max, true)
    port.u8.fill(0, LIST + 4, LIST + 4 + max)
    expect(port.call('adapterControl', 0, LIST)).toBe(0)
    expect([...port.u8.subarray(LIST + 4, LIST + 10)]).toEqual(
      [1, 1, 1, 0, 0, 0xaa].map((b, i) => (i < max ? b : 0xaa)),
    )
  })

  it('stops by switching interrupts off, and starts again', () => {
    expect(port.call('adapterControl', 1, 0)).toBe(0)
    expect(chip.commands).toEqual([[0x25, 0]])
    expect(port.call('adapterControl', 2, 0)).toBe(0)
    emptyOutgoing()
    incoming = 0
    const srb = start()
    post(ccbAfter(srb))
    expect(interrupt()).toBe(1)
    expect(port.status(srb).srb).toBe(1)
  })

  it('stops an adapter that is gone after one look, and does not start it', () => {
    chip.status = 0xff
    expect(port.call('adapterControl', 1, 0)).toBe(0)
    expect(port.accessWords).toEqual(['read 0'])
    expect(port.call('adapterControl', 2, 0)).toBe(1)
  })

  it('knows no other type', () => {
    expect(port.call('adapterControl', 3, 0)).toBe(1)
  })
})
