// Records what passes between a host and a guest in a real run, so that it can be replayed on the interpreter: entries, import
// calls with arguments, results and counters, deadlines, and what the host wrote into the guest's memory meanwhile.
import type { Bytes } from '../../../device/bytes.ts'
import type { Guest, LoadOptions } from '../guest.ts'

export interface MemoryWrite {
  at: number
  bytes: Bytes
}

/** `writes`: by the host, before the guest goes on. Counters are i32 bit patterns. */
export type Step =
  | { kind: 'enter'; table: number | undefined; args: number[]; counter: number; writes: MemoryWrite[] }
  | { kind: 'call'; name: string; args: number[]; counter: number; result: number | undefined; writes: MemoryWrite[] }
  | { kind: 'deadline'; counter: number; writes: MemoryWrite[] }
  | { kind: 'exit'; result: number | undefined; counter: number }
  | { kind: 'stopped'; counter: number; trapped: boolean }

export interface Recording {
  name: string
  bytes: Bytes
  arenaBytes: number
  steps: Step[]
}

/** Stands in for `loadGuest` and records every guest it loads. */
export class GuestRecorder {
  readonly recordings: Recording[] = []
  readonly #load: (options: LoadOptions) => Promise<Guest>

  /** @param load the real loadGuest */
  constructor(load: (options: LoadOptions) => Promise<Guest>) {
    this.#load = load
  }

  readonly load = async (options: LoadOptions): Promise<Guest> => {
    const recording: Recording = { name: options.name, bytes: options.bytes, arenaBytes: options.arenaBytes, steps: [] }
    this.recordings.push(recording)
    const { steps } = recording
    let memory: Bytes = new Uint8Array(0)
    let shadow: Bytes = new Uint8Array(0)
    const toHost = () => {
      if (shadow.length > 0) shadow.set(memory)
    }
    const toGuest = () => differences(shadow, memory)

    const guest = await this.#load({
      ...options,
      imports: options.imports.map(spec => ({
        ...spec,
        fn: (...all: number[]) => {
          toHost()
          const counter = all[all.length - 1]!
          const result = spec.fn(...all) as number | undefined
          steps.push({ kind: 'call', name: spec.name, args: all.slice(0, -1), counter, result, writes: toGuest() })
          return result
        },
      })),
      deadline: counter => {
        toHost()
        const next = options.deadline(counter)
        steps.push({ kind: 'deadline', counter, writes: toGuest() })
        return next
      },
    })
    memory = guest.u8
    shadow = new Uint8Array(memory)

    const recorded = (table: number | undefined, fn: (...args: number[]) => number | undefined) => {
      return (...args: number[]) => {
        steps.push({ kind: 'enter', table, args, counter: guest.counter(), writes: toGuest() })
        try {
          const result = fn(...args)
          steps.push({ kind: 'exit', result, counter: guest.counter() })
          return result
        } catch (error) {
          const trapped = error instanceof WebAssembly.RuntimeError
          steps.push({ kind: 'stopped', counter: guest.counter(), trapped })
          throw error
        } finally {
          toHost()
        }
      }
    }
    const entries = new Map<number, ReturnType<Guest['entry']>>()
    return {
      ...guest,
      driverEntry: (a, b) => recorded(undefined, guest.driverEntry as never)(a, b)!,
      entry: index => {
        if (!entries.has(index)) {
          const fn = guest.entry(index)
          entries.set(index, fn === undefined ? undefined : recorded(index, fn))
        }
        return entries.get(index)
      },
    }
  }
}

const PAGE_WORDS = 16_384

/** Ranges where `now` differs from `before`; brings `before` up to date. */
function differences(before: Bytes, now: Bytes): MemoryWrite[] {
  const writes: MemoryWrite[] = []
  const words = before.length >>> 2
  const a = new Int32Array(before.buffer, 0, words)
  const b = new Int32Array(now.buffer, 0, words)
  for (let page = 0; page < words; page += PAGE_WORDS) {
    const end = Math.min(page + PAGE_WORDS, words)
    // memcmp of the platform: far faster than a loop, and almost every page is the same.
    if (Buffer.compare(before.subarray(page * 4, end * 4), now.subarray(page * 4, end * 4)) === 0) continue
    for (let i = page; i < end; i++) {
      if (a[i] === b[i]) continue
      const first = i
      while (i < end && a[i] !== b[i]) i++
      writes.push({ at: first * 4, bytes: now.slice(first * 4, i * 4) })
      a.set(b.subarray(first, i), first)
    }
  }
  return writes
}
