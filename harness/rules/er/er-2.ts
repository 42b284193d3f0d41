// ER-2: whoever does not fetch sense data cannot fail to.
import type { Rule } from '../rule.ts'

const REQUEST_SENSE_FAILED = 0x10

export const ER_2: Rule = {
  id: 'ER-2',
  title: 'SRB_STATUS_REQUEST_SENSE_FAILED comes only from a driver that announced AutoRequestSense',
  severity: 'W',
  source: 'WDK: SCSI_REQUEST_BLOCK (SrbStatus)',
  why: 'Without AutoRequestSense the port driver sends REQUEST SENSE itself. Told that this has failed already it may leave it out, and the class driver never learns what was wrong.',
  instead:
    'After CHECK CONDITION set SrbStatus to SRB_STATUS_ERROR and ScsiStatus to what the target said; add SRB_STATUS_AUTOSENSE_VALID only with sense data in the buffer. Set AutoRequestSense in HwFindAdapter when the adapter fetches it.',
  example: {
    faulty: `
      if (scsi == SCSISTAT_CHECK_CONDITION)
        srb->SrbStatus =
          SRB_STATUS_REQUEST_SENSE_FAILED;`,
    right: `
      srb->ScsiStatus = scsi;
      if (scsi == SCSISTAT_CHECK_CONDITION)
        srb->SrbStatus = SRB_STATUS_ERROR;`,
  },
  precondition: 'an SRB ended with CHECK CONDITION and AutoRequestSense is FALSE',
  create: context => ({
    exempt: guest => (context.traits.autoRequestSense(guest) ? 'AutoRequestSense is TRUE' : undefined),
    completions: [
      {
        counts: false,
        applies: facts => facts.scsi === 'check' || facts.srbStatus === REQUEST_SENSE_FAILED,
        suspect: () => true,
        check(index, guest, facts) {
          if (context.traits.autoRequestSense(guest)) return
          context.exercised(guest)
          if (facts.srbStatus !== REQUEST_SENSE_FAILED) return
          const serial = context.trace.a[index]!
          context.violation(
            index,
            guest,
            () =>
              `${context.describeSrb(serial)} was completed with SRB_STATUS_REQUEST_SENSE_FAILED, but AutoRequestSense is FALSE: fetching sense data is the port driver's business`,
            { srb: serial },
          )
        },
      },
    ],
  }),
}
