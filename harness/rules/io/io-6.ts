// IO-6: a SCSI status other than GOOD goes with SRB_STATUS_ERROR.
import { SRB_STATUS } from '../../../schemas/scsiport.ts'
import type { ScsiClass } from '../completion-key.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

/**
 * REQUEST_SENSE_FAILED is for a CHECK CONDITION whose sense data could not be fetched. PENDING and INTERNAL_ERROR are no statuses of a
 * miniport at all: IO-5.
 */
const ALLOWED: readonly number[] = [
  SRB_STATUS.ERROR,
  SRB_STATUS.REQUEST_SENSE_FAILED,
  SRB_STATUS.PENDING,
  SRB_STATUS.INTERNAL_ERROR,
]

/** SRB_STATUS_BUSY stands for a miniport or a target that cannot take the request now; the port driver sends it again. */
const NOT_NOW: readonly ScsiClass[] = ['busy', 'queue-full']

export const IO_6: Rule = {
  id: 'IO-6',
  title: 'A ScsiStatus other than GOOD goes with SRB_STATUS_ERROR',
  severity: 'E',
  source: 'WDK: SCSI_REQUEST_BLOCK (ScsiStatus, SrbStatus)',
  why: 'The port driver looks at ScsiStatus only when SrbStatus is SRB_STATUS_ERROR: a CHECK CONDITION that goes as SUCCESS is data that was never read, and nobody asks for the sense data.',
  instead:
    'Copy the status byte of the target to Srb->ScsiStatus, and set Srb->SrbStatus to SRB_STATUS_ERROR whenever it is not SCSISTAT_GOOD, whatever else happened to the command. For BUSY and QUEUE FULL, SRB_STATUS_BUSY will do as well.',
  example: {
    faulty: `Srb->ScsiStatus = targetStatus;
Srb->SrbStatus = SRB_STATUS_SUCCESS;`,
    right: `Srb->ScsiStatus = targetStatus;
Srb->SrbStatus = targetStatus == SCSISTAT_GOOD ? SRB_STATUS_SUCCESS : SRB_STATUS_ERROR;`,
  },
  precondition: 'an SRB was completed with a ScsiStatus other than GOOD',
  create: context => {
    const { trace } = context
    return {
      completions: [
        {
          applies: facts => facts.function === 'execute' && facts.scsi !== 'good' && facts.scsi !== 'met',
          suspect: facts =>
            !ALLOWED.includes(facts.srbStatus) &&
            !(facts.srbStatus === SRB_STATUS.BUSY && NOT_NOW.includes(facts.scsi)),
          check(index, guest) {
            const serial = trace.a[index]!
            context.violation(
              index,
              guest,
              () =>
                `${context.describeSrb(serial)} was completed with ScsiStatus ${hex(trace.c[index]!, 2)} and SrbStatus ${hex(trace.b[index]!, 2)} instead of SRB_STATUS_ERROR (0x04)`,
              { srb: serial },
            )
          },
        },
      ],
    }
  },
}
