// Whatever a miniport does, right or wrong: the port driver never fails itself, gives every request back exactly once,
// starts nothing on a busy adapter, never gives two active SRBs of one tag, and leaves nothing granted or active.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SENSE_BUFFER_BYTES, SP_UNTAGGED } from '../../schemas/scsiport.ts'
import { Event, Finding, Notification, Routine } from '../trace/events.ts'
import { SlotState } from './srb.ts'
import type { FakeMiniport } from './testing/fake-miniport.ts'
import { type Io, PortBench } from './testing/port-bench.ts'

/** One thing a miniport does: which, and three numbers to choose with. */
type Act = [what: number, a: number, b: number, c: number]
const act = fc.tuple(fc.nat(15), fc.nat(255), fc.nat(255), fc.nat(255))
const script = fc.array(fc.array(act, { maxLength: 4 }), { minLength: 1, maxLength: 12 })

const STATUSES = [0x01, 0x01, 0x04, 0x05, 0x0a, 0x0e, 0x12, 0x84, 0x00, 0x41, 0x1f, 0xff]
const SCSI_STATUSES = [0, 0, 2, 8, 0x28, 0x18, 0x22, 0xff]
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!

function perform(t: PortBench, m: FakeMiniport, [what, a, b, c]: Act): unknown {
  const active = m.active.length > 0 ? pick(m.active, a) : t.port.slots[a % 8]!.at
  switch (what) {
    case 0:
    case 1:
    case 2:
      return m.complete(active, pick(STATUSES, b), pick(SCSI_STATUSES, c))
    case 3:
    case 4:
      return m.next()
    case 5:
    case 6:
      return m.nextLu(0, a & 3, b & 1)
    case 7:
      return m.timer(x => void perform(t, x, [c % 7, b, a, c]), a * b * 100)
    case 8:
      return m.notify(3)
    case 9:
      return m.call('ScsiPortCompleteRequest', m.extension, 0, a & 1 ? 0xff : a & 3, 0xff, pick(STATUSES, b))
    case 10:
      return m.notify(
        5,
        m.callback(x => {
          perform(t, x, [a % 7, b, c, a])
          if (b > 60)
            x.notify(
              4,
              x.callback(() => 1, Routine.DisableInterrupts),
            )
          return true
        }, Routine.EnableInterrupts),
      )
    case 11:
      return m.complete(a * b * c, 1)
    case 12:
      return m.call('ScsiPortIoMapTransfer', m.extension, active, m.srb(active, 'DataBuffer') + (b & 3), c * 4)
    case 13:
      return m.call('ScsiPortFlushDma', m.extension)
    case 14:
      return m.physical(active, m.srb(active, 'DataBuffer') + b * c)
    default:
      if (a > 250) throw new WebAssembly.RuntimeError('unreachable')
      return m.call('ScsiPortStallExecution', b)
  }
}

interface World {
  scripts: Act[][]
  requests: { target: number; lun: number; tagged: boolean; out: boolean; flags: number }[]
  master: boolean
  autosense: boolean
  abortFirst: boolean
}
const world: fc.Arbitrary<World> = fc.record({
  scripts: script,
  requests: fc.array(
    fc.record({
      target: fc.nat(2),
      lun: fc.nat(1),
      tagged: fc.boolean(),
      out: fc.boolean(),
      flags: fc.constantFrom(0, 0x10, 0x100, 0x20),
    }),
    { minLength: 1, maxLength: 14 },
  ),
  master: fc.boolean(),
  autosense: fc.boolean(),
  abortFirst: fc.boolean(),
})

