// IO-27: a private request is looked at before it is believed.
import { IO_CONTROL } from '../../../schemas/scsiport.ts'
import { BadIoControl, Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'

const FAULTS: Record<number, string> = {
  [BadIoControl.headerLength]: `its HeaderLength is not ${IO_CONTROL.bytes}`,
  [BadIoControl.length]: 'its Length goes beyond the buffer',
  [BadIoControl.signature]: "its Signature is nobody's",
  [BadIoControl.short]: 'the buffer is smaller than the header',
}

export const IO_27: Rule = {
  id: 'IO-27',
  title: 'IO_CONTROL: Signature, HeaderLength and Length are checked before use',
  severity: 'W',
  source: 'own rule, from WDK: SRB_IO_CONTROL',
  why: 'Any program may send one. Unchecked, its lengths lead the driver out of the buffer at DIRQL: the whole machine is open to whoever can open the adapter.',
  instead:
    'Refuse with SRB_STATUS_INVALID_REQUEST when DataTransferLength is less than sizeof(SRB_IO_CONTROL), HeaderLength is another size, Signature is not yours, or Length does not fit into the rest.',
  example: {
    faulty: `header = Srb->DataBuffer;
Answer(header + 1, header->Length);
Srb->SrbStatus = SRB_STATUS_SUCCESS;`,
    right: `header = Srb->DataBuffer;
if (Srb->DataTransferLength < sizeof(*header) || header->HeaderLength != sizeof(*header) ||
    RtlCompareMemory(header->Signature, "MYDRIVER", 8) != 8 ||
    header->Length > Srb->DataTransferLength - sizeof(*header))
    Srb->SrbStatus = SRB_STATUS_INVALID_REQUEST;`,
  },
  precondition: 'an IO_CONTROL came back',
  create: context => {
    const { trace } = context
    return {
      completions: [{ applies: facts => facts.function === 'io-control', suspect: () => false, check() {} }],
      subscriptions: [
        onFinding(context, Finding.BadIoControl, (index, guest) => {
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () =>
              `the IO_CONTROL SRB #${serial} (${trace.d[index]! >>> 0} bytes) came back with SRB_STATUS_SUCCESS although ${FAULTS[trace.c[index]!] ?? 'its header is not in order'}`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
