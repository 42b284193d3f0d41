// LG-1: errors of the hardware itself are logged. Errors of the bus that have a status of their own are LG-3's.
import { describeHost, Host, SUCCESS } from '../host-errors.ts'
import type { Rule } from '../rule.ts'

const HARDWARE: readonly number[] = [Host.dmaError, Host.badCommand, Host.badTag]

export const LG_1: Rule = {
  id: 'LG-1',
  title: 'Errors of the adapter itself are logged',
  severity: 'W',
  source: 'WDK: ScsiPortLogError; SCSI miniport error handling',
  why: 'An adapter that fails now and then is replaced before it fails for good, if anybody knows. The error log is the only place where an administrator sees it; the request that failed was retried and is forgotten.',
  instead:
    'Call ScsiPortLogError with SP_INTERNAL_ADAPTER_ERROR and a number of your own for the place, while the SRB is still yours.',
  example: {
    faulty: `
      case HOST_DMA_ERROR:
        srb->SrbStatus = SRB_STATUS_ERROR;
        break;`,
    right: `
      case HOST_DMA_ERROR:
        ScsiPortLogError(ext, srb, path, target, lun,
          SP_INTERNAL_ADAPTER_ERROR, 0x309);
        srb->SrbStatus = SRB_STATUS_ERROR;
        break;`,
  },
  precondition: 'the adapter ended a command with a DMA error, or refused it',
  create: context => ({
    completions: [
      {
        applies: facts => facts.function === 'execute' && HARDWARE.includes(facts.host),
        // Reported as a success it is INT-7's.
        suspect: facts => !facts.logged && facts.srbStatus !== SUCCESS,
        check(index, guest, facts) {
          const serial = context.trace.a[index]!
          context.violation(
            index,
            guest,
            () =>
              `the adapter ended the command of ${context.describeSrb(serial)} with ${describeHost(facts.host)}, and ScsiPortLogError was not called for it`,
            { srb: serial },
          )
        },
      },
    ],
  }),
}
