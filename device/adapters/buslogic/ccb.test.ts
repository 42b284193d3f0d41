// What a CCB says, and how it comes back. Sources by letter as in host-commands.test.ts.

import { describe, expect, it } from 'vitest'
import { fixedLatency } from '../../block/store.ts'
import { GrantAccess } from '../../bus-memory.ts'
import { PS } from '../../clock.ts'
import { putLe32 } from '../../little-endian.ts'
import { BusWords, DeviceEvent, HostStatus } from '../../probe.ts'
import { K } from './format.ts'
import { Bench, inquiry, pattern, type Request, read10, write10 } from './testing/bench.ts'

const IN = K.CONTROL_DATA_IN
const OUT = K.CONTROL_DATA_OUT
const NONE = K.CONTROL_DIRECTION_MASK
const GOOD = { btstat: K.BTSTAT_OK, status: 0, completion: K.COMPLETION_GOOD }

describe.each([
  ['24-bit', true],
  ['32-bit', false],
])('%s CCBs', (_name, is24Bit) => {
  it.each([
    ['A L F N: one buffer', K.OPCODE_INITIATOR, 2048],
    ['A L F N: a list', K.OPCODE_INITIATOR_SG, 20_000],
    ['A L F: one buffer with residual', K.OPCODE_INITIATOR_RESIDUAL, 2048],
    ['A L F: a list with residual', K.OPCODE_INITIATOR_SG_RESIDUAL, 20_000],
  ])('%s', (_what, opcode, size) => {
    const bench = new Bench({ is24Bit })
    bench.initialize()
    const blocks = Math.floor(size / 512)
    const bytes = blocks * 512
    const written = bench.buffer(bytes, GrantAccess.read)
    const back = bench.buffer(bytes, GrantAccess.write)
    bench.memory.set(pattern(bytes, 3), written)
    expect(bench.command({ opcode, cdb: write10(5, blocks), data: written, bytes, direction: OUT })).toMatchObject(GOOD)
    expect(bench.command({ opcode, cdb: read10(5, blocks), data: back, bytes, direction: IN })).toMatchObject(GOOD)
    expect(bench.memory.subarray(back, back + bytes)).toEqual(pattern(bytes, 3))
    const isResidual = opcode === K.OPCODE_INITIATOR_RESIDUAL || opcode === K.OPCODE_INITIATOR_SG_RESIDUAL
    if (isResidual) expect(bench.residual()).toBe(0)
    expect(bench.eventsOf(DeviceEvent.DmaMoved)).toMatchObject([
      { b: bytes, c: 0 },
      { b: bytes, c: 1 },
    ])
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([
      { b: 0, c: HostStatus.ok, d: bytes },
      { b: 0, c: HostStatus.ok, d: bytes },
    ])
  })

  it('A V B: autosense: 0 means 14 bytes, 1 none, others as many as there are', () => {
    for (const [sense, expected] of [
      [0, 14],
      [1, 0],
      [8, 8],
      [252, 18],
    ] as const) {
      const bench = new Bench({ is24Bit })
      bench.initialize()
      const at = is24Bit ? bench.ccbAt(0) + K.CCB_CDB + 6 : bench.senseAt(0)
      bench.memory.fill(0, bench.senseAt(0), bench.senseAt(0) + 20)
      const end = bench.command({ cdb: [0xee, 0, 0, 0, 0, 0], sense })
      expect(end).toMatchObject({ btstat: K.BTSTAT_OK, status: 2, completion: K.COMPLETION_ERROR })
      const [finished] = bench.eventsOf(DeviceEvent.CommandFinished)
      expect(finished!.c).toBe(HostStatus.ok | (expected << 8))
      if (expected > 0) expect(bench.memory[at]! & 0x7f).toBe(0x70)
      expect(bench.memory[at + 2]).toBe(expected > 0 ? 5 : 0)
      // Delivered sense data is not kept for REQUEST SENSE.
      const data = bench.buffer(18)
      bench.command({ cdb: [3, 0, 0, 0, 18, 0], data, bytes: 18, direction: IN })
      expect(bench.memory[data + 2]! & 15).toBe(expected > 0 ? 0 : 5)
    }
  })
})

