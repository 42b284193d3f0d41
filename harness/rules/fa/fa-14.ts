// FA-14: AlignmentMask is a mask.
import { CONFIG, SP_RETURN } from '../../../schemas/scsiport.ts'
import { onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

const MASKS = [0, 1, 3, 7]

export const FA_14: Rule = {
  id: 'FA-14',
  title: 'AlignmentMask is 0, 1, 3 or 7',
  severity: 'W',
  source: 'WDK: PORT_CONFIGURATION_INFORMATION',
  why: 'Buffers are aligned by it as a mask: a size instead of a mask lets unaligned buffers through.',
  instead: 'Set the alignment minus one: 0 for bytes, 1 for words, 3 for doublewords, 7 for eight bytes.',
  example: {
    faulty: 'config->AlignmentMask = 4;',
    right: 'config->AlignmentMask = 3;',
  },
  precondition: 'HwFindAdapter found the adapter',
  create: context => ({
    subscriptions: [
      onFound(context, (index, guest, result) => {
        if (result !== SP_RETURN.FOUND) return
        context.exercised(guest)
        const mask = context.traits.config(guest, CONFIG.AlignmentMask)
        if (MASKS.includes(mask)) return
        context.violation(
          index,
          guest,
          () => `HwFindAdapter left AlignmentMask at ${hex(mask)}; allowed are 0, 1, 3 and 7`,
        )
      }),
    ],
  }),
}
