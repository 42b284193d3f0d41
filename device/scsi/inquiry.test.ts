// INQUIRY. "Rev. J" = Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import { describe, expect, test } from 'vitest'
import type { BlockStore } from '../block/store.ts'
import { be16, be32, be64 } from './big-endian.ts'
import { Opcode } from './cdb.ts'
import { Disk } from './disk.ts'
import { Initiator } from './initiator.ts'
import { readyDisk, verdict } from './testing/fixture.ts'

const ascii = (bytes: Uint8Array) => String.fromCharCode(...bytes)
const inquiry = (allocation: number) => [Opcode.inquiry, 0, 0, allocation >> 8, allocation & 0xff, 0]
const vpd = (page: number, allocation = 0xffff) => [Opcode.inquiry, 1, page, allocation >> 8, allocation & 0xff, 0]

/** A store whose blocks cannot be given back. */
function plainStore(blocks = 8, blockBytes = 512): BlockStore {
  return { label: 's', blocks, blockBytes, readOnly: false, read: () => 0, write: () => 0, flush: () => 0, close() {} }
}

describe('standard data [Rev. J 3.6.2 (p. 99)]', () => {
  test('names vendor, product, revision; says SPC-4, command queuing, direct access', () => {
    const { initiator } = readyDisk({ vendor: 'ACME', product: 'ROCKET DISK', revision: '2.1' })
    const { data } = initiator.send(inquiry(255))
    expect([...data.slice(0, 8)]).toEqual([0x00, 0x00, 0x06, 0x02, 31, 0, 0, 0x02])
    expect(ascii(data.slice(8))).toBe('ACME    ROCKET DISK     2.1 ')
  })

  test('removable medium sets RMB', () => {
    expect(readyDisk({ removable: true }).initiator.send(inquiry(36)).data[1]).toBe(0x80)
  })

  test('characters outside printable ASCII become spaces', () => {
    const { initiator } = readyDisk({ vendor: 'A\u00e9\nB' })
    expect(ascii(initiator.send(inquiry(36)).data.slice(8, 16))).toBe('A  B    ')
  })
})

test.each([
  { cdb: [0x12, 0, 0x80, 0, 36, 0], wants: '5/2400 cdb[2]', clause: 'page code without EVPD, Rev. J 3.6.1 (p. 92)' },
  { cdb: [0x12, 3, 0, 0, 36, 0], wants: '5/2400 cdb[1].1', clause: 'EVPD with CMDDT, Rev. J 3.6.1 (p. 92)' },
  { cdb: [0x12, 2, 0, 0, 36, 0], wants: '5/2400 cdb[1].1', clause: 'CMDDT is not offered, Rev. J 3.6.1 (p. 92)' },
  {
    cdb: [0x12, 1, 0x7f, 0, 36, 0],
    wants: '5/2400 cdb[2]',
    clause: 'page not there, Quantum LTO-3 manual p. 30',
  },
])('$cdb → $wants [$clause]', ({ cdb, wants }) => {
  const answer = readyDisk().initiator.send(cdb)
  expect([verdict(answer), answer.data.length]).toEqual([wants, 0])
})

test('every allocation length 0…255 returns exactly a prefix [Rev. J 3.23.1 (p. 157) on allocation lengths]', () => {
  const { initiator } = readyDisk()
  for (const page of [undefined, 0x00, 0x80, 0x83, 0xb0, 0xb1, 0xb2]) {
    const cdb = (n: number) => (page === undefined ? inquiry(n) : vpd(page, n))
    const whole = initiator.send(cdb(0xffff)).data
    for (let n = 0; n <= 255; n++) {
      const answer = initiator.send(cdb(n))
      expect(verdict(answer)).toBe('good')
      expect(answer.direction).toBe(n === 0 ? 'none' : 'in')
      expect([...answer.data]).toEqual([...whole.slice(0, n)])
    }
  }
})

