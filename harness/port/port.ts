// The port driver of one miniport: plays scsiport.sys. Queues, tags, SRBs, latched notifications, the DPC, time-outs.
// Life cycle: life-cycle.ts. What the miniport calls: imports.ts and the files beside it.
import type { Adapter } from '../../device/adapters/adapter.ts'
import type { BusSlice } from '../../device/bus-memory.ts'
import type { Alarm } from '../../device/clock.ts'
import { PS } from '../../device/clock.ts'
import type { InterruptPin } from '../../device/interrupt-line.ts'
import { cdbDigest } from '../../device/scsi/cdb.ts'
import { QUEUE_ACTION, SP_UNTAGGED, SRB, SRB_FLAGS, SRB_FUNCTION, SRB_STATUS } from '../../schemas/scsiport.ts'
import type { Guest } from '../guest/guest.ts'
import { BusWords, Event, Finding, ROUTINE_NAMES, Routine, StopKind } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import type { Arena, ArenaObject } from './arena.ts'
import { BufferMembers } from './buffer-members.ts'
import { Completion, OWN_TIMEOUT_SECONDS, succeeded } from './completion.ts'
import { type Cpu, DIRQL, DISPATCH_LEVEL, type Runnable } from './cpu.ts'
import { Inspector } from './inspector.ts'
import { checkIoControl, headerFault } from './io-control.ts'
import { type Mapping, Window } from './mapping.ts'
import { ModuleData } from './module-data.ts'
import { NO_FAULTS, type PortFaults } from './port-faults.ts'
import type { Capabilities, Entries, EntryFn, LogEntry, PortParts } from './port-parts.ts'
import { type Direction, LogicalUnit, SlotQueue, SlotState, type SrbOwner, type SrbSlot } from './srb.ts'
import { SrbGuard } from './srb-guard.ts'
import { SrbWriter } from './srb-writer.ts'
import { TagPool } from './tag-pool.ts'
import type { AccessWatch } from './watch.ts'

const BYPASS = SRB_FLAGS.BYPASS_FROZEN_QUEUE
/** Lines of debug output kept. */
const PRINT_LINES = 1000
const NEVER: EntryFn = () => 0

export class Port implements Runnable {
  readonly index: number
  readonly name: string
  readonly parts: PortParts
  readonly cpu: Cpu
  readonly trace: Trace
  readonly pin: InterruptPin
  // Set by `attach`, once the guest is loaded.
  guest!: Guest
  arena!: Arena
  slice!: BusSlice
  adapter!: Adapter
  /** PCI_SLOT_NUMBER of the adapter. */
  slotNumber = 0
  /** The interrupt the adapter is wired to. */
  wiredInterrupt = 0
  /** HwFindAdapter runs, and the miniport looks for its adapter itself. */
  detecting = false
  /** The adapter was found that way. */
  detected = false
  dead = false
  /** HwInterrupt is on the line's chain and may be called. */
  connected = false
  /** CallEnableInterrupts is being worked off: HwInterrupt is not called. */
  interruptsDisabled = false
  /** The adapter was stopped by HwAdapterControl. */
  stopped = false
  /** Nothing new is started until what is with the miniport has come back. */
  held = false
  /** What the port driver does wrong on purpose. */
  faults: PortFaults = NO_FAULTS
  entries: Entries = {
    findAdapter: NEVER,
    initialize: NEVER,
    startIo: NEVER,
    interrupt: undefined,
    resetBus: NEVER,
    dmaStarted: undefined,
    adapterControl: undefined,
  }
  capabilities!: Capabilities
  extension: ArenaObject = { name: 'device extension', at: 0, bytes: 0 }
  commonBuffer: ArenaObject | undefined
  /** The common buffer of an earlier HwFindAdapter, used again when it is large enough. */
  spareBuffer: ArenaObject | undefined
  /** What ScsiPortGetBusData with Length 0 points to. */
  busData: ArenaObject | undefined
  /** SRB extensions and sense buffers of a miniport without common buffer. */
  extensionPool: ArenaObject | undefined
  /** PORT_CONFIGURATION_INFORMATION while HwFindAdapter runs, else 0. */
  configAt = 0
  /** SCSI_ADAPTER_CONTROL_TYPE that HwAdapterControl works on now, −1 none. */
  controlType = -1
  readonly mappings: Mapping[] = []
  readonly window = new Window()
  /** What the calls of ScsiPortInitialize returned. */
  readonly initializeResults: number[] = []
  readonly bufferMembers = new BufferMembers(this)
  readonly moduleData = new ModuleData(this)
  readonly inspector = new Inspector(this)
  readonly guard = new SrbGuard(this)
  readonly completion = new Completion(this)
  /** Only in the second run after a memory fault. */
  watch: AccessWatch | undefined
  /** Names of structures and objects to be compared when a routine returns. */
  readonly luns: LogicalUnit[] = []
  /** Logical units the scan found, with their INQUIRY data. */
  readonly units: { lu: LogicalUnit; inquiry: Uint8Array }[] = []
  /** Bit mask of the HwAdapterControl types the miniport supports. */
  controlTypes = 0
  slots: SrbSlot[] = []
  /** Address of the first SRB and distance between two. */
  srbBase = 0
  srbStride = 0
  /** Free slots, the one that was used last at the end: what is touched after its completion shows the longer. */
  readonly free = new SlotQueue()
  activeCount = 0
  /** Requests handed over by their owners and not given back yet. */
  outstanding = 0
  readonly log = new Map<string, LogEntry>()
  debugPrint: string[] = []
  debugPrintDropped = 0
  /** What the miniport did that is no rule's business but worth a word; the first few. */
  readonly notes: { atPs: number; severity: 'warning' | 'note'; message: string }[] = []

