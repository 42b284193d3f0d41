// What a hostile or broken driver can do: nothing may throw, hang, or move a byte outside what was granted.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allOnes } from '../../address-space.ts'
import { PS } from '../../clock.ts'
import { putLe32 } from '../../little-endian.ts'
import { DeviceEvent } from '../../probe.ts'
import { putBe24 } from '../../scsi/big-endian.ts'
import type { CommandFaultAction } from '../faults.ts'
import { Control, K, SLOTS, Status } from './format.ts'
import { Bench, CCBS, MEMORY_WINDOW, PORT, pattern, read10, TABLES, TABLES_BYTES, write10 } from './testing/bench.ts'

/** One alarm a slot, and: outgoing, incoming, command port, reset, bus reset. */
const ALARMS = SLOTS + 5
const RUNS = 80
/** A list as long as it can be, its CCB, its mailboxes, its data, its sense data. */
const TRANSFERS_A_STEP = K.MAX_SG + 16
/** Linear memory that the adapter may not reach in `prepared`. */
const NOT_GRANTED = [
  [0x1_0000, TABLES],
  [TABLES + TABLES_BYTES, 0x20_0000],
  [0x20_4000, 0x40_0000],
] as const

type Step =
  | { do: 'begin'; strict: boolean }
  | { do: 'port'; offset: number; width: number; value: number }
  | { do: 'window'; offset: number; value: number }
  | { do: 'read'; offset: number; width: number }
  | { do: 'order'; opcode: number; parameters: number[] }
  | { do: 'tables'; at: number; value: number }
  | { do: 'mail'; box: number; action: number; slot: number }
  | { do: 'free' }
  | { do: 'ring' }
  | { do: 'advance'; us: number }
  | { do: 'alarm' }
  | { do: 'config'; at: number; value: number }
  | { do: 'unit'; attached: boolean }
  | { do: 'event'; kind: number }

