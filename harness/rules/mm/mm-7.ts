// MM-7: registers are reached through their mapping, in its space, range and width.
import { BAD_ACCESS, Event } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

const REASONS: Record<number, string> = {
  [BAD_ACCESS.unmapped]: 'nothing is mapped there',
  [BAD_ACCESS.wrongSpace]:
    'that address is mapped in the other space: ScsiPortRead/WriteRegister… is for memory, ScsiPortRead/WritePort… for ports',
  [BAD_ACCESS.width]: 'the register has another width',
  [BAD_ACCESS.unaligned]: 'the address is not aligned to the width of the access',
  [BAD_ACCESS.outsideMapping]: 'that is outside the range that was mapped',
}

export const MM_7: Rule = {
  id: 'MM-7',
  title: 'Device registers are accessed only at mapped addresses, in the right space and width',
  severity: 'F',
  source: 'WDK: ScsiPortReadRegisterUlong and its family; ScsiPortGetDeviceBase',
  why: 'A stray access hits another device or nothing at all: a machine check, or a register of somebody else changed.',
  instead:
    'Add the offset of a register to the address ScsiPortGetDeviceBase returned, stay below the length you asked for, and use the routine for the space you asked for and the width the register has.',
  example: {
    faulty: `
      base = ScsiPortGetDeviceBase(ext, PCIBus, bus,
        range->RangeStart, 0x1000, FALSE);
      serial = ScsiPortReadRegisterUlong(
        (PULONG)(base + 0x1000));`,
    right: `
      base = ScsiPortGetDeviceBase(ext, PCIBus, bus,
        range->RangeStart, 0x2000, FALSE);
      serial = ScsiPortReadRegisterUlong(
        (PULONG)(base + 0x1000));`,
  },
  precondition: 'a register was accessed',
  create: context => {
    const { trace, frames, guests } = context
    return {
      // Register accesses are too many to listen to: one look into the ring at the end tells.
      exercised(guest) {
        for (let number = trace.count - 1; number >= trace.overwritten; number--) {
          const index = trace.indexOf(number)
          const kind = trace.kind[index]
          if (trace.guest[index] === guest && (kind === Event.Read || kind === Event.Write)) return 1
        }
        return 0
      },
      subscriptions: [
        {
          kind: Event.BadAccess,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || frames.stopped(guest) || trace.d[index]! >>> 16 === BAD_ACCESS.probed) return
              context.exercised(guest)
              context.violation(index, guest, () => {
                const word = trace.d[index]!
                const space = (word & 0x100) !== 0 ? 'port' : 'register'
                const reason = REASONS[word >>> 16] ?? 'no register answers'
                return `${space} access of ${word & 0xff} bytes at ${hex(trace.a[index]!, 4)}, access ${trace.c[index]! >>> 0} of the routine: ${reason}`
              })
            },
          },
        },
      ],
    }
  },
}
