// IO-8: a command that succeeded moved its data.
import { SRB_STATUS } from '../../../schemas/scsiport.ts'
import type { Rule } from '../rule.ts'

export const IO_8: Rule = {
  id: 'IO-8',
  title: 'A command that moved all of its data does not come back with DataTransferLength 0',
  severity: 'W',
  source: 'WDK: SCSI_REQUEST_BLOCK (DataTransferLength)',
  why: 'A read of nothing that succeeded is taken for the end of the medium, or for a driver that cannot count: class drivers assert against it.',
  instead: 'Leave Srb->DataTransferLength alone unless the command moved fewer bytes than were asked for.',
  example: {
    faulty: `Srb->DataTransferLength -= moved;   /* what is left */
Srb->SrbStatus = SRB_STATUS_SUCCESS;`,
    right: `Srb->SrbStatus = SRB_STATUS_SUCCESS;  /* all of it: the length stays */`,
  },
  precondition: 'a command with data came back with SRB_STATUS_SUCCESS',
  create: context => {
    const { trace, commands } = context
    return {
      completions: [
        {
          applies: facts => facts.function === 'execute' && facts.hasData && facts.srbStatus === SRB_STATUS.SUCCESS,
          suspect: facts => facts.reported === 'none' && !facts.short,
          check(index, guest) {
            const serial = trace.a[index]!
            context.violation(
              index,
              guest,
              () =>
                `${context.describeSrb(serial)} moved all of its ${commands.askedBytes(guest, serial)} bytes and was completed with SRB_STATUS_SUCCESS and DataTransferLength 0`,
              { srb: serial },
            )
          },
        },
      ],
    }
  },
}
