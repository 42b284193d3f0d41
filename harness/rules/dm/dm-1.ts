// DM-1: system DMA is for adapters that have no DMA of their own.
import { Event } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'

export const DM_1: Rule = {
  id: 'DM-1',
  title: 'A bus master calls neither ScsiPortIoMapTransfer nor ScsiPortFlushDma',
  severity: 'E',
  source: 'WDK: ScsiPortIoMapTransfer; ScsiPortFlushDma',
  why: 'Both work on a channel of the system DMA controller, which a bus master does not have: the call is wasted, or disturbs the transfer of the driver that has the channel.',
  instead:
    'A bus master is given addresses with ScsiPortGetPhysicalAddress and needs no call when its transfer is over. Set Master to FALSE only for an adapter that cannot move data by itself.',
  example: {
    faulty: `
      ConfigInfo->Master = TRUE;
      ...
      ScsiPortFlushDma(ext);
      ScsiPortNotification(RequestComplete, ext, srb);`,
    right: `
      ConfigInfo->Master = TRUE;
      ...
      ScsiPortNotification(RequestComplete, ext, srb);`,
  },
  precondition: 'an SRB was given to a bus master',
  create: context => {
    const { trace, frames, traits, guests } = context
    const called = (routine: string) => ({
      on(index: number): void {
        const guest = trace.guest[index]!
        if (guest >= guests || !traits.busMaster(guest) || frames.stopped(guest)) return
        context.violation(
          index,
          guest,
          () => `${routine} was called, but ConfigInfo says that the adapter is a bus master (Master is TRUE)`,
        )
      },
    })
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.busMaster(guest) ? 'the adapter is no bus master' : undefined,
      exercised: guest => (traits.busMaster(guest) ? frames.srbsStarted(guest) : 0),
      subscriptions: [
        { kind: Event.MapTransfer, reader: called('ScsiPortIoMapTransfer') },
        { kind: Event.FlushDma, reader: called('ScsiPortFlushDma') },
      ],
    }
  },
}
