// LD-11: ScsiPortInitialize has one caller.
import { ROUTINE_NAMES, ScsiPortRoutine } from '../../trace/events.ts'
import { onForbiddenCall } from '../forbidden.ts'
import { onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const LD_11: Rule = {
  id: 'LD-11',
  title: 'ScsiPortInitialize is called from DriverEntry only, and DriverEntry calls nothing that needs an adapter',
  severity: 'F',
  source: 'WDK: Calling ScsiPortInitialize (SCSI miniport guide)',
  why: 'It makes device objects and allocates memory, at PASSIVE_LEVEL and while the driver is loaded. Called later it corrupts the list of adapters, or stops the system. In DriverEntry there is no adapter yet that other routines could work on.',
  instead:
    'Call it for every bus type in DriverEntry. For a further adapter on the same bus set *Again in HwFindAdapter; the port driver calls again.',
  example: {
    faulty: `ULONG FindAdapter(...) {
  ...
  ScsiPortInitialize(arg1, arg2, &other, NULL);`,
    right: `ULONG DriverEntry(PVOID arg1, PVOID arg2) {
  ...
  ScsiPortInitialize(arg1, arg2, &other, NULL);`,
  },
  precondition: 'ScsiPortInitialize was called',
  create: context => ({
    subscriptions: [
      onCall(context, ScsiPortRoutine.Initialize, (_index, guest) => context.exercised(guest)),
      onForbiddenCall(context, 'LD-11', (index, guest, name, routine) =>
        context.violation(index, guest, () =>
          name === 'ScsiPortInitialize'
            ? `ScsiPortInitialize was called from ${ROUTINE_NAMES[routine]}; only DriverEntry may call it`
            : `DriverEntry called ${name}: it registers the driver with ScsiPortInitialize, and nothing else`,
        ),
      ),
    ],
  }),
}
