// Vital product data: pages 00h, 80h, 83h, B0h, B1h, B2h.
//
// Models: what a virtual disk can truly say. Page 83h names the unit by a T10 vendor designator and a locally assigned NAA number
// made from the serial number. Does not model: port designators, zoned devices, atomic writes.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J: 5.4.5 Block Limits (p. 476-478), 3.6.1 (p. 92). HGST Ultrastar 7K4000
// specification 18.5.1.4 (p. 84): page 80h.
import type { Bytes } from '../bytes.ts'
import { putAscii, putBe16, putBe32, putBe64 } from './big-endian.ts'
import type { DiskState } from './disk-state.ts'

const PAGES = [0x00, 0x80, 0x83, 0xb0, 0xb1, 0xb2] as const

/** Builds a page into zeroed `data`. @returns its length in bytes, 0 when there is no such page */
export function buildVpdPage(disk: DiskState, page: number, data: Bytes): number {
  let end = 4
  switch (page) {
    case 0x00:
      for (const supported of PAGES) data[end++] = supported
      break
    case 0x80:
      putAscii(data, 4, disk.serial.length, disk.serial)
      end += disk.serial.length
      break
    case 0x83:
      end = putDesignators(disk, data)
      break
    case 0xb0:
      putBlockLimits(disk, data)
      end = 64
      break
    case 0xb1:
      putBe16(data, 4, 1) // MEDIUM ROTATION RATE: does not rotate
      end = 64
      break
    case 0xb2:
      if (disk.provisioned) {
        data[5] = 0xe4 // LBPU, LBPWS, LBPWS10; LBPRZ: unmapped blocks read as zeros
        data[6] = 0x02 // thin provisioned
      }
      end = 8
      break
    default:
      return 0
  }
  data[1] = page
  putBe16(data, 2, end - 4)
  return end
}

function putDesignators(disk: DiskState, data: Bytes): number {
  const nameBytes = 8 + disk.serial.length
  data[4] = 0x02 // ASCII
  data[5] = 0x01 // of the logical unit, T10 vendor identification
  data[7] = nameBytes
  putAscii(data, 8, 8, disk.vendor)
  putAscii(data, 16, disk.serial.length, disk.serial)
  const at = 8 + nameBytes
  data[at] = 0x01 // binary
  data[at + 1] = 0x03 // of the logical unit, NAA
  data[at + 3] = 8
  const name = `${disk.vendor}/${disk.serial}`
  putBe32(data, at + 4, (hash(name, 0x811c_9dc5) & 0x0fff_ffff) | 0x3000_0000) // NAA 3: locally assigned
  putBe32(data, at + 8, hash(name, 0x9e37_79b9))
  return at + 12
}

/** FNV-1a with a chosen start. */
function hash(text: string, start: number): number {
  let h = start
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x0100_0193)
  return h
}

function putBlockLimits(disk: DiskState, data: Bytes): void {
  data[4] = 0x01 // WSNZ: WRITE SAME of 0 blocks is refused
  putBe32(data, 8, disk.maxTransferBlocks)
  putBe32(data, 12, disk.maxTransferBlocks)
  if (disk.provisioned) {
    putBe32(data, 20, disk.maxUnmapBlocks)
    putBe32(data, 24, disk.maxUnmapDescriptors)
    putBe32(data, 28, 1)
  }
  putBe64(data, 36, disk.maxWriteSameBlocks)
}
