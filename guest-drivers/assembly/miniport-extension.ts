// Base class of every device extension: it begins with room for what ScsiPort takes and gives by address.
//
// C puts the variable arguments of ScsiPortNotification and a returned SCSI_PHYSICAL_ADDRESS on the stack. AssemblyScript
// has no stack in memory, and a global would be shared by all adapters of the driver, so they live here: the port driver
// never runs two routines of one adapter at once. A device extension is zeroed and 8-byte aligned.

@unmanaged
export class MiniportExtension {
  /** Variable arguments, four bytes each. */
  argument0: u32
  argument1: u32
  argument2: u32
  argument3: u32
  /** A SCSI_PHYSICAL_ADDRESS or a LARGE_INTEGER, 8-byte aligned. */
  address: u64
  /** What ScsiPortGetPhysicalAddress said: contiguous bytes from the address on. */
  addressLength: u32
  private reserved: u32
  /** A line of text on its way to ScsiDebugPrint: TEXT_BYTES from here on. */
  text: u64
  private text1: u64; private text2: u64; private text3: u64; private text4: u64; private text5: u64
  private text6: u64; private text7: u64; private text8: u64; private text9: u64; private text10: u64; private text11: u64
}

export const TEXT_BYTES: i32 = 96
