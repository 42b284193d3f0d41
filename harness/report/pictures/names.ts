// What only the bench knows of a trace: names for its numbers. For pictures and for the exported trace.

export interface PictureNames {
  guest(guest: number): string
  /** @param offset in the window; @returns for example INT_STATUS */
  register(guest: number, offset: number, side: 'read' | 'write'): string
  /** @returns for example COMMAND_COMPLETE, RESET */
  causeNames(guest: number, bits: number): string
  /** @returns for example READ(10) */
  command(opcode: number): string
  /** @returns for example ABORT_COMMAND */
  srbFunction(code: number): string
}

/** Which interrupt line each adapter is wired to. */
export interface Wiring {
  readonly lines: readonly string[]
  /** By index of the adapter: index in `lines`. */
  readonly lineOf: readonly number[]
}

/** What one register access costs in virtual time. */
export interface AccessCosts {
  readonly mmioReadPs: number
  readonly mmioWritePs: number
  readonly portReadPs: number
  readonly portWritePs: number
}
