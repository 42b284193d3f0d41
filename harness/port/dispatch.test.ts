// Queues and dispatch: the pull model, tags, the untagged barrier, DPC order. Sources: WDK "SCSI Port I/O Model",
// ScsiPortNotification, HwScsiStartIo; ReactOS scsiport where named.
import { describe, expect, test } from 'vitest'
import { SP_UNTAGGED, SRB_FLAGS, SRB_STATUS } from '../../schemas/scsiport.ts'
import { Event, Finding, Notification } from '../trace/events.ts'
import { answer, type MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'

const TAGGED: MiniportSpec = { hwid: { TaggedQueuing: 1, AutoRequestSense: 1, MultipleRequestPerLu: 1 } }
const bench = (spec: MiniportSpec = {}, options: BenchOptions = {}): PortBench => new PortBench([spec], options).boot()

describe('the pull model (WDK: SCSI Port I/O Model)', () => {
  test('nothing is started before NextRequest, then the next one is', () => {
    const t = bench()
    const [a, b] = [t.request({ target: 0 }), t.request({ target: 1 })]
    expect(t.started()).toEqual([a.serial])
    t.interrupt(m => m.next())
    expect(t.started()).toEqual([a.serial, b.serial])
    expect([a.done, b.done]).toEqual([false, false])
  })

  test('NextRequest alone gives a busy unit nothing more (WDK: ScsiPortNotification)', () => {
    const t = bench(TAGGED)
    t.request({ tagged: true })
    t.request({ tagged: true })
    const other = t.request({ target: 1, tagged: true })
    t.interrupt(m => m.next())
    expect(t.started()).toEqual([1, other.serial])
  })

  test('NextLuRequest lets the same unit have another one', () => {
    const t = bench(TAGGED)
    const [a, b] = [t.request({ tagged: true }), t.request({ tagged: true })]
    t.interrupt(m => m.nextLu())
    expect(t.started()).toEqual([a.serial, b.serial])
  })

  test('NextLuRequest of another unit, or of none that exists, frees the adapter but not this unit', () => {
    const t = bench(TAGGED)
    t.request({ tagged: true })
    t.request({ tagged: true })
    t.interrupt(m => m.nextLu(0, 5, 0))
    expect(t.started()).toEqual([1])
    const other = t.request({ target: 1, tagged: true })
    expect(t.started()).toEqual([1, other.serial])
  })

  test.each([
    ['RequestComplete first', true],
    ['NextRequest first', false],
  ])('both orders of the two notifications are accepted: %s', (_name, completeFirst) => {
    const t = bench()
    const [a, b] = [t.request(), t.request()]
    t.interrupt(m => {
      if (completeFirst) m.complete()
      m.next()
      if (!completeFirst) m.complete()
    })
    expect([a.done, a.status]).toEqual([true, 1])
    expect(t.started()).toEqual([a.serial, b.serial])
    expect(t.findings()).toEqual([])
  })

  test('a surplus NULL behind NextRequest is ignored', () => {
    const t = bench()
    t.request()
    const b = t.request({ target: 1 })
    t.interrupt(m => m.notify(Notification.NextRequest, 0))
    expect(t.started()).toEqual([1, b.serial])
    expect(t.findings()).toEqual([])
  })

  test.each([
    ['NextRequest', Notification.NextRequest],
    ['NextLuRequest', Notification.NextLuRequest],
  ])('a surplus %s is dropped and found', (_name, type) => {
    const t = bench()
    t.request()
    t.request({ target: 1 })
    t.request({ target: 2 })
    t.interrupt(m => {
      m.next()
      m.notify(type, 0, 0, 0)
    })
    expect(t.started()).toHaveLength(2)
    expect(t.events(Event.Finding)).toMatchObject([{ a: Finding.SurplusNext, c: type }])
  })

  test('completion and NextRequest from inside HwStartIo count as well', () => {
    const t = bench({ startIo: answer })
    const all = [0, 1, 2].map(() => t.submit())
    t.settle()
    expect(all.map(io => io.done)).toEqual([true, true, true])
  })
})

describe('HwStartIo returns FALSE (WDK: it must return TRUE)', () => {
  test.each([
    ['without completing', false],
    ['after completing', true],
  ])('%s: found, the request comes back once, the next one follows', (_name, completes) => {
    const t = bench({
      startIo: (m, _ext, srb) => {
        if (completes) {
          m.complete(srb!)
          m.next()
        }
        return false
      },
    })
    const [a, b] = [t.submit({ target: 0 }), t.submit({ target: 1 })]
    t.settle()
    const status = completes ? SRB_STATUS.SUCCESS : SRB_STATUS.INVALID_REQUEST
    expect([a.status, b.status]).toEqual([status, status])
    expect(t.findings()).toEqual([Finding.StartIoFalse, Finding.StartIoFalse])
    expect([t.port.outstanding, t.port.activeCount]).toEqual([0, 0])
  })
})

describe('notifications only latch', () => {
  test('HwStartIo is never entered from inside a routine', () => {
    let inside = 0
    let deepest = 0
    const t = bench({
      startIo: m => {
        deepest = Math.max(deepest, ++inside)
        m.complete(m.calls.at(-1)!.args[1]!)
        m.next()
        inside--
      },
    })
    for (let n = 0; n < 5; n++) t.submit({ target: n % 2 })
    t.settle()
    expect(t.started()).toHaveLength(5)
    expect(deepest).toBe(1)
  })

  test('the owner gets the request only after HwInterrupt returned', () => {
    const t = bench()
    const a = t.request()
    let seen = true
    t.interrupt(m => {
      m.complete()
      m.next()
      seen = a.done
    })
    expect(seen).toBe(false)
    expect(a.done).toBe(true)
  })

  test('new work is started before completions are delivered', () => {
    const order: string[] = []
    const t = bench({
      startIo: (m, _ext, srb) => {
        m.active.push(srb!)
        order.push(`start ${m.srb(srb!, 'TargetId')}`)
      },
    })
    t.request({ target: 0, onDone: () => order.push('done 0') })
    t.request({ target: 1 })
    t.interrupt(m => {
      m.complete()
      m.next()
    })
    expect(order).toEqual(['start 0', 'start 1', 'done 0'])
  })

  test('a DPC follows only when something was latched', () => {
    const t = bench()
    const before = t.events(Event.Dpc).length
    t.interrupt(() => true)
    expect(t.events(Event.Dpc)).toHaveLength(before)
    t.request()
    t.interrupt(m => m.next())
    expect(t.events(Event.Dpc)).toHaveLength(before + 2)
  })
})

describe('queue tags (WDK: SCSI_REQUEST_BLOCK, QueueTag)', () => {
  test('run from 1 to 254, never 0, never two alike at once', () => {
    const t = bench({ ...TAGGED, startIo: answer }, { slots: 4 })
    for (let n = 0; n < 256; n++) t.request({ tagged: true })
    const tags = t.events(Event.SrbStarted).map(e => e.c & 0xff)
    expect(tags.slice(0, 254)).toEqual(Array.from({ length: 254 }, (_, n) => n + 1))
    expect(tags.slice(254)).toEqual([1, 2])
  })

  test('a tag in use is passed over', () => {
    const t = bench(TAGGED, { slots: 4 })
    t.request({ tagged: true }) // keeps tag 1
    t.interrupt(m => m.nextLu())
    for (let n = 0; n < 254; n++) {
      t.request({ target: 1, tagged: true })
      t.interrupt(m => {
        m.complete(m.active[1]!)
        m.next()
      })
    }
    const tags = t.events(Event.SrbStarted).map(e => e.c & 0xff)
    expect(tags.filter(tag => tag === 1)).toHaveLength(1)
    expect(tags.at(-1)).toBe(2)
  })

  test.each([
    ['neither TaggedQueuing nor MultipleRequestPerLu', {}, SRB_FLAGS.QUEUE_ACTION_ENABLE, SP_UNTAGGED],
    ['TaggedQueuing', { TaggedQueuing: 1 }, SRB_FLAGS.QUEUE_ACTION_ENABLE, 1],
    ['TaggedQueuing, no queue action', { TaggedQueuing: 1 }, 0, SP_UNTAGGED],
    ['MultipleRequestPerLu, NO_QUEUE_FREEZE', { MultipleRequestPerLu: 1 }, SRB_FLAGS.NO_QUEUE_FREEZE, 1],
    [
      'DISABLE_DISCONNECT',
      { TaggedQueuing: 1 },
      SRB_FLAGS.QUEUE_ACTION_ENABLE | SRB_FLAGS.DISABLE_DISCONNECT,
      SP_UNTAGGED,
    ],
  ])('%s', (_name, hwid, flags, tag) => {
    const t = bench({ hwid })
    const io = t.request({ flags })
    expect(t.guest.srb(io.at, 'QueueTag')).toBe(tag)
    if (tag === SP_UNTAGGED) expect(t.guest.srb(io.at, 'SrbFlags') & SRB_FLAGS.QUEUE_ACTION_ENABLE).toBe(0)
  })

  test('the setting tagged: false turns them off', () => {
    const t = bench(TAGGED, { settings: { tagged: false } })
    expect(t.guest.srb(t.request({ tagged: true }).at, 'QueueTag')).toBe(SP_UNTAGGED)
  })
})

describe('the untagged barrier (ReactOS scsiport)', () => {
  test('an untagged SRB waits until every tagged one of its unit is back', () => {
    const t = bench(TAGGED)
    t.request({ tagged: true })
    t.interrupt(m => m.nextLu())
    t.request({ tagged: true })
    t.interrupt(m => m.nextLu())
    const untagged = t.request()
    const behind = t.request({ tagged: true })
    expect(t.started()).toHaveLength(2)
    t.interrupt(m => m.complete())
    expect(t.started()).toHaveLength(2)
    t.interrupt(m => m.complete())
    expect(t.started()).toEqual([1, 2, untagged.serial])
    expect(behind.done).toBe(false)
  })

  test('nothing else starts on the unit while an untagged SRB is active, even after NextLuRequest', () => {
    const t = bench(TAGGED)
    t.request()
    const behind = t.request({ tagged: true })
    t.interrupt(m => m.nextLu())
    expect(t.started()).toEqual([1])
    const other = t.request({ target: 1 })
    expect(t.started()).toEqual([1, other.serial])
    t.interrupt(m => {
      m.complete()
      m.next()
    })
    expect(t.started()).toEqual([1, other.serial, behind.serial])
  })
})

describe('several units', () => {
  test('take turns', () => {
    const t = bench({ startIo: answer })
    for (const target of [0, 0, 0, 1, 1, 2]) t.submit({ target })
    t.settle()
    const targets = t.events(Event.SrbStarted).map(e => e.b >> 8)
    expect(targets).toEqual([0, 1, 2, 0, 1, 0])
  })

  test('maxQueueDepth bounds what one unit has at once', () => {
    const t = bench(TAGGED, { settings: { maxQueueDepth: 2 } })
    for (let n = 0; n < 4; n++) t.request({ tagged: true })
    for (let n = 0; n < 4; n++) t.interrupt(m => m.nextLu())
    expect(t.started()).toHaveLength(2)
    t.interrupt(m => m.complete())
    expect(t.started()).toHaveLength(3)
  })

  test('an SRB slot is used again after its request came back, with a new serial', () => {
    const t = bench({ startIo: answer }, { slots: 1 })
    const [a, b] = [t.request(), t.request()]
    expect([a.done, b.done, a.at === b.at, a.serial === b.serial]).toEqual([true, true, true, false])
  })
})
