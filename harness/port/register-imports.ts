// ScsiPortRead/Write Port/Register: 24 accessors. Read: charge, fire, sample. Write: charge, fire, deliver.
// Buffer forms: Port repeats accesses at one address, Register advances through consecutive addresses.
import { StopKind } from '../trace/events.ts'
import { checkRange } from './guest-memory.ts'
import { readRegister, writeRegister } from './mapping.ts'
import type { Port } from './port.ts'
import { GuestStop } from './stop.ts'

export type ImportFn = (...args: number[]) => number | void

export function registerImports(port: Port): Record<string, ImportFn> {
  const { cpu } = port
  const { mmioReadPs, mmioWritePs, portReadPs, portWritePs } = cpu.costs
  const imports: Record<string, ImportFn> = {
    ScsiPortReadRegisterUchar: (address: number, counter: number) => {
      cpu.sync(counter, mmioReadPs)
      return readRegister(port, address, 1, false, false)
    },
    ScsiPortReadRegisterUshort: (address: number, counter: number) => {
      cpu.sync(counter, mmioReadPs)
      return readRegister(port, address, 2, false, false)
    },
    ScsiPortReadRegisterUlong: (address: number, counter: number) => {
      cpu.sync(counter, mmioReadPs)
      return readRegister(port, address, 4, false, false)
    },
    ScsiPortReadPortUchar: (address: number, counter: number) => {
      cpu.sync(counter, portReadPs)
      return readRegister(port, address, 1, true, false)
    },
    ScsiPortReadPortUshort: (address: number, counter: number) => {
      cpu.sync(counter, portReadPs)
      return readRegister(port, address, 2, true, false)
    },
    ScsiPortReadPortUlong: (address: number, counter: number) => {
      cpu.sync(counter, portReadPs)
      return readRegister(port, address, 4, true, false)
    },
    ScsiPortWriteRegisterUchar: (address: number, value: number, counter: number) => {
      cpu.sync(counter, mmioWritePs)
      writeRegister(port, address, 1, value & 0xff, false, false)
    },
    ScsiPortWriteRegisterUshort: (address: number, value: number, counter: number) => {
      cpu.sync(counter, mmioWritePs)
      writeRegister(port, address, 2, value & 0xffff, false, false)
    },
    ScsiPortWriteRegisterUlong: (address: number, value: number, counter: number) => {
      cpu.sync(counter, mmioWritePs)
      writeRegister(port, address, 4, value, false, false)
    },
    ScsiPortWritePortUchar: (address: number, value: number, counter: number) => {
      cpu.sync(counter, portWritePs)
      writeRegister(port, address, 1, value & 0xff, true, false)
    },
    ScsiPortWritePortUshort: (address: number, value: number, counter: number) => {
      cpu.sync(counter, portWritePs)
      writeRegister(port, address, 2, value & 0xffff, true, false)
    },
    ScsiPortWritePortUlong: (address: number, value: number, counter: number) => {
      cpu.sync(counter, portWritePs)
      writeRegister(port, address, 4, value, true, false)
    },
  }
  for (const io of [false, true]) {
    for (const [name, width] of WIDTHS) {
      const space = io ? 'Port' : 'Register'
      imports[`ScsiPortRead${space}Buffer${name}`] = (address, buffer, count, counter) =>
        transfer(port, `ScsiPortRead${space}Buffer${name}`, address!, buffer!, count!, counter!, width, io, true)
      imports[`ScsiPortWrite${space}Buffer${name}`] = (address, buffer, count, counter) =>
        transfer(port, `ScsiPortWrite${space}Buffer${name}`, address!, buffer!, count!, counter!, width, io, false)
    }
  }
  return imports
}

const WIDTHS = [
  ['Uchar', 1],
  ['Ushort', 2],
  ['Ulong', 4],
] as const

function transfer(
  port: Port,
  name: string,
  address: number,
  buffer: number,
  count: number,
  counter: number,
  width: 1 | 2 | 4,
  io: boolean,
  read: boolean,
): void {
  const { cpu, guest } = port
  const elements = count >>> 0
  cpu.sync(counter, 0)
  if (elements * width > guest.u8.length) {
    throw new GuestStop(
      StopKind.BadArgument,
      `${name}: a count of ${elements} elements is larger than the driver's memory`,
    )
  }
  const at = checkRange(guest, buffer, elements * width, name)
  const { costs } = cpu
  const cost = io ? (read ? costs.portReadPs : costs.portWritePs) : read ? costs.mmioReadPs : costs.mmioWritePs
  for (let n = 0; n < elements; n++) {
    cpu.sync(counter, cost)
    const from = io ? address : (address + n * width) | 0
    const p = at + n * width
    if (read) {
      const value = readRegister(port, from, width, io, true)
      if (width === 1) guest.u8[p] = value
      else guest.view[width === 2 ? 'setUint16' : 'setInt32'](p, value, true)
    } else {
      const value =
        width === 1 ? guest.u8[p]! : width === 2 ? guest.view.getUint16(p, true) : guest.view.getInt32(p, true)
      writeRegister(port, from, width, value, io, true)
    }
  }
}
