// READ and WRITE (6, 10, 12, 16). "Rev. J" = Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import { describe, expect, test } from 'vitest'
import { StoreResult } from '../block/store.ts'
import { blockCdb } from './block-cdb.ts'
import { Opcode } from './cdb.ts'
import { Disk } from './disk.ts'
import { ScsiTask } from './task.ts'
import { pattern, readyDisk, sameBytes, verdict } from './testing/fixture.ts'

const READS = [
  { name: 'READ (6)', opcode: Opcode.read6, clause: 'Quantum Atlas 10K II manual 5.20 (p. 5-135)' },
  { name: 'READ (10)', opcode: Opcode.read10, clause: 'Rev. J 3.16 table 97 (p. 136)' },
  { name: 'READ (12)', opcode: Opcode.read12, clause: 'Rev. J 3.17 table 99 (p. 140)' },
  { name: 'READ (16)', opcode: Opcode.read16, clause: 'Rev. J 3.18 table 100 (p. 141)' },
]
// Rev. J 3.64 (p. 257) and 3.66 (p. 259) have WRITE AND VERIFY take LBA, length and WRPROTECT from WRITE (10); the CDB is READ's.
const WRITES = [
  { name: 'WRITE (6)', opcode: Opcode.write6, clause: 'as READ (6); glibc <scsi/scsi.h> WRITE_6' },
  { name: 'WRITE (10)', opcode: Opcode.write10, clause: 'Rev. J 3.64 table 221 (p. 257)' },
  { name: 'WRITE (12)', opcode: Opcode.write12, clause: 'as READ (12), Rev. J 3.17 (p. 140)' },
  { name: 'WRITE (16)', opcode: Opcode.write16, clause: 'Rev. J 3.66 table 223 (p. 259)' },
]

describe.each(READS)('$name [$clause]', ({ opcode }) => {
  test('transfers the addressed blocks', () => {
    const { initiator } = readyDisk()
    const answer = initiator.send(blockCdb(opcode, 300, 2))
    expect(verdict(answer)).toBe('good')
    expect(answer.data).toEqual(new Uint8Array([...pattern(1, 300 % 251), ...pattern(1, 301 % 251)]))
  })

  test('the last block is readable, the one behind it is out of range', () => {
    const { initiator } = readyDisk()
    expect(verdict(initiator.send(blockCdb(opcode, 1023, 1)))).toBe('good')
    expect(verdict(initiator.send(blockCdb(opcode, 1023, 2)))).toBe('5/2100')
    expect(verdict(initiator.send(blockCdb(opcode, 1024, 1)))).toBe('5/2100')
  })

  test('a bad block ends the transfer before it and stands in INFORMATION', () => {
    const bad = [{ lba: 7, blocks: 1, on: 'read' as const, result: StoreResult.mediumError }]
    const { initiator } = readyDisk({ bad })
    const answer = initiator.send(blockCdb(opcode, 4, 8))
    expect(verdict(answer)).toBe('3/1100 at 7')
    expect(answer.data).toEqual(new Uint8Array([...pattern(1, 4), ...pattern(1, 5), ...pattern(1, 6)]))
  })

  test('latency is the model’s for this extent', () => {
    const latency = { readPs: (lba: number, n: number) => lba * 1000 + n, writePs: () => 1, otherPs: () => 2 }
    const { initiator } = readyDisk({ latency })
    expect(initiator.send(blockCdb(opcode, 5, 3)).latencyPs).toBe(5003)
  })
})

