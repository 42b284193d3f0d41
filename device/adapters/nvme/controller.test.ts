// Registers and the controller's states: enabling, fatal status, reset, shutdown, doorbells, removal.
import { describe, expect, test } from 'vitest'
import { fixedLatency } from '../../block/store.ts'
import { PS } from '../../clock.ts'
import { DeviceEvent, DiagnosticCode } from '../../probe.ts'
import { K } from './format.ts'
import { BAR_BASE, Bench, rw } from './testing/bench.ts'
import { NVME_TIMING } from './timing.ts'

const slow = { latency: fixedLatency({ readPs: PS.ms, writePs: PS.ms }) }
const RDY = 1
const CFS = 2
const SHST = 0x0c
const NSSRO = 0x10

describe('registers', () => {
  test('capabilities and version', () => {
    const bench = new Bench()
    expect(bench.read('CAP_LOW')).toBe(0x0101_03ff) // 1024 entries, contiguous, round robin, 500 ms
    expect(bench.read('CAP_HIGH')).toBe(0x0040_0030) // NSSRS, NVM command set, pages of 4 to 64 KiB
    expect(bench.read('VS')).toBe(0x0001_0400)
    expect([bench.read('CMBLOC'), bench.read('CMBSZ'), bench.read('NSSR'), bench.read('CSTS')]).toEqual([0, 0, 0, 0])
  })

  test('the PCI function says what it is', () => {
    const { pci } = new Bench().adapter
    expect([pci!.vendor, pci!.device, pci!.bars[0]!.sizeBytes]).toEqual([0x1b36, 0x0010, 0x4000])
    const config = new Uint8Array(4)
    pci!.readConfig(0x08, config, 0, 4)
    expect([...config]).toEqual([2, 0x02, 0x08, 0x01])
  })

  test.each(['CAP_LOW', 'CAP_HIGH', 'VS'])('%s is read only, and a write is reported', name => {
    const bench = new Bench()
    const before = bench.read(name)
    bench.write(name, 0xffff_ffff)
    expect(bench.read(name)).toBe(before)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.ReadOnlyWritten])
  })

  test('INTMS sets, INTMC clears, both read the mask', () => {
    const bench = new Bench()
    bench.write('INTMS', 0x0000_0005)
    bench.write('INTMS', 0x8000_0000)
    expect([bench.read('INTMS'), bench.read('INTMC')]).toEqual([0x8000_0005, 0x8000_0005])
    bench.write('INTMC', 0x0000_0004)
    expect([bench.read('INTMS'), bench.read('INTMC')]).toEqual([0x8000_0001, 0x8000_0001])
  })

  test('AQA, ASQ and ACQ hold what was written, without their reserved bits', () => {
    const bench = new Bench()
    bench.write('AQA', 0x0fff_0fff)
    bench.writeAddress('ASQ', 0x1_2345_6000)
    bench.write('ACQ_LOW', 0x1234_5678)
    expect([bench.read('AQA'), bench.read('ASQ_LOW'), bench.read('ASQ_HIGH')]).toEqual([0x0fff_0fff, 0x2345_6000, 1])
    expect(bench.read('ACQ_LOW')).toBe(0x1234_5000)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.ReservedBitsWritten])
  })

  test('a doorbell cannot be read', () => {
    const bench = new Bench()
    bench.read('SQ0_TAIL')
    expect(bench.diagnostics()).toEqual([DiagnosticCode.WriteOnlyRead])
  })

  test.each([1, 2])('an access of %d bytes is refused', width => {
    const bench = new Bench()
    expect(bench.space.read(BAR_BASE, width)).toBe(width === 1 ? 0xff : 0xffff)
    bench.space.write(BAR_BASE + 0x14, width, 1)
    expect(bench.read('CC')).toBe(0)
  })

  test('doorbells further apart: CAP.DSTRD', () => {
    const bench = new Bench({ stride: 3 })
    expect(bench.read('CAP_HIGH') & 0x0f).toBe(3)
    expect([bench.offsetOf('CQ0_HEAD'), bench.offsetOf('SQ16_TAIL')]).toEqual([0x1020, 0x1000 + 32 * 32])
    bench.start()
    const data = bench.buffer(512)
    expect(bench.io(rw(K.IO_READ, 0, 1, { data })).code).toBe(0)
    bench.write('SQ3_TAIL', 1)
    expect(bench.eventsOf(DeviceEvent.Diagnostic)).toMatchObject([
      { a: DiagnosticCode.BadDoorbell, b: 0x1000 + 6 * 32 },
    ])
  })

  test.each([{ stride: 7 }, { stride: -1 }, { mdts: 0 }, { mdts: 14 }, { timing: { fetchPs: -1 } }])(
    'an impossible configuration is refused: %o',
    config => {
      expect(() => new Bench(config)).toThrow(RangeError)
    },
  )
})

