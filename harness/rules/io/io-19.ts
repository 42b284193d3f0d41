// IO-19: an abort says truly what became of its victim.
import { AbortFault, Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const IO_19: Rule = {
  id: 'IO-19',
  title: 'ABORT_COMMAND: the victim comes back with ABORTED and the abort with SUCCESS, or the abort with ABORT_FAILED',
  severity: 'E',
  source: 'WDK: Handling SRB_FUNCTION_ABORT_COMMAND; SCSI_REQUEST_BLOCK (NextSrb)',
  why: 'After SUCCESS the port driver takes the victim for gone and its memory for free, while the adapter may still write there. And a victim that came back before the abort arrived may be somebody else’s SRB by now.',
  instead:
    'Look for Srb->NextSrb among the SRBs you hold (ScsiPortGetSrb tells whether it is active) before you touch it; complete with SRB_STATUS_ABORT_FAILED when it is not there. Otherwise abort it on the adapter, complete it with SRB_STATUS_ABORTED, and then the abort with SRB_STATUS_SUCCESS.',
  example: {
    faulty: `case SRB_FUNCTION_ABORT_COMMAND:
    Srb->SrbStatus = SRB_STATUS_SUCCESS;
    ScsiPortNotification(RequestComplete, DeviceExtension, Srb);`,
    right: `case SRB_FUNCTION_ABORT_COMMAND:
    victim = ScsiPortGetSrb(DeviceExtension, Srb->PathId, Srb->TargetId, Srb->Lun, Srb->QueueTag);
    if (victim == NULL || victim != Srb->NextSrb) {
        Srb->SrbStatus = SRB_STATUS_ABORT_FAILED;
        ScsiPortNotification(RequestComplete, DeviceExtension, Srb);
    } else
        AbortOnAdapter(DeviceExtension, victim, Srb);   /* both are completed in HwInterrupt */`,
  },
  precondition: 'an ABORT_COMMAND came back',
  create: context => {
    const { trace } = context
    return {
      completions: [{ applies: facts => facts.function === 'abort', suspect: () => false, check() {} }],
      subscriptions: [
        onFinding(context, Finding.AbortProtocol, (index, guest) => {
          const serial = trace.b[index]!
          const victimSerial = trace.d[index]!
          context.violation(
            index,
            guest,
            () => {
              const word = trace.c[index]!
              const victim = (): string => context.describeSrb(victimSerial)
              const status = hex(word >>> 24, 2)
              switch (word & 0xff) {
                case AbortFault.victimHeld:
                  return `the ABORT_COMMAND SRB #${serial} came back with SRB_STATUS_SUCCESS, but its victim ${victim()} did not come back`
                case AbortFault.victimStatus:
                  return `the ABORT_COMMAND SRB #${serial} came back with SRB_STATUS_SUCCESS, its victim ${victim()} with SrbStatus ${status} instead of SRB_STATUS_ABORTED (0x02)`
                default:
                  return `the ABORT_COMMAND SRB #${serial} came back with SrbStatus ${status}: it is SRB_STATUS_SUCCESS (0x01) or SRB_STATUS_ABORT_FAILED (0x03)`
              }
            },
            { srb: serial },
          )
        }),
      ],
    }
  },
}
