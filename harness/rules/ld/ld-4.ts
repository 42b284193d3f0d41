// LD-4: the structure says how large it is.
import { HWID } from '../../../schemas/scsiport.ts'
import { ScsiPortRoutine } from '../../trace/events.ts'
import { onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const LD_4: Rule = {
  id: 'LD-4',
  title: 'HwInitializationDataSize is sizeof(HW_INITIALIZATION_DATA)',
  severity: 'E',
  source: 'WDK: HW_INITIALIZATION_DATA',
  why: 'By this number the port driver knows for which version a driver was compiled. One it does not know is refused, and the driver does not load.',
  instead: 'Set it with sizeof, never as a number.',
  example: {
    faulty: 'hwid.HwInitializationDataSize = 64;',
    right: 'hwid.HwInitializationDataSize = sizeof(hwid);',
  },
  precondition: 'ScsiPortInitialize was called',
  create: context => ({
    subscriptions: [
      onCall(context, ScsiPortRoutine.Initialize, (index, guest) => {
        context.exercised(guest)
        const size = context.traits.init(guest, HWID.HwInitializationDataSize) >>> 0
        if (size === HWID.bytes || size === HWID.bytesNt4) return
        context.violation(
          index,
          guest,
          () =>
            `HwInitializationDataSize is ${size}; the structure has ${HWID.bytes} bytes (${HWID.bytesNt4} in the headers of NT 4), so ScsiPortInitialize refused the driver`,
        )
      }),
    ],
  }),
}
