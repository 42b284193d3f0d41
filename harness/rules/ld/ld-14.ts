// LD-14: state lives in extensions, not in variables of the module.
import { AdapterPhase, Finding } from '../../trace/events.ts'
import { onFinding, textAt } from '../finding.ts'
import { onPhase } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const LD_14: Rule = {
  id: 'LD-14',
  title: 'No state in global variables: everything about an adapter lies in its extensions',
  severity: 'W',
  source: 'WDK: Using the HwContext parameter (SCSI miniport guide)',
  why: 'One image of the driver serves all its adapters, on several processors at once. A global variable is shared by all of them: the second adapter overwrites what the first one needs.',
  instead:
    'Put it into the device extension (per adapter), the logical unit extension or the SRB extension. Constants and what DriverEntry prepares may stay global.',
  example: {
    faulty: `static ULONG NextTag;

BOOLEAN StartIo(PVOID ext, PSCSI_REQUEST_BLOCK srb) {
  ULONG tag = NextTag++;`,
    right: `BOOLEAN StartIo(PVOID ext, PSCSI_REQUEST_BLOCK srb) {
  ULONG tag = ((DEVICE_EXTENSION *)ext)->NextTag++;`,
  },
  precondition: 'the adapter was initialized and its bus scanned',
  create: context => ({
    subscriptions: [
      onPhase(context, AdapterPhase.Scanned, (_index, guest) => context.exercised(guest)),
      onFinding(context, Finding.ModuleDataChanged, (index, guest) => {
        const address = context.trace.c[index]!
        const name = textAt(context, context.trace.d[index]!, '')
        context.violation(
          index,
          guest,
          () =>
            `${address < 0 ? `the global variable ${name}` : `the module's own data at address ${hex(address, 4)}`} changed after DriverEntry had returned`,
        )
      }),
    ],
  }),
}
