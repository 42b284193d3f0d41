// What a hostile or broken driver can do: nothing may throw, hang, or move a byte outside what was granted.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allOnes } from '../../address-space.ts'
import type { Clock } from '../../clock.ts'
import { putLe32 } from '../../little-endian.ts'
import { DeviceEvent, DiagnosticCode } from '../../probe.ts'
import type { CommandFaultAction } from '../faults.ts'
import { Cause, Control, K } from './format.ts'
import { Bench, inquiry, pattern, read10, TABLES, TABLES_BYTES, TEST_UNIT_READY, write10 } from './testing/bench.ts'

const BAR_BASE = 0x7000_0000
/** One alarm a tag, and: completion, refusal, command, DMA refusal, adapter reset, bus reset. */
const ALARMS = 64 + 6
const RUNS = 300
/** Linear memory that neither the adapter nor the channel may reach in `prepared`. */
const NOT_GRANTED = [
  [0, TABLES],
  [TABLES + TABLES_BYTES, 0x20_0000],
  [0x20_2000, 0x40_0000],
] as const

/** Counts the alarms made from now on. */
function alarmsOf(clock: Clock): { created: number } {
  const counter = { created: 0 }
  const create = clock.createAlarm.bind(clock)
  clock.createAlarm = (label, fire) => {
    counter.created++
    return create(label, fire)
  }
  return counter
}

type Step =
  | { do: 'write'; offset: number; width: number; value: number }
  | { do: 'read'; offset: number; width: number }
  | { do: 'block'; tag: number; at: number; value: number }
  | { do: 'list'; tag: number; at: number; value: number }
  | { do: 'doorbell'; tag: number }
  | { do: 'program'; bytes: number; toMemory: boolean }
  | { do: 'advance'; us: number }
  | { do: 'alarm' }
  | { do: 'config'; at: number; value: number }
  | { do: 'unit'; attached: boolean }
  | { do: 'event'; kind: number; value: number }

const word = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 70 }) },
  fc.constantFrom(0xff, 0x100, 0x200, 0x3ff, 0xffff, 0x8000_0000, 0x7fff_ffff, 0xffff_ffff, BAR_BASE, TABLES),
  fc.integer({ min: 0, max: 0xffff_ffff }),
)
const offset = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 0x28 }).map(n => 4 * n) },
  fc.integer({ min: -8, max: 4200 }),
)
const tag = fc.integer({ min: 0, max: 65 })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      offset,
      width: fc.constantFrom(4, 4, 4, 4, 4, 2, 1, 3, 8),
      value: word,
    }),
  },
  fc.record({ do: fc.constant('read' as const), offset, width: fc.constantFrom(4, 4, 2, 1, 0, 8) }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('block' as const),
      tag,
      at: fc.integer({ min: 0, max: 63 }),
      value: fc.integer({ min: 0, max: 255 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('list' as const), tag, at: fc.integer({ min: 0, max: 31 }), value: word }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('doorbell' as const), tag }) },
  fc.record({ do: fc.constant('program' as const), bytes: fc.integer({ min: 0, max: 5000 }), toMemory: fc.boolean() }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), us: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('alarm' as const) }) },
  fc.record({ do: fc.constant('config' as const), at: fc.integer({ min: 0, max: 63 }), value: fc.nat(255) }),
  fc.record({ do: fc.constant('unit' as const), attached: fc.boolean() }),
  fc.record({ do: fc.constant('event' as const), kind: fc.nat(3), value: fc.nat(255) }),
)

const ACTIONS: readonly (CommandFaultAction | undefined)[] = [
  undefined,
  undefined,
  'selection-timeout',
  'parity',
  'unexpected-disconnect',
  'drop',
  'lost-completion',
  'delay',
  'overrun',
  'underrun',
  'dma-error',
  'host-status',
]

