// INT-8: what the adapter finished is completed.
//
// A finished command without a completion is not yet wrong: the driver may fetch sense data first, or finish in a timer. So a call that
// dismissed the interrupt and left commands uncompleted is remembered, and blamed once an SRB that was with the miniport
// then runs into its time-out or is lost, unless every finished command was accounted for in between. A call that put its work off is judged by
// the callback of CallEnableInterrupts.
import { Event, Finding, Routine } from '../../trace/events.ts'
import { CallFact, Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'
import { plural, time } from '../text.ts'

export const INT_8: Rule = {
  id: 'INT-8',
  title: 'HwInterrupt completes every SRB whose command the adapter has finished',
  severity: 'E',
  source: 'WDK: HwScsiInterrupt (SCSI miniport guide)',
  why: 'The interrupt is dismissed, so it does not come again. Nobody completes the request: it waits for its time-out, then the whole bus is reset and everything on it is retried.',
  instead:
    'Take every finished command from the adapter, not just the first one, and call ScsiPortNotification(RequestComplete) for each. Look again after the acknowledge, or leave the cause pending for what you leave behind.',
  example: {
    faulty: `
      ScsiPortWriteRegisterUlong(ACK, status);
      entry = next(ext);
      if (entry != NULL)
        complete(ext, entry);
      return TRUE;`,
    right: `
      ScsiPortWriteRegisterUlong(ACK, status);
      while ((entry = next(ext)) != NULL)
        complete(ext, entry);
      return TRUE;`,
  },
  precondition:
    "HwInterrupt dismissed its own adapter's interrupt, or put it off and the callback ran, after the adapter had finished a command",
  create: context => {
    const { trace, frames, guests } = context
    const number = new Float64Array(guests).fill(-1)
    const atPs = new Float64Array(guests)
    const invocation = new Int32Array(guests)
    const routine = new Int32Array(guests)
    const finished = new Int32Array(guests)
    const completed = new Int32Array(guests)

    const lost = (index: number, serial: number) => {
      const guest = trace.guest[index]!
      if (guest >= guests || serial < 0 || number[guest]! < frames.settledNumber(guest) || frames.stopped(guest)) return
      const start = context.commands.startNumber(guest, serial)
      if (start < 0 || start > number[guest]!) return
      const suspect = { number: number[guest]!, atPs: atPs[guest]!, invocation: invocation[guest]! }
      number[guest] = -1
      const who = routine[guest]!
      const blame = { ...suspect, routine: who, srb: serial }
      context.violation(
        index,
        guest,
        () =>
          `${who === Routine.Interrupt ? 'HwInterrupt dismissed the interrupt' : 'the callback of CallEnableInterrupts ran'} when the adapter had finished ${plural(finished[guest]!, 'command')}, and completed ${plural(completed[guest]!, 'SRB')}; ${context.describeSrb(serial)} was never completed and ran into its time-out ${time(trace.psAt(index) - suspect.atPs)} later`,
        blame,
      )
    }
    const remember = (index: number, guest: number, who: number) => {
      if (number[guest]! >= frames.settledNumber(guest)) return
      number[guest] = trace.numberAt(index)
      atPs[guest] = trace.psAt(index)
      invocation[guest] = trace.b[index]!
      routine[guest] = who
      finished[guest] = frames.owedAtEntry(guest)
      completed[guest] = frames.completedInIsr(guest)
    }
    return {
      subscriptions: [
        { kind: Event.Timeout, reader: { on: index => lost(index, trace.a[index]!) } },
        { kind: Event.Finding, key: Finding.SrbLost, reader: { on: index => lost(index, trace.b[index]!) } },
      ],
      outcomes: [
        {
          routine: Routine.Interrupt,
          applies: facts =>
            (facts & (Fact.own | Fact.claimed | Fact.dismissed)) === (Fact.own | Fact.claimed | Fact.dismissed),
          suspect: facts => (facts & Fact.owed) !== 0 && (facts & (Fact.deferred | Fact.asserted)) === 0,
          check: (index, guest) => remember(index, guest, Routine.Interrupt),
        },
        {
          routine: Routine.EnableInterrupts,
          applies: facts => (facts & CallFact.finished) !== 0,
          suspect: facts => (facts & CallFact.owed) !== 0,
          check: (index, guest) => remember(index, guest, Routine.EnableInterrupts),
        },
      ],
    }
  },
}
