import { describe, expect, it } from 'vitest'
import { PS } from '../../clock.ts'
import { DeviceEvent, DiagnosticCode } from '../../probe.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import { Cause, Control, K, Status } from './format.ts'
import { Bench, firstDifference, inquiry, read10, TEST_UNIT_READY, write10 } from './testing/bench.ts'

const RUN = Control.enable | Control.queued
const IN = K.BLOCK_FLAG_DATA_IN
const slow = { readPs: () => PS.us, writePs: () => PS.us, otherPs: () => PS.us }

/** A queued READ, stopped after `alarms` alarms: fetched, selected, worked, moved, posted. */
function midway(alarms: number): Bench {
  const bench = new Bench({ latency: slow })
  bench.startQueued()
  bench.store.bytes.fill(0x5a)
  const data = bench.buffer(512)
  bench.start({ tag: 3, cdb: read10(0, 1), flags: IN, data, bytes: 512 })
  for (let i = 0; i < alarms; i++) bench.clock.advanceToNextAlarm()
  bench.events.length = 0
  return bench
}

const STEPS = [0, 1, 2, 3, 4]

describe.each(STEPS)('after %i steps of a queued command', step => {
  it('a bus reset drops it: no completion, BUS_RESET, the tag is free, the unit says so', () => {
    const bench = midway(step)
    bench.write('CONTROL', RUN | Control.busReset)
    expect(bench.adapter.outstanding).toBe(0)
    expect(bench.eventsOf(DeviceEvent.BusReset)).toMatchObject([{ a: 1, b: 1 }])
    bench.settle()
    expect(bench.take()).toEqual([])
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toEqual([])
    expect(bench.eventsOf(DeviceEvent.DmaMoved)).toEqual([])
    expect(bench.ack()).toBe(Cause.busReset)
    const entry = bench.command({ tag: 3, cdb: TEST_UNIT_READY })
    expect(entry.scsi).toBe(ScsiStatus.checkCondition)
    expect([bench.memory[bench.senseAt(3) + 2], bench.memory[bench.senseAt(3) + 12]]).toEqual([0x06, 0x29])
  })

  it('an adapter reset drops it and everything else', () => {
    const bench = midway(step)
    bench.write('CONTROL', Control.adapterReset)
    expect(bench.eventsOf(DeviceEvent.AdapterReset)).toMatchObject([{ a: 1 }])
    bench.settle()
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toEqual([])
    expect(bench.eventsOf(DeviceEvent.DmaMoved)).toEqual([])
    expect(bench.read('INT_STATUS')).toBe(0)
    expect(bench.adapter.outstanding).toBe(0)
    bench.startQueued(128, false)
    expect(bench.command({ tag: 3, cdb: TEST_UNIT_READY })).toMatchObject({ host: K.HOST_OK, scsi: 0, sequence: 0 })
  })

  it('removal: nothing moves any more, every read answers all ones, the line is released', () => {
    const bench = midway(step)
    bench.write('INT_ENABLE', Cause.all)
    bench.adapter.injectDeviceChange()
    expect(bench.line.level).toBe(true)
    const before = bench.memory.slice()
    bench.adapter.remove()
    bench.adapter.remove()
    bench.settle()
    expect(bench.line.level).toBe(false)
    expect(bench.adapter.causes()).toBe(0)
    expect(firstDifference(bench.memory, before)).toBe(-1)
    for (const { name, offset } of bench.adapter.map.registers) {
      expect(bench.read(name), name).toBe(0xffff_ffff)
      expect(bench.adapter.bar0.read(offset, 4)).toBe(-1)
      bench.adapter.bar0.write(offset, 4, -1)
    }
    bench.adapter.injectBusReset()
    bench.adapter.injectReselection(0, 0, 0)
    bench.adapter.injectDeviceChange()
    bench.adapter.injectCauses(Cause.all)
    bench.settle()
    expect(bench.line.level).toBe(false)
    expect(bench.dma.enabled).toBe(false)
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toEqual([])
  })

  it('bus mastering off: the command ends without touching memory', () => {
    const bench = midway(step)
    const before = bench.memory.slice()
    bench.adapter.pci!.writeConfig(4, Uint8Array.of(0x02), 0, 1)
    bench.settle()
    expect(firstDifference(bench.memory, before)).toBe(-1)
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('its window moved elsewhere: the command goes on, the registers answer at the new place', () => {
    const bench = midway(step)
    bench.adapter.pci!.writeConfig(0x10, Uint8Array.of(0, 0, 0, 0x71), 0, 4)
    bench.settle()
    expect(bench.space.read(0x7000_0010, 4)).toBe(-1)
    expect(bench.space.read(0x7100_0010, 4)).toBe(Cause.commandComplete)
  })
})

describe.each([
  ['in selection', 0],
  ['while the target waits for DMA', 1],
  ['while a transfer runs', 2],
  ['in the status phase', 3],
])('a data-phase command %s', (_, step) => {
  const at = (): Bench => {
    const bench = new Bench()
    bench.startDataPhase()
    bench.issue(inquiry(36))
    if (step > 0) bench.settle()
    bench.write('INT_ACK', Cause.all)
    if (step > 1) bench.transfer(0x20_0000, 36, true)
    if (step > 2) bench.clock.advanceToNextAlarm()
    bench.events.length = 0
    return bench
  }

  it('is dropped by a bus reset', () => {
    const bench = at()
    bench.write('CONTROL', Control.enable | Control.busReset)
    expect(bench.read('STATUS')).toBe(Status.ready | Status.busResetting)
    expect(bench.read('DMA_READY')).toBe(0)
    bench.settle()
    expect(bench.ack()).toBe(Cause.busReset)
    expect(bench.field('CMD_STATUS', 'VALID')).toBe(0)
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toEqual([])
    expect(bench.channel.flush()).toBe(step === 3 ? 36 : 0)
    bench.issue(TEST_UNIT_READY)
    bench.settle()
    expect(bench.field('CMD_STATUS', 'VALID')).toBe(1)
  })

  it('is dropped by an adapter reset', () => {
    const bench = at()
    bench.write('CONTROL', Control.adapterReset)
    bench.settle()
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toEqual([])
    for (const { name, fields } of bench.adapter.map.registers)
      if (fields.every(field => field.reset === 0)) expect(bench.read(name), name).toBe(0)
    bench.startDataPhase(false)
    bench.issue(TEST_UNIT_READY)
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete)
  })
})

describe('bus reset', () => {
  it('holds the bus for 25 µs, then raises BUS_RESET', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.write('CONTROL', RUN | Control.busReset)
    expect(bench.read('CONTROL')).toBe(RUN)
    bench.advance(25 * PS.us - 1)
    expect(bench.field('STATUS', 'BUS_RESETTING')).toBe(1)
    expect(bench.read('INT_STATUS')).toBe(0)
    bench.advance(1)
    expect(bench.field('STATUS', 'BUS_RESETTING')).toBe(0)
    expect(bench.read('INT_STATUS')).toBe(Cause.busReset)
  })

  it('commands started meanwhile are lost, and reported when the driver had ordered the reset itself', () => {
    for (const ours of [true, false]) {
      const bench = new Bench()
      bench.startQueued()
      if (ours) bench.write('CONTROL', RUN | Control.busReset)
      else bench.adapter.injectBusReset()
      bench.start({ cdb: TEST_UNIT_READY })
      expect(bench.diagnostics()).toEqual(ours ? [DiagnosticCode.IgnoredWhileBusy] : [])
      bench.settle()
      expect(bench.take()).toEqual([])
      expect(bench.ack()).toBe(Cause.busReset)
    }
  })

  it('the same in data-phase mode', () => {
    const bench = new Bench()
    bench.startDataPhase()
    bench.write('CONTROL', Control.enable | Control.busReset)
    bench.issue(TEST_UNIT_READY)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy])
    bench.settle()
    expect(bench.ack()).toBe(Cause.busReset)
  })

  it('ordered again meanwhile is ignored and reported; from outside it is the same reset', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.write('CONTROL', RUN | Control.busReset)
    bench.write('CONTROL', RUN | Control.busReset)
    bench.adapter.injectBusReset()
    bench.settle()
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy])
    expect(bench.eventsOf(DeviceEvent.BusReset)).toHaveLength(1)
  })

  it('from outside: everything outstanding is gone, entries already posted stay', () => {
    const bench = new Bench({ latency: slow })
    bench.startQueued()
    bench.start({ tag: 0, cdb: TEST_UNIT_READY })
    bench.settle()
    for (let tag = 1; tag < 6; tag++) bench.start({ tag, cdb: TEST_UNIT_READY })
    bench.adapter.injectBusReset()
    expect(bench.eventsOf(DeviceEvent.BusReset)).toMatchObject([{ a: 0, b: 5 }])
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.busReset)
    expect(bench.take().map(entry => entry.tag)).toEqual([0])
  })

  it('completions that wait for room in the ring are gone too', () => {
    const bench = new Bench()
    bench.startQueued(2)
    for (let tag = 0; tag < 4; tag++) bench.start({ tag, cdb: TEST_UNIT_READY, flags: K.BLOCK_FLAG_SIMPLE })
    bench.settle()
    expect(bench.adapter.outstanding).toBe(3)
    bench.write('CONTROL', RUN | Control.busReset)
    bench.settle()
    expect(bench.take()).toHaveLength(1)
    bench.settle()
    expect(bench.take()).toEqual([])
    expect(bench.field('STATUS', 'RING_FULL')).toBe(0)
  })

  it('can bring another mode, since it drops what would forbid that', () => {
    const bench = midway(1)
    bench.write('CONTROL', Control.enable | Control.busReset)
    expect(bench.read('CONTROL')).toBe(Control.enable)
  })
})

