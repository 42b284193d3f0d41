// VERIFY (10, 16) and SYNCHRONIZE CACHE (10, 16). "Rev. J" = Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import { describe, expect, test } from 'vitest'
import { StoreResult } from '../block/store.ts'
import { blockCdb } from './block-cdb.ts'
import { pattern, readyDisk, verdict } from './testing/fixture.ts'

const COMPARE = 0x02

describe.each([
  {
    name: 'VERIFY (10)',
    opcode: 0x2f,
    at: 7,
    clause: 'Rev. J 3.55 table 207 (p. 234); BYTCHK: Quantum Atlas 10K II manual 5.45',
  },
  {
    name: 'VERIFY (16)',
    opcode: 0x8f,
    at: 10,
    clause: 'Rev. J 3.57 table 213 (p. 245); BYTCHK: Quantum Atlas 10K II manual 5.45',
  },
])('$name [$clause]', ({ opcode, at }) => {
  test('BYTCHK 0 reads the medium and transfers nothing', () => {
    const { initiator, store } = readyDisk()
    const answer = initiator.send(blockCdb(opcode, 0, 1000))
    expect([verdict(answer), answer.direction, answer.askedBytes]).toEqual(['good', 'none', 0])
    store.add({ lba: 900, blocks: 1, on: 'read', result: StoreResult.mediumError })
    expect(verdict(initiator.send(blockCdb(opcode, 0, 1000)))).toBe('3/1100 at 900')
  })

  test('BYTCHK 1 compares, over pieces too', () => {
    const { initiator, ram } = readyDisk()
    const data = ram.bytes.slice(512, 512 * 301)
    expect(verdict(initiator.send(blockCdb(opcode, 1, 300, COMPARE), data))).toBe('good')
    data[299 * 512 + 511]! ^= 1
    const answer = initiator.send(blockCdb(opcode, 1, 300, COMPARE), data)
    expect([verdict(answer), answer.direction, answer.askedBytes]).toEqual(['e/1d00', 'out', 300 * 512])
  })

  test('a difference in any one block is found', () => {
    const { initiator, ram } = readyDisk()
    for (let block = 0; block < 300; block++) {
      const data = ram.bytes.slice(0, 512 * 300)
      data[block * 512 + 13]! ^= 0x80
      expect([block, verdict(initiator.send(blockCdb(opcode, 0, 300, COMPARE), data))]).toEqual([block, 'e/1d00'])
    }
  })

  test('only whole blocks received are compared', () => {
    const { initiator } = readyDisk()
    expect(verdict(initiator.send(blockCdb(opcode, 3, 2, COMPARE), pattern(1, 3)))).toBe('good')
    expect(verdict(initiator.send(blockCdb(opcode, 3, 2, COMPARE), pattern(1, 4)))).toBe('e/1d00')
  })

  test.each([0x04, 0x06])('BYTCHK field %i is not offered', flags => {
    expect(verdict(readyDisk().initiator.send(blockCdb(opcode, 0, 1, flags)))).toBe('5/2400 cdb[1].2')
  })

  test('VRPROTECT, range, limit, length 0', () => {
    const { initiator } = readyDisk({ maxTransferBlocks: 100 })
    expect(verdict(initiator.send(blockCdb(opcode, 0, 1, 0x20)))).toBe('5/2400 cdb[1].7')
    expect(verdict(initiator.send(blockCdb(opcode, 1000, 25)))).toBe('5/2100')
    expect(verdict(initiator.send(blockCdb(opcode, 0, 101)))).toBe(`5/2400 cdb[${at}]`)
    expect(initiator.send(blockCdb(opcode, 0, 0, COMPARE)).direction).toBe('none')
  })

  test('cached blocks are written to the medium first [Rev. J 3.55 (p. 234)]', () => {
    const { initiator, disk } = readyDisk()
    initiator.send(blockCdb(0x2a, 0, 1), pattern(1, 1))
    initiator.send(blockCdb(opcode, 0, 1))
    expect(disk.cacheDirty).toBe(false)
  })

  test('any block size compares', () => {
    const { initiator } = readyDisk({ blockBytes: 65_536, blocks: 8 })
    expect(verdict(initiator.send(blockCdb(opcode, 2, 1, COMPARE), pattern(1, 2, 65_536)))).toBe('good')
  })
})

describe.each([
  { name: 'SYNCHRONIZE CACHE (10)', opcode: 0x35 },
  { name: 'SYNCHRONIZE CACHE (16)', opcode: 0x91 },
])('$name [Fujitsu MCJ3230AP manual 4.6.20; Rev. J 3.49 (p. 224): LBA 0 length 0 is everything]', ({ opcode }) => {
  test('flushes what is cached, whatever the extent', () => {
    const { initiator, disk } = readyDisk()
    for (const [lba, count] of [
      [0, 0],
      [5, 1],
      [1024, 0],
    ] as const) {
      initiator.send(blockCdb(0x2a, 500, 1), pattern(1, 1))
      expect(disk.cacheDirty).toBe(true)
      expect(verdict(initiator.send(blockCdb(opcode, lba, count)))).toBe('good')
      expect(disk.cacheDirty).toBe(false)
    }
  })

  test('out of range flushes nothing', () => {
    const { initiator, disk } = readyDisk()
    initiator.send(blockCdb(0x2a, 500, 1), pattern(1, 1))
    expect(verdict(initiator.send(blockCdb(opcode, 1024, 1)))).toBe('5/2100')
    expect(disk.cacheDirty).toBe(true)
  })

  test('a flush the store refuses is a write error and stays dirty', () => {
    const { initiator, disk, store } = readyDisk()
    initiator.send(blockCdb(0x2a, 500, 1), pattern(1, 1))
    store.add({ lba: 0, blocks: 1, on: 'flush', result: StoreResult.mediumError })
    expect(verdict(initiator.send(blockCdb(opcode, 0, 0)))).toBe('3/0c00')
    expect(disk.cacheDirty).toBe(true)
  })
})
