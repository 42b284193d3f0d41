// HwFindAdapter, asked and understood: the extension, PORT_CONFIGURATION_INFORMATION and *Again it is given, and what is made of its
// answer. Sources: WDK HwScsiFindAdapter, Setting the Again parameter, PORT_CONFIGURATION_INFORMATION.
import { CONFIG, INTERFACE, RANGE, SP_RETURN } from '../../schemas/scsiport.ts'
import { AdapterPhase, Event, Routine } from '../trace/events.ts'
import { placeSrbExtensions, srbExtensionStride } from './address-imports.ts'
import { ArenaFull, type ArenaObject } from './arena.ts'
import {
  ConfigSnapshot,
  fillConfig,
  type HwInitializationData,
  MAX_EXTENSION,
  readCapabilities,
} from './configuration.ts'
import { PASSIVE_LEVEL } from './cpu.ts'
import { unmapAll } from './mapping.ts'
import type { Port } from './port.ts'
import type { EntryFn } from './port-parts.ts'
import { HW_CONTEXT_POISON } from './watch.ts'

const MAX_ACCESS_RANGES = 64
/** What *Again holds before HwFindAdapter: neither TRUE nor FALSE. */
const AGAIN_UNSET = 0xcc
/** Fills what a miniport must not look at any more. */
const NO_LONGER_VALID = 0xdb
/** DataBuffer of a miniport without MapBuffers: opaque, above every memory, so that a dereference traps. */
const OPAQUE_BASE = 0xc000_0000
export const OPAQUE_STRIDE = 0x0010_0000

/** Does the driver look for its adapter itself? Then nothing is assigned, and HwFindAdapter runs inside ScsiPortInitialize. */
export const detects = (port: Port, data: HwInitializationData): boolean =>
  port.parts.settings.resources === 'none' || data.interfaceType !== INTERFACE.PCIBus

/** What HwFindAdapter said. */
export interface Answer {
  /** '' when the adapter was found and its answers make sense, else why not. */
  reason: string
  /** SP_RETURN_FOUND. */
  found: boolean
  /** *Again is TRUE. */
  again: boolean
}

/** One registration with ScsiPortInitialize, made ready for HwFindAdapter: the same structures in every call, as WDK says of *Again. */
export class Inquirer {
  readonly #port: Port
  readonly #data: HwInitializationData
  readonly #fn: EntryFn | undefined
  readonly #config: ArenaObject
  readonly #ranges: ArenaObject
  readonly #again: ArenaObject
  readonly #argumentString: number
  #further: ArenaObject | undefined

