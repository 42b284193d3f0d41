// FA-11: MaximumTransferLength is known.
import { CONFIG, SP_RETURN } from '../../../schemas/scsiport.ts'
import { onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const FA_11: Rule = {
  id: 'FA-11',
  title: 'MaximumTransferLength is set to what the adapter can move in one request',
  severity: 'W',
  source: 'WDK: PORT_CONFIGURATION_INFORMATION',
  why: '0xFFFFFFFF means no limit. Every adapter has one, in a counter or in its list of pieces, and a request above it is cut off or wraps around.',
  instead: 'Set it to the smaller one of what was supplied and what one command can move.',
  example: {
    faulty: '/* MaximumTransferLength left as supplied */',
    right: `if (config->MaximumTransferLength > MAX_TRANSFER)
  config->MaximumTransferLength = MAX_TRANSFER;`,
  },
  precondition: 'HwFindAdapter found the adapter',
  create: context => ({
    subscriptions: [
      onFound(context, (index, guest, result) => {
        if (result !== SP_RETURN.FOUND) return
        context.exercised(guest)
        if (context.traits.config(guest, CONFIG.MaximumTransferLength) !== -1) return
        context.violation(
          index,
          guest,
          () => 'HwFindAdapter left MaximumTransferLength at 0xFFFFFFFF, which means without limit',
        )
      }),
    ],
  }),
}
