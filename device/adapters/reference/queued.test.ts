import { describe, expect, it } from 'vitest'
import { GrantAccess, PAGE_BYTES } from '../../bus-memory.ts'
import { PS } from '../../clock.ts'
import { BusWords, DeviceEvent, DiagnosticCode } from '../../probe.ts'
import { cdbDigest } from '../../scsi/cdb.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import { Cause, Control, K } from './format.ts'
import { Bench, inquiry, pattern, read10, TEST_UNIT_READY, write10 } from './testing/bench.ts'

const IN = K.BLOCK_FLAG_DATA_IN
const OUT = K.BLOCK_FLAG_DATA_OUT
const REQUEST_SENSE = [0x03, 0, 0, 0, 18, 0]
const ILLEGAL_LBA = read10(0xffff, 1)

describe('queued mode: data', () => {
  it('INQUIRY', () => {
    const bench = new Bench()
    bench.startQueued()
    const data = bench.buffer(36)
    expect(bench.command({ cdb: inquiry(36), flags: IN, data, bytes: 36 })).toMatchObject({
      host: K.HOST_OK,
      scsi: 0,
      bytes: 36,
    })
    expect(new TextDecoder().decode(bench.memory.subarray(data + 8, data + 16))).toBe('WASM-HBA')
    const [fetched] = bench.eventsOf(DeviceEvent.CommandFetched)
    const digest = cdbDigest(new Uint8Array([0x12, 0, 0, 0, 36, 0]), 0, 6)
    expect(fetched).toMatchObject({ a: 1 << 8, b: BusWords.told << 8, c: 0, d: 0x12 | (digest << 8) })
    expect(bench.eventsOf(DeviceEvent.DmaMoved)).toMatchObject([{ a: 0, b: 36, c: 1 }])
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ a: 0, b: 0, c: 0, d: 36 }])
  })

  it('writes and reads over many scattered pages, from an odd address', () => {
    const bench = new Bench()
    bench.startQueued()
    const bytes = 128 * 512
    const out = bench.buffer(bytes, GrantAccess.read, 13)
    bench.memory.set(pattern(bytes, 1), out)
    expect(bench.command({ cdb: write10(7, 128), flags: OUT, data: out, bytes })).toMatchObject({
      host: 0,
      scsi: 0,
      bytes,
    })
    expect(bench.store.bytes.slice(7 * 512, 7 * 512 + bytes)).toEqual(pattern(bytes, 1))
    const back = bench.buffer(bytes, GrantAccess.write, 4095)
    bench.command({ tag: 63, cdb: read10(7, 128), flags: IN, data: back, bytes })
    expect(bench.memory.slice(back, back + bytes)).toEqual(pattern(bytes, 1))
    expect(bench.memory[back - 1]).toBe(0)
    expect(bench.memory[back + bytes]).toBe(0)
  })

  it('takes a list of 128 elements of odd lengths', () => {
    const bench = new Bench({ blocks: 1024 })
    bench.startQueued()
    bench.store.bytes.set(pattern(128 * 512, 3))
    const data = bench.buffer(32 * PAGE_BYTES)
    bench.build({ cdb: read10(0, 128), flags: IN, data, bytes: 65_536 })
    const expected: number[] = []
    for (let i = 0, done = 0; i < 128; i++) {
      const length = i === 127 ? 65_536 - done : 511 + (i % 2)
      // Every element somewhere else, from the last page to the first.
      const at = data + (127 - i) * 1024 + (i % 7)
      bench.element(0, i, bench.slice.physicalOf(at), length)
      for (let k = 0; k < length; k++) expected[at + k] = bench.store.bytes[done + k]!
      done += length
    }
    bench.memory[bench.blockAt(0) + K.BLOCK_SG_COUNT] = 128
    bench.write('DOORBELL', 0)
    bench.settle()
    expect(bench.take()).toMatchObject([{ host: K.HOST_OK, bytes: 65_536 }])
    for (const at of Object.keys(expected).map(Number)) expect(bench.memory[at]).toBe(expected[at])
  })

  it('runs 64 tags at once', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.store.bytes.set(pattern(64 * 512, 4))
    const data: number[] = []
    for (let tag = 0; tag < 64; tag++) {
      data.push(bench.buffer(512))
      bench.start({ tag, cdb: read10(tag, 1), flags: IN | K.BLOCK_FLAG_SIMPLE, data: data[tag]!, bytes: 512 })
    }
    expect(bench.adapter.outstanding).toBe(64)
    expect(bench.line.level).toBe(false)
    bench.settle()
    const entries = bench.take()
    expect(entries.map(entry => entry.tag).sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, tag) => tag))
    for (let tag = 0; tag < 64; tag++)
      expect(bench.memory.slice(data[tag], data[tag]! + 512)).toEqual(
        bench.store.bytes.slice(tag * 512, tag * 512 + 512),
      )
    expect(bench.adapter.outstanding).toBe(0)
    expect(bench.ack()).toBe(Cause.commandComplete)
  })

  it('nothing ends inside the doorbell write: fetch 500 ns, selection 2 µs, data 3.125 ns a byte, entry 300 ns', () => {
    const bench = new Bench()
    bench.startQueued()
    const t0 = bench.clock.nowPs
    const data = bench.buffer(512)
    bench.start({ cdb: read10(0, 1), flags: IN, data, bytes: 512 })
    expect(bench.events).toEqual([])
    bench.settle()
    const at = (kind: number) => bench.eventsOf(kind).map(event => event.atPs - t0)
    expect(at(DeviceEvent.CommandFetched)).toEqual([500 * PS.ns])
    expect(at(DeviceEvent.DmaMoved)).toEqual([2_500 * PS.ns + 512 * 3_125])
    expect(at(DeviceEvent.CommandFinished)).toEqual([2_800 * PS.ns + 512 * 3_125])
    expect(at(DeviceEvent.CauseRaised)).toEqual(at(DeviceEvent.CommandFinished))
  })
})