describe.each(WRITES)('$name [$clause]', ({ opcode }) => {
  test('commits the addressed blocks and no others', () => {
    const { initiator, ram } = readyDisk()
    expect(verdict(initiator.send(blockCdb(opcode, 10, 2), pattern(2, 0xaa)))).toBe('good')
    expect(ram.bytes.slice(9 * 512, 13 * 512)).toEqual(
      new Uint8Array([...pattern(1, 9), ...pattern(2, 0xaa), ...pattern(1, 12)]),
    )
  })

  test('out of range writes nothing', () => {
    const { initiator, ram } = readyDisk()
    const before = ram.bytes.slice()
    expect(verdict(initiator.send(blockCdb(opcode, 1023, 2), pattern(2, 0xaa)))).toBe('5/2100')
    expect(sameBytes(ram.bytes, before)).toBe(true)
  })

  test('a write-protected disk answers DATA PROTECT', () => {
    const { initiator, ram } = readyDisk({ readOnly: true })
    const before = ram.bytes.slice()
    expect(verdict(initiator.send(blockCdb(opcode, 0, 1), pattern(1, 0xaa)))).toBe('7/2700')
    expect(sameBytes(ram.bytes, before)).toBe(true)
  })

  test('a bad block: what lies before it is committed', () => {
    const bad = [{ lba: 7, blocks: 2, on: 'write' as const, result: StoreResult.mediumError }]
    const { initiator, ram } = readyDisk({ bad })
    expect(verdict(initiator.send(blockCdb(opcode, 6, 4), pattern(4, 0xaa)))).toBe('3/0c00 at 7')
    expect(ram.bytes.slice(6 * 512, 8 * 512)).toEqual(new Uint8Array([...pattern(1, 0xaa), ...pattern(1, 7)]))
  })

  test.each([
    [1024, 2],
    [1023, 1],
    [511, 0],
    [0, 0],
  ])('%i bytes received of 2048 commit %i blocks', (bytes, blocks) => {
    const { initiator, ram } = readyDisk()
    expect(verdict(initiator.send(blockCdb(opcode, 20, 4), new Uint8Array(bytes).fill(0xaa)))).toBe('good')
    for (let i = 0; i < 4; i++) expect(ram.bytes[(20 + i) * 512]).toBe(i < blocks ? 0xaa : 20 + i)
  })
})

test('length 0 is 256 blocks in the 6-byte forms [Quantum Atlas 10K II manual 5.20]', () => {
  const { initiator } = readyDisk()
  expect(initiator.send(blockCdb(Opcode.read6, 0, 0)).data.length).toBe(256 * 512)
  expect(initiator.send(blockCdb(Opcode.write6, 0, 0)).askedBytes).toBe(256 * 512)
})

test.each([...READS, ...WRITES].filter(c => c.opcode >= 0x20))(
  '$name: length 0 moves nothing and is no error; LBA is still checked [Maxtor Atlas 10K IV manual 5.21 (p. 5-90)]',
  ({ opcode }) => {
    const { initiator } = readyDisk()
    const answer = initiator.send(blockCdb(opcode, 1024, 0))
    expect([verdict(answer), answer.direction, answer.askedBytes]).toEqual(['good', 'none', 0])
    expect(verdict(initiator.send(blockCdb(opcode, 1025, 0)))).toBe('5/2100')
  },
)

describe.each([...READS, ...WRITES].filter(c => c.opcode >= 0x20))('$name fields of byte 1', ({ opcode }) => {
  const at = opcode >> 5 === 4 ? 10 : opcode >> 5 === 5 ? 6 : 7
  test.each([
    { flags: 0x20, wants: '5/2400 cdb[1].7', clause: 'RDPROTECT/WRPROTECT, Rev. J 3.16 (p. 136)' },
    { flags: 0xe0, wants: '5/2400 cdb[1].7', clause: 'RDPROTECT/WRPROTECT, Rev. J 3.16 (p. 136)' },
    { flags: 0x10, wants: 'good', clause: 'DPO, Maxtor Atlas 10K IV manual 5.21' },
    { flags: 0x08, wants: 'good', clause: 'FUA, Maxtor Atlas 10K IV manual 5.21' },
    {
      flags: 0x01,
      wants: opcode >> 5 === 4 ? 'good' : '5/2400 cdb[1].0',
      clause: 'RelAdr must be 0, Maxtor Atlas 10K IV manual 5.21',
    },
  ])('$flags: $wants [$clause]', ({ flags, wants }) => {
    const { initiator } = readyDisk()
    expect(verdict(initiator.send(blockCdb(opcode, 0, 1, flags), pattern(1, 0)))).toBe(wants)
  })

  test('longer than MAXIMUM TRANSFER LENGTH [Rev. J 5.4.5 table 451 (p. 477)]', () => {
    const { initiator } = readyDisk({ maxTransferBlocks: 16 })
    expect(verdict(initiator.send(blockCdb(opcode, 0, 16), pattern(16, 1)))).toBe('good')
    const answer = initiator.send(blockCdb(opcode, 0, 17), pattern(17, 1))
    expect([verdict(answer), answer.askedBytes]).toEqual([`5/2400 cdb[${at}]`, 0])
  })
})

