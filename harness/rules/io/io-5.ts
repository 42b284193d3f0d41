// IO-5: the status of a completed SRB is a final one.
import { Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

const QUEUE_FROZEN = 0x40
const AUTOSENSE_VALID = 0x80

function fault(status: number): string {
  if ((status & QUEUE_FROZEN) !== 0) return ', with SRB_STATUS_QUEUE_FROZEN set, which is for the port driver to do'
  const code = status & ~AUTOSENSE_VALID
  if (code === 0) return ', SRB_STATUS_PENDING: it was never set'
  if (code === 0x30) return ', SRB_STATUS_INTERNAL_ERROR, which is for the port driver to set'
  return `: there is no SRB status ${hex(code, 2)}`
}

export const IO_5: Rule = {
  id: 'IO-5',
  title: 'SrbStatus is a valid final status when the SRB is completed',
  severity: 'F',
  source: 'WDK: SCSI_REQUEST_BLOCK; Driver Verifier: SCSI verification (bug check 0xF1, 0x1004)',
  why: 'The port driver decides by it whether the request is finished, retried, or its queue frozen. With SRB_STATUS_PENDING a request is taken for unfinished after it was given back.',
  instead:
    'Set Srb->SrbStatus on every path before RequestComplete: SUCCESS, or the code for what went wrong. Set no flag but SRB_STATUS_AUTOSENSE_VALID.',
  example: {
    faulty: `switch (hostStatus) {
case HOST_OK: Srb->SrbStatus = SRB_STATUS_SUCCESS; break;
case HOST_TIMEOUT: break;                /* forgotten */
}`,
    right: `Srb->SrbStatus = StatusOf(hostStatus);   /* returns one for every value */`,
  },
  precondition: 'an SRB was completed',
  create: context => {
    const { trace, frames } = context
    return {
      exercised: guest => frames.srbsCompleted(guest),
      subscriptions: [
        onFinding(context, Finding.BadSrbStatus, (index, guest) => {
          const serial = trace.b[index]!
          const status = trace.c[index]!
          context.violation(
            index,
            guest,
            () => `${context.describeSrb(serial)} was completed with SrbStatus ${hex(status, 2)}${fault(status)}`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
