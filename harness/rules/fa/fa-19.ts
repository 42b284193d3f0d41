// FA-19: the common buffer is asked for once, by a bus master, when everything it depends on is set.
import { CONFIG } from '../../../schemas/scsiport.ts'
import { Finding, ROUTINE_NAMES, ScsiPortRoutine } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import { onForbiddenCall } from '../forbidden.ts'
import { configName, onCall, onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const FA_19: Rule = {
  id: 'FA-19',
  title: 'ScsiPortGetUncachedExtension is called once, by a bus master, after the members it reads are set',
  severity: 'F',
  source: 'WDK: ScsiPortGetUncachedExtension; the same fault of a StorPort driver is bug check 0xF1, code 0x2002',
  why: 'It makes the DMA adapter object and lays out SRB extensions, sense buffers and the extension in one piece of memory. What is set later disagrees with that memory; a second call gets NULL.',
  instead:
    'In HwFindAdapter set Master, the DMA members, MaximumTransferLength, NumberOfPhysicalBreaks, ScatterGather, SrbExtensionSize and AutoRequestSense; then call it once with all the bytes you need.',
  example: {
    faulty: `ext->Ring = ScsiPortGetUncachedExtension(ext, config,
                                         RING_BYTES);
config->Master = TRUE;`,
    right: `config->Master = TRUE;
ext->Ring = ScsiPortGetUncachedExtension(ext, config,
                                         RING_BYTES);`,
  },
  precondition: 'ScsiPortGetUncachedExtension was called',
  create: context => {
    const { traits, trace, guests } = context
    const calls = new Uint32Array(guests)
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.busMaster(guest) ? 'the adapter is no bus master' : undefined,
      subscriptions: [
        onCall(context, ScsiPortRoutine.GetUncachedExtension, (index, guest) => {
          context.exercised(guest)
          if (++calls[guest]! < 2) return
          context.violation(
            index,
            guest,
            () =>
              `ScsiPortGetUncachedExtension was called for the ${calls[guest]}. time, for ${trace.b[index]! >>> 0} bytes`,
          )
        }),
        onFound(context, (_index, guest) => {
          calls[guest] = 0
        }),
        onFinding(context, Finding.BufferMember, (index, guest) =>
          context.violation(
            index,
            guest,
            () =>
              `ScsiPortGetUncachedExtension was called while ${configName(trace.c[index]!)} was ${trace.d[index]}: it is for bus masters, and Master is to be set before`,
          ),
        ),
        onFinding(context, Finding.BufferMemberLate, (index, guest) => {
          const offset = trace.c[index]!
          if (offset === CONFIG.Dma64BitAddresses || offset === CONFIG.Dma32BitAddresses) return
          context.violation(
            index,
            guest,
            () =>
              `HwFindAdapter set ${configName(offset)} to ${hex(trace.d[index]!)} after ScsiPortGetUncachedExtension, which reads it`,
          )
        }),
        onForbiddenCall(context, 'FA-19', (index, guest, _name, routine) => {
          context.violation(
            index,
            guest,
            () =>
              `ScsiPortGetUncachedExtension was called from ${ROUTINE_NAMES[routine]}; only HwFindAdapter may call it`,
          )
        }),
      ],
    }
  },
}
