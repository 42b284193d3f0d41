// INT-5: the cause is dismissed on the adapter before TRUE is returned.
//
// With posted writes an acknowledge that was not flushed reaches the adapter after the return. A call that wrote registers is then
// blamed only when a later read of the adapter, which flushes, leaves its causes standing, or when the next call does.
import { Event, Routine } from '../../trace/events.ts'
import { Fact } from '../outcome.ts'
import type { Rule, RuleContext } from '../rule.ts'

/** Did the driver read a register after event `from`? */
function readSince(context: RuleContext, guest: number, from: number): boolean {
  const { trace } = context
  for (let number = from + 1; number < trace.count; number++) {
    const index = trace.indexOf(number)
    if (index >= 0 && trace.guest[index] === guest && trace.kind[index] === Event.Read) return true
  }
  return false
}

export const INT_5: Rule = {
  id: 'INT-5',
  title: 'HwInterrupt dismisses the interrupt on the adapter before it returns TRUE',
  severity: 'F',
  source: 'WDK: HwScsiInterrupt (SCSI miniport guide and routine reference)',
  why: 'A level-triggered line stays asserted until the adapter lets go of it. HwInterrupt is called again at once, and again: the machine hangs in an interrupt storm.',
  instead:
    'Write what you read from the status register to the acknowledge register, before the work it asks for, so that a cause that comes up meanwhile is not lost. When the work is put off, mask the adapter and use CallEnableInterrupts.',
  example: {
    faulty: `
      if (drain(ext) != 0)
        return TRUE;
      ScsiPortWriteRegisterUlong(ACK, status);
      return TRUE;`,
    right: `
      ScsiPortWriteRegisterUlong(ACK, status);
      drain(ext);
      return TRUE;`,
  },
  precondition: "HwInterrupt returned TRUE for its own adapter's interrupt",
  create: context => {
    const { trace, frames, guests, postedWrites } = context
    // The call that may have an acknowledge under way.
    const waiting = new Int32Array(guests)
    const number = new Float64Array(guests)
    const atPs = new Float64Array(guests)
    const invocation = new Int32Array(guests)

    const say = (guest: number, causes: number) => () =>
      `HwInterrupt returned TRUE, but ${context.causeNames(guest, causes)} was pending and enabled when it was entered and still is: the line stays asserted`

    const blameWaiting = (index: number, guest: number) => {
      const blame = {
        number: number[guest]!,
        atPs: atPs[guest]!,
        invocation: invocation[guest]!,
        routine: Routine.Interrupt,
        srb: -1,
      }
      context.violation(index, guest, say(guest, waiting[guest]!), blame)
    }

    const cleared = (index: number) => {
      const guest = trace.guest[index]!
      if (guest >= guests || (waiting[guest]! & trace.a[index]!) === 0) return
      if (readSince(context, guest, number[guest]!)) blameWaiting(index, guest)
      waiting[guest] = 0
    }

    return {
      subscriptions: postedWrites ? [{ kind: Event.CauseCleared, reader: { on: cleared } }] : [],
      outcomes: [
        {
          routine: Routine.Interrupt,
          applies: facts => (facts & (Fact.own | Fact.claimed)) === (Fact.own | Fact.claimed),
          suspect: facts => (facts & Fact.left) !== 0,
          check(index, guest) {
            const left = frames.leftCauses(guest)
            if (postedWrites) {
              frames.lookBack(guest)
              if ((waiting[guest]! & left) !== 0) blameWaiting(index, guest)
              waiting[guest] = frames.writes > 0 ? left : 0
              number[guest] = trace.numberAt(index)
              atPs[guest] = trace.psAt(index)
              invocation[guest] = trace.b[index]!
              if (frames.writes > 0) return
            }
            context.violation(index, guest, say(guest, left))
          },
        },
      ],
    }
  },
}
