// INT-5: the cause is dismissed on the adapter before TRUE is returned.
import { Routine } from '../trace/events.ts'
import { Fact } from './outcome.ts'
import type { Rule } from './rule.ts'

export const INT_5: Rule = {
  id: 'INT-5',
  title: 'HwInterrupt dismisses the interrupt on the adapter before it returns TRUE',
  severity: 'F',
  source: 'WDK: HwScsiInterrupt (SCSI miniport guide and routine reference)',
  why: 'A level-triggered line stays asserted until the adapter lets go of it. HwInterrupt is called again at once, and again: the machine hangs in an interrupt storm.',
  instead:
    'Write what you read from the status register to the acknowledge register, before the work it asks for, so that a cause that comes up meanwhile is not lost. When the work is put off, mask the adapter and use CallEnableInterrupts.',
  precondition: "HwInterrupt returned TRUE for its own adapter's interrupt",
  create: context => {
    // With posted writes an acknowledge that was not flushed reaches the adapter later. Only causes that outlive the next call, too, are not dismissed.
    const waiting = new Int32Array(context.guests)
    const waitingCall = new Float64Array(context.guests)
    return {
      outcomes: [
        {
          routine: Routine.Interrupt,
          applies: facts => (facts & (Fact.own | Fact.claimed)) === (Fact.own | Fact.claimed),
          suspect: facts => (facts & Fact.left) !== 0,
          check(index, guest) {
            const { frames } = context
            const left = frames.leftCauses(guest)
            if (context.postedWrites) {
              frames.lookBack(guest)
              const call = frames.entered(guest, Routine.Interrupt)
              const known = waitingCall[guest] === call - 1 ? left & waiting[guest]! : 0
              waiting[guest] = left
              waitingCall[guest] = call
              if (frames.writes > 0 && known === 0) return
            }
            context.violation(index, guest, () => {
              const asserted = context.causeNames(guest, left)
              return `HwInterrupt returned TRUE, but ${asserted} was pending and enabled when it was entered and still is: the line stays asserted`
            })
          },
        },
      ],
    }
  },
}
