// SCSI_PHYSICAL_ADDRESS as a u64: conversions between it and the pointers the routines want.
import { MiniportExtension } from './miniport-extension'
import { ScsiPortGetDeviceBase, ScsiPortGetPhysicalAddress, ScsiPortValidateRange } from './scsiport'
import { ScsiRequestBlock } from './srb'

/**
 * Physical address of `va`; `ext.addressLength` says how many bytes from there on are contiguous, 0 on failure.
 * @param srb the request whose data buffer `va` lies in; null for the uncached extension and SRB extensions
 */
@inline
export function getPhysicalAddress(ext: MiniportExtension, srb: ScsiRequestBlock | null, va: usize): u64 {
  const frame = changetype<usize>(ext)
  ext.addressLength = 0
  ScsiPortGetPhysicalAddress(
    frame + offsetof<MiniportExtension>('address'), ext, srb, va, frame + offsetof<MiniportExtension>('addressLength'))
  return ext.address
}

/** Maps a bus-relative range. @returns the logical base address, 0 when it cannot be mapped */
export function getDeviceBase(
  ext: MiniportExtension, busType: i32, busNumber: u32, address: u64, bytes: u32, inIoSpace: bool): usize {
  ext.address = address
  const pointer = changetype<usize>(ext) + offsetof<MiniportExtension>('address')
  return ScsiPortGetDeviceBase(ext, busType, busNumber, pointer, bytes, inIoSpace)
}

/** Does no other driver own this bus-relative range? Only then may it be mapped, when the port driver did not supply it. */
export function validateRange(
  ext: MiniportExtension, busType: i32, busNumber: u32, address: u64, bytes: u32, inIoSpace: bool): bool {
  ext.address = address
  const pointer = changetype<usize>(ext) + offsetof<MiniportExtension>('address')
  return ScsiPortValidateRange(ext, busType, busNumber, pointer, bytes, inIoSpace)
}