describe('enabling', () => {
  test('RDY follows EN after the time it takes, and before that doorbells are ignored', () => {
    const bench = new Bench()
    bench.write('AQA', 0x001f_001f)
    bench.writeAddress('ASQ', bench.pa(bench.sqMemory(0)))
    bench.writeAddress('ACQ', bench.pa(bench.cqMemory(0)))
    bench.write('CC', 0x46_0001)
    bench.advance(NVME_TIMING.enablePs - 1)
    expect(bench.read('CSTS')).toBe(0)
    bench.write('SQ0_TAIL', 1)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy])
    bench.advance(1)
    expect(bench.read('CSTS')).toBe(RDY)
  })

  test.each([
    ['a command set that is not there', { CC: 0x46_0011 }, 0x14],
    ['an arbitration that is not there', { CC: 0x46_0801 }, 0x14],
    ['pages beyond MPSMAX', { CC: 0x46_0281 }, 0x14],
    ['a submission entry of 128 bytes', { CC: 0x47_0001 }, 0x14],
    ['a completion entry of 8 bytes', { CC: 0x36_0001 }, 0x14],
    ['an admin submission queue of one entry', { AQA: 0x001f_0000 }, 0x24],
    ['an admin completion queue of one entry', { AQA: 0x0000_001f }, 0x24],
    ['pages of 64 KiB and a queue at 4 KiB', { CC: 0x46_0201, ASQ_LOW: 0x1000 }, 0x28],
    ['pages of 64 KiB and a completion queue at 4 KiB', { CC: 0x46_0201, ACQ_LOW: 0x1000 }, 0x30],
  ])('%s is fatal', (_name, settings, offset) => {
    const bench = new Bench()
    bench.write('AQA', 0x001f_001f)
    for (const [name, value] of Object.entries({ CC: 0x46_0001, ...settings }).reverse()) bench.write(name, value)
    bench.settle()
    expect(bench.read('CSTS') & (RDY | CFS)).toBe(CFS)
    expect(bench.eventsOf(DeviceEvent.Diagnostic)).toMatchObject([{ a: DiagnosticCode.BadSetting, b: offset }])
    bench.write('CC', 0)
    expect(bench.read('CSTS')).toBe(0)
    bench.events.length = 0
    bench.enable()
    expect(bench.read('CSTS')).toBe(RDY)
  })

  test('taken back before RDY, and tried again at once', () => {
    const bench = new Bench()
    bench.enable()
    bench.write('CC', 0)
    bench.settle()
    bench.write('CC', 0x46_0001)
    bench.advance(NVME_TIMING.enablePs / 2)
    bench.write('CC', 0)
    bench.write('CC', 0x46_0001)
    bench.advance(NVME_TIMING.enablePs)
    expect(bench.read('CSTS')).toBe(RDY)
    expect(bench.diagnostics()).toEqual([])
  })

  test('entry sizes may wait until I/O queues are made, not longer', () => {
    const bench = new Bench()
    bench.enable({ cc: 0 })
    const create = { opcode: K.ADMIN_CREATE_CQ, prp1: bench.pa(bench.cqMemory(1)), cdw10: 0x003f_0001, cdw11: 3 }
    expect(bench.admin(create).code).toBe(K.STATUS_INVALID_QUEUE_SIZE)
    bench.write('CC', 0x46_0001)
    expect(bench.admin(create).code).toBe(0)
  })

  test('page size, command set and arbitration stay while EN is 1', () => {
    const bench = new Bench()
    bench.enable()
    bench.write('CC', 0x46_0081)
    expect(bench.read('CC')).toBe(0x46_0001)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadSetting])
  })

  test('an admin queue that is not granted is fatal at the first command', () => {
    const bench = new Bench()
    bench.enable()
    bench.write('CC', 0)
    bench.settle()
    bench.writeAddress('ASQ', 0x1234_5000)
    bench.write('CC', 0x46_0001)
    bench.settle()
    bench.write('SQ0_TAIL', 1)
    bench.settle()
    expect(bench.read('CSTS')).toBe(RDY | CFS)
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toHaveLength(1)
  })

  test('without bus mastering the queues cannot be reached', () => {
    const bench = new Bench()
    bench.start()
    bench.adapter.pci!.enable({ busMaster: false })
    bench.submit(1, rw(K.IO_READ, 0, 1, { data: bench.buffer(512) }))
    bench.settle()
    expect(bench.read('CSTS')).toBe(RDY | CFS)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BusMasterDisabled])
  })
})

