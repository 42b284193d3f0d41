// Puts a log of I/Os onto the drives of an adapter: bytes become blocks, files become drives. What does not fit is refused with its line.
import { unknownWord } from '../../schemas/errors.ts'
import { formatSize } from '../../schemas/units.ts'
import type { IologConfig } from '../../schemas/workload.ts'
import { SECTOR_BYTES } from './content.ts'
import { MAX_MODEL_BLOCKS } from './drive-model.ts'
import { Action, type Iolog, lineError } from './iolog.ts'
import { type DriveGeometry, WorkloadError } from './workload.ts'

/** A log in blocks of the drives it is for. */
export interface FittedLog {
  readonly count: number
  readonly actions: Uint8Array
  readonly drive: Uint8Array
  readonly lba: Float64Array
  readonly blocks: Float64Array
  readonly timesUs: Float64Array
  readonly largestBytes: number
  /** Of each drive: the blocks that the log uses. */
  readonly ranges: readonly { firstBlock: number; blocks: number }[]
  readonly notes: readonly string[]
}

/** @throws ConfigError with the line of the log, WorkloadError for what is not of one line */
export function fitIolog(log: Iolog, config: IologConfig, drives: readonly DriveGeometry[]): FittedLog {
  const driveOf = drivesOf(log, config, drives)
  const skip = skipped(config.skip)
  const { alignBytes, offsetScale } = config
  const actions = new Uint8Array(log.count)
  const drive = new Uint8Array(log.count)
  const lba = new Float64Array(log.count)
  const blocks = new Float64Array(log.count)
  const timesUs = new Float64Array(log.count)
  const first = drives.map(() => Number.POSITIVE_INFINITY)
  const end = drives.map(() => 0)
  const psPerUs = psPerUsOf(config)
  let count = 0
  let largestBytes = 0
  let [left, wrapped, moved] = [0, 0, 0]
  for (let n = 0; n < log.count; n++) {
    const action = log.actions[n]!
    if (skip[action]) {
      left++
      continue
    }
    const to = driveOf[log.file[n]!]!
    const { blockBytes, blocks: driveBlocks, readOnly, unmaps, label } = drives[to]!
    const wrong = (message: string): never => {
      throw lineError(log.name, log.lines[n]!, message)
    }
    if (log.timesUs[n]! * psPerUs > LAST_PS)
      wrong(`${log.timesUs[n]} µs are beyond the end of virtual time (2.5 hours); 'timeScale' makes it shorter`)
    let atBlock = 0
    let blockCount = 0
    if (action !== Action.sync) {
      if (readOnly === true && action !== Action.read)
        wrong(`${NAMES[action]} to drive ${label}, which is read-only; leave it out with 'skip'`)
      if (action === Action.trim && unmaps === false)
        wrong(`trim to drive ${label}, whose store cannot give blocks back; leave it out with 'skip'`)
      let offset = Math.floor(log.offsets[n]! / offsetScale)
      let length = log.lengths[n]!
      if (alignBytes !== undefined) {
        const [oldOffset, oldLength] = [offset, length]
        offset -= offset % alignBytes
        length = Math.ceil(length / blockBytes) * blockBytes
        if (offset !== oldOffset || length !== oldLength) moved++
      }
      if (offset % blockBytes !== 0)
        wrong(
          `offset ${offset} is no multiple of the block size of drive ${label} (${blockBytes} bytes); 'align' rounds it down`,
        )
      if (length % blockBytes !== 0)
        wrong(
          `length ${length} is no multiple of the block size of drive ${label} (${blockBytes} bytes); 'align' rounds it up`,
        )
      const size = driveBlocks * blockBytes
      if (length > size) wrong(`${length} bytes are more than drive ${label} has (${formatSize(size)})`)
      if (offset + length > size) {
        if (!config.wrap)
          wrong(
            `${NAMES[action]} of ${length} bytes at offset ${offset} goes beyond the end of drive ${label}, which has ${size} bytes (${formatSize(size)}); take a larger drive, or 'wrap' or 'offsetScale'`,
          )
        offset = Math.min(offset % size, size - length)
        wrapped++
      }
      atBlock = offset / blockBytes
      blockCount = length / blockBytes
      if (atBlock < first[to]!) first[to] = atBlock
      if (atBlock + blockCount > end[to]!) end[to] = atBlock + blockCount
      if (action !== Action.trim && length > largestBytes) largestBytes = length
    }
    actions[count] = action
    drive[count] = to
    lba[count] = atBlock
    blocks[count] = blockCount
    timesUs[count] = log.timesUs[n]!
    count++
  }
  if (count === 0) throw new WorkloadError(`${log.name}: 'skip' leaves no I/O of the log`)
  const ranges = first.map((_, i) => ({
    firstBlock: Math.min(first[i]!, end[i]!),
    blocks: Math.max(1, end[i]! - first[i]!),
  }))
  ranges.forEach((range, i) => {
    if (range.blocks > MAX_MODEL_BLOCKS)
      throw new WorkloadError(
        `${log.name}: on drive ${drives[i]!.label} the I/Os spread over ${range.blocks} blocks, more than can be checked (${MAX_MODEL_BLOCKS}); bring them together with 'offsetScale', or 'wrap' them on a smaller drive`,
      )
  })
  const notes = [
    `replays ${count} of ${log.count} I/Os of ${log.name} (fio iolog version ${log.version}): ${mapping(log, driveOf, drives)}`,
    ...pacing(config),
    ...(left > 0 ? [`${left} I/Os of the log are left out (skip: ${config.skip.join(', ')})`] : []),
    ...(offsetScale > 1 ? [`offsets of the log are divided by ${offsetScale} (offsetScale)`] : []),
    ...(alignBytes === undefined
      ? []
      : [`${moved} I/Os were rounded to multiples of ${formatSize(alignBytes)} and whole blocks (align)`]),
    ...(config.wrap ? [`${wrapped} I/Os beyond the end of their drive were wrapped to its beginning (wrap)`] : []),
  ]
  return {
    count,
    actions: actions.subarray(0, count),
    drive: drive.subarray(0, count),
    lba: lba.subarray(0, count),
    blocks: blocks.subarray(0, count),
    timesUs: timesUs.subarray(0, count),
    largestBytes: Math.max(largestBytes, ...drives.map(d => d.blockBytes)),
    ranges,
    notes,
  }
}