function play(bench: Bench, one: Step): void {
  switch (one.do) {
    case 'write':
      bench.space.write(BAR_BASE + one.offset, one.width, one.value | 0)
      bench.adapter.bar0.write(one.offset, one.width, one.value | 0)
      return
    case 'read':
      bench.space.read(BAR_BASE + one.offset, one.width)
      bench.adapter.bar0.read(one.offset, one.width)
      return
    case 'block':
      bench.memory[bench.blockAt(one.tag) + one.at] = one.value
      return
    case 'list':
      putLe32(bench.memory, bench.listAt(one.tag % 64) + one.at, one.value)
      return
    case 'doorbell':
      bench.write('DOORBELL', one.tag)
      return
    case 'program':
      bench.channel.program(bench.memory, 0x20_0000, one.bytes, one.toMemory)
      return
    case 'advance':
      bench.advance(one.us * 1_000_000)
      return
    case 'alarm':
      bench.clock.advanceToNextAlarm()
      return
    case 'config':
      bench.adapter.pci!.writeConfig(one.at, Uint8Array.of(one.value), 0, 1)
      return
    case 'unit':
      if (one.attached !== (bench.bus.unit(0, 0) !== undefined)) {
        if (one.attached) bench.bus.attach(0, 0, bench.disk)
        else bench.bus.detach(0, 0)
      }
      return
    case 'event':
      if (one.kind === 0) bench.adapter.injectBusReset()
      else if (one.kind === 1) bench.adapter.injectReselection(one.value, one.value, one.value)
      else if (one.kind === 2) bench.adapter.injectDeviceChange()
      else bench.adapter.injectCauses(one.value)
  }
}

/** Valid commands in every tag, so that random damage meets something that works. */
function prepared(queued: boolean): Bench {
  const bench = new Bench({ moreLuns: 1 })
  const data = bench.buffer(8192)
  if (queued) bench.startQueued(8)
  else bench.startDataPhase()
  for (let t = 0; t < 64; t++) {
    const cdb = [inquiry(36), read10(t, 4), write10(t, 2), TEST_UNIT_READY][t % 4]!
    const bytes = [36, 2048, 1024, 0][t % 4]!
    const flags =
      [K.BLOCK_FLAG_DATA_IN, K.BLOCK_FLAG_DATA_IN, K.BLOCK_FLAG_DATA_OUT, 0][t % 4]! | [0, 4, 8, 16][(t % 5) & 3]!
    bench.build({ tag: t, cdb, flags, data: data + (t % 7), bytes })
  }
  return bench
}

