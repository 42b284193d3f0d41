// IO-14: a driver that can take nothing does not ask for more.
import { SRB_STATUS } from '../../../schemas/scsiport.ts'
import type { Rule } from '../rule.ts'

export const IO_14: Rule = {
  id: 'IO-14',
  title: 'After SRB_STATUS_BUSY another request is asked for only when one for another unit can be taken',
  severity: 'W',
  source: 'WDK: Return from HwScsiStartIo',
  why: 'A BUSY request is tried again a second later. A driver that answers one unit after the other with BUSY makes all of them wait for a second, while its adapter is free again in a millisecond.',
  instead:
    'When the adapter is full, hold NextRequest back until it has room. Answer SRB_STATUS_BUSY and ask for more only when just this unit cannot take it.',
  example: {
    faulty: `if (DeviceExtension->Active) {            /* one at a time */
    Srb->SrbStatus = SRB_STATUS_BUSY;
    ScsiPortNotification(RequestComplete, DeviceExtension, Srb);
    ScsiPortNotification(NextRequest, DeviceExtension);
}`,
    right: `/* HwStartIo: start it, and say nothing more. HwInterrupt: */
ScsiPortNotification(RequestComplete, DeviceExtension, Srb);
ScsiPortNotification(NextRequest, DeviceExtension);`,
  },
  precondition: 'an SRB was completed with SRB_STATUS_BUSY',
  create: context => {
    const { trace, frames, commands, guests } = context
    // The refusal before: which SRB, of which unit, and how many had come back by then.
    const serial = new Int32Array(guests).fill(-1)
    const unit = new Int32Array(guests)
    const completed = new Int32Array(guests)
    return {
      completions: [
        {
          applies: facts => facts.function === 'execute' && facts.srbStatus === SRB_STATUS.BUSY,
          suspect: () => true,
          check(index, guest) {
            const now = trace.a[index]!
            const address = commands.address(guest, now)
            const before = serial[guest]!
            const count = frames.srbsCompleted(guest)
            const inARow = before >= 0 && count - completed[guest]! === 1 && address !== unit[guest]
            serial[guest] = now
            unit[guest] = address
            completed[guest] = count
            if (!inARow) return
            context.violation(
              index,
              guest,
              () =>
                `${context.describeSrb(before)} was completed with SRB_STATUS_BUSY and NextRequest asked for more; ${context.describeSrb(now)} for another unit came, and was BUSY as well`,
              { srb: now },
            )
          },
        },
      ],
    }
  },
}
