// Moments of loading and start that several rules wait for.
import { CONFIG_FIELDS } from '../../schemas/scsiport.ts'
import { AdapterPhase, Event, type ScsiPortRoutine } from '../trace/events.ts'
import type { Subscription } from '../trace/trace.ts'
import type { RuleContext } from './rule.ts'

type Take = (index: number, guest: number, value: number) => void

/** HwFindAdapter has returned, and every field it left is known. `value`: what it returned. */
export const onFound = (context: RuleContext, take: Take): Subscription => onPhase(context, AdapterPhase.Found, take)

export const onPhase = (context: RuleContext, phase: number, take: Take): Subscription => ({
  kind: Event.Adapter,
  key: phase,
  reader: {
    on(index) {
      const guest = context.trace.guest[index]!
      if (guest < context.guests) take(index, guest, context.trace.b[index]!)
    },
  },
})

/** A routine of the port driver was called. `value`: what it returned. */
export const onCall = (
  context: RuleContext,
  routine: (typeof ScsiPortRoutine)[keyof typeof ScsiPortRoutine],
  take: Take,
): Subscription => ({
  kind: Event.Call,
  key: routine,
  reader: {
    on(index) {
      const guest = context.trace.guest[index]!
      if (guest < context.guests) take(index, guest, context.trace.d[index]!)
    },
  },
})

/** Any other event of a miniport. `value`: its first number. */
export const onEvent = (context: RuleContext, kind: number, take: Take): Subscription => ({
  kind,
  reader: {
    on(index) {
      const guest = context.trace.guest[index]!
      if (guest < context.guests) take(index, guest, context.trace.a[index]!)
    },
  },
})

/** Name of a member of PORT_CONFIGURATION_INFORMATION. */
export const configName = (offset: number): string =>
  CONFIG_FIELDS.find(([, at]) => at === offset)?.[0] ?? `the member at offset ${offset}`

const BYTES = 0x7fff_ffff

/** `Call` of GetDeviceBase and ValidateRange: bytes asked for. */
export const extentBytes = (extent: number): number => extent & BYTES
/** … and whether in I/O space. */
export const extentInIo = (extent: number): boolean => extent < 0
