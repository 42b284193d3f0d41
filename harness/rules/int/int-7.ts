// INT-7: an error of the adapter is told. Which status it must have is ER-1's, whether it was logged LG-1's and LG-3's.
import { describeHost, HOST_ERRORS, SUCCESS } from '../host-errors.ts'
import type { Rule } from '../rule.ts'

export const INT_7: Rule = {
  id: 'INT-7',
  title: 'A command that the adapter ended with an error does not come back as a success',
  severity: 'E',
  source: 'WDK: HwScsiInterrupt (report error conditions); SCSI miniport error handling',
  why: 'The file system believes that its data is on the disk, or in its buffer. Nothing retries, nobody is told, and the damage is found much later, by somebody else.',
  instead:
    "Look at the adapter's own status of each command before the SCSI status, which means nothing when the command did not run to its end. Translate every code; let the default be SRB_STATUS_ERROR, never success.",
  example: {
    faulty: `
      srb->SrbStatus = entry->ScsiStatus == GOOD
        ? SRB_STATUS_SUCCESS
        : SRB_STATUS_ERROR;`,
    right: `
      if (entry->HostStatus != HOST_OK)
        srb->SrbStatus = errorOf(ext, srb, entry);
      else if (entry->ScsiStatus == GOOD)
        srb->SrbStatus = SRB_STATUS_SUCCESS;`,
  },
  precondition: 'the adapter ended a command with an error',
  create: context => ({
    completions: [
      {
        applies: facts => facts.function === 'execute' && HOST_ERRORS.has(facts.host),
        suspect: facts => facts.srbStatus === SUCCESS,
        check(index, guest, facts) {
          const serial = context.trace.a[index]!
          context.violation(
            index,
            guest,
            () =>
              `${context.describeSrb(serial)} was completed with SRB_STATUS_SUCCESS, but the adapter had ended its command with ${describeHost(facts.host)}`,
            { srb: serial },
          )
        },
      },
    ],
  }),
}