test('a page exists when and only when page 00h lists it', () => {
  const { initiator } = readyDisk()
  const listed = [...initiator.send(vpd(0)).data.slice(4)]
  expect(listed).toEqual([0x00, 0x80, 0x83, 0xb0, 0xb1, 0xb2])
  for (let page = 0; page < 256; page++) {
    const answer = initiator.send(vpd(page))
    if (listed.includes(page)) {
      expect(answer.data[1]).toBe(page)
      expect(be16(answer.data, 2)).toBe(answer.data.length - 4)
    } else expect(verdict(answer)).toBe('5/2400 cdb[2]')
  }
})

test('80h: unit serial number [HGST Ultrastar 7K4000 specification 18.5.1.4 (p. 84)]', () => {
  const { initiator } = readyDisk({ serial: 'SN-0042' })
  expect(ascii(initiator.send(vpd(0x80)).data.slice(4))).toBe('SN-0042')
})

test('83h: two designators of the logical unit, different for another serial number', () => {
  const one = readyDisk({ serial: 'A' }).initiator.send(vpd(0x83)).data
  const two = readyDisk({ serial: 'B' }).initiator.send(vpd(0x83)).data
  expect([...one.slice(4, 8)]).toEqual([0x02, 0x01, 0, 9])
  expect(ascii(one.slice(8, 17))).toBe('WASM-HBAA')
  expect([...one.slice(17, 21)]).toEqual([0x01, 0x03, 0, 8])
  expect(one[21]! >> 4).toBe(3) // NAA: locally assigned
  expect(one.slice(21, 25)).not.toEqual(two.slice(21, 25))
  expect(one.slice(25)).not.toEqual(two.slice(25))
})

describe('B0h: block limits [Rev. J 5.4.5 (p. 476-478)]', () => {
  test('are the limits that are enforced', () => {
    const { initiator } = readyDisk({ maxTransferBlocks: 77 })
    const { data } = initiator.send(vpd(0xb0))
    expect(data.length).toBe(64)
    expect(data[4]).toBe(1) // WSNZ
    expect(be32(data, 8)).toBe(77)
    expect(be32(data, 20)).toBe(0x4_0000)
    expect(be32(data, 24)).toBe(256)
    expect(be64(data, 36)).toBe(0xffff)
  })

  test('default transfer limit is 4 MiB, whatever the block size', () => {
    for (const blockBytes of [512, 4096])
      expect(be32(readyDisk({ blockBytes, blocks: 8 }).initiator.send(vpd(0xb0)).data, 8) * blockBytes).toBe(4 << 20)
  })

  test('a store that cannot unmap reports 0: UNMAP is not implemented', () => {
    const disk = new Disk({ label: 'd', store: plainStore() })
    const { data } = new Initiator(disk).send(vpd(0xb0))
    expect([be32(data, 20), be32(data, 24)]).toEqual([0, 0])
  })
})

test('B1h: a medium that does not rotate [page as listed by 00h]', () => {
  expect(be16(readyDisk().initiator.send(vpd(0xb1)).data, 4)).toBe(1)
})

test('B2h: thin provisioning when, and only when, the store can give blocks back [Rev. J 3.54.1 (p. 231) on ANC_SUP]', () => {
  expect([...readyDisk().initiator.send(vpd(0xb2)).data]).toEqual([0, 0xb2, 0, 4, 0, 0xe4, 2, 0])
  const disk = new Disk({ label: 'd', store: plainStore() })
  expect([...new Initiator(disk).send(vpd(0xb2)).data]).toEqual([0, 0xb2, 0, 4, 0, 0, 0, 0])
})

test.each([
  { options: { serial: '' }, message: /serial ''/ },
  { options: { serial: 'x'.repeat(21) }, message: /1 to 20 printable/ },
  { options: { maxTransferBlocks: 0 }, message: /maxTransferBlocks is 0: 1 to 131072/ },
  { options: { maxTransferBlocks: 131_073 }, message: /maxTransferBlocks is 131073/ },
])('a disk that cannot be made says why: $options', ({ options, message }) => {
  expect(() => new Disk({ label: 'd', store: plainStore(), ...options })).toThrow(message)
})
