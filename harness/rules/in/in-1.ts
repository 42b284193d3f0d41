// IN-1: who fails to start says why.
import { AdapterPhase, Event } from '../../trace/events.ts'
import { onEvent, onFound, onPhase } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const IN_1: Rule = {
  id: 'IN-1',
  title: 'Before HwInitialize returns FALSE it calls ScsiPortLogError',
  severity: 'W',
  source: 'WDK: HwScsiInitialize',
  why: 'The adapter is missing, and the system’s error log is the only place where somebody could find out why.',
  instead: 'Call ScsiPortLogError with a UniqueId for this place in the driver, then return FALSE.',
  example: {
    faulty: `if (!ResetChip(ext))
  return FALSE;`,
    right: `if (!ResetChip(ext)) {
  ScsiPortLogError(ext, NULL, 0, 0, 0,
    SP_INTERNAL_ADAPTER_ERROR, RESET_FAILED);
  return FALSE;
}`,
  },
  precondition: 'HwInitialize returned FALSE',
  create: context => {
    const logged = new Uint8Array(context.guests)
    return {
      subscriptions: [
        onFound(context, (_index, guest) => {
          logged[guest] = 0
        }),
        onEvent(context, Event.LogError, (_index, guest) => {
          logged[guest] = 1
        }),
        onPhase(context, AdapterPhase.Initialized, (index, guest, result) => {
          if (result !== 0) return
          context.exercised(guest)
          if (logged[guest] === 1) return
          context.violation(index, guest, () => 'HwInitialize returned FALSE and had logged nothing', { srb: -1 })
        }),
      ],
    }
  },
}
