// Compares a whole image with the workload's model of it, read by a plain reader that knows nothing of the bench.
import type { Bytes } from '../../device/bytes.ts'
import type { ImageReport } from '../../schemas/report.ts'
import type { DriveModel } from './drive-model.ts'

/** @returns up to `length` bytes of the image from `offset`; fewer mean that the image ends there */
export type ImageReader = (offset: number, length: number) => Bytes

const CHUNK_BYTES = 1 << 20
const PROBLEMS_KEPT = 16

export function compareImage(model: DriveModel, imageBytes: number, read: ImageReader): ImageReport {
  const problems: string[] = []
  const words = new Int32Array(CHUNK_BYTES / 4)
  const bytes = new Uint8Array(words.buffer)
  const { blockBytes, blocks } = model
  const sizeBytes = blocks * blockBytes
  let comparedBytes = 0
  let miscompares = 0
  const problem = (message: string) => {
    if (problems.length < PROBLEMS_KEPT) problems.push(message)
  }
  if (imageBytes !== sizeBytes) {
    miscompares++
    problem(`the image has ${imageBytes} bytes, the drive ${sizeBytes}`)
  }
  for (let offset = 0; offset < sizeBytes; offset += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, sizeBytes - offset)
    const chunk = read(offset, length)
    const whole = Math.floor(Math.min(chunk.length, length) / blockBytes)
    bytes.set(chunk.subarray(0, whole * blockBytes))
    const lba = offset / blockBytes
    const bad = model.check(words, 0, lba, whole)
    comparedBytes += model.comparedBlocks * blockBytes
    miscompares += bad
    if (bad > 0) problem(`${bad} wrong block${bad === 1 ? '' : 's'} in this MiB; ${model.describeBad(words, 0, lba)}`)
    if (whole * blockBytes < length) {
      miscompares++
      problem(`the image ends at byte ${offset + chunk.length}, the drive has ${sizeBytes}`)
      break
    }
  }
  return { drive: model.label, bytes: imageBytes, comparedBytes, miscompares, problems }
}
