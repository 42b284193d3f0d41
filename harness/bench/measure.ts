// How figures are taken: warm-up, rounds in turns, median with smallest and largest, and what the timer and the machine add.
import { performance } from 'node:perf_hooks'
import type { Figures } from './subjects/subject.ts'

export const ROUNDS = 5

/** What the rounds are run on, here or in a worker. */
export interface Measured {
  round(): Promise<Figures>
}

export interface Sample {
  figures: Figures
  /** CPU time over wall time of the round, 1 when the machine was all ours. */
  cpuShare: number
}

export interface Summary {
  median: number
  min: number
  max: number
}

export interface Plan {
  /** Rounds of each subject that are thrown away. */
  warmUp: number
  rounds: number
}

/**
 * Runs subjects in turns: A B, B A, A B, … so that a slow spell of the machine hits all of them alike.
 * @returns samples by subject, in the order of the rounds
 */
export async function inTurns(subjects: readonly Measured[], { warmUp, rounds }: Plan): Promise<Sample[][]> {
  for (let n = 0; n < warmUp; n++) for (const subject of subjects) await sample(subject)
  const samples: Sample[][] = subjects.map(() => [])
  for (let n = 0; n < rounds; n++) {
    const order = [...subjects.keys()]
    if (n % 2 === 1) order.reverse()
    for (const s of order) samples[s]!.push(await sample(subjects[s]!))
  }
  return samples
}

async function sample(subject: Measured): Promise<Sample> {
  const cpu = process.cpuUsage()
  const startedHostMs = performance.now()
  const figures = await subject.round()
  const wallMs = performance.now() - startedHostMs
  const { user, system } = process.cpuUsage(cpu)
  return { figures, cpuShare: (user + system) / 1000 / wallMs }
}

/** @param values at least one */
export function summary(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, min: sorted[0]!, max: sorted.at(-1)! }
}

export const figure = (samples: readonly Sample[], name: string): number[] => samples.map(s => s.figures[name]!)

/** Round by round: each pair was taken one right after the other. */
export const ratios = (a: readonly number[], b: readonly number[]): number[] => a.map((value, n) => value / b[n]!)

export type TimerVerdict = 'fine' | 'zero-dominated' | 'low-distinct'

export interface TimerFigures {
  /** Median of two readings in a row, ns. */
  overheadNs: number
  /** Smallest difference seen that is not 0, ns. */
  stepNs: number
  verdict: TimerVerdict
}

const PAIRS = 10_001

/** What `performance.now` costs and how fine it is. Rounds last milliseconds: neither matters unless the verdict says so. */
export function timerFigures(now: () => number = () => performance.now()): TimerFigures {
  const pairs = new Float64Array(PAIRS)
  for (let n = 0; n < PAIRS; n++) {
    const started = now()
    pairs[n] = Math.round((now() - started) * 1e6)
  }
  pairs.sort()
  const zeros = pairs.filter(ns => ns === 0).length
  const overheadNs = pairs[PAIRS >> 1]!
  const stepNs = pairs.find(ns => ns > 0) ?? 0
  const verdict = zeros > PAIRS / 2 ? 'zero-dominated' : new Set(pairs).size < 4 ? 'low-distinct' : 'fine'
  return { overheadNs, stepNs, verdict }
}

const LOOP_TURNS = 20_000_000

/** The same arithmetic again and again: how much one and the same work differs on this machine right now. @returns ms */
export function noiseLoop(rounds: number, turns = LOOP_TURNS): number[] {
  const values: number[] = []
  for (let n = 0; n <= rounds; n++) {
    const startedHostMs = performance.now()
    let x = 1
    for (let t = 0; t < turns; t++) x = Math.imul(x ^ t, 0x9e3779b1)
    const ms = performance.now() - startedHostMs
    if (n > 0 && x !== 0.5) values.push(ms) // the first is warm-up
  }
  return values
}
