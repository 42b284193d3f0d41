// MM-3: a physical address is good for the length that came with it.
import { DmaFaultKind, Event, Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { describeFault, srbOfFault } from './dma-faults.ts'

export const MM_3: Rule = {
  id: 'MM-3',
  title: 'A physical address is used for the length that ScsiPortGetPhysicalAddress returned with it, and no further',
  severity: 'F',
  source: 'WDK: ScsiPortGetPhysicalAddress',
  why: 'Memory that is contiguous for the processor is scattered on the bus. Behind the returned length lies the page of somebody else: the adapter overwrites it, or sends it to the disk.',
  instead:
    'Ask in a loop: take the returned length as one scatter/gather element, go on behind it, until the transfer is covered.',
  example: {
    faulty: `
      list[0].Address = ScsiPortGetPhysicalAddress(
        ext, srb, srb->DataBuffer, &length);
      list[0].Length = srb->DataTransferLength;`,
    right: `
      for (n = 0; left != 0; n++) {
        list[n].Address = ScsiPortGetPhysicalAddress(
          ext, srb, va, &length);
        list[n].Length = min(length, left);
        va += list[n].Length;
        left -= list[n].Length;
      }`,
  },
  precondition: 'an address was translated with ScsiPortGetPhysicalAddress',
  create: context => {
    const { trace, frames, traits, guests } = context
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.busMaster(guest)
          ? 'the adapter is no bus master: it is given no addresses'
          : undefined,
      exercised: guest => frames.translated(guest),
      subscriptions: [
        {
          kind: Event.DmaFault,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || frames.stopped(guest) || trace.d[index]! >>> 8 !== DmaFaultKind.beyond) return
              const serial = srbOfFault(context, guest)
              context.violation(
                index,
                guest,
                () =>
                  `${describeFault(context, index, serial)}: it begins at an address the driver was given, and goes on beyond the length that came with it`,
                { routine: serial < 0 ? frames.routine(guest) : Routine.StartIo, srb: serial },
              )
            },
          },
        },
      ],
    }
  },
}