describe('queued mode: time', () => {
  const finishedAt = (bench: Bench, t0: number) =>
    bench.eventsOf(DeviceEvent.CommandFinished).map(event => event.atPs - t0)

  it('command blocks are fetched one after another', () => {
    const bench = new Bench()
    bench.startQueued()
    const t0 = bench.clock.nowPs
    for (const tag of [0, 1, 2]) bench.start({ tag, cdb: TEST_UNIT_READY, flags: K.BLOCK_FLAG_SIMPLE })
    bench.settle()
    const fetched = bench.eventsOf(DeviceEvent.CommandFetched).map(event => event.atPs - t0)
    expect(fetched).toEqual([500 * PS.ns, 1000 * PS.ns, 1500 * PS.ns])
  })

  it('data of two commands moves one after the other', () => {
    const bench = new Bench({ timing: { commandFetchPs: 0 } })
    bench.startQueued()
    const t0 = bench.clock.nowPs
    const request = { cdb: read10(0, 8), flags: IN | K.BLOCK_FLAG_SIMPLE, data: bench.buffer(4096), bytes: 4096 }
    for (const tag of [0, 1]) bench.start({ ...request, tag })
    bench.settle()
    const moved = bench.eventsOf(DeviceEvent.DmaMoved).map(event => event.atPs - t0)
    expect(moved).toEqual([2 * PS.us + 4096 * 3_125, 2 * PS.us + 2 * 4096 * 3_125])
  })

  it.each([
    ['a unit that takes time disconnects and must reselect: 1 µs more', 0, 1 * PS.us],
    ['not with BLOCK_FLAG_NO_DISCONNECT', K.BLOCK_FLAG_NO_DISCONNECT, 0],
  ])('%s', (_, flag, morePs) => {
    const bench = new Bench({ latency: { readPs: () => 0, writePs: () => 0, otherPs: () => 7 * PS.us } })
    bench.startQueued()
    const t0 = bench.clock.nowPs
    bench.command({ cdb: TEST_UNIT_READY, flags: flag })
    expect(finishedAt(bench, t0)).toEqual([500 * PS.ns + 2 * PS.us + 7 * PS.us + morePs + 300 * PS.ns])
  })
})

