// What a miniport may do to an SRB while it has it, and that it does nothing to it afterwards. Sources: WDK Modifying SRBs,
// SCSI_REQUEST_BLOCK, ScsiPortNotification.
import { describe, expect, test } from 'vitest'
import { SENSE_BUFFER_BYTES, SRB, SRB_FLAGS, SRB_STATUS } from '../../schemas/scsiport.ts'
import { BadSense, Event, Finding } from '../trace/events.ts'
import type { FakeMiniport, MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, type Io, PortBench } from './testing/port-bench.ts'

const bench = (spec: MiniportSpec = {}, options: BenchOptions = {}): PortBench => new PortBench([spec], options).boot()
const found = (t: PortBench): number[][] => t.events(Event.Finding).map(e => [e.a, e.b, e.c])
const finish = (t: PortBench, before: (m: FakeMiniport) => void = () => {}, after = before): void =>
  t.interrupt(m => {
    before(m)
    m.complete()
    if (after !== before) after(m)
    m.next()
  })

describe('fields of an SRB that comes back', () => {
  test.each<[string, number, number]>([
    ['Function', SRB.Function, 0x12],
    ['PathId', SRB.PathId, 1],
    ['TargetId', SRB.TargetId, 9],
    ['Lun', SRB.Lun, 9],
    ['QueueTag', SRB.QueueTag, 9],
    ['CdbLength', SRB.CdbLength, 12],
    ['SrbFlags', SRB.SrbFlags, 0],
    ['TimeOutValue', SRB.TimeOutValue, 99],
    ['DataBuffer', SRB.DataBuffer, 1],
    ['NextSrb', SRB.NextSrb, 1],
    ['SrbExtension', SRB.SrbExtension, 1],
    ['Cdb', SRB.Cdb, 0xee],
  ])('%s is the port driver’s', (_name, offset, value) => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 64 })
    finish(t, m => {
      m.u8[io.at + offset] = value
    })
    expect(found(t)).toEqual([[Finding.SrbFieldChanged, io.serial, offset]])
    expect(io.done).toBe(true)
  })

  test('what it may write is no finding', () => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 64 })
    t.interrupt(m => {
      m.u8[io.at + SRB.DataTransferLength] = 8
      m.complete(io.at, SRB_STATUS.DATA_OVERRUN)
      m.next()
    })
    expect(t.findings()).toEqual([])
    expect(io.transferred).toBe(8)
  })

  test.each([
    [8, true],
    [64, false],
  ])('the LUN is its own only with more than eight units a target (%i: found %s)', (luns, isFound) => {
    const t = bench({ config: { MaximumNumberOfLogicalUnits: luns } })
    const io = t.request()
    finish(t, m => {
      m.u8[io.at + SRB.Lun] = 9
    })
    expect(t.findings()).toEqual(isFound ? [Finding.SrbFieldChanged] : [])
  })

  test.each([
    [0, []],
    [1, [Finding.SrbFieldChanged]],
  ])('an open direction may be settled, but not by a bus master (Master %i)', (master, findings) => {
    const t = bench({ config: { Master: master } })
    const io = t.request({ direction: 'in', bytes: 64, flags: SRB_FLAGS.UNSPECIFIED_DIRECTION })
    finish(t, m => {
      m.u8[io.at + SRB.SrbFlags]! &= ~SRB_FLAGS.DATA_OUT
    })
    expect(t.findings()).toEqual(findings)
  })

  test('the command is sent again as it was', () => {
    const t = bench()
    const io = t.request({ cdb: [0x28, 0, 0, 0, 0, 7, 0, 0, 1, 0], direction: 'in', bytes: 512 })
    t.interrupt(m => {
      m.u8[io.at + SRB.Cdb + 5] = 9
      m.complete(io.at, SRB_STATUS.BUSY)
      m.next()
    })
    t.seconds(2)
    expect([...t.guest.u8.subarray(io.at + SRB.Cdb, io.at + SRB.Cdb + 6)]).toEqual([0x28, 0, 0, 0, 0, 7])
    expect(t.started()).toHaveLength(2)
  })
})

