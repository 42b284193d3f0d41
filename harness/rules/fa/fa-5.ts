// FA-5: InIoSpace is the inverse of RangeInMemory.
import { ScsiPortRoutine } from '../../trace/events.ts'
import { extentBytes, extentInIo, onCall } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const FA_5: Rule = {
  id: 'FA-5',
  title: 'InIoSpace of ScsiPortGetDeviceBase is the inverse of RangeInMemory',
  severity: 'E',
  source: 'WDK: ScsiPortGetDeviceBase; ACCESS_RANGE',
  why: 'The same number names a port and a memory address. In the wrong space there is nothing, or another device.',
  instead: 'Pass (BOOLEAN)!range->RangeInMemory, and use the ScsiPortRead/WritePort or …Register routines accordingly.',
  example: {
    faulty: `base = ScsiPortGetDeviceBase(ext, type, bus,
  range->RangeStart, range->RangeLength,
  range->RangeInMemory);`,
    right: `base = ScsiPortGetDeviceBase(ext, type, bus,
  range->RangeStart, range->RangeLength,
  (BOOLEAN)!range->RangeInMemory);`,
  },
  precondition: 'ScsiPortGetDeviceBase was called for a supplied access range',
  create: context => {
    const { trace, traits } = context
    const { ranges } = traits
    return {
      subscriptions: [
        onCall(context, ScsiPortRoutine.GetDeviceBase, (index, guest) => {
          const start = trace.b[index]!
          const extent = trace.c[index]!
          const n = ranges.holding(guest, start, extentBytes(extent))
          if (n < 0) return
          context.exercised(guest)
          const memory = ranges.inMemory(guest, n)
          if (extentInIo(extent) !== memory) return
          context.violation(
            index,
            guest,
            () =>
              `ScsiPortGetDeviceBase was asked for ${hex(start)} with InIoSpace ${memory ? 'TRUE' : 'FALSE'}, but AccessRanges[${n}] lies in ${memory ? 'memory' : 'I/O'} space (RangeInMemory ${memory ? 'TRUE' : 'FALSE'})`,
          )
        }),
      ],
    }
  },
}
