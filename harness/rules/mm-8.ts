// MM-8: a register address is not a pointer.
import { Finding, Routine } from '../trace/events.ts'
import { onFinding, textAt } from './finding.ts'
import type { Rule } from './rule.ts'
import { hex } from './text.ts'

export const MM_8: Rule = {
  id: 'MM-8',
  title: 'Register addresses are never dereferenced',
  severity: 'F',
  source: 'WDK: ScsiPortGetDeviceBase',
  why: 'What ScsiPortGetDeviceBase returns is a handle for ScsiPortRead… and ScsiPortWrite…. On some machines it happens to be a usable pointer; on others the access faults, goes through the cache, or is reordered.',
  instead:
    'Use ScsiPortReadRegisterUlong and its family for every access, also for structures laid over the registers.',
  precondition: 'HwFindAdapter found an adapter',
  create: context => {
    const { trace, frames, guests } = context
    const violated = new Uint8Array(guests)
    return {
      exercised: guest => Math.max(violated[guest]!, frames.entered(guest, Routine.Initialize)),
      subscriptions: [
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
