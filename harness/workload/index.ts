import type { Workload as WorkloadConfig } from '../../schemas/workload.ts'
import type { CheckedStream } from './checked-stream.ts'
import { Generator, type GeneratorOptions } from './generator.ts'
import type { FittedLog } from './iolog-fit.ts'
import { Replay } from './replay.ts'
import { Script } from './script.ts'
import { WorkloadError } from './workload.ts'

export { CheckedStream } from './checked-stream.ts'
export type { DriveModel } from './drive-model.ts'
export { Generator, type GeneratorOptions } from './generator.ts'
export { compareImage, type ImageReader } from './image.ts'
export { readIolog } from './iolog.ts'
export { type FittedLog, fitIolog } from './iolog-fit.ts'
export { mix, Prng } from './prng.ts'
export { LARGEST_BYTES } from './replay.ts'
export { Script } from './script.ts'
export { type SectorCode, sectorCode } from './sector-code.ts'
export { type DriveGeometry, IoRequest, Outcome, type Workload, WorkloadError } from './workload.ts'

export interface WorkloadOptions extends GeneratorOptions {
  /** Of an iolog: what `fitIolog` made of it. */
  log?: FittedLog
}

/** @throws WorkloadError when the workload does not fit the drives */
export function createWorkload(config: WorkloadConfig, options: WorkloadOptions): CheckedStream | Script {
  if (config.kind === 'generator') return new Generator(config, options)
  if (config.kind === 'script') return new Script(config)
  if (options.log === undefined) throw new WorkloadError(`the iolog ${config.path} was not read`)
  return new Replay(config, options.log, options)
}
