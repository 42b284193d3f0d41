// LD-3: HW_INITIALIZATION_DATA is zeroed before it is filled.
//
// What was not zeroed shows in members no driver sets: reserved ones, and flags that are neither TRUE nor FALSE.
import { HWID, HWID_FIELDS } from '../../../schemas/scsiport.ts'
import { ScsiPortRoutine } from '../../trace/events.ts'
import { onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

const FLAGS = [
  HWID.MapBuffers,
  HWID.NeedPhysicalAddresses,
  HWID.TaggedQueuing,
  HWID.AutoRequestSense,
  HWID.MultipleRequestPerLu,
  HWID.ReceiveEvent,
]

export const LD_3: Rule = {
  id: 'LD-3',
  title: 'HW_INITIALIZATION_DATA is zeroed before its members are set',
  severity: 'E',
  source: 'WDK: HW_INITIALIZATION_DATA',
  why: 'It usually lies on the stack, among what earlier calls left there. A member that nobody set then promises features the driver does not have, or points to a routine that is none.',
  instead: 'Zero all of it first, with a loop or memset over sizeof(HW_INITIALIZATION_DATA); then set what you need.',
  example: {
    faulty: `HW_INITIALIZATION_DATA hwid;
hwid.HwInitializationDataSize = sizeof(hwid);`,
    right: `HW_INITIALIZATION_DATA hwid;
memset(&hwid, 0, sizeof(hwid));
hwid.HwInitializationDataSize = sizeof(hwid);`,
  },
  precondition: 'ScsiPortInitialize was called',
  create: context => {
    const { traits } = context
    const garbage = (guest: number): number => {
      for (const offset of [HWID.Reserved, HWID.ReservedUshort]) if (traits.init(guest, offset) !== 0) return offset
      return FLAGS.find(offset => traits.init(guest, offset) >>> 0 > 1) ?? -1
    }
    return {
      subscriptions: [
        onCall(context, ScsiPortRoutine.Initialize, (index, guest) => {
          context.exercised(guest)
          const offset = garbage(guest)
          if (offset < 0) return
          context.violation(index, guest, () => {
            const name = HWID_FIELDS.find(([, at]) => at === offset)![0]
            const value = hex(traits.init(guest, offset))
            const flag = FLAGS.some(at => at === offset)
            return `${name} of HW_INITIALIZATION_DATA (offset ${offset}) is ${value}, ${flag ? 'neither TRUE nor FALSE' : 'and must be 0'}: it was not zeroed`
          })
        }),
      ],
    }
  },
}
