// The NVM command set: data, PRPs, checks, statuses. Both sides are looked at: completion entries and memory, probe and medium.
import { describe, expect, test } from 'vitest'
import { ErrorStore } from '../../block/error-store.ts'
import { RamStore } from '../../block/ram-store.ts'
import { fixedLatency, StoreResult } from '../../block/store.ts'
import { GrantAccess } from '../../bus-memory.ts'
import { PS } from '../../clock.ts'
import { DeviceEvent, HostStatus } from '../../probe.ts'
import { blockCdb } from '../../scsi/block-cdb.ts'
import { cdbDigest } from '../../scsi/cdb.ts'
import { K } from './format.ts'
import { Bench, firstDifference, pattern, rw } from './testing/bench.ts'

const GOOD = { code: K.STATUS_SUCCESS, flags: 0 }
const final = (code: number) => ({ code, flags: K.STATUS_DNR })

function started(options: ConstructorParameters<typeof Bench>[0] = {}): Bench {
  const bench = new Bench(options)
  bench.start()
  return bench
}

describe('read and write', () => {
  test('what was written comes back, and lies on the medium', () => {
    const bench = started()
    const out = bench.buffer(4096)
    const back = bench.buffer(4096)
    const data = pattern(4096, 1)
    bench.memory.set(data, out)
    expect(bench.io(rw(K.IO_WRITE, 16, 8, { data: out, cid: 7 }))).toMatchObject({
      ...GOOD,
      cid: 7,
      sqId: 1,
      sqHead: 1,
      result: 0,
    })
    const medium = new Uint8Array(4096)
    bench.store.read(16, 8, medium, 0)
    expect(firstDifference(medium, data)).toBe(-1)
    expect(bench.io(rw(K.IO_READ, 16, 8, { data: back }))).toMatchObject({ ...GOOD, sqHead: 2 })
    expect(firstDifference(bench.memory.slice(back, back + 4096), data)).toBe(-1)
  })

  test('the trace tells the command as the SRB would have it', () => {
    const bench = started({ moreLuns: [3] })
    const data = bench.buffer(8192, GrantAccess.both, 512)
    bench.io(rw(K.IO_READ, 4, 16, { data, nsid: 4 }))
    const cdb = blockCdb(0x28, 4, 16)
    expect(bench.eventsOf(DeviceEvent.CommandFetched)).toMatchObject([
      { a: 0 | (3 << 8), b: 0, c: 3, d: 0x88 | (cdbDigest(cdb, 0, 10) << 8) },
    ])
    expect(bench.eventsOf(DeviceEvent.DmaMoved)).toMatchObject([{ a: 0, b: 8192, c: 1 }])
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ a: 0, b: 0, c: HostStatus.ok, d: 8192 }])
  })

  test.each([
    ['write zeroes', { opcode: K.IO_WRITE_ZEROES }, blockCdb(0x41, 2, 3)],
    ['write', { opcode: K.IO_WRITE }, blockCdb(0x2a, 2, 3)],
    ['compare', { opcode: K.IO_COMPARE }, blockCdb(0x2f, 2, 3, 0x02)],
    ['flush', { opcode: K.IO_FLUSH }, blockCdb(0x35, 0, 0)],
  ])('the digest of %s equals that of the SCSI command', (_name, entry, cdb) => {
    const bench = started()
    const data = bench.buffer(4096)
    bench.io(rw(entry.opcode, 2, 3, { data }))
    expect(bench.eventsOf(DeviceEvent.CommandFetched)[0]!.d >>> 8).toBe(cdbDigest(cdb, 0, 10))
  })

  test.each([
    ['one page', 4096, 0, 0],
    ['less than a page, with an offset', 512, 1024, 0],
    ['two pages, PRP2 is a page', 8192, 0, 0],
    ['an offset makes three pages of two', 8192, 2048, 0],
    ['a list', 64 * 1024, 0, 0],
    ['a list that begins in mid-page', 64 * 1024, 512, 1024],
    ['a list that begins at the last entry of its page: only a link', 64 * 1024, 0, 4088],
    ['a list that begins two entries before the end', 64 * 1024, 4, 4080],
  ])('%s', (_name, bytes, skip, listSkip) => {
    const bench = started()
    const out = bench.buffer(bytes, GrantAccess.both, skip)
    const back = bench.buffer(bytes, GrantAccess.both, skip)
    const data = pattern(bytes, 5)
    bench.memory.set(data, out)
    expect(bench.io(rw(K.IO_WRITE, 0, bytes / 512, bench.prps(out, bytes, listSkip)))).toMatchObject(GOOD)
    expect(bench.io(rw(K.IO_READ, 0, bytes / 512, bench.prps(back, bytes, listSkip)))).toMatchObject(GOOD)
    expect(firstDifference(bench.memory.slice(back, back + bytes), data)).toBe(-1)
    expect(bench.dma.faults).toBe(0)
  })

  test('1 MiB and a list in two pages', () => {
    const bench = started({ mdts: 10, blocks: 8192 })
    const bytes = 1_048_576
    const at = bench.buffer(bytes)
    const data = pattern(bytes, 9)
    bench.memory.set(data, at)
    // 255 pages after the first; the list begins one entry before the end of its page, so it takes two pages.
    expect(bench.io(rw(K.IO_WRITE, 3, bytes / 512, bench.prps(at, bytes, 4088)))).toMatchObject(GOOD)
    const medium = new Uint8Array(bytes)
    bench.store.read(3, bytes / 512, medium, 0)
    expect(firstDifference(medium, data)).toBe(-1)
  })

  test('larger memory pages: CC.MPS 1 is 8 KiB', () => {
    const bench = new Bench()
    bench.enable({ cc: 0x46_0000 | (1 << 7) })
    bench.createPair(1)
    // Two pages of 8 KiB of the queue memory, which is contiguous.
    const at = bench.sqMemory(9)
    bench.memory.set(pattern(16384, 3), at)
    const entry = rw(K.IO_WRITE, 0, 32, { prp1: bench.pa(at), prp2: bench.pa(at) + 8192 })
    expect(bench.io(entry)).toMatchObject(GOOD)
    const medium = new Uint8Array(16384)
    bench.store.read(0, 32, medium, 0)
    expect(firstDifference(medium, pattern(16384, 3))).toBe(-1)
    expect(bench.io({ ...entry, prp2: bench.pa(at) + 4096 })).toMatchObject(final(K.STATUS_PRP_OFFSET_INVALID))
  })

  test('blocks of 4096 bytes', () => {
    const bench = started({ blockBytes: 4096, blocks: 32 })
    const at = bench.buffer(8192)
    bench.memory.set(pattern(8192, 4), at)
    expect(bench.io(rw(K.IO_WRITE, 30, 2, { data: at, bytes: 8192 }))).toMatchObject(GOOD)
    expect(bench.io(rw(K.IO_READ, 31, 2, { data: at, bytes: 8192 }))).toMatchObject(final(K.STATUS_LBA_OUT_OF_RANGE))
  })

  test('FUA writes through, a plain write leaves the cache dirty, flush cleans it', () => {
    const bench = started()
    const at = bench.buffer(512)
    bench.io(rw(K.IO_WRITE, 0, 1, { data: at, bytes: 512, cdw12: K.RW_FUA }))
    expect(bench.disk.cacheDirty).toBe(false)
    bench.io(rw(K.IO_WRITE, 0, 1, { data: at }))
    expect(bench.disk.cacheDirty).toBe(true)
    expect(bench.io({ opcode: K.IO_FLUSH })).toMatchObject(GOOD)
    expect(bench.disk.cacheDirty).toBe(false)
  })

  test('flush of all namespaces', () => {
    const bench = started({ moreLuns: [2] })
    const at = bench.buffer(512)
    bench.io(rw(K.IO_WRITE, 0, 1, { data: at, nsid: 3 }))
    const other = bench.bus.unit(0, 2) as typeof bench.disk
    expect(other.cacheDirty).toBe(true)
    expect(bench.io({ opcode: K.IO_FLUSH, nsid: 0xffff_ffff })).toMatchObject(GOOD)
    expect(other.cacheDirty).toBe(false)
  })
})

