// FA-16: *Again is always answered.
import { SP_RETURN } from '../../../schemas/scsiport.ts'
import { onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const FA_16: Rule = {
  id: 'FA-16',
  title: '*Again is set to TRUE or FALSE, to FALSE when there is no adapter',
  severity: 'W',
  source: 'WDK: Setting the Again parameter; HwScsiFindAdapter',
  why: 'The port driver does not set it before the call. Left alone it may hold anything, and the port driver goes on looking for adapters that do not exist, or stops after the first.',
  instead:
    'Set *Again = FALSE at the beginning of HwFindAdapter, and TRUE only when this bus may have a further adapter for you.',
  example: {
    faulty: 'return SP_RETURN_FOUND;',
    right: `*Again = FALSE;
return SP_RETURN_FOUND;`,
  },
  precondition: 'HwFindAdapter returned',
  create: context => ({
    subscriptions: [
      onFound(context, (index, guest, result) => {
        context.exercised(guest)
        const again = context.trace.c[index]!
        if (again > 1)
          context.violation(
            index,
            guest,
            () => `HwFindAdapter did not set *Again: it holds ${hex(again)}, neither TRUE nor FALSE`,
          )
        else if (again === 1 && (result === SP_RETURN.NOT_FOUND || result === SP_RETURN.BAD_CONFIG))
          context.violation(
            index,
            guest,
            () =>
              `HwFindAdapter set *Again to TRUE and returned ${result === SP_RETURN.NOT_FOUND ? 'SP_RETURN_NOT_FOUND' : 'SP_RETURN_BAD_CONFIG'}: there it must be FALSE`,
          )
      }),
    ],
  }),
}
