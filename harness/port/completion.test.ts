// What the port driver does with a completed SRB: success, BUSY, QUEUE FULL, freezes, sense data, wildcards.
// Sources: WDK "Freezing and Locking Logical Unit Queues", SCSI_REQUEST_BLOCK, ScsiPortCompleteRequest; ReactOS scsiport.
import { describe, expect, test } from 'vitest'
import { SCSI_STATUS, SRB, SRB_FLAGS, SRB_STATUS } from '../../schemas/scsiport.ts'
import { Event, Finding } from '../trace/events.ts'
import type { FakeMiniport, MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, type Io, PortBench } from './testing/port-bench.ts'

const TAGGED: MiniportSpec = { hwid: { TaggedQueuing: 1, AutoRequestSense: 1, MultipleRequestPerLu: 1 } }
const bench = (spec: MiniportSpec = {}, options: BenchOptions = {}): PortBench => new PortBench([spec], options).boot()

const done = (m: FakeMiniport, status: number, scsiStatus = 0): void => {
  m.complete(m.active[0]!, status, scsiStatus)
  m.next()
}
/** Starts `count` tagged requests on unit 0. */
const startTagged = (t: PortBench, count: number): Io[] =>
  Array.from({ length: count }, () => {
    const io = t.request({ tagged: true })
    t.interrupt(m => m.nextLu())
    return io
  })

describe('statuses', () => {
  test.each([
    ['SUCCESS', SRB_STATUS.SUCCESS, SCSI_STATUS.GOOD, false],
    ['SELECTION_TIMEOUT', SRB_STATUS.SELECTION_TIMEOUT, SCSI_STATUS.GOOD, true],
    ['ERROR with RESERVATION CONFLICT', SRB_STATUS.ERROR, SCSI_STATUS.RESERVATION_CONFLICT, true],
    ['DATA_OVERRUN', SRB_STATUS.DATA_OVERRUN, SCSI_STATUS.GOOD, true],
    ['BUS_RESET', SRB_STATUS.BUS_RESET, SCSI_STATUS.GOOD, true],
  ])('%s: reported as it came; the queue freezes: %s', (_name, status, scsiStatus, frozen) => {
    const t = bench()
    const io = t.request()
    t.interrupt(m => done(m, status, scsiStatus))
    expect(io).toMatchObject({ done: true, status, scsiStatus, frozen, sense: -1 })
    expect(t.port.lu(0, 0, 0).frozen).toBe(frozen)
  })

  test('an underrun reports the bytes moved (WDK: SCSI_REQUEST_BLOCK, DataTransferLength)', () => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 512 })
    t.interrupt(m => {
      m.view.setUint32(io.at + SRB.DataTransferLength, 100, true)
      done(m, SRB_STATUS.DATA_OVERRUN)
    })
    expect(io).toMatchObject({ status: SRB_STATUS.DATA_OVERRUN, transferred: 100 })
  })

  test.each([
    ['PENDING', 0x00],
    ['the QUEUE_FROZEN bit', 0x41],
    ['an unassigned code', 0x1a],
    ['INTERNAL_ERROR, which is the port driver own', 0x30],
  ])('%s is found', (_name, status) => {
    const t = bench()
    const io = t.request()
    t.interrupt(m => done(m, status))
    expect(t.events(Event.Finding)).toMatchObject([{ a: Finding.BadSrbStatus, b: io.serial, c: status }])
  })
})

