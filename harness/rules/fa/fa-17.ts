// FA-17: what is not the driver's to set stays.
import { CONFIG, CONFIG_FIELDS } from '../../../schemas/scsiport.ts'
import { Event } from '../../trace/events.ts'
import { configName, onEvent, onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

/** Reserved, or the port driver's alone. */
const OTHERS = [
  'Length',
  'SystemIoBusNumber',
  'AdapterInterfaceType',
  'AccessRanges',
  'Reserved',
  'RealModeInitialized',
  'ReservedUchars',
  'BusInterruptLevel2',
  'BusInterruptVector2',
  'InterruptMode2',
  'DmaChannel2',
  'DmaPort2',
  'DmaWidth2',
  'DmaSpeed2',
  'DeviceExtensionSize',
  'ResetTargetSupported',
]
const OFFSETS = new Set(CONFIG_FIELDS.filter(([name]) => OTHERS.includes(name)).map(([, offset]) => offset))

export const FA_17: Rule = {
  id: 'FA-17',
  title: 'Reserved members of PORT_CONFIGURATION_INFORMATION, and those of the port driver, are not changed',
  severity: 'W',
  source: 'WDK: PORT_CONFIGURATION_INFORMATION',
  why: 'The port driver uses them itself, or a later one will. A driver that clears the whole structure takes the supplied ranges and limits away.',
  instead: 'Set only members that describe this adapter, one by one; never clear or copy the structure as a whole.',
  example: {
    faulty: `memset(&config->Reserved, 0xff,
       sizeof(config->Reserved));`,
    right: '/* reserved members stay as they are */',
  },
  precondition: 'HwFindAdapter returned',
  create: context => {
    const { traits, trace } = context
    return {
      subscriptions: [
        onFound(context, (_index, guest) => context.exercised(guest)),
        onEvent(context, Event.ConfigField, (index, guest, offset) => {
          if (trace.b[index] === trace.c[index] || !OFFSETS.has(offset)) return
          if (offset >= traits.given(guest, CONFIG.Length) >>> 0) return
          context.violation(
            index,
            guest,
            () =>
              `HwFindAdapter changed ${configName(offset)} (offset ${offset}) from ${hex(trace.c[index]!)} to ${hex(trace.b[index]!)}`,
          )
        }),
      ],
    }
  },
}
