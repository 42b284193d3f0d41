// FA-10: NumberOfPhysicalBreaks is the port driver's upper limit.
import { CONFIG, HWID, SP_RETURN } from '../../../schemas/scsiport.ts'
import { onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'

const UNSET = -1

export const FA_10: Rule = {
  id: 'FA-10',
  title: 'NumberOfPhysicalBreaks is set when it is 0xFFFFFFFF, and never raised otherwise',
  severity: 'E',
  source: 'WDK: HwScsiFindAdapter; PORT_CONFIGURATION_INFORMATION',
  why: 'It is what the map registers of this machine, or its registry, allow. Above it requests come that the port driver cannot map; left at 0xFFFFFFFF, requests come with more pieces than the adapter takes.',
  instead: 'Set it to the smaller one of what was supplied and what the adapter can do.',
  example: {
    faulty: 'config->NumberOfPhysicalBreaks = 17;',
    right: `if (config->NumberOfPhysicalBreaks > 17)
  config->NumberOfPhysicalBreaks = 17;`,
  },
  precondition: 'HwFindAdapter found an adapter that moves data by DMA',
  create: context => {
    const { traits } = context
    const dma = (guest: number): boolean => traits.busMaster(guest) || traits.init(guest, HWID.HwDmaStarted) !== 0
    return {
      exempt: guest => (traits.configured(guest) && !dma(guest) ? 'the adapter moves no data by DMA' : undefined),
      subscriptions: [
        onFound(context, (index, guest, result) => {
          if (result !== SP_RETURN.FOUND || !dma(guest)) return
          context.exercised(guest)
          const given = traits.given(guest, CONFIG.NumberOfPhysicalBreaks)
          const left = traits.config(guest, CONFIG.NumberOfPhysicalBreaks)
          if (left === UNSET)
            context.violation(
              index,
              guest,
              () =>
                'HwFindAdapter left NumberOfPhysicalBreaks at 0xFFFFFFFF: the adapter has a limit, and nobody knows it',
            )
          else if (left >>> 0 > given >>> 0)
            context.violation(
              index,
              guest,
              () => `HwFindAdapter raised NumberOfPhysicalBreaks from ${given >>> 0} to ${left >>> 0}`,
            )
        }),
      ],
    }
  },
}
