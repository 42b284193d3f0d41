// Log pages: error information, SMART / health, firmware slots, changed namespaces.
//
// Models: the last errors of medium and path, newest first; counters of commands, data, errors; one firmware slot. Does not model:
// wear, spare, hours, power cycles beyond the first (they read what a new drive says), commands supported and effects, persistence.
// Layout: QEMU include/block/nvme.h and libnvme src/nvme/types.h (nvme_error_log_page, nvme_smart_log, nvme_firmware_slot).

import type { Bytes } from '../../bytes.ts'
import { putLe16, putLe32, putLe64 } from '../../little-endian.ts'
import { putAscii } from '../../scsi/big-endian.ts'
import { MAX_LUNS } from '../../scsi/bus.ts'
import type { Command } from './command.ts'
import { K } from './format.ts'

/** Entries of the error log. */
export const ERROR_ENTRIES = 16
const ERROR_BYTES = 64
/** Composite temperature in kelvins: a drive at rest, 40 °C. */
export const TEMPERATURE = 313
export const FIRMWARE = '1.0'
const { IO_READ, IO_COMPARE, IO_WRITE } = K

export class Logs {
  /** Bit 1: a temperature threshold was passed. */
  criticalWarning = 0
  readonly #errors = new Uint8Array(ERROR_ENTRIES * ERROR_BYTES)
  #errorCount = 0
  #mediumErrors = 0
  #readBytes = 0
  #writtenBytes = 0
  #reads = 0
  #writes = 0
  readonly #changed = new Uint8Array(MAX_LUNS)

  /** Bytes of a log page, 0 when there is no such page. */
  static bytesOf(page: number): number {
    switch (page) {
      case K.LOG_ERROR:
        return ERROR_ENTRIES * ERROR_BYTES
      case K.LOG_SMART:
      case K.LOG_FIRMWARE:
        return 512
      case K.LOG_CHANGED_NAMESPACES:
        return 4096
      default:
        return 0
    }
  }

  /** Builds a page into zeroed `into`. */
  build(page: number, into: Bytes): void {
    switch (page) {
      case K.LOG_ERROR:
        this.#buildErrors(into)
        return
      case K.LOG_SMART:
        this.#buildSmart(into)
        return
      case K.LOG_FIRMWARE:
        into[0] = 1 // slot 1 is active
        putAscii(into, 8, 8, FIRMWARE)
        return
      case K.LOG_CHANGED_NAMESPACES:
        this.#buildChanged(into)
        return
    }
  }

  /** The host has read the page. */
  forgetChanged(): void {
    this.#changed.fill(0)
  }

  /** @returns false when the namespace was on the list already */
  namespaceChanged(lun: number): boolean {
    const fresh = this.#changed[lun] === 0
    this.#changed[lun] = 1
    return fresh
  }

  error(sqid: number, cid: number, status: number, lba: number, nsid: number): void {
    this.#errorCount++
    if ((status & 0x700) === 0x200) this.#mediumErrors++
    const at = ((this.#errorCount - 1) % ERROR_ENTRIES) * ERROR_BYTES
    const log = this.#errors
    log.fill(0, at, at + ERROR_BYTES)
    putLe64(log, at, this.#errorCount)
    putLe16(log, at + 8, sqid)
    putLe16(log, at + 10, cid)
    putLe16(log, at + 12, status << 1)
    putLe16(log, at + 14, 0xffff) // no particular field of the command
    putLe64(log, at + 16, lba)
    putLe32(log, at + 24, nsid)
  }

  /** A command ended. */
  count(command: Command): void {
    const { opcode } = command
    if (opcode === IO_READ || opcode === IO_COMPARE) {
      this.#reads++
      this.#readBytes += command.movedBytes
    } else if (opcode === IO_WRITE) {
      this.#writes++
      this.#writtenBytes += command.movedBytes
    }
  }

  #buildErrors(into: Bytes): void {
    const kept = Math.min(this.#errorCount, ERROR_ENTRIES)
    for (let i = 0; i < kept; i++) {
      const from = ((this.#errorCount - 1 - i) % ERROR_ENTRIES) * ERROR_BYTES
      into.set(this.#errors.subarray(from, from + ERROR_BYTES), i * ERROR_BYTES)
    }
  }

  #buildSmart(into: Bytes): void {
    into[0] = this.criticalWarning
    putLe16(into, 1, TEMPERATURE)
    into[3] = 100 // available spare, percent
    into[4] = 10 // its threshold
    putLe64(into, 32, units(this.#readBytes))
    putLe64(into, 48, units(this.#writtenBytes))
    putLe64(into, 64, this.#reads)
    putLe64(into, 80, this.#writes)
    putLe64(into, 112, 1) // power cycles
    putLe64(into, 160, this.#mediumErrors)
    putLe64(into, 176, this.#errorCount)
    putLe16(into, 200, TEMPERATURE) // sensor 1
  }

  #buildChanged(into: Bytes): void {
    let n = 0
    for (let lun = 0; lun < MAX_LUNS; lun++) if (this.#changed[lun] === 1) putLe32(into, 4 * n++, lun + 1)
  }
}

/** Thousands of 512 bytes, rounded up. */
function units(bytes: number): number {
  return Math.ceil(bytes / 512_000)
}
