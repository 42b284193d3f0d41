// ER-1: the specific status. A success is INT-7's, a status that is none at all IO-5's, an underrun IO-7's.
import { Routine } from '../../trace/events.ts'
import { describeHost, HOST_ERRORS, SUCCESS, statusName } from '../host-errors.ts'
import type { Rule } from '../rule.ts'

const PENDING = 0
const ERROR = 0x04
const BUS_RESET = 0x0e
const INTERNAL_ERROR = 0x30

export const ER_1: Rule = {
  id: 'ER-1',
  title: 'An error of bus or adapter is reported with the SRB status that is made for it',
  severity: 'E',
  source: 'WDK: SCSI miniport error handling (codes and statuses)',
  why: 'Class drivers decide by it: a selection time-out means that nobody is there, a parity error is worth a retry, an overrun is not. With the wrong code disks appear that do not exist, and errors that a retry would cure reach the user.',
  instead:
    'One case for each code of the adapter: SELECTION_TIMEOUT, PARITY_ERROR, UNEXPECTED_BUS_FREE, DATA_OVERRUN, PHASE_SEQUENCE_FAILURE, ABORTED; SRB_STATUS_ERROR is for what the adapter itself could not do.',
  example: {
    faulty: `
      if (entry->HostStatus != HOST_OK)
        srb->SrbStatus = SRB_STATUS_ERROR;`,
    right: `
      switch (entry->HostStatus) {
      case HOST_SELECTION_TIMEOUT:
        srb->SrbStatus = SRB_STATUS_SELECTION_TIMEOUT;
        break;
      case HOST_PARITY:
        srb->SrbStatus = SRB_STATUS_PARITY_ERROR;
        break;`,
  },
  precondition: 'the adapter ended a command with an error',
  create: context => ({
    completions: [
      {
        applies: facts => facts.function === 'execute' && HOST_ERRORS.has(facts.host),
        suspect: facts =>
          ![SUCCESS, PENDING, INTERNAL_ERROR].includes(facts.srbStatus) &&
          !HOST_ERRORS.get(facts.host)!.statuses.includes(facts.srbStatus) &&
          // A SCSI status other than GOOD asks for ERROR, whatever else happened.
          !(facts.srbStatus === ERROR && facts.scsi !== 'good'),
        check(index, guest, facts) {
          // HwResetBus gives everything back, and an adapter that is gone cannot be asked.
          const { frames } = context
          if (frames.removed(guest) || (facts.srbStatus === BUS_RESET && frames.routine(guest) === Routine.ResetBus))
            return
          const serial = context.trace.a[index]!
          const right = HOST_ERRORS.get(facts.host)!.statuses.map(statusName).join(' or ')
          context.violation(
            index,
            guest,
            () =>
              `${context.describeSrb(serial)} was completed with ${statusName(facts.srbStatus)}, but the adapter had ended its command with ${describeHost(facts.host)}: that is ${right}`,
            { srb: serial },
          )
        },
      },
    ],
  }),
}
