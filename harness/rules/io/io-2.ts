// IO-2: every SRB comes back exactly once.
import { Finding, Routine } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const IO_2: Rule = {
  id: 'IO-2',
  title: 'Every SRB given to HwStartIo is completed exactly once',
  severity: 'F',
  source: 'WDK: HwScsiStartIo; Driver Verifier: SCSI verification (bug check 0xF1, 0x1003)',
  why: 'An SRB that never comes back hangs the request of some process for good. One that comes back twice may belong to another request by then: memory is corrupted.',
  instead:
    'Keep a list of the SRBs you hold. Take an SRB off it before RequestComplete, and complete nothing that is not on it. In HwResetBus and on a bus reset complete all that are.',
  example: {
    faulty: `Srb->SrbStatus = SRB_STATUS_SELECTION_TIMEOUT;
ScsiPortNotification(RequestComplete, DeviceExtension, Srb);
/* no return: completed again at the end */`,
    right: `DeviceExtension->Srb[tag] = NULL;
Srb->SrbStatus = StatusOf(entry);
ScsiPortNotification(RequestComplete, DeviceExtension, Srb);`,
  },
  precondition: 'an SRB was given to HwStartIo',
  create: context => {
    const { trace, frames } = context
    return {
      exercised: guest => frames.srbsStarted(guest),
      subscriptions: [
        onFinding(context, Finding.DoubleCompletion, (index, guest) => {
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () => `${context.describeSrb(serial)} was completed again: it is not the miniport's any more`,
            { srb: serial },
          )
        }),
        onFinding(context, Finding.UnknownSrb, (index, guest) => {
          const address = trace.c[index]!
          context.violation(
            index,
            guest,
            () => `RequestComplete was called for ${hex(address, 8)}, which is no SRB that the miniport was given`,
            { srb: -1 },
          )
        }),
        onFinding(context, Finding.SrbLost, (index, guest) => {
          if (frames.stopped(guest)) return
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () => `${context.describeSrb(serial)} was accepted by HwStartIo and never completed`,
            { routine: Routine.StartIo, srb: serial },
          )
        }),
      ],
    }
  },
}
