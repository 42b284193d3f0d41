// What a hostile or broken driver can do: nothing may throw, hang, or move a byte outside what was granted.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import { putLe32, putLe64 } from '../../little-endian.ts'
import { DeviceEvent } from '../../probe.ts'
import type { CommandFaultAction } from '../faults.ts'
import { K } from './format.ts'
import { BAR_BASE, Bench, firstDifference, pattern, QUEUE_MEMORY, rw } from './testing/bench.ts'

const RUNS = 60
/** Buffers granted in `prepared`. */
const DATA_BYTES = 0x4000
const BUFFERS = 0x40_0000
const LARGEST = 16 * 1023 + 256

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
  | { do: 'entry'; queue: number; index: number; at: number; value: number }
  | { do: 'list'; at: number; value: number }
  | { do: 'doorbell'; queue: number; head: boolean; value: number }
  | { do: 'advance'; us: number }
  | { do: 'alarm' }
  | { do: 'config'; at: number; value: number }
  | { do: 'unit'; attached: boolean }
  | { do: 'event'; kind: number }

const word = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 70 }) },
  fc.constantFrom(0x46_0001, 0x46_4001, 0x46_0201, 0x4e56_4d65, 0x001f_001f, 0x1000_0000, BAR_BASE, QUEUE_MEMORY),
  fc.constantFrom(0xff, 0xffff, 0x8000_0000, 0x7fff_ffff, 0xffff_ffff),
  fc.integer({ min: 0, max: 0xffff_ffff }),
)
const offset = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 0x10 }).map(n => 4 * n) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 40 }).map(n => 0x1000 + 4 * n) },
  fc.integer({ min: -8, max: 0x4010 }),
)
const queue = fc.integer({ min: 0, max: 2 })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      offset,
      width: fc.constantFrom(4, 4, 4, 4, 4, 2, 1, 3, 8),
      value: word,
    }),
  },
  fc.record({ do: fc.constant('read' as const), offset, width: fc.constantFrom(4, 4, 2, 1, 0, 8) }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('entry' as const),
      queue,
      index: fc.nat(15),
      at: fc.nat(15).map(n => 4 * n),
      value: word,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('list' as const), at: fc.nat(511), value: word }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('doorbell' as const),
      queue: fc.oneof({ weight: 6, arbitrary: queue }, fc.integer({ min: 0, max: 16 })),
      head: fc.boolean(),
      value: fc.oneof({ weight: 8, arbitrary: fc.nat(18) }, word),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), us: fc.nat(30) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('alarm' as const) }) },
  fc.record({ do: fc.constant('config' as const), at: fc.nat(63), value: fc.nat(255) }),
  fc.record({ do: fc.constant('unit' as const), attached: fc.boolean() }),
  fc.record({ do: fc.constant('event' as const), kind: fc.nat(2) }),
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

const OPCODES = [K.IO_READ, K.IO_WRITE, K.IO_FLUSH, K.IO_COMPARE, K.IO_WRITE_ZEROES, K.IO_DATASET_MANAGEMENT] as const
const ADMIN = [
  K.ADMIN_IDENTIFY,
  K.ADMIN_GET_LOG_PAGE,
  K.ADMIN_SET_FEATURES,
  K.ADMIN_GET_FEATURES,
  K.ADMIN_ABORT,
  K.ADMIN_ASYNC_EVENT,
  K.ADMIN_CREATE_CQ,
  K.ADMIN_CREATE_SQ,
  K.ADMIN_DELETE_SQ,
  K.ADMIN_DELETE_CQ,
] as const

/** Two I/O queues and valid commands in every entry, so that random damage meets something that works. */
function prepared(): { bench: Bench; list: number } {
  const bench = new Bench({ moreLuns: [1] })
  bench.start({ sqSize: 16, cqSize: 8 })
  bench.createPair(2, { sqSize: 16, cqSize: 16 })
  const data = bench.buffer(DATA_BYTES)
  const list = bench.buffer(4096)
  for (let i = 0; i < 512; i++) putLe64(bench.memory, list + i * 8, bench.pa(data + (i % 4) * 4096))
  for (let i = 0; i < 16; i++) {
    for (const id of [1, 2])
      bench.put(id, {
        ...rw(OPCODES[i % OPCODES.length]!, i, 1 + (i % 3) * 16, { nsid: 1 + (i & 1) }),
        prp1: bench.pa(data) + (i & 4) * 64,
        prp2: i % 3 === 1 ? bench.pa(data + 4096) : bench.pa(list),
        cid: i,
        ...(OPCODES[i % OPCODES.length] === K.IO_DATASET_MANAGEMENT ? { cdw10: 3, cdw11: 4 } : {}),
      })
    bench.put(0, { opcode: ADMIN[i % ADMIN.length]!, prp1: bench.pa(data), cdw10: 1 + i, nsid: i & 1 })
  }
  return { bench, list }
}