  /** NeedPhysicalAddresses is FALSE and an address was translated all the same: told once. */
  toldPhysical = false
  /** Its transfer was ordered with ScsiPortIoMapTransfer and not flushed yet. */
  #mapped: SrbSlot | undefined
  /** HwResetBus runs for this path, −1: it does not. */
  #resettingPath = -1
  #spareExtension = 0
  #busy = false
  #resetHold = false
  /** Bit mask of the paths whose SRBs must be back at the end of the hold. */
  #heldPaths = 0
  #portTimer = -1
  #next = 0
  readonly #tags = new TagPool()
  readonly #writer: SrbWriter
  readonly #holdAlarm: Alarm
  readonly #tickAlarm: Alarm
  readonly #timerAlarm: Alarm
  #tickDue = false
  #timerDue = false
  #holdEnds = false

  // Latched by notifications, worked off by the DPC.
  latched = false
  #nextRequest = false
  #resetDetected = false
  #timerRequested = false
  #timerFn: EntryFn = NEVER
  #timerUs = 0
  #enableFn: EntryFn | undefined
  #disableFn: EntryFn | undefined
  readonly #completed = new SlotQueue()
  #map: { slot: SrbSlot; serial: number; at: number; bytes: number } | undefined
  busChanged = false
  /** DPCs in a row without a completion, and the CPU's count of completions at the last one. */
  #barrenDpcs = 0
  #progress = 0
  /** What is armed now. */
  #armedFn: EntryFn = NEVER

