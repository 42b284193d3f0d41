// `import 'wasm-hba/vitest'`: a bench in a test, and matchers for what a driver did. vitest is the caller's.
import { expect } from 'vitest'
import type { DeedExpectation, SrbExpectation, ViolationOptions, WriteExpectation } from './matchers.ts'
import { toHaveAcknowledged, toHaveNoViolations, toHaveSrbStatus, toHaveWritten, toMeetBudget } from './matchers.ts'
import type { SrbStatusName } from './open-bench.ts'

export { type Command, inquiry, readBlocks, readCapacity, testUnitReady, writeBlocks } from './commands.ts'
export type { DeedExpectation, SrbExpectation, ViolationOptions, WriteExpectation } from './matchers.ts'
export { type BenchOptions, OpenBench, openBench, type SrbResult, type SrbStatusName } from './open-bench.ts'
export type { Deed } from './record.ts'

export interface HbaMatchers<R = unknown> {
  /** Of a bench, with limits such as 'isr.max=10us', or with those of its scenario; or of a report. */
  toMeetBudget(...limits: string[]): R
  /** Of a bench, as it stands now, or of a report. Warnings count with `strict`. */
  toHaveNoViolations(options?: ViolationOptions): R
  /** Of what `send` gives. */
  toHaveSrbStatus(status: SrbStatusName | 'LOST', expected?: SrbExpectation): R
  /** Of a bench: a register was written, with a value, so many times, in a routine. */
  toHaveWritten(register: string, expected?: number | WriteExpectation): R
  /** Of a bench: the driver dismissed a cause of interrupts on the adapter; without one: every cause that was raised. */
  toHaveAcknowledged(cause?: string, expected?: DeedExpectation): R
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: a declaration that is merged has the parameters of the first one
  interface Matchers<T = any> extends HbaMatchers<T> {}
}

expect.extend({ toMeetBudget, toHaveNoViolations, toHaveSrbStatus, toHaveWritten, toHaveAcknowledged })
