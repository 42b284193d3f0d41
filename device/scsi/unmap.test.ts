// UNMAP and WRITE SAME (10, 16). "Rev. J" = Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import { describe, expect, test } from 'vitest'
import { StoreResult } from '../block/store.ts'
import { putBe16, putBe32, putBe64 } from './big-endian.ts'
import { blockCdb } from './block-cdb.ts'
import { Disk } from './disk.ts'
import { Initiator } from './initiator.ts'
import { pattern, readyDisk, sameBytes, verdict } from './testing/fixture.ts'

const unmap = (listBytes: number, flags = 0) => [0x42, flags, 0, 0, 0, 0, 0, listBytes >> 8, listBytes & 0xff, 0]

function list(...extents: [lba: number, blocks: number][]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + 16 * extents.length)
  putBe16(bytes, 0, bytes.length - 2)
  putBe16(bytes, 2, bytes.length - 8)
  for (const [i, [lba, blocks]] of extents.entries()) {
    putBe64(bytes, 8 + 16 * i, lba)
    putBe32(bytes, 16 + 16 * i, blocks)
  }
  return bytes
}

/** A disk over a store that cannot give blocks back. */
function thickDisk(): Initiator {
  const { ram } = readyDisk()
  const { label, blockBytes, blocks, readOnly } = ram
  const store = {
    label,
    blockBytes,
    blocks,
    readOnly,
    read: ram.read.bind(ram),
    write: ram.write.bind(ram),
    flush: () => 0,
    close() {},
  }
  const disk = new Disk({ label: 'thick', store })
  disk.attention = 0
  return new Initiator(disk)
}

