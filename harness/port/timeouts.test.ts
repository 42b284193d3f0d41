// Time-outs, bus resets, the reset hold, aborts. Sources: WDK HwScsiResetBus, ScsiPortNotification (ResetDetected),
// SCSI_REQUEST_BLOCK (TimeOutValue, SRB_FUNCTION_ABORT_COMMAND); Driver Verifier 0xF1/0x1007; ReactOS scsiport.
import { describe, expect, test } from 'vitest'
import { PS } from '../../device/clock.ts'
import { SP_UNTAGGED, SRB_FUNCTION, SRB_STATUS } from '../../schemas/scsiport.ts'
import { Event, Finding, Notification } from '../trace/events.ts'
import { DIRQL } from './cpu.ts'
import type { MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, type Io, PortBench } from './testing/port-bench.ts'

const TAGGED: MiniportSpec = { hwid: { TaggedQueuing: 1, AutoRequestSense: 1, MultipleRequestPerLu: 1 } }
const bench = (spec: MiniportSpec = {}, options: BenchOptions = {}): PortBench => new PortBench([spec], options).boot()
/** Starts a request; the adapter can take more. */
const start = (t: PortBench, spec: Parameters<PortBench['request']>[0] = {}): Io => {
  const io = t.request(spec)
  t.interrupt(m => (spec.tagged === true ? m.nextLu(spec.path, spec.target, spec.lun) : m.next()))
  return io
}
const resets = (t: PortBench): number[] => t.guest.calls.filter(c => c.routine === 'HwResetBus').map(c => c.args[1]!)

describe('an SRB that does not come back in time', () => {
  test('HwResetBus is called for its path once TimeOutValue seconds are over, not before', () => {
    const t = bench()
    const io = start(t, { timeout: 3 })
    t.seconds(3)
    expect(resets(t)).toEqual([])
    t.seconds(1)
    expect(resets(t)).toEqual([0])
    expect(t.guest.calls.find(c => c.routine === 'HwResetBus')!.irql).toBe(DIRQL)
    expect(t.events(Event.Timeout)).toMatchObject([{ a: io.serial, b: 0 }])
    expect(io).toMatchObject({ done: true, status: SRB_STATUS.BUS_RESET })
  })

  test('only the path is reset on which it happened', () => {
    const t = bench({ config: { NumberOfBuses: 2 } })
    start(t, { path: 1, timeout: 1 })
    t.seconds(2)
    expect(resets(t)).toEqual([1])
  })

  test('the oldest SRB of a unit is watched; its completion starts the next one watch anew', () => {
    const t = bench(TAGGED)
    start(t, { tagged: true, timeout: 3 })
    start(t, { tagged: true, timeout: 5 })
    t.seconds(2)
    t.interrupt(m => m.complete())
    t.seconds(5)
    expect(resets(t)).toEqual([])
    t.seconds(1)
    expect(resets(t)).toEqual([0])
  })

  test('no Next* within TimeOutValue: every path is reset', () => {
    const t = bench({ config: { NumberOfBuses: 2 } })
    t.request({ timeout: 2 })
    t.seconds(1)
    expect(resets(t)).toEqual([])
    t.seconds(1)
    expect(resets(t)).toEqual([0, 1])
    expect(t.events(Event.Timeout)).toMatchObject([{ a: -1 }])
  })

  test('completed, but no Next*: that is what the finding names', () => {
    const t = bench()
    t.request({ timeout: 2 })
    t.interrupt(m => m.complete())
    t.seconds(2)
    expect(t.findings()).toEqual([Finding.NextMissing])
    expect(resets(t)).toEqual([0])
  })
})

