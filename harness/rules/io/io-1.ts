// IO-1: HwStartIo returns TRUE.
import { Finding, Routine } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'

export const IO_1: Rule = {
  id: 'IO-1',
  title: 'HwStartIo returns TRUE for every SRB',
  severity: 'E',
  source:
    'WDK: Return from HwScsiStartIo (the reference page of HwScsiStartIo allows FALSE for a malformed SRB: no use of it)',
  why: 'The result says only that the call was taken note of. After FALSE some port drivers fail the request themselves, others do nothing: it is completed twice or never.',
  instead:
    'Set Srb->SrbStatus, notify RequestComplete and NextRequest for an SRB you cannot carry out, and return TRUE all the same.',
  example: {
    faulty: `default:
    return FALSE;`,
    right: `default:
    Srb->SrbStatus = SRB_STATUS_INVALID_REQUEST;
    ScsiPortNotification(RequestComplete, DeviceExtension, Srb);
    ScsiPortNotification(NextRequest, DeviceExtension);
    return TRUE;`,
  },
  precondition: 'HwStartIo was called',
  create: context => {
    const { trace, frames } = context
    return {
      exercised: guest => frames.entered(guest, Routine.StartIo),
      subscriptions: [
        onFinding(context, Finding.StartIoFalse, (index, guest) => {
          const serial = trace.b[index]!
          context.violation(index, guest, () => `HwStartIo returned FALSE for ${context.describeSrb(serial)}`, {
            routine: Routine.StartIo,
            srb: serial,
          })
        }),
      ],
    }
  },
}