describe('compare, write zeroes, dataset management', () => {
  test('compare tells equal from different, and changes nothing', () => {
    const bench = started()
    const at = bench.buffer(1024)
    bench.memory.set(pattern(1024, 6), at)
    bench.io(rw(K.IO_WRITE, 8, 2, { data: at }))
    expect(bench.io(rw(K.IO_COMPARE, 8, 2, { data: at }))).toMatchObject(GOOD)
    bench.memory[at + 700]! ^= 1
    expect(bench.io(rw(K.IO_COMPARE, 8, 2, { data: at }))).toMatchObject({
      code: K.STATUS_COMPARE_FAILURE,
      flags: K.STATUS_DNR | K.STATUS_MORE,
    })
    const medium = new Uint8Array(1024)
    bench.store.read(8, 2, medium, 0)
    expect(firstDifference(medium, pattern(1024, 6))).toBe(-1)
  })

  test.each([
    ['keeps the blocks', 0],
    ['may deallocate', K.WRITE_ZEROES_DEALLOCATE],
  ])('write zeroes %s', (_name, flag) => {
    const bench = started()
    bench.store.write(0, 8, pattern(4096, 2), 0)
    expect(bench.io(rw(K.IO_WRITE_ZEROES, 2, 4, { cdw12: 3 | flag }))).toMatchObject(GOOD)
    const medium = new Uint8Array(4096)
    bench.store.read(0, 8, medium, 0)
    const wanted = pattern(4096, 2)
    wanted.fill(0, 1024, 3072)
    expect(firstDifference(medium, wanted)).toBe(-1)
  })

  test('the longest write zeroes: 65536 blocks', () => {
    const bench = started({ blocks: 65_537 })
    for (const lba of [0, 65_535, 65_536]) bench.store.write(lba, 1, pattern(512, 2), 0)
    expect(bench.io(rw(K.IO_WRITE_ZEROES, 0, 65_536))).toMatchObject(GOOD)
    const block = new Uint8Array(512)
    bench.store.read(65_535, 1, block, 0)
    expect(block).toEqual(new Uint8Array(512))
    bench.store.read(65_536, 1, block, 0)
    expect(block).toEqual(pattern(512, 2))
  })

  function ranges(bench: Bench, list: readonly [lba: number, blocks: number][]): number {
    const at = bench.buffer(list.length * 16)
    list.forEach(([lba, blocks], i) => {
      new DataView(bench.memory.buffer).setUint32(at + i * 16 + 4, blocks, true)
      new DataView(bench.memory.buffer).setUint32(at + i * 16 + 8, lba, true)
    })
    return at
  }

  test('deallocates its ranges', () => {
    const bench = started()
    bench.store.write(0, 16, pattern(8192, 2), 0)
    const data = ranges(bench, [
      [1, 2],
      [8, 4],
    ])
    const entry = { opcode: K.IO_DATASET_MANAGEMENT, cdw10: 1, cdw11: K.DSM_DEALLOCATE, data, bytes: 32 }
    expect(bench.io(entry)).toMatchObject(GOOD)
    const wanted = pattern(8192, 2)
    wanted.fill(0, 512, 1536)
    wanted.fill(0, 4096, 6144)
    const medium = new Uint8Array(8192)
    bench.store.read(0, 16, medium, 0)
    expect(firstDifference(medium, wanted)).toBe(-1)
  })

  test('more blocks than one UNMAP takes', () => {
    const bench = started({ blocks: 300_000 })
    for (const lba of [0, 280_000, 299_999]) bench.store.write(lba, 1, pattern(512, 2), 0)
    const data = ranges(bench, [[0, 299_999]])
    const entry = { opcode: K.IO_DATASET_MANAGEMENT, cdw10: 0, cdw11: K.DSM_DEALLOCATE, data, bytes: 16 }
    expect(bench.io(entry)).toMatchObject(GOOD)
    const block = new Uint8Array(512)
    bench.store.read(280_000, 1, block, 0)
    expect(block).toEqual(new Uint8Array(512))
    bench.store.read(299_999, 1, block, 0)
    expect(block).toEqual(pattern(512, 2))
  })

  test('a range beyond the end deallocates nothing', () => {
    const bench = started()
    bench.store.write(0, 1, pattern(512, 2), 0)
    const data = ranges(bench, [
      [0, 1],
      [255, 2],
    ])
    const entry = { opcode: K.IO_DATASET_MANAGEMENT, cdw10: 1, cdw11: K.DSM_DEALLOCATE, data, bytes: 32 }
    expect(bench.io(entry)).toMatchObject(final(K.STATUS_LBA_OUT_OF_RANGE))
    const block = new Uint8Array(512)
    bench.store.read(0, 1, block, 0)
    expect(block).toEqual(pattern(512, 2))
  })

  test('without deallocation it is a hint', () => {
    const bench = started()
    const data = ranges(bench, [[0, 1]])
    expect(bench.io({ opcode: K.IO_DATASET_MANAGEMENT, cdw11: 3, data, bytes: 16 })).toMatchObject(GOOD)
  })
})