describe('wide targets and LUNs', () => {
  const units = [
    [15, 0],
    [2, 5],
    [2, 40],
  ] as const
  it.each<[string, boolean, Request, number]>([
    ['L F: target 15', false, { target: 15 }, K.BTSTAT_OK],
    ['L F: LUN of 3 bits', false, { target: 2, lun: 5 }, K.BTSTAT_OK],
    ['L: LUN of 6 bits in the wide format', true, { target: 2, lun: 40 }, K.BTSTAT_OK],
    ['… which is not valid in the other', false, { target: 2, lun: 8 }, K.BTSTAT_INVALID_PARAMETER],
    ['V: target 16', false, { target: 16 }, K.BTSTAT_INVALID_PARAMETER],
    ['A L F: nobody there', false, { target: 9 }, K.BTSTAT_SELECTION_TIMEOUT],
  ])('%s', (_what, wide, request, btstat) => {
    const bench = new Bench({ units })
    bench.initialize(4, { wide })
    expect(bench.command(request)).toMatchObject({ btstat, status: 0 })
    expect(bench.eventsOf(DeviceEvent.CommandFetched)).toMatchObject([{ c: (request.lun ?? 0) & (wide ? 63 : 7) }])
  })

  it('A: the selection time-out can be changed, and switched off', () => {
    const bench = new Bench()
    bench.initialize()
    bench.order(K.CMD_SET_SELECTION_TIMEOUT, 1, 0, 0, 20)
    const fromPs = bench.clock.nowPs
    bench.command({ target: 5 })
    expect(Math.round((bench.clock.nowPs - fromPs) / PS.ms)).toBe(20)
    bench.order(K.CMD_SET_SELECTION_TIMEOUT, 0, 0, 0, 20)
    bench.start({ target: 5 })
    bench.settle()
    expect([bench.take(), bench.adapter.outstanding]).toEqual([[], 1])
    bench.load(0, K.ACTION_ABORT)
    bench.ring()
    bench.settle()
    expect(bench.take()).toMatchObject([{ completion: K.COMPLETION_ABORTED }])
  })
})

describe('tags', () => {
  it.each([
    ['L F: simple', K.TAG_ENABLE | K.TAG_SIMPLE, 1],
    ['L F: ordered', K.TAG_ENABLE | K.TAG_ORDERED, 2],
    ['L F: head of queue', K.TAG_ENABLE | K.TAG_HEAD, 3],
    ['L F: the type means nothing without enable', K.TAG_ORDERED, 0],
  ])('%s, in both formats', (_what, tag, attribute) => {
    for (const wide of [false, true]) {
      const bench = new Bench()
      bench.initialize(4, { wide })
      expect(bench.command({ tag })).toMatchObject(GOOD)
      expect(bench.eventsOf(DeviceEvent.CommandFetched)[0]!.b >> 8).toBe(BusWords.told | attribute)
    }
  })

  it('the reserved type', () => {
    const bench = new Bench()
    bench.initialize()
    expect(bench.command({ tag: K.TAG_ENABLE | K.TAG_TYPE_MASK })).toMatchObject({ btstat: K.BTSTAT_INVALID_PARAMETER })
  })

  it('untagged commands of one unit run one after another, tagged ones together', () => {
    for (const [tag, ms] of [
      [0, 30],
      [K.TAG_ENABLE, 10],
    ] as const) {
      const bench = new Bench({ latency: fixedLatency({ readPs: 10 * PS.ms, writePs: 0, blockPs: 0, otherPs: 0 }) })
      bench.initialize()
      const fromPs = bench.clock.nowPs
      for (const slot of [0, 1, 2])
        bench.start({ slot, tag, cdb: read10(0, 1), data: bench.buffer(512), bytes: 512, direction: IN })
      bench.settle()
      expect(bench.take().map(m => m.slot)).toEqual([0, 1, 2])
      expect(Math.round((bench.clock.nowPs - fromPs) / PS.ms)).toBe(ms)
    }
  })
})

