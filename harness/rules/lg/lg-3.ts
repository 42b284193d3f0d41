// LG-3: statuses that always go with an entry in the log. For an overrun only when the adapter says that it was one: the same status stands
// for an underrun, which is not logged.

import type { CompletionFacts } from '../completion-table.ts'
import {
  DATA_OVERRUN,
  Host,
  PARITY_ERROR,
  PHASE_SEQUENCE_FAILURE,
  statusName,
  UNEXPECTED_BUS_FREE,
} from '../host-errors.ts'
import type { Rule } from '../rule.ts'

const ALWAYS: readonly number[] = [PARITY_ERROR, UNEXPECTED_BUS_FREE, PHASE_SEQUENCE_FAILURE, 0x0b]

const wantsLog = (facts: CompletionFacts): boolean =>
  facts.function === 'execute' &&
  (ALWAYS.includes(facts.srbStatus) || (facts.srbStatus === DATA_OVERRUN && facts.host === Host.overrun))

export const LG_3: Rule = {
  id: 'LG-3',
  title: 'Parity errors, unexpected bus free, phase errors, time-outs and overruns are logged, each time',
  severity: 'W',
  source: 'WDK: SCSI miniport error handling',
  why: 'These are signs of bad cables, terminators and drives. The class driver retries and succeeds, so without an entry in the log nobody learns of them until the retries fail, too.',
  instead:
    'Call ScsiPortLogError before RequestComplete: SP_BUS_PARITY_ERROR, SP_PROTOCOL_ERROR, SP_INVALID_RESELECTION or SP_REQUEST_TIMEOUT. An underrun is not logged.',
  example: {
    faulty: `
      case HOST_PARITY:
        srb->SrbStatus = SRB_STATUS_PARITY_ERROR;
        break;`,
    right: `
      case HOST_PARITY:
        ScsiPortLogError(ext, srb, path, target, lun,
          SP_BUS_PARITY_ERROR, 0x302);
        srb->SrbStatus = SRB_STATUS_PARITY_ERROR;
        break;`,
  },
  precondition: 'an SRB was completed with one of these statuses',
  create: context => ({
    completions: [
      {
        applies: wantsLog,
        suspect: facts => !facts.logged,
        check(index, guest, facts) {
          const serial = context.trace.a[index]!
          context.violation(
            index,
            guest,
            () =>
              `${context.describeSrb(serial)} was completed with ${statusName(facts.srbStatus)}, and ScsiPortLogError was not called for it`,
            { srb: serial },
          )
        },
      },
    ],
  }),
}
