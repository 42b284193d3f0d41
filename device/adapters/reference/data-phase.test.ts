import { describe, expect, it } from 'vitest'
import { PS } from '../../clock.ts'
import { DeviceEvent, DiagnosticCode } from '../../probe.ts'
import { cdbDigest } from '../../scsi/cdb.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import { Cause, Control, K, Status } from './format.ts'
import { Bench, inquiry, pattern, read10, TEST_UNIT_READY, write10 } from './testing/bench.ts'

const DATA = 0x20_0000
const DONE = 2
const NO_CHANNEL = 4
const SHORT_CHANNEL = 8
const WRONG_DIRECTION = 16

function ready(options: ConstructorParameters<typeof Bench>[0] = {}): Bench {
  const bench = new Bench(options)
  bench.startDataPhase()
  return bench
}

/** CMD_STATUS as an object; tag 7 is what the bench uses. */
function result(bench: Bench) {
  return {
    valid: bench.field('CMD_STATUS', 'VALID'),
    host: bench.field('CMD_STATUS', 'HOST_STATUS'),
    scsi: bench.field('CMD_STATUS', 'SCSI_STATUS'),
    tag: bench.field('CMD_STATUS', 'TAG'),
    sense: bench.field('CMD_STATUS', 'SENSE_LENGTH'),
  }
}

const OK = { valid: 1, host: K.HOST_OK, scsi: 0, tag: 7, sense: 0 }

describe('data-phase mode: data', () => {
  it('INQUIRY, step by step', () => {
    const bench = ready()
    bench.issue(inquiry(36))
    expect(bench.read('STATUS')).toBe(Status.ready | Status.busy)
    expect(bench.eventsOf(DeviceEvent.CommandFetched)).toMatchObject([
      { a: 7, b: 0, c: 0, d: 0x12 | (cdbDigest(new Uint8Array([0x12, 0, 0, 0, 36, 0]), 0, 6) << 8) },
    ])
    expect(bench.read('CMD_STATUS')).toBe(0)
    bench.settle()
    expect(bench.ack()).toBe(Cause.dmaReady)
    expect(bench.read('DMA_READY')).toBe((0x8100_0000 | (7 << 16)) >>> 0)
    expect(bench.read('DMA_READY_COUNT')).toBe(36)
    bench.transfer(DATA, 36, true)
    expect(bench.read('STATUS')).toBe(Status.ready | Status.busy | Status.dmaActive)
    expect(bench.field('DMA_STATUS', 'ACTIVE')).toBe(1)
    expect(bench.field('DMA_READY', 'VALID')).toBe(0)
    bench.settle()
    expect(bench.read('DMA_STATUS')).toBe(DONE)
    expect(bench.read('DMA_MOVED')).toBe(36)
    expect(bench.read('STATUS')).toBe(Status.ready)
    expect(bench.ack()).toBe(Cause.commandComplete)
    expect(result(bench)).toEqual(OK)
    expect(bench.channel.flush()).toBe(36)
    expect(new TextDecoder().decode(bench.memory.subarray(DATA + 8, DATA + 16))).toBe('WASM-HBA')
  })

  it('takes the time it says: selection 2 µs, 250 ns a byte, status 300 ns', () => {
    const bench = ready()
    const t0 = bench.clock.nowPs
    bench.issue(inquiry(36))
    bench.settle()
    expect(bench.clock.nowPs - t0).toBe(2 * PS.us)
    bench.transfer(DATA, 36, true)
    bench.settle()
    expect(bench.clock.nowPs - t0).toBe(2 * PS.us + 36 * 250 * PS.ns + 300 * PS.ns)
  })

  it('WRITE and READ in several transfers: DMA_READY is raised again while the target has more', () => {
    const bench = ready()
    bench.memory.set(pattern(1024, 5), DATA)
    for (const [cdb, toMemory, at] of [
      [write10(9, 2), false, DATA],
      [read10(9, 2), true, DATA + 8192],
    ] as const) {
      bench.issue(cdb)
      for (const [offset, bytes] of [
        [0, 100],
        [100, 412],
        [512, 512],
      ] as const) {
        bench.settle()
        expect(bench.ack()).toBe(Cause.dmaReady)
        expect(bench.read('DMA_READY_COUNT')).toBe(1024 - offset)
        expect(bench.field('DMA_READY', 'TO_MEMORY')).toBe(toMemory ? 1 : 0)
        bench.transfer(at + offset, bytes, toMemory)
      }
      bench.settle()
      expect(bench.ack()).toBe(Cause.commandComplete)
      expect(result(bench)).toEqual(OK)
      expect(bench.read('DMA_MOVED')).toBe(1024)
    }
    expect(bench.store.bytes.slice(9 * 512, 11 * 512)).toEqual(pattern(1024, 5))
    expect(bench.memory.slice(DATA + 8192, DATA + 9216)).toEqual(pattern(1024, 5))
  })

  it('a command without data ends without DMA_READY', () => {
    const bench = ready()
    bench.issue(TEST_UNIT_READY)
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete)
    expect(result(bench)).toEqual(OK)
    expect(bench.read('DMA_READY')).toBe(0)
  })

  it('END before the target has moved all: HOST_OVERRUN, whole blocks received are kept', () => {
    const bench = ready()
    bench.memory.fill(0x11, DATA, DATA + 1024)
    bench.store.bytes.fill(0x5a)
    bench.issue(write10(0, 2))
    bench.settle()
    bench.transfer(DATA, 512, false)
    bench.settle()
    bench.ack()
    bench.write('DMA_CONTROL', 2)
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.scsiError)
    expect(result(bench)).toEqual({ ...OK, host: K.HOST_OVERRUN })
    expect(bench.read('ERROR_INFO')).toBe(K.HOST_OVERRUN | (7 << 24))
    expect([bench.store.bytes[511], bench.store.bytes[512]]).toEqual([0x11, 0x5a])
  })

  it('DMA_COUNT larger than what the target has: it ends the data phase, HOST_UNDERRUN', () => {
    const bench = ready()
    bench.memory.fill(0xcc, DATA, DATA + 64)
    bench.issue(inquiry(255))
    bench.settle()
    bench.ack()
    bench.transfer(DATA, 255, true)
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.scsiError)
    expect(result(bench)).toEqual({ ...OK, host: K.HOST_UNDERRUN })
    expect(bench.read('DMA_STATUS')).toBe(0)
    expect(bench.read('DMA_MOVED')).toBe(36)
    expect(bench.memory[DATA + 36]).toBe(0xcc)
  })

  it.each([0x8000_0000, 0xffff_ffff])('DMA_COUNT %i is no harm either', count => {
    const bench = ready()
    bench.issue(inquiry(36))
    bench.settle()
    bench.channel.program(bench.memory, DATA, 36, true)
    bench.write('DMA_COUNT', count | 0)
    bench.write('DMA_CONTROL', 1)
    bench.settle()
    expect(result(bench).host).toBe(K.HOST_UNDERRUN)
  })

  it('DMA_COUNT 0 is refused with DMA_ERROR, the target goes on waiting', () => {
    const bench = ready()
    bench.issue(inquiry(36))
    bench.settle()
    bench.ack()
    bench.transfer(DATA, 0, true)
    expect(bench.read('INT_STATUS')).toBe(0)
    bench.settle()
    expect(bench.ack()).toBe(Cause.dmaError)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadSetting])
    expect(bench.field('DMA_READY', 'VALID')).toBe(1)
    bench.transfer(DATA, 36, true)
    bench.settle()
    expect(result(bench)).toEqual(OK)
  })
})

