// IO-23: what the SRB says about disconnecting and queuing reaches the target.
import type { Rule } from '../rule.ts'

const MESSAGES = ['none (untagged)', 'SIMPLE', 'ORDERED', 'HEAD OF QUEUE'] as const

export const IO_23: Rule = {
  id: 'IO-23',
  title: 'QueueAction and SRB_FLAGS_DISABLE_DISCONNECT are obeyed',
  severity: 'E',
  source: 'WDK: SCSI_REQUEST_BLOCK (QueueAction, QueueTag, SrbFlags)',
  why: 'A file system that asks for an ORDERED write relies on it to be behind those before. Sent as SIMPLE the target may turn the order around, and after a power failure the disk is not what its journal says.',
  instead:
    'With SRB_FLAGS_QUEUE_ACTION_ENABLE send the tag message in Srb->QueueAction; with QueueTag SP_UNTAGGED send none; with SRB_FLAGS_DISABLE_DISCONNECT do not grant disconnection in IDENTIFY.',
  example: {
    faulty: `block->Flags = BLOCK_SIMPLE;`,
    right: `if (Srb->QueueTag == SP_UNTAGGED) block->Flags = 0;
else if (Srb->SrbFlags & SRB_FLAGS_QUEUE_ACTION_ENABLE) block->Flags = FlagsOf(Srb->QueueAction);
else block->Flags = BLOCK_SIMPLE;
if (Srb->SrbFlags & SRB_FLAGS_DISABLE_DISCONNECT) block->Flags |= BLOCK_NO_DISCONNECT;`,
  },
  precondition:
    'an SRB that asks for more than a SIMPLE tag, or for no disconnection, was run by an adapter that tells what it sent',
  create: context => {
    const { trace, commands } = context
    return {
      foreign: ({ carriesCdbs }) =>
        carriesCdbs ? undefined : 'there is no bus: no target is sent a tag message or may disconnect',
      exempt: guest =>
        commands.fetchedCount(guest) > 0 && !commands.tells(guest)
          ? 'in this mode the adapter sends no tag messages and does not disconnect'
          : undefined,
      exercised: guest => commands.wishes(guest),
      completions: [
        {
          applies: facts => facts.misled,
          suspect: facts => facts.misled,
          check(index, guest) {
            const serial = trace.a[index]!
            context.violation(
              index,
              guest,
              () => {
                const wanted = commands.wantedTag(guest, serial)
                const told = commands.toldTag(guest, serial)
                return wanted === told
                  ? `${context.describeSrb(serial)} has SRB_FLAGS_DISABLE_DISCONNECT, but the target was told that it may disconnect`
                  : `${context.describeSrb(serial)} asks for the tag message ${MESSAGES[wanted]}, but the target was sent ${MESSAGES[told]}`
              },
              { srb: serial },
            )
          },
        },
      ],
    }
  },
}