describe('properties', () => {
  it('random registers, blocks, lists, PCI configuration, units and faults: nothing throws, nothing stays', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.boolean(),
        fc.array(fc.nat(ACTIONS.length - 1), { minLength: 1, maxLength: 8 }),
        (steps, queued, plan) => {
          const bench = prepared(queued)
          let asked = 0
          bench.adapter.faults = {
            decide: () => {
              const action = ACTIONS[plan[asked++ % plan.length]!]
              return action && { action, index: asked, bytes: asked * 100, delayPs: asked * 1000, hostStatus: asked }
            },
          }
          const before = bench.memory.slice()
          const created = alarmsOf(bench.clock)
          for (const one of steps) {
            play(bench, one)
            expect(bench.adapter.outstanding).toBeLessThanOrEqual(65)
            expect(bench.pin.level).toBe(bench.adapter.causes() !== 0)
          }
          bench.settle(2000)
          expect(created.created).toBe(0)
          for (const [from, to] of NOT_GRANTED)
            expect(Buffer.compare(bench.memory.subarray(from, to), before.subarray(from, to))).toBe(0)
          // Whatever happened: an adapter reset brings it back.
          bench.adapter.faults = undefined
          bench.adapter.pci!.writeConfig(0x10, Uint8Array.of(0, 0, 0, 0x70), 0, 4)
          bench.adapter.pci!.writeConfig(4, Uint8Array.of(0x06), 0, 1)
          bench.write('CONTROL', Control.adapterReset)
          bench.settle()
          expect(bench.adapter.outstanding).toBe(0)
          bench.startQueued(8, false)
          expect(bench.command({ tag: 5, cdb: TEST_UNIT_READY, lun: 1 }).host).toBe(K.HOST_OK)
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('every tag ends exactly once, or is gone by a reset', () => {
    const order = fc.record({ tag: fc.nat(63), abort: fc.boolean(), alarms: fc.nat(6), consume: fc.boolean() })
    fc.assert(
      fc.property(fc.array(order, { minLength: 1, maxLength: 80 }), orders => {
        const bench = prepared(true)
        let started = 0
        const ended: number[] = []
        const take = () => ended.push(...bench.take().map(entry => entry.tag))
        for (const { tag, abort, alarms, consume } of orders) {
          const before = bench.adapter.outstanding
          bench.write(abort ? 'ABORT_TAG' : 'DOORBELL', tag)
          started += bench.adapter.outstanding - before
          for (let i = 0; i < alarms; i++) bench.clock.advanceToNextAlarm()
          if (consume) take()
        }
        for (let i = 0; i < 20; i++) {
          bench.settle()
          take()
        }
        expect(ended).toHaveLength(started)
        expect(bench.eventsOf(DeviceEvent.CommandFinished)).toHaveLength(started)
        expect(bench.adapter.outstanding).toBe(0)
      }),
      { numRuns: RUNS },
    )
  })

  it('WRITE then READ through random lists gives back what was written', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 4095 }), { maxLength: 40 })
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 8 }), cuts, cuts, fc.nat(), (lba, blocks, out, back, seed) => {
        const bench = new Bench()
        bench.startQueued()
        const bytes = blocks * 512
        const data = pattern(bytes, seed)
        const from = bench.buffer(bytes)
        bench.memory.set(data, from)
        const cut = (tag: number, at: number, places: readonly number[]) => {
          const marks = [...new Set([0, ...places.filter(n => n < bytes), bytes])].sort((a, b) => a - b)
          for (let i = 0; i + 1 < marks.length; i++)
            bench.element(tag, i, bench.slice.physicalOf(at + marks[i]!), marks[i + 1]! - marks[i]!)
          putLe32(bench.memory, bench.blockAt(tag) + K.BLOCK_SG_COUNT, marks.length - 1)
        }
        bench.build({ tag: 0, cdb: write10(lba, blocks), flags: K.BLOCK_FLAG_DATA_OUT, data: from, bytes })
        cut(0, from, out)
        bench.write('DOORBELL', 0)
        bench.settle()
        const into = bench.buffer(bytes)
        bench.build({ tag: 1, cdb: read10(lba, blocks), flags: K.BLOCK_FLAG_DATA_IN, data: into, bytes })
        cut(1, into, back)
        bench.write('DOORBELL', 1)
        bench.settle()
        expect(bench.take()).toMatchObject([
          { tag: 0, host: K.HOST_OK, bytes },
          { tag: 1, host: K.HOST_OK, bytes },
        ])
        expect(Buffer.compare(bench.memory.subarray(into, into + bytes), data)).toBe(0)
        expect(Buffer.compare(bench.store.bytes.subarray(lba * 512, lba * 512 + bytes), data)).toBe(0)
      }),
      { numRuns: 100 },
    )
  })
})

