// FA-3: supplied ranges are the only ones.
import { Routine, ScsiPortRoutine } from '../../trace/events.ts'
import { extentBytes, extentInIo, onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const FA_3: Rule = {
  id: 'FA-3',
  title: 'When the port driver supplies access ranges, only those are mapped',
  severity: 'E',
  source: 'WDK: ACCESS_RANGE; ScsiPortGetDeviceBase; Using port-driver-supplied configuration information',
  why: 'Any other address belongs to another device, and reading it can already change that device. A driver that probes hangs machines it has never seen.',
  instead:
    'If one element of AccessRanges is not zero, give exactly those to ScsiPortGetDeviceBase and look nowhere else. Probe only when all of them are zero.',
  example: {
    faulty: `ioBase = ScsiPortConvertUlongToPhysicalAddress(0x330);
base = ScsiPortGetDeviceBase(ext, Isa, 0, ioBase,
                             4, TRUE);`,
    right: `range = &(*config->AccessRanges)[0];
base = ScsiPortGetDeviceBase(ext, config->AdapterInterfaceType,
  config->SystemIoBusNumber, range->RangeStart,
  range->RangeLength, (BOOLEAN)!range->RangeInMemory);`,
  },
  precondition: 'the port driver supplied access ranges and ScsiPortGetDeviceBase was called',
  create: context => {
    const { trace, frames, traits } = context
    const { ranges } = traits
    return {
      subscriptions: [
        onCall(context, ScsiPortRoutine.GetDeviceBase, (index, guest) => {
          if (!ranges.supplied(guest) || frames.routine(guest) !== Routine.FindAdapter) return
          context.exercised(guest)
          const start = trace.b[index]!
          const extent = trace.c[index]!
          if (ranges.holding(guest, start, extentBytes(extent)) >= 0) return
          context.violation(
            index,
            guest,
            () =>
              `ScsiPortGetDeviceBase was asked for ${extentBytes(extent)} bytes at ${extentInIo(extent) ? 'port' : 'address'} ${hex(start)}, which no supplied element of AccessRanges holds`,
          )
        }),
      ],
    }
  },
}
