// The command port and the registers, row by row as the sources have it. Sources by letter:
// L Linux BusLogic.h/.c · F FreeBSD btreg.h/bt.c · N NetBSD bhareg.h/bha.c · R ReactOS BusLogic958.c · V VirtualBox DevBusLogic.cpp
// B 86Box scsi_buslogic.c/scsi_x54x.c · A Adaptec AHA-1740A Technical Reference Manual, standard mode
import { describe, expect, it } from 'vitest'
import { PS } from '../../clock.ts'
import { DeviceEvent, DiagnosticCode } from '../../probe.ts'
import { Cause, Control, K, Offset, Status } from './format.ts'
import { Bench, MEMORY_WINDOW, PORT, TABLES } from './testing/bench.ts'

const ascii = (text: string): number[] => [...text].map(c => c.charCodeAt(0))
const COMPLETE = Cause.commandComplete | Cause.valid
const READY = Status.hostAdapterReady | Status.initializationRequired

describe('registers', () => {
  it.each<[string, string, (bench: Bench) => number, number]>([
    ['L F N R V', 'STATUS after power-on: ready, mailboxes wanted', b => b.status, READY],
    ['L F', 'INTERRUPT after power-on: nothing, reserved bits 0', b => b.interrupt, 0],
    ['V B', 'GEOMETRY: extended translation, and not FFh', b => b.ports.read(PORT + Offset.geometry, 1), 0x80],
    ['V', 'the memory window has the same registers', b => b.space.read(MEMORY_WINDOW + Offset.status, 1), READY],
    ['V', '… and they repeat in it', b => b.space.read(MEMORY_WINDOW + 28 + Offset.geometry, 1), 0x80],
    ['L F N', 'PCI vendor and device', b => b.adapter.pci.vendor | (b.adapter.pci.device << 16), 0x1040_104b],
  ])('%s: %s', (_source, _what, read, expected) => {
    expect(read(new Bench())).toBe(expected)
  })

  it('F V: an ISA base answers beside the PCI window', () => {
    const bench = new Bench({ isa: 0x334 })
    expect(bench.ports.read(0x334, 1)).toBe(READY)
    expect(bench.order(K.CMD_INQUIRE_PCI).answer[0]).toBe(K.ISA_334)
    expect(() => new Bench({ isa: 0x340 })).toThrow('no ISA base 0x340')
  })

  it('writes to read-only registers and wide accesses are reported, not carried out', () => {
    const bench = new Bench()
    bench.ports.write(PORT + Offset.geometry, 1, 0x55)
    bench.ports.read(PORT, 2)
    bench.control(0x0f)
    expect(bench.ports.read(PORT + Offset.geometry, 1)).toBe(0x80)
    expect(bench.diagnostics()).toEqual([
      DiagnosticCode.ReadOnlyWritten,
      DiagnosticCode.BadAccessWidth,
      DiagnosticCode.ReservedBitsWritten,
    ])
  })
})