describe('reset', () => {
  test('in mid-load: every command and every I/O queue goes, the admin queue registers stay', () => {
    const bench = new Bench(slow)
    bench.start()
    const data = bench.buffer(512)
    for (let i = 0; i < 5; i++) bench.submit(1, rw(K.IO_READ, i, 1, { data }))
    bench.advance(10 * PS.us)
    const aqa = bench.read('AQA')
    expect(bench.adapter.outstanding).toBe(5)
    bench.write('INTMS', 1)
    bench.write('CC', 0x46_0000)
    expect(bench.read('CSTS')).toBe(RDY)
    expect(bench.eventsOf(DeviceEvent.AdapterReset)).toMatchObject([{ a: 5 }])
    bench.settle()
    expect([bench.read('CSTS'), bench.read('CC'), bench.read('INTMS'), bench.read('AQA')]).toEqual([0, 0, 0, aqa])
    expect(bench.adapter.outstanding).toBe(0)
    expect(bench.take(1, false)).toEqual([])
    expect(bench.pin.level).toBe(false)
    bench.start()
    expect(bench.io(rw(K.IO_READ, 0, 1, { data })).code).toBe(0)
  })

  test('a driver that does not wait for RDY = 0 gets RDY = 1 in the end', () => {
    const bench = new Bench()
    bench.start()
    bench.write('CC', 0)
    bench.write('CC', 0x46_0001)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy])
    bench.advance(NVME_TIMING.disablePs)
    expect(bench.read('CSTS')).toBe(0)
    bench.settle()
    expect(bench.read('CSTS')).toBe(RDY)
  })

  test('subsystem reset takes the registers, too, and says so', () => {
    const bench = new Bench(slow)
    bench.start()
    bench.submit(1, rw(K.IO_READ, 0, 1, { data: bench.buffer(512) }))
    bench.advance(10 * PS.us)
    bench.write('NSSR', 0x1234_5678)
    expect(bench.read('CSTS')).toBe(RDY)
    bench.write('NSSR', 0x4e56_4d65)
    expect([bench.read('CC'), bench.read('AQA'), bench.read('CSTS')]).toEqual([0, 0, NSSRO])
    expect(bench.eventsOf(DeviceEvent.AdapterReset)).toMatchObject([{ a: 1 }])
    bench.write('CSTS', NSSRO)
    expect(bench.read('CSTS')).toBe(0)
  })

  test('a subsystem reset from somewhere else', () => {
    const bench = new Bench()
    bench.start()
    bench.adapter.injectBusReset()
    expect(bench.read('CSTS')).toBe(NSSRO)
    expect(bench.eventsOf(DeviceEvent.AdapterReset)).toHaveLength(1)
  })

  test('features return to their defaults', () => {
    const bench = new Bench()
    bench.enable()
    bench.admin({ opcode: K.ADMIN_SET_FEATURES, cdw10: K.FEATURE_COALESCING, cdw11: 0x0203 })
    bench.write('CC', 0)
    bench.settle()
    bench.enable()
    expect(bench.admin({ opcode: K.ADMIN_GET_FEATURES, cdw10: K.FEATURE_COALESCING }).result).toBe(0)
  })
})

