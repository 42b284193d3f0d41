// What the rules about refused transfers share: whose they are, and their words.
import { Event } from '../../trace/events.ts'
import type { RuleContext } from '../rule.ts'
import { hex, plural } from '../text.ts'

/** SRB of the command the adapter fetched last: the newest one started for that unit before. −1 when the ring does not tell. */
export function srbOfFault(context: RuleContext, guest: number): number {
  const { trace } = context
  const oldest = trace.overwritten
  let address = -1
  for (let number = trace.count - 1; number >= oldest; number--) {
    const index = trace.indexOf(number)
    if (trace.guest[index] !== guest) continue
    const kind = trace.kind[index]
    if (address < 0 && kind === Event.CommandFetched) address = ((trace.b[index]! & 0xff) << 8) | trace.c[index]!
    if (kind === Event.SrbStarted && (address < 0 || (trace.b[index]! & 0xffff) === address)) return trace.a[index]!
  }
  return -1
}

/** `the adapter, last working on SRB #3 (…), was made to write 16 bytes at physical address 0x…` */
export function describeFault(context: RuleContext, index: number, serial: number): string {
  const { trace } = context
  const high = trace.b[index]! >>> 0
  const address = high === 0 ? hex(trace.a[index]!, 8) : `${hex(high)}_${hex(trace.a[index]!, 8).slice(2)}`
  const verb = (trace.d[index]! & 1) === 1 ? 'write' : 'read'
  const about = serial < 0 ? '' : `, last working on ${context.describeSrb(serial)}`
  return `the adapter${about}, was made to ${verb} ${plural(trace.c[index]! >>> 0, 'byte')} at physical address ${address}`
}
