// FA-7: what was mapped for nothing is given back.
import { SP_RETURN } from '../../../schemas/scsiport.ts'
import { ScsiPortRoutine } from '../../trace/events.ts'
import { onCall, onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex, plural } from '../text.ts'

export const FA_7: Rule = {
  id: 'FA-7',
  title: 'Every mapping is freed when HwFindAdapter finds no adapter, with the address it got',
  severity: 'W',
  source: 'WDK: ScsiPortFreeDeviceBase; HwScsiFindAdapter',
  why: 'Mappings are system address space. What a driver that gave up keeps is lost until the next boot; an address that was never mapped may take the mapping of somebody else away.',
  instead:
    'On every way out of HwFindAdapter other than SP_RETURN_FOUND call ScsiPortFreeDeviceBase with exactly what ScsiPortGetDeviceBase returned, once for each.',
  example: {
    faulty: `base = ScsiPortGetDeviceBase(...);
if (!IsOurs(base))
  return SP_RETURN_NOT_FOUND;`,
    right: `base = ScsiPortGetDeviceBase(...);
if (!IsOurs(base)) {
  ScsiPortFreeDeviceBase(ext, base);
  return SP_RETURN_NOT_FOUND;
}`,
  },
  precondition: 'HwFindAdapter freed a mapping, or gave up after it had mapped something',
  create: context => {
    const { trace, guests } = context
    const open = new Int32Array(guests)
    const newest = new Int32Array(guests)
    return {
      subscriptions: [
        onCall(context, ScsiPortRoutine.GetDeviceBase, (_index, guest, base) => {
          if (base === 0) return
          open[guest]!++
          newest[guest] = base
        }),
        onCall(context, ScsiPortRoutine.FreeDeviceBase, (index, guest, freed) => {
          context.exercised(guest)
          if (freed !== 0) open[guest]!--
          else
            context.violation(
              index,
              guest,
              () =>
                `ScsiPortFreeDeviceBase was given ${hex(trace.b[index]!)}, which ScsiPortGetDeviceBase did not return or which was freed before`,
              { severity: 'E' },
            )
        }),
        onFound(context, (index, guest, result) => {
          if (result !== SP_RETURN.FOUND && open[guest]! > 0) {
            context.exercised(guest)
            context.violation(
              index,
              guest,
              () =>
                `HwFindAdapter returned ${result} and left ${plural(open[guest]!, 'mapping')} behind, the newest at ${hex(newest[guest]!)}`,
            )
          }
          open[guest] = 0
        }),
      ],
    }
  },
}
