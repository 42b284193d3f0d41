// MM-5: what ConfigInfo promises, the driver keeps. The port driver keeps its part: buffers as AlignmentMask wants them, requests within
// MaximumTransferLength and NumberOfPhysicalBreaks. What is left to the driver is the list it makes of them. The sources differ on
// whether n breaks are n or n + 1 elements; n + 1 are accepted.
import { CONFIG } from '../../../schemas/scsiport.ts'
import { Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'

const UNLIMITED = 0xffffffff

export const MM_5: Rule = {
  id: 'MM-5',
  title: 'Scatter/gather lists are no longer than NumberOfPhysicalBreaks promises',
  severity: 'E',
  source: 'WDK: PORT_CONFIGURATION_INFORMATION (NumberOfPhysicalBreaks, MaximumTransferLength, AlignmentMask)',
  why: 'The promise is what the adapter can take. A driver that cuts the pieces smaller than they came makes more of them than the adapter, or its own table, has room for.',
  instead:
    'Take each piece as ScsiPortGetPhysicalAddress returns it. If the adapter wants smaller ones, promise fewer breaks and a shorter MaximumTransferLength, so that the list always fits.',
  example: {
    faulty: `
      ConfigInfo->NumberOfPhysicalBreaks = 4;
      ...
      piece = min(length, 512); /* sector by sector */`,
    right: `
      ConfigInfo->NumberOfPhysicalBreaks = 4;
      ...
      piece = min(length, left);`,
  },
  precondition: 'the adapter fetched a scatter/gather list',
  create: context => {
    const { traits, commands, trace, guests } = context
    const promised = (guest: number): number => traits.config(guest, CONFIG.NumberOfPhysicalBreaks) >>> 0
    return {
      foreign: ({ carriesCdbs }) =>
        carriesCdbs ? undefined : 'the adapter is given pages (PRP entries), however few pieces the buffer has',
      exempt: guest =>
        traits.configured(guest) && !traits.busMaster(guest) ? 'the adapter is no bus master' : undefined,
      exercised: guest => (commands.mostElements(guest).elements > 0 ? 1 : 0),
      finish() {
        for (let guest = 0; guest < guests; guest++) {
          const { elements, number, atPs, serial } = commands.mostElements(guest)
          if (promised(guest) === UNLIMITED || elements <= promised(guest) + 1) continue
          context.violation(
            Math.max(0, trace.indexOf(number)),
            guest,
            () =>
              `the adapter was given a list of ${elements} elements for ${context.describeSrb(serial)}; ConfigInfo promises at most ${promised(guest)} physical breaks`,
            { routine: Routine.StartIo, srb: serial, number, atPs },
          )
        }
      },
    }
  },
}
