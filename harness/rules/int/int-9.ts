// INT-9: the channel first, then the transfer.
import { Event } from '../../trace/events.ts'
import { Host } from '../host-errors.ts'
import type { Rule } from '../rule.ts'

export const INT_9: Rule = {
  id: 'INT-9',
  title: 'Before a system DMA transfer ScsiPortIoMapTransfer has programmed the channel',
  severity: 'F',
  source: 'WDK: HwScsiInterrupt (data phase); ScsiPortIoMapTransfer; HwScsiDmaStarted',
  why: "A subordinate adapter moves its data over a channel of the system's DMA controller. Started without the channel, or with what an earlier transfer left in it, it writes into memory of somebody else, or waits for ever.",
  instead:
    'When a target is ready for data, call ScsiPortIoMapTransfer and return. Start the adapter in HwDmaStarted, which is called once the channel is programmed.',
  example: {
    faulty: `
      if (bytes <= 512)     /* "still mapped" */
        startTransfer(ext, bytes);
      else
        ScsiPortIoMapTransfer(ext, srb, data, bytes);`,
    right: `
      ext->Bytes = bytes;
      ScsiPortIoMapTransfer(ext, srb, data, bytes);
      /* and in HwDmaStarted: */
      startTransfer(ext, ext->Bytes);`,
  },
  precondition: 'ScsiPortIoMapTransfer was called, or a transfer of a subordinate adapter failed',
  create: context => {
    const { trace, commands, traits, guests } = context
    const mapped = new Int32Array(guests).fill(-1)
    const broken = new Int32Array(guests).fill(-1)
    return {
      exempt: guest => (traits.systemDma(guest) ? undefined : 'the adapter does not use system DMA'),
      subscriptions: [
        {
          kind: Event.MapTransfer,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || trace.d[index] === 0) return
              context.exercised(guest)
              mapped[guest] = trace.a[index]!
            },
          },
        },
        {
          // A command on which the scenario plays a trick may fail in its transfer without a fault of the driver.
          kind: Event.FaultInjected,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests && trace.b[index]! >= 0) broken[guest] = commands.serialOfTag(guest, trace.b[index]!)
            },
          },
        },
      ],
      completions: [
        {
          counts: false,
          applies: facts => facts.host === Host.dmaError,
          suspect: () => true,
          check(index, guest) {
            const serial = trace.a[index]!
            if (!traits.systemDma(guest) || broken[guest] === serial || mapped[guest] === serial) return
            context.violation(
              index,
              guest,
              () =>
                `the data of ${context.describeSrb(serial)} was to be moved by system DMA without a call of ScsiPortIoMapTransfer for it: the adapter found no channel`,
              { srb: serial },
            )
          },
        },
      ],
    }
  },
}
