// AC-2: a Plug and Play miniport can be stopped.
import { AdapterPhase, Event, Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'

export const AC_2: Rule = {
  id: 'AC-2',
  title: 'The miniport has a HwScsiAdapterControl routine',
  severity: 'W',
  source: 'WDK: HW_INITIALIZATION_DATA (HwAdapterControl); HwScsiAdapterControl',
  why: 'Without it nobody tells the miniport that its adapter is to be stopped or powered down: it keeps interrupting and moving data while its resources go to somebody else, and the system cannot go to standby.',
  instead:
    'Fill in HwAdapterControl and support at least ScsiQuerySupportedControlTypes, ScsiStopAdapter and ScsiRestartAdapter.',
  example: {
    faulty: `
      hwData.HwResetBus = HwResetBus;
      /* HwAdapterControl stays NULL */`,
    right: `
      hwData.HwResetBus = HwResetBus;
      hwData.HwAdapterControl = HwAdapterControl;`,
  },
  precondition: 'an adapter was found',
  create: context => {
    const { trace, traits, guests } = context
    return {
      subscriptions: [
        {
          kind: Event.Adapter,
          key: AdapterPhase.Found,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              context.exercised(guest)
              if (traits.hasAdapterControl(guest)) return
              context.violation(
                index,
                guest,
                () => 'HwAdapterControl in HW_INITIALIZATION_DATA is NULL, or the structure ends before it',
                { routine: Routine.DriverEntry, srb: -1 },
              )
            },
          },
        },
      ],
    }
  },
}
