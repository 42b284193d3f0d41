// FA-20: the common buffer is small.
import { ScsiPortRoutine } from '../../trace/events.ts'
import { onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'

/** Up to Windows XP. On the path of the crash dump it is 32 KiB, which cannot be seen from here. */
const LIMIT_BYTES = 100 * 1024

export const FA_20: Rule = {
  id: 'FA-20',
  title: 'ScsiPortGetUncachedExtension is asked for at most 100 KiB',
  severity: 'W',
  source: 'WDK: ScsiPortGetUncachedExtension (the limit up to Windows XP; 32 KiB for a driver that writes crash dumps)',
  why: 'It is physically contiguous memory below what the adapter can address, taken when the system has been running for a while. Large pieces are refused, and then the adapter does not start.',
  instead: 'Keep only what the adapter itself reads and writes there, sized by the commands it can hold.',
  example: {
    faulty: `ScsiPortGetUncachedExtension(ext, config,
                             MAX_TAGS * 64 * 1024);`,
    right: `ScsiPortGetUncachedExtension(ext, config,
                             MAX_TAGS * sizeof(COMMAND));`,
  },
  precondition: 'ScsiPortGetUncachedExtension was called',
  create: context => {
    const { trace, traits } = context
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.busMaster(guest) ? 'the adapter is no bus master' : undefined,
      subscriptions: [
        onCall(context, ScsiPortRoutine.GetUncachedExtension, (index, guest) => {
          context.exercised(guest)
          const bytes = trace.b[index]! >>> 0
          if (bytes > LIMIT_BYTES)
            context.violation(
              index,
              guest,
              () => `ScsiPortGetUncachedExtension was asked for ${bytes} bytes; the limit is ${LIMIT_BYTES}`,
            )
        }),
      ],
    }
  },
}
