// FA-12: how many buses, and who the adapter is on each.
import { CONFIG, SP_RETURN } from '../../../schemas/scsiport.ts'
import { onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'

const MAX_BUSES = 8
const MAX_ID = 127
/** InitiatorBusId as it is given: nobody. The pages say 0; 0xFF cannot be mistaken for an id. */
const UNSET = 0xff

export const FA_12: Rule = {
  id: 'FA-12',
  title: 'NumberOfBuses is 1 to 8, and InitiatorBusId is set for each of them',
  severity: 'E',
  source: 'WDK: PORT_CONFIGURATION_INFORMATION',
  why: 'With no bus there is nothing to scan. Without its own id the port driver asks the adapter itself for an INQUIRY as if it were a target.',
  instead: 'Set NumberOfBuses, and InitiatorBusId[n] for n below it, to the id the adapter really uses.',
  example: {
    faulty: `config->NumberOfBuses = 2;
config->InitiatorBusId[0] = 7;`,
    right: `config->NumberOfBuses = 2;
config->InitiatorBusId[0] = 7;
config->InitiatorBusId[1] = 7;`,
  },
  precondition: 'HwFindAdapter found the adapter',
  create: context => {
    const { traits, frames } = context
    return {
      subscriptions: [
        onFound(context, (index, guest, result) => {
          // An adapter that is gone cannot be asked.
          if (result !== SP_RETURN.FOUND || frames.removed(guest)) return
          context.exercised(guest)
          const buses = traits.config(guest, CONFIG.NumberOfBuses)
          if (buses < 1 || buses > MAX_BUSES) {
            context.violation(
              index,
              guest,
              () => `HwFindAdapter left NumberOfBuses at ${buses}; allowed are 1 to ${MAX_BUSES}`,
            )
            return
          }
          for (let bus = 0; bus < buses; bus++) {
            const id = traits.config(guest, CONFIG.InitiatorBusId + bus)
            if (id <= MAX_ID) continue
            context.violation(index, guest, () =>
              id === UNSET
                ? `HwFindAdapter did not set InitiatorBusId[${bus}], and NumberOfBuses is ${buses}`
                : `HwFindAdapter set InitiatorBusId[${bus}] to ${id}; allowed are 0 to ${MAX_ID}`,
            )
          }
        }),
      ],
    }
  },
}
