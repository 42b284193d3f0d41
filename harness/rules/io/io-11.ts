// IO-11: an SRB extension holds nothing until the miniport has written to it. What lies in it is told by its top byte, so that it is known
// again where it turns up: as a pointer that was followed, as a length that came back.
import { HWID } from '../../../schemas/scsiport.ts'
import { Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'
import { srbField } from './srb-field.ts'

export const IO_11: Rule = {
  id: 'IO-11',
  title: 'The SRB extension is initialised before it is used',
  severity: 'E',
  source: 'WDK: SCSI_REQUEST_BLOCK (SrbExtension)',
  why: 'It is handed out as it was left by the request before. Counters go on from there, flags are set already, lists lead into memory that was freed.',
  instead: 'Zero the SRB extension, or set each of its members, in HwStartIo before anything else.',
  example: {
    faulty: `SrbExt = Srb->SrbExtension;
SrbExt->Moved += bytes;`,
    right: `SrbExt = Srb->SrbExtension;         /* in HwStartIo */
RtlZeroMemory(SrbExt, sizeof(*SrbExt));`,
  },
  precondition: 'an SRB with an extension was completed',
  create: context => {
    const { trace, frames, traits } = context
    return {
      exempt: guest =>
        traits.configured(guest) && traits.init(guest, HWID.SrbExtensionSize) === 0
          ? 'it has no SRB extension (SrbExtensionSize is 0)'
          : undefined,
      exercised: guest => (traits.init(guest, HWID.SrbExtensionSize) === 0 ? 0 : frames.srbsCompleted(guest)),
      subscriptions: [
        onFinding(context, Finding.ExtensionNotWritten, (index, guest) => {
          const serial = trace.b[index]!
          const offset = trace.c[index]!
          const value = hex(trace.d[index]!, 8)
          context.violation(
            index,
            guest,
            () =>
              offset < 0
                ? `${value} was used as a pointer: it stood in ${serial < 0 ? 'an SRB extension' : `the SRB extension of ${context.describeSrb(serial)}`} before the driver had written to it`
                : `${context.describeSrb(serial)} was completed with ${value} in ${srbField(offset)}, from what stood in its SRB extension before the driver had written to it`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
