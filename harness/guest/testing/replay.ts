// Replays a recording on the interpreter and compares: the same import calls with the same arguments, the same results, and at
// each of them the same count. This is the proof of the meter: it shares nothing with it but binaryen's plain re-emission.
import type { Binaryen } from '../binaryen-api.ts'
import { emitPlain, readForMetering } from '../meter.ts'
import { readWasm } from '../wasm-binary.ts'
import type { Operator, Program } from './decoder.ts'
import { Interpreter, type InterpreterHost, type Value } from './interpreter.ts'
import { Trap } from './numeric.ts'
import type { MemoryWrite, Recording, Step } from './recording.ts'

/** The recording and the interpreter tell two different stories. */
export class ReplayMismatch extends Error {}

export interface ReplaySummary {
  /** Import calls compared. */
  calls: number
  /** Entries that returned, compared in result and count. */
  exits: number
  deadlines: number
  /** Operators executed. */
  count: number
  program?: Program
}

/** Ends the interpreter where the host ended the guest. */
class Stopped extends Error {}

const LIBRARY = ['memset', 'memcpy', 'memmove', 'memcmp']

/** @param executed gets the operators that ran; `program` in the answer holds them all @throws ReplayMismatch */
export async function replay(recording: Recording, executed?: Set<Operator>): Promise<ReplaySummary> {
  const api = (await import('binaryen')).default as unknown as Binaryen
  const target = readForMetering(api, readWasm(recording.bytes))
  const plain = emitPlain(api, target)
  target.dispose()

  const { steps } = recording
  const summary: ReplaySummary = { calls: 0, exits: 0, deadlines: 0, count: 0 }
  let next = 0
  const fail = (message: string): never => {
    throw new ReplayMismatch(`${recording.name}, step ${next}: ${message}`)
  }
  const expected = (what: string, counter: number, found: number) => {
    if ((counter | 0) !== (found | 0)) fail(`${what}: metered ${counter | 0}, interpreted ${found | 0}`)
  }

  const host: Required<InterpreterHost> = {
    call(_module, name, args) {
      const step = steps[next]
      if (LIBRARY.includes(name) && !(step?.kind === 'call' && step.name === name)) {
        interpreter.count += Math.ceil((Number(args[2]) >>> 0) / 8)
        host.checkpoint(interpreter.count)
        return library(interpreter.memory, name, args as number[])
      }
      if (step?.kind === 'stopped') throw new Stopped()
      if (step?.kind !== 'call') return fail(`${name} called where ${step?.kind ?? 'nothing'} was recorded`)
      if (step.name !== name || String(step.args) !== String(args))
        return fail(`${name}(${args}) called where ${step.name}(${step.args}) was recorded`)
      expected(`count at ${name}`, step.counter, interpreter.count)
      write(interpreter, step.writes)
      next++
      summary.calls++
      return step.result as Value | undefined
    },
    checkpoint(charged) {
      const step = steps[next]
      if (step?.kind === 'deadline' && ((charged - step.counter) | 0) >= 0) {
        expected('count at a deadline', step.counter, charged)
        write(interpreter, step.writes)
        next++
        summary.deadlines++
      } else if (step?.kind === 'stopped' && !step.trapped && ((charged - step.counter) | 0) >= 0) throw new Stopped()
    },
  }
  const interpreter = new Interpreter(plain, Math.ceil(recording.arenaBytes / 65_536), host)
  interpreter.executed = executed
  summary.program = interpreter.program
  if (interpreter.program.exports.has('_initialize')) interpreter.call(interpreter.exported('_initialize'), [])

  while (next < steps.length) {
    const step: Step = steps[next]!
    if (step.kind !== 'enter') return fail(`${step.kind} recorded between entries`)
    write(interpreter, step.writes)
    expected('count at entry', step.counter, interpreter.count)
    next++
    const func = step.table === undefined ? interpreter.exported('DriverEntry') : interpreter.table[step.table]!
    try {
      const result = interpreter.call(func, step.args)
      const end = steps[next]
      if (end?.kind !== 'exit') return fail(`the interpreter returned where ${end?.kind ?? 'nothing'} was recorded`)
      if (end.result !== result) fail(`result ${end.result} recorded, ${result} interpreted`)
      expected('count at return', end.counter, interpreter.count)
      summary.exits++
    } catch (error) {
      if (!(error instanceof Stopped || error instanceof Trap || error instanceof RangeError)) throw error
      const end = steps[next]
      if (end?.kind !== 'stopped')
        return fail(`the interpreter stopped (${error.message}) where ${end?.kind} was recorded`)
      // A stopped guest is dead, and a trap has charged its whole block: nothing more to compare.
      summary.count = interpreter.count
      return summary
    }
    next++
  }
  summary.count = interpreter.count
  return summary
}

function write(interpreter: Interpreter, writes: readonly MemoryWrite[]): void {
  for (const { at, bytes } of writes) interpreter.memory.set(bytes, at)
}

/** memset and its kin, which the loader answers itself. */
function library(memory: Uint8Array, name: string, [first, second, third]: number[]): number {
  const a = first! >>> 0
  const b = second! >>> 0
  const length = third! >>> 0
  if (a + length > memory.length || (name !== 'memset' && b + length > memory.length)) throw new Trap('out of bounds')
  if (name === 'memset') memory.fill(b & 255, a, a + length)
  else if (name !== 'memcmp') memory.copyWithin(a, b, b + length)
  else {
    for (let i = 0; i < length; i++) if (memory[a + i] !== memory[b + i]) return memory[a + i]! - memory[b + i]!
    return 0
  }
  return a
}
