import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CdbLength, encodeFlush, encodeReadWrite, fittingForm } from './cdb.ts'
import { decode } from './testing/ram-disk.ts'

const hex = (bytes: Uint8Array, length: number) =>
  [...bytes.subarray(0, length)].map(b => b.toString(16).padStart(2, '0')).join(' ')

describe('encodeReadWrite', () => {
  // Written out by hand from the field tables of Seagate "SCSI Commands Reference Manual" Rev. J (tables 97, 99) and, for
  // READ (6), Maxtor "Atlas 10K III" manual.
  it.each<[CdbLength, boolean, number, number, string]>([
    [6, false, 0x123456, 8, '08 12 34 56 08 00'],
    [6, true, 1, 256, '0a 00 00 01 00 00'],
    [10, false, 0x89abcdef, 0x1234, '28 00 89 ab cd ef 00 12 34 00'],
    [10, true, 5, 1, '2a 00 00 00 00 05 00 00 01 00'],
    [12, false, 0xffffffff, 0x10203, 'a8 00 ff ff ff ff 00 01 02 03 00 00'],
    [16, true, 0x1_2345_6789, 7, '8a 00 00 00 00 01 23 45 67 89 00 00 00 07 00 00'],
  ])('form %d, write %s, LBA %d, %d blocks', (form, write, lba, blocks, bytes) => {
    const cdb = new Uint8Array(16).fill(0xee)
    encodeReadWrite(cdb, form, write, lba, blocks)
    expect(hex(cdb, form)).toBe(bytes)
    expect([...cdb.subarray(form)].every(b => b === 0)).toBe(true)
  })

  it('says what it was told in whatever form fits (property)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<CdbLength>(6, 10, 12, 16),
        fc.boolean(),
        fc.nat(2 ** 45),
        fc.integer({ min: 1, max: 100_000 }),
        (wanted, write, lba, blocks) => {
          const form = fittingForm(wanted, lba, blocks)
          const cdb = new Uint8Array(16)
          encodeReadWrite(cdb, form, write, lba, blocks)
          expect(decode(cdb)).toEqual({ write, lba, blocks })
          expect(form).toBeGreaterThanOrEqual(wanted)
        },
      ),
    )
  })

  it.each<[CdbLength, number, number, CdbLength]>([
    [6, 0x1fffff, 256, 6],
    [6, 0x200000, 1, 10],
    [6, 0, 257, 10],
    [10, 0xffffffff, 0xffff, 10],
    [10, 0x1_0000_0000, 1, 16],
    [10, 0, 0x10000, 12],
    [12, 0x1_0000_0000, 1, 16],
    [16, 0, 1, 16],
  ])('form %d at LBA %d with %d blocks becomes %d', (wanted, lba, blocks, form) => {
    expect(fittingForm(wanted, lba, blocks)).toBe(form)
  })

  it('SYNCHRONIZE CACHE (10) of everything', () => {
    const cdb = new Uint8Array(16).fill(1)
    encodeFlush(cdb)
    expect(hex(cdb, 10)).toBe('35 00 00 00 00 00 00 00 00 00')
  })
})
