// Mode parameters: headers, block descriptors, and the pages this disk has.
//
// Models: read-write error recovery (01h, nothing changeable), caching (08h, WCE changeable), control (0Ah, D_SENSE changeable);
// current, changeable and default values. Does not model: saved values, subpages.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J 3.11.1 (p. 112-113), 5.3.1 (p. 376, table 359), 5.3.5 (p. 384-385).
import type { Bytes } from '../bytes.ts'
import { putBe16, putBe24, putBe32, putBe64 } from './big-endian.ts'
import type { DiskState } from './disk-state.ts'

/** PC field of MODE SENSE. */
export const PageControl = { current: 0, changeable: 1, defaults: 2, saved: 3 } as const

export const ModePage = { recovery: 0x01, caching: 0x08, control: 0x0a, all: 0x3f } as const

/** Bit of byte 2: WCE in the caching page, D_SENSE in the control page. */
export const WCE = 0x04
export const D_SENSE = 0x04

/** Pages in ascending order, with their length in bytes, header included. */
export const MODE_PAGES = [
  { code: ModePage.recovery, bytes: 12 },
  { code: ModePage.caching, bytes: 20 },
  { code: ModePage.control, bytes: 12 },
] as const

export const MAX_MODE_PAGE_BYTES = 20

/** @returns length of a page in bytes, header included; 0 when the disk does not have it */
export function modePageBytes(code: number): number {
  for (const page of MODE_PAGES) if (page.code === code) return page.bytes
  return 0
}

/** Writes one page into zeroed `into[at…]`. @returns its length in bytes, 0 when the disk does not have it */
export function putModePage(disk: DiskState, code: number, control: number, into: Bytes, at: number): number {
  const bytes = modePageBytes(code)
  if (bytes === 0) return 0
  into[at] = code
  into[at + 1] = bytes - 2
  const changeable = control === PageControl.changeable
  const defaults = control === PageControl.defaults
  if (code === ModePage.caching)
    into[at + 2] = changeable || (defaults ? disk.defaultWriteCache : disk.writeCache) ? WCE : 0
  else if (code === ModePage.control) into[at + 2] = changeable || (!defaults && disk.descriptorSense) ? D_SENSE : 0
  return bytes
}

/** DEVICE-SPECIFIC PARAMETER: write protected; DPO and FUA are understood. */
export function deviceSpecificParameter(disk: DiskState): number {
  return (disk.readOnly ? 0x80 : 0) | 0x10
}

export const SHORT_DESCRIPTOR_BYTES = 8
export const LONG_DESCRIPTOR_BYTES = 16

/** @returns bytes written: 8, or 16 for the long form */
export function putBlockDescriptor(disk: DiskState, long: boolean, into: Bytes, at: number): number {
  if (long) {
    putBe64(into, at, disk.store.blocks)
    putBe32(into, at + 12, disk.store.blockBytes)
    return LONG_DESCRIPTOR_BYTES
  }
  putBe32(into, at, Math.min(disk.store.blocks, 0xffff_ffff))
  putBe24(into, at + 5, disk.store.blockBytes)
  return SHORT_DESCRIPTOR_BYTES
}

/** Writes the header of `total` bytes of mode parameters. @param six the 4-byte header of the 6-byte commands, else the 8-byte one */
export function putModeHeader(
  disk: DiskState,
  six: boolean,
  total: number,
  descriptorBytes: number,
  into: Bytes,
): void {
  if (six) {
    into[0] = total - 1
    into[2] = deviceSpecificParameter(disk)
    into[3] = descriptorBytes
    return
  }
  putBe16(into, 0, total - 2)
  into[3] = deviceSpecificParameter(disk)
  into[4] = descriptorBytes === LONG_DESCRIPTOR_BYTES ? 0x01 : 0
  putBe16(into, 6, descriptorBytes)
}
