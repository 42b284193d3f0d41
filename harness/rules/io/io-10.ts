// IO-10: what a driver remembers about a request goes into its own extensions.
import { Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'
import { looksFree, srbField } from './srb-field.ts'

export const IO_10: Rule = {
  id: 'IO-10',
  title: 'What a miniport keeps about a request lies in the SRB extension, not in the SRB',
  severity: 'E',
  source: 'WDK: HwScsiStartIo; SCSI_REQUEST_BLOCK (SrbExtension, NextSrb, OriginalRequest)',
  why: 'NextSrb, OriginalRequest, SrbExtension and the word behind them look unused and are the port driver’s: it finds the IRP, the extension and the victim of an abort through them.',
  instead:
    'Ask for memory with SrbExtensionSize in HW_INITIALIZATION_DATA and use it through Srb->SrbExtension; link SRBs there, or in a table in the device extension.',
  example: {
    faulty: `Srb->NextSrb = DeviceExtension->Waiting;   /* my queue */
DeviceExtension->Waiting = Srb;`,
    right: `SrbExt = Srb->SrbExtension;
SrbExt->Next = DeviceExtension->Waiting;
DeviceExtension->Waiting = Srb;`,
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
          if (!looksFree(offset)) return
          context.violation(
            index,
            guest,
            () =>
              `${context.describeSrb(serial)} was completed with ${hex(trace.d[index]!)} in its field ${srbField(offset)}, which is the port driver's`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