describe('handshake', () => {
  it('A L F N R: busy after each byte, ready falls with the command and rises with its end', () => {
    const bench = new Bench()
    bench.write(K.CMD_ECHO)
    expect(bench.status).toBe(Status.initializationRequired | Status.commandParameterBusy)
    bench.settle()
    expect(bench.status).toBe(Status.initializationRequired)
    bench.write(0x5a)
    expect(bench.status & Status.commandParameterBusy).not.toBe(0)
    bench.settle()
    expect(bench.status).toBe(Status.initializationRequired | Status.dataInReady)
    expect(bench.interrupt).toBe(0)
    expect(bench.readData()).toBe(0x5a)
    expect(bench.status & Status.dataInReady).toBe(0)
    expect(bench.interrupt).toBe(0)
    bench.settle()
    expect(bench.status).toBe(READY)
    expect(bench.interrupt).toBe(COMPLETE)
    expect(bench.pin.level).toBe(true)
    bench.control(Control.interruptReset)
    expect([bench.interrupt, bench.pin.level]).toEqual([0, false])
  })

  it('A: a byte written while the last one was not taken is lost', () => {
    const bench = new Bench()
    bench.write(K.CMD_ECHO)
    bench.write(0x11)
    bench.settle()
    bench.write(0x22)
    bench.settle()
    expect(bench.readData()).toBe(0x22)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy])
  })

  it('a byte written while an answer waits is lost, and the answer stays', () => {
    const bench = new Bench()
    bench.write(K.CMD_INQUIRE_BOARD_ID)
    bench.settle()
    bench.write(K.CMD_TEST_COMMAND_COMPLETE)
    expect(bench.order(K.CMD_TEST_COMMAND_COMPLETE).answer).toEqual(ascii('AA50'))
    expect(bench.diagnostics()).toEqual([DiagnosticCode.IgnoredWhileBusy, DiagnosticCode.IgnoredWhileBusy])
  })

  it('V: DATA_IN read without anything in it changes nothing', () => {
    const bench = new Bench()
    bench.readData()
    bench.settle()
    expect([bench.status, bench.interrupt]).toEqual([READY, 0])
  })

  it('L F: no completion without time: polling sees every state', () => {
    const bench = new Bench()
    bench.write(K.CMD_TEST_COMMAND_COMPLETE)
    expect(bench.interrupt).toBe(0)
    bench.advance(14 * PS.us)
    expect(bench.interrupt).toBe(0)
    bench.advance(PS.us)
    expect(bench.interrupt).toBe(COMPLETE)
  })
})

describe('answers', () => {
  const units = [
    [0, 1],
    [3, 0],
    [12, 2],
  ] as const
  it.each<[string, string, number, number[], number[]]>([
    ['A L F N V B', 'board id, firmware 5.0', K.CMD_INQUIRE_BOARD_ID, [], ascii('AA50')],
    ['L F N V B', 'third digit', K.CMD_INQUIRE_FIRMWARE_DIGIT, [], ascii('7')],
    ['L F N V B', 'letter', K.CMD_INQUIRE_FIRMWARE_LETTER, [], ascii('B')],
    ['L F V', 'model, 5 bytes', K.CMD_INQUIRE_MODEL, [5], [...ascii('958 '), 0]],
    ['V B', 'model, more than there is: zeros', K.CMD_INQUIRE_MODEL, [7], [...ascii('958 '), 0, 0, 0]],
    ['L V', 'model, fewer', K.CMD_INQUIRE_MODEL, [2], ascii('95')],
    ['A L V B', 'installed devices 0 to 7', K.CMD_INQUIRE_DEVICES_LOW, [], [3, 0, 0, 1, 0, 0, 0, 0]],
    ['L N V B', 'installed devices 8 to 15', K.CMD_INQUIRE_DEVICES_HIGH, [], [0, 0, 0, 0, 4, 0, 0, 0]],
    ['L V B R', 'target devices, low byte first', K.CMD_INQUIRE_TARGETS, [], [0x09, 0x10]],
    ['A L F N', 'configuration: no DMA channel, IRQ 11, id 7', K.CMD_INQUIRE_CONFIGURATION, [], [0, 0x04, 7]],
    ['L F V B', 'PCI: no ISA base, line, termination', K.CMD_INQUIRE_PCI, [], [K.ISA_DISABLED, 11, 0x93, 0]],
    ['A L V B', 'echo', K.CMD_ECHO, [0xa5], [0xa5]],
    ['L F R', 'synchronous periods', K.CMD_INQUIRE_SYNCHRONOUS_PERIOD, [13], [5, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 5]],
    [
      'L F N V B',
      'extended setup',
      K.CMD_INQUIRE_EXTENDED_SETUP,
      [14],
      [0x45, 0, 0, 0x20, 0, 0, 0, 0, 0, 0x40, ...ascii('07B'), 9],
    ],
    ['L V', 'extended setup, cut', K.CMD_INQUIRE_EXTENDED_SETUP, [4], [0x45, 0, 0, 0x20]],
    ['L F', 'AutoSCSI: size and SCSI id', K.CMD_FETCH_LOCAL_RAM, [K.AUTOSCSI_OFFSET + 2, 1], [64]],
    ['L F', 'AutoSCSI: SCSI id', K.CMD_FETCH_LOCAL_RAM, [K.AUTOSCSI_OFFSET + 14, 1], [7]],
    ['L F', 'AutoSCSI: wide permitted', K.CMD_FETCH_LOCAL_RAM, [K.AUTOSCSI_OFFSET + 21, 2], [0xff, 0xff]],
  ])('%s: %s', (_source, _what, opcode, parameters, answer) => {
    const bench = new Bench({ units })
    const end = bench.order(opcode, ...parameters)
    expect(end).toMatchObject({ answer, invalid: false })
    expect(end.causes).toBe(opcode === K.CMD_FETCH_LOCAL_RAM ? 0 : COMPLETE)
  })

  it('L F N V: setup, 34 bytes, with the mailboxes in it', () => {
    const bench = new Bench({ units })
    bench.initialize(5)
    const { answer } = bench.order(K.CMD_INQUIRE_SETUP, K.SETUP_SIZE)
    const pa = bench.slice.physicalOf(TABLES)
    expect(answer).toHaveLength(34)
    expect(answer.slice(0, 8)).toEqual([3, 0, 0, 0, 5, (pa >>> 16) & 0xff, (pa >>> 8) & 0xff, pa & 0xff])
    expect([answer[8], answer[11], answer[26], answer[9]]).toEqual([0x8f, 0x8f, 0x8f, 0])
    expect(answer.slice(17, 20)).toEqual(ascii('BDF'))
    expect([answer[21], answer[33]]).toEqual([0x09, 0x10])
  })

  it('A: the setup keeps what was set and means nothing here', () => {
    const bench = new Bench()
    bench.order(K.CMD_SET_BUS_ON_TIME, 11)
    bench.order(K.CMD_SET_BUS_OFF_TIME, 4)
    bench.order(K.CMD_SET_TRANSFER_RATE, 2)
    expect(bench.order(K.CMD_INQUIRE_SETUP, 4).answer).toEqual([3, 2, 11, 4])
  })

  it('A L: asking the targets takes the selection time-out of each that is not there', () => {
    const bench = new Bench({ units })
    const beforePs = bench.clock.nowPs
    bench.order(K.CMD_INQUIRE_TARGETS)
    expect(Math.round((bench.clock.nowPs - beforePs) / PS.ms)).toBe(12 * 250)
    bench.order(K.CMD_SET_SELECTION_TIMEOUT, 1, 0, 0, 10)
    const laterPs = bench.clock.nowPs
    bench.order(K.CMD_INQUIRE_TARGETS)
    expect(Math.round((bench.clock.nowPs - laterPs) / PS.ms)).toBe(12 * 10)
  })
})

