// The command port: commands to the adapter itself, byte by byte.
//
// Models: the handshake (HOST_ADAPTER_READY falls with the command and rises at its end, COMMAND_PARAMETER_BUSY after each byte,
// DATA_IN_READY before each byte of an answer); parameter counts, fixed and told by a parameter; commands that end with COMMAND_COMPLETE
// and the four that do not; what is not valid. Sources: AHA-1740A manual, p. 4-5 to 4-6 and 5-3 to 5-13; BusLogic.c (blogic_cmd), bt.c
// (bt_cmd), bha.c (bha_cmd), BusLogic958.c of ReactOS agree on the handshake.
// No command ends, and no byte is taken, inside a register access: each sets the alarm.

import type { Bytes } from '../../bytes.ts'
import type { Alarm } from '../../clock.ts'
import { le32 } from '../../little-endian.ts'
import { DiagnosticCode } from '../../probe.ts'
import { be24 } from '../../scsi/big-endian.ts'
import type { Card } from './card.ts'
import type { Core } from './core.ts'
import type { CcbEngine } from './engine.ts'
import { Cause, K, Offset, Status, TARGETS } from './format.ts'
import { answerTo } from './inquiries.ts'
import type { LocalRam } from './local-ram.ts'
import { PARAMETERS } from './parameters.ts'

const Phase = {
  idle: 0,
  /** A byte was written and not taken yet. */
  taking: 1,
  /** The next parameter is wanted. */
  collecting: 2,
  /** All parameters are there. */
  working: 3,
  /** The next byte of the answer is on its way. */
  fetching: 4,
  /** It waits in DATA_IN. */
  offering: 5,
  /** The last byte was read. */
  ending: 6,
} as const

/** How a command ends. */
const End = {
  complete: 0,
  /** COMMAND_COMPLETE is not set. */
  silent: 1,
  /** COMMAND_COMPLETE is set and does not drive the line. */
  quiet: 2,
  invalid: 3,
} as const

const MAX_PARAMETERS = 2 + 255
const MAX_ANSWER = 256

export class HostCommands {
  readonly #core: Core
  readonly #engine: CcbEngine
  readonly #ram: LocalRam
  readonly #card: Card
  readonly #alarm: Alarm
  #phase: number = Phase.idle
  #opcode = 0
  /** CMD_… is still to be taken: the first byte of a command. */
  #isFirst = false
  readonly #parameters: Bytes = new Uint8Array(MAX_PARAMETERS)
  #have = 0
  #want = 0
  readonly #answer: Bytes = new Uint8Array(MAX_ANSWER)
  #answerAt = 0
  #answerBytes = 0
  readonly #buffer: Bytes = new Uint8Array(K.LOCAL_BUFFER_SIZE)
  readonly #fifo: Bytes = new Uint8Array(K.FIFO_SIZE)

  constructor(core: Core, engine: CcbEngine, ram: LocalRam, card: Card) {
    this.#core = core
    this.#engine = engine
    this.#ram = ram
    this.#card = card
    this.#alarm = core.clock.createAlarm(`${core.label} command port`, () => this.#step())
  }

  get busy(): boolean {
    return this.#phase !== Phase.idle
  }

  /** COMMAND_PARAMETER was written. */
  write(byte: number): void {
    const core = this.#core
    if (this.#phase === Phase.idle) {
      if (byte === K.CMD_START_MAILBOX && core.settings.mailboxes > 0) {
        this.#engine.outgoing.start()
        return
      }
      this.#opcode = byte
      this.#isFirst = true
      this.#have = 0
      core.setStatus(Status.hostAdapterReady | Status.commandInvalid, false)
    } else if (this.#phase === Phase.collecting) {
      this.#isFirst = false
      this.#parameters[this.#have++] = byte
    } else {
      core.diagnose(DiagnosticCode.IgnoredWhileBusy, Offset.commandParameter, byte)
      return
    }
    this.#phase = Phase.taking
    core.setStatus(Status.commandParameterBusy, true)
    this.#alarm.scheduleIn(core.timing.parameterPs)
  }

