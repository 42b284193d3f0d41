// Sense data: fetched by the port driver with a REQUEST SENSE of its own, or delivered by the miniport (autosense).
// Sources: WDK SCSI_REQUEST_BLOCK (SenseInfoBuffer), HW_INITIALIZATION_DATA (AutoRequestSense); ReactOS scsiport.
import { describe, expect, test } from 'vitest'
import { SCSI_STATUS, SRB, SRB_FLAGS, SRB_STATUS } from '../../schemas/scsiport.ts'
import type { FakeMiniport, MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'

const TAGGED: MiniportSpec = { hwid: { TaggedQueuing: 1, MultipleRequestPerLu: 1 } }
const bench = (spec: MiniportSpec = {}, options: BenchOptions = {}): PortBench => new PortBench([spec], options).boot()

const check = (m: FakeMiniport, srb = m.active[0]!): void => {
  m.complete(srb, SRB_STATUS.ERROR, SCSI_STATUS.CHECK_CONDITION)
  m.next()
}
/** Answers REQUEST SENSE: ILLEGAL REQUEST, 20h 00h. */
const sense = (m: FakeMiniport, status: number = SRB_STATUS.SUCCESS, bytes = 18): void => {
  const srb = m.active[0]!
  const data = m.srb(srb, 'DataBuffer')
  m.u8.fill(0, data, data + 18)
  m.u8[data] = 0x70
  m.u8[data + 2] = 5
  m.u8[data + 7] = 10
  m.u8[data + 12] = 0x20
  m.view.setUint32(srb + SRB.DataTransferLength, bytes, true)
  m.complete(srb, status)
  m.next()
}
const MAPPED: MiniportSpec = { hwid: { MapBuffers: 1 } }

describe('REQUEST SENSE by the port driver', () => {
  test('every field of its SRB', () => {
    const t = bench(MAPPED)
    const io = t.request({ target: 2, lun: 1 })
    t.interrupt(m => check(m))
    const srb = t.guest.active[0]!
    const read = (field: Parameters<typeof t.guest.srb>[1]): number => t.guest.srb(srb, field)
    expect(io.done).toBe(false)
    expect(srb).not.toBe(io.at)
    expect([read('PathId'), read('TargetId'), read('Lun')]).toEqual([0, 2, 1])
    expect([...t.guest.u8.subarray(srb + SRB.Cdb, srb + SRB.Cdb + 6)]).toEqual([3, 0, 0, 0, 18, 0])
    expect([read('Function'), read('CdbLength'), read('TimeOutValue'), read('QueueTag')]).toEqual([0, 6, 2, 0xff])
    expect([read('DataTransferLength'), read('SenseInfoBuffer'), read('SenseInfoBufferLength')]).toEqual([18, 0, 0])
    const { DATA_IN, BYPASS_FROZEN_QUEUE, DISABLE_DISCONNECT, IS_ACTIVE } = SRB_FLAGS
    expect(read('SrbFlags')).toBe(DATA_IN | BYPASS_FROZEN_QUEUE | DISABLE_DISCONNECT | IS_ACTIVE)
  })

  test.each([
    ['SUCCESS', SRB_STATUS.SUCCESS, 18],
    ['DATA_OVERRUN with fewer bytes', SRB_STATUS.DATA_OVERRUN, 14],
  ])('%s: the original comes back with the sense data, the queue frozen', (_name, status, bytes) => {
    const t = bench(MAPPED)
    const io = t.request()
    t.interrupt(m => check(m))
    t.interrupt(m => sense(m, status, bytes))
    expect(io).toMatchObject({ done: true, status: SRB_STATUS.ERROR, autosense: true, senseLength: bytes })
    expect(io).toMatchObject({ sense: 0x052000, frozen: true })
    expect([t.port.outstanding, t.port.free.length]).toEqual([0, 8])
  })

  test('a REQUEST SENSE that fails: REQUEST_SENSE_FAILED, no sense data', () => {
    const t = bench(MAPPED)
    const io = t.request()
    t.interrupt(m => check(m))
    t.interrupt(m => check(m))
    expect(io).toMatchObject({ done: true, status: SRB_STATUS.REQUEST_SENSE_FAILED, autosense: false, sense: -1 })
    expect(t.started()).toHaveLength(2)
    expect(t.port.outstanding).toBe(0)
  })

  test('comes before anything else on the unit: the next command would clear the sense data', () => {
    const t = bench(MAPPED)
    const io = t.request()
    const behind = t.request()
    t.interrupt(m => check(m))
    expect(t.started()).toHaveLength(2)
    expect(t.guest.u8[t.guest.active[0]! + SRB.Cdb]).toBe(3)
    t.interrupt(m => sense(m))
    expect([io.done, behind.done]).toEqual([true, false])
    t.port.releaseQueue(t.port.lu(0, 0, 0))
    t.settle()
    expect(t.started().at(-1)).toBe(behind.serial)
  })

  test('comes before tagged ones that are ready to start; those already active stay', () => {
    const t = bench(TAGGED)
    const a = t.request({ tagged: true })
    t.interrupt(m => m.nextLu())
    t.request({ tagged: true })
    t.request({ tagged: true })
    t.interrupt(m => {
      m.complete(a.at, SRB_STATUS.ERROR, SCSI_STATUS.CHECK_CONDITION)
      m.nextLu()
    })
    expect(t.started()).toHaveLength(3)
    expect(t.guest.u8[t.guest.active.at(-1)! + SRB.Cdb]).toBe(3)
  })

  test('two CHECK CONDITIONs of a unit at once: one REQUEST SENSE after the other', () => {
    const t = bench({ hwid: { ...TAGGED.hwid, MapBuffers: 1 } })
    const [a, b] = [t.request({ tagged: true }), t.request({ tagged: true })]
    t.interrupt(m => m.nextLu())
    t.interrupt(m => {
      for (const io of [a, b]) m.complete(io.at, SRB_STATUS.ERROR, SCSI_STATUS.CHECK_CONDITION)
      m.next()
    })
    expect(t.started()).toHaveLength(3)
    t.interrupt(m => sense(m))
    expect(t.started()).toHaveLength(4)
    t.interrupt(m => sense(m))
    expect([a.sense, b.sense]).toEqual([0x052000, 0x052000])
  })

  test('no free SRB: the request fails without sense data and the unit goes on', () => {
    const t = bench(MAPPED, { slots: 1 })
    const io = t.request()
    t.interrupt(m => check(m))
    expect(io).toMatchObject({ done: true, status: SRB_STATUS.ERROR, autosense: false })
    t.port.releaseQueue(t.port.lu(0, 0, 0))
    const next = t.request()
    t.interrupt(m => {
      m.complete()
      m.next()
    })
    expect(next.done).toBe(true)
  })

  test('SRB_STATUS_BUSY with CHECK CONDITION is a retry, not a sense', () => {
    const t = bench(MAPPED)
    const io = t.request()
    t.interrupt(m => {
      m.complete(io.at, SRB_STATUS.BUSY, SCSI_STATUS.CHECK_CONDITION)
      m.next()
    })
    t.seconds(1)
    expect(t.started()).toEqual([io.serial, io.serial])
  })

  test('none with DISABLE_AUTOSENSE', () => {
    const t = bench()
    const io = t.request({ flags: SRB_FLAGS.DISABLE_AUTOSENSE })
    t.interrupt(m => check(m))
    expect([io.done, io.autosense, t.started().length]).toEqual([true, false, 1])
  })
})

describe('autosense', () => {
  test('AUTOSENSE_VALID: the sense data stand in the SRB sense buffer, no REQUEST SENSE', () => {
    const t = bench({ hwid: { AutoRequestSense: 1 } })
    const io = t.request()
    t.interrupt(m => {
      const at = m.srb(io.at, 'SenseInfoBuffer')
      expect(m.srb(io.at, 'SenseInfoBufferLength')).toBe(18)
      m.u8.fill(0, at, at + 14)
      m.u8[at] = 0x70
      m.u8[at + 2] = 6
      m.u8[at + 12] = 0x29
      m.u8[io.at + SRB.SenseInfoBufferLength] = 14
      m.complete(io.at, SRB_STATUS.ERROR | SRB_STATUS.AUTOSENSE_VALID, SCSI_STATUS.CHECK_CONDITION)
      m.next()
    })
    expect(io).toMatchObject({ done: true, autosense: true, senseLength: 14, sense: 0x062900, frozen: true })
    expect(t.findings()).toEqual([])
    expect(t.started()).toHaveLength(1)
  })
})