describe('shutdown', () => {
  test.each([
    ['normal: caches are flushed', 0x4000, false],
    ['abrupt: they are not', 0x8000, true],
  ])('%s', (_name, shn, dirty) => {
    const bench = new Bench()
    bench.start()
    bench.io(rw(K.IO_WRITE, 0, 1, { data: bench.buffer(512) }))
    bench.write('CC', 0x46_0001 | shn)
    expect(bench.read('CSTS') & SHST).toBe(0x04)
    bench.settle()
    expect(bench.read('CSTS') & SHST).toBe(0x08)
    expect(bench.disk.cacheDirty).toBe(dirty)
    bench.submit(1, rw(K.IO_READ, 0, 1))
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy])
    bench.write('CC', 0)
    bench.settle()
    expect(bench.read('CSTS')).toBe(0)
    bench.enable()
    expect(bench.read('CSTS')).toBe(RDY)
  })
})

describe('doorbells', () => {
  test.each([
    ['SQ1_TAIL', 64],
    ['SQ1_TAIL', 0xffff],
    ['CQ1_HEAD', 64],
    ['CQ1_HEAD', 1],
    ['SQ2_TAIL', 1],
    ['CQ16_HEAD', 0],
  ])('%s = %d is ignored and reported', (register, value) => {
    const bench = new Bench()
    bench.start()
    bench.write(register, value)
    bench.settle()
    expect(bench.eventsOf(DeviceEvent.Diagnostic)).toMatchObject([
      { a: DiagnosticCode.BadDoorbell, b: bench.offsetOf(register), c: value },
    ])
    expect(bench.read('CSTS')).toBe(RDY)
    expect(bench.io(rw(K.IO_READ, 0, 1, { data: bench.buffer(512) })).code).toBe(0)
  })

  test('of a controller that is off, resets, or has stopped: nobody hears it', () => {
    const bench = new Bench()
    const codes = () => bench.eventsOf(DeviceEvent.Diagnostic).map(event => event.a)
    bench.write('SQ0_TAIL', 1)
    expect(codes()).toEqual([DiagnosticCode.BadDoorbell])
    bench.start()
    bench.write('CC', 0)
    bench.write('SQ1_TAIL', 1)
    bench.write('CQ1_HEAD', 0)
    expect(codes()).toEqual([DiagnosticCode.IgnoredWhileBusy, DiagnosticCode.IgnoredWhileBusy])
    bench.settle()
    bench.writeAddress('ASQ', 0x1234_5000)
    bench.write('CC', 0x46_0001)
    bench.settle()
    bench.write('SQ0_TAIL', 1)
    bench.settle()
    bench.events.length = 0
    bench.write('SQ0_TAIL', 2)
    expect(codes()).toEqual([DiagnosticCode.BadDoorbell])
  })

  test('the head moves only over entries that were posted', () => {
    const bench = new Bench()
    bench.start()
    const data = bench.buffer(512)
    for (let i = 0; i < 3; i++) bench.submit(1, rw(K.IO_READ, i, 1, { data }))
    bench.settle()
    bench.write('CQ1_HEAD', 4)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadDoorbell])
    expect(bench.adapter.causes()).toBe(2)
    bench.write('CQ1_HEAD', 3)
    expect(bench.adapter.causes()).toBe(0)
  })

  test('nothing happens inside a doorbell write', () => {
    const bench = new Bench()
    bench.start()
    bench.submit(1, rw(K.IO_READ, 0, 1, { data: bench.buffer(512) }))
    expect(bench.events).toEqual([])
    expect(bench.clock.nextDuePs).toBe(bench.clock.nowPs + NVME_TIMING.fetchPs)
  })
})

describe('surprise removal', () => {
  test('reads answer all ones, nothing moves, the line is released', () => {
    const bench = new Bench(slow)
    bench.start()
    const data = bench.buffer(512)
    bench.io(rw(K.IO_READ, 0, 1, { data }))
    bench.submit(1, rw(K.IO_READ, 0, 1, { data }))
    bench.advance(10 * PS.us)
    bench.adapter.remove()
    bench.events.length = 0
    expect([bench.read('CSTS'), bench.read('CAP_LOW')]).toEqual([0xffff_ffff, 0xffff_ffff])
    bench.write('CC', 0x46_0001)
    bench.write('SQ1_TAIL', 3)
    bench.bus.detach(0, 0)
    bench.settle()
    expect(bench.events).toEqual([])
    expect([bench.pin.level, bench.adapter.outstanding, bench.adapter.mayInterrupt]).toEqual([false, 0, false])
    bench.adapter.remove()
    bench.adapter.injectBusReset()
    bench.adapter.injectCauses()
    expect(bench.events).toEqual([])
  })
})
