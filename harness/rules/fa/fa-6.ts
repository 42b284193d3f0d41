// FA-6: a range may turn out not to be mappable.
import { SP_RETURN } from '../../../schemas/scsiport.ts'
import { Event, Routine, ScsiPortRoutine } from '../../trace/events.ts'
import { onCall, onEvent, onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

/** An access below this address went through a base of NULL. */
const NULL_WINDOW = 0x1_0000

export const FA_6: Rule = {
  id: 'FA-6',
  title: 'NULL from ScsiPortGetDeviceBase is noticed',
  severity: 'E',
  source: 'WDK: ScsiPortGetDeviceBase; Verifying resource ranges',
  why: 'Register offsets added to NULL are addresses in the first page of memory: the system stops at the first access, during boot.',
  instead:
    'Compare the result with NULL before using it; log the failure, free what was mapped before, and return SP_RETURN_ERROR.',
  example: {
    faulty: `ext->Base = ScsiPortGetDeviceBase(...);
id = ScsiPortReadRegisterUlong(ext->Base);`,
    right: `ext->Base = ScsiPortGetDeviceBase(...);
if (ext->Base == NULL) {
  ScsiPortLogError(...);
  return SP_RETURN_ERROR;
}`,
  },
  precondition: 'ScsiPortGetDeviceBase returned NULL',
  create: context => {
    const { trace, guests, frames } = context
    const failed = new Int32Array(guests).fill(-1)
    const mapped = new Uint32Array(guests)
    return {
      subscriptions: [
        onCall(context, ScsiPortRoutine.GetDeviceBase, (index, guest, base) => {
          if (frames.routine(guest) !== Routine.FindAdapter) return
          if (base !== 0) {
            mapped[guest]!++
            return
          }
          context.exercised(guest)
          failed[guest] = trace.b[index]!
        }),
        onEvent(context, Event.BadAccess, (index, guest, address) => {
          if (failed[guest] === -1 || address >>> 0 >= NULL_WINDOW || frames.stopped(guest)) return
          context.violation(
            index,
            guest,
            () =>
              `a register access at ${hex(address, 4)}, after ScsiPortGetDeviceBase had returned NULL for ${hex(failed[guest]!)}`,
          )
        }),
        onFound(context, (index, guest, result) => {
          if (failed[guest] !== -1 && mapped[guest] === 0 && result === SP_RETURN.FOUND) {
            context.violation(
              index,
              guest,
              () =>
                `HwFindAdapter returned SP_RETURN_FOUND, but ScsiPortGetDeviceBase had returned NULL for ${hex(failed[guest]!)} and nothing is mapped`,
            )
          }
          mapped[guest] = 0
          if (result !== SP_RETURN.FOUND) failed[guest] = -1
        }),
      ],
    }
  },
}