const byte = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 2, 4, 7, 8, 0x10, 0x18, 0x20, 0x40, 0x80, 0x81, 0xff) },
  fc.nat(255),
)
const ADDRESSES = [0, 4, 0xffff_fff8, 0xffff_ffff, 0x1000_0000, TABLES, CCBS]

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('begin' as const), strict: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('port' as const),
      offset: fc.constantFrom(1, 1, 2, 3),
      width: fc.constantFrom(1, 1, 1, 1, 2, 4),
      value: byte,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('port' as const),
      offset: fc.constant(0),
      width: fc.constant(1),
      value: fc.oneof({ weight: 12, arbitrary: fc.constant(0x20) }, fc.constantFrom(0x10, 0x30, 0x40, 0x80, 0xff)),
    }),
  },
  fc.record({ do: fc.constant('window' as const), offset: fc.constantFrom(1, 2, 3, 5, 31, 32, 40), value: byte }),
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('read' as const), offset: fc.nat(3), width: fc.constantFrom(1, 1, 2) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      opcode: fc.oneof(fc.nat(255), fc.constantFrom(0x01, 0x05, 0x06, 0x21, 0x81, 0x8f, 0x90, 0x91, 0x95, 0x96)),
      parameters: fc.array(byte, { maxLength: 6 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('tables' as const),
      // Mailboxes, the first CCBs, the first lists.
      at: fc.oneof(
        fc.nat(0x7f),
        fc.nat(0xff).map(n => 0x2000 + n),
        fc.nat(0xff).map(n => 0x8000 + n),
      ),
      value: byte,
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('mail' as const),
      box: fc.nat(5),
      action: fc.constantFrom(1, 1, 1, 1, 2, 2, 0, 3, 0xff),
      slot: fc.constantFrom(0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('free' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('ring' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('advance' as const), us: fc.constantFrom(1, 5, 20, 100, 60_000) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('alarm' as const) }) },
  fc.record({
    do: fc.constant('config' as const),
    at: fc.constantFrom(4, 5, 12, 16, 17, 20, 23, 60),
    value: fc.nat(255),
  }),
  fc.record({ do: fc.constant('unit' as const), attached: fc.boolean() }),
  fc.record({ do: fc.constant('event' as const), kind: fc.nat(3) }),
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

/** Mailboxes, five CCBs that are valid to begin with, and the most transfers an alarm made. */
function prepared(actions: readonly number[] = [0]) {
  const bench = new Bench({ units: [[2, 9]], isa: 0x330 })
  bench.initialize(4, { ready: false })
  const data = bench.buffer(0x4000)
  for (let slot = 0; slot < 5; slot++)
    bench.build({ slot, target: slot === 4 ? 2 : 0, cdb: read10(slot, 2), data: data + 1024 * slot, bytes: 1024 })
  let asked = 0
  bench.adapter.faults = {
    decide: () => {
      const action = ACTIONS[actions[asked++ % actions.length]! % ACTIONS.length]
      return action && { action, index: 0, bytes: 7, delayPs: PS.us, hostStatus: 0x113 }
    },
  }
  const work = { inStep: 0, most: 0, created: 0 }
  for (const way of ['read', 'write'] as const) {
    const move = bench.dma[way].bind(bench.dma)
    bench.dma[way] = (pa, bytes, at, length) => {
      work.most = Math.max(work.most, ++work.inStep)
      return move(pa, bytes, at, length)
    }
  }
  const create = bench.clock.createAlarm.bind(bench.clock)
  bench.clock.createAlarm = (label, fire) => {
    work.created++
    return create(label, fire)
  }
  return { bench, work }
}

function play({ bench, work }: ReturnType<typeof prepared>, one: Step): void {
  work.inStep = 0
  switch (one.do) {
    case 'begin':
      bench.adapter.pci.writeConfig(0x10, Uint8Array.of(0x01, 0xe8, 0, 0, 0, 0, 0, 0x70), 0, 8)
      bench.adapter.pci.writeConfig(4, Uint8Array.of(0x07), 0, 1)
      bench.control(Control.softReset)
      bench.advance(6 * PS.ms)
      bench.initialize(4, { strict: one.strict, ready: false })
      break
    case 'port':
      bench.ports.write(PORT + one.offset, one.width, one.value)
      bench.adapter.registers.write(one.offset, one.width, one.value)
      break
    case 'window':
      bench.space.write(MEMORY_WINDOW + one.offset, 1, one.value)
      break
    case 'read':
      bench.ports.read(PORT + one.offset, one.width)
      bench.adapter.registers.read(one.offset, one.width)
      break
    case 'order':
      for (const value of [one.opcode, ...one.parameters]) {
        bench.write(value)
        bench.advance(10 * PS.us)
        work.inStep = 0
      }
      break
    case 'tables':
      bench.memory[TABLES + one.at] = one.value
      break
    case 'mail':
      // A command that was begun somewhere swallows the ring: bring it to its end first.
      for (let i = 0; i < 12 && (bench.status & Status.hostAdapterReady) === 0; i++) {
        bench.write(0)
        bench.advance(20 * PS.us)
        bench.readData()
        work.inStep = 0
      }
      if (one.slot === 5) bench.loadAddress(ADDRESSES[one.box]!, one.action, one.box % 4)
      else if (one.box > 3) bench.load(one.slot, one.action, one.box % 4)
      else bench.load(one.slot, one.action)
      bench.ring()
      break
    case 'free':
      bench.take()
      break
    case 'ring':
      bench.ring()
      break
    case 'advance': {
      const untilPs = bench.clock.nowPs + one.us * PS.us
      while (bench.clock.nextDuePs <= untilPs) {
        work.inStep = 0
        bench.clock.advanceToNextAlarm()
      }
      bench.clock.advanceTo(untilPs)
      break
    }
    case 'alarm':
      bench.clock.advanceToNextAlarm()
      break
    case 'config':
      bench.adapter.pci.writeConfig(one.at, Uint8Array.of(one.value), 0, 1)
      break
    case 'unit':
      if (one.attached === (bench.bus.unit(0, 0) !== undefined)) break
      if (one.attached) bench.bus.attach(0, 0, bench.disk)
      else bench.bus.detach(0, 0)
      break
    case 'event':
      if (one.kind === 0) bench.adapter.injectBusReset()
      else if (one.kind === 1) bench.adapter.injectCauses()
      else if (one.kind === 2) bench.adapter.injectReselection()
      else bench.adapter.injectCauses(0xff)
  }
}

const plan = fc.array(fc.nat(ACTIONS.length - 1), { minLength: 1, maxLength: 8 })
const steps = fc.array(step, { minLength: 40, maxLength: 160, size: 'max' })

describe('anything goes', () => {
  it('any registers, mailboxes, CCBs, lists, configuration space: nothing throws, work is bounded, a hard reset cures', () => {
    fc.assert(
      fc.property(steps, plan, (sequence, actions) => {
        const machine = prepared(actions)
        const { bench, work } = machine
        for (const one of sequence) {
          play(machine, one)
          expect(work.inStep).toBeLessThanOrEqual(TRANSFERS_A_STEP)
          expect(bench.adapter.outstanding).toBeLessThanOrEqual(SLOTS)
          expect(bench.pin.level).toBe(bench.adapter.causes() !== 0)
        }
        expect(work.created).toBe(0)
        bench.adapter.registers.write(0, 1, Control.hardReset)
        bench.settle()
        expect(bench.adapter.registers.read(0, 1)).toBe(Status.hostAdapterReady | Status.initializationRequired)
        expect([bench.adapter.outstanding, bench.pin.level]).toEqual([0, false])
      }),
      { numRuns: RUNS, seed: 958 },
    )
  })

  it('nothing outside what was granted is read or written', () => {
    const secret = pattern(0x40_0000, 5)
    fc.assert(
      fc.property(steps, sequence => {
        const machine = prepared()
        const { bench } = machine
        for (const [from, to] of NOT_GRANTED) bench.memory.set(secret.subarray(from, to), from)
        for (const one of sequence) play(machine, one)
        for (const [from, to] of NOT_GRANTED)
          expect(Buffer.compare(bench.memory.subarray(from, to), secret.subarray(from, to))).toBe(0)
      }),
      { numRuns: 30, seed: 959 },
    )
  })

  it('every tag ends at most once, and a reset takes those that have not', () => {
    fc.assert(
      fc.property(steps, plan, (sequence, actions) => {
        const machine = prepared(actions)
        for (const one of sequence) play(machine, one)
        const open = new Set<number>()
        for (const { kind, a } of machine.bench.events) {
          if (kind === DeviceEvent.AdapterReset) open.clear()
          else if (kind === DeviceEvent.CommandFetched) {
            expect(open.has(a & 0xff)).toBe(false)
            open.add(a & 0xff)
          } else if (kind === DeviceEvent.CommandFinished) {
            expect(open.has(a)).toBe(true)
            open.delete(a)
          }
        }
        expect(open.size).toBeLessThanOrEqual(machine.bench.adapter.outstanding)
      }),
      { numRuns: RUNS, seed: 960 },
    )
  })
})

describe.each([
  ['24-bit', true],
  ['32-bit', false],
])('%s', (_name, is24Bit) => {
  it('WRITE then READ through random lists gives back what was written', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 4095 }), { maxLength: 30 })
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 8 }), cuts, cuts, fc.nat(), (lba, blocks, out, back, seed) => {
        const bench = new Bench({ is24Bit })
        bench.initialize()
        const bytes = blocks * 512
        const data = pattern(bytes, seed)
        const run = (slot: number, cdb: number[], at: number, direction: number, places: readonly number[]) => {
          const marks = [...new Set([0, ...places.filter(n => n < bytes), bytes])].sort((a, b) => a - b)
          bench.build({ slot, opcode: K.OPCODE_INITIATOR_SG_RESIDUAL, cdb, direction })
          for (let i = 0; i + 1 < marks.length; i++)
            bench.element(slot, i, bench.slice.physicalOf(at + marks[i]!), marks[i + 1]! - marks[i]!)
          const length = (marks.length - 1) * (is24Bit ? K.SG24_SIZE : K.SG_SIZE)
          const list = bench.slice.physicalOf(bench.listAt(slot))
          const ccb = bench.ccbAt(slot)
          if (is24Bit) {
            putBe24(bench.memory, ccb + K.CCB24_DATA_LENGTH, length)
            putBe24(bench.memory, ccb + K.CCB24_DATA_ADDRESS, list)
          } else {
            putLe32(bench.memory, ccb + K.CCB_DATA_LENGTH, length)
            putLe32(bench.memory, ccb + K.CCB_DATA_ADDRESS, list)
          }
          bench.load(slot)
          bench.ring()
          bench.settle()
          expect(bench.take()).toMatchObject([{ slot, btstat: K.BTSTAT_OK, completion: K.COMPLETION_GOOD }])
          expect(bench.residual(slot)).toBe(0)
        }
        const from = bench.buffer(bytes)
        bench.memory.set(data, from)
        run(0, write10(lba, blocks), from, K.CONTROL_DATA_OUT, out)
        const into = bench.buffer(bytes)
        run(1, read10(lba, blocks), into, K.CONTROL_DATA_IN, back)
        expect(Buffer.compare(bench.memory.subarray(into, into + bytes), data)).toBe(0)
      }),
      { numRuns: 30, seed: 961 },
    )
  })
})