describe('BUSY', () => {
  test.each([
    ['SRB_STATUS_BUSY', SRB_STATUS.BUSY, SCSI_STATUS.GOOD],
    ['SCSI status BUSY', SRB_STATUS.ERROR, SCSI_STATUS.BUSY],
    ['QUEUE FULL with nothing else active', SRB_STATUS.ERROR, SCSI_STATUS.QUEUE_FULL],
  ])('%s: sent again at the next tick', (_name, status, scsiStatus) => {
    const t = bench()
    const io = t.request()
    t.interrupt(m => done(m, status, scsiStatus))
    expect([io.done, t.started().length]).toEqual([false, 1])
    t.seconds(1)
    expect(t.started()).toEqual([io.serial, io.serial])
    t.interrupt(m => done(m, SRB_STATUS.SUCCESS))
    expect(io).toMatchObject({ done: true, status: SRB_STATUS.SUCCESS })
  })

  test('20 retries, then the request fails and the queue freezes', () => {
    const t = bench({
      startIo: (m, _ext, srb) => {
        m.complete(srb!, SRB_STATUS.BUSY)
        m.next()
      },
    })
    const io = t.request()
    t.seconds(19)
    expect(io.done).toBe(false)
    t.seconds(1)
    expect(t.started()).toHaveLength(21)
    expect(io).toMatchObject({ done: true, status: SRB_STATUS.BUSY, frozen: true })
  })

  test('other requests of the unit wait behind it; another unit goes on', () => {
    const t = bench()
    t.request()
    const behind = t.request()
    t.interrupt(m => done(m, SRB_STATUS.BUSY))
    const other = t.request({ target: 1 })
    expect(t.started()).toEqual([1, other.serial])
    t.interrupt(m => {
      m.complete(other.at)
      m.next()
    })
    t.seconds(1)
    expect(t.started()).toEqual([1, other.serial, 1])
    expect(behind.done).toBe(false)
  })
})

describe('QUEUE FULL', () => {
  test('lowers the depth of the unit and restores it after the ticks of the setting', () => {
    const t = bench(TAGGED, { settings: { queueFullTicks: 3 } })
    const [a, , c] = startTagged(t, 3)
    t.interrupt(m => m.complete(c!.at, SRB_STATUS.ERROR, SCSI_STATUS.QUEUE_FULL))
    const lu = t.port.lu(0, 0, 0)
    expect([lu.maxDepth, c!.done, t.started().length]).toEqual([2, false, 3])
    const d = t.request({ tagged: true })
    t.interrupt(m => m.complete(a!.at))
    expect(t.started().at(-1)).toBe(c!.serial)
    t.interrupt(m => m.nextLu())
    expect(t.started()).toHaveLength(4)
    t.seconds(3)
    expect(lu.maxDepth).toBe(254)
    expect(t.started().at(-1)).toBe(d.serial)
  })

  test('the depth never goes below 1', () => {
    const t = bench(TAGGED)
    t.request({ tagged: true })
    t.interrupt(m => done(m, SRB_STATUS.ERROR, SCSI_STATUS.QUEUE_FULL))
    expect(t.port.lu(0, 0, 0).maxDepth).toBe(1)
  })
})

describe('a frozen queue (WDK: Freezing and Locking Logical Unit Queues)', () => {
  test('holds everything but BYPASS_FROZEN_QUEUE until it is released', () => {
    const t = bench()
    t.request()
    t.interrupt(m => done(m, SRB_STATUS.ERROR))
    const waits = t.request()
    const bypass = t.request({ flags: SRB_FLAGS.BYPASS_FROZEN_QUEUE })
    expect(t.started()).toEqual([1, bypass.serial])
    t.interrupt(m => done(m, SRB_STATUS.SUCCESS))
    expect(waits.done).toBe(false)
    t.port.releaseQueue(t.port.lu(0, 0, 0))
    t.settle()
    expect(t.started()).toEqual([1, bypass.serial, waits.serial])
  })

  test.each([
    ['NO_QUEUE_FREEZE', SRB_FLAGS.NO_QUEUE_FREEZE],
    ['BYPASS_FROZEN_QUEUE', SRB_FLAGS.BYPASS_FROZEN_QUEUE],
  ])('a failing SRB with %s does not freeze it', (_name, flags) => {
    const t = bench()
    const io = t.request({ flags })
    t.interrupt(m => done(m, SRB_STATUS.ERROR))
    expect([io.done, io.frozen, t.port.lu(0, 0, 0).frozen]).toEqual([true, false, false])
  })

  test('does not freeze other units', () => {
    const t = bench()
    t.request()
    const other = t.request({ target: 1 })
    t.interrupt(m => done(m, SRB_STATUS.ERROR))
    expect(t.started()).toEqual([1, other.serial])
  })

  test('its owner may release it and send the request again while being told', () => {
    const t = bench({}, {})
    let again = 0
    const io = t.request({
      onDone: (_io, slot) => {
        if (again++ > 0) return
        t.port.releaseQueue(slot.lu!)
        t.port.resubmit(slot)
      },
    })
    t.interrupt(m => done(m, SRB_STATUS.BUS_RESET))
    expect(t.started()).toHaveLength(2)
    expect(t.started()[1]).not.toBe(io.serial)
    t.interrupt(m => done(m, SRB_STATUS.SUCCESS))
    expect([again, io.status, t.port.outstanding, t.port.free.length]).toEqual([2, SRB_STATUS.SUCCESS, 0, 8])
  })
})

