// Namespaces: the logical units of target 0. Namespace n + 1 is LUN n.
//
// Models: what Identify needs to know of a unit, asked of it with SCSI commands when the controller is enabled or the unit is
// attached; those commands take no time and meet no faults. They also take away the unit attention that every unit begins with:
// NVMe has none. Does not model: namespace management, several controllers, multiple formats.
import type { Bytes } from '../../bytes.ts'
import { be32, be64, putBe32 } from '../../scsi/big-endian.ts'
import type { ScsiBus } from '../../scsi/bus.ts'
import { MAX_LUNS } from '../../scsi/bus.ts'
import { Opcode, READ_CAPACITY_16 } from '../../scsi/cdb.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import { ScsiTask } from '../../scsi/task.ts'
import { CdbFlag, putBlockCdb, putUnmapCdb, putUnmapDescriptor, putUnmapHeader, UNMAP_DESCRIPTOR_BYTES } from './cdb.ts'

const TARGET = 0
/** NN is at least this, so that it stays the same while drives come and go. */
const LEAST_NAMESPACES = 16
/** Unit attentions taken away at most; a unit has one. */
const ATTENTIONS = 3
const CACHING_PAGE = 0x08
/** PC of MODE SENSE: default values. */
const DEFAULTS = 0x80
const WCE = 0x04

export class Namespaces {
  /** Largest NSID. */
  count = LEAST_NAMESPACES
  readonly present = new Uint8Array(MAX_LUNS)
  readonly blocks = new Float64Array(MAX_LUNS)
  readonly blockBytes = new Uint32Array(MAX_LUNS)
  readonly provisioned = new Uint8Array(MAX_LUNS)
  readonly writeProtected = new Uint8Array(MAX_LUNS)
  /** 8 bytes each. */
  readonly identifier: Bytes = new Uint8Array(MAX_LUNS * 8)
  readonly #bus: ScsiBus
  readonly #task = new ScsiTask()

  constructor(bus: ScsiBus) {
    this.#bus = bus
  }

  /** Looks at every unit. */
  survey(): void {
    for (let lun = 0; lun < MAX_LUNS; lun++) this.look(lun)
  }

