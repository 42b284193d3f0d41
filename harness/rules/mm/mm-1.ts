// MM-1: the adapter is given bus addresses only.
import { DmaFaultKind, Event, Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { describeFault, srbOfFault } from './dma-faults.ts'

export const MM_1: Rule = {
  id: 'MM-1',
  title: 'The adapter is given only physical addresses that ScsiPortGetPhysicalAddress returned',
  severity: 'F',
  source: 'WDK: ScsiPortGetPhysicalAddress',
  why: 'An adapter that moves data to an address it was not given overwrites whatever lies there, in any process or in the kernel.',
  instead:
    'Translate every piece: call ScsiPortGetPhysicalAddress, use the address for the returned length only, and go on behind it until the transfer is covered. Stop the adapter before an SRB is completed.',
  example: {
    faulty: `
      block->SenseAddress =
        (ULONG)&ext->tables->sense[tag];`,
    right: `
      block->SenseAddress.QuadPart =
        ext->tablesAddress.QuadPart
        + FIELD_OFFSET(TABLES, sense[tag]);`,
  },
  precondition:
    'an address was translated with ScsiPortGetPhysicalAddress, or the adapter moved data to one that was not',
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
              if (guest >= guests || frames.stopped(guest) || trace.d[index]! >>> 8 !== DmaFaultKind.stray) return
              context.exercised(guest)
              const serial = srbOfFault(context, guest)
              context.violation(
                index,
                guest,
                () => `${describeFault(context, index, serial)}, which the driver was not given for it`,
                { routine: serial < 0 ? frames.routine(guest) : Routine.StartIo, srb: serial },
              )
            },
          },
        },
      ],
    }
  },
}
