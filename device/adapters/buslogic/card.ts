// The card around the engine, as commands to the adapter see it.

export interface Card {
  /** Answers at this ISA base. @returns false when something else answers there */
  setIsa(code: number): boolean
  readonly isaCode: number
  readonly interruptLine: number
  /** CMD_DIAGNOSTIC */
  test(): void
}
