// IO-13: functions a driver does not know are refused by name.
import { SRB_STATUS } from '../../../schemas/scsiport.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

/** The page on SRBs has this one, too, for the same case. */
const BAD_FUNCTION = 0x22

export const IO_13: Rule = {
  id: 'IO-13',
  title: 'An SRB function that the miniport does not know comes back with SRB_STATUS_INVALID_REQUEST',
  severity: 'E',
  source: 'WDK: Handling Unsupported SRB_FUNCTION_XXX',
  why: 'Later systems send functions that did not exist when the driver was written. Answered with SUCCESS they count as done; taken for a command, some CDB that lay there is sent to a disk.',
  instead:
    'Switch on Srb->Function, carry out what you know, and in the default case complete with SRB_STATUS_INVALID_REQUEST and ask for the next request.',
  example: {
    faulty: `/* everything is a SCSI command */
SendCommand(DeviceExtension, Srb);`,
    right: `switch (Srb->Function) {
case SRB_FUNCTION_EXECUTE_SCSI: SendCommand(DeviceExtension, Srb); break;
default:
    Srb->SrbStatus = SRB_STATUS_INVALID_REQUEST;
    ScsiPortNotification(RequestComplete, DeviceExtension, Srb);
}`,
  },
  precondition: 'an SRB with a function code that no function has came back',
  create: context => {
    const { trace, commands } = context
    return {
      completions: [
        {
          applies: facts => facts.function === 'unassigned',
          suspect: facts => facts.srbStatus !== SRB_STATUS.INVALID_REQUEST && facts.srbStatus !== BAD_FUNCTION,
          check(index, guest) {
            const serial = trace.a[index]!
            const code = commands.srbFunction(guest, serial)
            context.violation(
              index,
              guest,
              () =>
                `SRB #${serial} has the Function ${hex(code, 2)}, which does not exist; it was completed with SrbStatus ${hex(trace.b[index]!, 2)} instead of SRB_STATUS_INVALID_REQUEST (0x06)`,
              { srb: serial },
            )
          },
        },
      ],
    }
  },
}
