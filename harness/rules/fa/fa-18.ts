// FA-18: one width of DMA addresses.
import { CONFIG, SP_RETURN } from '../../../schemas/scsiport.ts'
import { Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import { configName, onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

/** SCSI_DMA64_MINIPORT_SUPPORTED and SCSI_DMA64_MINIPORT_FULL64BIT_SUPPORTED. */
const ANSWERS = 0x03
const SYSTEM = 0x80

export const FA_18: Rule = {
  id: 'FA-18',
  title: 'Dma64BitAddresses and Dma32BitAddresses are not both set, and are set before the common buffer is asked for',
  severity: 'E',
  source: 'WDK: PORT_CONFIGURATION_INFORMATION; ScsiPortGetUncachedExtension',
  why: 'The port driver makes the DMA adapter object in ScsiPortGetUncachedExtension. What is set later has no effect: memory above 4 GiB is copied, or its addresses are cut off.',
  instead:
    'When Dma64BitAddresses holds SCSI_DMA64_SYSTEM_SUPPORTED and the adapter can do it, set SCSI_DMA64_MINIPORT_SUPPORTED there and Dma32BitAddresses to FALSE; otherwise set Dma32BitAddresses. Then call ScsiPortGetUncachedExtension.',
  example: {
    faulty: `config->Dma32BitAddresses = TRUE;
config->Dma64BitAddresses =
  SCSI_DMA64_MINIPORT_SUPPORTED;`,
    right: `config->Dma32BitAddresses = FALSE;
config->Dma64BitAddresses =
  SCSI_DMA64_MINIPORT_SUPPORTED;`,
  },
  precondition: 'HwFindAdapter found a bus master and set Dma64BitAddresses or Dma32BitAddresses',
  create: context => {
    const { traits, trace } = context
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.busMaster(guest) ? 'the adapter is no bus master' : undefined,
      subscriptions: [
        onFound(context, (index, guest, result) => {
          if (result !== SP_RETURN.FOUND || !traits.busMaster(guest)) return
          const wide = traits.config(guest, CONFIG.Dma64BitAddresses)
          const narrow = traits.config(guest, CONFIG.Dma32BitAddresses)
          const answered = (wide & ANSWERS) !== 0
          if (answered || narrow !== 0) context.exercised(guest)
          if (answered && narrow !== 0)
            context.violation(
              index,
              guest,
              () =>
                `HwFindAdapter left Dma64BitAddresses ${hex(wide, 2)} and Dma32BitAddresses TRUE: only one may be set`,
            )
          else if (answered && (traits.given(guest, CONFIG.Dma64BitAddresses) & SYSTEM) === 0)
            context.violation(
              index,
              guest,
              () =>
                `HwFindAdapter set Dma64BitAddresses to ${hex(wide, 2)} on a system that did not offer 64-bit addresses`,
            )
        }),
        onFinding(context, Finding.BufferMemberLate, (index, guest) => {
          const offset = trace.c[index]!
          if (offset !== CONFIG.Dma64BitAddresses && offset !== CONFIG.Dma32BitAddresses) return
          context.violation(
            index,
            guest,
            () =>
              `HwFindAdapter set ${configName(offset)} to ${hex(trace.d[index]!, 2)} after ScsiPortGetUncachedExtension, which reads it`,
          )
        }),
      ],
    }
  },
}
