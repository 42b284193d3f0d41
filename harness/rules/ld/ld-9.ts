// LD-9: a PCI driver says which devices are its own.
import { HWID, INTERFACE } from '../../../schemas/scsiport.ts'
import { ScsiPortRoutine } from '../../trace/events.ts'
import { onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const LD_9: Rule = {
  id: 'LD-9',
  title: 'A driver for PCI gives VendorId and DeviceId with their lengths',
  severity: 'W',
  source: 'WDK: HW_INITIALIZATION_DATA',
  why: 'With them the port driver looks for the adapters, and calls HwFindAdapter with their ranges and interrupts. Without them it calls HwFindAdapter for each bus and supplies nothing.',
  instead:
    'Set VendorId and DeviceId to the ids as text, four hexadecimal digits each, and VendorIdLength and DeviceIdLength to the digits that must match.',
  example: {
    faulty: `hwid.AdapterInterfaceType = PCIBus;
hwid.VendorId = "57a8";
hwid.VendorIdLength = 4;`,
    right: `hwid.AdapterInterfaceType = PCIBus;
hwid.VendorId = "57a8";
hwid.VendorIdLength = 4;
hwid.DeviceId = "0001";
hwid.DeviceIdLength = 4;`,
  },
  precondition: 'ScsiPortInitialize was called for PCIBus',
  create: context => {
    const { traits } = context
    return {
      exempt: guest => {
        const known = traits.init(guest, HWID.HwInitializationDataSize) !== 0
        const type = traits.init(guest, HWID.AdapterInterfaceType)
        return known && type !== INTERFACE.PCIBus ? 'the driver is not for PCI' : undefined
      },
      subscriptions: [
        onCall(context, ScsiPortRoutine.Initialize, (index, guest) => {
          if (traits.init(guest, HWID.AdapterInterfaceType) !== INTERFACE.PCIBus) return
          context.exercised(guest)
          const missing = [
            ...(traits.init(guest, HWID.VendorId) === 0 ? ['VendorId'] : []),
            ...(traits.init(guest, HWID.VendorIdLength) === 0 ? ['VendorIdLength'] : []),
            ...(traits.init(guest, HWID.DeviceId) === 0 ? ['DeviceId'] : []),
            ...(traits.init(guest, HWID.DeviceIdLength) === 0 ? ['DeviceIdLength'] : []),
          ]
          if (missing.length === 0) return
          context.violation(
            index,
            guest,
            () =>
              `AdapterInterfaceType is PCIBus, but ${missing.join(' and ')} of HW_INITIALIZATION_DATA ${missing.length === 1 ? 'is' : 'are'} 0`,
          )
        }),
      ],
    }
  },
}
