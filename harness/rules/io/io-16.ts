// IO-16: an untagged request is alone on its unit.
import { Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'

export const IO_16: Rule = {
  id: 'IO-16',
  title: 'NextLuRequest is not notified for a unit with an untagged request',
  severity: 'F',
  source: 'Driver Verifier: SCSI verification (bug check 0xF1, 0x1005); WDK: ScsiPortNotification',
  why: 'A tagged command beside an untagged one is an overlapped command: the target aborts both.',
  instead: 'Notify NextRequest after an SRB whose QueueTag is SP_UNTAGGED (0xFF), NextLuRequest after one with a tag.',
  example: {
    faulty: `ScsiPortNotification(NextLuRequest, DeviceExtension, path, target, lun);`,
    right: `if (Srb->QueueTag == SP_UNTAGGED)
    ScsiPortNotification(NextRequest, DeviceExtension);
else
    ScsiPortNotification(NextLuRequest, DeviceExtension, path, target, lun);`,
  },
  precondition: 'NextLuRequest was notified',
  create: context => {
    const { trace, frames, traits } = context
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.tagged(guest)
          ? 'it queues nothing, and never notified NextLuRequest'
          : undefined,
      exercised: guest => frames.nextLuRequests(guest),
      subscriptions: [
        onFinding(context, Finding.NextLuUntagged, (index, guest) => {
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () =>
              `NextLuRequest was notified for a unit on which ${context.describeSrb(serial)} is active, which is untagged (QueueTag is SP_UNTAGGED)`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
