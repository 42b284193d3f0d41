// LD-7: HwDmaStarted belongs to system DMA.
import { HWID, SP_RETURN } from '../../../schemas/scsiport.ts'
import { Event } from '../../trace/events.ts'
import { onEvent, onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const LD_7: Rule = {
  id: 'LD-7',
  title: 'HwDmaStarted is given for adapters that use system DMA, and for no others',
  severity: 'E',
  source: 'WDK: HW_INITIALIZATION_DATA; HwScsiDmaStarted',
  why: 'ScsiPortIoMapTransfer ends with a call of HwDmaStarted: without one the transfer never begins. A bus master that gives one tells the port driver two things that cannot both be true.',
  instead:
    'Set HwDmaStarted when the system DMA controller moves the data (Master FALSE), and leave it NULL for a bus master and for programmed I/O.',
  example: {
    faulty: `hwid.HwDmaStarted = DmaStarted;
/* HwFindAdapter: */
config->Master = TRUE;`,
    right: `hwid.HwDmaStarted = NULL;
/* HwFindAdapter: */
config->Master = TRUE;`,
  },
  precondition: 'HwFindAdapter found the adapter',
  create: context => {
    const { traits } = context
    return {
      subscriptions: [
        onFound(context, (index, guest, result) => {
          if (result !== SP_RETURN.FOUND) return
          context.exercised(guest)
          if (!traits.busMaster(guest) || traits.init(guest, HWID.HwDmaStarted) === 0) return
          context.violation(
            index,
            guest,
            () =>
              'HwFindAdapter set Master to TRUE, but HwDmaStarted of HW_INITIALIZATION_DATA is not NULL: a bus master has no use for it',
          )
        }),
        onEvent(context, Event.MapTransfer, (index, guest, serial) => {
          if (traits.init(guest, HWID.HwDmaStarted) !== 0) return
          context.violation(
            index,
            guest,
            () =>
              `ScsiPortIoMapTransfer was called for ${context.describeSrb(serial)}, but HwDmaStarted of HW_INITIALIZATION_DATA is NULL: nobody is told when the channel is ready`,
          )
        }),
      ],
    }
  },
}