describe('what is refused', () => {
  const bench = started({ moreLuns: [1] })
  const data = bench.buffer(8192)
  const big = bench.buffer(12288)
  const loop = bench.list([1, 2, 3])
  test.each([
    ['an opcode that is none', rw(0x7f, 0, 1, { data }), K.STATUS_INVALID_OPCODE],
    ['a vendor opcode', rw(0x80, 0, 1, { data }), K.STATUS_INVALID_OPCODE],
    ['write uncorrectable', rw(K.IO_WRITE_UNCORRECTABLE, 0, 1), K.STATUS_INVALID_OPCODE],
    ['reservation register', rw(0x0d, 0, 1), K.STATUS_INVALID_OPCODE],
    ['namespace 0', rw(K.IO_READ, 0, 1, { data, nsid: 0 }), K.STATUS_INVALID_NAMESPACE],
    ['a namespace above NN', rw(K.IO_READ, 0, 1, { data, nsid: 17 }), K.STATUS_INVALID_NAMESPACE],
    ['all namespaces', rw(K.IO_READ, 0, 1, { data, nsid: 0xffff_ffff }), K.STATUS_INVALID_NAMESPACE],
    ['an inactive namespace', rw(K.IO_READ, 0, 1, { data, nsid: 9 }), K.STATUS_INVALID_FIELD],
    ['a scatter/gather list', rw(K.IO_READ, 0, 1, { data, flags: 0x40 }), K.STATUS_INVALID_FIELD],
    ['a fused operation', rw(K.IO_READ, 0, 1, { data, flags: 0x01 }), K.STATUS_INVALID_FIELD],
    ['the block after the last', rw(K.IO_READ, 256, 1, { data }), K.STATUS_LBA_OUT_OF_RANGE],
    ['blocks across the end', rw(K.IO_WRITE, 255, 2, { data }), K.STATUS_LBA_OUT_OF_RANGE],
    ['the end of another namespace', rw(K.IO_READ, 64, 1, { data, nsid: 2 }), K.STATUS_LBA_OUT_OF_RANGE],
    ['an LBA beyond 2^63', rw(K.IO_READ, 0, 1, { data, cdw11: 0x8000_0000 }), K.STATUS_LBA_OUT_OF_RANGE],
    ['zeroes across the end', rw(K.IO_WRITE_ZEROES, 250, 7), K.STATUS_LBA_OUT_OF_RANGE],
    ['more than MDTS', rw(K.IO_READ, 0, 2049, { data }), K.STATUS_INVALID_FIELD],
    ['PRP1 at an odd address', rw(K.IO_READ, 0, 1, { prp1: bench.pa(data) + 2 }), K.STATUS_PRP_OFFSET_INVALID],
    [
      'PRP2 with an offset',
      rw(K.IO_READ, 0, 16, { prp1: bench.pa(data), prp2: bench.pa(data) + 512 }),
      K.STATUS_PRP_OFFSET_INVALID,
    ],
    [
      'a list at an address that is no multiple of 8',
      rw(K.IO_READ, 0, 24, { prp1: bench.pa(big), prp2: loop + 4 }),
      K.STATUS_PRP_OFFSET_INVALID,
    ],
    [
      'a list entry with an offset',
      rw(K.IO_READ, 0, 24, { prp1: bench.pa(big), prp2: loop }),
      K.STATUS_PRP_OFFSET_INVALID,
    ],
  ])('%s', (_name, entry, code) => {
    bench.events.length = 0
    expect(bench.io(entry)).toMatchObject(final(code))
    expect(bench.eventsOf(DeviceEvent.DmaMoved)).toEqual([])
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toHaveLength(1)
  })

  test.each([
    ['a page that is not granted', { prp1: 0x1234_5000 }],
    ['a list that is not granted', { prp1: bench.pa(big), prp2: 0x1234_5000 }],
    ['a second page that is not granted', { prp1: bench.pa(data), prp2: 0x1234_5000 }],
  ])('%s: data transfer error and a DMA fault', (_name, prps) => {
    bench.events.length = 0
    const blocks = 'prp2' in prps ? (prps.prp1 === bench.pa(big) ? 24 : 16) : 1
    expect(bench.io(rw(K.IO_READ, 0, blocks, prps))).toMatchObject({
      code: K.STATUS_DATA_TRANSFER_ERROR,
      flags: K.STATUS_MORE,
    })
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toHaveLength(1)
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ c: HostStatus.dmaError }])
  })

  test('a list that points at itself ends with the transfer', () => {
    const fresh = started({ blocks: 4096, mdts: 13 })
    const page = fresh.buffer(4096)
    const at = fresh.buffer(4096)
    const view = new DataView(fresh.memory.buffer)
    for (let i = 0; i < 511; i++) view.setUint32(at + i * 8, fresh.pa(page), true)
    view.setUint32(at + 511 * 8, fresh.pa(at), true)
    expect(fresh.io(rw(K.IO_READ, 0, 4096, { prp1: fresh.pa(page), prp2: fresh.pa(at) }))).toMatchObject(GOOD)
    // A page that is a link and nothing else, at its last entry: it must be followed to an offset of 0.
    view.setUint32(at + 511 * 8, fresh.pa(at) + 4088, true)
    const entry = rw(K.IO_READ, 0, 4096, { prp1: fresh.pa(page), prp2: fresh.pa(at) + 4088 })
    expect(fresh.io(entry)).toMatchObject(final(K.STATUS_PRP_OFFSET_INVALID))
  })

  test('a command identifier that is in use', () => {
    const fresh = started({ latency: fixedLatency({ readPs: PS.ms, writePs: PS.ms }) })
    const at = fresh.buffer(1024)
    fresh.put(1, rw(K.IO_READ, 0, 1, { data: at, cid: 5 }))
    fresh.put(1, rw(K.IO_READ, 0, 1, { data: at, cid: 5 }))
    fresh.ring(1)
    fresh.advance(10 * PS.us)
    expect(fresh.take(1)).toMatchObject([{ cid: 5, ...final(K.STATUS_CID_CONFLICT) }])
    fresh.settle()
    expect(fresh.take(1)).toMatchObject([{ cid: 5, ...GOOD }])
  })
})

