// IO-15: NextLuRequest is for adapters that queue.
import { Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'

const unit = (address: number): string =>
  `path ${address >>> 16} target ${(address >>> 8) & 0xff} LUN ${address & 0xff}`

export const IO_15: Rule = {
  id: 'IO-15',
  title: 'NextLuRequest comes only from a miniport whose adapter queues requests of one unit',
  severity: 'E',
  source: 'WDK: ScsiPortNotification (NextLuRequest); HW_INITIALIZATION_DATA',
  why: 'It asks for a second request of a unit that has one. Without tags, and without sense data fetched by the adapter, the second request wipes out the sense data of the first.',
  instead:
    'Notify NextRequest. Or set TaggedQueuing, or MultipleRequestPerLu and AutoRequestSense, when the adapter really queues.',
  example: {
    faulty: `/* TaggedQueuing and MultipleRequestPerLu are FALSE */
ScsiPortNotification(NextLuRequest, DeviceExtension, path, target, lun);`,
    right: `ScsiPortNotification(NextRequest, DeviceExtension);`,
  },
  precondition: 'NextLuRequest was notified',
  create: context => {
    const { trace, frames, traits } = context
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.tagged(guest)
          ? 'it queues nothing, and never notified NextLuRequest'
          : undefined,
      exercised: guest => frames.nextLuRequests(guest),
      subscriptions: [
        onFinding(context, Finding.NextLuNotAllowed, (index, guest) => {
          context.violation(index, guest, () => {
            const offered = trace.d[index]!
            const said =
              (offered & 2) === 0
                ? 'neither TaggedQueuing nor MultipleRequestPerLu is TRUE'
                : 'MultipleRequestPerLu is TRUE, but neither AutoRequestSense nor TaggedQueuing'
            return `NextLuRequest was notified for ${unit(trace.c[index]!)}: ${said}`
          })
        }),
      ],
    }
  },
}
