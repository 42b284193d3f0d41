// IO-26: one way of completing for each SRB.
import { Event, Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'

export const IO_26: Rule = {
  id: 'IO-26',
  title: 'An SRB that ScsiPortCompleteRequest completed is not completed with RequestComplete as well',
  severity: 'F',
  source: 'WDK: ScsiPortCompleteRequest',
  why: 'ScsiPortCompleteRequest completes every active SRB of the path, target and unit it is given. RequestComplete for one of them comes too late: the SRB may be somebody else’s request by then.',
  instead:
    'After a reset either call ScsiPortCompleteRequest once and forget all SRBs of that path, or complete each one with RequestComplete.',
  example: {
    faulty: `ScsiPortCompleteRequest(DeviceExtension, 0, SP_UNTAGGED, SP_UNTAGGED, SRB_STATUS_BUS_RESET);
for (tag = 0; tag < TAGS; tag++)
    if (DeviceExtension->Srb[tag])
        ScsiPortNotification(RequestComplete, DeviceExtension, DeviceExtension->Srb[tag]);`,
    right: `ScsiPortCompleteRequest(DeviceExtension, 0, SP_UNTAGGED, SP_UNTAGGED, SRB_STATUS_BUS_RESET);
RtlZeroMemory(DeviceExtension->Srb, sizeof(DeviceExtension->Srb));`,
  },
  precondition: 'ScsiPortCompleteRequest completed an SRB',
  create: context => {
    const { trace, guests } = context
    return {
      subscriptions: [
        {
          kind: Event.CompleteRequest,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests && trace.c[index]! > 0) context.exercised(guest)
            },
          },
        },
        onFinding(context, Finding.BothCompletions, (index, guest) => {
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () =>
              `RequestComplete was notified for ${context.describeSrb(serial)}, which ScsiPortCompleteRequest had completed`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