describe('queued mode: lengths', () => {
  it.each([
    ['underrun: INQUIRY gives 36 of 255', inquiry(255), IN, 255, 36, K.HOST_UNDERRUN],
    ['overrun: READ of two blocks into one', read10(0, 2), IN, 512, 512, K.HOST_OVERRUN],
    ['overrun: WRITE of two blocks from one', write10(0, 2), OUT, 512, 512, K.HOST_OVERRUN],
    ['overrun: the other direction moves nothing', read10(0, 1), OUT, 512, 0, K.HOST_OVERRUN],
    ['overrun: no room at all', read10(0, 1), 0, 0, 0, K.HOST_OVERRUN],
    ['underrun: a command without data', TEST_UNIT_READY, IN, 512, 0, K.HOST_UNDERRUN],
    ['exact', read10(0, 2), IN, 1024, 1024, K.HOST_OK],
  ])('%s', (_, cdb, flags, bytes, moved, host) => {
    const bench = new Bench()
    bench.startQueued()
    bench.store.bytes.fill(0x5a)
    const data = bench.buffer(4096)
    bench.memory.fill(0xcc, data, data + 4096)
    expect(bench.command({ cdb, flags, data, bytes })).toMatchObject({ host, scsi: 0, bytes: moved })
    expect(bench.ack()).toBe(Cause.commandComplete | (host === K.HOST_OK ? 0 : Cause.scsiError))
    expect(bench.memory[data + moved]).toBe(0xcc)
    if (host !== K.HOST_OK) expect(bench.field('ERROR_INFO', 'CODE')).toBe(host)
  })

  it('WRITE with one block of data for two commits that one block and invents no other', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.store.bytes.fill(0x5a)
    const data = bench.buffer(1024)
    bench.memory.fill(0x11, data, data + 1024)
    bench.command({ cdb: write10(0, 2), flags: OUT, data, bytes: 512 })
    expect(bench.store.bytes[511]).toBe(0x11)
    expect(bench.store.bytes[512]).toBe(0x5a)
  })
})

describe('queued mode: CHECK CONDITION', () => {
  const failing = { cdb: ILLEGAL_LBA, flags: IN, bytes: 512 }

  it('autosense: sense data in the buffer, host status OK, no error cause', () => {
    const bench = new Bench()
    bench.startQueued()
    const entry = bench.command({ ...failing, tag: 2, data: bench.buffer(512) })
    expect(entry).toMatchObject({ host: K.HOST_OK, scsi: ScsiStatus.checkCondition, bytes: 0, senseBytes: 18 })
    expect(entry.flags & K.ENTRY_FLAG_SENSE).toBe(K.ENTRY_FLAG_SENSE)
    expect(bench.ack()).toBe(Cause.commandComplete)
    const sense = bench.memory.subarray(bench.senseAt(2))
    expect([sense[0], sense[2], sense[12]]).toEqual([0x70, 0x05, 0x21])
    // The unit has nothing left to say.
    const data = bench.buffer(18)
    bench.command({ cdb: REQUEST_SENSE, flags: IN, data, bytes: 18 })
    expect(bench.memory[data + 2]).toBe(0)
  })

  it('autosense writes no more than the buffer holds', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.memory.fill(0xcc, bench.senseAt(0), bench.senseAt(0) + 32)
    expect(bench.command({ ...failing, data: bench.buffer(512), senseBytes: 4 }).senseBytes).toBe(4)
    expect(bench.memory[bench.senseAt(0) + 3]).not.toBe(0xcc)
    expect(bench.memory[bench.senseAt(0) + 4]).toBe(0xcc)
  })

  it.each([
    ['without CAPS.AUTOSENSE', false, 0, 252],
    ['with BLOCK_FLAG_NO_AUTOSENSE', true, K.BLOCK_FLAG_NO_AUTOSENSE, 252],
    ['without a sense buffer', true, 0, 0],
  ])('%s the unit keeps the sense data for REQUEST SENSE', (_, autosense, flag, senseBytes) => {
    const bench = new Bench({ autosense })
    bench.startQueued()
    expect(bench.field('CAPS', 'AUTOSENSE')).toBe(autosense ? 1 : 0)
    const entry = bench.command({ ...failing, flags: IN | flag, data: bench.buffer(512), senseBytes })
    expect(entry).toMatchObject({ host: K.HOST_OK, scsi: ScsiStatus.checkCondition, senseBytes: 0 })
    expect(entry.flags & K.ENTRY_FLAG_SENSE).toBe(0)
    const data = bench.buffer(18)
    const sensed = bench.command({ cdb: REQUEST_SENSE, flags: IN, data, bytes: 18 })
    expect(sensed).toMatchObject({ host: K.HOST_OK, scsi: 0, bytes: 18 })
    expect([bench.memory[data + 2], bench.memory[data + 12]]).toEqual([0x05, 0x21])
  })

  it('a sense buffer that was not granted: HOST_DMA_ERROR, the status byte still stands', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.build({ ...failing, data: bench.buffer(512) })
    bench.memory.fill(0, bench.blockAt(0) + K.BLOCK_SENSE_ADDRESS, bench.blockAt(0) + K.BLOCK_SENSE_ADDRESS + 8)
    bench.write('DOORBELL', 0)
    bench.settle()
    expect(bench.take()).toMatchObject([{ host: K.HOST_DMA_ERROR, scsi: ScsiStatus.checkCondition, senseBytes: 0 }])
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.dmaError)
  })
})

