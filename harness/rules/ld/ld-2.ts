// LD-2: what DriverEntry was given goes to ScsiPortInitialize as it is.
import { Finding, ScsiPortRoutine } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import { onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const LD_2: Rule = {
  id: 'LD-2',
  title: 'DriverEntry hands Argument1 and Argument2 to ScsiPortInitialize unchanged',
  severity: 'F',
  source: 'WDK: DriverEntry of a SCSI miniport; SCSI verification (Driver Verifier), code 0x1000',
  why: 'They are the driver object and the registry path of the port driver. With anything else it writes into foreign memory, and the system stops while it boots.',
  instead: 'Pass both on in the order in which they came, and do not look at them.',
  example: {
    faulty: `return ScsiPortInitialize(Argument2, Argument1,
                          &hwid, NULL);`,
    right: `return ScsiPortInitialize(Argument1, Argument2,
                          &hwid, NULL);`,
  },
  precondition: 'ScsiPortInitialize was called',
  create: context => ({
    subscriptions: [
      onCall(context, ScsiPortRoutine.Initialize, (_index, guest) => context.exercised(guest)),
      onFinding(context, Finding.DriverArgument, (index, guest) =>
        context.violation(
          index,
          guest,
          () =>
            `ScsiPortInitialize was given ${hex(context.trace.d[index]!)} as Argument${context.trace.c[index]}, which is not what DriverEntry got`,
        ),
      ),
    ],
  }),
}
