// FA-8: AccessRanges speak of the bus.
import { SP_RETURN } from '../../../schemas/scsiport.ts'
import { Event, ScsiPortRoutine } from '../../trace/events.ts'
import { extentBytes, onCall, onEvent, onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

const KEPT = 16

export const FA_8: Rule = {
  id: 'FA-8',
  title: 'AccessRanges hold bus addresses and all the bytes the adapter decodes',
  severity: 'E',
  source: 'WDK: ACCESS_RANGE; ScsiPortGetDeviceBase',
  why: 'From them the port driver learns which addresses are taken. With a mapped address in them the next driver gets the addresses of this one, or this one is refused for a conflict that does not exist.',
  instead:
    'Keep what ScsiPortGetDeviceBase returned in the device extension. Leave supplied ranges as they are; into others put the bus address and the whole length, with ScsiPortConvertUlongToPhysicalAddress.',
  example: {
    faulty: `base = ScsiPortGetDeviceBase(...);
range->RangeStart =
  ScsiPortConvertUlongToPhysicalAddress((ULONG_PTR)base);`,
    right: `base = ScsiPortGetDeviceBase(...);
ext->Base = base; /* RangeStart stays */`,
  },
  precondition: 'HwFindAdapter found an adapter and had mapped a range',
  create: context => {
    const { trace, traits, guests } = context
    const { ranges } = traits
    /** Bus address, bytes and base of the mappings made in HwFindAdapter. */
    const maps = Array.from({ length: guests }, () => ({
      count: 0,
      bus: new Int32Array(KEPT),
      bytes: new Int32Array(KEPT),
      base: new Int32Array(KEPT),
    }))
    const find = (guest: number, list: 'bus' | 'base', value: number): number => {
      const map = maps[guest]!
      for (let n = 0; n < Math.min(map.count, KEPT); n++) if (map[list][n] === value) return n
      return -1
    }
    return {
      subscriptions: [
        onCall(context, ScsiPortRoutine.GetDeviceBase, (index, guest, base) => {
          const map = maps[guest]!
          if (base === 0) return
          const n = map.count++ % KEPT
          map.bus[n] = trace.b[index]!
          map.bytes[n] = extentBytes(trace.c[index]!)
          map.base[n] = base
        }),
        onEvent(context, Event.ConfigRange, (index, guest, n) => {
          if (n >= 0x100 || n >= KEPT) return
          const start = trace.b[index]!
          const bytes = trace.c[index]!
          const mapped = find(guest, 'base', start)
          if (start !== 0 && mapped >= 0 && maps[guest]!.bus[mapped] !== start) {
            context.violation(
              index,
              guest,
              () =>
                `AccessRanges[${n}].RangeStart is ${hex(start)}, the address that ScsiPortGetDeviceBase returned; the bus address is ${hex(maps[guest]!.bus[mapped]!)}`,
            )
            return
          }
          if (ranges.bytes(guest, n) !== 0) {
            if (start === ranges.start(guest, n) && bytes === ranges.bytes(guest, n)) return
            context.violation(
              index,
              guest,
              () =>
                `AccessRanges[${n}] was supplied as ${ranges.bytes(guest, n)} bytes at ${hex(ranges.start(guest, n))} and left as ${bytes >>> 0} bytes at ${hex(start)}`,
            )
            return
          }
          const own = find(guest, 'bus', start)
          if (own < 0 || bytes >>> 0 >= maps[guest]!.bytes[own]!) return
          context.violation(
            index,
            guest,
            () =>
              `AccessRanges[${n}] names ${bytes >>> 0} bytes at ${hex(start)}, but ${maps[guest]!.bytes[own]} were mapped there`,
          )
        }),
        onFound(context, (_index, guest, result) => {
          if (result === SP_RETURN.FOUND && maps[guest]!.count > 0) context.exercised(guest)
          maps[guest]!.count = 0
        }),
      ],
    }
  },
}
