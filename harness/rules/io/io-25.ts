// IO-25: the target gets the CDB of the SRB.
import { HOST_NONE } from '../completion-key.ts'
import type { Rule } from '../rule.ts'

export const IO_25: Rule = {
  id: 'IO-25',
  title: 'The command that is sent is the CDB of the SRB, CdbLength bytes of it',
  severity: 'E',
  source: 'WDK: SCSI_REQUEST_BLOCK (Cdb, CdbLength)',
  why: 'A CDB that is cut off or copied too far is another command: other blocks are read, or written.',
  instead: 'Copy exactly Srb->CdbLength bytes from Srb->Cdb, and tell the adapter that length.',
  example: {
    faulty: `RtlCopyMemory(block->Cdb, Srb->Cdb, 10);   /* always 10 */`,
    right: `RtlCopyMemory(block->Cdb, Srb->Cdb, Srb->CdbLength);
block->CdbLength = Srb->CdbLength;`,
  },
  precondition: 'the adapter got the command of an SRB',
  create: context => {
    const { trace } = context
    return {
      foreign: ({ carriesCdbs }) =>
        carriesCdbs ? undefined : 'the commands of the adapter are no CDBs: the driver translates',
      completions: [
        {
          applies: facts => facts.function === 'execute' && (facts.stray || facts.host !== HOST_NONE),
          suspect: facts => facts.stray,
          check(index, guest) {
            const serial = trace.a[index]!
            context.violation(
              index,
              guest,
              () =>
                `${context.describeSrb(serial)} was completed, but its CDB never reached the adapter: the one that was sent to its unit instead is none of the SRBs'`,
              { srb: serial },
            )
          },
        },
      ],
    }
  },
}