describe('how commands end', () => {
  it.each<[string, string, number, number[], { invalid: boolean; causes: number; accepted: number }]>([
    ['A L V B', 'test: COMMAND_COMPLETE', 0x00, [], { invalid: false, causes: COMPLETE, accepted: 0 }],
    ['A N V B', 'enable outgoing available: silent', 0x05, [1], { invalid: false, causes: 0, accepted: 1 }],
    ['A V B', '… invalid beyond 1', 0x05, [2], { invalid: true, causes: COMPLETE, accepted: 1 }],
    ['L F N V', 'modify I/O address: silent', 0x95, [K.ISA_DISABLED], { invalid: false, causes: 0, accepted: 1 }],
    ['V', '… invalid beyond 7', 0x95, [8], { invalid: true, causes: COMPLETE, accepted: 1 }],
    ['L F V', 'fetch local RAM: silent', 0x91, [0, 2], { invalid: false, causes: 0, accepted: 2 }],
    [
      'A',
      'selection time-out: four parameters',
      0x06,
      [1, 0, 0, 250],
      { invalid: false, causes: COMPLETE, accepted: 4 },
    ],
    ['A', '… second one must be 0', 0x06, [1, 1, 0, 250], { invalid: true, causes: COMPLETE, accepted: 4 }],
    ['L N V', 'strict round robin', 0x8f, [1], { invalid: false, causes: COMPLETE, accepted: 1 }],
    ['L', '… knows 0 and 1', 0x8f, [2], { invalid: true, causes: COMPLETE, accepted: 1 }],
    ['L V', 'CCB format', 0x96, [1], { invalid: false, causes: COMPLETE, accepted: 1 }],
    ['L', '… knows 0 and 1', 0x96, [3], { invalid: true, causes: COMPLETE, accepted: 1 }],
    [
      'F V B',
      'options: as many bytes as the first says',
      0x21,
      [4, 1, 2, 3, 4],
      { invalid: false, causes: COMPLETE, accepted: 5 },
    ],
    ['A F V', 'mailboxes: none is invalid', 0x01, [0, 0, 0, 0], { invalid: true, causes: COMPLETE, accepted: 4 }],
    ['V', '32-bit mailboxes: none is invalid', 0x81, [0, 0, 0, 0, 0], { invalid: true, causes: COMPLETE, accepted: 5 }],
    ['A', 'start mailbox without mailboxes', 0x02, [], { invalid: true, causes: COMPLETE, accepted: 0 }],
    ['A', 'target mode is refused at once', 0x0c, [1, 0], { invalid: true, causes: COMPLETE, accepted: 0 }],
    ['A V', 'BIOS command', 0x03, [1], { invalid: true, causes: COMPLETE, accepted: 0 }],
    ['V', 'AHA-1542C: extended BIOS information', 0x28, [], { invalid: true, causes: COMPLETE, accepted: 0 }],
    ['V', 'AHA-1542C: unlock mailbox', 0x29, [], { invalid: true, causes: COMPLETE, accepted: 0 }],
    ['A L F N', 'unknown: invalid and complete', 0x77, [1, 2], { invalid: true, causes: COMPLETE, accepted: 0 }],
    ['A L F N', 'unknown: FFh', 0xff, [], { invalid: true, causes: COMPLETE, accepted: 0 }],
  ])('%s: %s', (_source, _what, opcode, parameters, end) => {
    const bench = new Bench()
    expect(bench.order(opcode, ...parameters)).toMatchObject(end)
    bench.settle()
    expect(bench.status & ~Status.initializationRequired).toBe(Status.hostAdapterReady)
  })

  it('V: disable interrupt sets COMMAND_COMPLETE without driving the line, and later causes do not drive it', () => {
    const bench = new Bench()
    bench.write(K.CMD_DISABLE_INTERRUPT)
    bench.settle()
    bench.write(0)
    bench.settle()
    expect([bench.interrupt, bench.pin.level]).toEqual([COMPLETE, false])
    bench.control(Control.interruptReset)
    bench.write(K.CMD_TEST_COMMAND_COMPLETE)
    bench.settle()
    expect([bench.interrupt, bench.pin.level, bench.adapter.mayInterrupt]).toEqual([COMPLETE, false, false])
    bench.control(Control.interruptReset)
    bench.order(K.CMD_DISABLE_INTERRUPT, 1)
    bench.write(K.CMD_TEST_COMMAND_COMPLETE)
    bench.settle()
    expect(bench.pin.level).toBe(true)
  })

  it('V: … also when it enables the interrupt', () => {
    const bench = new Bench()
    bench.write(K.CMD_DISABLE_INTERRUPT)
    bench.settle()
    bench.write(1)
    bench.settle()
    expect([bench.interrupt, bench.pin.level, bench.adapter.causes()]).toEqual([COMPLETE, false, 0])
    bench.control(Control.interruptReset)
    bench.write(K.CMD_TEST_COMMAND_COMPLETE)
    bench.settle()
    expect(bench.pin.level).toBe(true)
  })

  it('A L F: COMMAND_INVALID goes with an interrupt reset, and with the next command', () => {
    const bench = new Bench()
    bench.write(0x77)
    bench.settle()
    expect(bench.status & Status.commandInvalid).not.toBe(0)
    bench.control(Control.interruptReset)
    expect(bench.status).toBe(READY)
    bench.write(0x77)
    bench.settle()
    bench.write(K.CMD_TEST_COMMAND_COMPLETE)
    expect(bench.status & Status.commandInvalid).toBe(0)
  })

  it('V: a second COMMAND_COMPLETE waits for the interrupt reset', () => {
    const bench = new Bench()
    for (let i = 0; i < 2; i++) {
      bench.write(K.CMD_TEST_COMMAND_COMPLETE)
      bench.settle()
    }
    bench.control(Control.interruptReset)
    expect([bench.interrupt, bench.pin.level]).toEqual([COMPLETE, true])
    bench.control(Control.interruptReset)
    expect([bench.interrupt, bench.pin.level]).toEqual([0, false])
    expect(bench.eventsOf(DeviceEvent.LineChanged).map(e => e.a)).toEqual([1, 0, 1, 0])
  })
})

