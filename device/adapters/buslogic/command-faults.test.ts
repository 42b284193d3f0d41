// What a fault plan does to commands, and how a driver learns of it.
import { describe, expect, it } from 'vitest'
import { PS } from '../../clock.ts'
import { DeviceEvent, HostStatus } from '../../probe.ts'
import type { CommandFault } from '../faults.ts'
import { BUSLOGIC_IMMUNITY } from './adapter.ts'
import { Control, K } from './format.ts'
import { Bench, pattern, type Request, read10, TEST_UNIT_READY, write10 } from './testing/bench.ts'

const IN = K.CONTROL_DATA_IN
const OUT = K.CONTROL_DATA_OUT

function under(fault: CommandFault, request: Request = {}) {
  const bench = new Bench()
  bench.initialize()
  bench.store.bytes.fill(0x5a)
  const data = bench.buffer(1024)
  const read = { slot: 3, opcode: K.OPCODE_INITIATOR_SG, cdb: read10(0, 2), data, bytes: 1024, direction: IN }
  bench.adapter.faults = { decide: () => fault }
  bench.start({ ...read, ...request })
  bench.settle()
  return { bench, data, mail: bench.take(), finished: bench.eventsOf(DeviceEvent.CommandFinished) }
}

describe('faults of a command', () => {
  it.each<[CommandFault, { btstat: number; host: number; bytes: number }]>([
    [
      { action: 'selection-timeout', index: 0 },
      { btstat: K.BTSTAT_SELECTION_TIMEOUT, host: HostStatus.selectionTimeout, bytes: 0 },
    ],
    [
      { action: 'parity', index: 0, bytes: 300 },
      { btstat: K.BTSTAT_PARITY, host: HostStatus.parity, bytes: 300 },
    ],
    [
      { action: 'parity', index: 0 },
      { btstat: K.BTSTAT_PARITY, host: HostStatus.parity, bytes: 0 },
    ],
    [
      { action: 'unexpected-disconnect', index: 0, bytes: 9999 },
      { btstat: K.BTSTAT_UNEXPECTED_BUS_FREE, host: HostStatus.unexpectedDisconnect, bytes: 1024 },
    ],
    [
      { action: 'delay', index: 0, delayPs: PS.ms },
      { btstat: K.BTSTAT_OK, host: HostStatus.ok, bytes: 1024 },
    ],
    [
      { action: 'overrun', index: 0 },
      { btstat: K.BTSTAT_DATA_OVERRUN, host: HostStatus.overrun, bytes: 1024 },
    ],
    [
      { action: 'underrun', index: 0, bytes: 24 },
      { btstat: K.BTSTAT_DATA_OVERRUN, host: HostStatus.underrun, bytes: 1000 },
    ],
    [
      { action: 'underrun', index: 0 },
      { btstat: K.BTSTAT_DATA_OVERRUN, host: HostStatus.underrun, bytes: 0 },
    ],
    [
      { action: 'dma-error', index: 0 },
      { btstat: K.BTSTAT_HARDWARE_FAILURE, host: HostStatus.dmaError, bytes: 0 },
    ],
    [
      { action: 'host-status', index: 0, hostStatus: K.BTSTAT_INVALID_PHASE },
      { btstat: K.BTSTAT_INVALID_PHASE, host: HostStatus.unexpectedDisconnect, bytes: 0 },
    ],
    [
      { action: 'host-status', index: 0, hostStatus: 0x14d },
      { btstat: 0x4d, host: HostStatus.badCommand, bytes: 0 },
    ],
  ])('%o', (fault, { btstat, host, bytes }) => {
    const { bench, data, mail, finished } = under(fault)
    const completion = btstat === K.BTSTAT_OK ? K.COMPLETION_GOOD : K.COMPLETION_ERROR
    expect(mail).toMatchObject([{ slot: 3, btstat, status: 0, completion }])
    expect(bench.memory[bench.ccbAt(3) + K.CCB_BTSTAT]).toBe(btstat)
    expect(finished).toMatchObject([{ a: 0, b: 0, c: host, d: bytes }])
    expect(bench.memory.subarray(data, data + 1024).indexOf(0)).toBe(bytes === 1024 ? -1 : bytes)
    expect(bench.eventsOf(DeviceEvent.FaultInjected)).toMatchObject([{ a: 0, b: 0 }])
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('with residual: an overrun is told below 0, an underrun above', () => {
    const opcode = K.OPCODE_INITIATOR_SG_RESIDUAL
    expect(under({ action: 'overrun', index: 0 }, { opcode }).bench.residual(3)).toBe(-1)
    expect(under({ action: 'underrun', index: 0, bytes: 24 }, { opcode }).bench.residual(3)).toBe(24)
  })

  it.each(['drop', 'lost-completion'] as const)('%s: nothing comes until an abort, a bus reset, or a reset', action => {
    for (const remedy of ['abort', 'bus', 'soft'] as const) {
      const { bench, mail, data } = under({ action, index: 0 })
      expect([mail, bench.adapter.outstanding]).toEqual([[], 1])
      expect(bench.memory[data]).toBe(action === 'drop' ? 0 : 0x5a)
      if (remedy === 'abort') {
        bench.load(3, K.ACTION_ABORT)
        bench.ring()
      } else bench.control(remedy === 'bus' ? Control.busReset : Control.softReset)
      bench.settle()
      const codes = bench.take().map(m => m.completion)
      const expected = { abort: [K.COMPLETION_ABORTED], bus: [K.COMPLETION_ERROR], soft: [] }[remedy]
      expect([codes, bench.adapter.outstanding]).toEqual([expected, 0])
    }
  })

  it.each(['parity', 'unexpected-disconnect', 'dma-error'] as const)('%s: data out is not carried out', action => {
    const bench = new Bench()
    bench.initialize()
    const data = bench.buffer(512)
    bench.memory.set(pattern(512, 9), data)
    bench.adapter.faults = { decide: () => ({ action, index: 1, bytes: 512 }) }
    expect(bench.command({ cdb: write10(0, 1), data, bytes: 512, direction: OUT }).completion).toBe(K.COMPLETION_ERROR)
    expect(bench.store.bytes.subarray(0, 512).every(b => b === 0)).toBe(true)
  })

  it('parity without a data phase', () => {
    const { mail } = under(
      { action: 'parity', index: 0 },
      { opcode: K.OPCODE_INITIATOR, cdb: TEST_UNIT_READY, bytes: 0, direction: 0 },
    )
    expect(mail).toMatchObject([{ btstat: K.BTSTAT_PARITY }])
  })

  it('the plan is asked once a command, and not for those that are not valid', () => {
    const bench = new Bench()
    bench.initialize()
    let asked = 0
    bench.adapter.faults = {
      decide: () => {
        asked++
        return undefined
      },
    }
    bench.command({})
    bench.command({ opcode: 0x55 })
    bench.command({ target: 20 })
    expect(asked).toBe(1)
  })

  it('is immune to what it says it is: a reselection leaves no trace', () => {
    const bench = new Bench()
    bench.initialize()
    expect(Object.keys(BUSLOGIC_IMMUNITY)).toEqual(['reselect-unknown-tag'])
    bench.adapter.injectReselection()
    bench.settle()
    expect([bench.events, bench.interrupt]).toEqual([[], 0])
  })
})
