// Fields of a CDB, both ways. "Rev. J" = Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Bytes } from '../bytes.ts'
import { be16, be24, be32, be64, putAscii, putBe16, putBe24, putBe32, putBe64 } from './big-endian.ts'
import { blockCdb } from './block-cdb.ts'
import { cdbBlocks, cdbBlocksAt, cdbBytes, cdbDigest, cdbLba, MediumAction, mediumDigest, Opcode } from './cdb.ts'
import { COMMANDS } from './commands.ts'

test.each([
  [0x00, 6],
  [0x1f, 6],
  [0x20, 10],
  [0x5f, 10],
  [0x60, 0],
  [0x7f, 0],
  [0x80, 16],
  [0x9f, 16],
  [0xa0, 12],
  [0xbf, 12],
  [0xc0, 0],
  [0xff, 0],
])('operation code %i has a CDB of %i bytes [Rev. J tables 97, 99, 100, 102 (p. 136-142)]', (opcode, bytes) => {
  expect(cdbBytes(opcode)).toBe(bytes)
})

test('block CDBs read back as they were built', () => {
  const opcodes = [Opcode.read6, Opcode.write10, Opcode.read12, Opcode.write16, Opcode.writeSame16, Opcode.verify10]
  fc.assert(
    fc.property(
      fc.constantFrom(...opcodes),
      fc.nat(0x1f_ffff),
      fc.integer({ min: 1, max: 255 }),
      (opcode, lba, blocks) => {
        const cdb = blockCdb(opcode, lba, blocks)
        expect([cdb.length, cdbLba(cdb), cdbBlocks(cdb)]).toEqual([cdbBytes(opcode), lba, blocks])
        expect(cdb[cdbBlocksAt(cdb) + (cdb.length === 6 ? 0 : cdb.length === 10 ? 1 : 3)]).toBe(blocks)
      },
    ),
  )
})

test.each([
  [Opcode.read6, 0x20_0000, 1],
  [Opcode.read6, 0, 256],
  [Opcode.read10, 2 ** 32, 1],
  [Opcode.read10, 0, 65_536],
  [0x7f, 0, 1],
])('a CDB that cannot say it is refused: %i, LBA %i, %i blocks', (opcode, lba, blocks) => {
  expect(() => blockCdb(opcode, lba, blocks)).toThrow(RangeError)
})

test('big-endian fields read back', () => {
  const bytes = new Uint8Array(12)
  fc.assert(
    fc.property(fc.maxSafeNat(), value => {
      putBe64(bytes, 1, value)
      expect(be64(bytes, 1)).toBe(value)
      putBe32(bytes, 1, value % 2 ** 32)
      expect(be32(bytes, 1)).toBe(value % 2 ** 32)
      putBe24(bytes, 1, value % 2 ** 24)
      expect(be24(bytes, 1)).toBe(value % 2 ** 24)
      putBe16(bytes, 1, value % 2 ** 16)
      expect(be16(bytes, 1)).toBe(value % 2 ** 16)
    }),
  )
  putAscii(bytes, 0, 6, 'ab\u0000c')
  expect(String.fromCharCode(...bytes.slice(0, 6))).toBe('ab c  ')
})

test('every operation code of the table is in the command table, but REPORT LUNS, which is the target’s', () => {
  const known = COMMANDS.map((command, opcode) => (command.bytes > 0 ? opcode : -1)).filter(opcode => opcode >= 0)
  const expected = Object.values(Opcode).filter(opcode => opcode !== Opcode.reportLuns)
  expect(known).toEqual(expected.sort((a, b) => a - b))
})

test('a digest tells commands to the medium apart by what they do, not by their form', () => {
  const digest = (cdb: Bytes) => cdbDigest(cdb, 0, cdb.length)
  const read = digest(blockCdb(Opcode.read10, 0x1234, 8))
  expect(digest(blockCdb(Opcode.read16, 0x1234, 8))).toBe(read)
  expect(digest(blockCdb(Opcode.verify16, 0x1234, 8))).toBe(digest(blockCdb(Opcode.verify10, 0x1234, 8)))
  expect(digest(blockCdb(Opcode.read6, 0x1234, 8))).toBe(read)
  expect(mediumDigest(MediumAction.read, 0x1234, 8)).toBe(read)
  const others = [
    digest(blockCdb(Opcode.write10, 0x1234, 8)),
    digest(blockCdb(Opcode.read10, 0x1235, 8)),
    digest(blockCdb(Opcode.read10, 0x1234, 9)),
    digest(blockCdb(Opcode.read16, 0x1_0000_1234, 8)),
  ]
  expect(new Set([read, ...others]).size).toBe(5)
})

test('digests of neighbouring reads hardly ever meet', () => {
  const seen = new Set<number>()
  for (let lba = 0; lba < 4096; lba += 8)
    for (let blocks = 1; blocks <= 8; blocks++) seen.add(mediumDigest(MediumAction.read, lba, blocks))
  expect(seen.size).toBeGreaterThan(4090)
})
