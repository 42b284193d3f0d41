// What is measured, in the order it is printed. Figures that are compared with each other are taken in turns.
import { count } from '../report/format.ts'
import type { Isolate, Open } from './isolate.ts'
import { figure, inTurns, type Plan, ROUNDS, ratios, type Sample } from './measure.ts'
import { type Row, row, type Target } from './row.ts'
import type { Part } from './subjects/rig.ts'

/** How much is done in a round. */
export interface Counts {
  accesses: number
  plays: number
  calls: number
  boots: number
  starts: number
  /** Benches opened and closed in one process. */
  growth: { warmUp: number; benches: number }
  ios: number
  /** For the ratios of costs. */
  costIos: number
  long: { warmUpIos: number; ios: number; windowIos: number }
  plan: Plan
  /** One run is a round: no warm-up but its own. */
  longPlan: Plan
}

export const COUNTS: Counts = {
  accesses: 2_000_000,
  plays: 20,
  calls: 100_000,
  boots: 9,
  starts: 3,
  growth: { warmUp: 250, benches: 1_000 },
  ios: 40_000,
  costIos: 20_000,
  long: { warmUpIos: 50_000, ios: 1_000_000, windowIos: 100_000 },
  plan: { warmUp: 3, rounds: ROUNDS },
  longPlan: { warmUp: 0, rounds: 3 },
}

export interface Context {
  /** Folder of the built drivers. */
  drivers: string
  counts: Counts
  open: Open
  /** Gets every sample, for the figures of the machine's noise. */
  note(samples: readonly Sample[]): void
}

export interface Group {
  name: string
  title: string
  measure(context: Context): Promise<Row[]>
}

async function take(context: Context, opening: readonly Promise<Isolate>[], plan?: Plan): Promise<Sample[][]> {
  const subjects = await Promise.all(opening)
  try {
    const samples = await inTurns(subjects, plan ?? context.counts.plan)
    for (const of of samples) context.note(of)
    return samples
  } finally {
    for (const subject of subjects) await subject.close()
  }
}

const access: Group = {
  name: 'access',
  title: 'register access from a guest (ns each, with the loop around it)',
  async measure(context) {
    const { drivers, open } = context
    const { accesses } = context.counts
    const [all, traced, bare] = await take(context, [
      open('access', { drivers, accesses, way: 'all' }),
      open('access', { drivers, accesses, way: 'all', without: ['readers'] }),
      open('access', { drivers, accesses, way: 'bare' }),
    ])
    return (['read', 'write'] as const).flatMap(kind => {
      const of = (samples: readonly Sample[]) => figure(samples, `${kind}Ns`)
      return [
        row('access', `${kind}, metered and traced`, 'ns', of(traced!), { atMost: 25 }),
        row('access', `${kind}, with every reader of hba run`, 'ns', of(all!), { atMost: 25 }),
        row('access', `${kind}, bare: no meter, no clock, no trace`, 'ns', of(bare!)),
        row('access', `${kind}, metered and traced / bare`, 'x', ratios(of(traced!), of(bare!))),
      ]
    })
  },
}

const events: Group = {
  name: 'events',
  title: 'trace events of reads at depth 1, played back (ns each)',
  async measure(context) {
    const { drivers, open } = context
    const { plays } = context.counts
    const [all, noRules, trace] = await take(context, [
      open('events', { drivers, plays, readers: 'all' }),
      open('events', { drivers, plays, readers: 'no-rules' }),
      open('events', { drivers, plays, readers: 'trace' }),
    ])
    const of = (samples: readonly Sample[]) => figure(samples, 'eventNs')
    return [
      row('events', 'event, all rules and latency on', 'ns', of(all!)),
      row('events', 'event, rules off', 'ns', of(noRules!)),
      row('events', 'event, trace alone', 'ns', of(trace!)),
      row('events', 'all on / trace alone', 'x', ratios(of(all!), of(trace!))),
    ]
  },
}

const spurious: Group = {
  name: 'spurious',
  title: 'an interrupt of a neighbour on the line',
  async measure(context) {
    const { drivers, open } = context
    const { calls } = context.counts
    const [samples] = await take(context, [open('spurious', { drivers, calls })])
    return [row('spurious', 'spurious ISR, there and back', 'ns', figure(samples!, 'callNs'))]
  },
}