describe('what the medium says', () => {
  const bad = (on: 'read' | 'write') =>
    new ErrorStore(new RamStore({ blocks: 64 }), [{ lba: 9, blocks: 1, on, result: StoreResult.mediumError }])
  test.each([
    ['a block that cannot be read', K.IO_READ, 'read', K.STATUS_UNRECOVERED_READ],
    ['a block that cannot be read, compared', K.IO_COMPARE, 'read', K.STATUS_UNRECOVERED_READ],
    ['a block that cannot be written', K.IO_WRITE, 'write', K.STATUS_WRITE_FAULT],
    ['a block that cannot be zeroed', K.IO_WRITE_ZEROES, 'write', K.STATUS_WRITE_FAULT],
  ] as const)('%s', (_name, opcode, on, code) => {
    const bench = started({ store: bad(on) })
    const data = bench.buffer(4096)
    expect(bench.io(rw(opcode, 8, 2, { data }))).toMatchObject({ code, flags: K.STATUS_MORE })
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ b: 2, c: HostStatus.ok }])
    expect(bench.io(rw(opcode, 10, 2, { data }))).toMatchObject(opcode === K.IO_COMPARE ? {} : GOOD)
  })

  test('a write-protected namespace', () => {
    const bench = started({ readOnly: true })
    const data = bench.buffer(512)
    expect(bench.io(rw(K.IO_WRITE, 0, 1, { data }))).toMatchObject(final(K.STATUS_WRITE_PROTECTED))
    expect(bench.io(rw(K.IO_READ, 0, 1, { data }))).toMatchObject(GOOD)
  })

  test('a stopped unit: namespace not ready, worth another try', () => {
    const bench = started()
    const data = bench.buffer(512)
    bench.disk.stopped = true
    expect(bench.io(rw(K.IO_READ, 0, 1, { data }))).toMatchObject({ code: K.STATUS_NAMESPACE_NOT_READY, flags: 0 })
    bench.disk.stopped = false
    expect(bench.io(rw(K.IO_READ, 0, 1, { data }))).toMatchObject(GOOD)
    expect(bench.disk.heldKey).toBe(0)
  })

  test('the drive goes while its command is on its way', () => {
    const bench = started({ latency: fixedLatency({ readPs: PS.ms, writePs: PS.ms }) })
    const data = bench.buffer(512)
    bench.submit(1, rw(K.IO_READ, 0, 1, { data }))
    bench.advance(100 * PS.us)
    bench.bus.detach(0, 0)
    bench.settle()
    expect(bench.take(1)).toMatchObject([final(K.STATUS_INVALID_NAMESPACE)])
    expect(bench.io(rw(K.IO_READ, 0, 1, { data }))).toMatchObject(final(K.STATUS_INVALID_FIELD))
  })
})
