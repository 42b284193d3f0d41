// IO-22: with system DMA the direction must be known before the transfer is mapped.
import { Event, Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const IO_22: Rule = {
  id: 'IO-22',
  title: 'An open direction is settled in SrbFlags before ScsiPortIoMapTransfer',
  severity: 'E',
  source: 'WDK: SCSI_REQUEST_BLOCK (SRB_FLAGS_UNSPECIFIED_DIRECTION)',
  why: 'The port driver programs the DMA channel by the direction bits of SrbFlags. With both set it takes one of them: a read is run as a write, and the channel sends what should have been overwritten.',
  instead:
    'When both SRB_FLAGS_DATA_IN and SRB_FLAGS_DATA_OUT are set, wait for the data phase, see from the bus which way the data goes, clear the other bit in Srb->SrbFlags, and then call ScsiPortIoMapTransfer.',
  example: {
    faulty: `ScsiPortIoMapTransfer(DeviceExtension, Srb, Srb->DataBuffer, length);`,
    right: `if ((Srb->SrbFlags & SRB_FLAGS_UNSPECIFIED_DIRECTION) == SRB_FLAGS_UNSPECIFIED_DIRECTION)
    Srb->SrbFlags &= phaseIsDataIn ? ~SRB_FLAGS_DATA_OUT : ~SRB_FLAGS_DATA_IN;
ScsiPortIoMapTransfer(DeviceExtension, Srb, Srb->DataBuffer, length);`,
  },
  precondition: 'ScsiPortIoMapTransfer was called for an SRB that was started with an open direction',
  create: context => {
    const { trace, traits, commands, guests } = context
    return {
      exempt: guest => (traits.busMaster(guest) ? 'the adapter is a bus master' : undefined),
      subscriptions: [
        {
          kind: Event.MapTransfer,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests && commands.openDirection(guest, trace.a[index]!)) context.exercised(guest)
            },
          },
        },
        onFinding(context, Finding.DirectionOpen, (index, guest) => {
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () =>
              `ScsiPortIoMapTransfer was called for ${context.describeSrb(serial)} while its SrbFlags (${hex(trace.c[index]!)}) still say SRB_FLAGS_UNSPECIFIED_DIRECTION`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