describe('the reset hold', () => {
  test('nothing is started for 4 s after HwResetBus, then all that waits', () => {
    const t = bench()
    start(t, { timeout: 1 })
    t.seconds(2)
    const waits = t.request({ target: 1 })
    const count = t.started().length
    t.pass(3.9 * PS.s)
    expect(t.started()).toHaveLength(count)
    t.pass(0.1 * PS.s)
    expect(t.started().at(-1)).toBe(waits.serial)
    const [begin, end] = t.events(Event.ResetHold)
    expect([begin!.a, begin!.b, end!.a]).toEqual([1, 0, 0])
    expect(end!.atPs - begin!.atPs).toBe(4 * PS.s)
  })

  test('ResetDetected holds as well; a PathId behind it is ignored (WDK: ScsiPortNotification)', () => {
    const t = bench()
    t.interrupt(m => m.notify(Notification.ResetDetected, 7))
    t.request()
    expect(t.started()).toEqual([])
    t.seconds(4)
    expect(t.started()).toHaveLength(1)
    expect(resets(t)).toEqual([])
  })

  test('a second reset begins the hold anew', () => {
    const t = bench()
    t.interrupt(m => m.notify(Notification.ResetDetected))
    t.seconds(3)
    t.interrupt(m => m.notify(Notification.ResetDetected))
    t.request()
    t.seconds(3)
    expect(t.started()).toEqual([])
    t.seconds(1)
    expect(t.started()).toHaveLength(1)
  })

  test('no time-out strikes during the hold', () => {
    const t = bench({}, { settings: { resetHoldPs: 20 * PS.s } })
    start(t, { timeout: 1 })
    t.interrupt(m => m.notify(Notification.ResetDetected))
    t.seconds(10)
    expect(resets(t)).toEqual([])
  })

  test('SRBs that are still with the miniport at its end are lost: reported, closed, their memory not used again', () => {
    const t = bench({ resetBus: () => true }, { slots: 3 })
    const io = start(t, { timeout: 1, direction: 'in', bytes: 512 })
    t.seconds(6)
    expect(t.events(Event.Finding)).toMatchObject([{ a: Finding.SrbLost, b: io.serial, c: 0 }])
    expect(io).toMatchObject({ done: true, status: SRB_STATUS.BUS_RESET })
    expect([t.port.outstanding, t.port.activeCount, t.port.free.length]).toEqual([0, 0, 2])
    expect([...t.port.free]).not.toContain(io.slot)
  })

  test('a late completion of a lost SRB is found and ignored', () => {
    const t = bench({ resetBus: () => true })
    const io = start(t, { timeout: 1 })
    t.seconds(6)
    t.interrupt(m => m.complete(io.at))
    expect(t.findings()).toEqual([Finding.SrbLost, Finding.DoubleCompletion])
    expect([...t.port.free]).not.toContain(io.slot)
  })

  test('SRBs of another path are not lost (WDK: HwScsiResetBus resets one bus)', () => {
    const t = bench({ config: { NumberOfBuses: 2 } })
    start(t, { path: 0, timeout: 1 })
    const other = start(t, { path: 1, timeout: 30 })
    t.seconds(7)
    expect([other.done, t.findings()]).toEqual([false, []])
    t.interrupt(m => m.complete(other.at))
    expect(other.status).toBe(SRB_STATUS.SUCCESS)
  })

  test('a lost REQUEST SENSE gives the original back without sense data', () => {
    const t = bench({ resetBus: () => true })
    const io = t.request()
    t.interrupt(m => {
      m.complete(io.at, SRB_STATUS.ERROR, 2)
      m.next()
    })
    t.seconds(10)
    expect(io).toMatchObject({ done: true, status: SRB_STATUS.REQUEST_SENSE_FAILED, autosense: false })
    expect([t.port.outstanding, t.port.activeCount]).toEqual([0, 0])
  })
})