describe('bug classes of other emulated adapters', () => {
  it('alarms: all made at construction, none later', () => {
    const bench = new Bench()
    const created = alarmsOf(bench.clock)
    bench.startQueued()
    for (let t = 0; t < 64; t++) bench.start({ tag: t, cdb: TEST_UNIT_READY })
    bench.settle()
    expect(created.created).toBe(0)
  })

  it(`a storm of doorbells sets no more than ${ALARMS} alarms and refuses what is busy`, () => {
    const bench = new Bench()
    bench.startQueued()
    for (let i = 0; i < 10_000; i++) bench.write('DOORBELL', i % 70)
    bench.write('CONTROL', Control.enable | Control.queued)
    const fired = bench.clock.fired
    expect(bench.adapter.outstanding).toBe(64)
    bench.settle()
    expect(bench.clock.fired - fired).toBeLessThan(ALARMS * 8)
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('writing registers again and again never runs work inside the write', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.build({ tag: 0, cdb: TEST_UNIT_READY })
    const fired = bench.clock.fired
    for (const { offset } of bench.adapter.map.registers) bench.adapter.bar0.write(offset, 4, -1)
    expect(bench.clock.fired).toBe(fired)
    expect(bench.eventsOf(DeviceEvent.CommandFetched)).toEqual([])
  })

  it('a completion entry, a sense buffer and data in the adapter’s own registers change no register', () => {
    const bench = new Bench()
    bench.startQueued()
    const registers = () => bench.adapter.map.registers.map(({ name }) => bench.read(name))
    bench.build({ tag: 0, cdb: read10(0, 1), flags: K.BLOCK_FLAG_DATA_IN, data: bench.buffer(512), bytes: 512 })
    bench.element(0, 0, BAR_BASE + 0x98, 512)
    bench.build({ tag: 1, cdb: read10(0xffff, 1), flags: K.BLOCK_FLAG_DATA_IN, data: bench.buffer(512), bytes: 512 })
    putLe32(bench.memory, bench.blockAt(1) + K.BLOCK_SENSE_ADDRESS, BAR_BASE)
    bench.writeAddress('RING_BASE', BAR_BASE)
    const before = registers()
    bench.write('DOORBELL', 0)
    bench.write('DOORBELL', 1)
    bench.settle()
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toHaveLength(4)
    bench.write('INT_ACK', Cause.all)
    const changed = bench.adapter.map.registers.filter((_, i) => registers()[i] !== before[i]).map(({ name }) => name)
    expect(changed).toEqual(['ERROR_INFO'])
  })

  it('nothing of an earlier command reaches a later one', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.store.bytes.fill(0xee)
    const data = bench.buffer(4096)
    bench.command({ tag: 0, cdb: read10(0, 8), flags: K.BLOCK_FLAG_DATA_IN, data, bytes: 4096 })
    bench.memory.fill(0xcc, data, data + 4096)
    bench.command({ tag: 0, cdb: inquiry(255), flags: K.BLOCK_FLAG_DATA_IN, data, bytes: 255 })
    expect(bench.memory.subarray(data, data + 36).includes(0xee)).toBe(false)
    expect(bench.memory.subarray(data + 36, data + 4096).every(byte => byte === 0xcc)).toBe(true)
  })

  it.each([0, 1, 2, 3, 4, 8])('accesses of %i bytes: only aligned words reach a register', width => {
    const bench = new Bench()
    for (let at = 0; at < 0x200; at++) {
      const known = width === 4 && bench.adapter.map.registers.some(register => register.offset === at)
      bench.events.length = 0
      const value = bench.adapter.bar0.read(at, width)
      if (!known) {
        expect(value).toBe(allOnes(width))
        expect(bench.diagnostics()).toHaveLength(1)
        bench.adapter.bar0.write(at, width, -1)
        expect(bench.eventsOf(DeviceEvent.AdapterReset)).toEqual([])
      }
    }
  })

  it.each([
    ['ID', 1],
    ['CAPS', 1],
    ['STATUS', 1],
    ['INT_STATUS', 0x3f],
    ['DMA_READY', 1],
    ['CMD_STATUS', 1],
  ])('%s is read only', (register, value) => {
    const bench = new Bench()
    const before = bench.read(register)
    bench.write(register, value)
    expect(bench.read(register)).toBe(before)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.ReadOnlyWritten])
  })
})
