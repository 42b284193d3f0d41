// DM-2: what is mapped lies in the data buffer of the SRB.
import { Event, Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { plural } from '../text.ts'

export const DM_2: Rule = {
  id: 'DM-2',
  title: 'ScsiPortIoMapTransfer is called for a range inside the data buffer of an SRB the miniport has',
  severity: 'E',
  source: 'WDK: ScsiPortIoMapTransfer',
  why: 'The system DMA controller moves as many bytes as it is told. What lies behind the buffer belongs to somebody else and is overwritten, or sent to the disk.',
  instead:
    'Map at most DataTransferLength minus what has been moved, from DataBuffer plus what has been moved, before the SRB is completed.',
  example: {
    faulty: `
      ScsiPortIoMapTransfer(ext, srb,
        srb->DataBuffer + done,
        srb->DataTransferLength);`,
    right: `
      ScsiPortIoMapTransfer(ext, srb,
        srb->DataBuffer + done,
        srb->DataTransferLength - done);`,
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
              if (guest < guests && !traits.busMaster(guest)) context.exercised(guest)
            },
          },
        },
        onFinding(context, Finding.BadMapTransfer, (index, guest) => {
          if (traits.busMaster(guest) || frames.stopped(guest)) return
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () => {
              const offset = trace.c[index]!
              const range = `${plural(trace.d[index]! >>> 0, 'byte')} from offset ${offset} of the data buffer`
              if (serial < 0) return `ScsiPortIoMapTransfer was called for something that is no SRB`
              return `ScsiPortIoMapTransfer was called for ${range} of ${context.describeSrb(serial)}: that is not inside the buffer, or the SRB is not with the miniport any more`
            },
            { srb: serial },
          )
        }),
      ],
    }
  },
}
