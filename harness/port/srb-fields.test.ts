// What HwScsiStartIo finds: every field of the SRB, its extension, sense buffer and data buffer, and what the adapter may
// reach while the SRB is active. Sources: WDK SCSI_REQUEST_BLOCK, HW_INITIALIZATION_DATA (MapBuffers), srb.h offsets.
import { describe, expect, test } from 'vitest'
import { SRB, SRB_FLAGS } from '../../schemas/scsiport.ts'
import type { MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'

const bench = (spec: MiniportSpec = {}, options: BenchOptions = {}): PortBench => new PortBench([spec], options).boot()
const finish = (t: PortBench): void => t.interrupt(m => (m.complete(), m.next()))

describe('fields before HwScsiStartIo', () => {
  test.each([
    ['in', SRB_FLAGS.DATA_IN, 512],
    ['out', SRB_FLAGS.DATA_OUT, 512],
    ['none', 0, 0],
  ] as const)('direction %s', (direction, flag, bytes) => {
    const t = bench({ hwid: { MapBuffers: 1, SrbExtensionSize: 32, TaggedQueuing: 1 } })
    const cdb = [0x28, 0, 1, 2, 3, 4, 0, 0, 1, 0]
    const io = t.request({ path: 0, target: 3, lun: 5, cdb, direction, bytes, timeout: 17, tagged: true })
    const fields = Object.fromEntries(
      (Object.keys(SRB) as (keyof typeof SRB)[])
        .filter(name => name !== 'bytes' && name !== 'Cdb')
        .map(name => [name, t.guest.srb(io.at, name as 'Length')]),
    )
    expect(fields).toEqual({
      Length: 64,
      Function: 0,
      SrbStatus: 0,
      ScsiStatus: 0,
      PathId: 0,
      TargetId: 3,
      Lun: 5,
      QueueTag: 1,
      QueueAction: 0x20,
      CdbLength: 10,
      SenseInfoBufferLength: 18,
      SrbFlags: flag | SRB_FLAGS.QUEUE_ACTION_ENABLE | SRB_FLAGS.IS_ACTIVE,
      DataTransferLength: bytes,
      TimeOutValue: 17,
      DataBuffer: bytes === 0 ? 0 : io.slot.dataAt,
      SenseInfoBuffer: io.slot.senseAt,
      NextSrb: 0,
      OriginalRequest: 0,
      SrbExtension: io.slot.extensionAt,
      QueueSortKey: 0,
    })
    expect([...t.guest.u8.subarray(io.at + SRB.Cdb, io.at + SRB.bytes)]).toEqual([...cdb, 0, 0, 0, 0, 0, 0])
  })

  test('what the miniport wrote into them the last time is gone', () => {
    const t = bench({}, { slots: 1 })
    const first = t.request({ direction: 'in', bytes: 64 })
    const before = t.guest.u8.slice(first.at, first.at + SRB.bytes)
    t.interrupt(m => {
      m.u8.fill(0xee, first.at, first.at + SRB.bytes)
      m.complete()
      m.next()
    })
    const second = t.request({ direction: 'in', bytes: 64 })
    expect(second.at).toBe(first.at)
    expect([...t.guest.u8.subarray(second.at, second.at + SRB.bytes)]).toEqual([...before])
  })
})

describe('the SRB extension', () => {
  test('is filled afresh with something random each time (WDK: uninitialised)', () => {
    const t = bench({ hwid: { SrbExtensionSize: 41 } }, { slots: 1 })
    const seen = new Set<string>()
    for (let n = 0; n < 4; n++) {
      const io = t.request()
      const at = t.guest.srb(io.at, 'SrbExtension')
      const bytes = t.guest.u8.slice(at, at + 41)
      expect(new Set(bytes).size).toBeGreaterThan(8)
      expect(new Set(bytes.slice(-3)).size).toBeGreaterThan(0)
      seen.add(bytes.join())
      t.guest.u8.fill(0, at, at + 41)
      finish(t)
    }
    expect(seen.size).toBe(4)
  })

  test('the same seed fills it the same way', () => {
    const fill = (): string => {
      const t = bench({ hwid: { SrbExtensionSize: 64 } })
      const at = t.guest.srb(t.request().at, 'SrbExtension')
      return t.guest.u8.subarray(at, at + 64).join()
    }
    expect(fill()).toBe(fill())
  })

  test('the filling ends before the sense buffer and the next extension', () => {
    const t = bench({ hwid: { SrbExtensionSize: 13 } })
    const [a, b] = [t.port.slots[0]!, t.port.slots[1]!]
    t.guest.u8.fill(0, a.extensionAt, b.extensionAt + 64)
    t.request()
    expect(a.senseAt).toBeGreaterThanOrEqual(a.extensionAt + 13)
    expect(b.extensionAt).toBeGreaterThanOrEqual(a.senseAt + 18)
    expect([...t.guest.u8.subarray(a.extensionAt + 13, b.extensionAt + 64)].every(byte => byte === 0)).toBe(true)
  })

  test('is NULL when the miniport asked for none', () => {
    const t = bench()
    expect(t.guest.srb(t.request().at, 'SrbExtension')).toBe(0)
  })
})

describe('the data buffer', () => {
  test('without MapBuffers its address is opaque and outside memory: a dereference traps', () => {
    const t = bench()
    const va = t.guest.srb(t.request({ direction: 'in', bytes: 64 }).at, 'DataBuffer')
    expect(va).toBeGreaterThan(t.guest.u8.length)
    expect(va).toBeGreaterThanOrEqual(0xc000_0000)
  })

  test('opaque addresses of different SRBs never overlap', () => {
    const t = bench({}, { slots: 16, dataBytes: 8192 })
    const ranges = t.port.slots
      .map(s => [s.dataVa >>> 0, (s.dataVa >>> 0) + s.dataCapacity])
      .sort((a, b) => a[0]! - b[0]!)
    for (const [n, [from]] of ranges.slice(1).entries()) expect(from).toBeGreaterThanOrEqual(ranges[n]![1]!)
  })
})

describe('what the adapter may reach', () => {
  const MASTER: MiniportSpec = { hwid: { NeedPhysicalAddresses: 1 }, config: { Master: 1 } }
  const probe = (t: PortBench, at: number): [boolean, boolean] => {
    const { slice } = t.port
    const dma = slice.dmaPort(0)
    dma.enabled = true
    const pa = slice.physicalOf(at)
    return [dma.read(pa, new Uint8Array(1), 0, 1), dma.write(pa, t.guest.u8.slice(at, at + 1), 0, 1)]
  }

  test.each([
    ['in', [false, true]],
    ['out', [true, false]],
  ] as const)('direction %s: [read, write] from the first byte to the last, only while active', (direction, can) => {
    const t = bench(MASTER)
    t.port.take() // the second slot's buffer begins in the middle of a page
    const io = t.request({ direction, bytes: 4096 })
    const { dataAt } = io.slot
    expect(dataAt % 4096).not.toBe(0)
    for (const at of [dataAt, dataAt + 2048, dataAt + 4095]) expect(probe(t, at)).toEqual(can)
    for (const at of [dataAt - 1, dataAt + 4096]) expect(probe(t, at)).toEqual([false, false])
    t.interrupt(m => {
      m.complete()
      expect(probe(t, dataAt)).toEqual([false, false])
      m.next()
    })
    expect(probe(t, dataAt + 4095)).toEqual([false, false])
  })

  test('a subordinate adapter reaches nothing', () => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 512 })
    expect(probe(t, io.slot.dataAt)).toEqual([false, false])
  })

  test('a queued SRB is not reachable before it is started', () => {
    const t = bench(MASTER)
    t.request()
    const io = t.request({ direction: 'in', bytes: 512 })
    expect(probe(t, io.slot.dataAt)).toEqual([false, false])
    finish(t)
    expect(probe(t, io.slot.dataAt)).toEqual([false, true])
  })

  test('a retry after BUSY is granted again, a lost SRB is not', () => {
    const t = bench({ ...MASTER, resetBus: () => true })
    const io = t.request({ direction: 'in', bytes: 512, timeout: 1 })
    t.interrupt(m => {
      m.complete(io.at, 5)
      m.next()
    })
    expect(probe(t, io.slot.dataAt)).toEqual([false, false])
    t.seconds(1)
    expect(probe(t, io.slot.dataAt)).toEqual([false, true])
    t.seconds(10)
    expect(io.done).toBe(true)
    expect(probe(t, io.slot.dataAt)).toEqual([false, false])
  })
})
