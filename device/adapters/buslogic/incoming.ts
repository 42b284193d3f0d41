// Incoming mailboxes: how CCBs come back.
//
// Models: one CCB after another, in the order in which they ended; results written to the CCB, then the next incoming mailbox in turn,
// then INCOMING_MAILBOX_LOADED. A mailbox that the driver has not given back is waited for (AHA-1740A manual, p. 5-17: only free ones
// are filled). A CCB that cannot be written still gets its mailbox; without a mailbox nobody is told. Does not model: target mode requests.

import type { Bytes } from '../../bytes.ts'
import type { Alarm } from '../../clock.ts'
import { putLe32 } from '../../little-endian.ts'
import { DeviceEvent } from '../../probe.ts'
import { putBe24 } from '../../scsi/big-endian.ts'
import { type Command, Stage } from './command.ts'
import type { Core } from './core.ts'
import { Cause, K, SLOTS } from './format.ts'

/** Longest wait for a mailbox, in first waits. */
const LONGEST_WAIT = 1024

export class IncomingMailboxes {
  readonly #core: Core
  readonly #alarm: Alarm
  readonly #posted: (command: Command) => void
  /** Ring of the commands that have ended. */
  readonly #ended: (Command | undefined)[] = new Array(SLOTS).fill(undefined)
  #first = 0
  #count = 0
  readonly #box: Bytes = new Uint8Array(K.MAILBOX_SIZE)
  readonly #word: Bytes = new Uint8Array(4)
  /** The mailbox that is filled next. */
  #position = 0
  /** How long to wait for it the next time, in first waits. */
  #patience = 1

  /** @param posted called when nothing of the command is left in the adapter */
  constructor(core: Core, posted: (command: Command) => void) {
    this.#core = core
    this.#posted = posted
    this.#alarm = core.clock.createAlarm(`${core.label} incoming mailboxes`, () => this.#post())
  }

  /** A command has ended. */
  put(command: Command): void {
    command.stage = Stage.finished
    this.#ended[(this.#first + this.#count) % SLOTS] = command
    this.#count++
    if (!this.#alarm.pending) this.#schedule()
  }

  /** The driver did something that it does when it has given mailboxes back. */
  nudge(): void {
    if (this.#patience === 1 || this.#count === 0) return
    this.#patience = 1
    this.#schedule()
  }

  /** Other mailboxes, or none; commands that wait for one stay. */
  reset(): void {
    this.#position = 0
    this.#patience = 1
  }

  /** Forgets the commands that wait for a mailbox. */
  drop(): void {
    this.#alarm.cancel()
    this.#ended.fill(undefined)
    this.#first = 0
    this.#count = 0
    this.reset()
  }

  /** Nothing is told while the bus is held in reset. */
  #schedule(): void {
    const { clock, timing, busFreePs } = this.#core
    this.#alarm.scheduleAt(Math.max(clock.nowPs, busFreePs) + timing.completionPostPs)
  }

  #post(): void {
    const { settings, memory } = this.#core
    const { is24Bit, mailboxBytes } = settings
    const at = settings.mailboxAddress + (settings.mailboxes + this.#position) * mailboxBytes
    const code = is24Bit ? K.MAILBOX24_CODE : K.INCOMING_COMPLETION
    const reached = settings.mailboxes > 0 && memory.read(at + code, this.#word, 0, 1)
    if (reached && this.#word[0] !== K.COMPLETION_FREE) {
      this.#alarm.scheduleIn(this.#core.timing.mailboxRetryPs * this.#patience)
      if (this.#patience < LONGEST_WAIT) this.#patience *= 2
      return
    }
    this.#patience = 1
    const command = this.#ended[this.#first]!
    this.#ended[this.#first] = undefined
    this.#first = (this.#first + 1) % SLOTS
    this.#count--
    if (command.writesCcb) this.#writeCcb(command)
    const told = reached && this.#writeMailbox(command, at)
    if (told) this.#position = this.#position + 1 < settings.mailboxes ? this.#position + 1 : 0
    this.#report(command)
    this.#posted(command)
    if (told) this.#core.raise(Cause.incomingLoaded)
    if (this.#count > 0) this.#schedule()
  }

  #writeCcb(command: Command): void {
    const { memory } = this.#core
    const word = this.#word
    if (command.hasResidual) {
      const rest = command.overrun
        ? -Math.max(1, command.wantedBytes - command.movedBytes)
        : command.dataBytes - command.movedBytes
      if (command.is24Bit) putBe24(word, 0, rest)
      else putLe32(word, 0, rest)
      const at = command.is24Bit ? K.CCB24_DATA_LENGTH : K.CCB_DATA_LENGTH
      if (!memory.write(command.address + at, word, 0, command.is24Bit ? 3 : 4)) return
    }
    word[0] = command.btstat
    word[1] = command.scsiStatus
    memory.write(command.address + K.CCB_BTSTAT, word, 0, 2)
  }

  #writeMailbox(command: Command, at: number): boolean {
    const { settings, memory } = this.#core
    const box = this.#box
    if (settings.is24Bit) {
      box[K.MAILBOX24_CODE] = command.completion
      putBe24(box, K.MAILBOX24_CCB, command.address)
    } else {
      putLe32(box, K.MAILBOX_CCB, command.address)
      box[K.INCOMING_BTSTAT] = command.btstat
      box[K.INCOMING_STATUS] = command.scsiStatus
      box[6] = 0
      box[K.INCOMING_COMPLETION] = command.completion
    }
    return memory.write(at, box, 0, settings.mailboxBytes)
  }

  #report(command: Command): void {
    if (!command.told) return
    const { probe, index } = this.#core
    const host = command.hostStatus | (command.senseBytes << 8)
    probe.emit(DeviceEvent.CommandFinished, index, command.tag, command.scsiStatus, host, command.movedBytes)
  }
}