describe('ScsiPortCompleteRequest', () => {
  const all = (t: PortBench): Io[] => {
    const list: Io[] = []
    for (const [path, target, lun] of [
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ] as const) {
      list.push(t.request({ path, target, lun, direction: 'in', bytes: 512 }))
      t.interrupt(m => m.next())
    }
    return list
  }

  test.each([
    ['one unit', [0, 0, 1], [1]],
    ['every LUN of a target', [0, 0, 0xff], [0, 1]],
    ['every unit of a path', [0, 0xff, 0xff], [0, 1, 2]],
    ['everything', [0xff, 0xff, 0xff], [0, 1, 2, 3]],
    ['LUN 0 of every target of every path', [0xff, 0xff, 0], [0, 2, 3]],
    ['a unit that has none', [0, 5, 0], []],
  ])('%s', (_name, [path, target, lun], expected) => {
    const t = bench({ config: { NumberOfBuses: 2 } })
    const list = all(t)
    t.interrupt(m => void m.call('ScsiPortCompleteRequest', m.extension, path!, target!, lun!, SRB_STATUS.BUS_RESET))
    expect(list.flatMap((io, n) => (io.done ? [n] : []))).toEqual(expected)
    for (const n of expected) expect(list[n]).toMatchObject({ status: SRB_STATUS.BUS_RESET, transferred: 0 })
    expect(t.events(Event.CompleteRequest)).toMatchObject([{ b: SRB_STATUS.BUS_RESET, c: expected.length }])
  })

  test('does not imply NextRequest', () => {
    const t = bench()
    t.request()
    t.request({ target: 1 })
    t.interrupt(m => void m.call('ScsiPortCompleteRequest', m.extension, 0xff, 0xff, 0xff, SRB_STATUS.BUS_RESET))
    expect(t.started()).toHaveLength(1)
  })

  test('passes over what RequestComplete gave back already; the other way round is found', () => {
    const t = bench()
    const io = t.request()
    t.interrupt(m => {
      m.complete(io.at)
      m.call('ScsiPortCompleteRequest', m.extension, 0xff, 0xff, 0xff, SRB_STATUS.BUS_RESET)
      m.next()
    })
    expect(io.status).toBe(SRB_STATUS.SUCCESS)
    expect(t.findings()).toEqual([])
    const second = t.request()
    t.interrupt(m => {
      m.call('ScsiPortCompleteRequest', m.extension, 0xff, 0xff, 0xff, SRB_STATUS.BUS_RESET)
      m.complete(second.at)
      m.next()
    })
    expect(second.status).toBe(SRB_STATUS.BUS_RESET)
    expect(t.findings()).toEqual([Finding.BothCompletions])
  })
})

describe('completions that are none (Driver Verifier 0xF1/0x1003)', () => {
  test('a second RequestComplete is found and changes nothing', () => {
    const t = bench()
    const io = t.request()
    t.interrupt(m => done(m, SRB_STATUS.SUCCESS))
    t.interrupt(m => m.complete(io.at, SRB_STATUS.ERROR))
    expect(t.events(Event.Finding)).toMatchObject([{ a: Finding.DoubleCompletion, c: io.at }])
    expect([io.status, t.port.free.length]).toEqual([SRB_STATUS.SUCCESS, 8])
  })

  test.each([
    ['NULL', () => 0],
    ['an address between two SRBs', (t: PortBench) => t.port.srbBase + 4],
    ['an address behind the last SRB', (t: PortBench) => t.port.srbBase + 8 * t.port.srbStride],
    ['an SRB that was never started', (t: PortBench) => t.port.slots[5]!.at],
    ['an SRB that is queued but was never started', (t: PortBench) => (t.request(), t.request().at)],
  ])('%s is an unknown SRB', (_name, address) => {
    const t = bench()
    const at = address(t)
    t.interrupt(m => m.notify(0, at))
    expect(t.events(Event.Finding)).toMatchObject([{ a: Finding.UnknownSrb, c: at }])
  })
})
