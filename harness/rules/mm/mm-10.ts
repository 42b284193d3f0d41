// MM-10: a miniport writes only into what it was given.
import { CONTROL_LIST, Finding, Routine } from '../../trace/events.ts'
import { onFinding, textAt } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'
import { NullUnits } from './null-unit.ts'

export const MM_10: Rule = {
  id: 'MM-10',
  title: 'Nothing is written outside the extensions, SRBs and buffers the miniport was given',
  severity: 'F',
  source: 'WDK: SCSI verification (Driver Verifier)',
  why: 'The bytes behind an extension belong to the port driver or to another driver: what is written there corrupts them, and the crash comes later and elsewhere.',
  instead:
    'Ask for the size you use: DeviceExtensionSize, SpecificLuExtensionSize, SrbExtensionSize, NumberOfBytes of ScsiPortGetUncachedExtension. Check pointers for NULL before writing through them.',
  example: {
    faulty: `
      hwData.DeviceExtensionSize = 64;
      ...
      ext->starts++;   /* a member at offset 64 */`,
    right: `
      hwData.DeviceExtensionSize =
        sizeof(DEVICE_EXTENSION);`,
  },
  precondition: 'HwFindAdapter was called with a device extension',
  create: context => {
    const { trace, frames } = context
    const units = new NullUnits(context)
    return {
      exercised: guest => frames.entered(guest, Routine.FindAdapter),
      subscriptions: [
        units.subscription,
        onFinding(context, Finding.RedZone, (index, guest) => {
          const what = textAt(context, trace.d[index]!, 'an object of the port driver')
          if (what.startsWith(CONTROL_LIST)) return // AC-1's
          context.violation(index, guest, () => {
            const offset = trace.c[index]!
            const where = offset < 0 ? `${-offset} bytes before the start` : `at offset ${offset}, beyond the end`
            return `memory was overwritten ${where} of the ${what}`
          })
        }),
        onFinding(context, Finding.NullWrite, (index, guest) => {
          if (units.inThisCall(guest) >= 0) return // MM-9's
          context.violation(index, guest, () => {
            const by = textAt(context, trace.d[index]!, '')
            return `something was written through a NULL pointer, at address ${hex(trace.c[index]!, 2)}${by === '' ? '' : `, by function ${by}`}`
          })
        }),
      ],
    }
  },
}
