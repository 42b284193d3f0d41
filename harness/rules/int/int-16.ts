// INT-16: the enable callback ends with CallDisableInterrupts.
import { Routine } from '../../trace/events.ts'
import { CallFact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

export const INT_16: Rule = {
  id: 'INT-16',
  title: 'The callback of CallEnableInterrupts ends with CallDisableInterrupts and returns TRUE',
  severity: 'F',
  source: 'WDK: HwScsiEnableInterruptsCallback; deferring work with CallEnableInterrupts (SCSI miniport guide)',
  why: 'HwInterrupt is not called until the disable callback has run, and the adapter is masked until that callback enables it. Without CallDisableInterrupts the adapter is dead: every request waits for its time-out.',
  instead:
    'On every path out of the callback: complete what is finished, NextRequest or NextLuRequest, ScsiPortNotification(CallDisableInterrupts, ext, callback), return TRUE.',
  example: {
    faulty: `
      BOOLEAN Work(PVOID ext) {
        if (nothingToDo(ext))
          return TRUE;
        completeAll(ext);
        ScsiPortNotification(
          CallDisableInterrupts, ext, Done);
        return TRUE;
      }`,
    right: `
      BOOLEAN Work(PVOID ext) {
        if (!nothingToDo(ext))
          completeAll(ext);
        ScsiPortNotification(
          CallDisableInterrupts, ext, Done);
        return TRUE;
      }`,
  },
  precondition: 'the callback of CallEnableInterrupts ran',
  create: context => ({
    exempt: () => 'the driver did not use CallEnableInterrupts',
    outcomes: [
      {
        routine: Routine.EnableInterrupts,
        applies: () => true,
        suspect: facts => (facts & CallFact.disable) === 0 || (facts & CallFact.failed) !== 0,
        check(index, guest, facts) {
          const missing = (facts & CallFact.disable) === 0
          context.violation(
            index,
            guest,
            () =>
              missing
                ? 'the callback of CallEnableInterrupts returned without ScsiPortNotification(CallDisableInterrupts): the adapter stays masked and HwInterrupt is not called any more'
                : 'the callback of CallEnableInterrupts returned FALSE; it must return TRUE',
            missing ? {} : { severity: 'W' },
          )
        },
      },
    ],
  }),
}
