// Each thing that is measured runs in a worker of its own: what one of them teaches the compiler about the shapes of objects
// does not slow the next one down, as it does not in a run of its own.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { openAccess } from './subjects/access.ts'
import { openBoot } from './subjects/boot.ts'
import { openCold } from './subjects/cold.ts'
import { openEvents } from './subjects/events.ts'
import { openGrowth } from './subjects/growth.ts'
import { openIo } from './subjects/io.ts'
import { openIsr } from './subjects/isr.ts'
import { openLongRun } from './subjects/long-run.ts'
import { openSpurious } from './subjects/spurious.ts'
import type { Figures, Subject } from './subjects/subject.ts'

export interface Isolate {
  round(): Promise<Figures>
  close(): Promise<void>
}

const SUBJECTS = {
  access: openAccess,
  boot: openBoot,
  cold: openCold,
  events: openEvents,
  growth: openGrowth,
  io: openIo,
  isr: openIsr,
  'long-run': openLongRun,
  spurious: openSpurious,
} as const

type SubjectName = keyof typeof SUBJECTS
export type OptionsOf<N extends SubjectName> = Parameters<(typeof SUBJECTS)[N]>[0]
export type Open = <N extends SubjectName>(name: N, options: OptionsOf<N>) => Promise<Isolate>

const openSubject = (name: SubjectName, options: unknown): Promise<Subject> =>
  (SUBJECTS[name] as (options: unknown) => Promise<Subject>)(options)

/** In this isolate, for tests. */
export const openHere: Open = async (name, options) => {
  const subject = await openSubject(name, options)
  return { round: async () => subject.round(), close: async () => subject.close() }
}

interface Task {
  wasmHbaSubject: SubjectName
  options: unknown
}

/** In a worker. Errors of the subject come out of the call that met them. */
export const openIsolate: Open = async (name, options) => {
  const task: Task = { wasmHbaSubject: name, options }
  const worker = new Worker(new URL(import.meta.url), { workerData: task })
  const answer = (): Promise<Figures> =>
    new Promise((resolve, reject) => {
      worker.once('error', reject)
      worker.once('message', figures => {
        worker.off('error', reject)
        resolve(figures)
      })
    })
  await answer()
  return {
    round: () => {
      const figures = answer()
      worker.postMessage('round')
      return figures
    },
    close: async () => {
      await worker.terminate()
    },
  }
}

async function serve(port: NonNullable<typeof parentPort>, { wasmHbaSubject, options }: Task): Promise<void> {
  const subject = await openSubject(wasmHbaSubject, options)
  port.on('message', () => {
    // A rejection ends the worker: the parent sees the error.
    void Promise.resolve(subject.round()).then(figures => port.postMessage(figures))
  })
  port.postMessage({})
}

if (!isMainThread && parentPort !== null && (workerData as Partial<Task> | null)?.wasmHbaSubject !== undefined)
  await serve(parentPort, workerData as Task)