const boot: Group = {
  name: 'boot',
  title: 'boot of a warm bench',
  async measure(context) {
    const { drivers, open } = context
    const { boots } = context.counts
    const [samples] = await take(context, [open('boot', { drivers, boots })])
    return [
      row('boot', 'to the first INQUIRY', 'ms', figure(samples!, 'inquiryMs'), { atMost: 5 }),
      row('boot', 'to the end of the bus scan', 'ms', figure(samples!, 'readyMs')),
    ]
  },
}

const cold: Group = {
  name: 'cold',
  title: 'hba run from nothing, the metered module in the cache',
  async measure(context) {
    const { drivers, open } = context
    const { starts } = context.counts
    const [samples] = await take(context, [open('cold', { drivers, starts })])
    return [
      row('cold', 'hba run with one I/O', 'ms', figure(samples!, 'runMs'), { atMost: 400 }),
      row('cold', 'a process that does nothing', 'ms', figure(samples!, 'nodeMs')),
    ]
  },
}

const MIB = 1024 * 1024

const growth: Group = {
  name: 'growth',
  title: 'benches built, booted and closed one after the other in one process',
  async measure(context) {
    const { drivers, open, counts } = context
    const { warmUp, benches } = counts.growth
    const [samples] = await take(context, [open('growth', { drivers, warmUp, benches })], { warmUp: 0, rounds: 1 })
    const of = (name: string) => figure(samples!, name)
    const mib = (name: string) => of(name).map(bytes => bytes / MIB)
    return [
      row('growth', `heap after ${count(warmUp)}, collected`, 'MiB', mib('heapBefore')),
      row('growth', `heap after ${count(benches)} more, collected`, 'MiB', mib('heapAfter')),
      row('growth', 'heap, after / before', 'x', ratios(of('heapAfter'), of('heapBefore')), { atMost: 1.05 }),
      row('growth', `memory outside the heap after ${count(warmUp)}, collected`, 'MiB', mib('outsideBefore')),
      row('growth', 'memory outside, after / before', 'x', ratios(of('outsideAfter'), of('outsideBefore')), {
        atMost: 1.01,
      }),
      row('growth', 'resident set, after / before', 'x', ratios(of('rssAfter'), of('rssBefore'))),
      row('growth', 'objects of closed benches still reachable', 'count', of('reachable'), { atMost: 0 }),
    ]
  },
}

const iops = (samples: readonly Sample[]): number[] => figure(samples, 'ioNs').map(ns => 1e9 / ns)

const io: Group = {
  name: 'io',
  title: '4 KiB random reads, RAM store of 64 MiB, reference-queued, all on that hba run has on',
  async measure(context) {
    const { drivers, open } = context
    const { ios } = context.counts
    const [one, many] = await take(context, [
      open('io', { drivers, ios, depth: 1 }),
      open('io', { drivers, ios, depth: 32 }),
    ])
    const depths = [
      { depth: 'depth 1', samples: one!, target: { atLeast: 300_000 } },
      { depth: 'depth 32', samples: many!, target: { atLeast: 400_000 } },
    ]
    return depths.flatMap(({ depth, samples, target }) => [
      row('io', depth, 'IOPS', iops(samples), target),
      row('io', `${depth}, one I/O`, 'ns', figure(samples, 'ioNs')),
      row('io', `${depth}, one I/O, CPU time`, 'ns', figure(samples, 'cpuNs')),
      row('io', `${depth}, events an I/O`, 'events', figure(samples, 'events')),
    ])
  },
}

const PARTS: readonly { name: string; without: readonly Part[]; target?: Target }[] = [
  { name: 'metering', without: ['metering'], target: { atMost: 1.15 } },
  { name: 'rules', without: ['rules'] },
  { name: 'all readers (rules, latency, lines)', without: ['readers'] },
  { name: 'trace with all readers', without: ['trace'] },
  { name: 'host stopwatch', without: ['host-time'] },
  { name: 'verification', without: ['verification'] },
  { name: 'all of them', without: ['metering', 'trace', 'host-time', 'verification'] },
]

