// SCSI_SUPPORTED_CONTROL_TYPE_LIST: the question HwAdapterControl is asked first. One BOOLEAN a control type follows.

@unmanaged
export class SupportedControlTypeList {
  /** Types 0 to MaxControlType − 1 have a place in the list; writing beyond it destroys the port driver's memory. */
  MaxControlType: u32

  /** Marks a control type as supported, when the list has a place for it. */
  support(type: u32): void {
    if (type < this.MaxControlType) {
      store<u8>(changetype<usize>(this) + type, 1, offsetof<SupportedControlTypeList>())
    }
  }
}
