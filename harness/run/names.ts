// Words for the numbers in the trace: registers, causes, SRBs.
import type { Adapter } from '../../device/adapters/adapter.ts'
import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import { type Register, type RegisterMap, registerAt } from '../../schemas/register-map.ts'
import { SRB_FUNCTION } from '../../schemas/scsiport.ts'
import { type AdapterShape, ANY_ADAPTER } from '../rules/names.ts'
import { Event } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import type { Machine } from './machine.ts'

/** Commands by their names in the SCSI standards; what is not here is shown by its opcode. */
const COMMANDS: Readonly<Record<number, string>> = {
  0: 'TEST UNIT READY',
  3: 'REQUEST SENSE',
  8: 'READ(6)',
  10: 'WRITE(6)',
  18: 'INQUIRY',
  21: 'MODE SELECT(6)',
  26: 'MODE SENSE(6)',
  27: 'START STOP UNIT',
  37: 'READ CAPACITY(10)',
  40: 'READ(10)',
  42: 'WRITE(10)',
  47: 'VERIFY(10)',
  53: 'SYNCHRONIZE CACHE(10)',
  136: 'READ(16)',
  138: 'WRITE(16)',
  160: 'REPORT LUNS',
  168: 'READ(12)',
  170: 'WRITE(12)',
}
const commandName = (opcode: number): string => COMMANDS[opcode] ?? `opcode ${hex(opcode)}`

/** `ABORT_COMMAND`, or the number. */
const functionCode = (code: number): string =>
  Object.entries(SRB_FUNCTION).find(([, value]) => value === code)?.[0] ?? `SRB function ${hex(code)}`

const hex = (value: number): string => `0x${(value >>> 0).toString(16).toUpperCase().padStart(2, '0')}`

function shapeOf({ kind, map }: Pick<Adapter, 'kind' | 'map'>): AdapterShape {
  const { translated = false, disconnectsFreely = false, immune = {} } = ADAPTER_KINDS[kind] ?? {}
  const causes = map.registers.find(r => r.name === map.interruptStatus[0])?.fields ?? []
  return {
    statusRegister: map.interruptStatus.length > 0,
    carriesCdbs: !translated,
    forbidsDisconnect: !disconnectsFreely,
    resetCauses: causes.filter(f => /RESET/.test(f.name)).reduce((bits, f) => bits | (1 << Number(f.bits)), 0),
    immune,
  }
}

/** Names for everything; guests and registers are known once the machine is built. */
export class RunNames {
  #machine: Machine | undefined
  #shapes: readonly AdapterShape[] = []
  readonly #trace: Trace
  readonly #guests: readonly string[]

  constructor(trace: Trace, guests: readonly string[]) {
    this.#trace = trace
    this.#guests = guests
  }

  know(machine: Machine): void {
    this.#machine = machine
    this.#shapes = machine.stations.map(({ adapter }) => shapeOf(adapter))
  }

  guest(guest: number): string {
    return this.#guests[guest] ?? 'the bench'
  }

  /** `INT_STATUS`, or the offset when there is no register. */
  register(guest: number, offset: number, side: 'read' | 'write'): string {
    return this.#register(guest, offset, side)?.name ?? hex(offset)
  }

  registerName(guest: number, offset: number, side: 'read' | 'write'): string {
    const name = this.register(guest, offset, side)
    return name.startsWith('0x') ? name : `${name} (${hex(offset)})`
  }

  causeNames(guest: number, bits: number): string {
    const map = this.#map(guest)
    const fields = map?.registers.find(r => r.name === map.interruptStatus[0])?.fields ?? []
    const names = fields.filter(f => !f.bits.includes(':') && (bits & (1 << Number(f.bits))) !== 0).map(f => f.name)
    return names.length > 0 ? names.join(', ') : `cause ${hex(bits)}`
  }

  command(opcode: number): string {
    return commandName(opcode)
  }

  srbFunction(code: number): string {
    return functionCode(code)
  }

  isStatusRegister(guest: number, offset: number): boolean {
    const tells = this.#map(guest)?.interruptStatus ?? []
    return tells.length === 0 || tells.includes(this.register(guest, offset, 'read'))
  }

  adapter(guest: number): AdapterShape {
    return this.#shapes[guest] ?? ANY_ADAPTER
  }

  /** From the name section, without the path of its source file. */
  functionName(guest: number, tableIndex: number): string {
    const name = this.#machine?.stations[guest]?.guest.functionName(tableIndex) ?? `function ${tableIndex}`
    return name.slice(name.lastIndexOf('/') + 1)
  }

  /** `SRB #17 (READ(10) of target 1 LUN 0, 4096 bytes)`, as far as the ring still knows it. */
  describeSrb(serial: number): string {
    const trace = this.#trace
    for (let number = trace.count - 1; ; number--) {
      const i = trace.indexOf(number)
      if (i < 0) return `SRB #${serial}`
      if (trace.kind[i] !== Event.SrbQueued || trace.a[i] !== serial) continue
      const lu = trace.b[i]!
      const srbFunction = (trace.c[i]! >>> 8) & 0xff
      const what =
        srbFunction === SRB_FUNCTION.EXECUTE_SCSI ? commandName(trace.c[i]! & 0xff) : functionCode(srbFunction)
      const bytes = trace.d[i]! > 0 ? `, ${trace.d[i]} bytes` : ''
      return `SRB #${serial} (${what} to target ${(lu >> 8) & 0xff} LUN ${lu & 0xff}${bytes})`
    }
  }

  #register(guest: number, offset: number, side: 'read' | 'write'): Register | undefined {
    const map = this.#map(guest)
    return map === undefined ? undefined : registerAt(map, offset, side)
  }

  #map(guest: number): RegisterMap | undefined {
    return this.#machine?.stations[guest]?.adapter.map
  }
}
