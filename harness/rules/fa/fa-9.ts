// FA-9: HwContext is for drivers that look for their adapters themselves.
import { Finding } from '../../trace/events.ts'
import { onFinding, textAt } from '../finding.ts'
import { onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const FA_9: Rule = {
  id: 'FA-9',
  title: 'HwContext is left alone when the port driver supplies access ranges',
  severity: 'E',
  source: 'WDK: Using the HwContext parameter (SCSI miniport guide)',
  why: 'Then HwFindAdapter runs long after DriverEntry: what HwContext pointed to, mostly a variable on the stack, is gone. Under Plug and Play it is NULL.',
  instead: 'Look at AccessRanges first. Use HwContext only when all of them are zero and it is not NULL.',
  example: {
    faulty: `PROBE_CONTEXT *probe = HwContext;
base = probe->Addresses[probe->Next++];`,
    right: `if (RangesSupplied(config))
  return FindSupplied(ext, config);
probe = HwContext;`,
  },
  precondition: 'DriverEntry gave a HwContext, and HwFindAdapter got access ranges and one that points nowhere',
  create: context => ({
    subscriptions: [
      onFound(context, (index, guest) => {
        if (context.trace.d[index] === 1) context.exercised(guest)
      }),
      onFinding(context, Finding.HwContextUsed, (index, guest) =>
        context.violation(index, guest, () => {
          const by = textAt(context, context.trace.d[index]!, '')
          return `${by === '' ? 'HwFindAdapter' : `function ${by}`} followed HwContext to ${hex(context.trace.c[index]!)} although access ranges were supplied`
        }),
      ),
    ],
  }),
}
