// INT-10: HwInterrupt is short.
import { Routine } from '../../trace/events.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'
import { plural, time } from '../text.ts'

export const INT_10: Rule = {
  id: 'INT-10',
  title: 'HwInterrupt does the minimum and returns: 25 µs, at most 50 µs',
  severity: 'W',
  source: 'WDK: HwScsiInterrupt (50 µs); bug check 0x133 and the example on measuring DPC and ISR time (25 µs)',
  why: 'It runs with every interrupt of its level and below shut out, on the whole processor. Each microsecond is added to the latency of every other device.',
  instead:
    'Read each register once; uncached reads are what an ISR spends its time on. Put off what takes more than 50 µs: mask the adapter, save what is needed, ScsiPortNotification(CallEnableInterrupts), return TRUE.',
  example: {
    faulty: `
      ScsiPortWriteRegisterUlong(ACK, status);
      checkAllTables(ext);
      drain(ext);
      return TRUE;`,
    right: `
      ScsiPortWriteRegisterUlong(ACK, status);
      drain(ext);
      return TRUE;`,
  },
  precondition: 'HwInterrupt was called',
  create: context => ({
    outcomes: [
      {
        routine: Routine.Interrupt,
        applies: () => true,
        suspect: facts => (facts & Fact.long) !== 0,
        check(index, guest) {
          const { frames, limits, trace } = context
          const ps = trace.psAt(index) - frames.enterPs(guest)
          const grave = ps > limits.isrDeferPs
          context.violation(
            index,
            guest,
            () => {
              frames.lookBack(guest)
              const limit = grave
                ? `must be put off when it takes more than ${time(limits.isrDeferPs)}`
                : `should return within ${time(limits.isrPs)}`
              return `HwInterrupt took ${time(ps)} (${plural(frames.reads, 'register read')}, ${plural(frames.writes, 'write')}, ${plural(trace.d[index]! >>> 0, 'instruction')}); it ${limit}`
            },
            { severity: grave ? 'E' : 'W' },
          )
        },
      },
    ],
  }),
}
