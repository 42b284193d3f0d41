// LD-11: ScsiPortInitialize has one caller.
import { ROUTINE_NAMES, ScsiPortRoutine } from '../../trace/events.ts'
import { onCall, onForbiddenCall } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const LD_11: Rule = {
  id: 'LD-11',
  title: 'ScsiPortInitialize is called from DriverEntry only',
  severity: 'F',
  source: 'WDK: Calling ScsiPortInitialize (SCSI miniport guide)',
  why: 'It makes device objects and allocates memory, at PASSIVE_LEVEL and while the driver is loaded. Called later it corrupts the list of adapters, or stops the system.',
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
      onForbiddenCall(context, 'ScsiPortInitialize', (index, guest, routine) =>
        context.violation(
          index,
          guest,
          () => `ScsiPortInitialize was called from ${ROUTINE_NAMES[routine]}; only DriverEntry may call it`,
        ),
      ),
    ],
  }),
}
