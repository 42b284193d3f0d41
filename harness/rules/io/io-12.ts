// IO-12: without MapBuffers a data buffer has no address for the processor.
import { Finding } from '../../trace/events.ts'
import { onFinding, textAt } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const IO_12: Rule = {
  id: 'IO-12',
  title: 'Srb->DataBuffer is dereferenced only with MapBuffers, or for an IO_CONTROL request',
  severity: 'F',
  source: 'WDK: SCSI_REQUEST_BLOCK (DataBuffer); HW_INITIALIZATION_DATA (MapBuffers)',
  why: 'DataBuffer is an address in the process that asked, and another process may run now. The access faults at DIRQL, or changes memory of somebody else.',
  instead:
    'Hand DataBuffer to ScsiPortGetPhysicalAddress or ScsiPortIoMapTransfer only. A driver that must look at the data itself sets MapBuffers in HW_INITIALIZATION_DATA.',
  example: {
    faulty: `inquiry = Srb->DataBuffer;          /* MapBuffers is FALSE */
inquiry->CommandQueue = 1;`,
    right: `hwInitializationData.MapBuffers = TRUE;   /* in DriverEntry */`,
  },
  precondition: 'HwStartIo got an SRB with data',
  create: context => {
    const { trace, traits } = context
    return {
      exempt: guest => (traits.mapBuffers(guest) ? 'its buffers are mapped (MapBuffers is TRUE)' : undefined),
      completions: [
        {
          applies: facts => facts.function === 'execute' && facts.hasData,
          suspect: () => false,
          check() {},
        },
      ],
      subscriptions: [
        onFinding(context, Finding.OpaqueDereference, (index, guest) => {
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () => {
              const where = textAt(context, trace.d[index]!, '')
              const of = serial < 0 ? '' : ` of ${context.describeSrb(serial)}`
              return `the DataBuffer address ${hex(trace.c[index]!, 8)}${of} was dereferenced${where === '' ? '' : ` in function ${where}`}, although MapBuffers is FALSE`
            },
            { srb: serial },
          )
        }),
      ],
    }
  },
}
