// SCSI_REQUEST_BLOCK: one request on its way through the miniport. A view over guest memory: 64 bytes.
//
// From HwStartIo until RequestComplete the SRB is the miniport's. It may write SrbStatus, ScsiStatus, on underrun
// DataTransferLength, after autosense SenseInfoBufferLength, and the direction bits of SrbFlags when both are set and the
// transfer uses system DMA. Everything else is read-only, and after RequestComplete nothing may be touched.

@unmanaged
export class ScsiRequestBlock {
  Length: u16
  Function: u8
  SrbStatus: u8
  ScsiStatus: u8
  PathId: u8
  TargetId: u8
  Lun: u8
  QueueTag: u8
  QueueAction: u8
  CdbLength: u8
  SenseInfoBufferLength: u8
  SrbFlags: u32
  /** Bytes. */
  DataTransferLength: u32
  /** Seconds. */
  TimeOutValue: u32
  /** Not an address the driver may load from, unless MapBuffers was asked for: only ScsiPortGetPhysicalAddress understands it. */
  DataBuffer: usize
  SenseInfoBuffer: usize
  /** ABORT_COMMAND: the victim. */
  NextSrb: usize
  OriginalRequest: usize
  SrbExtension: usize
  InternalStatus: u32
  private cdb0: u32
  private cdb1: u32
  private cdb2: u32
  private cdb3: u32

  /** Address of the 16 CDB bytes. */
  @inline get Cdb(): usize {
    return changetype<usize>(this) + offsetof<ScsiRequestBlock>('cdb0')
  }
}

/** SRB_IO_CONTROL: header of the data buffer of an SRB_FUNCTION_IO_CONTROL request. */
@unmanaged
export class SrbIoControl {
  HeaderLength: u32
  private signature0: u32
  private signature1: u32
  Timeout: u32
  ControlCode: u32
  ReturnCode: u32
  Length: u32

  /** Address of the eight signature bytes. */
  @inline get Signature(): usize {
    return changetype<usize>(this) + offsetof<SrbIoControl>('signature0')
  }
}