  constructor(parts: PortParts) {
    this.parts = parts
    this.index = parts.index
    this.name = parts.name
    this.cpu = parts.cpu
    this.trace = parts.trace
    this.pin = parts.pin
    this.#writer = new SrbWriter(parts.seed ^ Math.imul(parts.index + 1, 0x85ebca6b))
    this.#holdAlarm = parts.clock.createAlarm(`${parts.name}: reset hold`, () => {
      this.#holdEnds = true
    })
    this.#tickAlarm = parts.clock.createAlarm(`${parts.name}: tick`, () => {
      this.#tickDue = true
    })
    this.#timerAlarm = parts.clock.createAlarm(`${parts.name}: HwScsiTimer`, () => {
      this.#timerDue = true
    })
  }

  /** The guest's memory exists only once it is loaded, the adapter only once its bus memory exists. */
  attach(guest: Guest, arena: Arena, slice: BusSlice, adapter: Adapter, slotNumber: number): void {
    this.guest = guest
    this.arena = arena
    this.slice = slice
    this.adapter = adapter
    this.slotNumber = slotNumber
    this.wiredInterrupt = adapter.pci?.interruptLine ?? 0
  }

  get interruptible(): boolean {
    return this.connected && !this.interruptsDisabled && !this.stopped && this.entries.interrupt !== undefined
  }

  /** May requests be started, as far as the adapter as a whole is concerned? */
  get accepts(): boolean {
    return !this.dead && !this.stopped && !this.held && !this.#busy && !this.#resetHold
  }

  // --- Runnable ---

  interrupt(): boolean {
    const claimed = this.call(Routine.Interrupt, this.entries.interrupt!, DIRQL, -1, this.extension.at) !== 0
    return claimed
  }

  /** Keeps a line of debug output, the first ones of a run. @returns false when it was only counted */
  print(text: string): boolean {
    if (this.debugPrint.length >= PRINT_LINES) {
      this.debugPrintDropped++
      return false
    }
    this.debugPrint.push(text)
    return true
  }

  /** @param severity 'note': it is no fault of the driver */
  note(message: string, severity: 'warning' | 'note' = 'warning'): void {
    if (this.notes.length < 16 && !this.notes.some(n => n.message === message))
      this.notes.push({ atPs: this.parts.clock.nowPs, severity, message })
  }

  explainTrap(functionName: string): string | undefined {
    const explained = this.watch?.explain()
    if (explained?.finding !== undefined) {
      const { address } = this.watch!
      this.trace.emit(
        Event.Finding,
        this.index,
        explained.finding,
        explained.finding === Finding.OpaqueDereference
          ? this.#ownerOf(address)
          : explained.finding === Finding.TouchedAfterCompletion && this.#isActive(this.cpu.frame.srb)
            ? -1 // It was read from another one.
            : this.cpu.frame.srb,
        explained.finding === Finding.TouchedAfterCompletion || explained.finding === Finding.ExtensionNotWritten
          ? -1
          : address | 0,
        explained.finding === Finding.ExtensionNotWritten ? address | 0 : this.trace.intern(functionName),
      )
    }
    return explained?.text
  }

  /** Only in a run with open buffers: told once for each SRB. */
  dataTouched(address: number): void {
    if (this.cpu.frame.owner !== this) return
    const slot = this.slots.find(s => address >= s.dataAt && address < s.dataAt + s.bytes)
    if (slot === undefined || slot.state !== SlotState.active || slot.srbFunction !== SRB_FUNCTION.EXECUTE_SCSI) return
    if (slot.touched === slot.serial) return
    slot.touched = slot.serial
    const name = this.guest.locate(new Error())?.functionName ?? ''
    this.trace.emit(
      Event.Finding,
      this.index,
      Finding.OpaqueDereference,
      slot.serial,
      address | 0,
      this.trace.intern(name),
    )
    this.note(
      'DataBuffer was dereferenced although MapBuffers is FALSE: on Windows that works as long as the page is there, so the run went on with mapped buffers',
      'note',
    )
  }

  #isActive(serial: number): boolean {
    return this.slots.some(s => s.serial === serial && s.state === SlotState.active)
  }

  /** Serial of the SRB whose DataBuffer an address lies in. */
  #ownerOf(address: number): number {
    const owner = this.slots.find(s => address >= s.dataVa >>> 0 && address < (s.dataVa >>> 0) + s.dataCapacity)
    return owner?.serial ?? -1
  }

  inspect(routine: Routine): void {
    this.inspector.afterRoutine(routine)
    if (this.moduleData.looking) this.moduleData.afterRoutine(routine)
  }

  died(): void {
    this.connected = false
    this.cancelAlarms()
    this.#completed.clear()
    this.latched = true // the DPC closes what is open
  }

  /** Calls a routine; what it latched is left to the DPC. */
  call(routine: Routine, fn: EntryFn, irql: number, srb: number, a0: number, a1 = 0, a2 = 0): number {
    return this.cpu.enter(this, routine, fn, irql, srb, a0, a1, a2)
  }

  // --- requests ---

  /** The LU at an address, made on first use. */
  lu(path: number, target: number, lun: number): LogicalUnit {
    const found = this.findLu(path, target, lun)
    if (found !== undefined) return found
    const lu = new LogicalUnit(path, target, lun)
    this.luns.push(lu)
    return lu
  }

  findLu(path: number, target: number, lun: number): LogicalUnit | undefined {
    const address = (path << 16) | (target << 8) | lun
    for (let n = 0; n < this.luns.length; n++) if (this.luns[n]!.address === address) return this.luns[n]
    return undefined
  }

  /** Gives a unit its zeroed LU extension, before it is asked whether it exists. */
  extendLu(lu: LogicalUnit): void {
    const bytes = this.capabilities.luExtensionBytes
    if (bytes === 0 || lu.extension !== 0) return
    if (this.#spareExtension === 0) {
      const object = this.arena.allocate('LU extension', bytes)
      this.inspector.watch(object)
      lu.extension = object.at
    } else {
      lu.extension = this.#spareExtension
      this.#spareExtension = 0
      this.guest.u8.fill(0, lu.extension, lu.extension + bytes)
    }
  }

  /** A unit answered INQUIRY. */
  addUnit(lu: LogicalUnit, inquiry: Uint8Array): 'found' {
    this.units.push({ lu, inquiry })
    return 'found'
  }

  /** Nobody is there; the extension goes to the next candidate. */
  forgetLu(lu: LogicalUnit): void {
    const at = this.luns.indexOf(lu)
    if (at < 0 || lu.active.length > 0 || lu.queue.length > 0) return
    this.luns.splice(at, 1)
    if (lu.extension !== 0) this.#spareExtension = lu.extension
  }

  /** A free slot, undefined when every one is in use. Released by the port after `completed`. */
  take(): SrbSlot | undefined {
    const slot = this.free.shift()
    if (slot === null) return undefined
    this.guard.taken(slot)
    return slot
  }

  /** Fills a slot for a SCSI command; the CDB is written by the caller at `slot.at + SRB.Cdb`. */
  prepare(
    slot: SrbSlot,
    lu: LogicalUnit,
    owner: SrbOwner,
    direction: Direction,
    bytes: number,
    cdbLength: number,
    timeoutSeconds: number,
  ): void {
    slot.lu = lu
    slot.owner = owner
    slot.srbFunction = SRB_FUNCTION.EXECUTE_SCSI
    slot.direction = direction
    slot.bytes = bytes
    slot.cdbLength = cdbLength
    slot.timeoutSeconds = timeoutSeconds
    slot.flags = direction === 'in' ? SRB_FLAGS.DATA_IN : direction === 'out' ? SRB_FLAGS.DATA_OUT : 0
    slot.queueAction = 0
    slot.retries = 0
    slot.senseFor = null
    slot.victim = null
    slot.goneAt = 0
    slot.frozeQueue = false
    slot.autosenseValid = false
    slot.senseLength = 0
  }

  /** Hands a prepared slot to the port: queued, and started as soon as the contract allows. */
  submit(slot: SrbSlot): void {
    const lu = slot.lu!
    slot.state = SlotState.queued
    slot.abortTried = false
    slot.serial = nextSerial(this.trace)
    slot.opcode = this.guest.u8[slot.at + SRB.Cdb]!
    this.outstanding++
    this.trace.emit(
      Event.SrbQueued,
      this.index,
      slot.serial,
      lu.address,
      (slot.srbFunction << 8) | slot.opcode,
      slot.bytes,
    )
    if ((slot.flags & BYPASS) !== 0) lu.queue.unshift(slot)
    else lu.queue.push(slot)
    if (this.dead) this.latched = true // the DPC gives it back
    this.dispatch()
  }

  /** From `completed`: the same request once more, as a new SRB. */
  resubmit(slot: SrbSlot): void {
    this.outstanding--
    slot.retries = 0
    slot.frozeQueue = false
    slot.autosenseValid = false
    this.submit(slot)
  }

  /** Starts whatever may be started. */
  dispatch(): void {
    const { luns } = this
    if (this.dead) return
    let tried = 0
    while (tried < luns.length && this.accepts) {
      if (this.#next >= luns.length) this.#next = 0
      const lu = luns[this.#next]!
      if (this.#startable(lu)) {
        this.#start(lu, lu.queue.shift()!)
        tried = 0
      } else tried++
      this.#next++
    }
  }

  #wantsTag(slot: SrbSlot): boolean {
    const { capabilities } = this
    if (!this.parts.settings.tagged || (!capabilities.taggedQueuing && !capabilities.multipleRequestPerLu)) return false
    if ((slot.flags & SRB_FLAGS.DISABLE_DISCONNECT) !== 0) return false
    return (slot.flags & (SRB_FLAGS.QUEUE_ACTION_ENABLE | SRB_FLAGS.NO_QUEUE_FREEZE)) !== 0
  }

  #startable(lu: LogicalUnit): boolean {
    const slot = lu.queue.head
    if (slot === null) return false
    if ((slot.flags & BYPASS) !== 0) return !lu.untaggedActive || slot.srbFunction !== SRB_FUNCTION.EXECUTE_SCSI
    if (lu.frozen || lu.unsettled > 0 || lu.busyRequest !== null || lu.untaggedActive) return false
    const active = lu.active.length
    if (active === 0) return true
    return lu.ready && active < lu.maxDepth && active < this.parts.settings.maxQueueDepth && this.#wantsTag(slot)
  }

  #start(lu: LogicalUnit, slot: SrbSlot): void {
    const { guest, parts } = this
    const { at } = slot
    if (slot.victim !== null && (slot.victim.state !== SlotState.active || slot.victim.serial !== slot.victimSerial)) {
      this.completion.abortLate(slot)
      return
    }
    if (slot.srbFunction === SRB_FUNCTION.EXECUTE_SCSI && this.#wantsTag(slot)) {
      slot.tag = this.#tags.take()
    } else {
      slot.tag = SP_UNTAGGED
      if (slot.srbFunction === SRB_FUNCTION.EXECUTE_SCSI) lu.untaggedActive = true
    }
    this.#writer.write(guest, slot, lu, this.capabilities.srbExtensionBytes)
    this.guard.given(slot)
    if (slot.srbFunction === SRB_FUNCTION.IO_CONTROL) slot.headerFault = headerFault(guest, slot)
    slot.bulk = false
    if (slot.bytes > 0 && this.capabilities.master) {
      this.slice.grant(slot.dataAt, slot.bytes, slot.direction === 'out' ? 1 : 2)
      slot.granted = true
    }
    slot.state = SlotState.active
    slot.startedPs = parts.clock.nowPs
    if (lu.active.length === 0) lu.timeoutCounter = slot.timeoutSeconds
    lu.active.push(slot)
    lu.ready = false
    this.activeCount++
    this.#busy = true
    this.#portTimer = slot.timeoutSeconds
    const digest = cdbDigest(guest.u8, at + SRB.Cdb, slot.cdbLength)
    this.trace.emit(
      Event.SrbStarted,
      this.index,
      slot.serial,
      lu.address | (busWords(slot) << 19) | (slot.srbFunction << 24),
      slot.tag | (digest << 8),
      slot.bytes,
    )
    const accepted = this.call(Routine.StartIo, this.entries.startIo, DIRQL, slot.serial, this.extension.at, at)
    if (accepted === 0 && !this.dead) {
      this.trace.emit(Event.Finding, this.index, Finding.StartIoFalse, slot.serial, 0, 0)
      if (slot.state === SlotState.active) {
        guest.u8[at + SRB.SrbStatus] = SRB_STATUS.INVALID_REQUEST
        this.latchCompletion(slot)
        this.#nextRequest = true
        this.latched = true
      }
    }
  }

  // --- what notifications latch (notification.ts) ---

  /** The slot whose SRB lies at this guest address. */
  slotAt(address: number): SrbSlot | undefined {
    const offset = (address >>> 0) - this.srbBase
    if (offset < 0 || offset % this.srbStride !== 0) return undefined
    return this.slots[offset / this.srbStride]
  }

  /** RequestComplete for an active slot: ownership returns to the port at once. */
  latchCompletion(slot: SrbSlot): void {
    const { u8, i32 } = this.guest
    const at = slot.at
    slot.state = SlotState.completed
    slot.srbStatus = u8[at + SRB.SrbStatus]!
    slot.scsiStatus = u8[at + SRB.ScsiStatus]!
    slot.transferred = i32[(at + SRB.DataTransferLength) >> 2]! >>> 0
    slot.senseLength = u8[at + SRB.SenseInfoBufferLength]!
    if (slot.srbFunction === SRB_FUNCTION.IO_CONTROL) checkIoControl(this, slot)
    this.guard.completed(slot)
    this.#revoke(slot)
    if (this.#mapped === slot) this.#notFlushed(1)
    if (this.#resettingPath >= 0 && slot.lu!.path !== this.#resettingPath)
      this.trace.emit(
        Event.Finding,
        this.index,
        Finding.OtherPathCompleted,
        slot.serial,
        slot.lu!.path,
        this.#resettingPath,
      )
    this.trace.emit(Event.SrbCompleted, this.index, slot.serial, slot.srbStatus, slot.scsiStatus, slot.transferred)
    this.#completed.push(slot)
    this.latched = true
    this.cpu.progress++
  }

  #revoke(slot: SrbSlot): void {
    if (!slot.granted) return
    slot.granted = false
    this.slice.revoke(slot.dataAt, slot.bytes)
  }

  latchNext(): void {
    this.#nextRequest = true
    this.latched = true
  }

  /** Is the adapter waiting for NextRequest or NextLuRequest, and has none been latched yet? */
  get awaitsNext(): boolean {
    return this.#busy && !this.#nextRequest
  }

  latchReset(): void {
    this.#resetDetected = true
    this.latched = true
  }

  latchTimer(fn: EntryFn, us: number): void {
    this.#timerRequested = true
    this.#timerFn = fn
    this.#timerUs = us
    this.latched = true
  }

  latchEnable(fn: EntryFn): void {
    this.#enableFn = fn
    this.interruptsDisabled = true
    this.latched = true
  }

  latchDisable(fn: EntryFn): void {
    this.#disableFn = fn
    this.latched = true
  }

  latchMap(slot: SrbSlot, at: number, bytes: number): void {
    if (this.#mapped !== undefined) this.#notFlushed(2)
    this.#mapped = slot
    this.#map = { slot, serial: slot.serial, at, bytes }
    this.latched = true
  }

  #notFlushed(why: number): void {
    this.trace.emit(Event.Finding, this.index, Finding.DmaNotFlushed, this.#mapped!.serial, why, 0)
    this.#mapped = undefined
  }

  /** ScsiPortFlushDma: ends the transfer on the channel, or cancels one that was not programmed yet. @returns bytes moved */
  flushDma(): number {
    this.#map = this.#mapped = undefined
    return this.parts.systemDma?.flush() ?? 0
  }

  latchBusChange(): void {
    this.busChanged = true
    this.latched = true
  }

  // --- the DPC (DISPATCH_LEVEL) ---

  /** Works off what is due outside the miniport: ticks, the timer, the end of a reset hold, the DPC. @returns true when there was something */
  work(): boolean {
    if (this.latched) {
      if (this.cpu.progress !== this.#progress) {
        this.#progress = this.cpu.progress
        this.#barrenDpcs = 0
      } else if (++this.#barrenDpcs > this.cpu.limits.stormInvocations && !this.dead) this.#dpcStorm()
      this.#dpc()
      return true
    }
    this.#barrenDpcs = 0
    if (this.dead) return false
    if (this.#holdEnds) {
      this.#holdEnds = false
      this.#endHold()
      return true
    }
    if (this.#timerDue) {
      this.#timerDue = false
      this.call(Routine.Timer, this.#armedFn, DIRQL, -1, this.extension.at)
      return true
    }
    if (this.#tickDue) {
      this.#tickDue = false
      this.#tickAlarm.scheduleIn(this.parts.settings.tickPs)
      this.#tick()
      return true
    }
    return false
  }

  /** A callback that asks for itself each time it is called would keep the processor for ever. */
  #dpcStorm(): void {
    const routine =
      this.#map !== undefined
        ? Routine.DmaStarted
        : this.#enableFn !== undefined
          ? Routine.EnableInterrupts
          : Routine.DisableInterrupts
    this.cpu.stop(
      this,
      routine,
      StopKind.InterruptStorm,
      `${ROUTINE_NAMES[routine]} was asked for again through ${this.#barrenDpcs} DPCs without any progress`,
    )
    this.#barrenDpcs = 0
  }

  #dpc(): void {
    const { cpu, trace } = this
    const before = cpu.irql
    cpu.irql = DISPATCH_LEVEL
    cpu.spend(cpu.costs.dpcPs)
    trace.emit(Event.Dpc, this.index, 1, 0, 0, 0)
    this.latched = false
    if (this.dead) this.#closeAll()
    const done = this.#completed.clear()
    for (let slot = done; slot !== null; slot = slot.next) {
      this.#unlink(slot)
      this.guard.settled(slot)
      if (slot.senseFor === null && slot.victim === null && !succeeded(slot)) {
        slot.unsettled = true
        slot.lu!.unsettled++
      }
    }
    if (!this.dead && !this.stopped) this.#actOnLatches()
    this.dispatch() // new work is started before completions are delivered
    for (let slot = done; slot !== null; ) {
      const next: SrbSlot | null = slot.next
      slot.next = null
      this.completion.process(slot)
      slot = next
    }
    if (!this.dead && !this.stopped && (this.#enableFn !== undefined || this.#disableFn !== undefined))
      this.#runDeferred()
    this.dispatch()
    trace.emit(Event.Dpc, this.index, 0, 0, 0, 0)
    cpu.irql = before
    if (cpu.assertedLines > 0 && before < DIRQL) cpu.dispatchInterrupts()
  }

  #actOnLatches(): void {
    const { parts, trace } = this
    const map = this.#map
    if (map !== undefined) {
      this.#map = undefined
      this.#startTransfer(map.slot, map.serial, map.at, map.bytes)
    }
    if (this.#timerRequested) {
      this.#timerRequested = false
      trace.emit(Event.TimerArmed, this.index, this.#timerUs, 0, 0, 0)
      this.#timerDue = false
      if (this.#timerUs === 0) this.#timerAlarm.cancel()
      else {
        const grain = parts.settings.timerGranularityPs
        const due = parts.clock.nowPs + (this.#timerUs >>> 0) * PS.us + this.faults.timerDelayPs()
        this.#armedFn = this.#timerFn
        this.#timerAlarm.scheduleAt(grain > 0 ? Math.ceil(due / grain) * grain : due)
      }
    }
    if (this.#nextRequest) {
      this.#nextRequest = false
      this.#busy = false
      if (!this.#resetHold) this.#portTimer = -1
    }
    if (this.#resetDetected) {
      this.#resetDetected = false
      this.#beginHold(-1)
    }
  }

  /** The second half of ScsiPortIoMapTransfer: programs the channel and calls HwDmaStarted. */
  #startTransfer(slot: SrbSlot, serial: number, at: number, bytes: number): void {
    const { systemDma } = this.parts
    if (slot.state !== SlotState.active || slot.serial !== serial) {
      this.trace.emit(Event.Finding, this.index, Finding.BadMapTransfer, serial, at - slot.dataAt, bytes)
      return
    }
    if (systemDma?.channel === this.capabilities.dmaChannel)
      systemDma.program(this.guest.u8, at, bytes, slot.direction !== 'out')
    const { dmaStarted } = this.entries
    if (dmaStarted !== undefined) this.call(Routine.DmaStarted, dmaStarted, DIRQL, serial, this.extension.at)
  }

  /** CallEnableInterrupts: the callback runs as a DPC while HwInterrupt is not called; CallDisableInterrupts ends it. */
  #runDeferred(): void {
    const fn = this.#enableFn
    this.#enableFn = undefined
    if (fn !== undefined) this.call(Routine.EnableInterrupts, fn, DISPATCH_LEVEL, -1, this.extension.at)
    const disable = this.#disableFn
    if (disable === undefined || this.dead) return
    this.#disableFn = undefined
    this.interruptsDisabled = false
    this.call(Routine.DisableInterrupts, disable, DIRQL, -1, this.extension.at)
  }

  #unlink(slot: SrbSlot): void {
    const lu = slot.lu!
    lu.removeActive(slot)
    if (slot.tag !== SP_UNTAGGED) this.#tags.give(slot.tag)
    this.activeCount--
  }

  /** Everything open is closed as the bench's own doing: the miniport is dead. */
  #closeAll(): void {
    this.#completed.clear()
    for (const slot of this.slots) {
      if (slot.state === SlotState.free || slot.state === SlotState.done || slot.state === SlotState.lost) continue
      if (slot.state === SlotState.active || slot.state === SlotState.completed) {
        this.#revoke(slot)
        this.#unlink(slot)
      }
      if (slot.senseFor !== null || slot.victim !== null) {
        this.completion.release(slot)
        continue
      }
      slot.srbStatus = SRB_STATUS.NO_HBA
      slot.scsiStatus = 0
      slot.transferred = 0
      this.completion.finish(slot)
    }
    for (const lu of this.luns) {
      lu.queue.clear()
      lu.busyRequest = null
    }
  }

  /** SRB_FUNCTION_RELEASE_QUEUE, as a class driver sends it after an error. */
  releaseQueue(lu: LogicalUnit): void {
    lu.frozen = false
    this.latched = true // started by the DPC, not from inside the completion
  }

  // --- time-outs and resets ---

  /** A stopped adapter begins anew: nothing that was latched or armed before counts. */
  resume(): void {
    this.stopped = false
    this.interruptsDisabled = false
    this.#busy = this.#resetHold = this.#nextRequest = this.#resetDetected = this.#timerRequested = false
    this.#portTimer = -1
    this.#enableFn = this.#disableFn = this.#map = this.#mapped = undefined
  }

  startTicking(): void {
    this.#tickAlarm.scheduleIn(this.parts.settings.tickPs)
  }

  cancelAlarms(): void {
    this.#tickAlarm.cancel()
    this.#timerAlarm.cancel()
    this.#holdAlarm.cancel()
    this.#tickDue = this.#timerDue = this.#holdEnds = false
  }

  #tick(): void {
    if (this.stopped) return
    if (this.#resetHold) return
    if (this.#portTimer > 0 && this.#busy) {
      if (--this.#portTimer > 0) return
      this.#portTimer = -1
      this.trace.emit(Event.Timeout, this.index, -1, -1, this.awaitsNext ? 1 : 0, 0)
      // A miniport that takes one request at a time says Next* when it completes: with one still active, that one is late.
      if (this.activeCount === 0) this.trace.emit(Event.Finding, this.index, Finding.NextMissing, -1, 0, 0)
      for (let path = 0; path < this.capabilities.numberOfBuses; path++) this.resetBus(path)
      return
    }
    for (const lu of this.luns) {
      if (lu.reducedTicks > 0 && --lu.reducedTicks === 0) lu.maxDepth = 254
      if (lu.busyRequest !== null) {
        const slot = lu.busyRequest
        lu.busyRequest = null
        lu.queue.unshift(slot)
      }
      if (lu.timeoutCounter > 0) lu.timeoutCounter--
      else if (lu.timeoutCounter === 0 && lu.active.length > 0) {
        const slot = lu.active[0]!
        lu.timeoutCounter = slot.timeoutSeconds
        this.trace.emit(Event.Timeout, this.index, slot.serial, lu.address, this.awaitsNext ? 1 : 0, 0)
        if (!this.parts.settings.abortFirst || !this.abort(slot)) {
          this.resetBus(lu.path)
          return
        }
      }
    }
    this.dispatch()
  }

  /** Sends SRB_FUNCTION_ABORT_COMMAND for an active slot. @returns false when it was tried before, is an abort itself, or no slot is free */
  abort(victim: SrbSlot): boolean {
    if (victim.abortTried || victim.victim !== null) return false
    const slot = this.take()
    if (slot === undefined) return false
    victim.abortTried = true
    this.prepare(slot, victim.lu!, victim.owner!, 'none', 0, 0, OWN_TIMEOUT_SECONDS)
    slot.srbFunction = SRB_FUNCTION.ABORT_COMMAND
    slot.victim = victim
    slot.victimSerial = victim.serial
    slot.flags |= BYPASS
    this.guest.u8[slot.at + SRB.Cdb] = 0
    this.submit(slot)
    return true
  }

  /** HwScsiResetBus, then the reset hold. */
  resetBus(path: number): void {
    if (this.dead || this.stopped) return
    this.#resettingPath = path
    this.call(Routine.ResetBus, this.entries.resetBus, DIRQL, -1, this.extension.at, path)
    this.#resettingPath = -1
    this.#beginHold(path)
  }

  #beginHold(path: number): void {
    if (!this.#resetHold) this.#heldPaths = 0
    this.#heldPaths |= path < 0 ? ~0 : 1 << path
    this.#resetHold = true
    this.#holdEnds = false
    this.#portTimer = -1
    this.trace.emit(Event.ResetHold, this.index, 1, path, this.#held(this.#heldPaths), this.awaitsNext ? 1 : 0)
    this.#holdAlarm.scheduleIn(this.parts.settings.resetHoldPs)
  }

  #endHold(): void {
    this.#resetHold = false
    this.trace.emit(Event.ResetHold, this.index, 0, -1, this.#held(this.#heldPaths), this.awaitsNext ? 1 : 0)
    this.loseActive(SRB_STATUS.BUS_RESET, this.#heldPaths)
    this.#busy = false
    this.dispatch()
  }

  /** SRBs of these paths with the miniport. */
  #held(paths: number): number {
    let held = 0
    for (const slot of this.slots) if (this.#isHeld(slot, paths)) held++
    return held
  }

  /** Is the slot with the miniport, on one of these paths? */
  #isHeld(slot: SrbSlot, paths: number): boolean {
    return slot.state === SlotState.active && (paths & (1 << slot.lu!.path)) !== 0
  }

  /** What the miniport never gave back is taken as lost: reported, closed, and its slot not used again. */
  loseActive(srbStatus: number, paths: number): void {
    for (const slot of this.slots) {
      if (!this.#isHeld(slot, paths)) continue
      this.trace.emit(Event.Finding, this.index, Finding.SrbLost, slot.serial, slot.lu!.address, 0)
      if (this.#mapped === slot) this.#mapped = undefined
      this.#revoke(slot)
      this.#unlink(slot)
      slot.srbStatus = srbStatus
      slot.scsiStatus = 0
      slot.transferred = 0
      slot.autosenseValid = false
      if (slot.senseFor !== null) {
        slot.senseFor.srbStatus = SRB_STATUS.REQUEST_SENSE_FAILED
        this.completion.fail(slot.senseFor, slot.senseFor.lu!)
      } else if (slot.victim === null) {
        this.trace.emit(Event.SrbDone, this.index, slot.serial, srbStatus, -1, 0)
        slot.state = SlotState.lost
        slot.owner!.completed(slot)
      }
      slot.state = SlotState.lost
      slot.owner = null
      this.outstanding--
    }
  }

  get inResetHold(): boolean {
    return this.#resetHold
  }
}

/** What the SRB wants its target to be told. */
function busWords(slot: SrbSlot): number {
  const open = (slot.flags & SRB_FLAGS.UNSPECIFIED_DIRECTION) === SRB_FLAGS.UNSPECIFIED_DIRECTION ? 16 : 0
  const noDisconnect = open | ((slot.flags & SRB_FLAGS.DISABLE_DISCONNECT) !== 0 ? BusWords.noDisconnect : 0)
  if (slot.tag === SP_UNTAGGED) return noDisconnect
  if ((slot.flags & SRB_FLAGS.QUEUE_ACTION_ENABLE) === 0) return noDisconnect | 1
  const { queueAction } = slot
  const attribute = queueAction === QUEUE_ACTION.ordered ? 2 : queueAction === QUEUE_ACTION.head ? 3 : 1
  return noDisconnect | attribute | BusWords.told
}

/** SRB serials count through the whole run, over all miniports. */
function nextSerial(trace: Trace): number {
  return ++trace.serial
}
