// FA-2: HwFindAdapter has four answers.
import { SP_RETURN } from '../../../schemas/scsiport.ts'
import { onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const FA_2: Rule = {
  id: 'FA-2',
  title: 'HwFindAdapter returns one of the SP_RETURN_ values',
  severity: 'E',
  source: 'WDK: HwScsiFindAdapter',
  why: 'The port driver knows these four. Anything else, such as TRUE, an NTSTATUS or an error code of the adapter, means what that number happens to mean: an adapter that is not there may count as found.',
  instead: 'Return SP_RETURN_FOUND, SP_RETURN_NOT_FOUND, SP_RETURN_ERROR or SP_RETURN_BAD_CONFIG.',
  example: {
    faulty: 'return STATUS_DEVICE_DOES_NOT_EXIST;',
    right: 'return SP_RETURN_NOT_FOUND;',
  },
  precondition: 'HwFindAdapter returned',
  create: context => ({
    subscriptions: [
      onFound(context, (index, guest, result) => {
        context.exercised(guest)
        if (result >= SP_RETURN.NOT_FOUND && result <= SP_RETURN.BAD_CONFIG) return
        context.violation(
          index,
          guest,
          () => `HwFindAdapter returned ${hex(result)}, which is none of the four SP_RETURN_ values (0 to 3)`,
        )
      }),
    ],
  }),
}
