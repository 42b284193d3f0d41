// LD-10: DriverEntry answers with what ScsiPortInitialize said.
import { Finding, ScsiPortRoutine } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import { onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const LD_10: Rule = {
  id: 'LD-10',
  title: 'DriverEntry returns the lowest of the values ScsiPortInitialize returned',
  severity: 'E',
  source:
    'WDK: DriverEntry of a SCSI miniport; ScsiPortInitialize. Whether failures are lower than success is left open there: only a value that is none of the results counts as wrong',
  why: 'The value decides whether the driver stays loaded. An invented one unloads a driver whose adapter works, or keeps one that has none.',
  instead:
    'Return what ScsiPortInitialize returned; of several calls the lowest, compared as unsigned. Do not take the value apart: it is the port driver’s own.',
  example: {
    faulty: `ScsiPortInitialize(arg1, arg2, &hwid, NULL);
return TRUE;`,
    right: `return ScsiPortInitialize(arg1, arg2,
                          &hwid, NULL);`,
  },
  precondition: 'ScsiPortInitialize was called',
  create: context => ({
    subscriptions: [
      onCall(context, ScsiPortRoutine.Initialize, (_index, guest) => context.exercised(guest)),
      onFinding(context, Finding.EntryResult, (index, guest) =>
        context.violation(
          index,
          guest,
          () =>
            `DriverEntry returned ${hex(context.trace.c[index]!)}, which ScsiPortInitialize never said; the lowest of its results is ${hex(context.trace.d[index]!)}`,
        ),
      ),
    ],
  }),
}
