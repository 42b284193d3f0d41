// What adapter commands set and resets forget.
import { PS } from '../../clock.ts'
import { K } from './format.ts'
import type { BusLogicTiming } from './timing.ts'

export class Settings {
  interruptEnabled = true
  /** OUTGOING_MAILBOX_AVAILABLE may be raised. */
  outgoingAvailable = false
  strictRoundRobin = false
  /** CCBs with a LUN of 6 bits. */
  wideCcb = false
  /** 0: a selection that nobody answers is never given up. */
  selectionTimeoutPs = 0
  /** Mailboxes each way; 0: there are none. */
  mailboxes = 0
  mailboxAddress = 0
  /** Mailboxes and CCBs in the 24-bit form. */
  is24Bit = false
  /** Kept for INQUIRE SETUP; nothing here transfers over an ISA bus. */
  busOnTime = 0
  busOffTime = 0
  transferRate = 0
  readonly #timing: Readonly<BusLogicTiming>

  constructor(timing: Readonly<BusLogicTiming>) {
    this.#timing = timing
    this.reset()
  }

  reset(): void {
    this.interruptEnabled = true
    this.outgoingAvailable = false
    this.strictRoundRobin = false
    this.wideCcb = false
    this.selectionTimeoutPs = this.#timing.selectionTimeoutPs
    this.mailboxes = 0
    this.mailboxAddress = 0
    this.is24Bit = false
    this.busOnTime = 0
    this.busOffTime = 0
    this.transferRate = 0
  }

  /** Bytes of a mailbox. */
  get mailboxBytes(): number {
    return this.is24Bit ? K.MAILBOX24_SIZE : K.MAILBOX_SIZE
  }

  /** @param milliseconds 0: never give up */
  setSelectionTimeout(milliseconds: number): void {
    this.selectionTimeoutPs = milliseconds * PS.ms
  }
}
