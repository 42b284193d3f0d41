// INT-20: what belongs to HwFindAdapter is not called at interrupt level. It also has the forbidden calls that are no other rule's, see
// forbidden.ts.
import { ROUTINE_NAMES, Routine } from '../../trace/events.ts'
import { onForbiddenCall } from '../forbidden.ts'
import type { Rule } from '../rule.ts'

export const INT_20: Rule = {
  id: 'INT-20',
  title:
    'HwInterrupt calls no routine that is only for HwFindAdapter; nor does any other routine call what it must not',
  severity: 'F',
  source: 'WDK: calling ScsiPortXxx routines (SCSI miniport guide); the pages of the routines',
  why: 'ScsiPortGetDeviceBase, ScsiPortGetBusData and their like allocate, map and wait: at device IRQL that is a bug check or a dead machine. Other routines mean nothing where they were called and are ignored or corrupt state.',
  instead:
    'Map registers and read configuration space in HwFindAdapter, keep what you need in the device extension, and use that everywhere else.',
  example: {
    faulty: `
      BOOLEAN HwInterrupt(PVOID ext) {
        ScsiPortGetBusData(ext, PCIConfiguration,
          bus, slot, &pci, sizeof(pci));
        if (!(pci.Status & INTERRUPT))
          return FALSE;`,
    right: `
      BOOLEAN HwInterrupt(PVOID ext) {
        status = ScsiPortReadRegisterUlong(STATUS);
        if (!(status & enabled))
          return FALSE;`,
  },
  precondition: 'HwInterrupt was called',
  create: context => ({
    exercised: guest => context.frames.entered(guest, Routine.Interrupt),
    subscriptions: [
      onForbiddenCall(context, 'INT-20', (index, guest, name, routine) =>
        context.violation(
          index,
          guest,
          () => `${ROUTINE_NAMES[routine]} called ${name}, which must not be called there`,
          // No page says that HwFindAdapter may notify, and none that it must not.
          routine === Routine.FindAdapter && name === 'ScsiPortNotification' ? { severity: 'W' } : {},
        ),
      ),
    ],
  }),
}