describe('data-phase mode: the channel fails', () => {
  it.each([
    ['it was not programmed', () => {}, NO_CHANNEL, 0],
    ['it was flushed too early', (b: Bench) => void b.channel.flush(), NO_CHANNEL, 0],
    ['its count runs out', (b: Bench) => b.channel.program(b.memory, DATA, 20, true), SHORT_CHANNEL, 20],
    ['its count is 0', (b: Bench) => b.channel.program(b.memory, DATA, 0, true), SHORT_CHANNEL, 0],
    ['it points the other way', (b: Bench) => b.channel.program(b.memory, DATA, 36, false), WRONG_DIRECTION, 0],
  ])('%s: DMA_ERROR, the command ends with HOST_DMA_ERROR', (_, program, status, moved) => {
    const bench = ready()
    bench.issue(inquiry(36))
    bench.settle()
    bench.ack()
    program(bench)
    bench.write('DMA_COUNT', 36)
    bench.write('DMA_CONTROL', 1)
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.dmaError)
    expect(bench.read('DMA_STATUS')).toBe(status)
    expect(bench.read('DMA_MOVED')).toBe(moved)
    expect(result(bench)).toEqual({ ...OK, host: K.HOST_DMA_ERROR })
    expect(bench.field('DMA_READY', 'VALID')).toBe(0)
  })

  it('an adapter that was given no channel says NO_CHANNEL', () => {
    const bench = ready({ channel: false })
    bench.issue(inquiry(36))
    bench.settle()
    bench.write('DMA_COUNT', 36)
    bench.write('DMA_CONTROL', 1)
    bench.settle()
    expect(bench.read('DMA_STATUS')).toBe(NO_CHANNEL)
  })

  it('a WRITE whose data did not come reaches no block', () => {
    const bench = ready()
    bench.store.bytes.fill(0x5a)
    bench.issue(write10(0, 2))
    bench.settle()
    bench.channel.program(bench.memory, DATA, 700, false)
    bench.write('DMA_COUNT', 1024)
    bench.write('DMA_CONTROL', 1)
    bench.settle()
    expect(result(bench).host).toBe(K.HOST_DMA_ERROR)
    expect(bench.store.bytes.every(byte => byte === 0x5a)).toBe(true)
  })
})

