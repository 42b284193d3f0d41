// RB-5: a bus reset leaves the other buses alone.
import { CONFIG } from '../../../schemas/scsiport.ts'
import { Event, Finding, Routine } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'

export const RB_5: Rule = {
  id: 'RB-5',
  title: 'HwScsiResetBus completes SRBs of the bus it was called for, and no others',
  severity: 'E',
  source: 'WDK: HwScsiResetBus',
  why: 'The devices of the other bus have not been reset: their commands go on, and move data into the buffers of requests that came back long ago.',
  instead:
    'Give PathId to ScsiPortCompleteRequest, not SP_UNTAGGED, and clear only what your extensions hold about that bus.',
  example: {
    faulty: `
      ScsiPortCompleteRequest(ext, SP_UNTAGGED,
        SP_UNTAGGED, SP_UNTAGGED,
        SRB_STATUS_BUS_RESET);`,
    right: `
      ScsiPortCompleteRequest(ext, (UCHAR)PathId,
        SP_UNTAGGED, SP_UNTAGGED,
        SRB_STATUS_BUS_RESET);`,
  },
  precondition: 'HwResetBus was called on an adapter with several buses, with SRBs outstanding',
  create: context => {
    const { trace, commands, traits, guests } = context
    const buses = (guest: number): number => traits.config(guest, CONFIG.NumberOfBuses)
    return {
      exempt: guest => (traits.configured(guest) && buses(guest) < 2 ? 'the adapter has one bus' : undefined),
      subscriptions: [
        {
          kind: Event.Enter,
          key: Routine.ResetBus,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests && buses(guest) > 1 && commands.held(guest) > 0) context.exercised(guest)
            },
          },
        },
        onFinding(context, Finding.OtherPathCompleted, (index, guest) => {
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () =>
              `HwResetBus was called for bus ${trace.d[index]} and completed ${context.describeSrb(serial)} of bus ${trace.c[index]}`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
