// MM-6: a 64-bit address stays whole.
import { CONFIG } from '../../../schemas/scsiport.ts'
import { DmaFaultKind, Event, Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { describeFault, srbOfFault } from './dma-faults.ts'

const SYSTEM_SUPPORTED = 0x80

export const MM_6: Rule = {
  id: 'MM-6',
  title: 'Both halves of a physical address reach the adapter when Dma64BitAddresses is set',
  severity: 'F',
  source: 'WDK: PORT_CONFIGURATION_INFORMATION (Dma64BitAddresses); ScsiPortConvertPhysicalAddressToUlong',
  why: 'On a machine with more than 4 GiB the lower half alone is the address of other memory: the adapter overwrites it. On a small machine nobody notices.',
  instead:
    'Store SCSI_PHYSICAL_ADDRESS.QuadPart, or LowPart and HighPart. ScsiPortConvertPhysicalAddressToUlong is for drivers that set Dma32BitAddresses.',
  example: {
    faulty: `
      element->Address =
        ScsiPortConvertPhysicalAddressToUlong(pa);`,
    right: `
      element->AddressLow = pa.LowPart;
      element->AddressHigh = pa.HighPart;`,
  },
  precondition: 'ScsiPortGetPhysicalAddress returned an address above 4 GiB',
  create: context => {
    const { trace, frames, traits, guests } = context
    return {
      exempt: guest =>
        traits.configured(guest) && (traits.config(guest, CONFIG.Dma64BitAddresses) & ~SYSTEM_SUPPORTED) === 0
          ? 'the driver takes no 64-bit addresses (Dma64BitAddresses)'
          : undefined,
      exercised: guest => frames.translatedHigh(guest),
      subscriptions: [
        {
          kind: Event.DmaFault,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || frames.stopped(guest) || trace.d[index]! >>> 8 !== DmaFaultKind.truncated) return
              const serial = srbOfFault(context, guest)
              context.violation(
                index,
                guest,
                () =>
                  `${describeFault(context, index, serial)}: that is the lower half of an address above 4 GiB which the driver was given`,
                { routine: serial < 0 ? frames.routine(guest) : Routine.StartIo, srb: serial },
              )
            },
          },
        },
      ],
    }
  },
}
