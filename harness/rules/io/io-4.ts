// IO-4: after RequestComplete an SRB is not the miniport's any more.
import { Finding } from '../../trace/events.ts'
import { onFinding, textAt } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { srbField } from './srb-field.ts'

export const IO_4: Rule = {
  id: 'IO-4',
  title: 'After RequestComplete neither the SRB nor its extension nor its sense buffer is touched',
  severity: 'F',
  source: 'WDK: ScsiPortNotification; Driver Verifier: SCSI verification (memory check)',
  why: 'The port driver hands the memory to the next request, or frees it, on another processor if it likes. What is written then lands in a stranger’s request; what is read may be gone.',
  instead:
    'Make RequestComplete the last thing that is done with an SRB. Take what is needed afterwards (path, target, LUN for NextLuRequest) out of it before. Log errors before, too.',
  example: {
    faulty: `ScsiPortNotification(RequestComplete, DeviceExtension, Srb);
ScsiPortNotification(NextLuRequest, DeviceExtension,
                     Srb->PathId, Srb->TargetId, Srb->Lun);`,
    right: `path = Srb->PathId; target = Srb->TargetId; lun = Srb->Lun;
ScsiPortNotification(RequestComplete, DeviceExtension, Srb);
ScsiPortNotification(NextLuRequest, DeviceExtension, path, target, lun);`,
  },
  precondition: 'an SRB was completed',
  create: context => {
    const { trace, frames } = context
    return {
      exercised: guest => frames.srbsCompleted(guest),
      subscriptions: [
        onFinding(context, Finding.TouchedAfterCompletion, (index, guest) => {
          const serial = trace.b[index]!
          const offset = trace.c[index]!
          // Logged after its completion: LG-5.
          if (serial >= 0 && textAt(context, trace.d[index]!, '') === 'ScsiPortLogError') return
          const srb = (): string => (serial < 0 ? 'an SRB' : context.describeSrb(serial))
          context.violation(
            index,
            guest,
            () => {
              const what = textAt(context, trace.d[index]!, 'the SRB')
              if (offset >= 0 && what === 'SRB')
                return `${srb()} was written after its completion: its field ${srbField(offset)} is not what it was`
              if (offset >= 0) return `the ${what} of ${srb()} was written after its completion, at offset ${offset}`
              if (serial < 0 && !what.startsWith('ScsiPort'))
                return `an SRB that had been completed was read, in function ${what}, and a pointer from it followed`
              if (serial < 0) return `${what} was given what it read from an SRB that had been completed`
              return what.startsWith('ScsiPort')
                ? `${what} was given ${srb()}, which had been completed`
                : `${srb()} was read after its completion, in function ${what}, and a pointer from it followed`
            },
            { srb: serial },
          )
        }),
      ],
    }
  },
}