describe('UNMAP [Rev. J 3.54 (p. 231-233)]', () => {
  test('gives extents back, in any order, overlapping; nothing else changes', () => {
    const { initiator, ram } = readyDisk()
    const bytes = list([10, 2], [5, 1], [11, 3], [50, 0])
    expect(verdict(initiator.send(unmap(bytes.length), bytes))).toBe('good')
    for (let lba = 0; lba < 60; lba++) expect(ram.bytes[lba * 512]).toBe(lba === 5 || (lba >= 10 && lba < 14) ? 0 : lba)
  })

  test('all is checked before anything is done', () => {
    const { initiator, ram } = readyDisk()
    const before = ram.bytes.slice()
    const bytes = list([0, 10], [1020, 5])
    expect(verdict(initiator.send(unmap(bytes.length), bytes))).toBe('5/2100')
    expect(sameBytes(ram.bytes, before)).toBe(true)
  })

  test('an incomplete last descriptor is ignored', () => {
    const { initiator, ram } = readyDisk()
    const bytes = list([1, 1], [2, 1]).slice(0, 39)
    putBe16(bytes, 0, 37)
    putBe16(bytes, 2, 31)
    expect(verdict(initiator.send(unmap(39), bytes))).toBe('good')
    expect([ram.bytes[512], ram.bytes[1024]]).toEqual([0, 2])
  })

  test('list length 0 and no descriptors are no errors', () => {
    const { initiator } = readyDisk()
    expect(verdict(initiator.send(unmap(0)))).toBe('good')
    expect(verdict(initiator.send(unmap(8), list()))).toBe('good')
  })

  test.each([1, 7])('list length %i cannot hold the header: parameter list length error', bytes => {
    expect(verdict(readyDisk().initiator.send(unmap(bytes)))).toBe('5/1a00 cdb[7]')
  })

  test('lengths inside the list that point beyond it', () => {
    const { initiator } = readyDisk()
    const bytes = list([0, 1])
    putBe16(bytes, 2, 0xffff)
    expect(verdict(initiator.send(unmap(bytes.length), bytes))).toBe('5/1a00')
    putBe16(bytes, 2, 16)
    putBe16(bytes, 0, 23)
    expect(verdict(initiator.send(unmap(bytes.length), bytes))).toBe('5/1a00')
    expect(verdict(initiator.send(unmap(24), list([0, 1]).slice(0, 20)))).toBe('5/1a00')
  })

  test('more descriptors or blocks than Block Limits says: invalid field in parameter list', () => {
    const { initiator } = readyDisk()
    const many = list(...Array.from({ length: 257 }, (): [number, number] => [0, 0]))
    expect(verdict(initiator.send(unmap(many.length), many))).toBe('5/2600 list[2]')
    const wide = list(...Array.from({ length: 256 }, (): [number, number] => [0, 1024]))
    expect(verdict(initiator.send(unmap(wide.length), wide))).toBe('good')
    const wider = readyDisk({ blocks: 2048 })
    const past = list([0, 2048], ...Array.from({ length: 255 }, (): [number, number] => [0, 1025]))
    expect(verdict(wider.initiator.send(unmap(past.length), past))).toMatch(/^5\/2600 list\[/)
  })

  test('ANCHOR is not offered; a store that cannot unmap has no UNMAP; write protection', () => {
    expect(verdict(readyDisk().initiator.send(unmap(24, 1), list([0, 1])))).toBe('5/2400 cdb[1].0')
    expect(verdict(thickDisk().send(unmap(24), list([0, 1])))).toBe('5/2000 cdb[0]')
    expect(verdict(readyDisk({ readOnly: true }).initiator.send(unmap(24), list([0, 1])))).toBe('7/2700')
  })
})

describe.each([
  { name: 'WRITE SAME (10)', opcode: 0x41, at: 7, clause: 'Rev. J 3.73 tables 236, 237 (p. 276-277)' },
  { name: 'WRITE SAME (16)', opcode: 0x93, at: 10, clause: 'Rev. J 3.73 (p. 276-277), clause list at 5.4.5 (p. 476)' },
])('$name [$clause]', ({ opcode, at }) => {
  test('writes one block over the extent, over pieces too', () => {
    const { initiator, ram, disk } = readyDisk()
    const block = new Uint8Array(512).map((_, i) => i * 7)
    const answer = initiator.send(blockCdb(opcode, 100, 301), block)
    expect([verdict(answer), answer.askedBytes, disk.cacheDirty]).toEqual(['good', 512, true])
    for (let lba = 100; lba < 401; lba++)
      expect(sameBytes(ram.bytes.slice(lba * 512, lba * 512 + 512), block)).toBe(true)
    expect([ram.bytes[99 * 512], ram.bytes[401 * 512]]).toEqual([99, 401 - 251])
  })

  test('UNMAP with a zero block unmaps; with any other block writes it', () => {
    const { initiator, ram } = readyDisk()
    expect(verdict(initiator.send(blockCdb(opcode, 1, 2, 0x08), pattern(1, 0)))).toBe('good')
    expect(verdict(initiator.send(blockCdb(opcode, 3, 2, 0x08), pattern(1, 0xaa)))).toBe('good')
    expect([1, 2, 3, 4, 5].map(lba => ram.bytes[lba * 512])).toEqual([0, 0, 0xaa, 0xaa, 5])
  })

  test.each([
    { flags: 0x10, wants: '5/2400 cdb[1].4', why: 'ANCHOR without UNMAP' },
    { flags: 0x18, wants: '5/2400 cdb[1].4', why: 'ANCHOR, ANC_SUP is 0' },
    { flags: 0x04, wants: '5/2400 cdb[1].2', why: 'PBDATA' },
    { flags: 0x02, wants: '5/2400 cdb[1].1', why: 'LBDATA' },
    { flags: 0x20, wants: '5/2400 cdb[1].7', why: 'WRPROTECT' },
  ])('$why: $wants', ({ flags, wants }) => {
    expect(verdict(readyDisk().initiator.send(blockCdb(opcode, 0, 1, flags), pattern(1, 1)))).toBe(wants)
  })

  test('UNMAP on a store that cannot unmap is an invalid field', () => {
    expect(verdict(thickDisk().send(blockCdb(opcode, 0, 1, 0x08), pattern(1, 0)))).toBe('5/2400 cdb[1].3')
  })

  test('length 0 is refused: WSNZ is 1 [Rev. J 5.4.5 (p. 476)]', () => {
    expect(verdict(readyDisk().initiator.send(blockCdb(opcode, 0, 0), pattern(1, 1)))).toBe(`5/2400 cdb[${at}]`)
  })

  test('out of range; write error at the bad block', () => {
    const bad = [{ lba: 300, blocks: 1, on: 'write' as const, result: StoreResult.mediumError }]
    const { initiator } = readyDisk({ bad })
    expect(verdict(initiator.send(blockCdb(opcode, 1000, 25), pattern(1, 1)))).toBe('5/2100')
    expect(verdict(initiator.send(blockCdb(opcode, 0, 1000), pattern(1, 1)))).toBe('3/0c00 at 300')
  })

  test('less than a block received: aborted, nothing written', () => {
    const { initiator, ram } = readyDisk()
    expect(verdict(initiator.send(blockCdb(opcode, 0, 9), new Uint8Array(511).fill(1)))).toBe('b/4b00')
    expect(ram.bytes[0]).toBe(0)
  })
})

test('WRITE SAME (16) NDOB: zeros without data-out; more than MAXIMUM WRITE SAME LENGTH', () => {
  const { initiator, ram } = readyDisk()
  const answer = initiator.send(blockCdb(0x93, 7, 3, 0x01))
  expect([verdict(answer), answer.direction]).toEqual(['good', 'none'])
  expect([6, 7, 8, 9, 10].map(lba => ram.bytes[lba * 512])).toEqual([6, 0, 0, 0, 10])
  expect(verdict(initiator.send(blockCdb(0x93, 0, 0x1_0000)))).toBe('5/2400 cdb[10]')
  expect(verdict(initiator.send(blockCdb(0x41, 7, 3, 0x01)))).toBe('5/2400 cdb[1].0')
})
