// Outgoing mailboxes: the scan that CMD_START_MAILBOX begins.
//
// Models: one mailbox taken after another, each freed before its CCB is looked at; strict round robin, which looks at the next mailbox
// in turn only and stops at a free one, and aggressive scanning, which goes once around and takes whatever is loaded (BusLogic.c,
// scsi_x54x.c; AHA-1740A manual, p. 5-3: scanning goes on until all are served); a scan that waits while the adapter is full.
// At most one mailbox a step; the one reading of all mailboxes in a step has at most 2,040 bytes.

import type { Bytes } from '../../bytes.ts'
import type { Alarm } from '../../clock.ts'
import { le32 } from '../../little-endian.ts'
import { be24 } from '../../scsi/big-endian.ts'
import type { Core } from './core.ts'
import { Cause, K } from './format.ts'

/** Who takes what was in a mailbox. */
export interface MailboxReader {
  /** A CCB can be taken now. */
  readonly hasRoom: boolean
  accept(action: number, address: number): void
}

export class OutgoingMailboxes {
  readonly #core: Core
  readonly #reader: MailboxReader
  readonly #alarm: Alarm
  readonly #boxes: Bytes = new Uint8Array(K.MAX_MAILBOXES * K.MAILBOX_SIZE)
  readonly #free: Bytes = Uint8Array.of(K.ACTION_FREE)
  /** The mailbox that is looked at next. */
  #position = 0
  /** The scan stopped because the adapter was full. */
  #stalled = false

  constructor(core: Core, reader: MailboxReader) {
    this.#core = core
    this.#reader = reader
    this.#alarm = core.clock.createAlarm(`${core.label} outgoing mailboxes`, () => this.#step())
  }

  start(): void {
    if (!this.#alarm.pending && !this.#stalled) this.#alarm.scheduleIn(this.#core.timing.mailboxScanPs)
  }

  /** The adapter has room again. */
  resume(): void {
    if (!this.#stalled) return
    this.#stalled = false
    this.start()
  }

  /** Other mailboxes, or none. */
  reset(): void {
    this.#alarm.cancel()
    this.#position = 0
    this.#stalled = false
  }

  #step(): void {
    const { settings, memory, timing } = this.#core
    if (settings.mailboxes === 0) return
    if (!this.#reader.hasRoom) {
      this.#stalled = true
      return
    }
    const found = this.#next()
    if (found < 0) return
    const { is24Bit, mailboxBytes, mailboxAddress } = settings
    const at = found * mailboxBytes
    const action = this.#action(at)
    const address = is24Bit ? be24(this.#boxes, at + K.MAILBOX24_CCB) : le32(this.#boxes, at + K.MAILBOX_CCB)
    // A mailbox that cannot be freed would be found loaded for ever: the scan ends.
    const code = is24Bit ? K.MAILBOX24_CODE : K.OUTGOING_ACTION
    if (!memory.write(mailboxAddress + at + code, this.#free, 0, 1)) return
    this.#position = found + 1 < settings.mailboxes ? found + 1 : 0
    this.#reader.accept(action, address)
    if (settings.outgoingAvailable) this.#core.raise(Cause.outgoingAvailable)
    this.#alarm.scheduleIn(timing.mailboxScanPs)
  }

  /** @returns index of the next loaded mailbox, which is in `boxes` then; −1 none, or they cannot be read */
  #next(): number {
    const { settings, memory } = this.#core
    const { mailboxBytes, mailboxAddress, mailboxes } = settings
    const current = this.#position * mailboxBytes
    if (!memory.read(mailboxAddress + current, this.#boxes, current, mailboxBytes)) return -1
    if (this.#action(current) !== K.ACTION_FREE) return this.#position
    if (settings.strictRoundRobin || mailboxes === 1) return -1
    if (!memory.read(mailboxAddress, this.#boxes, 0, mailboxes * mailboxBytes)) return -1
    for (let i = 1; i < mailboxes; i++) {
      const index = this.#position + i < mailboxes ? this.#position + i : this.#position + i - mailboxes
      if (this.#action(index * mailboxBytes) !== K.ACTION_FREE) return index
    }
    return -1
  }

  #action(at: number): number {
    return this.#boxes[at + (this.#core.settings.is24Bit ? K.MAILBOX24_CODE : K.OUTGOING_ACTION)]!
  }
}
