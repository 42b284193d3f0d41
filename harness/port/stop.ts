// A guest's end: thrown through the guest, caught where the guest was entered.
import type { StopKind } from '../trace/events.ts'

export class GuestStop extends Error {
  override name = 'GuestStop'
  readonly kind: StopKind
  constructor(kind: StopKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** Why a miniport did not come up. Not a stop: the guest answered, but not with a running adapter. */
export class BootFailure extends Error {
  override name = 'BootFailure'
}
