// INT-20: what belongs to HwFindAdapter is not called at interrupt level. See forbidden.ts for the division of labour.
import { ROUTINE_NAMES, Routine } from '../../trace/events.ts'
import { onForbiddenCall } from '../forbidden.ts'
import type { Rule } from '../rule.ts'

export const INT_20: Rule = {
  id: 'INT-20',
  title: 'HwInterrupt, and what runs beside it, calls no routine that is only for HwFindAdapter',
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
        ),
      ),
    ],
  }),
}
