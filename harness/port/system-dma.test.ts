// ScsiPortIoMapTransfer, HwScsiDmaStarted, ScsiPortFlushDma, for adapters that use the platform's DMA controller.
// Sources: the WDK pages of these three routines.
import { describe, expect, test } from 'vitest'
import { PS } from '../../device/clock.ts'
import { Event, Finding, Routine } from '../trace/events.ts'
import { DIRQL } from './cpu.ts'
import type { FakeMiniport, MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, type Io, PortBench } from './testing/port-bench.ts'

const SUBORDINATE: MiniportSpec = { dmaStarted: () => {}, config: { DmaChannel: 5 } }
const bench = (spec: MiniportSpec = {}, options: BenchOptions = {}): PortBench =>
  new PortBench([{ ...SUBORDINATE, ...spec }], options).boot()
const map = (m: FakeMiniport, io: Io, offset = 0, bytes = io.slot.bytes): void => {
  m.call('ScsiPortIoMapTransfer', m.extension, io.at, m.srb(io.at, 'DataBuffer') + offset, bytes)
}
const flush = (m: FakeMiniport): void => void m.call('ScsiPortFlushDma', m.extension)
const maps = (t: PortBench): number[][] => t.events(Event.MapTransfer).map(e => [e.b, e.c, e.d])

describe('ScsiPortIoMapTransfer', () => {
  test('only latches; then the channel is programmed and HwScsiDmaStarted called', () => {
    let programmed: boolean[] = []
    const t = bench({
      dmaStarted: m => {
        programmed.push(t.stations[0]!.systemDma.programmed)
        m.note('started')
      },
    })
    const io = t.request({ direction: 'in', bytes: 1024 })
    programmed = []
    t.interrupt(m => {
      map(m, io)
      programmed.push(t.stations[0]!.systemDma.programmed)
    })
    expect(programmed).toEqual([false, true])
    const call = t.guest.calls.find(c => c.routine === 'HwDmaStarted')!
    expect([call.irql, call.args]).toEqual([DIRQL, [t.guest.extension]])
    expect(t.events(Event.Enter).find(e => e.a === Routine.DmaStarted)!.c).toBe(io.serial)
    expect(maps(t)).toEqual([[0, 1024, 1]])
  })

  test.each([
    ['in', true],
    ['out', false],
  ] as const)('data %s: the bytes go to or come from the right place', (direction, toMemory) => {
    const t = bench()
    const io = t.request({ direction, bytes: 1024 })
    t.guest.u8.fill(0x11, io.slot.dataAt, io.slot.dataAt + 1024)
    t.interrupt(m => map(m, io, 256, 512))
    const buffer = new Uint8Array(600).fill(0x22)
    const { systemDma } = t.stations[0]!
    expect(systemDma.transfer(buffer, 0, 600, !toMemory)).toBe(-2)
    expect(systemDma.transfer(buffer, 0, 600, toMemory)).toBe(512)
    const data = t.guest.u8.subarray(io.slot.dataAt, io.slot.dataAt + 1024)
    if (toMemory) expect([data[255], data[256], data[767], data[768]]).toEqual([0x11, 0x22, 0x22, 0x11])
    else expect([buffer[0], buffer[511], buffer[512]]).toEqual([0x11, 0x11, 0x22])
  })

  test.each([
    ['an address before the buffer', -1, 16],
    ['more than the buffer holds', 1000, 25],
    ['no bytes', 0, 0],
    ['a length that wraps', 16, 0xffff_fff8],
  ])('%s is found and not carried out', (_name, offset, bytes) => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 1024 })
    t.interrupt(m => map(m, io, offset, bytes))
    expect(t.events(Event.Finding)).toMatchObject([
      { a: Finding.BadMapTransfer, b: io.serial, c: offset, d: bytes | 0 },
    ])
    expect(maps(t)).toEqual([[offset, bytes | 0, 0]])
    expect(t.routines()).not.toContain('HwDmaStarted')
  })

  test.each([
    [
      'by a bus master',
      { config: { Master: 1 } },
      (t: PortBench) => t.request({ direction: 'in', bytes: 64 }),
      Finding.BadMapTransfer,
    ],
    [
      'for an SRB that came back',
      {},
      (t: PortBench) => {
        const io = t.request({ direction: 'in', bytes: 64 })
        t.interrupt(m => (m.complete(), m.next()))
        return io
      },
      Finding.TouchedAfterCompletion,
    ],
  ] as const)('%s is found', (_name, spec, make, finding) => {
    const t = bench(spec)
    const io = make(t)
    t.interrupt(m => map(m, io, 0, 64))
    expect(t.findings()).toEqual([finding])
    expect(t.stations[0]!.systemDma.programmed).toBe(false)
  })

  test('an SRB completed in the same ISR after IoMapTransfer: nothing is programmed any more', () => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 64 })
    t.interrupt(m => {
      map(m, io)
      m.complete()
      m.next()
    })
    expect(t.stations[0]!.systemDma.programmed).toBe(false)
    expect(t.findings()).toEqual([Finding.DmaNotFlushed, Finding.BadMapTransfer])
  })

  test('the wrong channel in the configuration: HwScsiDmaStarted is called, nothing is programmed', () => {
    const t = bench({ config: { DmaChannel: 3 } })
    const io = t.request({ direction: 'in', bytes: 64 })
    t.interrupt(m => map(m, io))
    expect(t.routines()).toContain('HwDmaStarted')
    expect(t.stations[0]!.systemDma.programmed).toBe(false)
  })

  test('HwScsiDmaStarted NULL: the channel is programmed, nothing is called', () => {
    const t = new PortBench([{ config: { DmaChannel: 5 } }]).boot()
    const io = t.request({ direction: 'in', bytes: 64 })
    t.interrupt(m => map(m, io))
    expect(t.stations[0]!.systemDma.programmed).toBe(true)
  })

  test('an interrupt may come between it and HwScsiDmaStarted', () => {
    const t = bench({}, { cost: { dpcPs: 10 * PS.us } })
    const io = t.request({ direction: 'in', bytes: 64 })
    t.interrupt(m => {
      map(m, io)
      t.adapter.later(5 * PS.us, () => t.adapter.raise())
      m.isr.push(() => t.adapter.lower())
    })
    expect(t.routines().slice(-3)).toEqual(['HwInterrupt', 'HwInterrupt', 'HwDmaStarted'])
  })
})

describe('ScsiPortFlushDma', () => {
  test('ends the transfer and says in the trace how much was moved', () => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 64 })
    t.interrupt(m => map(m, io))
    const { systemDma } = t.stations[0]!
    systemDma.transfer(new Uint8Array(48), 0, 48, true)
    t.interrupt(flush)
    expect([systemDma.programmed, t.events(Event.FlushDma)[0]!.a]).toEqual([false, 48])
  })

  test('before HwScsiDmaStarted ran it cancels: HwScsiDmaStarted is not called', () => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 64 })
    t.interrupt(m => {
      map(m, io)
      flush(m)
    })
    expect([t.stations[0]!.systemDma.programmed, t.events(Event.FlushDma)[0]!.a]).toEqual([false, 0])
    expect(t.routines()).not.toContain('HwDmaStarted')
  })

  test('with nothing mapped it does nothing', () => {
    const t = bench()
    t.interrupt(flush)
    expect([t.port.dead, t.findings()]).toEqual([false, []])
  })
})