describe('direction and length', () => {
  const DATA_OVERRUN = { btstat: K.BTSTAT_DATA_OVERRUN, status: 0, completion: K.COMPLETION_ERROR }
  it.each<[string, Request & { bytes: number }, object, { moved: number; host: number; residual?: number }]>([
    [
      'L: unchecked, fewer bytes: no error',
      { bytes: 100, direction: 0 },
      GOOD,
      { moved: 36, host: HostStatus.underrun },
    ],
    [
      'R: checked, one plain buffer, fewer bytes: no error',
      { bytes: 100, direction: IN },
      GOOD,
      { moved: 36, host: HostStatus.underrun },
    ],
    [
      'L: checked, a list, fewer bytes: 12h',
      { bytes: 100, direction: IN, opcode: K.OPCODE_INITIATOR_SG },
      DATA_OVERRUN,
      { moved: 36, host: HostStatus.underrun },
    ],
    [
      'F: with residual: what did not move',
      { bytes: 100, direction: IN, opcode: K.OPCODE_INITIATOR_RESIDUAL },
      DATA_OVERRUN,
      { moved: 36, host: HostStatus.underrun, residual: 64 },
    ],
    [
      'V B: unchecked, with residual',
      { bytes: 100, direction: 0, opcode: K.OPCODE_INITIATOR_RESIDUAL },
      GOOD,
      { moved: 36, host: HostStatus.underrun, residual: 64 },
    ],
    [
      'A L: more bytes than there is room',
      { bytes: 20, direction: IN },
      DATA_OVERRUN,
      { moved: 20, host: HostStatus.overrun },
    ],
    [
      'F: … with a residual below 0',
      { bytes: 20, direction: IN, opcode: K.OPCODE_INITIATOR_RESIDUAL },
      DATA_OVERRUN,
      { moved: 20, host: HostStatus.overrun, residual: -16 },
    ],
    [
      'the wrong direction moves nothing',
      { bytes: 36, direction: OUT },
      DATA_OVERRUN,
      { moved: 0, host: HostStatus.overrun },
    ],
    [
      'V B: no data: nothing moves',
      { bytes: 36, direction: NONE },
      DATA_OVERRUN,
      { moved: 0, host: HostStatus.overrun },
    ],
    ['exactly', { bytes: 36, direction: IN }, GOOD, { moved: 36, host: HostStatus.ok }],
  ])('%s', (_what, request, end, { moved, host, residual }) => {
    const bench = new Bench()
    bench.initialize()
    const data = bench.buffer(128)
    bench.memory.fill(0xee, data, data + 128)
    expect(bench.command({ ...request, cdb: inquiry(36), data })).toMatchObject(end)
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ b: 0, c: host, d: moved }])
    expect(bench.memory.subarray(data, data + 128).indexOf(0xee)).toBe(moved)
    if (residual !== undefined) expect(bench.residual()).toBe(residual)
    else expect(bench.residual()).toBe(request.opcode === K.OPCODE_INITIATOR_SG ? K.SG_SIZE : request.bytes)
  })

  it('no data wanted and none there', () => {
    const bench = new Bench()
    bench.initialize()
    for (const direction of [0, NONE]) expect(bench.command({ direction, bytes: 0 })).toMatchObject(GOOD)
    // V: a CCB with a buffer for a command without data
    expect(bench.command({ direction: 0, bytes: 2048, data: bench.buffer(2048) })).toMatchObject(GOOD)
  })
})

