import { describe, expect, test } from 'vitest'
import { type Budget, type BudgetName, defaultBudgets, mergeBudgets } from '../../schemas/budget.ts'
import { ADAPTER_CONTROL } from '../../schemas/scsiport.ts'
import { Routine, StopKind } from '../trace/events.ts'
import { judge, nothingMeasured } from './budgets.ts'
import { names, Script } from './testing/script.ts'

const budget = (name: BudgetName, limitNs: number, guest?: string): Budget[] =>
  mergeBudgets([], [{ name, limit: limitNs * 1_000, ...(guest === undefined ? {} : { guest }) }])

const run = (write: (s: Script) => void, guests = 1) => {
  const s = new Script(guests)
  write(s)
  return s.latency.guests[0]!
}

const tenIsrs = (s: Script) => {
  for (let i = 1; i <= 10; i++) s.isr(0, i * 100)
}
const stalledIsr = (s: Script) => {
  s.enter(0, Routine.Interrupt).stall(0, 30).stall(0, 40).stall(0, 10).exit(0, Routine.Interrupt)
}
const stalledStartIo = (s: Script) => {
  s.enter(0, Routine.StartIo).stall(0, 600).stall(0, 500).exit(0, Routine.StartIo)
}
const callback = (routine: number, ns: number) => (s: Script) => {
  s.enter(0, routine).after(ns).exit(0, routine)
}

// name, what happens, what must come out (ns), the routine named as the worst
const table: [BudgetName, (s: Script) => void, number, string][] = [
  ['isr.p50', tenIsrs, 1_850, 'HwInterrupt'],
  ['isr.p90', tenIsrs, 2_250, 'HwInterrupt'],
  ['isr.p99', tenIsrs, 2_350, 'HwInterrupt'],
  ['isr.p999', tenIsrs, 2_350, 'HwInterrupt'],
  ['isr.max', tenIsrs, 2_350, 'HwInterrupt'],
  ['isr.unclaimed.p50', s => s.foreign(0), 1_050, 'HwInterrupt'],
  ['isr.unclaimed.max', s => s.foreign(0), 1_050, 'HwInterrupt'],
  ['isr.stall.max', stalledIsr, 40_000, 'HwInterrupt'],
  ['isr.stall.p50', stalledIsr, 30_000, 'HwInterrupt'],
  ['routine.stall.max', stalledStartIo, 1_100_000, 'HwStartIo'],
  ['routine.stall.max', stalledIsr, 80_000, 'HwInterrupt'],
  ['dpc.max', callback(Routine.Timer, 700), 700, 'HwTimer'],
  ['dpc.max', callback(Routine.DmaStarted, 700), 700, 'HwDmaStarted'],
  ['dpc.max', callback(Routine.EnableInterrupts, 700), 700, 'HwEnableInterrupts'],
  ['dpc.p99', callback(Routine.DisableInterrupts, 700), 700, 'HwDisableInterrupts'],
  ['startio.max', callback(Routine.StartIo, 700), 700, 'HwStartIo'],
  ['resetbus.max', callback(Routine.ResetBus, 700), 700, 'HwResetBus'],
]

describe.each(table)('%s', (name, write, actualNs, routine) => {
  test(`measures ${actualNs} ns and passes at exactly that`, () => {
    expect(judge(budget(name, actualNs), run(write), names)).toEqual([
      { name, limitNs: actualNs, actualNs, pass: true },
    ])
  })

  test('fails one nanosecond below and shows the worst call', () => {
    const [result] = judge(budget(name, actualNs - 1), run(write), names)
    expect(result).toMatchObject({ pass: false, actualNs, worst: { routine, guest: 'driver-0' } })
  })
})

describe('budgets', () => {
  test('a violated one carries the accesses of the worst ISR', () => {
    const [result] = judge(budget('isr.max', 100), run(tenIsrs), names)
    expect(result!.worst!.accesses.map(a => `${a.kind} ${a.name} = ${a.value}`)).toEqual([
      'read INT_STATUS = 1',
      'write INT_ACK = 1',
      'notify RequestComplete = 1',
    ])
    expect(result!.worst!.number).toBe(10)
  })

  test('the stalls of initialisation are free', () => {
    const write = (s: Script) => {
      for (const routine of [Routine.DriverEntry, Routine.FindAdapter, Routine.Initialize])
        s.enter(0, routine).stall(0, 5_000).exit(0, routine)
    }
    expect(judge(budget('routine.stall.max', 1_000_000), run(write), names)).toMatchObject([
      { actualNs: null, pass: true },
    ])
  })

  test('and those of a restart, but not of a stop', () => {
    const restarted = run(s => s.control(0, ADAPTER_CONTROL.RestartAdapter, 5_000))
    expect(judge(budget('routine.stall.max', 1_000_000), restarted, names)).toMatchObject([{ pass: true }])
    const stopped = run(s =>
      s.control(0, ADAPTER_CONTROL.RestartAdapter, 5_000).control(0, ADAPTER_CONTROL.StopAdapter, 2_000),
    )
    expect(judge(budget('routine.stall.max', 1_000_000), stopped, names)).toMatchObject([
      { actualNs: 2_000_000, pass: false },
    ])
  })

  test('a routine without a stall counts with 0', () => {
    const write = (s: Script) => {
      stalledStartIo(s)
      for (let i = 0; i < 9; i++) callback(Routine.StartIo, 10)(s)
    }
    const guest = run(write)
    expect(judge(budget('routine.stall.p90', 1), guest, names)).toMatchObject([{ actualNs: 0, pass: true }])
    expect(judge(budget('routine.stall.p99', 1), guest, names)).toMatchObject([{ actualNs: 1_100_000, pass: false }])
    expect(judge(budget('isr.stall.max', 1), run(tenIsrs), names)).toMatchObject([{ actualNs: 0, pass: true }])
  })

  test('an ISR that never returns breaks isr.max with the time until it was stopped', () => {
    const guest = run(s => {
      s.isr(0, 10).enter(0, Routine.Interrupt).after(500_000_000).stop(0, StopKind.TimeLimit, Routine.Interrupt)
    })
    expect(judge(budget('isr.max', 25_000), guest, names)).toMatchObject([
      { actualNs: 500_000_000, pass: false, worst: { unfinished: true } },
    ])
  })

  test('no data: the ISR and what was asked for fail, the other defaults pass', () => {
    const silent = run(() => {})
    expect(judge(defaultBudgets(), silent, names).map(b => [b.name, b.actualNs, b.pass])).toEqual([
      ['isr.max', null, false],
      ['isr.unclaimed.max', null, true],
      ['isr.stall.max', null, true],
      ['routine.stall.max', null, true],
      ['dpc.max', null, true],
    ])
    expect(judge(budget('resetbus.max', 1), silent, names)).toMatchObject([{ actualNs: null, pass: false }])
  })

  test('nothing was measured only when no ISR of any guest ran', () => {
    const idle = run(callback(Routine.StartIo, 10))
    expect(nothingMeasured([idle])).toBe(true)
    expect(nothingMeasured([idle, run(s => s.foreign(0))])).toBe(false)
  })

  test('a budget for a guest by name stands instead of the one for all, and for no other guest', () => {
    const both = [...budget('isr.max', 5_000), ...budget('isr.max', 1_000, 'driver-0')]
    const guests = new Script(2).isr(0, 10).isr(1, 10).latency.guests
    expect(guests.map(g => judge(both, g, names).map(b => b.limitNs))).toEqual([[1_000], [5_000]])
  })
})
