// READ CAPACITY (10, 16). "Rev. J" = Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import { expect, test } from 'vitest'
import type { BlockStore } from '../block/store.ts'
import { be32, be64 } from './big-endian.ts'
import { Disk } from './disk.ts'
import { Initiator } from './initiator.ts'
import { readyDisk, verdict } from './testing/fixture.ts'

function hugeDisk(blocks: number): Initiator {
  const store: BlockStore = {
    label: 's',
    blocks,
    blockBytes: 512,
    readOnly: true,
    read: () => 0,
    write: () => 0,
    flush: () => 0,
    close() {},
  }
  const disk = new Disk({ label: 'huge', store })
  disk.attention = 0
  return new Initiator(disk)
}

const CAPACITY_10 = [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0]
const capacity16 = (allocation: number) => [0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, allocation, 0, 0]

test('(10): last block and block length [Rev. J 3.22.2 table 120 (p. 156)]', () => {
  const { data } = readyDisk({ blocks: 33, blockBytes: 4096 }).initiator.send(CAPACITY_10)
  expect([data.length, be32(data, 0), be32(data, 4)]).toEqual([8, 32, 4096])
})

test.each([
  [2 ** 32, 0xffff_ffff],
  [2 ** 32 + 1, 0xffff_ffff],
  [2 ** 41, 0xffff_ffff],
  [2 ** 32 - 1, 0xffff_fffe],
])('(10): %i blocks report %i [Rev. J 3.22.2 (p. 156)]', (blocks, last) => {
  expect(be32(hugeDisk(blocks).send(CAPACITY_10).data, 0)).toBe(last)
})

test.each([
  { cdb: [0x25, 0, 0, 0, 0, 5, 0, 0, 0, 0], wants: '5/2400 cdb[2]', clause: 'LBA without PMI' },
  { cdb: [0x25, 0, 0, 0, 0, 5, 0, 0, 1, 0], wants: 'good', clause: 'LBA with PMI' },
  { cdb: [0x25, 0, 0, 0, 4, 0, 0, 0, 1, 0], wants: '5/2100', clause: 'LBA beyond the end' },
])('(10): $clause → $wants [Rev. J 3.22.2 (p. 156)]', ({ cdb, wants }) => {
  expect(verdict(readyDisk().initiator.send(cdb))).toBe(wants)
})

test('(16): last block in 64 bits, length, provisioning [Rev. J 3.23.2 table 122 (p. 158)]', () => {
  const { data } = hugeDisk(2 ** 41).send(capacity16(255))
  expect([data.length, be64(data, 0), be32(data, 8), data[14]]).toEqual([32, 2 ** 41 - 1, 512, 0])
  expect(readyDisk().initiator.send(capacity16(255)).data[14]).toBe(0xc0) // LBPME, LBPRZ
})

test('(16): allocation length cuts, 0 is legal [Rev. J 3.23.1 (p. 157)]', () => {
  const { initiator } = readyDisk()
  const whole = initiator.send(capacity16(32)).data
  for (let n = 0; n < 32; n++) {
    const answer = initiator.send(capacity16(n))
    expect([verdict(answer), ...answer.data]).toEqual(['good', ...whole.slice(0, n)])
  }
})

test('(16): another service action is an invalid field [Rev. J 3.23.1 table 121 (p. 157)]', () => {
  const { initiator } = readyDisk()
  for (let action = 0; action < 32; action++) {
    const cdb = capacity16(32)
    cdb[1] = action
    expect(verdict(initiator.send(cdb))).toBe(action === 0x10 ? 'good' : '5/2400 cdb[1].4')
  }
})
