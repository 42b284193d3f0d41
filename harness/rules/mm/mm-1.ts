// MM-1: the adapter is given bus addresses only.
import { Event, Routine } from '../../trace/events.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { hex, plural } from '../text.ts'

/** SRB of the command the adapter fetched last: the newest one started for that unit before. −1 when the ring does not tell. */
function srbOf(context: RuleContext, guest: number, from: number): number {
  const { trace } = context
  const oldest = Math.max(0, trace.count - trace.capacity)
  let address = -1
  for (let number = from; number >= oldest; number--) {
    const index = trace.indexOf(number)
    if (trace.guest[index] !== guest) continue
    const kind = trace.kind[index]
    if (address < 0 && kind === Event.CommandFetched) address = ((trace.b[index]! & 0xff) << 8) | trace.c[index]!
    if (kind === Event.SrbStarted && (address < 0 || (trace.b[index]! & 0xffff) === address)) return trace.a[index]!
  }
  return -1
}

export const MM_1: Rule = {
  id: 'MM-1',
  title: 'The adapter is given only physical addresses that ScsiPortGetPhysicalAddress returned',
  severity: 'F',
  source: 'WDK: ScsiPortGetPhysicalAddress',
  why: 'An adapter that moves data to an address it was not given overwrites whatever lies there, in any process or in the kernel.',
  instead:
    'Translate every piece: call ScsiPortGetPhysicalAddress, use the address for the returned length only, and go on behind it until the transfer is covered. Stop the adapter before an SRB is completed.',
  precondition:
    'an address was translated with ScsiPortGetPhysicalAddress, or the adapter moved data to one that was not',
  create: context => {
    const { trace, frames, guests } = context
    return {
      exercised: guest => frames.translated(guest),
      subscriptions: [
        {
          kind: Event.DmaFault,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || frames.stopped(guest)) return
              context.exercised(guest)
              const serial = srbOf(context, guest, trace.count - 1)
              context.violation(
                index,
                guest,
                () => {
                  const high = trace.b[index]! >>> 0
                  const address =
                    high === 0 ? hex(trace.a[index]!, 8) : `${hex(high)}_${hex(trace.a[index]!, 8).slice(2)}`
                  const verb = trace.d[index] === 1 ? 'write' : 'read'
                  const about = serial < 0 ? '' : `, last working on ${context.describeSrb(serial)}`
                  return `the adapter${about}, was made to ${verb} ${plural(trace.c[index]! >>> 0, 'byte')} at physical address ${address}, which the driver was not given for it`
                },
                { routine: serial < 0 ? frames.routine(guest) : Routine.StartIo, srb: serial },
              )
            },
          },
        },
      ],
    }
  },
}