describe('data-phase mode: status', () => {
  const ILLEGAL = read10(0xffff, 1)

  it('autosense stands in SENSE0…', () => {
    const bench = ready()
    bench.issue(ILLEGAL)
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete)
    expect(result(bench)).toEqual({ ...OK, scsi: ScsiStatus.checkCondition, sense: 18 })
    expect(bench.read('SENSE0') & 0xff).toBe(0x70)
    expect((bench.read('SENSE0') >> 16) & 0xf).toBe(0x05)
    expect(bench.read('SENSE3') & 0xff).toBe(0x21)
    expect(bench.read('SENSE4') >>> 16).toBe(0)
    // The unit has nothing left to say.
    bench.issue([0x03, 0, 0, 0, 18, 0])
    bench.settle()
    bench.transfer(DATA, 18, true)
    bench.settle()
    expect(bench.memory[DATA + 2]).toBe(0)
  })

  it('without autosense the unit keeps it for REQUEST SENSE', () => {
    const bench = ready({ autosense: false })
    bench.issue(ILLEGAL)
    bench.settle()
    bench.ack()
    expect(result(bench)).toEqual({ ...OK, scsi: ScsiStatus.checkCondition })
    bench.issue([0x03, 0, 0, 0, 18, 0])
    bench.settle()
    bench.transfer(DATA, 18, true)
    bench.settle()
    expect([bench.memory[DATA + 2], bench.memory[DATA + 12]]).toEqual([0x05, 0x21])
  })

  it('nobody answers: HOST_SELECTION_TIMEOUT after 250 ms', () => {
    const bench = ready()
    const t0 = bench.clock.nowPs
    bench.issue(inquiry(36), { target: 15 })
    bench.settle()
    expect(bench.clock.nowPs - t0).toBe(250 * PS.ms + 2 * PS.us + 300 * PS.ns)
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.scsiError)
    expect(result(bench).host).toBe(K.HOST_SELECTION_TIMEOUT)
    expect(bench.read('ERROR_INFO')).toBe(K.HOST_SELECTION_TIMEOUT | (15 << 8) | (7 << 24))
  })

  it.each([0, 1, 5, 7, 8, 11, 13, 17, 31])('a CDB of %i bytes: HOST_BAD_BLOCK', cdbLength => {
    const bench = ready()
    bench.issue(inquiry(36), { cdbLength })
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.scsiError)
    expect(result(bench).host).toBe(K.HOST_BAD_BLOCK)
  })

  it.each([16, 255])('target %i: HOST_BAD_BLOCK', target => {
    const bench = ready()
    bench.issue(inquiry(36), { target })
    bench.settle()
    expect(result(bench).host).toBe(K.HOST_BAD_BLOCK)
  })

  it('CDB bytes beyond the length do not reach the unit', () => {
    const bench = ready()
    bench.write('CMD_CDB2', -1)
    bench.write('CMD_CDB3', -1)
    bench.write('CMD_TARGET', (6 << 24) | (7 << 16))
    bench.write('CMD_CDB0', 0)
    bench.write('CMD_CDB1', 0xffff_0000 | 0)
    let cdb: number[] = []
    bench.adapter.faults = {
      decide: task => {
        cdb = [...task.cdb]
        return undefined
      },
    }
    bench.write('CMD_CONTROL', 1)
    expect(cdb).toEqual(new Array(16).fill(0))
    bench.settle()
    expect(result(bench)).toEqual(OK)
  })

  it('CMD_STATUS is cleared by the next START', () => {
    const bench = ready()
    bench.issue(TEST_UNIT_READY)
    bench.settle()
    expect(result(bench).valid).toBe(1)
    bench.issue(TEST_UNIT_READY)
    expect(result(bench).valid).toBe(0)
  })
})

function startIn(bench: Bench, control: number): void {
  bench.write('CONTROL', control)
  bench.write('CMD_CONTROL', 1)
}

