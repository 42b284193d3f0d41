// The port driver's seam for faults: where it may answer a miniport otherwise than it should. Without a plan nothing is asked twice.

export interface PortFaults {
  /** HwInterrupt was put on its line, HwInitialize was not called yet. Must not call the miniport. */
  connected(): void
  /** Is this call of a ScsiPort routine that returns an address to return NULL? */
  nullResult(routine: string): boolean
  /** Is this call of ScsiPortValidateRange to return FALSE? */
  refusesRange(): boolean
  /** Length in PORT_CONFIGURATION_INFORMATION. @param bytes what it should be */
  configBytes(bytes: number): number
  /** How much later than asked HwTimer is called. */
  timerDelayPs(): number
}

export const NO_FAULTS: PortFaults = {
  connected() {},
  nullResult: () => false,
  refusesRange: () => false,
  configBytes: bytes => bytes,
  timerDelayPs: () => 0,
}
