// Identify: what the controller and its namespaces say about themselves.
//
// Models: namespace (00h), controller (01h), list of active namespaces (02h), identifiers of a namespace (03h). Does not model:
// namespace management, secondary controllers, sets, command sets other than NVM.
// Layout: libnvme src/nvme/types.h (nvme_id_ctrl, nvme_id_ns, nvme_ns_id_desc), QEMU include/block/nvme.h.

import type { Bytes } from '../../bytes.ts'
import { putLe16, putLe32, putLe64 } from '../../little-endian.ts'
import { putAscii } from '../../scsi/big-endian.ts'
import { EVENT_REQUESTS } from './events.ts'
import { K } from './format.ts'
import { ERROR_ENTRIES, FIRMWARE } from './logs.ts'
import type { Namespaces } from './namespaces.ts'
import { SLOTS } from './queues.ts'

const MODEL = 'WASM-HBA NVME CONTROLLER'
const VERSION = 0x0001_0400
/** Temperatures in kelvins at which the controller warns: 70 °C and 80 °C. */
export const WARNING_TEMPERATURE = 343
const CRITICAL_TEMPERATURE = 353

/** @param serial at most 20 characters @param mdts longest transfer, 4096 << mdts bytes */
export function putController(into: Bytes, serial: string, mdts: number, namespaces: Namespaces): void {
  putLe16(into, K.CTRL_VID, K.PCI_VENDOR)
  putLe16(into, 2, K.PCI_VENDOR)
  putAscii(into, K.CTRL_SERIAL, 20, serial)
  putAscii(into, K.CTRL_MODEL, 40, MODEL)
  putAscii(into, K.CTRL_FIRMWARE, 8, FIRMWARE)
  into[72] = 4 // recommended arbitration burst, power of two
  into[K.CTRL_MDTS] = mdts
  putLe32(into, K.CTRL_VER, VERSION)
  putLe32(into, K.CTRL_OAES, 0x100) // namespace attribute notices
  into[111] = 1 // an I/O controller
  into[K.CTRL_ACL] = 3
  into[K.CTRL_AERL] = EVENT_REQUESTS - 1
  into[260] = 0x03 // one firmware slot, read only
  into[261] = 0x04 // log pages with offset and long length
  into[K.CTRL_ELPE] = ERROR_ENTRIES - 1
  putLe16(into, 266, WARNING_TEMPERATURE)
  putLe16(into, 268, CRITICAL_TEMPERATURE)
  into[K.CTRL_SQES] = 0x66
  into[K.CTRL_CQES] = 0x44
  putLe16(into, 514, SLOTS)
  putLe32(into, K.CTRL_NN, namespaces.count)
  putLe16(into, K.CTRL_ONCS, 0x1d) // compare, dataset management, write zeroes, select in features
  into[K.CTRL_VWC] = 0x07 // there is one, and flush takes NSID FFFFFFFFh
  putName(into, 768, `nqn.2014-08.org.nvmexpress:${hex(K.PCI_VENDOR)}${hex(K.PCI_DEVICE)}${serial}`)
  putLe16(into, 2048, 900) // power state 0: 9 W
}

/** @param lun of a namespace that is there */
export function putNamespace(into: Bytes, lun: number, namespaces: Namespaces): void {
  const blocks = namespaces.blocks[lun]!
  putLe64(into, K.NS_NSZE, blocks)
  putLe64(into, K.NS_NCAP, blocks)
  putLe64(into, K.NS_NUSE, blocks)
  into[K.NS_NSFEAT] = namespaces.provisioned[lun]!
  into[33] = namespaces.provisioned[lun] === 1 ? 0x09 : 0 // deallocated blocks read as zeros; write zeroes may deallocate
  into[K.NS_NSATTR] = namespaces.writeProtected[lun]!
  into.set(namespaces.identifier.subarray(lun * 8, lun * 8 + 8), K.NS_EUI64)
  into[K.NS_LBAF0 + 2] = Math.log2(namespaces.blockBytes[lun]!)
}

/** Active namespaces above `nsid`, in order. */
export function putActiveList(into: Bytes, nsid: number, namespaces: Namespaces): void {
  let at = 0
  for (let lun = nsid; lun < namespaces.present.length && at < K.IDENTIFY_SIZE; lun++) {
    if (namespaces.present[lun] === 0) continue
    putLe32(into, at, lun + 1)
    at += 4
  }
}

export function putDescriptors(into: Bytes, lun: number, namespaces: Namespaces): void {
  into[0] = 0x01 // EUI-64
  into[1] = 8
  into.set(namespaces.identifier.subarray(lun * 8, lun * 8 + 8), 4)
}

/** UTF-8 up to a zero byte. */
function putName(into: Bytes, at: number, text: string): void {
  for (let i = 0; i < text.length && i < 223; i++) into[at + i] = text.charCodeAt(i)
}

function hex(id: number): string {
  return id.toString(16).padStart(4, '0')
}