  /** Looks at one unit, present or not. */
  look(lun: number): void {
    this.present[lun] = 0
    this.blocks[lun] = 0
    if (this.#bus.unit(TARGET, lun) === undefined) return
    this.present[lun] = 1
    if (lun >= this.count) this.count = lun + 1
    const task = this.#task
    this.provisioned[lun] = 0
    this.blockBytes[lun] = 512
    if (this.#command(lun, [Opcode.serviceActionIn16, READ_CAPACITY_16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0])) {
      this.blocks[lun] = be64(task.data, 0) + 1
      this.blockBytes[lun] = be32(task.data, 8)
      this.provisioned[lun] = task.data[14]! >> 7
    }
    this.writeProtected[lun] = 0
    if (this.#command(lun, [Opcode.modeSense6, 0x08, CACHING_PAGE, 0, 64, 0]))
      this.writeProtected[lun] = task.data[2]! >> 7
    this.#readIdentifier(lun)
  }

  /** The lowest namespace there is, −1 none. */
  get first(): number {
    return this.present.indexOf(1)
  }

  /** Turns the volatile write caches of all units on or off. @returns false when one refused */
  setWriteCache(on: boolean): boolean {
    let done = true
    for (let lun = 0; lun < MAX_LUNS; lun++) {
      if (this.present[lun] === 0 || this.writeCacheOf(lun) === (on ? 1 : 0)) continue
      done = this.#setWriteCacheOf(lun, on) && done
    }
    return done
  }

  /** Every unit's write cache as it was at power-on: what a reset does to a feature that cannot be saved. */
  restoreWriteCaches(): void {
    for (let lun = 0; lun < MAX_LUNS; lun++) {
      if (this.present[lun] === 0) continue
      const wanted = this.writeCacheOf(lun, DEFAULTS)
      if (this.writeCacheOf(lun) !== wanted) this.#setWriteCacheOf(lun, wanted === 1)
    }
  }

  /** @param values which mode parameters: the current ones, or DEFAULTS @returns 0 off, 1 on */
  writeCacheOf(lun: number, values = 0): number {
    if (!this.#command(lun, [Opcode.modeSense6, 0x08, values | CACHING_PAGE, 0, 64, 0])) return 0
    const { data, transferBytes } = this.#task
    return transferBytes > 6 && (data[4]! & 0x3f) === CACHING_PAGE && (data[6]! & WCE) !== 0 ? 1 : 0
  }

  get writeCache(): number {
    for (let lun = 0; lun < MAX_LUNS; lun++) if (this.present[lun] === 1 && this.writeCacheOf(lun) === 1) return 1
    return 0
  }

  #setWriteCacheOf(lun: number, on: boolean): boolean {
    const list = new Uint8Array(4 + 20)
    list[4] = CACHING_PAGE
    list[5] = 18
    list[6] = on ? WCE : 0
    return this.#command(lun, [Opcode.modeSelect6, 0x10, 0, 0, list.length, 0], list)
  }

  /** Is a write cache on at power-on? 0 or 1. */
  get defaultWriteCache(): number {
    for (let lun = 0; lun < MAX_LUNS; lun++)
      if (this.present[lun] === 1 && this.writeCacheOf(lun, DEFAULTS) === 1) return 1
    return 0
  }

  /** Makes everything written so far durable, in every namespace. */
  flush(): void {
    for (let lun = 0; lun < MAX_LUNS; lun++) if (this.present[lun] === 1) this.flushOne(lun)
  }

  /** @returns the task that flushed it */
  flushOne(lun: number): ScsiTask {
    this.#address(lun)
    putBlockCdb(this.#task, Opcode.synchronizeCache16, CdbFlag.none, 0, 0)
    this.#run()
    return this.#task
  }

  /** Gives blocks back. @returns the task that did it */
  unmapOne(lun: number, lba: number, blocks: number): ScsiTask {
    this.#address(lun)
    putUnmapCdb(this.#task, 1)
    const list = new Uint8Array(8 + UNMAP_DESCRIPTOR_BYTES)
    putUnmapHeader(list, 1)
    putUnmapDescriptor(list, 0, lba, blocks)
    this.#run(list)
    return this.#task
  }

  /** The NAA designator of page 83h; without one a number made from the LUN. */
  #readIdentifier(lun: number): void {
    const at = lun * 8
    const { identifier } = this
    putBe32(identifier, at, 0x3000_0000)
    putBe32(identifier, at + 4, lun + 1)
    if (!this.#command(lun, [Opcode.inquiry, 1, 0x83, 0, 252, 0])) return
    const { data, transferBytes } = this.#task
    for (let d = 4; d + 4 <= transferBytes; d += 4 + data[d + 3]!) {
      if ((data[d + 1]! & 0x3f) !== 0x03 || data[d + 3] !== 8 || d + 12 > transferBytes) continue
      for (let i = 0; i < 8; i++) identifier[at + i] = data[d + 4 + i]!
      return
    }
  }

  #address(lun: number): void {
    this.#task.target = TARGET
    this.#task.lun = lun
  }

  /** @returns true when it ended with GOOD */
  #command(lun: number, cdb: readonly number[], out?: Bytes): boolean {
    const task = this.#task
    this.#address(lun)
    task.cdb.fill(0)
    task.cdb.set(cdb)
    task.cdbLength = cdb.length
    return this.#run(out)
  }

  #run(out?: Bytes): boolean {
    const task = this.#task
    const bus = this.#bus
    for (let i = 0; i < ATTENTIONS; i++) {
      task.receivedBytes = 0
      bus.begin(task)
      if (task.status === ScsiStatus.good) {
        if (out !== undefined && task.direction === 'out') {
          task.data.set(out)
          task.receivedBytes = out.length
        }
        bus.execute(task)
      }
      if (task.status === ScsiStatus.good) return true
      bus.senseDelivered(task)
    }
    return false
  }
}