describe('numbers at their ends', () => {
  it.each([0, 1, 2, 254, 255])('%d mailboxes, all loaded with rubbish', count => {
    for (const strict of [true, false]) {
      const { bench, work } = prepared()
      bench.initialize(count, { strict, ready: false })
      bench.memory.fill(0xff, TABLES, TABLES + count * K.MAILBOX_SIZE)
      bench.ring()
      for (let i = 0; i < 5000 && bench.clock.advanceToNextAlarm(); i++) {
        expect(work.inStep).toBeLessThanOrEqual(8)
        work.inStep = 0
        bench.take()
        bench.control(Control.interruptReset)
      }
      expect([bench.clock.nextDuePs, bench.adapter.outstanding]).toEqual([Number.POSITIVE_INFINITY, 0])
    }
  })

  it('mailboxes that lie beyond memory, over themselves, at the end of the address space', () => {
    for (const address of [0, 0xffff_ffff, 0xffff_fff8, 0x7000_0000, PORT]) {
      const { bench } = prepared()
      bench.order(K.CMD_INITIALIZE_EXTENDED_MAILBOX, 255, ...[0, 8, 16, 24].map(shift => (address >>> shift) & 0xff))
      for (let i = 0; i < 10; i++) bench.ring()
      bench.settle()
      expect([bench.adapter.outstanding, bench.interrupt]).toEqual([0, 0])
    }
  })

  it('a list of 8192 elements of no bytes, and one of 8192 elements of 4 GiB', () => {
    for (const length of [0, 0xffff_ffff]) {
      const { bench, work } = prepared()
      bench.adapter.faults = undefined
      bench.command({})
      const list = bench.buffer(8192 * K.SG_SIZE)
      bench.slice.revoke(list, 8192 * K.SG_SIZE)
      bench.slice.makeContiguous(list, 8192 * K.SG_SIZE)
      bench.slice.grant(list, 8192 * K.SG_SIZE, 3)
      for (let i = 0; i < 8192; i++) putLe32(bench.memory, list + i * K.SG_SIZE, length)
      bench.build({ cdb: read10(0, 2), opcode: K.OPCODE_INITIATOR_SG_RESIDUAL, direction: K.CONTROL_DATA_IN })
      putLe32(bench.memory, bench.ccbAt(0) + K.CCB_DATA_LENGTH, 8192 * K.SG_SIZE)
      putLe32(bench.memory, bench.ccbAt(0) + K.CCB_DATA_ADDRESS, bench.slice.physicalOf(list))
      bench.load(0)
      bench.ring()
      while (bench.clock.advanceToNextAlarm()) work.inStep = 0
      expect(bench.take()).toMatchObject([{ btstat: length === 0 ? K.BTSTAT_DATA_OVERRUN : K.BTSTAT_HARDWARE_FAILURE }])
      expect(work.most).toBeLessThanOrEqual(TRANSFERS_A_STEP)
      expect(bench.adapter.outstanding).toBe(0)
    }
  })

  it('a storm of rings and commands sets no more alarms than there are, and runs nothing inside a write', () => {
    const { bench } = prepared()
    const { fired } = bench.clock
    for (let i = 0; i < 10_000; i++) {
      bench.loadAddress(bench.physicalCcb(i % 5), K.ACTION_START, i % 4)
      bench.ring()
      bench.write(i)
    }
    expect(bench.clock.fired).toBe(fired)
    expect(bench.adapter.outstanding).toBe(0)
    for (let i = 0; i < 1000; i++) bench.clock.advanceToNextAlarm()
    bench.control(Control.hardReset)
    bench.settle(ALARMS)
  })

  it('a removed adapter answers all ones whatever is done to it', () => {
    const { bench } = prepared()
    bench.ring()
    bench.adapter.remove()
    for (const offset of [0, 1, 2, 3]) {
      bench.adapter.registers.write(offset, 1, 0xff)
      expect(bench.adapter.registers.read(offset, 1)).toBe(allOnes(1))
    }
    bench.settle()
  })
})
