// IO-21: sense data and what the SRB says about it belong together.
import { BadSense, Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'

export const IO_21: Rule = {
  id: 'IO-21',
  title: 'SRB_STATUS_AUTOSENSE_VALID stands for sense data in the buffer, SenseInfoBufferLength bytes of it',
  severity: 'E',
  source: 'WDK: SCSI_REQUEST_BLOCK (SenseInfoBuffer, SenseInfoBufferLength, SrbFlags)',
  why: 'The class driver decides by sense data whether it tries again, gives up or remaps a block. It takes what lay in the buffer for the truth, and bytes behind the buffer are somebody else’s.',
  instead:
    'Copy at most Srb->SenseInfoBufferLength bytes, set it to what you copied, and only then add SRB_STATUS_AUTOSENSE_VALID. Fetch and write nothing when SRB_FLAGS_DISABLE_AUTOSENSE is set.',
  example: {
    faulty: `Srb->SrbStatus = SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID;`,
    right: `bytes = min(fetched, Srb->SenseInfoBufferLength);
if (bytes != 0 && !(Srb->SrbFlags & SRB_FLAGS_DISABLE_AUTOSENSE)) {
    ScsiPortMoveMemory(Srb->SenseInfoBuffer, sense, bytes);
    Srb->SenseInfoBufferLength = (UCHAR)bytes;
    Srb->SrbStatus |= SRB_STATUS_AUTOSENSE_VALID;
}`,
  },
  precondition: 'an SRB came back with SRB_STATUS_AUTOSENSE_VALID',
  create: context => {
    const { trace, traits } = context
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.autoRequestSense(guest)
          ? 'it does not fetch sense data (AutoRequestSense is FALSE)'
          : undefined,
      completions: [{ applies: facts => facts.autosenseValid, suspect: () => false, check() {} }],
      subscriptions: [
        onFinding(context, Finding.BadSense, (index, guest) => {
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () => {
              const written = trace.d[index]! >>> 8
              const length = trace.d[index]! & 0xff
              const came = `${context.describeSrb(serial)} came back`
              switch (trace.c[index]!) {
                case BadSense.disabled:
                  return `${came} with sense data although SRB_FLAGS_DISABLE_AUTOSENSE is set`
                case BadSense.longerThanBuffer:
                  return `${came} with SenseInfoBufferLength ${length}, more than the buffer holds`
                case BadSense.nothingWritten:
                  return `${came} with SRB_STATUS_AUTOSENSE_VALID, but nothing was written to its sense buffer`
                default:
                  return `${came} with SRB_STATUS_AUTOSENSE_VALID and SenseInfoBufferLength ${length}, but ${written} bytes of sense data were written`
              }
            },
            { srb: serial },
          )
        }),
      ],
    }
  },
}
