// One PCI function: configuration space type 0 and address decoding.
//
// Models: 256 bytes of configuration space with write masks; command register (I/O, memory, bus master, parity, SERR);
// base address registers with sizing by all ones; interrupt line and pin; an empty capability list. Decoding on or off
// maps or unmaps the windows; bus master enable drives the adapter's DMA port.
// Does not model: 64-bit and prefetchable windows, expansion ROM, bridges, capabilities (MSI, power management), parity.
//
// Sources: Ralf Brown's Interrupt List, INT 1A/AX=B10Ah, tables 00878 (configuration data) and 00882 (base address);
// pciutils, lib/header.h (offsets, command bits, sizing by all ones).
//
// A window is decoded while its command bit is set and its base is neither 0 (unassigned) nor all ones (being sized).
import { type AddressSpace, AddressSpaceError, type IoTarget, type Region } from './address-space.ts'
import type { DmaPort } from './bus-memory.ts'
import type { Bytes } from './bytes.ts'
import { DeviceEvent, DiagnosticCode, type Probe } from './probe.ts'

export const CONFIG_BYTES = 256

/** Offsets in configuration space. */
export const PciOffset = {
  vendor: 0x00,
  device: 0x02,
  command: 0x04,
  status: 0x06,
  revision: 0x08,
  classCode: 0x09,
  cacheLine: 0x0c,
  latencyTimer: 0x0d,
  headerType: 0x0e,
  bar0: 0x10,
  subsystemVendor: 0x2c,
  subsystem: 0x2e,
  capabilities: 0x34,
  interruptLine: 0x3c,
  interruptPin: 0x3d,
} as const

/** Bits of the command register. */
export const PciCommand = { io: 0x0001, memory: 0x0002, busMaster: 0x0004, parity: 0x0040, serr: 0x0100 } as const

const BAR_COUNT = 6

export class PciError extends Error {
  override name = 'PciError'
}

export interface BarOptions {
  space: 'memory' | 'port'
  /** Power of two, at least 16 (memory) or 4 (port). */
  sizeBytes: number
  /** Multiple of the size; 0 leaves the window unassigned. */
  base: number
  target: IoTarget
}

export interface PciFunctionOptions {
  /** Names the function in messages. */
  label: string
  /** Index of the adapter in the machine. */
  adapter: number
  vendor: number
  device: number
  revision?: number
  /** 24 bits: base class, subclass, interface. */
  classCode: number
  subsystemVendor?: number
  subsystem?: number
  /** Multifunction bit of the header type. */
  multifunction?: boolean
  /** 0 none, 1…4 = INTA…INTD. */
  interruptPin?: number
  interruptLine?: number
  /** In order, one base address register each; undefined leaves one out. */
  bars: readonly (BarOptions | undefined)[]
  spaces: { memory: AddressSpace; port: AddressSpace }
  /** Switched by bus master enable. */
  dma?: DmaPort | undefined
  probe: Probe
}

interface Bar {
  readonly options: BarOptions
  readonly at: number
  /** Writable address bits, 32-bit pattern. */
  readonly addressMask: number
  readonly enableBit: number
  /** What is mapped now, decoded or dormant. */
  region: Region | undefined
  decoded: boolean
}

export class PciFunction {
  readonly label: string
  readonly adapter: number
  readonly #config: Bytes = new Uint8Array(CONFIG_BYTES)
  readonly #view = new DataView(this.#config.buffer)
  /** Bits software may change. */
  readonly #writable: Bytes = new Uint8Array(CONFIG_BYTES)
  readonly #bars: (Bar | undefined)[] = []
  readonly #spaces: { memory: AddressSpace; port: AddressSpace }
  readonly #dma: DmaPort | undefined
  readonly #probe: Probe
  #unplugged = false

