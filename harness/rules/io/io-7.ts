// IO-7: how much was moved is told truly.

import { SRB_STATUS } from '../../../schemas/scsiport.ts'
import { HostStatus, Routine } from '../../trace/events.ts'
import type { CompletionFacts } from '../completion-table.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

/** READ, WRITE and VERIFY (16): the adapter moves the data of the SRB, whatever its own command is called. */
const MOVES_ITS_DATA = new Set([0x88, 0x8a, 0x8f])

const ran = (facts: CompletionFacts): boolean =>
  facts.function === 'execute' &&
  (facts.host === HostStatus.ok || facts.host === HostStatus.underrun) &&
  facts.adapterScsi === 'good' &&
  facts.scsi === 'good'

export const IO_7: Rule = {
  id: 'IO-7',
  title: 'On an underrun DataTransferLength is what was moved, with SRB_STATUS_DATA_OVERRUN; otherwise it stays',
  severity: 'E',
  source: 'WDK: SCSI_REQUEST_BLOCK (DataTransferLength); Error Handling in SCSI Miniport Drivers',
  why: 'Whoever asked takes DataTransferLength bytes for good. What the device did not send is whatever lay in the buffer before: old data of somebody else.',
  instead:
    'Compare the bytes moved with Srb->DataTransferLength. When they are fewer, set Srb->DataTransferLength to them and Srb->SrbStatus to SRB_STATUS_DATA_OVERRUN, which stands for both directions.',
  example: {
    faulty: `Srb->SrbStatus = SRB_STATUS_SUCCESS;`,
    right: `if (moved < Srb->DataTransferLength) {
    Srb->DataTransferLength = moved;
    Srb->SrbStatus = SRB_STATUS_DATA_OVERRUN;
} else
    Srb->SrbStatus = SRB_STATUS_SUCCESS;`,
  },
  precondition:
    'a command ended with GOOD after it had moved fewer bytes than were asked for, or came back with another length',
  create: context => {
    const { trace, commands, frames } = context
    return {
      completions: [
        {
          applies: facts =>
            ran(facts) && facts.hasData && (facts.short || (facts.reported !== 'all' && facts.reported !== 'none')),
          suspect: facts => !facts.reportedIsMoved || (facts.short && facts.srbStatus !== SRB_STATUS.DATA_OVERRUN),
          check(index, guest) {
            // HwResetBus gives everything back as it is, and an adapter that is gone cannot be asked.
            if (frames.removed(guest) || frames.routine(guest) === Routine.ResetBus) return
            const serial = trace.a[index]!
            // What a driver that translates has taken out of the buffer itself never reaches the adapter.
            if (!context.adapter(guest).carriesCdbs && !MOVES_ITS_DATA.has(commands.sentOpcode(guest, serial))) return
            const moved = commands.movedBytes(guest, serial)
            const asked = commands.askedBytes(guest, serial)
            context.violation(
              index,
              guest,
              () =>
                `${moved} of the ${asked} bytes of ${context.describeSrb(serial)} were moved; it was completed with SrbStatus ${hex(trace.b[index]!, 2)} and DataTransferLength ${trace.d[index]! >>> 0}`,
              { srb: serial },
            )
          },
        },
      ],
    }
  },
}
