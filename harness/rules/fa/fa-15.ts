// FA-15: the interrupt is the one that was assigned.
import { CONFIG, SP_RETURN } from '../../../schemas/scsiport.ts'
import { configName, onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'

const MEMBERS = [CONFIG.BusInterruptLevel, CONFIG.BusInterruptVector, CONFIG.InterruptMode]

export const FA_15: Rule = {
  id: 'FA-15',
  title: 'The interrupt that the port driver supplies is left as it is',
  severity: 'E',
  source: 'WDK: Setting up port configuration information; Setting the Again parameter',
  why: 'It is where the adapter is wired to. With another level the port driver connects to a line on which this adapter never interrupts, and takes it from another driver.',
  instead:
    'Set BusInterruptLevel, BusInterruptVector and InterruptMode only when they were supplied as 0; to poll, set level and vector to 0 and HwInterrupt to NULL.',
  example: {
    faulty: 'config->BusInterruptLevel = 11;',
    right: `if (config->BusInterruptLevel == 0)
  config->BusInterruptLevel = ReadLevel(ext);`,
  },
  precondition: 'an interrupt was supplied and HwFindAdapter found the adapter',
  create: context => {
    const { traits } = context
    return {
      subscriptions: [
        onFound(context, (index, guest, result) => {
          if (result !== SP_RETURN.FOUND || traits.given(guest, CONFIG.BusInterruptLevel) === 0) return
          context.exercised(guest)
          const none =
            traits.config(guest, CONFIG.BusInterruptLevel) === 0 &&
            traits.config(guest, CONFIG.BusInterruptVector) === 0
          if (none && !traits.hasInterrupt(guest)) return
          const changed = MEMBERS.find(offset => traits.config(guest, offset) !== traits.given(guest, offset))
          if (changed === undefined) return
          context.violation(
            index,
            guest,
            () =>
              `HwFindAdapter changed ${configName(changed)} from ${traits.given(guest, changed) >>> 0} to ${traits.config(guest, changed) >>> 0}`,
          )
        }),
      ],
    }
  },
}
