// LD-1: the port driver is all a miniport may call.
import { Finding, Routine } from '../../trace/events.ts'
import { onFinding, textAt } from '../finding.ts'
import type { Rule } from '../rule.ts'

export const LD_1: Rule = {
  id: 'LD-1',
  title: 'A miniport calls ScsiPort routines only: no kernel, no HAL, no C runtime',
  severity: 'E',
  source: 'WDK: SCSI port driver overview',
  why: 'The port driver owns synchronization, memory and time. A miniport that goes around it breaks on the next system, and in a crash dump, where nothing else is there.',
  instead:
    'Use the ScsiPort routine for it: ScsiPortMoveMemory, ScsiPortStallExecution, ScsiPortLogError, ScsiDebugPrint … Write small helpers such as string comparison yourself.',
  example: {
    faulty: 'KeStallExecutionProcessor(10);',
    right: 'ScsiPortStallExecution(10);',
  },
  precondition: 'the miniport was loaded',
  create: context => {
    const violated = new Uint8Array(context.guests)
    return {
      exercised: guest => Math.max(violated[guest]!, context.frames.entered(guest, Routine.DriverEntry)),
      subscriptions: [
        onFinding(context, Finding.UnknownImport, (index, guest) => {
          violated[guest] = 1
          context.violation(
            index,
            guest,
            () =>
              `the driver imports ${textAt(context, context.trace.c[index]!, 'a function')}, which is no routine of ScsiPort`,
          )
        }),
      ],
    }
  },
}