describe('queued mode: targets', () => {
  it('nobody answers: HOST_SELECTION_TIMEOUT after 250 ms, other commands go on meanwhile', () => {
    const bench = new Bench()
    bench.startQueued()
    const t0 = bench.clock.nowPs
    bench.start({ tag: 0, target: 3, cdb: inquiry(36), flags: IN, data: bench.buffer(36), bytes: 36 })
    bench.start({ tag: 1, cdb: TEST_UNIT_READY })
    bench.advance(1 * PS.ms)
    expect(bench.take()).toMatchObject([{ tag: 1, host: K.HOST_OK }])
    bench.settle()
    expect(bench.take()).toMatchObject([{ tag: 0, host: K.HOST_SELECTION_TIMEOUT, bytes: 0 }])
    expect(bench.clock.nowPs - t0).toBeGreaterThanOrEqual(250 * PS.ms)
    expect(bench.read('ERROR_INFO')).toBe(K.HOST_SELECTION_TIMEOUT | (3 << 8))
  })

  it.each([1, 7, 255])('LUN %i of a target that does not have it: the target answers', lun => {
    const bench = new Bench()
    bench.startQueued()
    const data = bench.buffer(36)
    bench.command({ lun, cdb: inquiry(36), flags: IN, data, bytes: 36 })
    expect(bench.memory[data]).toBe(0x7f)
    expect(bench.command({ lun, cdb: TEST_UNIT_READY }).scsi).toBe(ScsiStatus.checkCondition)
  })

  it('a unit that goes away takes its commands with it; DEVICE_CHANGE tells both ways', () => {
    const bench = new Bench({ latency: { readPs: () => PS.ms, writePs: () => PS.ms, otherPs: () => 0 }, moreLuns: 1 })
    bench.startQueued()
    const data = bench.buffer(512)
    bench.start({ tag: 0, cdb: read10(0, 1), flags: IN | K.BLOCK_FLAG_SIMPLE, data, bytes: 512 })
    bench.start({ tag: 1, lun: 1, cdb: read10(0, 1), flags: IN | K.BLOCK_FLAG_SIMPLE, data, bytes: 512 })
    bench.advance(100 * PS.us)
    bench.bus.detach(0, 0)
    expect(bench.ack()).toBe(Cause.deviceChange)
    bench.settle()
    expect(bench.take().map(entry => [entry.tag, entry.host])).toEqual([
      [0, K.HOST_UNEXPECTED_DISCONNECT],
      [1, K.HOST_OK],
    ])
    bench.ack()
    bench.bus.attach(0, 0, bench.disk)
    expect(bench.ack()).toBe(Cause.deviceChange)
  })
})

