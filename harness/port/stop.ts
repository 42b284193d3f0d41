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
