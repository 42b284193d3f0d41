// What the adapter answers about itself and its bus.
//
// Sources: BusLogic.h (structures of every answer), btreg.h, bhareg.h; values of a BT-958 with firmware 5.07B as in DevBusLogic.cpp,
// where `ISA_DISABLED` stands for no ISA base (BusLogic.h, scsi_buslogic.c). Does not model: agreements about speed and width;
// every target that answers is shown wide, synchronous with offset 15 and with a period of 50 ns.

import type { Bytes } from '../../bytes.ts'
import { putLe32 } from '../../little-endian.ts'
import { putBe24 } from '../../scsi/big-endian.ts'
import type { ScsiBus } from '../../scsi/bus.ts'
import type { Card } from './card.ts'
import type { Core } from './core.ts'
import { K, TARGETS } from './format.ts'
import { ascii, type LocalRam } from './local-ram.ts'

const FIRMWARE = { board: 'AA', first: '5', second: '0', third: '7', letter: 'B' } as const
const MODEL = '958 '
/** In units of 10 ns: Ultra. */
const PERIOD = 5
/** Synchronous, offset 15. */
const SYNCHRONOUS = 0x8f

/** Each writes into `answer`, which is all zeros, and tells how long its answer is by nature. */
const Inquiry = {
  boardId(answer: Bytes): number {
    ascii(answer, 0, FIRMWARE.board + FIRMWARE.first + FIRMWARE.second)
    return 4
  },

  firmwareDigit(answer: Bytes): number {
    ascii(answer, 0, FIRMWARE.third)
    return 1
  },

  firmwareLetter(answer: Bytes): number {
    ascii(answer, 0, FIRMWARE.letter)
    return 1
  },

  model(answer: Bytes): number {
    ascii(answer, 0, MODEL)
    return 5
  },

  /** @param interruptLine as the system assigned it; what an ISA card could not have is not told */
  configuration(answer: Bytes, interruptLine: number): number {
    if (interruptLine >= 9 && interruptLine <= 15 && interruptLine !== 13) answer[1] = 1 << (interruptLine - 9)
    answer[2] = K.INITIATOR_ID
    return 3
  },

  pci(answer: Bytes, isaCode: number, interruptLine: number): number {
    answer[0] = isaCode
    answer[1] = interruptLine
    answer[2] = 0x01 | 0x02 | 0x10 | 0x80 // both halves terminated, jumper 1, valid
    return 4
  },

  setup(answer: Bytes, { settings, bus }: Core): number {
    answer[0] = 0x03 // synchronous, parity
    answer[1] = settings.transferRate
    answer[2] = settings.busOnTime
    answer[3] = settings.busOffTime
    answer[4] = settings.mailboxes
    putBe24(answer, 5, settings.mailboxAddress)
    for (let target = 0; target < TARGETS; target++) {
      if (!bus.answers(target)) continue
      const high = target >= 8
      answer[(high ? 22 - 8 : 8) + target] = SYNCHRONOUS
      answer[high ? 33 : 21]! |= 1 << (target & 7) // wide transfers
    }
    answer[16] = answer[20] = answer[30] = answer[32] = 0xff // disconnection and wide transfers are allowed
    ascii(answer, 17, 'BDF') // BusLogic, PCI
    return K.SETUP_SIZE
  },

  extendedSetup(answer: Bytes, { settings }: Core): number {
    ascii(answer, K.EXTENDED_SETUP_BUS, 'E')
    answer[K.EXTENDED_SETUP_SG] = K.MAX_SG & 0xff
    answer[K.EXTENDED_SETUP_SG + 1] = K.MAX_SG >>> 8
    answer[K.EXTENDED_SETUP_MAILBOXES] = settings.mailboxes
    putLe32(answer, K.EXTENDED_SETUP_ADDRESS, settings.mailboxAddress)
    answer[K.EXTENDED_SETUP_FLAGS] = K.EXTENDED_SETUP_FLAG_LEVEL
    ascii(answer, K.EXTENDED_SETUP_FIRMWARE, FIRMWARE.second + FIRMWARE.third + FIRMWARE.letter)
    answer[K.EXTENDED_SETUP_FEATURES] = K.EXTENDED_SETUP_FEATURE_WIDE | K.EXTENDED_SETUP_FEATURE_ULTRA
    return K.EXTENDED_SETUP_SIZE
  },

  periods(answer: Bytes, { bus }: Core): number {
    for (let target = 0; target < TARGETS; target++) if (bus.answers(target)) answer[target] = PERIOD
    return TARGETS
  },

  /** @param first 0 or 8 */
  devices(answer: Bytes, { bus }: Core, first: number): number {
    for (let i = 0; i < 8; i++) if (first + i !== K.INITIATOR_ID) answer[i] = lunsOf(bus, first + i)
    return 8
  },

  targets(answer: Bytes, { bus }: Core): number {
    for (let target = 0; target < TARGETS; target++)
      if (target !== K.INITIATOR_ID && bus.answers(target)) answer[target >>> 3]! |= 1 << (target & 7)
    return 2
  },
} as const

/** LUN 0 to 7, a bit each. */
function lunsOf(bus: ScsiBus, target: number): number {
  let luns = 0
  for (let lun = 0; lun < 8; lun++) if (bus.unit(target, lun) !== undefined) luns |= 1 << lun
  return luns
}

/**
 * Writes the answer to a command.
 * @param answer all zeros
 * @returns its bytes by nature, 0 for a command without an answer
 */
export function answerTo(
  opcode: number,
  parameters: Bytes,
  answer: Bytes,
  core: Core,
  card: Card,
  ram: LocalRam,
): number {
  switch (opcode) {
    case K.CMD_INQUIRE_BOARD_ID:
      return Inquiry.boardId(answer)
    case K.CMD_INQUIRE_DEVICES_LOW:
      return Inquiry.devices(answer, core, 0)
    case K.CMD_INQUIRE_DEVICES_HIGH:
      return Inquiry.devices(answer, core, 8)
    case K.CMD_INQUIRE_TARGETS:
      return Inquiry.targets(answer, core)
    case K.CMD_INQUIRE_CONFIGURATION:
      return Inquiry.configuration(answer, card.interruptLine)
    case K.CMD_INQUIRE_SETUP:
      return Inquiry.setup(answer, core)
    case K.CMD_INQUIRE_EXTENDED_SETUP:
      return Inquiry.extendedSetup(answer, core)
    case K.CMD_INQUIRE_FIRMWARE_DIGIT:
      return Inquiry.firmwareDigit(answer)
    case K.CMD_INQUIRE_FIRMWARE_LETTER:
      return Inquiry.firmwareLetter(answer)
    case K.CMD_INQUIRE_PCI:
      return Inquiry.pci(answer, card.isaCode, card.interruptLine)
    case K.CMD_INQUIRE_MODEL:
      return Inquiry.model(answer)
    case K.CMD_INQUIRE_SYNCHRONOUS_PERIOD:
      return Inquiry.periods(answer, core)
    case K.CMD_ECHO:
      answer[0] = parameters[0]!
      return 1
    case K.CMD_FETCH_LOCAL_RAM:
      for (let i = 0; i < K.LOCAL_RAM_SIZE; i++) answer[i] = ram.bytes[(parameters[0]! + i) % K.LOCAL_RAM_SIZE]!
      return K.LOCAL_RAM_SIZE
    default:
      return 0
  }
}
