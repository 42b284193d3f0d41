// Does a workload fit a drive? What does not is refused by name; what does gets its model.
import { formatSize } from '../../schemas/units.ts'
import type { GeneratorConfig } from '../../schemas/workload.ts'
import { SECTOR_BYTES } from './content.ts'
import { DriveModel, MAX_MODEL_BLOCKS } from './drive-model.ts'
import { type DriveGeometry, WorkloadError } from './workload.ts'

/** Bytes of the largest I/O. */
export const largestOf = (config: GeneratorConfig): number => Math.max(...config.blockSizes.map(s => s.sizeBytes))

/** I/Os start at multiples of this many bytes. */
export const alignOf = (config: GeneratorConfig): number =>
  config.alignBytes ?? Math.min(...config.blockSizes.map(s => s.sizeBytes))

/** @throws WorkloadError when there is no drive, or one I/O is more than the miniport takes */
export function checkTransfer(largestBytes: number, drives: readonly DriveGeometry[], limit = Infinity): void {
  if (drives.length === 0) throw new WorkloadError('there is no drive to work on')
  if (largestBytes > limit)
    throw new WorkloadError(
      `the workload moves ${formatSize(largestBytes)} at once, but the miniport takes at most ${formatSize(limit)} (MaximumTransferLength)`,
    )
}

/** @param salt tells seeds and drives apart @throws WorkloadError */
export function modelOf(config: GeneratorConfig, drive: DriveGeometry, salt: number): DriveModel {
  const largestBytes = largestOf(config)
  const wrong = (message: string) => new WorkloadError(`drive ${drive.label}: ${message}`)
  for (const [what, bytes] of [
    ...config.blockSizes.map(s => ['a transfer', s.sizeBytes] as const),
    ['align', alignOf(config)] as const,
    ['offset', config.offsetBytes] as const,
  ]) {
    if (bytes % drive.blockBytes !== 0)
      throw wrong(`${what} of ${formatSize(bytes)} is no multiple of its block size (${drive.blockBytes} bytes)`)
  }
  if (drive.blockBytes % SECTOR_BYTES !== 0) throw wrong(`blocks of ${drive.blockBytes} bytes are not supported`)
  if (drive.readOnly === true && config.read < 100)
    throw wrong(`is read-only, but ${100 - config.read} % of the I/Os write`)
  const firstBlock = config.offsetBytes / drive.blockBytes
  const left = drive.blocks - firstBlock
  if (left <= 0)
    throw wrong(
      `the offset of ${formatSize(config.offsetBytes)} lies beyond its end (${formatSize(drive.blocks * drive.blockBytes)})`,
    )
  const wanted = config.lengthBytes === undefined ? left : Math.floor(config.lengthBytes / drive.blockBytes)
  if (wanted > left)
    throw wrong(
      `the range of ${formatSize(wanted * drive.blockBytes)} from ${formatSize(config.offsetBytes)} goes beyond its end (${formatSize(drive.blocks * drive.blockBytes)})`,
    )
  if (wanted * drive.blockBytes < largestBytes)
    throw wrong(`the range is smaller than one I/O of ${formatSize(largestBytes)}`)
  if (wanted > MAX_MODEL_BLOCKS)
    throw wrong(
      `the range has ${wanted} blocks, more than can be checked (${MAX_MODEL_BLOCKS}); give the workload a 'length'`,
    )
  return new DriveModel({
    label: drive.label,
    blockBytes: drive.blockBytes,
    blocks: drive.blocks,
    firstBlock,
    rangeBlocks: wanted,
    salt,
    zeroAtStart: drive.zeroAtStart ?? false,
  })
}