describe('CCBs that are not valid', () => {
  it.each<[string, (bench: Bench, at: number) => void, number]>([
    [
      'A L F N: target mode',
      (b, at) => {
        b.memory[at] = K.OPCODE_TARGET
      },
      K.BTSTAT_INVALID_OPCODE,
    ],
    [
      'A L F N B: unknown opcode',
      (b, at) => {
        b.memory[at] = 0x05
      },
      K.BTSTAT_INVALID_OPCODE,
    ],
    [
      'A L F N B: unknown opcode',
      (b, at) => {
        b.memory[at] = 0x80
      },
      K.BTSTAT_INVALID_OPCODE,
    ],
    [
      'V: a CDB of 13 bytes',
      (b, at) => {
        b.memory[at + K.CCB_CDB_LENGTH] = 13
      },
      K.BTSTAT_INVALID_PARAMETER,
    ],
    [
      'a CDB of no bytes',
      (b, at) => {
        b.memory[at + K.CCB_CDB_LENGTH] = 0
      },
      K.BTSTAT_INVALID_PARAMETER,
    ],
    [
      'N: an empty list',
      (b, at) => {
        b.memory[at] = K.OPCODE_INITIATOR_SG
      },
      K.BTSTAT_INVALID_PARAMETER,
    ],
    [
      'L F: half an element',
      (b, at) => {
        b.memory[at] = 2
        putLe32(b.memory, at + 4, 12)
      },
      K.BTSTAT_INVALID_PARAMETER,
    ],
    [
      'L F V: a list of 8193 elements',
      (b, at) => {
        b.memory[at] = 4
        putLe32(b.memory, at + 4, 8193 * 8)
      },
      K.BTSTAT_INVALID_PARAMETER,
    ],
    [
      'a list that is as long as it can be, and nowhere',
      (b, at) => {
        b.memory[at] = 4
        putLe32(b.memory, at + 4, 8192 * 8)
      },
      K.BTSTAT_HARDWARE_FAILURE,
    ],
  ])('%s', (_what, spoil, btstat) => {
    const bench = new Bench()
    bench.initialize()
    bench.build({})
    spoil(bench, bench.ccbAt(0))
    bench.load(0)
    bench.ring()
    bench.settle()
    expect(bench.take()).toMatchObject([{ slot: 0, btstat, status: 0, completion: K.COMPLETION_ERROR }])
    expect(bench.memory[bench.ccbAt(0) + K.CCB_BTSTAT]).toBe(btstat)
    const host = btstat === K.BTSTAT_HARDWARE_FAILURE ? HostStatus.dmaError : HostStatus.badCommand
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ c: host, d: 0 }])
  })

  it('N: a CCB that is under way already', () => {
    const bench = new Bench({ latency: fixedLatency({ readPs: PS.ms, writePs: 0, blockPs: 0, otherPs: 0 }) })
    bench.initialize()
    bench.start({ cdb: read10(0, 1), data: bench.buffer(512), bytes: 512, direction: IN })
    bench.advance(100 * PS.us)
    bench.load(0)
    bench.ring()
    bench.settle()
    expect(bench.take()).toMatchObject([
      { slot: 0, btstat: K.BTSTAT_DUPLICATE_CCB, completion: K.COMPLETION_ERROR },
      { slot: 0, ...GOOD },
    ])
  })

  it('what the driver changes after the CCB was fetched does not matter', () => {
    const bench = new Bench({ latency: fixedLatency({ readPs: PS.ms, writePs: 0, blockPs: 0, otherPs: 0 }) })
    bench.initialize()
    const data = bench.buffer(512)
    bench.store.bytes.fill(0x5a, 0, 512)
    bench.start({ opcode: K.OPCODE_INITIATOR_SG, cdb: read10(0, 1), data, bytes: 512, direction: IN })
    bench.advance(500 * PS.us)
    bench.memory.fill(0xff, bench.ccbAt(0), bench.ccbAt(0) + 40)
    bench.memory.fill(0xff, bench.listAt(0), bench.listAt(0) + 64)
    bench.settle()
    expect(bench.take()).toMatchObject([GOOD])
    expect(bench.memory[data + 511]).toBe(0x5a)
  })
})

