// DM-3: every transfer is flushed.
import { Event, Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'

export const DM_3: Rule = {
  id: 'DM-3',
  title: 'ScsiPortFlushDma ends every transfer, before its SRB is completed and before the next is mapped',
  severity: 'E',
  source: 'WDK: ScsiPortFlushDma; ScsiPortIoMapTransfer',
  why: 'The last bytes may lie in the DMA controller or in a bounce buffer until then: the caller gets old data. And the channel stays programmed for a buffer that belongs to somebody else.',
  instead:
    'When the adapter says that the transfer is over, or when it is given up, call ScsiPortFlushDma first; then RequestComplete, or the next ScsiPortIoMapTransfer.',
  example: {
    faulty: `
      srb->SrbStatus = SRB_STATUS_SUCCESS;
      ScsiPortNotification(RequestComplete, ext, srb);`,
    right: `
      ScsiPortFlushDma(ext);
      srb->SrbStatus = SRB_STATUS_SUCCESS;
      ScsiPortNotification(RequestComplete, ext, srb);`,
  },
  precondition: 'ScsiPortIoMapTransfer was called on an adapter that is no bus master',
  create: context => {
    const { trace, traits, frames, guests } = context
    return {
      exempt: guest =>
        traits.busMaster(guest)
          ? 'the adapter is a bus master: the system DMA controller does not move its data'
          : undefined,
      subscriptions: [
        {
          kind: Event.MapTransfer,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests && trace.d[index] === 1) context.exercised(guest)
            },
          },
        },
        onFinding(context, Finding.DmaNotFlushed, (index, guest) => {
          if (frames.stopped(guest)) return
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () =>
              trace.c[index] === 1
                ? `${context.describeSrb(serial)} was completed, and its transfer had not been ended with ScsiPortFlushDma`
                : `ScsiPortIoMapTransfer was called again before ScsiPortFlushDma had ended the transfer of ${context.describeSrb(serial)}`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