function run({ scripts, requests, master, autosense, abortFirst }: World): {
  t: PortBench
  ios: Io[]
  backs: number[]
} {
  let turn = 0
  const play = (m: FakeMiniport): boolean => {
    for (const one of pick(scripts, turn++)) perform(t, m, one)
    return true
  }
  const t: PortBench = new PortBench(
    [
      {
        hwid: { TaggedQueuing: 1, MultipleRequestPerLu: 1, SrbExtensionSize: 20, AutoRequestSense: autosense ? 1 : 0 },
        config: { Master: master ? 1 : 0, DmaChannel: 5 },
        dmaStarted: play,
        startIo: (m, _ext, srb) => {
          m.active.push(srb!)
          return play(m)
        },
        interrupt: m => {
          t.adapter.lower()
          return play(m)
        },
      },
    ],
    { settings: { abortFirst }, limits: { stormInvocations: 30 } },
  ).boot()
  const ios: Io[] = []
  const backs: number[] = []
  for (const [n, { target, lun, tagged, out, flags }] of requests.entries()) {
    if (t.port.free.length > 2)
      ios.push(
        t.request({
          target,
          lun,
          tagged,
          direction: out ? 'out' : 'in',
          bytes: 512,
          timeout: 2,
          flags,
          onDone: (_io, slot) => {
            backs[n] = (backs[n] ?? 0) + 1
            if (slot.frozeQueue) t.port.releaseQueue(slot.lu!)
          },
        }),
      )
    if (n % 3 === 0) {
      t.adapter.raise()
      t.settle()
    }
  }
  // Time-outs, resets, holds and retries bring everything back in the end.
  for (let n = 0; n < 600 && t.port.outstanding > 0; n++) {
    t.adapter.raise()
    t.settle()
    t.seconds(5)
  }
  return { t, ios, backs }
}

describe('any miniport', () => {
  test('every request comes back once, nothing stays active', () => {
    fc.assert(
      fc.property(world, w => {
        const { t, ios, backs } = run(w)
        const { port } = t
        expect(backs.every(count => count === undefined || count === 1)).toBe(true)
        expect(port.outstanding).toBe(0)
        expect(ios.every(io => io.done)).toBe(true)
        const active = port.slots.filter(s => s.state === SlotState.active)
        expect(port.activeCount).toBe(active.length)
        expect(port.luns.reduce((sum, lu) => sum + lu.active.length, 0)).toBe(active.length)
        expect(port.luns.every(lu => lu.unsettled >= 0)).toBe(true)
        expect(new Set(port.free).size).toBe(port.free.length)
        expect([...port.free].every(s => s.state === SlotState.free && !s.granted)).toBe(true)
        if (port.dead) expect([port.outstanding, port.activeCount]).toEqual([0, 0])
      }),
      { numRuns: 120 },
    )
  })

  test('tags are unique, an untagged SRB is alone on its unit, nothing starts before Next*', () => {
    const plain = world.map(w => ({
      ...w,
      autosense: true,
      abortFirst: false,
      requests: w.requests.map(r => ({ ...r, flags: 0 })),
    }))
    fc.assert(
      fc.property(plain, w => {
        const { trace } = run(w).t
        const active = new Map<number, { tag: number; lu: number }>()
        let busy = false
        for (let n = Math.max(0, trace.count - trace.capacity); n < trace.count; n++) {
          const i = trace.indexOf(n)
          const [kind, a] = [trace.kind[i]!, trace.a[i]!]
          const [b, c] = kind === Event.SrbStarted ? [trace.b[i]! & 0xffff, trace.c[i]! & 0xff] : [trace.b[i]!, 0]
          if (kind === Event.SrbStarted) {
            expect(busy).toBe(false)
            busy = true
            const tag = c & 0xff // the digest of the CDB stands above it
            for (const other of active.values()) {
              if (tag !== SP_UNTAGGED) expect(other.tag).not.toBe(tag)
              // The port driver's own REQUEST SENSE (18 bytes) goes past tagged SRBs that are active.
              if (other.lu === b && trace.d[i] !== SENSE_BUFFER_BYTES)
                expect([other.tag, tag]).not.toContain(SP_UNTAGGED)
            }
            active.set(a, { tag, lu: b })
          } else if (kind === Event.SrbCompleted) active.delete(a)
          else if (kind === Event.Finding && a === Finding.SrbLost) active.delete(b)
          else if (kind === Event.Notify && (a === Notification.NextRequest || a === Notification.NextLuRequest))
            busy = false
          else if (kind === Event.ResetHold && a === 0) busy = false
          else if (kind === Event.Stopped) return
        }
      }),
      { numRuns: 80 },
    )
  })

  test('the same miniport twice: the same trace', () => {
    fc.assert(
      fc.property(world, w => {
        expect(run(w).t.trace.hash).toBe(run(w).t.trace.hash)
      }),
      { numRuns: 10 },
    )
  })
})
