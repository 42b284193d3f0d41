// LD-12: several requests of a unit at once need autosense.
import { CONFIG, SP_RETURN } from '../../../schemas/scsiport.ts'
import { onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const LD_12: Rule = {
  id: 'LD-12',
  title: 'MultipleRequestPerLu goes with AutoRequestSense',
  severity: 'E',
  source: 'WDK: HW_INITIALIZATION_DATA; PORT_CONFIGURATION_INFORMATION',
  why: 'After CHECK CONDITION the sense data belongs to the next command of that unit. With others queued behind it, one of them takes it, and the request that failed is never explained.',
  instead:
    'Set MultipleRequestPerLu only when the adapter fetches sense data by itself and AutoRequestSense is TRUE; look up SRBs by their QueueTag. In HwFindAdapter take both back when this adapter cannot do it.',
  example: {
    faulty: `hwid.MultipleRequestPerLu = TRUE;
hwid.AutoRequestSense = FALSE;`,
    right: `hwid.MultipleRequestPerLu = TRUE;
hwid.AutoRequestSense = TRUE;`,
  },
  precondition: 'HwFindAdapter found the adapter and left MultipleRequestPerLu TRUE',
  create: context => {
    const { traits } = context
    const multiple = (guest: number): boolean => traits.config(guest, CONFIG.MultipleRequestPerLu) !== 0
    return {
      exempt: guest =>
        traits.configured(guest) && !multiple(guest) ? 'the driver takes one request of a unit at a time' : undefined,
      subscriptions: [
        onFound(context, (index, guest, result) => {
          if (result !== SP_RETURN.FOUND || !multiple(guest)) return
          context.exercised(guest)
          if (traits.autoRequestSense(guest)) return
          context.violation(
            index,
            guest,
            () => 'MultipleRequestPerLu is TRUE and AutoRequestSense is FALSE when HwFindAdapter returns',
          )
        }),
      ],
    }
  },
}