const cost: Group = {
  name: 'cost',
  title: 'what each part costs at depth 1: with / without, the rest on',
  async measure(context) {
    const { drivers, open } = context
    const ios = context.counts.costIos
    const rows: Row[] = []
    for (const { name, without, target } of PARTS) {
      const [withIt, withoutIt] = await take(context, [
        open('io', { drivers, ios, depth: 1 }),
        open('io', { drivers, ios, depth: 1, without }),
      ])
      rows.push(row('cost', name, 'x', ratios(figure(withIt!, 'ioNs'), figure(withoutIt!, 'ioNs')), target))
    }
    return rows
  },
}

const longRun: Group = {
  name: 'long',
  title: 'long run: 1 M I/Os at depth 32, 70 % reads, after 50,000',
  async measure(context) {
    const { drivers, open } = context
    const { long, longPlan } = context.counts
    const [samples] = await take(context, [open('long-run', { drivers, depth: 32, ...long })], longPlan)
    const of = (name: string) => figure(samples!, name)
    const mib = (name: string) => of(name).map(bytes => bytes / MIB)
    return [
      row('long', 'first 100,000, one I/O', 'ns', of('firstNs')),
      row('long', 'last 100,000, one I/O', 'ns', of('lastNs')),
      row('long', 'last / first', 'x', ratios(of('lastNs'), of('firstNs')), { atLeast: 0.9, atMost: 1.1 }),
      row('long', 'heap after 10 %, collected', 'MiB', mib('heap10')),
      row('long', 'heap after 50 %, collected', 'MiB', mib('heap50')),
      row('long', 'heap after 100 %, collected', 'MiB', mib('heap100')),
      row('long', 'heap after 100 % / after 10 %', 'x', ratios(of('heap100'), of('heap10')), { atMost: 1.02 }),
    ]
  },
}

const SAMPLES = [
  { driver: 'reference-c', kind: 'reference', many: undefined },
  { driver: 'buslogic-c', kind: 'buslogic', many: undefined },
  { driver: 'nvme-c', kind: 'nvme', many: { atLeast: 200_000 } },
] as const

/** The C samples, so that the adapters are compared and not the languages. */
const adapters: Group = {
  name: 'adapters',
  title: '4 KiB random reads through the C samples, all on that hba run has on; ISR in virtual time',
  async measure(context) {
    const { drivers, open } = context
    const { ios, costIos } = context.counts
    const rows: Row[] = []
    for (const { driver, kind, many } of SAMPLES) {
      const on = { drivers, driver, kind }
      const [one, deep] = await take(context, [
        open('io', { ...on, ios, depth: 1 }),
        open('io', { ...on, ios, depth: 32 }),
      ])
      rows.push(
        row('adapters', `${driver}, depth 1`, 'IOPS', iops(one!)),
        row('adapters', `${driver}, depth 32`, 'IOPS', iops(deep!), many),
        row('adapters', `${driver}, depth 32, events an I/O`, 'events', figure(deep!, 'events')),
      )
      const [isr] = await take(context, [open('isr', { ...on, ios: costIos, depth: 32 })], VIRTUAL)
      const of = (name: string) => figure(isr!, name)
      rows.push(
        row('adapters', `${driver}, raise → enter, p50`, 'ns', of('raiseNs')),
        row('adapters', `${driver}, claimed ISR, p50`, 'ns', of('p50Ns')),
        row('adapters', `${driver}, claimed ISR, p99`, 'ns', of('p99Ns')),
        row('adapters', `${driver}, ISR, register reads`, 'a call', of('reads')),
        row('adapters', `${driver}, ISR, register writes`, 'a call', of('writes')),
        row('adapters', `${driver}, ISR, instructions`, 'a call', of('instructions')),
      )
    }
    return rows
  },
}

/** Virtual figures are the same in every round. */
const VIRTUAL: Plan = { warmUp: 0, rounds: 1 }

export const GROUPS: readonly Group[] = [access, events, spurious, boot, growth, cold, io, adapters, cost, longRun]
