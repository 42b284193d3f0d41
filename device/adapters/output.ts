// An adapter's interrupt output: level-triggered, a pure function of its pending and enabled causes.
import type { InterruptPin } from '../interrupt-line.ts'
import { DeviceEvent, type Probe } from '../probe.ts'

/** Sets the pin to what the causes say, and tells the probe of a change. A level that was lost on its way is given once more. */
export function driveOutput(pin: InterruptPin, activeCauses: number, probe: Probe, index: number): void {
  const level = activeCauses !== 0
  if (level === pin.level) {
    if (pin.lost) pin.set(level)
    return
  }
  probe.emit(DeviceEvent.LineChanged, index, level ? 1 : 0, activeCauses, 0, 0)
  pin.set(level)
}
