// DM-4: between ScsiPortIoMapTransfer and HwScsiDmaStarted anything may happen.
//
// Two things show that a miniport did not expect it: HwDmaStarted makes the adapter do what it cannot do any more (the adapter complains),
// or the interrupt took the transfer for done and flushed it, and the request then runs into its time-out.
import { Event, Routine } from '../../trace/events.ts'
import { HOST_NONE } from '../completion-key.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const DM_4: Rule = {
  id: 'DM-4',
  title: 'An interrupt between ScsiPortIoMapTransfer and HwScsiDmaStarted does not confuse the transfer',
  severity: 'E',
  source: 'WDK: HwScsiDmaStarted; ScsiPortIoMapTransfer',
  why: 'The channel is programmed after the routine has returned, and the adapter may interrupt in between. A driver that takes this for the end of the transfer completes it before a byte has moved, or never starts it.',
  instead:
    'Ask the adapter what its interrupt means. Note in the device extension that a transfer is ordered and not started; in HwDmaStarted look whether it is wanted still.',
  example: {
    faulty: `
      if (ext->mapped != 0) {
        ScsiPortFlushDma(ext);   /* must be done */
        ext->moved += ext->mapped;
        ext->mapped = 0;
      }`,
    right: `
      if (ext->mapped != 0 && ext->started
          && TransferEnded(ext)) {
        ScsiPortFlushDma(ext);
        ext->moved += ext->mapped;
        ext->mapped = 0;
      }`,
  },
  precondition: 'HwInterrupt was called between ScsiPortIoMapTransfer and HwDmaStarted',
  create: context => {
    const { trace, traits, frames, commands, guests } = context
    /** SRB of the transfer that is ordered and not started, −1 none; calls of HwInterrupt by then. */
    const ordered = new Int32Array(guests).fill(-1)
    const calls = new Float64Array(guests)
    /** HwDmaStarted runs, for a transfer with an interrupt before it. */
    const disturbed = new Float64Array(guests).fill(-1)
    /** SRB whose transfer an interrupt flushed before it had begun; event and instant. */
    const flushed = new Int32Array(guests).fill(-1)
    const flushNumber = new Float64Array(guests)
    const flushPs = new Float64Array(guests)
    const flushCall = new Int32Array(guests)

    const interrupted = (guest: number): boolean => frames.entered(guest, Routine.Interrupt) > calls[guest]!
    return {
      exempt: guest =>
        traits.busMaster(guest)
          ? 'the adapter is a bus master: the system DMA controller does not move its data'
          : undefined,
      subscriptions: [
        {
          kind: Event.MapTransfer,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || trace.d[index] !== 1) return
              ordered[guest] = trace.a[index]!
              calls[guest] = frames.entered(guest, Routine.Interrupt)
              flushed[guest] = -1 // ordered again: nothing is lost
            },
          },
        },
        {
          kind: Event.FlushDma,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || ordered[guest]! < 0) return
              const serial = ordered[guest]!
              ordered[guest] = -1
              if (!interrupted(guest) || frames.routine(guest) !== Routine.Interrupt) return
              context.exercised(guest)
              if (commands.hostStatus(guest, serial) !== HOST_NONE) return
              flushed[guest] = serial
              flushNumber[guest] = trace.numberAt(index)
              flushPs[guest] = trace.psAt(index)
              flushCall[guest] = frames.invocation(guest)
            },
          },
        },
        {
          kind: Event.Enter,
          key: Routine.DmaStarted,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              disturbed[guest] = -1
              if (ordered[guest]! < 0) return
              ordered[guest] = -1
              if (!interrupted(guest)) return
              context.exercised(guest)
              disturbed[guest] = frames.entered(guest, Routine.DmaStarted)
            },
          },
        },
        {
          kind: Event.Diagnostic,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || !frames.running(guest) || frames.routine(guest) !== Routine.DmaStarted) return
              if (disturbed[guest] !== frames.entered(guest, Routine.DmaStarted)) return
              context.violation(
                index,
                guest,
                () =>
                  `after an interrupt in between, HwDmaStarted wrote ${hex(trace.c[index]!)} to ${context.registerName(guest, trace.b[index]!, 'write')}, and the adapter refused it: the transfer was not wanted any more`,
              )
            },
          },
        },
        {
          kind: Event.Timeout,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              const serial = flushed[guest]!
              flushed[guest] = -1
              if (serial < 0 || !commands.holds(guest, serial) || frames.stopped(guest)) return
              context.violation(
                index,
                guest,
                () =>
                  `HwInterrupt called ScsiPortFlushDma between ScsiPortIoMapTransfer and HwDmaStarted, though the adapter had not ended the command: the transfer never began, and ${context.describeSrb(serial)} ran into its time-out`,
                {
                  routine: Routine.Interrupt,
                  invocation: flushCall[guest]!,
                  srb: serial,
                  number: flushNumber[guest]!,
                  atPs: flushPs[guest]!,
                },
              )
            },
          },
        },
      ],
    }
  },
}
