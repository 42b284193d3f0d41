// IN-3: the interrupt is connected before HwInitialize runs.
import { AdapterPhase, Event, Routine, STOP_NAMES } from '../../trace/events.ts'
import { onEvent, onFound, onPhase } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const IN_3: Rule = {
  id: 'IN-3',
  title: 'HwInterrupt works before HwInitialize has run',
  severity: 'E',
  source: 'WDK: HwScsiInitialize',
  why: 'The line is shared, and connected as soon as HwFindAdapter has returned. The first interrupt may be a neighbour’s, or left over from the firmware; an interrupt routine that needs what HwInitialize sets up fails on machines that happen to be wired so.',
  instead:
    'Set up in HwFindAdapter all that HwInterrupt needs to tell whether the interrupt is its own: the mapped registers, and which causes are enabled (none yet).',
  example: {
    faulty: `BOOLEAN Initialize(PVOID ext) {
  ext->Base = ext->Mapped;`,
    right: `ULONG FindAdapter(...) {
  ext->Base = ScsiPortGetDeviceBase(...);`,
  },
  precondition: 'HwInterrupt was called before HwInitialize had returned',
  create: context => {
    const { trace, frames, guests } = context
    /** HwFindAdapter has returned and HwInitialize has not. */
    const early = new Uint8Array(guests)
    const calls = new Uint32Array(guests)
    return {
      exempt: guest =>
        context.traits.configured(guest) && !context.traits.hasInterrupt(guest)
          ? 'the driver has no HwInterrupt'
          : undefined,
      subscriptions: [
        onFound(context, (_index, guest) => {
          early[guest] = 1
          calls[guest] = frames.entered(guest, Routine.Interrupt)
        }),
        onPhase(context, AdapterPhase.Initialized, (_index, guest) => {
          early[guest] = 0
          context.exercised(guest, frames.entered(guest, Routine.Interrupt) - calls[guest]!)
        }),
        onEvent(context, Event.BadAccess, (index, guest, address) => {
          if (early[guest] === 0 || frames.routine(guest) !== Routine.Interrupt) return
          context.violation(
            index,
            guest,
            () =>
              `HwInterrupt, called before HwInitialize, accessed a register at ${hex(address, 4)}, where none is mapped`,
          )
        }),
        onEvent(context, Event.Stopped, (index, guest, kind) => {
          if (early[guest] === 0 || trace.b[index] !== Routine.Interrupt) return
          context.violation(
            index,
            guest,
            () => `HwInterrupt, called before HwInitialize, had to be stopped (${STOP_NAMES[kind]})`,
            { routine: Routine.Interrupt },
          )
        }),
      ],
    }
  },
}
