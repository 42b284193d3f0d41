// What a run reads from the disk: drivers, images, and afterwards the images once more with a plain reader.
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  watch,
} from 'node:fs'
import { resolve } from 'node:path'
import { RamStore } from '../../device/block/ram-store.ts'
import { RawFileStore } from '../../device/block/raw-file-store.ts'
import type { Bytes } from '../../device/bytes.ts'
import type { ImageReport } from '../../schemas/report.ts'
import type { Supply } from '../run/machine.ts'
import type { DriveImage, RunResult } from '../run-io.ts'
import { compareImage } from '../workload/image.ts'
import { EXIT, UsageError } from './io.ts'

type FileDrive = Parameters<Supply['image']>[0]

const NO_FILE = 'no file'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EISDIR: 'it is a directory',
  [NO_FILE]: 'it is no regular file',
  EACCES: 'no permission',
  EPERM: 'no permission',
}

/** @param what 'driver', 'scenario' @throws UsageError that names the file as typed */
export function readInput(what: string, typed: string, base: string): Buffer<ArrayBuffer> {
  try {
    const path = resolve(base, typed)
    const stat = statSync(path)
    if (!stat.isFile()) throw Object.assign(new Error(), { code: stat.isDirectory() ? 'EISDIR' : NO_FILE })
    return readFileSync(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    throw new UsageError(`the ${what} '${typed}' cannot be read: ${REASONS[code] ?? code}`)
  }
}

export const readDriver = (typed: string, base: string): Bytes => {
  const buffer = readInput('driver', typed, base)
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

/** The source map beside a driver: `driver.wasm.map`. */
function readMap(typed: string, base: string): string | undefined {
  try {
    return readFileSync(resolve(base, `${typed}.map`), 'utf8')
  } catch {
    return undefined
  }
}

/** Drivers and images by the paths of a scenario, which start from `base`. */
export function fileSupply(base: string): Supply {
  const used = new Map<string, UsedImage>()
  return {
    driver: async typed => readDriver(typed, base),
    driverMap: async typed => readMap(typed, base),
    iolog: typed => readInput('iolog', typed, base),
    image: drive => openImage(drive, base, used),
  }
}

/** Images as they are now, in memory: what a run writes is gone after it. For runs that are to begin alike. */
export function copiesOfImages(base: string): Supply['image'] {
  return ({ store, blockBytes, name, readOnly }) => {
    const path = resolve(base, store.path)
    const label = name ?? store.path
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined && store.createBytes !== undefined)
      return {
        store: new RamStore({ label, blockBytes, blocks: store.createBytes / blockBytes, readOnly }),
        zeroAtStart: true,
      }
    const file = new TypedPathStore({ typed: store.path, path, label, blockBytes, readOnly: true })
    try {
      const copy = new RamStore({ label, blockBytes, blocks: file.blocks })
      const bytes = new Uint8Array(COPY_BYTES)
      for (let lba = 0; lba < file.blocks; lba += bytes.length / blockBytes) {
        const count = Math.min(bytes.length / blockBytes, file.blocks - lba)
        file.read(lba, count, bytes, 0)
        if (bytes.some(byte => byte !== 0)) copy.write(lba, count, bytes, 0)
      }
      return { store: copy, zeroAtStart: false }
    } finally {
      file.close()
    }
  }
}

const COPY_BYTES = 64 * 1024

interface UsedImage {
  typed: string
  readOnly: boolean
}

/** @param used images opened so far, by real path @throws StoreError, UsageError */
function openImage(drive: FileDrive, base: string, used: Map<string, UsedImage>): ReturnType<Supply['image']> {
  const { store, blockBytes } = drive
  const path = resolve(base, store.path)
  const zeroAtStart = store.createBytes !== undefined && createImage(store.path, path, store.createBytes)
  // A drive may be write-protected on a file that could be written; the file is left alone all the same.
  const readOnly = drive.readOnly || store.readOnly
  const label = drive.name ?? store.path
  const opened = new TypedPathStore({ typed: store.path, path, label, blockBytes, readOnly })
  const real = realpathSync(path)
  const other = used.get(real)
  if (other !== undefined && !(readOnly && other.readOnly)) {
    opened.close()
    throw new UsageError(
      `the image '${store.path}' is used by two drives (the other one as '${other.typed}'): what one writes the other would read`,
    )
  }
  used.set(real, { typed: store.path, readOnly })
  return { store: opened, zeroAtStart }
}

/** A raw image whose messages show the path as typed. */
class TypedPathStore extends RawFileStore {
  constructor(options: { typed: string; path: string; label: string; blockBytes: number; readOnly: boolean }) {
    const { typed, ...rest } = options
    try {
      super(rest)
    } catch (error) {
      if (error instanceof Error) error.message = error.message.replaceAll(rest.path, typed)
      throw error
    }
  }
}

/** Makes an image of zeros unless the file is there. @returns true when it was made */
function createImage(typed: string, path: string, bytes: number): boolean {
  let fd: number
  try {
    fd = openSync(path, 'wx')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code === 'EEXIST') return false
    throw new UsageError(
      `the image '${typed}' cannot be made: ${code === 'ENOENT' ? 'its directory does not exist' : (REASONS[code] ?? code)}`,
    )
  }
  try {
    ftruncateSync(fd, bytes)
  } finally {
    closeSync(fd)
  }
  return true
}

/** Reads a whole image with nothing but file calls and holds it against what the workload wrote. */
function compareImageFile({ path: typed, model }: DriveImage, base: string): ImageReport {
  const fd = openSync(resolve(base, typed), 'r')
  try {
    return compareImage(model, fstatSync(fd).size, (offset, length) => {
      const chunk = new Uint8Array(length)
      let done = 0
      while (done < length) {
        const moved = readSync(fd, chunk, done, length - done, offset + done)
        if (moved === 0) break
        done += moved
      }
      return chunk.subarray(0, done)
    })
  } finally {
    closeSync(fd)
  }
}

/** Compares every image with the workload's model of it, now that nobody has it open any more. */
export function withImages(result: RunResult, base: string): RunResult {
  const { report, exitCode, images = [] } = result
  if (images.length === 0) return result
  const compared = images.map(image => ({ ...compareImageFile(image, base), drive: image.path }))
  const bad = compared.filter(image => image.miscompares > 0)
  const reasons = bad.map(image => `image ${image.drive}: ${image.miscompares} differences from what was written`)
  return {
    ...result,
    report: {
      ...report,
      images: [...report.images, ...compared],
      ...(bad.length === 0 ? {} : { verdict: 'fail', reasons: [...report.reasons, ...reasons] }),
    },
    exitCode: bad.length > 0 && exitCode === EXIT.pass ? EXIT.failed : exitCode,
  }
}

/** A folder that is not there, or goes, has no changes. */
export function watchFolder(folder: string, changed: (path: string) => void): () => void {
  try {
    const watcher = watch(folder, (_event, name) => changed(name === null ? folder : resolve(folder, name)))
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return () => {}
  }
}