describe('queued mode: doorbells and aborts', () => {
  it.each([64, 65, 127, 128, 255])('tag %i does not exist', tag => {
    const bench = new Bench()
    bench.startQueued()
    bench.write('DOORBELL', tag)
    expect(bench.read('INT_STATUS')).toBe(0)
    bench.settle()
    expect(bench.ack()).toBe(Cause.scsiError)
    expect(bench.read('ERROR_INFO')).toBe((K.HOST_BAD_TAG | (tag << 24)) >>> 0)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadDoorbell])
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('a busy tag is refused and its command is not disturbed', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.start({ tag: 4, cdb: TEST_UNIT_READY })
    bench.write('DOORBELL', 4)
    bench.settle()
    expect(bench.take()).toMatchObject([{ tag: 4, host: K.HOST_OK }])
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.scsiError)
  })

  it.each([
    ['not enabled', Control.queued],
    ['in data-phase mode', Control.enable],
    ['neither', 0],
  ])('is ignored and reported while %s', (_, control) => {
    const bench = new Bench()
    bench.startQueued()
    bench.write('CONTROL', control)
    bench.start({ cdb: TEST_UNIT_READY })
    bench.settle()
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadDoorbell])
    expect(bench.read('INT_STATUS')).toBe(0)
  })

  it('a doorbell word beyond the tag is reserved and reported', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.build({ tag: 1, cdb: TEST_UNIT_READY })
    bench.write('DOORBELL', 0xabcd_0001)
    bench.settle()
    expect(bench.diagnostics()).toEqual([DiagnosticCode.ReservedBitsWritten])
    expect(bench.take()).toMatchObject([{ tag: 1 }])
  })

  it('the mode cannot change while a command is outstanding', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.start({ cdb: TEST_UNIT_READY })
    bench.write('CONTROL', Control.enable)
    expect(bench.read('CONTROL')).toBe(Control.enable | Control.queued)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy])
    bench.settle()
    bench.write('CONTROL', Control.enable)
    expect(bench.read('CONTROL')).toBe(Control.enable)
  })

  it('outstanding commands go on when ENABLE is cleared', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.start({ cdb: TEST_UNIT_READY })
    bench.write('CONTROL', Control.queued)
    bench.settle()
    expect(bench.take()).toMatchObject([{ host: K.HOST_OK }])
  })

  it('an abort ends the command once, with HOST_ABORTED and without an error cause, at every step', () => {
    for (let step = 0; step < 5; step++) {
      const bench = new Bench({ latency: { readPs: () => PS.us, writePs: () => PS.us, otherPs: () => PS.us } })
      bench.startQueued()
      const data = bench.buffer(512)
      bench.start({ tag: 3, cdb: read10(0, 1), flags: IN, data, bytes: 512 })
      for (let i = 0; i < step; i++) bench.clock.advanceToNextAlarm()
      bench.write('ABORT_TAG', 3)
      bench.write('ABORT_TAG', 3)
      bench.settle()
      const ended = step < 4 ? K.HOST_ABORTED : K.HOST_OK
      expect(bench.take(), `after ${step} alarms`).toMatchObject([{ tag: 3, host: ended }])
      expect(bench.ack()).toBe(Cause.commandComplete)
      expect(bench.adapter.outstanding).toBe(0)
      expect(bench.command({ tag: 3, cdb: TEST_UNIT_READY }).host).toBe(K.HOST_OK)
    }
  })

  it('a command that waits for room in the ring has ended: an abort comes too late', () => {
    const bench = new Bench()
    bench.startQueued(2)
    bench.resizeRing(2)
    for (const tag of [0, 1]) bench.start({ tag, cdb: TEST_UNIT_READY })
    bench.settle()
    bench.write('ABORT_TAG', 1)
    bench.settle()
    const entries = bench.take()
    bench.settle()
    entries.push(...bench.take())
    bench.settle()
    expect(entries.map(entry => [entry.tag, entry.host])).toEqual([
      [0, K.HOST_OK],
      [1, K.HOST_OK],
    ])
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toHaveLength(2)
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('an abort of an idle tag is ignored, of an impossible one reported', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.write('ABORT_TAG', 0)
    expect(bench.diagnostics()).toEqual([])
    bench.write('ABORT_TAG', 64)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadDoorbell])
    bench.settle()
    expect(bench.read('INT_STATUS')).toBe(0)
  })

  it('100,000 aborted commands leave nothing behind', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.write('INT_ENABLE', 0)
    bench.build({ tag: 0, cdb: TEST_UNIT_READY })
    for (let i = 0; i < 100_000; i++) {
      bench.write('DOORBELL', 0)
      bench.write('ABORT_TAG', 0)
      bench.settle()
      bench.take()
      bench.events.length = 0
    }
    expect(bench.adapter.outstanding).toBe(0)
    expect(bench.clock.nextDuePs).toBe(Number.POSITIVE_INFINITY)
    expect(bench.command({ cdb: TEST_UNIT_READY })).toMatchObject({ host: K.HOST_OK, sequence: 100_001 })
  })
})
