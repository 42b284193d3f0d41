// A probe that keeps what it is told, for tests.
import { DeviceEvent, type Probe } from '../probe.ts'

export type Recorded = [event: number, adapter: number, a: number, b: number, c: number, d: number]

export class RecordingProbe implements Probe {
  readonly events: Recorded[] = []

  emit(event: number, adapter: number, a: number, b: number, c: number, d: number): void {
    this.events.push([event, adapter, a, b, c, d])
  }

  /** Takes out what was told since the last call. */
  take(): Recorded[] {
    return this.events.splice(0)
  }

  /** Diagnostic codes since the last call. */
  takeCodes(): number[] {
    return this.take()
      .filter(([event]) => event === DeviceEvent.Diagnostic)
      .map(([, , code]) => code)
  }
}