test('64-bit LBAs: far beyond the end is out of range, not wrapped', () => {
  const { initiator } = readyDisk()
  for (const lba of [2 ** 32, 2 ** 40, Number.MAX_SAFE_INTEGER])
    expect(verdict(initiator.send(blockCdb(Opcode.read16, lba, 1)))).toBe('5/2100')
  const all = new Uint8Array(16).fill(0xff)
  all[0] = Opcode.read16
  all[1] = 0
  all.fill(0, 10)
  expect(verdict(initiator.send(all))).toBe('5/2100')
})

describe('write cache', () => {
  test('WCE on: cached; FUA goes through and leaves what is cached alone', () => {
    const { initiator, disk } = readyDisk()
    initiator.send(blockCdb(Opcode.write10, 0, 1, 0x08), pattern(1, 1))
    expect(disk.cacheDirty).toBe(false)
    initiator.send(blockCdb(Opcode.write10, 0, 1), pattern(1, 1))
    expect(disk.cacheDirty).toBe(true)
    initiator.send(blockCdb(Opcode.write10, 0, 1, 0x08), pattern(1, 1))
    expect(disk.cacheDirty).toBe(true)
  })

  test('WCE off: every write goes through, and a refused flush is a write error', () => {
    const { initiator, disk, store } = readyDisk({ writeCache: false })
    initiator.send(blockCdb(Opcode.write6, 0, 1), pattern(1, 1))
    expect(disk.cacheDirty).toBe(false)
    store.add({ lba: 0, blocks: 1, on: 'flush', result: StoreResult.mediumError })
    expect(verdict(initiator.send(blockCdb(Opcode.write10, 0, 1), pattern(1, 1)))).toBe('3/0c00')
  })

  test('WRITE (6) has no FUA bit: LBA bits in byte 1 are not taken for one', () => {
    const { initiator, disk } = readyDisk({ blocks: 0x9_0000, blockBytes: 512 })
    initiator.send(blockCdb(Opcode.write6, 0x8_0000, 1), pattern(1, 1))
    expect(disk.cacheDirty).toBe(true)
  })
})

test.each([
  [StoreResult.hardwareError, '4/4400 at 0'],
  [StoreResult.writeProtected, '7/2700'],
  [StoreResult.outOfRange, '5/2100'],
])('store result %i of a write becomes %s', (result, wants) => {
  const { initiator } = readyDisk({ bad: [{ lba: 0, blocks: 1, on: 'write', result }] })
  expect(verdict(initiator.send(blockCdb(Opcode.write10, 0, 1), pattern(1, 1)))).toBe(wants)
})

test('a task begun by a disk of another shape is not carried out', () => {
  const small = readyDisk()
  const large = readyDisk({ blockBytes: 4096, blocks: 64 })
  const { task } = small.initiator
  task.cdb.set(blockCdb(Opcode.read10, 0, 1))
  task.cdbLength = 10
  small.disk.begin(task)
  large.disk.execute(task)
  expect([task.status, task.transferBytes]).toEqual([2, 0])
})

describe('a task that borrows', () => {
  const read = (borrows: boolean, errors = false) => {
    const { ram, store } = readyDisk()
    const disk = new Disk({ label: 'disk', store: errors ? store : ram })
    disk.attention = 0
    const task = new ScsiTask()
    task.borrows = borrows
    const execute = (): void => {
      task.cdb.set(blockCdb(Opcode.read10, 7, 2))
      task.cdbLength = 10
      disk.begin(task)
      disk.execute(task)
    }
    execute()
    return { ram, task, execute }
  }
  const wanted = new Uint8Array([...pattern(1, 7), ...pattern(1, 8)])

  test('is shown the blocks on the medium', () => {
    const { ram, task } = read(true)
    expect(task.lent).toBe(ram.bytes)
    expect(task.lent!.subarray(task.lentAt, task.lentAt + task.transferBytes)).toEqual(wanted)
  })

  test('owns them when it asks to: what it writes then does not reach the medium', () => {
    const { ram, task, execute } = read(true)
    task.own()
    expect([task.lent, task.data.slice(0, task.transferBytes)]).toEqual([undefined, wanted])
    task.data[0] = 0xff
    expect(ram.bytes[7 * 512]).toBe(7)
    execute()
    expect(task.lent![task.lentAt]).toBe(7)
  })

  test.each([
    ['that does not borrow', false, false],
    ['on a store that lends nothing', true, true],
  ])('one %s gets a copy', (_what, borrows, errors) => {
    const { task } = read(borrows, errors)
    expect([task.lent, task.data.slice(0, task.transferBytes)]).toEqual([undefined, wanted])
  })
})