describe('local RAM and buffers', () => {
  it('B: store local RAM takes as many bytes as its second parameter says; a hard reset brings back what is in the EEPROM', () => {
    const bench = new Bench()
    const fetch = () => bench.order(K.CMD_FETCH_LOCAL_RAM, 10, 3).answer
    bench.order(K.CMD_STORE_LOCAL_RAM, 10, 3, 7, 8, 9)
    expect(fetch()).toEqual([7, 8, 9])
    bench.order(K.CMD_STORE_EEPROM, 0)
    bench.order(K.CMD_STORE_LOCAL_RAM, 10, 3, 1, 1, 1)
    bench.control(Control.softReset)
    bench.settle()
    expect(fetch()).toEqual([1, 1, 1])
    bench.control(Control.hardReset)
    bench.settle()
    expect(fetch()).toEqual([7, 8, 9])
  })

  it('a fetch beyond the end of the local RAM begins again at its start', () => {
    const bench = new Bench()
    bench.order(K.CMD_STORE_LOCAL_RAM, 0, 1, 0x42)
    expect(bench.order(K.CMD_FETCH_LOCAL_RAM, 255, 255).answer[1]).toBe(0x42)
  })

  it.each([
    ['channel 2 buffer, 64 bytes', K.CMD_WRITE_LOCAL_RAM, K.CMD_READ_LOCAL_RAM, 64],
    ['FIFO, 54 bytes', K.CMD_WRITE_FIFO, K.CMD_READ_FIFO, 54],
  ])('A: %s', (_what, write, read, bytes) => {
    const bench = new Bench({ is24Bit: true })
    const { memory, slice } = bench
    const at = (va: number) => [16, 8, 0].map(shift => (slice.physicalOf(va) >>> shift) & 0xff)
    for (let i = 0; i < 70; i++) memory[TABLES + i] = i + 1
    expect(bench.order(write, ...at(TABLES))).toMatchObject({ invalid: false, causes: COMPLETE })
    expect(bench.order(read, ...at(TABLES + 0x100))).toMatchObject({ invalid: false })
    const back = memory.subarray(TABLES + 0x100, TABLES + 0x100 + 70)
    expect(back.slice(0, bytes)).toEqual(memory.slice(TABLES, TABLES + bytes))
    expect(back[bytes]).toBe(0)
    expect(bench.order(read, 0, 0, 0)).toMatchObject({ invalid: true })
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toHaveLength(1)
  })

  it('F V: modify I/O address moves the ISA window, and not onto others', () => {
    const bench = new Bench({ isa: 0x330 })
    bench.order(K.CMD_MODIFY_IO_ADDRESS, K.ISA_134)
    expect([bench.ports.read(0x134, 1), bench.ports.read(0x330, 1)]).toEqual([READY, 0xff])
    bench.order(K.CMD_MODIFY_IO_ADDRESS, K.ISA_DISABLED)
    expect(bench.ports.read(0x134, 1)).toBe(0xff)
    const other = { read: () => 0x33, write: () => {} }
    bench.ports.map({ base: 0x230, sizeBytes: 4, target: other, adapter: 1, label: 'other' })
    expect(bench.order(K.CMD_MODIFY_IO_ADDRESS, K.ISA_230).invalid).toBe(true)
    expect(bench.order(K.CMD_INQUIRE_PCI).answer[0]).toBe(K.ISA_DISABLED)
    expect(bench.diagnostics()).toContain(DiagnosticCode.BadSetting)
  })
})
