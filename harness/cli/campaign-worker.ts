// A lane in a worker thread, both ends of it. Metered modules are kept by the main thread, so that each is made once.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type { Bytes } from '../../device/bytes.ts'
import type { MeterCache } from '../guest/guest.ts'
import type { CampaignRun } from '../verify/campaign-run.ts'
import { LaneError, type LaneSettings, type LaneTask, type OpenLane } from './lanes.ts'
import { LaneCache } from './single-flight-cache.ts'

type ToWorker = { task: LaneTask } | { key: string; value: Bytes | undefined }
type FromWorker =
  | { kind: 'get'; key: string }
  | { kind: 'put'; key: string; value: Bytes }
  | { kind: 'done'; run: CampaignRun }
  | { kind: 'failed'; message: string; stack: string | undefined }

interface Data {
  wasmHbaCampaign: LaneSettings
}

interface Waiting {
  scenario: string
  resolve(run: CampaignRun): void
  reject(error: LaneError): void
}

export const openWorker: OpenLane = (settings, shared) => {
  const data: Data = { wasmHbaCampaign: settings }
  const worker = new Worker(new URL(import.meta.url), { workerData: data })
  const cache = new LaneCache(shared)
  let waiting: Waiting | undefined
  /** Why nothing can be run any more. */
  let dead: string | undefined
  const settle = (): Waiting | undefined => {
    const settled = waiting
    waiting = undefined
    cache.release()
    return settled
  }
  const die = (reason: string): void => {
    dead ??= reason
    const settled = settle()
    settled?.reject(new LaneError(settled.scenario, dead))
  }
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'get')
      void cache.get(message.key).then(value => {
        worker.postMessage({ key: message.key, value } satisfies ToWorker)
      })
    else if (message.kind === 'put') void cache.put(message.key, message.value)
    else {
      const settled = settle()
      if (message.kind === 'done') settled?.resolve(message.run)
      else {
        const error = new LaneError(settled?.scenario ?? '', message.message)
        if (message.stack !== undefined) error.stack = message.stack
        settled?.reject(error)
      }
    }
  })
  worker.on('error', error => die(`its worker thread died: ${error.message}`))
  worker.on('messageerror', error => die(`its worker thread sent what cannot be read: ${error.message}`))
  worker.on('exit', code => die(`its worker thread ended with code ${code}`))
  return {
    run: task =>
      new Promise((resolve, reject) => {
        const scenario = task.scenario.name ?? ''
        if (dead !== undefined) return reject(new LaneError(scenario, dead))
        waiting = { scenario, resolve, reject }
        worker.postMessage({ task } satisfies ToWorker)
      }),
    close: async () => {
      dead ??= 'the lane is closed'
      await worker.terminate()
    },
  }
}

/** The cache as a worker sees it: questions to the main thread. */
class AskingCache implements MeterCache {
  readonly #send: (message: FromWorker) => void
  readonly #asked = new Map<string, (value: Bytes | undefined) => void>()

  constructor(send: (message: FromWorker) => void) {
    this.#send = send
  }

  get(key: string): Promise<Bytes | undefined> {
    return new Promise(resolve => {
      this.#asked.set(key, resolve)
      this.#send({ kind: 'get', key })
    })
  }

  put(key: string, value: Bytes): Promise<void> {
    this.#send({ kind: 'put', key, value })
    return Promise.resolve()
  }

  answer(key: string, value: Bytes | undefined): void {
    this.#asked.get(key)?.(value)
    this.#asked.delete(key)
  }
}

function serve(port: NonNullable<typeof parentPort>, settings: LaneSettings): void {
  // Only here: the main thread has the other end of the lane, and does not run scenarios.
  const lane = import('./campaign-lane.ts')
  const send = (message: FromWorker): void => port.postMessage(message)
  const cache = new AskingCache(send)
  port.on('message', (message: ToWorker) => {
    if ('key' in message) return cache.answer(message.key, message.value)
    const done = lane.then(({ runTask }) => runTask(settings, message.task, cache))
    done.then(
      run => send({ kind: 'done', run }),
      (error: LaneError) =>
        send({ kind: 'failed', message: error.reason, stack: (error.cause as Error | undefined)?.stack }),
    )
  })
}

if (!isMainThread && parentPort !== null && (workerData as Partial<Data> | null)?.wasmHbaCampaign !== undefined)
  serve(parentPort, (workerData as Data).wasmHbaCampaign)