describe('after RequestComplete', () => {
  const touch = (write: (m: FakeMiniport, io: Io, t: PortBench) => void, spec: MiniportSpec = {}) => {
    const t = bench({ hwid: { SrbExtensionSize: 24 }, ...spec })
    const io = t.request({ direction: 'in', bytes: 64 })
    const extension = t.guest.srb(io.at, 'SrbExtension')
    const sense = t.guest.srb(io.at, 'SenseInfoBuffer')
    finish(
      t,
      () => {},
      m => write(m, { ...io, at: io.at }, t),
    )
    return { t, io, extension, sense }
  }

  test.each<[string, number]>([
    ['SrbStatus', SRB.SrbStatus],
    ['DataTransferLength', SRB.DataTransferLength],
    ['the last byte of the CDB', SRB.Cdb + 15],
  ])('writing %s is found, with its offset', (_name, offset) => {
    const { t, io } = touch((m, { at }) => {
      m.u8[at + offset] = 0x5a
    })
    expect(found(t)).toEqual([[Finding.TouchedAfterCompletion, io.serial, offset]])
  })

  test('writing to its extension or sense buffer is found', () => {
    for (const what of ['extensionAt', 'senseAt'] as const) {
      const { t, io } = touch((m, { slot }) => {
        m.u8[slot[what] + 3] = 0x5a
      })
      expect(found(t)).toEqual([[Finding.TouchedAfterCompletion, io.serial, 3]])
    }
  })

  test('writing much later is found when the SRB is used again, or at the end', () => {
    for (const last of [true, false]) {
      const t = bench({}, { slots: 3 })
      const io = t.request()
      finish(t)
      t.guest.u8[io.at + SRB.TimeOutValue] = 1
      expect(t.findings()).toEqual([])
      if (last) t.port.guard.sweep()
      else
        for (let n = 0; n < 3; n++) {
          t.request()
          finish(t)
        }
      expect(found(t)).toEqual([[Finding.TouchedAfterCompletion, io.serial, SRB.TimeOutValue]])
    }
  })

  test('its pointers lead nowhere, and what was read from it is known again', () => {
    const { t } = touch((m, { at }) => {
      expect(m.srb(at, 'DataBuffer')).toBeGreaterThan(m.u8.length)
      expect(m.srb(at, 'SrbExtension')).toBeGreaterThan(m.u8.length)
      m.nextLu(m.srb(at, 'PathId'), m.srb(at, 'TargetId'), m.srb(at, 'Lun'))
    })
    expect(t.findings()).toContain(Finding.TouchedAfterCompletion)
  })

  test.each<[string, (m: FakeMiniport, at: number, va: number) => unknown]>([
    ['ScsiPortLogError', (m, at) => m.call('ScsiPortLogError', m.extension, at, 0, 0, 0, 6, 1)],
    ['ScsiPortGetPhysicalAddress', (m, at, va) => m.physical(at, va)],
    ['ScsiPortIoMapTransfer', (m, at, va) => m.call('ScsiPortIoMapTransfer', m.extension, at, va, 16)],
  ])('passing it to %s is found', (name, call) => {
    const t = bench({ hwid: { NeedPhysicalAddresses: 1 } })
    const io = t.request({ direction: 'in', bytes: 64 })
    const va = t.guest.srb(io.at, 'DataBuffer')
    finish(
      t,
      () => {},
      m => void call(m, io.at, va),
    )
    const [event] = t.events(Event.Finding)
    expect(event).toMatchObject({ a: Finding.TouchedAfterCompletion, b: io.serial, c: -1 })
    expect(t.trace.text[event!.d]).toBe(name)
  })

  test('a second completion is one finding, not two', () => {
    const t = bench()
    const io = t.request()
    finish(
      t,
      () => {},
      m => m.complete(io.at),
    )
    expect(t.findings()).toEqual([Finding.DoubleCompletion])
  })
})

describe('sense data', () => {
  const check = (write: (m: FakeMiniport, at: number) => void, { flags = 0, length = 18, status = 0x84 } = {}) => {
    const t = bench({ hwid: { AutoRequestSense: 1 } })
    const io = t.request({ flags })
    t.interrupt(m => {
      write(m, m.srb(io.at, 'SenseInfoBuffer'))
      m.u8[io.at + SRB.SenseInfoBufferLength] = length
      m.complete(io.at, status, 2)
      m.next()
    })
    return found(t)
  }
  const fill = (bytes: number) => (m: FakeMiniport, at: number) => void m.u8.fill(0x70, at, at + bytes)

  test.each<[string, number, { flags?: number; length?: number; status?: number }, number]>([
    ['18 bytes', 18, {}, 0],
    ['8 bytes, and said so', 8, { length: 8 }, 0],
    ['nothing', 0, {}, BadSense.nothingWritten],
    ['8 bytes, 18 said', 8, {}, BadSense.otherLength],
    ['18 bytes, none said', 18, { length: 0 }, BadSense.otherLength],
    ['18 bytes, 32 said', 18, { length: 32 }, BadSense.longerThanBuffer],
    ['18 bytes although disabled', 18, { flags: SRB_FLAGS.DISABLE_AUTOSENSE }, BadSense.disabled],
    ['disabled, written without saying so', 18, { flags: SRB_FLAGS.DISABLE_AUTOSENSE, status: 4 }, BadSense.disabled],
  ])('%s', (_name, bytes, options, code) => {
    expect(check(fill(bytes), options)).toEqual(code === 0 ? [] : [[Finding.BadSense, 1, code]])
  })

  test('the same sense data twice in one slot is written twice', () => {
    const t = bench({ hwid: { AutoRequestSense: 1 } }, { slots: 1 })
    for (let n = 0; n < 3; n++) {
      const io = t.request({ onDone: (_io, slot) => t.port.releaseQueue(slot.lu!) })
      t.interrupt(m => {
        fill(SENSE_BUFFER_BYTES)(m, m.srb(io.at, 'SenseInfoBuffer'))
        m.complete(io.at, 0x84, 2)
        m.next()
      })
      expect(io.sense).toBe(0x707070 & 0xfffff)
    }
    expect(t.findings()).toEqual([])
  })
})
