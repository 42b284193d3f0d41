// IO-3: one Next* for each HwStartIo.
import { Finding, Notification, Routine } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'

export const IO_3: Rule = {
  id: 'IO-3',
  title: 'For every call of HwStartIo there is one NextRequest or NextLuRequest, sooner or later',
  severity: 'E',
  source:
    'WDK: ScsiPortNotification (the pages differ on the order of RequestComplete and NextRequest: both are accepted)',
  why: 'The port driver starts nothing more until it is asked to. Without NextRequest the adapter stands still until a time-out resets the bus; with one too many it gets requests it cannot take.',
  instead:
    'Call ScsiPortNotification(NextRequest) once for each HwStartIo as soon as another request can be taken: at the end of HwStartIo when the adapter queues, otherwise beside RequestComplete. NextLuRequest instead when the same unit can take another.',
  example: {
    faulty: `if (failed) {
    ScsiPortNotification(RequestComplete, DeviceExtension, Srb);
    return TRUE;                         /* and nobody asks for more */
}`,
    right: `ScsiPortNotification(RequestComplete, DeviceExtension, Srb);
ScsiPortNotification(NextRequest, DeviceExtension);   /* on every path */`,
  },
  precondition: 'HwStartIo was called',
  create: context => {
    const { trace, frames } = context
    return {
      exercised: guest => frames.entered(guest, Routine.StartIo),
      subscriptions: [
        onFinding(context, Finding.NextMissing, (index, guest) => {
          if (frames.stopped(guest)) return
          const serial = trace.b[index]! < 0 ? frames.newestSrb(guest) : trace.b[index]!
          context.violation(
            index,
            guest,
            () =>
              serial < 0
                ? 'neither NextRequest nor NextLuRequest came within the time-out of the last SRB: the adapter stood still'
                : `neither NextRequest nor NextLuRequest came within the time-out of ${context.describeSrb(serial)}: the adapter stood still`,
            { routine: Routine.StartIo, srb: serial },
          )
        }),
        onFinding(context, Finding.SurplusNext, (index, guest) => {
          const type = trace.c[index]!
          context.violation(
            index,
            guest,
            () =>
              `${type === Notification.NextLuRequest ? 'NextLuRequest' : 'NextRequest'} was called once more than HwStartIo was: every HwStartIo has had its own already`,
            { severity: 'W' },
          )
        }),
      ],
    }
  },
}