  /**
   * Nothing is decoded and bus mastering is off until `enable`, or until the driver sets the command register.
   * @throws PciError for a window of an impossible size or base
   */
  constructor(options: PciFunctionOptions) {
    this.label = options.label
    this.adapter = options.adapter
    this.#spaces = options.spaces
    this.#dma = options.dma
    this.#probe = options.probe
    const view = this.#view
    view.setUint16(PciOffset.vendor, options.vendor, true)
    view.setUint16(PciOffset.device, options.device, true)
    view.setUint32(PciOffset.revision, ((options.classCode << 8) | (options.revision ?? 0)) >>> 0, true)
    view.setUint8(PciOffset.headerType, options.multifunction ? 0x80 : 0)
    view.setUint16(PciOffset.subsystemVendor, options.subsystemVendor ?? options.vendor, true)
    view.setUint16(PciOffset.subsystem, options.subsystem ?? options.device, true)
    view.setUint8(PciOffset.interruptLine, options.interruptLine ?? 0xff)
    view.setUint8(PciOffset.interruptPin, options.interruptPin ?? 1)
    if (options.bars.length > BAR_COUNT)
      throw new PciError(`${this.label}: ${options.bars.length} base address registers, there are ${BAR_COUNT}`)
    this.#bars = options.bars.map((bar, i) => (bar === undefined ? undefined : this.#makeBar(bar, i)))
    const decoding = this.#bars.reduce((bits, bar) => bits | (bar?.enableBit ?? 0), 0)
    const writable = new DataView(this.#writable.buffer)
    writable.setUint16(PciOffset.command, decoding | PciCommand.busMaster | PciCommand.parity | PciCommand.serr, true)
    for (const at of [PciOffset.cacheLine, PciOffset.latencyTimer, PciOffset.interruptLine]) writable.setUint8(at, 0xff)
    for (const bar of this.#bars) if (bar) writable.setUint32(bar.at, bar.addressMask, true)
    if (this.#dma) this.#dma.enabled = false
    this.#update(true)
  }

  get vendor(): number {
    return this.#view.getUint16(PciOffset.vendor, true)
  }

  get device(): number {
    return this.#view.getUint16(PciOffset.device, true)
  }

  get command(): number {
    return this.#view.getUint16(PciOffset.command, true)
  }

  get interruptLine(): number {
    return this.#view.getUint8(PciOffset.interruptLine)
  }

  get interruptPin(): number {
    return this.#view.getUint8(PciOffset.interruptPin)
  }

  /** The windows as they are assigned now, decoded or not; undefined where there is no base address register. */
  get bars(): readonly (
    | { space: 'memory' | 'port'; sizeBytes: number; base: number; target: IoTarget; decoded: boolean }
    | undefined
  )[] {
    return this.#bars.map(bar => bar && { ...bar.options, base: this.#baseOf(bar), decoded: bar.decoded })
  }

  /**
   * What firmware does before the driver runs: decoding and, if wanted, bus mastering on.
   * @throws AddressConflictError when another region answers in a window
   */
  enable(options: { busMaster: boolean } = { busMaster: false }): void {
    let command = options.busMaster ? PciCommand.busMaster : 0
    for (const bar of this.#bars) command |= bar?.enableBit ?? 0
    this.#view.setUint16(PciOffset.command, command, true)
    this.#update(true)
  }

  /**
   * The adapter was pulled out: configuration space reads all ones, bus mastering is off, nothing can be written. The
   * windows stay mapped, so that accesses by a driver that does not know yet are not taken for stray ones: their targets
   * must answer all ones from now on.
   */
  unplug(): void {
    this.#unplugged = true
    this.#writable.fill(0)
    this.#config.fill(0xff)
    if (this.#dma) this.#dma.enabled = false
  }

  /** Copies up to `length` bytes of configuration space. @returns bytes copied, short at the end of the space */
  readConfig(offset: number, into: Bytes, at: number, length: number): number {
    const count = clip(offset, at, length, into)
    for (let i = 0; i < count; i++) into[at + i] = this.#config[offset + i]!
    return count
  }

  /** Writes what software may change and ignores the rest, as hardware does. @returns bytes taken, short at the end of the space */
  writeConfig(offset: number, from: Bytes, at: number, length: number): number {
    const count = clip(offset, at, length, from)
    for (let i = 0; i < count; i++) {
      const mask = this.#writable[offset + i]!
      this.#config[offset + i] = (from[at + i]! & mask) | (this.#config[offset + i]! & ~mask)
    }
    this.#update(false)
    return count
  }

  #makeBar(options: BarOptions, i: number): Bar {
    const { space, sizeBytes, base } = options
    const least = space === 'memory' ? 16 : 4
    const where = `${this.label} BAR${i}`
    if (!(sizeBytes >= least && sizeBytes <= 0x4000_0000 && Number.isInteger(Math.log2(sizeBytes))))
      throw new PciError(`${where}: ${sizeBytes} bytes are not a power of two from ${least} to 0x40000000`)
    if (!(base >= 0 && base <= 0xffff_ffff && base % sizeBytes === 0))
      throw new PciError(
        `${where}: base 0x${base.toString(16)} is not a multiple of its size 0x${sizeBytes.toString(16)}`,
      )
    const bar: Bar = {
      options,
      at: PciOffset.bar0 + 4 * i,
      addressMask: -sizeBytes | 0,
      enableBit: space === 'memory' ? PciCommand.memory : PciCommand.io,
      region: undefined,
      decoded: false,
    }
    this.#view.setUint32(bar.at, base + (space === 'port' ? 1 : 0), true)
    return bar
  }

  #baseOf(bar: Bar): number {
    return (this.#view.getUint32(bar.at, true) & bar.addressMask) >>> 0
  }

  /** Brings windows and DMA in line with configuration space. */
  #update(strict: boolean): void {
    if (this.#unplugged) return
    const command = this.command
    if (this.#dma) this.#dma.enabled = (command & PciCommand.busMaster) !== 0
    // Every window leaves before one arrives, so that two may change places.
    for (const bar of this.#bars) if (bar && !this.#inPlace(bar, command)) this.#unmap(bar)
    for (const [i, bar] of this.#bars.entries()) if (bar && bar.region === undefined) this.#map(bar, i, command, strict)
  }

  #inPlace(bar: Bar, command: number): boolean {
    const base = this.#baseOf(bar)
    return bar.region?.base === base && bar.decoded === this.#decodes(bar, command, base)
  }

  #decodes(bar: Bar, command: number, base: number): boolean {
    return (command & bar.enableBit) !== 0 && this.#assigned(bar, base)
  }

  /** Neither unassigned nor being sized. */
  #assigned(bar: Bar, base: number): boolean {
    return base !== 0 && (base | 0) !== bar.addressMask
  }

  #map(bar: Bar, i: number, command: number, strict: boolean): void {
    const base = this.#baseOf(bar)
    if (!this.#assigned(bar, base)) return
    const { space, sizeBytes, target } = bar.options
    const region = { base, sizeBytes, target, adapter: this.adapter, label: `${this.label} BAR${i}` }
    if (!this.#decodes(bar, command, base)) {
      this.#spaces[space].mapDormant(region)
      bar.region = region
      return
    }
    try {
      this.#spaces[space].map(region)
      bar.region = region
      bar.decoded = true
    } catch (error) {
      if (strict || !(error instanceof AddressSpaceError)) throw error
      this.#probe.emit(DeviceEvent.Diagnostic, this.adapter, DiagnosticCode.BadSetting, bar.at, base | 0, 4)
    }
  }

  #unmap(bar: Bar): void {
    if (bar.region) this.#spaces[bar.options.space].unmap(bar.region)
    bar.region = undefined
    bar.decoded = false
  }
}

function clip(offset: number, at: number, length: number, bytes: Bytes): number {
  if (!(offset >= 0 && offset < CONFIG_BYTES && at >= 0 && length > 0)) return 0
  return Math.max(0, Math.min(length, CONFIG_BYTES - offset, bytes.length - at))
}