describe('adapter reset', () => {
  it('takes 20 µs, in which nothing is accepted and everything reads its reset value', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.start({ cdb: TEST_UNIT_READY })
    bench.settle()
    bench.write('CONTROL', Control.adapterReset)
    expect(bench.pin.level).toBe(false)
    expect(bench.read('STATUS')).toBe(0)
    expect(bench.read('ID')).toBe(0x41424857)
    expect(bench.field('CAPS', 'AUTOSENSE')).toBe(1)
    expect(bench.read('RING_SIZE')).toBe(0)
    bench.write('INT_ENABLE', 0x3f)
    bench.write('CONTROL', Control.adapterReset)
    bench.write('DOORBELL', 0)
    expect(bench.diagnostics()).toEqual(new Array(3).fill(DiagnosticCode.IgnoredWhileBusy))
    bench.adapter.injectBusReset()
    bench.adapter.injectReselection(0, 0, 0)
    bench.bus.attach(4, 0, bench.disk)
    bench.advance(20 * PS.us - 1)
    expect(bench.read('STATUS')).toBe(0)
    bench.advance(1)
    expect(bench.read('STATUS')).toBe(Status.ready)
    expect(bench.read('INT_ENABLE')).toBe(0)
    expect(bench.read('INT_STATUS')).toBe(0)
  })

  it('does not reset the bus: units keep their state', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.write('CONTROL', Control.adapterReset)
    bench.settle()
    bench.startQueued(128, false)
    expect(bench.command({ cdb: TEST_UNIT_READY }).scsi).toBe(0)
  })

  it('ends a bus reset; both ordered at once is an adapter reset, reported', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.write('CONTROL', RUN | Control.busReset)
    bench.write('CONTROL', Control.adapterReset | Control.busReset)
    bench.settle()
    expect(bench.read('STATUS')).toBe(Status.ready)
    expect(bench.read('INT_STATUS')).toBe(0)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadSetting])
  })

  it('is the reset state of a new adapter', () => {
    const fresh = new Bench()
    const bench = midway(2)
    bench.write('CONTROL', Control.adapterReset)
    bench.settle()
    for (const { name } of bench.adapter.map.registers) expect(bench.read(name), name).toBe(fresh.read(name))
  })
})

it('a WRITE dropped by a reset before its data came changes no block', () => {
  const bench = new Bench({ latency: slow })
  bench.startQueued()
  const data = bench.buffer(512)
  bench.memory.fill(0x77, data, data + 512)
  bench.start({ cdb: write10(0, 1), flags: K.BLOCK_FLAG_DATA_OUT, data, bytes: 512 })
  bench.advance(4 * PS.us)
  bench.write('CONTROL', RUN | Control.busReset)
  bench.settle()
  expect(bench.store.bytes.includes(0x77)).toBe(false)
})
