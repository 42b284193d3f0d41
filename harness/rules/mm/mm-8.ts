// MM-8: a register address is not a pointer.
import { Event, Finding, Routine, StopKind } from '../../trace/events.ts'
import { onFinding, textAt } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

/** What the text of a trap says when the stop itself tells, without a finding. */
const STOP_WORDS = 'register dereference'

export const MM_8: Rule = {
  id: 'MM-8',
  title: 'Register addresses are never dereferenced',
  severity: 'F',
  source: 'WDK: ScsiPortGetDeviceBase',
  why: 'What ScsiPortGetDeviceBase returns is a handle for ScsiPortRead… and ScsiPortWrite…. On some machines it happens to be a usable pointer; on others the access faults, goes through the cache, or is reordered.',
  instead:
    'Use ScsiPortReadRegisterUlong and its family for every access, also for structures laid over the registers.',
  example: {
    faulty: `
      PREGISTERS chip = ext->registers;
      chip->Doorbell = tag;`,
    right: `
      ScsiPortWriteRegisterUlong(
        &ext->registers->Doorbell, tag);`,
  },
  precondition: 'HwFindAdapter found an adapter',
  create: context => {
    const { trace, frames, guests } = context
    const violated = new Uint8Array(guests)
    return {
      exercised: guest => Math.max(violated[guest]!, frames.entered(guest, Routine.Initialize)),
      subscriptions: [
        {
          kind: Event.Stopped,
          key: StopKind.Trap,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || violated[guest] !== 0) return
              const text = textAt(context, trace.d[index]!, '')
              if (!text.includes(STOP_WORDS)) return
              violated[guest] = 1
              context.violation(index, guest, () => text, { routine: trace.b[index]!, invocation: trace.c[index]! })
            },
          },
        },
        onFinding(context, Finding.RegisterDereference, (index, guest) => {
          violated[guest] = 1
          context.violation(index, guest, () => {
            const address = trace.c[index]! === -1 ? '' : ` ${hex(trace.c[index]!, 8)}`
            const where = textAt(context, trace.d[index]!, '')
            return `the register address${address} was dereferenced${where === '' ? '' : ` in ${where}`}`
          })
        }),
      ],
    }
  },
}