describe('data-phase mode: orders at the wrong time are ignored and reported', () => {
  it.each<[string, (bench: Bench) => void, number]>([
    ['START while not enabled', b => startIn(b, 0), DiagnosticCode.BadDoorbell],
    ['START in queued mode', b => startIn(b, Control.enable | Control.queued), DiagnosticCode.BadDoorbell],
    ['START and ABORT at once', b => b.write('CMD_CONTROL', 3), DiagnosticCode.BadSetting],
    ['DMA START without DMA_READY', b => b.write('DMA_CONTROL', 1), DiagnosticCode.BadDoorbell],
    ['DMA END without DMA_READY', b => b.write('DMA_CONTROL', 2), DiagnosticCode.BadDoorbell],
    ['DMA START and END at once', b => b.write('DMA_CONTROL', 3), DiagnosticCode.BadSetting],
    ['reserved bits of CMD_CONTROL', b => b.write('CMD_CONTROL', 4), DiagnosticCode.ReservedBitsWritten],
  ])('%s', (_, order, code) => {
    const bench = ready()
    order(bench)
    bench.settle()
    expect(bench.diagnostics()).toEqual([code])
    expect(bench.read('INT_STATUS')).toBe(0)
    expect(bench.field('STATUS', 'BUSY')).toBe(0)
  })

  it('START while BUSY does not disturb the command, at any step', () => {
    const bench = ready()
    const again = () => bench.issue(read10(5, 1), { tag: 99 })
    bench.issue(inquiry(36))
    again()
    bench.settle()
    again()
    bench.transfer(DATA, 36, true)
    again()
    bench.settle()
    expect(result(bench)).toEqual(OK)
    expect(bench.diagnostics()).toEqual(new Array(3).fill(DiagnosticCode.IgnoredWhileBusy))
  })

  it('DMA_CONTROL while a transfer runs does not disturb it', () => {
    const bench = ready()
    bench.issue(inquiry(36))
    bench.settle()
    bench.transfer(DATA, 36, true)
    bench.write('DMA_COUNT', 1)
    bench.write('DMA_CONTROL', 1)
    bench.write('DMA_CONTROL', 2)
    bench.settle()
    expect(result(bench)).toEqual(OK)
    expect(bench.diagnostics()).toEqual(new Array(2).fill(DiagnosticCode.IgnoredWhileBusy))
  })

  it('the mode cannot change while a command is outstanding', () => {
    const bench = ready()
    bench.issue(inquiry(36))
    bench.write('CONTROL', Control.enable | Control.queued)
    expect(bench.read('CONTROL')).toBe(Control.enable)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy])
  })
})

describe('data-phase mode: abort', () => {
  it.each([
    ['in selection', 0, false],
    ['while the target waits for DMA', 1, false],
    ['while a transfer runs', 1, true],
  ])('%s: one end, HOST_ABORTED, no error cause, no byte moved', (_, alarms, transfer) => {
    const bench = ready()
    bench.memory.fill(0xcc, DATA, DATA + 36)
    bench.issue(inquiry(36))
    if (alarms > 0) bench.settle()
    bench.ack()
    if (transfer) bench.transfer(DATA, 36, true)
    bench.write('CMD_CONTROL', 2)
    bench.write('CMD_CONTROL', 2)
    expect(bench.field('DMA_READY', 'VALID')).toBe(0)
    expect(bench.field('DMA_STATUS', 'ACTIVE')).toBe(0)
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete)
    expect(result(bench)).toEqual({ ...OK, host: K.HOST_ABORTED })
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toHaveLength(1)
    expect(bench.memory.subarray(DATA, DATA + 36).every(byte => byte === 0xcc)).toBe(true)
  })

  it('of nothing, or in the status phase, is ignored', () => {
    const bench = ready()
    bench.write('CMD_CONTROL', 2)
    bench.settle()
    expect(bench.read('INT_STATUS')).toBe(0)
    bench.issue(TEST_UNIT_READY)
    bench.clock.advanceToNextAlarm()
    bench.clock.advanceToNextAlarm()
    bench.write('CMD_CONTROL', 2)
    bench.settle()
    expect(result(bench)).toEqual(OK)
  })

  it('a unit that goes away takes the command with it', () => {
    const bench = ready()
    bench.issue(inquiry(36))
    bench.settle()
    bench.ack()
    bench.bus.detach(0, 0)
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.scsiError | Cause.deviceChange)
    expect(result(bench).host).toBe(K.HOST_UNEXPECTED_DISCONNECT)
  })
})