describe('bus device reset', () => {
  it('L F: what the target was doing ends with 25h, then the reset itself; others go on', () => {
    const bench = new Bench({
      units: [[1, 0]],
      latency: fixedLatency({ readPs: PS.ms, writePs: 0, blockPs: 0, otherPs: 0 }),
    })
    bench.initialize()
    const read = { cdb: read10(0, 1), data: bench.buffer(512), bytes: 512, direction: IN }
    bench.start({ slot: 0, target: 0, ...read })
    bench.start({ slot: 1, target: 0, ...read })
    bench.start({ slot: 2, target: 1, ...read })
    bench.advance(100 * PS.us)
    bench.start({ slot: 3, target: 0, opcode: K.OPCODE_BUS_DEVICE_RESET, cdb: [], direction: NONE })
    bench.settle()
    expect(bench.take()).toMatchObject([
      { slot: 0, btstat: K.BTSTAT_BUS_DEVICE_RESET, completion: K.COMPLETION_ERROR },
      { slot: 1, btstat: K.BTSTAT_BUS_DEVICE_RESET, completion: K.COMPLETION_ERROR },
      { slot: 3, ...GOOD },
      { slot: 2, ...GOOD },
    ])
    expect(bench.command({ target: 0 })).toMatchObject({ status: 2 })
    expect(bench.command({ target: 1 })).toMatchObject(GOOD)
    expect(bench.eventsOf(DeviceEvent.CommandFetched)).toHaveLength(5)
  })

  it('of a target that is not there', () => {
    const bench = new Bench()
    bench.initialize()
    const end = bench.command({ target: 4, opcode: K.OPCODE_BUS_DEVICE_RESET, cdb: [] })
    expect(end).toMatchObject({ btstat: K.BTSTAT_SELECTION_TIMEOUT, completion: K.COMPLETION_ERROR })
  })
})

describe('memory that is not granted', () => {
  it('data: 20h, and what moved before is told', () => {
    const bench = new Bench()
    bench.initialize()
    const data = bench.buffer(8192, 0)
    bench.slice.grant(data, 4096, GrantAccess.write)
    expect(bench.command({ cdb: read10(0, 16), data, bytes: 8192, direction: IN })).toMatchObject({
      btstat: K.BTSTAT_HARDWARE_FAILURE,
      completion: K.COMPLETION_ERROR,
    })
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ c: HostStatus.dmaError, d: 4096 }])
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toHaveLength(1)
  })

  it('sense data: 1Bh', () => {
    const bench = new Bench()
    bench.initialize()
    bench.build({ cdb: [0xee, 0, 0, 0, 0, 0] })
    putLe32(bench.memory, bench.ccbAt(0) + K.CCB_SENSE_ADDRESS, 0x0bad_0000)
    bench.load(0)
    bench.ring()
    bench.settle()
    expect(bench.take()).toMatchObject([{ btstat: K.BTSTAT_SENSE_FAILED, status: 2, completion: K.COMPLETION_ERROR }])
  })

  it('bus mastering off: nothing is read, nothing moves', () => {
    const bench = new Bench()
    bench.initialize()
    bench.adapter.pci.writeConfig(4, Uint8Array.of(3), 0, 1)
    bench.start({})
    bench.settle()
    expect([bench.take(), bench.adapter.outstanding]).toEqual([[], 0])
  })
})

it('a unit that goes away in mid-command: 13h', () => {
  const bench = new Bench({ latency: fixedLatency({ readPs: PS.ms, writePs: 0, blockPs: 0, otherPs: 0 }) })
  bench.initialize()
  bench.start({ cdb: read10(0, 1), data: bench.buffer(512), bytes: 512, direction: IN })
  bench.advance(100 * PS.us)
  bench.bus.detach(0, 0)
  bench.settle()
  expect(bench.take()).toMatchObject([{ btstat: K.BTSTAT_UNEXPECTED_BUS_FREE, completion: K.COMPLETION_ERROR }])
})
