// IO-20: a flush is over when nothing is left to be written.
import { SRB_STATUS } from '../../../schemas/scsiport.ts'
import type { Rule } from '../rule.ts'
import { plural } from '../text.ts'

export const IO_20: Rule = {
  id: 'IO-20',
  title: 'FLUSH and SHUTDOWN are held until everything cached is on the medium',
  severity: 'E',
  source: 'WDK: Handling SRB_FUNCTION_FLUSH; Handling SRB_FUNCTION_SHUTDOWN',
  why: 'The system takes the data for safe and switches the power off.',
  instead:
    'Keep the SRB, write the cache out, and complete it when the last write has ended. Several SHUTDOWN requests may come: each waits for the same.',
  example: {
    faulty: `case SRB_FUNCTION_FLUSH:
    StartWriteBack(DeviceExtension);
    Srb->SrbStatus = SRB_STATUS_SUCCESS;
    ScsiPortNotification(RequestComplete, DeviceExtension, Srb);`,
    right: `case SRB_FUNCTION_FLUSH:
    DeviceExtension->FlushSrb = Srb;    /* completed when the last write has ended */
    StartWriteBack(DeviceExtension);`,
  },
  precondition: 'a FLUSH or SHUTDOWN came back with SRB_STATUS_SUCCESS',
  create: context => {
    const { trace, commands, traits } = context
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.cachesData(guest) ? 'it caches nothing (CachesData is FALSE)' : undefined,
      completions: [
        {
          applies: facts => facts.function === 'flush' && facts.srbStatus === SRB_STATUS.SUCCESS,
          suspect: () => true,
          check(index, guest) {
            const left = commands.leftBehind(guest)
            if (left === 0) return
            const serial = trace.a[index]!
            context.violation(
              index,
              guest,
              () =>
                `SRB #${serial} (${commands.srbFunction(guest, serial) === 7 ? 'SHUTDOWN' : 'FLUSH'}) came back with SRB_STATUS_SUCCESS while the adapter was still at work on ${plural(left, 'command')} for SRBs that had been completed before`,
              { srb: serial },
            )
          },
        },
      ],
    }
  },
}
