// LD-5: four routines every miniport has.
import { HWID } from '../../../schemas/scsiport.ts'
import { ScsiPortRoutine } from '../../trace/events.ts'
import { onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'

const MANDATORY = [
  ['HwFindAdapter', HWID.HwFindAdapter],
  ['HwInitialize', HWID.HwInitialize],
  ['HwStartIo', HWID.HwStartIo],
  ['HwResetBus', HWID.HwResetBus],
] as const

export const LD_5: Rule = {
  id: 'LD-5',
  title: 'HwFindAdapter, HwInitialize, HwStartIo and HwResetBus are there',
  severity: 'F',
  source: 'WDK: DriverEntry of a SCSI miniport; HW_INITIALIZATION_DATA',
  why: 'The port driver calls each of them without asking. Without one it refuses the driver, or an older one calls address 0.',
  instead: 'Write all four and put their addresses into HW_INITIALIZATION_DATA, in every call of ScsiPortInitialize.',
  example: {
    faulty: `hwid.HwFindAdapter = FindAdapter;
hwid.HwInitialize = Initialize;
hwid.HwStartIo = StartIo;`,
    right: `hwid.HwFindAdapter = FindAdapter;
hwid.HwInitialize = Initialize;
hwid.HwStartIo = StartIo;
hwid.HwResetBus = ResetBus;`,
  },
  precondition: 'ScsiPortInitialize was called',
  create: context => ({
    subscriptions: [
      onCall(context, ScsiPortRoutine.Initialize, (index, guest) => {
        context.exercised(guest)
        const missing = MANDATORY.filter(([, offset]) => context.traits.init(guest, offset) === 0)
        if (missing.length === 0) return
        context.violation(
          index,
          guest,
          () =>
            `${missing.map(([name]) => name).join(' and ')} of HW_INITIALIZATION_DATA ${missing.length === 1 ? 'is' : 'are'} NULL, so ScsiPortInitialize refused the driver`,
        )
      }),
    ],
  }),
}