describe('abort first (setting abortFirst)', () => {
  const ABORT = { settings: { abortFirst: true } }
  const isAbort = (t: PortBench, srb: number): boolean => t.guest.srb(srb, 'Function') === SRB_FUNCTION.ABORT_COMMAND

  test('SRB_FUNCTION_ABORT_COMMAND names its victim; ScsiPortGetSrb finds it', () => {
    const t = bench(TAGGED, ABORT)
    const io = start(t, { tagged: true, target: 2, lun: 1, timeout: 1 })
    t.seconds(2)
    const abort = t.guest.active.at(-1)!
    expect([isAbort(t, abort), t.guest.srb(abort, 'NextSrb')]).toEqual([true, io.at])
    const address = (['PathId', 'TargetId', 'Lun', 'QueueTag'] as const).map(f => t.guest.srb(abort, f))
    expect(address).toEqual([0, 2, 1, t.guest.srb(io.at, 'QueueTag')])
    t.interrupt(m => {
      expect(m.call('ScsiPortGetSrb', m.extension, ...address)).toBe(io.at)
      m.complete(io.at, SRB_STATUS.ABORTED)
      m.complete(abort)
      m.next()
    })
    expect(io).toMatchObject({ done: true, status: SRB_STATUS.ABORTED })
    expect([resets(t), t.port.outstanding, t.findings()]).toEqual([[], 0, []])
  })

  test('ABORT_FAILED with the victim still active: the bus is reset', () => {
    const t = bench({}, ABORT)
    const io = start(t, { timeout: 1 })
    t.seconds(2)
    t.interrupt(m => {
      m.complete(m.active.at(-1)!, SRB_STATUS.ABORT_FAILED)
      m.next()
    })
    expect(resets(t)).toEqual([0])
    expect(io).toMatchObject({ done: true, status: SRB_STATUS.BUS_RESET })
  })

  test('ABORT_FAILED because the victim came back meanwhile: no reset', () => {
    const t = bench({}, ABORT)
    const io = start(t, { timeout: 1 })
    t.seconds(2)
    t.interrupt(m => {
      m.complete(io.at)
      m.complete(m.active.at(-1)!, SRB_STATUS.ABORT_FAILED)
      m.next()
    })
    expect([io.status, resets(t), t.port.outstanding]).toEqual([SRB_STATUS.SUCCESS, [], 0])
  })

  test('an abort that is not answered: the bus is reset after the victim next time-out', () => {
    const t = bench({}, ABORT)
    start(t, { timeout: 2 })
    t.seconds(3)
    expect(t.guest.active).toHaveLength(2)
    t.interrupt(m => m.next())
    t.seconds(3)
    expect(resets(t)).toEqual([0])
    expect([t.port.outstanding, t.port.activeCount]).toEqual([0, 0])
  })

  test('an abort that outlives its victim and times out is not aborted in turn: the bus is reset', () => {
    const t = bench({}, ABORT)
    const io = start(t, { timeout: 1 })
    t.seconds(2)
    t.interrupt(m => {
      m.complete(io.at)
      m.next()
    })
    expect([io.done, t.guest.active.map(srb => isAbort(t, srb))]).toEqual([true, [true]])
    const entered = t.routines().filter(r => r === 'HwStartIo').length
    t.seconds(4)
    expect(resets(t)).toHaveLength(1)
    expect([t.routines().filter(r => r === 'HwStartIo').length, t.port.outstanding]).toEqual([entered, 0])
  })

  test('SUCCESS although the victim never comes back: the bus is reset, no second abort', () => {
    const t = bench({}, ABORT)
    start(t, { timeout: 2 })
    t.seconds(3)
    t.interrupt(m => {
      m.complete(m.active.at(-1)!)
      m.next()
    })
    t.seconds(3)
    expect(t.guest.calls.filter(c => c.routine === 'HwStartIo')).toHaveLength(2)
    expect(resets(t)).toEqual([0])
  })

  test('the victim stays alone on its unit while an abort comes and goes', () => {
    const t = bench(TAGGED, ABORT)
    start(t, { timeout: 1 })
    const behind = t.request({ tagged: true })
    t.seconds(2)
    t.interrupt(m => {
      m.complete(m.active.at(-1)!)
      m.nextLu()
    })
    expect(t.guest.srb(t.guest.active[0]!, 'QueueTag')).toBe(SP_UNTAGGED)
    expect(t.started()).not.toContain(behind.serial)
  })
})