function play(bench: Bench, list: number, one: Step): void {
  switch (one.do) {
    case 'write':
      bench.space.write(BAR_BASE + one.offset, one.width, one.value | 0)
      bench.adapter.bar0.write(one.offset, one.width, one.value | 0)
      return
    case 'read':
      bench.space.read(BAR_BASE + one.offset, one.width)
      bench.adapter.bar0.read(one.offset, one.width)
      return
    case 'entry':
      putLe32(bench.memory, bench.sqMemory(one.queue) + one.index * 64 + one.at, one.value)
      return
    case 'list':
      putLe32(bench.memory, list + one.at * 8, one.value)
      return
    case 'doorbell':
      bench.write(one.head ? `CQ${one.queue}_HEAD` : `SQ${one.queue}_TAIL`, one.value | 0)
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
      else if (one.kind === 1) bench.adapter.injectReselection()
      else bench.adapter.injectCauses()
  }
}

describe('properties', () => {
  test('random registers, entries, lists, PCI configuration, units and faults: nothing throws, nothing stays', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.array(fc.nat(ACTIONS.length - 1), { minLength: 1, maxLength: 8 }),
        (steps, plan) => {
          const { bench, list } = prepared()
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
            play(bench, list, one)
            expect(bench.adapter.outstanding).toBeLessThanOrEqual(LARGEST)
            expect(bench.pin.level).toBe(bench.adapter.causes() !== 0)
          }
          bench.settle(20_000)
          expect(created.created).toBe(0)
          for (const [from, to] of [
            [0, QUEUE_MEMORY],
            [BUFFERS + DATA_BYTES + 4096, bench.memory.length],
          ] as const)
            expect(Buffer.compare(bench.memory.subarray(from, to), before.subarray(from, to))).toBe(0)
          // Whatever happened: a controller reset brings it back.
          bench.adapter.faults = undefined
          bench.adapter.pci!.writeConfig(0x10, Uint8Array.of(0, 0, 0, 0x70), 0, 4)
          bench.adapter.pci!.writeConfig(4, Uint8Array.of(0x06), 0, 1)
          bench.write('CC', 0)
          bench.settle()
          expect(bench.adapter.outstanding).toBe(0)
          bench.start()
          expect(bench.io(rw(K.IO_WRITE_ZEROES, 0, 1, { nsid: 2 })).code).toBe(0)
        },
      ),
      { numRuns: RUNS },
    )
  })

  test('any entry and any list: one completion each, and no endless walk', () => {
    const entry = fc.array(word, { minLength: 16, maxLength: 16 })
    const list = fc.array(fc.tuple(fc.nat(511), fc.oneof(word, fc.constant(-1))), { maxLength: 20 })
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 6 }), list, fc.nat(511), (entries, changes, skip) => {
        const { bench, list: at } = prepared()
        for (const [i, value] of changes)
          putLe64(bench.memory, at + i * 8, value < 0 ? bench.pa(at) + 8 * (i & 1) : value)
        entries.forEach((words, i) => {
          const to = bench.sqMemory(1) + i * 64
          words.forEach((value, w) => {
            putLe32(bench.memory, to + 4 * w, value)
          })
          if (i % 2 === 0) {
            // Something that is nearly right.
            bench.memory[to] = OPCODES[words[0]! % OPCODES.length]!
            bench.memory[to + 1] = 0
            putLe32(bench.memory, to + K.SQE_NSID, 1)
            putLe64(bench.memory, to + K.SQE_PRP1, bench.pa(BUFFERS))
            putLe64(bench.memory, to + K.SQE_PRP2, bench.pa(at) + 8 * skip)
            putLe64(bench.memory, to + K.SQE_CDW10, words[10]! % 256)
            putLe32(bench.memory, to + K.SQE_CDW12, words[12]! % 256)
          }
        })
        bench.write('SQ1_TAIL', entries.length)
        bench.settle(20_000)
        expect(bench.take(1)).toHaveLength(entries.length)
        expect(bench.eventsOf(DeviceEvent.CommandFetched)).toHaveLength(entries.length)
        expect(bench.eventsOf(DeviceEvent.CommandFinished)).toHaveLength(entries.length)
        expect(bench.read('CSTS')).toBe(1)
      }),
      { numRuns: RUNS },
    )
  })

  test('WRITE then READ through any offset and any list gives back what was written', () => {
    const shape = fc.record({ skip: fc.nat(1023).map(n => 4 * n), list: fc.nat(511).map(n => 8 * n) })
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.integer({ min: 1, max: 64 }),
        shape,
        shape,
        fc.nat(),
        (lba, blocks, out, back, seed) => {
          const bench = new Bench()
          bench.start()
          const bytes = blocks * 512
          const data = pattern(bytes, seed)
          const from = bench.buffer(bytes, 1, out.skip)
          const into = bench.buffer(bytes, 2, back.skip)
          bench.memory.set(data, from)
          expect(bench.io(rw(K.IO_WRITE, lba, blocks, bench.prps(from, bytes, out.list))).code).toBe(0)
          expect(bench.io(rw(K.IO_READ, lba, blocks, bench.prps(into, bytes, back.list))).code).toBe(0)
          expect(firstDifference(bench.memory.subarray(into, into + bytes), data)).toBe(-1)
          expect(bench.dma.faults).toBe(0)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('every command ends exactly once, whatever is aborted and however slowly the host consumes', () => {
    const order = fc.record({ abort: fc.boolean(), alarms: fc.nat(5), consume: fc.boolean() })
    fc.assert(
      fc.property(fc.array(order, { minLength: 1, maxLength: 60 }), orders => {
        const bench = new Bench()
        bench.start({ sqSize: 256, cqSize: 4 })
        const data = bench.buffer(512)
        const ended: number[] = []
        const take = () => ended.push(...bench.take(1).map(c => c.cid))
        orders.forEach(({ abort, alarms, consume }, i) => {
          bench.submit(1, rw(K.IO_READ, i, 1, { data, cid: i }))
          if (abort) bench.submit(0, { opcode: K.ADMIN_ABORT, cdw10: 1 | ((i >> 1) << 16) })
          for (let n = 0; n < alarms; n++) bench.clock.advanceToNextAlarm()
          if (consume) take()
          bench.take(0)
        })
        for (let i = 0; i < 40; i++) {
          bench.settle()
          take()
          bench.take(0)
        }
        expect(ended.sort((a, b) => a - b)).toEqual(orders.map((_, i) => i))
        expect(bench.adapter.outstanding).toBe(0)
      }),
      { numRuns: RUNS / 2 },
    )
  })
})

describe('bug classes of other emulated adapters', () => {
  test('a storm of doorbells sets a few alarms', () => {
    const bench = new Bench()
    bench.start()
    const fired = bench.clock.fired
    for (let i = 0; i < 10_000; i++) bench.write(`SQ${i % 3}_TAIL`, i % 100)
    bench.settle()
    expect(bench.clock.fired - fired).toBeLessThan(1000)
    expect(bench.read('CSTS')).toBe(1)
  })

  test('writing registers again and again never runs work inside the write', () => {
    const bench = new Bench()
    bench.start()
    const fired = bench.clock.fired
    for (const { offset: at } of bench.adapter.map.registers) if (at !== 0x14) bench.adapter.bar0.write(at, 4, -1)
    expect(bench.clock.fired).toBe(fired)
    expect(bench.eventsOf(DeviceEvent.CommandFetched)).toEqual([])
  })

  test('queues, lists and data in the controller’s own registers change no register', () => {
    const bench = new Bench()
    bench.start()
    const registers = () =>
      bench.adapter.map.registers.filter(r => r.offset < 0x1000).map(({ name }) => bench.read(name))
    const before = registers()
    const data = bench.buffer(4096)
    bench.io(rw(K.IO_READ, 0, 1, { prp1: BAR_BASE + 0x14 }))
    bench.io(rw(K.IO_READ, 0, 64, { prp1: bench.pa(data), prp2: BAR_BASE + 0x1000 }))
    bench.admin({ opcode: K.ADMIN_IDENTIFY, cdw10: 1, prp1: BAR_BASE })
    expect(registers()).toEqual(before)
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toHaveLength(3)
  })

  test('nothing of an earlier command reaches a later one', () => {
    const bench = new Bench()
    bench.start()
    bench.store.write(0, 8, new Uint8Array(4096).fill(0xee), 0)
    const data = bench.buffer(4096)
    bench.io(rw(K.IO_READ, 0, 8, { data }))
    const { data: page } = bench.page({ opcode: K.ADMIN_IDENTIFY, cdw10: K.CNS_ACTIVE_LIST })
    expect(page.includes(0xee)).toBe(false)
  })
})
