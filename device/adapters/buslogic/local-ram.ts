// The local RAM: 64 bytes for the BIOS, then the AutoSCSI structure, then nothing in particular; and the EEPROM behind it.
//
// Models: what INQUIRE SETUP and drivers read of it (BusLogic.h: struct blogic_autoscsi; btreg.h: auto_scsi_data_t). Values as a card
// with everything allowed would have them. Does not model: the factory signature, the checksum, effects of changed bytes.
import type { Bytes } from '../../bytes.ts'
import { K } from './format.ts'

const AT = K.AUTOSCSI_OFFSET
const ALL_TARGETS = 0xffff

export class LocalRam {
  readonly bytes: Bytes = new Uint8Array(K.LOCAL_RAM_SIZE)
  readonly #eeprom: Bytes = new Uint8Array(K.LOCAL_RAM_SIZE)

  constructor() {
    const { bytes } = this
    bytes[AT + 2] = K.AUTOSCSI_SIZE
    ascii(bytes, AT + 3, 'BT-958')
    bytes[AT + 10] = 0x04 // level-triggered interrupt
    bytes[AT + 12] = 0x80 // interrupt channel as the system assigned it
    bytes[AT + 14] = K.INITIATOR_ID
    bytes[AT + 15] = 0x01 | 0x02 | 0x04 | 0x10 | 0x20 | 0x80 // termination, parity, fast, bus reset, active negation
    bytes[AT + 18] = 0x04 // extended translation
    for (const at of [19, 21, 23, 25, 27, 34]) put16(bytes, AT + at, ALL_TARGETS) // enabled, wide, fast, synchronous, disconnect, ultra
    bytes[AT + 41] = 63 // highest LUN
    this.store()
  }

  /** The RAM becomes what a hard reset brings back. */
  store(): void {
    this.#eeprom.set(this.bytes)
  }

  restore(): void {
    this.bytes.set(this.#eeprom)
  }
}

function put16(bytes: Bytes, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
}

export function ascii(bytes: Bytes, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
}
