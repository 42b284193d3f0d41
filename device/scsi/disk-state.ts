// What a disk remembers between commands, and how it ends a command. The command families work on this.
import { type BlockStore, type LatencyModel, NO_LATENCY } from '../block/store.ts'
import { Asc, checkCondition, NO_INFORMATION, NO_POINTER, SenseKey } from './sense.ts'
import type { ScsiTask } from './task.ts'

export interface DiskOptions {
  label: string
  store: BlockStore
  /** Unit serial number, at most 20 characters; default: from the label. */
  serial?: string
  /** T10 vendor identification, 8 characters are used. */
  vendor?: string
  /** Product identification, 16 characters are used. */
  product?: string
  /** Product revision level, 4 characters are used. */
  revision?: string
  /** Write protected even if the store is not. */
  readOnly?: boolean
  latency?: LatencyModel
  /** Medium can be ejected (RMB, LOEJ). Default false. */
  removable?: boolean
  /** Write cache enabled at power-on and after a reset. Default true. */
  writeCache?: boolean
  /** MAXIMUM TRANSFER LENGTH of the Block Limits page, in blocks. Default: 4 MiB worth of blocks. */
  maxTransferBlocks?: number
}

const DEFAULT_MAX_TRANSFER_BYTES = 4 * 1024 * 1024
/** No command makes a buffer larger than this. */
const LIMIT_MAX_TRANSFER_BYTES = 64 * 1024 * 1024
export const MAX_SERIAL_CHARACTERS = 20

export class DiskError extends Error {
  override name = 'DiskError'
}

export class DiskState {
  readonly label: string
  readonly store: BlockStore
  readonly serial: string
  readonly vendor: string
  readonly product: string
  readonly revision: string
  readonly readOnly: boolean
  readonly removable: boolean
  readonly latency: LatencyModel
  /** Unmapping is offered: the store can give blocks back. */
  readonly provisioned: boolean
  readonly maxTransferBlocks: number
  readonly maxWriteSameBlocks: number
  readonly maxUnmapBlocks: number
  readonly maxUnmapDescriptors = 256
  readonly #defaultWriteCache: boolean

  /** Caching page, WCE. */
  writeCache: boolean
  /** Control page, D_SENSE. */
  descriptorSense = false
  /** Something was written with the write cache on and has not been flushed since. */
  cacheDirty = false
  stopped = false
  mediumPresent = true
  removalPrevented = false
  /** Pending unit attention: an Asc, 0 when there is none. */
  attention: number = Asc.powerOnOrReset
  /** Sense of the last CHECK CONDITION, kept for REQUEST SENSE: a sense key, 0 when there is none. */
  heldKey = 0
  heldAsc = 0
  heldInformation = NO_INFORMATION
  heldPointer = NO_POINTER

  /** @throws DiskError for an option that cannot be met */
  constructor(options: DiskOptions) {
    const { label, store } = options
    this.label = label
    this.store = store
    this.serial = options.serial ?? label.slice(0, MAX_SERIAL_CHARACTERS)
    if (this.serial.length < 1 || this.serial.length > MAX_SERIAL_CHARACTERS || !/^[\x20-\x7e]*$/.test(this.serial))
      throw new DiskError(
        `disk '${label}': serial '${this.serial}' must be 1 to ${MAX_SERIAL_CHARACTERS} printable ASCII characters`,
      )
    this.vendor = options.vendor ?? 'WASM-HBA'
    this.product = options.product ?? 'VIRTUAL DISK'
    this.revision = options.revision ?? '0001'
    this.readOnly = options.readOnly === true || store.readOnly
    this.removable = options.removable === true
    this.latency = options.latency ?? NO_LATENCY
    this.provisioned = store.unmap !== undefined
    this.maxTransferBlocks = options.maxTransferBlocks ?? DEFAULT_MAX_TRANSFER_BYTES / store.blockBytes
    const limit = LIMIT_MAX_TRANSFER_BYTES / store.blockBytes
    if (!Number.isInteger(this.maxTransferBlocks) || this.maxTransferBlocks < 1 || this.maxTransferBlocks > limit)
      throw new DiskError(`disk '${label}': maxTransferBlocks is ${this.maxTransferBlocks}: 1 to ${limit} is wanted`)
    this.maxWriteSameBlocks = 0xffff
    this.maxUnmapBlocks = 0x4_0000
    this.#defaultWriteCache = options.writeCache !== false
    this.writeCache = this.#defaultWriteCache
  }

  /** Mode parameters as they are at power-on. */
  get defaultWriteCache(): boolean {
    return this.#defaultWriteCache
  }

  /**
   * Ends the task with CHECK CONDITION. While a command begins, nothing has been asked for yet; while it is carried out, data out has
   * been taken already and `transferBytes` stays.
   */
  fail(
    task: ScsiTask,
    key: number,
    asc: number,
    pointer: number = NO_POINTER,
    information: number = NO_INFORMATION,
  ): void {
    this.hold(key, asc, information, pointer)
    checkCondition(task, this.descriptorSense, key, asc, information, pointer)
  }

  hold(key: number, asc: number, information: number, pointer: number): void {
    this.heldKey = key
    this.heldAsc = asc
    this.heldInformation = information
    this.heldPointer = pointer
  }

  forgetSense(): void {
    this.hold(SenseKey.noSense, 0, NO_INFORMATION, NO_POINTER)
  }
}
