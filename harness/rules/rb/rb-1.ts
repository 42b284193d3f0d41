// RB-1: a bus reset gives every SRB of the bus back. Looked at when the reset hold ends, before the port driver writes them off.
import { Event, Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { plural } from '../text.ts'

export const RB_1: Rule = {
  id: 'RB-1',
  title: 'After HwScsiResetBus every SRB of that bus is completed before the reset hold ends',
  severity: 'F',
  source: 'WDK: HwScsiResetBus; Driver Verifier: SCSI verification (bug check 0xF1, 0x1007)',
  why: 'The devices have forgotten their commands, so nothing will ever end these SRBs: their callers wait for good. Under Driver Verifier it is a bug check.',
  instead:
    'Reset the bus, then ScsiPortCompleteRequest(ext, PathId, SP_UNTAGGED, SP_UNTAGGED, SRB_STATUS_BUS_RESET), and forget your own record of them. Or complete each one with RequestComplete.',
  example: {
    faulty: `
      BOOLEAN HwResetBus(PVOID ext, ULONG path) {
        ResetScsiBus(ext);
        return TRUE;`,
    right: `
      BOOLEAN HwResetBus(PVOID ext, ULONG path) {
        ResetScsiBus(ext);
        ScsiPortCompleteRequest(ext, (UCHAR)path,
          SP_UNTAGGED, SP_UNTAGGED,
          SRB_STATUS_BUS_RESET);
        return TRUE;`,
  },
  precondition: 'HwResetBus was called with SRBs outstanding, and the reset hold ended',
  create: context => {
    const { trace, frames, commands, guests } = context
    /** HwResetBus opened the hold that runs, with SRBs outstanding before. */
    const ordered = new Uint8Array(guests)
    const outstanding = new Uint8Array(guests)
    return {
      subscriptions: [
        {
          kind: Event.Enter,
          key: Routine.ResetBus,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests && commands.held(guest) > 0) outstanding[guest] = 1
            },
          },
        },
        {
          kind: Event.ResetHold,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              if (trace.a[index] === 1) {
                if (trace.b[index]! >= 0) ordered[guest] = outstanding[guest]!
                return
              }
              if (ordered[guest] === 0) return
              ordered[guest] = outstanding[guest] = 0
              if (frames.stopped(guest)) return
              context.exercised(guest)
              const left = trace.c[index]!
              if (left === 0) return
              const serial = commands.oldestHeld(guest)
              context.violation(
                index,
                guest,
                () =>
                  `the reset hold after HwResetBus is over, and ${plural(left, 'SRB')} of the bus ${left === 1 ? 'is' : 'are'} with the miniport still, the oldest being ${context.describeSrb(serial)}`,
                { routine: Routine.ResetBus, srb: serial },
              )
            },
          },
        },
      ],
    }
  },
}
