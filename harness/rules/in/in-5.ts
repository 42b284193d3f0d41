// IN-5: after HwInitialize the adapter works.
import { AdapterPhase, Finding, Routine } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import { onPhase } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const IN_5: Rule = {
  id: 'IN-5',
  title: 'Units can be reached as soon as HwInitialize has returned',
  severity: 'W',
  source: 'WDK: Restrictions on miniport drivers that manage the boot drive',
  why: 'The boot drive is wanted at once. With BUSY for an answer the system repeats a second later, some loaders and the crash dump never.',
  instead:
    'Return from HwInitialize with an adapter that takes requests: wait for a short reset there (up to 5 s are allowed), and queue in the driver what comes before the rest is ready.',
  example: {
    faulty: `BOOLEAN Initialize(PVOID ext) {
  StartReset(ext); /* HwScsiTimer finishes it */
  return TRUE;`,
    right: `BOOLEAN Initialize(PVOID ext) {
  StartReset(ext);
  return WaitForReset(ext); /* 300 us */`,
  },
  precondition: 'the bus was scanned',
  create: context => ({
    subscriptions: [
      onPhase(context, AdapterPhase.Scanned, (_index, guest) => context.exercised(guest)),
      onFinding(context, Finding.BusyAtScan, (index, guest) => {
        const serial = context.trace.b[index]!
        const address = context.trace.c[index]!
        context.violation(
          index,
          guest,
          () =>
            `the INQUIRY of target ${(address >> 8) & 0xff} LUN ${address & 0xff} that followed HwInitialize came back with SRB_STATUS_BUSY and had to be repeated`,
          { routine: Routine.StartIo, srb: serial },
        )
      }),
    ],
  }),
}
