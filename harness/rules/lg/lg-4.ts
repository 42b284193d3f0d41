// LG-4: entries of the log can be told apart.
import { Event } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

/** SP_BUS_PARITY_ERROR to SP_LOST_WMI_MINIPORT_REQUEST. */
const LAST_CODE = 0x0b
/** SP_VER_TRACE_SUPPORT, a flag. */
const TRACE_SUPPORT = 0x10
/** Places that are remembered. */
const PLACES = 256

export const LG_4: Rule = {
  id: 'LG-4',
  title: 'ScsiPortLogError is called with an SP_ code, and with a UniqueId for each place',
  severity: 'W',
  source: 'WDK: ScsiPortLogError',
  why: 'The code chooses the text that an administrator reads; an unknown one gives a meaningless entry. UniqueId is all that tells the author of the driver which of his lines has spoken.',
  instead:
    'Use the codes SP_BUS_PARITY_ERROR to SP_BAD_FW_ERROR, not SRB or SCSI statuses. Give every call of ScsiPortLogError a number of its own.',
  example: {
    faulty: `
      ScsiPortLogError(ext, srb, path, target, lun,
        srb->SrbStatus, 0);`,
    right: `
      ScsiPortLogError(ext, srb, path, target, lun,
        SP_BUS_PARITY_ERROR, SITE_PARITY);`,
  },
  precondition: 'ScsiPortLogError was called',
  create: context => {
    const { trace, guests } = context
    const codes = Array.from({ length: guests }, () => new Map<number, number>())
    return {
      subscriptions: [
        {
          kind: Event.LogError,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              context.exercised(guest)
              const code = trace.b[index]! >>> 0
              const place = trace.c[index]! >>> 0
              const serial = trace.a[index]!
              const plain = code & ~TRACE_SUPPORT
              if (plain < 1 || plain > LAST_CODE) {
                context.violation(
                  index,
                  guest,
                  () =>
                    `ScsiPortLogError was called with error code ${hex(code)}, which is no SP_ code (UniqueId ${hex(place)})`,
                  { srb: serial },
                )
                return
              }
              const before = codes[guest]!.get(place)
              if (before === undefined) {
                if (codes[guest]!.size < PLACES) codes[guest]!.set(place, plain)
              } else if (before !== plain) {
                context.violation(
                  index,
                  guest,
                  () =>
                    `ScsiPortLogError was called with UniqueId ${hex(place)} for error code ${plain}, after the same UniqueId for code ${before}: the two places cannot be told apart`,
                  { srb: serial },
                )
              }
            },
          },
        },
      ],
    }
  },
}