  /** DATA_IN was read. */
  read(): void {
    if (this.#phase !== Phase.offering) return
    this.#core.setStatus(Status.dataInReady, false)
    this.#answerAt++
    this.#phase = this.#answerAt < this.#answerBytes ? Phase.fetching : Phase.ending
    this.#alarm.scheduleIn(this.#core.timing.replyPs)
  }

  /** Forgets the command that is under way. */
  reset(): void {
    this.#alarm.cancel()
    this.#phase = Phase.idle
    this.#core.values[this.#core.dataIn] = 0
  }

  #step(): void {
    switch (this.#phase) {
      case Phase.taking:
        this.#taken()
        return
      case Phase.working:
        this.#end(this.#execute())
        return
      case Phase.fetching:
        this.#offer()
        return
      case Phase.ending:
        this.#end(this.#opcode === K.CMD_FETCH_LOCAL_RAM ? End.silent : End.complete)
        return
    }
  }

  #taken(): void {
    this.#core.setStatus(Status.commandParameterBusy, false)
    if (this.#isFirst) this.#want = PARAMETERS[this.#opcode]!
    if (this.#want < 0) {
      this.#end(End.invalid)
      return
    }
    // Two commands tell by their first parameters how many follow.
    if (this.#opcode === K.CMD_SET_OPTIONS && this.#have === 1) this.#want = 1 + this.#parameters[0]!
    if (this.#opcode === K.CMD_STORE_LOCAL_RAM && this.#have === 2) this.#want = 2 + this.#parameters[1]!
    if (this.#have < this.#want) {
      this.#phase = Phase.collecting
      return
    }
    this.#phase = Phase.working
    this.#alarm.scheduleIn(this.#core.timing.commandPs + this.#scanPs())
  }

  /** Commands that ask the targets take as long as those that do not answer. */
  #scanPs(): number {
    const { bus, timing, settings } = this.#core
    const opcode = this.#opcode
    const first = opcode === K.CMD_INQUIRE_DEVICES_HIGH ? 8 : 0
    const last = opcode === K.CMD_INQUIRE_DEVICES_LOW ? 8 : TARGETS
    if (
      opcode !== K.CMD_INQUIRE_TARGETS &&
      opcode !== K.CMD_INQUIRE_DEVICES_LOW &&
      opcode !== K.CMD_INQUIRE_DEVICES_HIGH
    )
      return 0
    let ps = 0
    for (let target = first; target < last; target++) {
      if (target === K.INITIATOR_ID) continue
      ps += bus.answers(target) ? timing.selectionPs : settings.selectionTimeoutPs
    }
    return ps
  }

  #offer(): void {
    this.#core.values[this.#core.dataIn] = this.#answer[this.#answerAt]!
    this.#phase = Phase.offering
    this.#core.setStatus(Status.dataInReady, true)
  }

