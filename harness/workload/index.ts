import type { Workload as WorkloadConfig } from '../../schemas/workload.ts'
import { Generator, type GeneratorOptions } from './generator.ts'
import { Script } from './script.ts'

export type { DriveModel } from './drive-model.ts'
export { Generator, type GeneratorOptions } from './generator.ts'
export { compareImage, type ImageReader } from './image.ts'
export { mix, Prng } from './prng.ts'
export { Script } from './script.ts'
export { type SectorCode, sectorCode } from './sector-code.ts'
export { type DriveGeometry, IoRequest, Outcome, type Workload, WorkloadError } from './workload.ts'

/** @throws WorkloadError when the workload does not fit the drives */
export const createWorkload = (config: WorkloadConfig, options: GeneratorOptions): Generator | Script =>
  config.kind === 'generator' ? new Generator(config, options) : new Script(config)
