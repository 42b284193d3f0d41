// Which adapters a registration with ScsiPortInitialize is for (WDK: HW_INITIALIZATION_DATA, INTERFACE_TYPE): compared, and in words.
import { INTERFACE } from '../../schemas/scsiport.ts'

/** What HW_INITIALIZATION_DATA says about the bus and the device. */
export interface Registration {
  /** INTERFACE_TYPE. */
  readonly interfaceType: number
  /** Beginning of the PCI id in lower-case hexadecimal, as four digits; '' for any. */
  readonly vendorId: string
  readonly deviceId: string
}

const NAMES = new Map<number, string>([
  [INTERFACE.Internal, 'the internal bus'],
  [INTERFACE.Isa, 'ISA'],
  [INTERFACE.Eisa, 'EISA'],
  [INTERFACE.MicroChannel, 'Micro Channel'],
  [INTERFACE.PCIBus, 'PCI'],
])

export const interfaceName = (type: number): string => NAMES.get(type) ?? `interface type ${type}`

/** The buses of the bench's machine. */
const BUSES: readonly number[] = [INTERFACE.Internal, INTERFACE.Isa, INTERFACE.PCIBus]

export const hasBus = (type: number): boolean => BUSES.includes(type)

/** A PCI id in the form in which drivers name it. */
export const pciId = (vendor: number, device: number): string =>
  `${vendor.toString(16).padStart(4, '0')}:${device.toString(16).padStart(4, '0')}`

/** The ids are compared over the lengths given; none given fit everything. */
export function fitsPci({ vendorId, deviceId }: Registration, vendor: number, device: number): boolean {
  const [v, d] = pciId(vendor, device).split(':') as [string, string]
  return v.startsWith(vendorId) && d.startsWith(deviceId)
}

/** `PCI 104b:1040`, `PCI (any id)`, `ISA`. */
export function asksFor({ interfaceType, vendorId, deviceId }: Registration): string {
  const name = interfaceName(interfaceType)
  if (interfaceType !== INTERFACE.PCIBus) return name
  if (vendorId === '' && deviceId === '') return `${name} (any id)`
  return `${name} ${vendorId.padEnd(4, '*')}:${deviceId.padEnd(4, '*')}`
}