  /** @param end undefined: it goes on */
  #end(end: number | undefined): void {
    if (end === undefined) return
    const core = this.#core
    this.#phase = Phase.idle
    core.setStatus(Status.hostAdapterReady, true)
    if (end === End.silent) return
    if (end === End.invalid) core.setStatus(Status.commandInvalid, true)
    core.raise(Cause.commandComplete, end === End.quiet)
  }

  /** @returns how the command ends; undefined: it goes on */
  #execute(): number | undefined {
    const { settings } = this.#core
    const parameter = this.#parameters[0]!
    switch (this.#opcode) {
      case K.CMD_INITIALIZE_MAILBOX:
        return this.#mailboxes(true, be24(this.#parameters, 1))
      case K.CMD_INITIALIZE_EXTENDED_MAILBOX:
        return this.#mailboxes(false, le32(this.#parameters, 1))
      case K.CMD_ENABLE_OUTGOING_AVAILABLE:
        if (parameter > 1) return End.invalid
        settings.outgoingAvailable = parameter === 1
        return End.silent
      case K.CMD_SET_SELECTION_TIMEOUT:
        if (parameter > 1 || this.#parameters[1] !== 0) return End.invalid
        settings.setSelectionTimeout(parameter === 0 ? 0 : (this.#parameters[2]! << 8) | this.#parameters[3]!)
        return End.complete
      case K.CMD_SET_BUS_ON_TIME:
        settings.busOnTime = parameter
        return End.complete
      case K.CMD_SET_BUS_OFF_TIME:
        settings.busOffTime = parameter
        return End.complete
      case K.CMD_SET_TRANSFER_RATE:
        settings.transferRate = parameter
        return End.complete
      case K.CMD_DISABLE_INTERRUPT:
        settings.interruptEnabled = parameter !== 0
        this.#core.driveLine()
        return End.quiet
      case K.CMD_ENABLE_STRICT_ROUND_ROBIN:
        if (parameter > 1) return End.invalid
        settings.strictRoundRobin = parameter === 1
        return End.complete
      case K.CMD_SET_CCB_FORMAT:
        if (parameter > 1) return End.invalid
        settings.wideCcb = parameter === 1
        return End.complete
      case K.CMD_MODIFY_IO_ADDRESS:
        return parameter <= K.ISA_DISABLED_2 && this.#card.setIsa(parameter) ? End.silent : End.invalid
      case K.CMD_DIAGNOSTIC:
        this.#card.test()
        return undefined
      case K.CMD_STORE_LOCAL_RAM:
        for (let i = 2; i < this.#have; i++)
          this.#ram.bytes[(parameter + i - 2) % K.LOCAL_RAM_SIZE] = this.#parameters[i]!
        return End.complete
      case K.CMD_STORE_EEPROM:
        this.#ram.store()
        return End.complete
      case K.CMD_TEST_COMMAND_COMPLETE:
      case K.CMD_SET_OPTIONS:
        return End.complete
      case K.CMD_WRITE_LOCAL_RAM:
      case K.CMD_READ_LOCAL_RAM:
        return this.#copy(this.#buffer, this.#opcode === K.CMD_READ_LOCAL_RAM)
      case K.CMD_WRITE_FIFO:
      case K.CMD_READ_FIFO:
        return this.#copy(this.#fifo, this.#opcode === K.CMD_READ_FIFO)
      default:
        return this.#reply()
    }
  }

  #mailboxes(is24Bit: boolean, address: number): number {
    const { settings } = this.#core
    const count = this.#parameters[0]!
    if (count === 0) return End.invalid
    settings.is24Bit = is24Bit
    settings.mailboxes = count
    settings.mailboxAddress = address
    this.#engine.outgoing.reset()
    this.#engine.incoming.reset()
    this.#core.setStatus(Status.initializationRequired, false)
    return End.complete
  }

  #copy(bytes: Bytes, toMemory: boolean): number {
    const { memory } = this.#core
    const address = be24(this.#parameters, 0)
    const ok = toMemory ? memory.write(address, bytes, 0, bytes.length) : memory.read(address, bytes, 0, bytes.length)
    return ok ? End.complete : End.invalid
  }

  /** Prepares the answer. Those with a length parameter are cut, or filled up with zeros. */
  #reply(): number | undefined {
    const core = this.#core
    const answer = this.#answer.fill(0)
    let bytes = answerTo(this.#opcode, this.#parameters, answer, core, this.#card, this.#ram)
    if (this.#want === 1 && this.#opcode !== K.CMD_ECHO) bytes = this.#parameters[0]!
    if (this.#opcode === K.CMD_FETCH_LOCAL_RAM) bytes = this.#parameters[1]!
    if (bytes === 0) return this.#opcode === K.CMD_FETCH_LOCAL_RAM ? End.silent : End.complete
    this.#answerAt = 0
    this.#answerBytes = bytes
    this.#phase = Phase.fetching
    this.#alarm.scheduleIn(core.timing.replyPs)
    return undefined
  }
}