/** Picoseconds of replay to a microsecond of the log; 0: times are not kept. */
export const psPerUsOf = ({ pace, timeScale }: IologConfig): number => (pace === 'asap' ? 0 : 100_000_000 / timeScale)

/** Virtual time ends soon after. */
const LAST_PS = 9e15

const NAMES = ['read', 'write', 'trim', 'sync'] as const

const skipped = (skip: IologConfig['skip']): boolean[] => NAMES.map(name => skip.includes(name))

/** @returns the drive of each file of the log */
function drivesOf(log: Iolog, { files, redirect }: IologConfig, drives: readonly DriveGeometry[]): number[] {
  const wrong = drives.find(d => d.blockBytes % SECTOR_BYTES !== 0)
  if (wrong !== undefined)
    throw new WorkloadError(`drive ${wrong.label}: blocks of ${wrong.blockBytes} bytes are not supported`)
  if (redirect !== undefined) return log.files.map(() => indexOf(redirect, 'redirect', drives))
  if (files !== undefined) {
    for (const name of Object.keys(files))
      if (!log.files.includes(name))
        throw new WorkloadError(`files: ${unknownWord(`file of ${log.name}`, name, log.files)}`)
    return log.files.map(name => {
      const to = Object.hasOwn(files, name) ? files[name] : undefined
      if (to === undefined) throw new WorkloadError(`files: no drive for '${name}', which ${log.name} adds`)
      return indexOf(to, 'files', drives)
    })
  }
  if (log.files.length > drives.length)
    throw new WorkloadError(
      `${log.name} has ${log.files.length} files, but there ${drives.length === 1 ? 'is 1 drive' : `are ${drives.length} drives`}: add drives, say which is which with 'files', or send all to one with 'redirect'`,
    )
  return log.files.map((_, i) => i)
}

function indexOf(drive: string | number, key: string, drives: readonly DriveGeometry[]): number {
  const index = typeof drive === 'number' ? drive : drives.findIndex(d => d.label === drive)
  if (index >= 0 && index < drives.length) return index
  const labels = drives.map(d => d.label)
  throw new WorkloadError(
    typeof drive === 'number'
      ? `${key}: found drive ${drive}, but there ${drives.length === 1 ? 'is 1 drive' : `are ${drives.length} drives`}, counted from 0`
      : `${key}: ${unknownWord('drive', drive, labels)}`,
  )
}

function mapping(log: Iolog, driveOf: readonly number[], drives: readonly DriveGeometry[]): string {
  const shown = log.files.slice(0, 8).map((name, i) => `${name} is drive ${drives[driveOf[i]!]!.label}`)
  return `${shown.join(', ')}${log.files.length > 8 ? ', …' : ''}`
}

function pacing({ pace, timeScale }: IologConfig): string[] {
  if (pace === 'asap') return ['the times of the log are not kept (pace: asap)']
  return timeScale === 100 ? [] : [`the log is replayed at ${timeScale} % of its rate (timeScale)`]
}
