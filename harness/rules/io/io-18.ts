// IO-18: a driver knows how much its adapter can take.
import { DiagnosticCode, Event, Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const IO_18: Rule = {
  id: 'IO-18',
  title: 'No command is given to an adapter that cannot take it',
  severity: 'W',
  source: 'own rule of this bench',
  why: 'The adapter ignores the command, or overwrites one that runs: one of the two requests never comes back, and the bus is reset seconds later.',
  instead:
    'Count what is with the adapter. Notify NextRequest while there is room for one more, and otherwise when a command has ended.',
  example: {
    faulty: `tag = DeviceExtension->NextTag++ % TAGS;      /* still in use? */
ScsiPortNotification(NextRequest, DeviceExtension);`,
    right: `tag = DeviceExtension->Free[--DeviceExtension->FreeCount];
if (DeviceExtension->FreeCount > 0)
    ScsiPortNotification(NextRequest, DeviceExtension);`,
  },
  precondition: 'a command was given to the adapter',
  create: context => {
    const { trace, frames, commands, guests } = context
    const refused =
      (words: string) =>
      (index: number): void => {
        const guest = trace.guest[index]!
        if (guest >= guests || frames.stopped(guest)) return
        if (!frames.running(guest) || frames.routine(guest) !== Routine.StartIo) return
        const register = context.registerName(guest, trace.b[index]!, 'write')
        context.violation(
          index,
          guest,
          () => `${hex(trace.c[index]!)} was written to ${register}, and the adapter ${words}`,
        )
      }
    return {
      exercised: guest => commands.fetchedCount(guest),
      subscriptions: [
        {
          kind: Event.Diagnostic,
          key: DiagnosticCode.BadDoorbell,
          reader: { on: refused('refused it: that tag is in use, or there is nothing it could start') },
        },
        {
          kind: Event.Diagnostic,
          key: DiagnosticCode.IgnoredWhileBusy,
          reader: { on: refused('ignored it: it was busy') },
        },
      ],
    }
  },
}
