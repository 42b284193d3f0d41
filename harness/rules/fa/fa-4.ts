// FA-4: a range the driver chose is validated before it is mapped.
import { Routine, ScsiPortRoutine } from '../../trace/events.ts'
import { extentBytes, onCall, onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

/** Validated ranges that are kept for each guest. */
const KEPT = 64

export const FA_4: Rule = {
  id: 'FA-4',
  title: 'A range that the port driver did not supply is mapped only after ScsiPortValidateRange said TRUE',
  severity: 'E',
  source: 'WDK: ScsiPortValidateRange; Setting up port configuration information',
  why: 'Another driver may own those addresses. Both would then talk to the same device, and neither could know why it fails.',
  instead:
    'Call ScsiPortValidateRange with the same bus, address, length and space first; when it says FALSE do not touch the range, and try the next or return SP_RETURN_NOT_FOUND.',
  example: {
    faulty: `base = ScsiPortGetDeviceBase(ext, Isa, 0, addr,
                             16, TRUE);`,
    right: `if (!ScsiPortValidateRange(ext, Isa, 0, addr, 16, TRUE))
  return SP_RETURN_NOT_FOUND;
base = ScsiPortGetDeviceBase(ext, Isa, 0, addr,
                             16, TRUE);`,
  },
  precondition: 'the port driver supplied no access ranges and ScsiPortGetDeviceBase was called',
  create: context => {
    const { trace, frames, traits, guests } = context
    const validated = Array.from({ length: guests }, () => ({ count: 0, ranges: new Float64Array(2 * KEPT) }))
    const answer = Array.from({ length: guests }, () => '')
    const known = (guest: number, start: number, bytes: number): boolean => {
      const { count, ranges } = validated[guest]!
      for (let n = 0; n < Math.min(count, KEPT); n++)
        if (start >= ranges[2 * n]! && start + bytes <= ranges[2 * n + 1]!) return true
      return false
    }
    return {
      subscriptions: [
        onCall(context, ScsiPortRoutine.ValidateRange, (index, guest, result) => {
          const list = validated[guest]!
          const start = trace.b[index]! >>> 0
          if (result === 0) answer[guest] = ': ScsiPortValidateRange had said FALSE'
          else {
            const n = list.count++ % KEPT
            list.ranges[2 * n] = start
            list.ranges[2 * n + 1] = start + extentBytes(trace.c[index]!)
          }
        }),
        onCall(context, ScsiPortRoutine.GetDeviceBase, (index, guest) => {
          if (traits.ranges.supplied(guest) || frames.routine(guest) !== Routine.FindAdapter) return
          context.exercised(guest)
          const start = trace.b[index]! >>> 0
          const bytes = extentBytes(trace.c[index]!)
          if (known(guest, start, bytes)) return
          context.violation(
            index,
            guest,
            () =>
              `ScsiPortGetDeviceBase was asked for ${bytes} bytes at ${hex(start)}, which the driver chose itself${answer[guest] || ' and never gave to ScsiPortValidateRange'}`,
          )
        }),
        onFound(context, (_index, guest) => {
          validated[guest]!.count = 0
          answer[guest] = ''
        }),
      ],
    }
  },
}
