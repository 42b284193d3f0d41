// SENSE_DATA, fixed format: 18 bytes.

@unmanaged
export class SenseData {
  /** Bits 6 to 0 the error code (0x70), bit 7 Valid. */
  ErrorCode: u8
  SegmentNumber: u8
  /** Bits 3 to 0 the sense key, 5 IncorrectLength, 6 EndOfMedia, 7 FileMark. */
  SenseKey: u8
  private information0: u8
  private information1: u8
  private information2: u8
  private information3: u8
  AdditionalSenseLength: u8
  private specific0: u8
  private specific1: u8
  private specific2: u8
  private specific3: u8
  AdditionalSenseCode: u8
  AdditionalSenseCodeQualifier: u8
  FieldReplaceableUnitCode: u8
  private keySpecific0: u8
  private keySpecific1: u8
  private keySpecific2: u8
}
