// INT-2: a foreign interrupt costs next to nothing.
import { Routine } from '../../trace/events.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'
import { plural, time } from '../text.ts'

export const INT_2: Rule = {
  id: 'INT-2',
  title: 'HwInterrupt leaves a foreign interrupt at once: no register writes, one or two reads, 5 µs',
  severity: 'E',
  source: 'WDK: HwScsiInterrupt (SCSI miniport guide and routine reference); the limits are ours',
  why: 'On a shared line HwInterrupt is called for the interrupts of every other adapter. What it does then delays the driver the interrupt is for, and a register written on suspicion can dismiss or start something on an adapter that had nothing to say.',
  instead:
    'Read the interrupt status register first. When none of your enabled causes is pending, return FALSE: no acknowledge, no loop, no stall.',
  example: {
    faulty: `
      ScsiPortWriteRegisterUlong(ACK, ALL);
      head  = ScsiPortReadRegisterUlong(HEAD);
      state = ScsiPortReadRegisterUlong(STATE);
      if (!(ScsiPortReadRegisterUlong(STATUS)
            & enabled))
        return FALSE;`,
    right: `
      status = ScsiPortReadRegisterUlong(STATUS);
      if (!(status & enabled))
        return FALSE;`,
  },
  precondition: 'HwInterrupt was called while the output of its own adapter was low and stayed low',
  create: context => ({
    outcomes: [
      {
        routine: Routine.Interrupt,
        applies: facts => (facts & (Fact.own | Fact.raised)) === 0,
        // Claimed for an adapter that is not there any more: the business of INT-25.
        suspect: facts =>
          (facts & (Fact.busy | Fact.slow)) !== 0 &&
          (facts & (Fact.gone | Fact.claimed)) !== (Fact.gone | Fact.claimed),
        check(index, guest) {
          const { frames, limits } = context
          if (frames.foundInMemory(guest)) return
          context.violation(index, guest, () => {
            frames.lookBack(guest)
            const sins: string[] = []
            if (frames.writes > 0) sins.push(`made ${plural(frames.writes, 'register write')}, allowed are none`)
            if (frames.reads > limits.spuriousReads)
              sins.push(`made ${plural(frames.reads, 'register read')}, allowed are ${limits.spuriousReads}`)
            const ps = context.trace.psAt(index) - frames.enterPs(guest)
            if (ps > limits.spuriousPs) sins.push(`took ${time(ps)}, allowed are ${time(limits.spuriousPs)}`)
            return `HwInterrupt was called for another adapter's interrupt (its own output was low all the time) and ${sins.join('; ')}`
          })
        },
      },
    ],
  }),
}
