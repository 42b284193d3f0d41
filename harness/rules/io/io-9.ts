// IO-9: most of an SRB is read-only.
import { Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'
import { looksFree, srbField } from './srb-field.ts'

export const IO_9: Rule = {
  id: 'IO-9',
  title: 'A miniport changes only the SRB fields that are its to change',
  severity: 'E',
  source: 'WDK: Modifying SRBs',
  why: 'The port driver and the class driver look at the SRB again: to find the unit, to free the tag, to send the command once more. With another QueueTag a second SRB gets the same tag; with another CDB the retry is another command.',
  instead:
    'Write SrbStatus and ScsiStatus; DataTransferLength on an underrun; SenseInfoBufferLength with sense data; the direction bits of SrbFlags when they were open and system DMA is used. Keep changed copies of everything else in your own extension.',
  example: {
    faulty: `Srb->QueueTag = myTag;      /* to find it again */
Srb->Cdb[1] |= Srb->Lun << 5;`,
    right: `SrbExt->Tag = myTag;
RtlCopyMemory(SrbExt->Cdb, Srb->Cdb, Srb->CdbLength);
SrbExt->Cdb[1] |= Srb->Lun << 5;`,
  },
  precondition: 'an SRB was completed',
  create: context => {
    const { trace, frames } = context
    return {
      exercised: guest => frames.srbsCompleted(guest),
      subscriptions: [
        onFinding(context, Finding.SrbFieldChanged, (index, guest) => {
          const serial = trace.b[index]!
          const offset = trace.c[index]!
          if (looksFree(offset)) return
          context.violation(
            index,
            guest,
            () =>
              `${context.describeSrb(serial)} was completed with its field ${srbField(offset)} changed to ${hex(trace.d[index]!)}`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
