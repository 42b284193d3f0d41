// FA-21: bus data is for HwFindAdapter.
//
// The buffer of a call with Length 0 is overwritten when the next call or the end of HwFindAdapter makes it invalid; a driver that reads
// it afterwards acts on nonsense, but that reading itself is not seen.
import { ROUTINE_NAMES, ScsiPortRoutine } from '../../trace/events.ts'
import { onForbiddenCall } from '../forbidden.ts'
import { onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const FA_21: Rule = {
  id: 'FA-21',
  title: 'ScsiPortGetBusData is called from HwFindAdapter, or for ScsiSetRunningConfig, only',
  severity: 'E',
  source:
    'WDK: ScsiPortGetBusData; HwScsiAdapterControl (its pages disagree about ScsiSetBootConfig: it is allowed here)',
  why: 'Configuration space is read at PASSIVE_LEVEL with a lock that an interrupt routine must not wait for. Called at device level it hangs the processor.',
  instead:
    'Read what you need in HwFindAdapter and keep it in the device extension. The buffer is valid until the next call and until HwFindAdapter returns.',
  example: {
    faulty: `BOOLEAN Initialize(PVOID ext) {
  ScsiPortGetBusData(ext, PCIConfiguration, bus, slot,
                     &pci, sizeof(pci));`,
    right: `ULONG FindAdapter(...) {
  ScsiPortGetBusData(ext, PCIConfiguration, bus, slot,
                     &pci, sizeof(pci));
  ext->Revision = pci.RevisionID;`,
  },
  precondition: 'ScsiPortGetBusData was called',
  create: context => ({
    subscriptions: [
      onCall(context, ScsiPortRoutine.GetBusData, (_index, guest) => context.exercised(guest)),
      onForbiddenCall(context, 'FA-21', (index, guest, _name, routine) => {
        context.violation(index, guest, () => `ScsiPortGetBusData was called from ${ROUTINE_NAMES[routine]}`)
      }),
    ],
  }),
}
