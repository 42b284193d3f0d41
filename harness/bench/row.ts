// One line of the result: a figure, and whether it is where it should be.
import { summary } from './measure.ts'

export type Unit = 'ns' | 'ms' | 'IOPS' | 'x' | 'MiB' | 'events' | 'a call' | 'count'

/** Both ends count as met. */
export interface Target {
  atLeast?: number
  atMost?: number
}

export interface Row {
  group: string
  name: string
  unit: Unit
  median: number
  min: number
  max: number
  /** Rounds it was taken from. */
  rounds: number
  target?: Target
  met?: boolean
}

/** @param values of the rounds; the median is what counts */
export function row(group: string, name: string, unit: Unit, values: readonly number[], target?: Target): Row {
  const figures = summary(values)
  const { median } = figures
  return {
    ...{ group, name, unit, ...figures, rounds: values.length },
    ...(target === undefined
      ? {}
      : { target, met: median >= (target.atLeast ?? -Infinity) && median <= (target.atMost ?? Infinity) }),
  }
}
