// An adapter that does what a test tells it: a memory window and a port window of plain bytes, the latter at an ISA address too if
// wanted, one interrupt output, a log of accesses. Raising and lowering the line is up to the test or to hooks.
import type { Adapter } from '../../../device/adapters/adapter.ts'
import type { AddressSpace, IoTarget } from '../../../device/address-space.ts'
import type { Clock } from '../../../device/clock.ts'
import type { InterruptPin } from '../../../device/interrupt-line.ts'
import { PciFunction } from '../../../device/pci.ts'
import type { Probe } from '../../../device/probe.ts'
import type { RegisterMap } from '../../../schemas/register-map.ts'

export const TOY = {
  vendor: 0x1abc,
  device: 0x00fe,
  registerBytes: 0x1000,
  portBytes: 0x20,
  isaBytes: 4,
  interruptLine: 11,
  /** Reads 1 while the line is raised. */
  status: 0x00,
  /** Any write lowers the line. */
  acknowledge: 0x04,
} as const

export interface ToyAccess {
  atPs: number
  kind: 'read' | 'write'
  space: 'memory' | 'port'
  offset: number
  width: number
  value: number
}

export interface ToyParts {
  index: number
  label: string
  clock: Clock
  pin: InterruptPin
  probe: Probe
  spaces: { memory: AddressSpace; port: AddressSpace }
  /** The port window answers here as well. */
  isa?: number | undefined
}

export class ToyAdapter implements Adapter {
  readonly kind = 'toy'
  readonly index: number
  readonly label: string
  readonly pci: PciFunction
  readonly map = undefined as unknown as RegisterMap
  readonly pin: InterruptPin
  readonly memory = new Uint8Array(TOY.registerBytes)
  readonly ports = new Uint8Array(TOY.portBytes)
  readonly accesses: ToyAccess[] = []
  mayInterrupt = false
  outstanding = 0
  faults: undefined
  /** Called before a read samples the register. */
  onRead: (offset: number) => void = () => {}
  onWrite: (offset: number, value: number) => void = () => {}
  readonly #clock: Clock

  constructor(parts: ToyParts) {
    this.index = parts.index
    this.label = parts.label
    this.pin = parts.pin
    this.#clock = parts.clock
    this.pci = new PciFunction({
      label: parts.label,
      adapter: parts.index,
      vendor: TOY.vendor,
      device: TOY.device,
      classCode: 0x010000,
      interruptLine: TOY.interruptLine,
      bars: [
        { space: 'memory', sizeBytes: TOY.registerBytes, base: this.memoryBase, target: this.#target('memory') },
        { space: 'port', sizeBytes: TOY.portBytes, base: this.portBase, target: this.#target('port') },
      ],
      spaces: parts.spaces,
      probe: parts.probe,
    })
    if (parts.isa !== undefined)
      parts.spaces.port.map({
        base: parts.isa,
        sizeBytes: TOY.isaBytes,
        target: this.#target('port'),
        adapter: parts.index,
        label: `${parts.label} ISA`,
      })
  }

  get memoryBase(): number {
    return 0x7000_0000 + this.index * 0x1_0000
  }

  get portBase(): number {
    return 0x2000 + this.index * 0x100
  }

  raise(): void {
    this.pin.set(true)
  }

  lower(): void {
    this.pin.set(false)
  }

  /** Does something later, as device work does. */
  later(ps: number, work: () => void): void {
    this.#clock.createAlarm(`${this.label}: later`, work).scheduleIn(ps)
  }

  causes(): number {
    return this.pin.level ? 1 : 0
  }

  injectBusReset(): void {}
  injectReselection(): void {}
  injectCauses(): void {}

  remove(): void {
    this.pci.unplug()
    this.lower()
  }

  #target(space: 'memory' | 'port'): IoTarget {
    const bytes = space === 'memory' ? this.memory : this.ports
    const log = (kind: 'read' | 'write', offset: number, width: number, value: number): void => {
      this.accesses.push({ atPs: this.#clock.nowPs, kind, space, offset, width, value })
    }
    const view = new DataView(bytes.buffer)
    return {
      read: (offset, width) => {
        this.onRead(offset)
        let value = width === 1 ? view.getUint8(offset) : width === 2 ? view.getUint16(offset, true) : 0
        if (width === 4) value = view.getInt32(offset, true)
        if (space === 'memory' && offset === TOY.status) value = this.pin.level ? 1 : 0
        log('read', offset, width, value)
        return value
      },
      write: (offset, width, value) => {
        log('write', offset, width, value)
        if (width === 1) view.setUint8(offset, value)
        else if (width === 2) view.setUint16(offset, value, true)
        else view.setInt32(offset, value, true)
        if (space === 'memory' && offset === TOY.acknowledge) this.lower()
        this.onWrite(offset, value)
      },
    }
  }
}
