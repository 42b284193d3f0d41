// GN-3: HwStartIo is short, too.
import { Routine } from '../../trace/events.ts'
import { CallFact } from '../outcome.ts'
import type { Rule } from '../rule.ts'
import { plural, time } from '../text.ts'

export const GN_3: Rule = {
  id: 'GN-3',
  title: 'HwStartIo hands the SRB to the adapter and returns within 50 µs',
  severity: 'W',
  source:
    'WDK: HwScsiStartIo runs with interrupts masked (StorPort: unsynchronized HwStorBuildIo); the figure is ours, that of HwScsiInterrupt',
  why: 'HwStartIo is synchronized with HwInterrupt and runs with its interrupts shut out. What it takes is added to the latency of every other device, for each request.',
  instead:
    'Prepare what does not change in HwInitialize. Write the command, ring the doorbell, return; do not wait until the adapter has taken it.',
  example: {
    faulty: `
      ring(ext, tag);
      for (i = 0; i < 100; i++)
        if (ScsiPortReadRegisterUlong(STATUS)
            & TAKEN)
          break;`,
    right: `
      ring(ext, tag);
      return TRUE;`,
  },
  precondition: 'HwStartIo was called',
  create: context => ({
    outcomes: [
      {
        routine: Routine.StartIo,
        applies: () => true,
        suspect: facts => (facts & CallFact.long) !== 0,
        check(index, guest) {
          const { frames, limits, trace } = context
          context.violation(index, guest, () => {
            frames.lookBack(guest)
            return `HwStartIo took ${time(trace.psAt(index) - frames.enterPs(guest))} for ${context.describeSrb(frames.srb(guest))} (${plural(frames.reads, 'register read')}, ${plural(frames.writes, 'write')}, ${plural(trace.d[index]! >>> 0, 'instruction')}); it should return within ${time(limits.startIoPs)}`
          })
        },
      },
    ],
  }),
}