  /** @throws ArenaFull */
  constructor(port: Port, data: HwInitializationData) {
    const { arena } = port
    this.#port = port
    this.#data = data
    this.#fn = port.guest.entry(data.routines[Routine.FindAdapter]!)
    this.#config = arena.allocate('PORT_CONFIGURATION_INFORMATION', CONFIG.bytes)
    const ranges = Math.min(Math.max(data.numberOfAccessRanges, 1), MAX_ACCESS_RANGES)
    this.#ranges = arena.allocate('access ranges', ranges * RANGE.bytes)
    this.#again = arena.allocate('Again', 1)
    this.#argumentString = argumentString(port)
    if (data.numberOfAccessRanges <= MAX_ACCESS_RANGES)
      fillConfig(port, data, this.#config.at, this.#ranges.at, !detects(port, data))
  }

  /** Asks for the adapter. With an answer that makes sense the port has all it needs to start it. @throws ArenaFull */
  ask(): Answer {
    const port = this.#port
    const data = this.#data
    const problem = this.#problem()
    if (problem !== '') return { reason: problem, found: false, again: false }
    releaseResources(port)
    port.detected = detects(port, data)
    if (port.extension.at !== 0 && port.extension.bytes === data.deviceExtensionBytes)
      port.guest.u8.fill(0, port.extension.at, port.extension.at + port.extension.bytes)
    else {
      port.extension = port.arena.allocate('device extension', data.deviceExtensionBytes)
      port.inspector.watch(port.extension)
    }
    const given = new ConfigSnapshot(port, this.#config.at, this.#ranges.at, data.numberOfAccessRanges)
    const { result, again } = this.#call(port.extension.at, given)
    if (port.dead) return { reason: '', found: false, again: false }
    const found = result === SP_RETURN.FOUND
    const reason = found ? this.#accept() : `HwFindAdapter returned ${resultName(result)}`
    return { reason, found, again }
  }

  /**
   * *Again was TRUE after an adapter was found: asks for another one, with a device extension of its own. Nothing of the running
   * adapter changes. @throws ArenaFull
   */
  askForAnother(): Answer {
    const port = this.#port
    const bytes = this.#data.deviceExtensionBytes
    this.#further ??= port.arena.allocate('device extension of another adapter', bytes)
    port.guest.u8.fill(0, this.#further.at, this.#further.at + bytes)
    const kept = new Set(port.mappings)
    const { result, again } = this.#call(this.#further.at, undefined)
    const mappings = port.mappings.filter(mapping => kept.has(mapping))
    port.mappings.splice(0, port.mappings.length, ...mappings)
    const found = result === SP_RETURN.FOUND
    return { reason: found ? '' : `HwFindAdapter returned ${resultName(result)}`, found, again }
  }

  #problem(): string {
    const { deviceExtensionBytes, luExtensionBytes, srbExtensionBytes, numberOfAccessRanges } = this.#data
    for (const bytes of [deviceExtensionBytes, luExtensionBytes, srbExtensionBytes])
      if (bytes > MAX_EXTENSION) return `HW_INITIALIZATION_DATA asks for an extension of ${bytes} bytes`
    if (numberOfAccessRanges > MAX_ACCESS_RANGES)
      return `HW_INITIALIZATION_DATA asks for ${numberOfAccessRanges} access ranges`
    return this.#fn === undefined ? 'HwFindAdapter is no function' : ''
  }

  #call(extension: number, given: ConfigSnapshot | undefined): { result: number; again: boolean } {
    const port = this.#port
    const data = this.#data
    const { guest, parts, inspector } = port
    const config = this.#config
    const again = this.#again
    const alone = detects(port, data)
    // Who gave none never gets one.
    const poison = !alone && data.hwContext !== 0 && parts.settings.hwContext === 'poison'
    const hwContext = alone ? data.hwContext : poison ? HW_CONTEXT_POISON : 0
    guest.u8[again.at] = AGAIN_UNSET
    port.bufferMembers.forget()
    if (given !== undefined) port.entries.findAdapter = this.#fn!
    port.configAt = config.at
    port.detecting = alone
    const result = port.cpu.enter(
      port,
      Routine.FindAdapter,
      this.#fn!,
      PASSIVE_LEVEL,
      -1,
      extension,
      hwContext,
      0,
      this.#argumentString,
      config.at,
      again.at,
    )
    port.configAt = 0
    port.detecting = false
    if (!port.dead) inspector.check(config, this.#ranges, again)
    if (port.dead) return { result: 0, again: false }
    const { busData } = port
    if (busData !== undefined) guest.u8.fill(NO_LONGER_VALID, busData.at, busData.at + busData.bytes)
    port.bufferMembers.compare(config.at)
    given?.trace(port, config.at)
    const left = guest.u8[again.at]!
    port.trace.emit(Event.Adapter, port.index, AdapterPhase.Found, result, left, poison ? 1 : 0)
    return { result, again: left !== 0 && left !== AGAIN_UNSET }
  }

  /** Takes over what HwFindAdapter left. @returns '' or what is wrong with it */
  #accept(): string {
    const port = this.#port
    const { guest, arena } = port
    const { routines } = this.#data
    const problem = readCapabilities(port, this.#config.at)
    if (problem !== '') return problem
    const table = (routine: Routine): EntryFn | undefined => guest.entry(routines[routine] ?? 0)
    const initialize = table(Routine.Initialize)
    const startIo = table(Routine.StartIo)
    const resetBus = table(Routine.ResetBus)
    if (initialize === undefined || startIo === undefined || resetBus === undefined)
      return 'a mandatory routine is no function'
    port.entries = {
      findAdapter: this.#fn!,
      initialize,
      startIo,
      interrupt: table(Routine.Interrupt),
      resetBus,
      dmaStarted: table(Routine.DmaStarted),
      adapterControl: table(Routine.AdapterControl),
    }
    if (port.commonBuffer === undefined) {
      const stride = srbExtensionStride(port.capabilities.srbExtensionBytes)
      const bytes = stride * port.slots.length
      if (port.extensionPool === undefined || port.extensionPool.bytes < bytes)
        port.extensionPool = arena.allocate('SRB extensions', bytes)
      placeSrbExtensions(port, port.extensionPool.at, stride)
    }
    const { watch, slots, parts } = port
    const mapped = port.capabilities.mapBuffers || parts.mappedBuffers === true
    const open = mapped || watch?.opens === true
    if (open && !mapped)
      watch?.watchData(
        Math.min(...slots.map(slot => slot.dataAt)),
        Math.max(...slots.map(slot => slot.dataAt + slot.dataCapacity)),
      )
    for (const slot of slots) {
      if (port.capabilities.srbExtensionBytes === 0) slot.extensionAt = 0
      slot.dataVa = open ? slot.dataAt : (OPAQUE_BASE + slot.index * OPAQUE_STRIDE + (slot.dataAt & 0xfff)) | 0
    }
    return ''
  }
}

/** Asks once, as for an adapter whose resources are assigned. @returns '' when it was found, else why not */
export function findAdapter(port: Port, data: HwInitializationData): string {
  try {
    return new Inquirer(port, data).ask().reason
  } catch (error) {
    if (error instanceof ArenaFull) return error.message
    throw error
  }
}

export function resultName(result: number): string {
  const name = Object.entries(SP_RETURN).find(([, value]) => value === result)?.[0]
  return name === undefined ? `${result}` : `SP_RETURN_${name}`
}

/** @returns address of the ASCIIZ ArgumentString, 0 when there is none */
function argumentString(port: Port): number {
  const text = port.parts.argumentString
  if (text === undefined) return 0
  const { at } = port.arena.allocate('ArgumentString', text.length + 1)
  for (let n = 0; n < text.length; n++) port.guest.u8[at + n] = text.charCodeAt(n) & 0x7f
  return at
}

/** What an earlier HwFindAdapter acquired: mappings, the common buffer. */
function releaseResources(port: Port): void {
  unmapAll(port)
  const buffer = port.commonBuffer
  if (buffer === undefined) return
  port.slice.revoke(buffer.at, buffer.bytes)
  port.spareBuffer = buffer
  port.commonBuffer = undefined
}
