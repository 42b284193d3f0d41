// INT-22: a reselection that belongs to no command.
import { Event, Routine } from '../../trace/events.ts'
import { HOST_NONE } from '../completion-key.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

const SP_INVALID_RESELECTION = 3

export const INT_22: Rule = {
  id: 'INT-22',
  title: 'A reselection with an unknown tag is logged as SP_INVALID_RESELECTION, and completes nothing',
  severity: 'E',
  source: 'WDK: ScsiPortLogError (SP_INVALID_RESELECTION); SCSI miniport error handling',
  why: 'The target speaks of a command that nobody has. A driver that takes the next best SRB for it gives a request back whose data has not arrived yet, or completes one twice.',
  instead:
    'Look the tag up and check that it is in use. If not, ScsiPortLogError(SP_INVALID_RESELECTION) without an SRB, dismiss the cause, go on.',
  example: {
    faulty: `
      srb = ext->Slot[tag].Srb;
      if (srb == NULL)
        srb = ext->Newest;
      complete(ext, srb);`,
    right: `
      srb = ext->Slot[tag].Srb;
      if (srb == NULL) {
        ScsiPortLogError(ext, NULL, path, target,
          lun, SP_INVALID_RESELECTION, SITE);
        return;
      }
      complete(ext, srb);`,
  },
  precondition: 'a target reselected with an unknown tag and HwInterrupt was called for it',
  create: context => {
    const { trace, frames, guests } = context
    /** Event number of the last such entry in the log. */
    const logged = new Float64Array(guests).fill(-1)
    /** Of the last SRB that was completed in HwInterrupt though the adapter had not finished it: event number and serial. */
    const wrong = new Float64Array(guests).fill(-1)
    const serial = new Int32Array(guests)
    return {
      foreign: ({ immune }) => immune['reselect-unknown-tag'],
      subscriptions: [
        {
          kind: Event.LogError,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests && (trace.b[index]! & 0xf) === SP_INVALID_RESELECTION)
                logged[guest] = trace.numberAt(index)
            },
          },
        },
      ],
      completions: [
        {
          counts: false,
          applies: facts => facts.function === 'execute' && facts.host === HOST_NONE && !facts.dropped,
          suspect: () => true,
          check(index, guest) {
            if (frames.routine(guest) !== Routine.Interrupt) return
            wrong[guest] = trace.numberAt(index)
            serial[guest] = trace.a[index]!
          },
        },
      ],
      outcomes: [
        {
          routine: Routine.Interrupt,
          applies: facts => (facts & Fact.reselected) !== 0,
          suspect: () => true,
          check(index, guest, facts) {
            const enter = frames.enterNumber(guest)
            if (wrong[guest]! > enter) {
              const number = wrong[guest]!
              const at = trace.indexOf(number)
              context.violation(
                index,
                guest,
                () =>
                  `a target reselected with a tag that is not in use, and HwInterrupt completed ${context.describeSrb(serial[guest]!)}, whose command the adapter had not finished`,
                { number, atPs: at < 0 ? trace.psAt(index) : trace.psAt(at), srb: serial[guest]! },
              )
            } else if (logged[guest]! < enter && (facts & Fact.deferred) === 0) {
              context.violation(
                index,
                guest,
                () =>
                  'a target reselected with a tag that is not in use, and HwInterrupt did not log SP_INVALID_RESELECTION',
              )
            }
          },
        },
      ],
    }
  },
}
