import { describe, expect, it } from 'vitest'
import { GrantAccess } from '../../bus-memory.ts'
import { putLe32 } from '../../little-endian.ts'
import { DeviceEvent } from '../../probe.ts'
import { Cause, K } from './format.ts'
import { Bench, inquiry, read10 } from './testing/bench.ts'

const BAR_BASE = 0x7000_0000

describe('a command block that is not valid ends with HOST_BAD_BLOCK and touches neither disk nor buffer', () => {
  const block = (at: number, value: number) => (bench: Bench) => {
    bench.memory[bench.blockAt(0) + at] = value
  }
  const word = (at: number, value: number) => (bench: Bench) => putLe32(bench.memory, bench.blockAt(0) + at, value)
  const listWord = (at: number, value: number) => (bench: Bench) => putLe32(bench.memory, bench.listAt(0) + at, value)
  const flags = (value: number) => block(K.BLOCK_FLAGS, value)
  const IN = K.BLOCK_FLAG_DATA_IN

  it.each<[string, (bench: Bench) => void]>([
    ...[0, 1, 5, 7, 9, 11, 13, 15, 17, 32, 255].map(
      n => [`CDB length ${n}`, block(K.BLOCK_CDB_LENGTH, n)] as [string, (bench: Bench) => void],
    ),
    ['data in and out', flags(IN | K.BLOCK_FLAG_DATA_OUT)],
    ['data without a direction', flags(0)],
    ['SIMPLE and ORDERED', flags(IN | K.BLOCK_FLAG_SIMPLE | K.BLOCK_FLAG_ORDERED)],
    ['ORDERED and HEAD', flags(IN | K.BLOCK_FLAG_HEAD | K.BLOCK_FLAG_ORDERED)],
    ['all attributes', flags(IN | 0x1c)],
    ['reserved flag', flags(IN | 0x80)],
    ['target 16', block(K.BLOCK_TARGET, 16)],
    ['target 255', block(K.BLOCK_TARGET, 255)],
    ['129 elements', word(K.BLOCK_SG_COUNT, 129)],
    ['2^31 elements', word(K.BLOCK_SG_COUNT, 0x8000_0000)],
    ['2^32 − 1 elements', word(K.BLOCK_SG_COUNT, 0xffff_ffff)],
    ['data and no list', word(K.BLOCK_SG_COUNT, 0)],
    ['a list and no data', word(K.BLOCK_DATA_LENGTH, 0)],
    ['a list shorter than the data', word(K.BLOCK_DATA_LENGTH, 1025)],
    ['a list longer than the data', word(K.BLOCK_DATA_LENGTH, 1023)],
    ['2^32 − 1 bytes of data', word(K.BLOCK_DATA_LENGTH, 0xffff_ffff)],
    [
      'list not 8-byte aligned',
      bench => block(K.BLOCK_SG_ADDRESS, bench.memory[bench.blockAt(0) + K.BLOCK_SG_ADDRESS]! | 4)(bench),
    ],
    ['empty element', listWord(K.SG_LENGTH, 0)],
    ['reserved word of an element', listWord(K.SG_RESERVED, 1)],
    ['element lengths that add up to 2^32 more', listWord(K.SG_LENGTH, 0xffff_ffff)],
    ['first reserved byte', block(K.BLOCK_RESERVED, 1)],
    ['last reserved byte', block(63, 0x80)],
  ])('%s', (_, spoil) => {
    const bench = new Bench()
    bench.startQueued()
    bench.store.bytes.fill(0xa5)
    const data = bench.buffer(1024)
    bench.build({ cdb: read10(0, 2), flags: K.BLOCK_FLAG_DATA_IN, data, bytes: 1024 })
    spoil(bench)
    bench.write('DOORBELL', 0)
    bench.settle()
    expect(bench.take()).toMatchObject([{ tag: 0, host: K.HOST_BAD_BLOCK, scsi: 0, bytes: 0, senseBytes: 0 }])
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.scsiError)
    expect(bench.field('ERROR_INFO', 'CODE')).toBe(K.HOST_BAD_BLOCK)
    expect(bench.field('ERROR_INFO', 'TAG')).toBe(0)
    expect(bench.memory.subarray(data, data + 1024).every(byte => byte === 0)).toBe(true)
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toEqual([])
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('the tag can be used again at once', () => {
    const bench = new Bench()
    bench.startQueued()
    expect(bench.command({ cdb: [0, 0, 0, 0, 0, 0], flags: 0x80 }).host).toBe(K.HOST_BAD_BLOCK)
    expect(bench.command({ cdb: [0, 0, 0, 0, 0, 0] }).host).toBe(K.HOST_OK)
  })

  it('allows what the map allows: a direction without data, bytes behind the CDB, an odd list address without a list', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.build({ cdb: [0, 0, 0, 0, 0, 0], flags: K.BLOCK_FLAG_DATA_IN })
    bench.memory.fill(0xee, bench.blockAt(0) + K.BLOCK_CDB + 6, bench.blockAt(0) + K.BLOCK_CDB + 16)
    bench.memory[bench.blockAt(0) + K.BLOCK_SG_ADDRESS] = 3
    let cdb: number[] = []
    bench.adapter.faults = {
      decide: task => {
        cdb = [...task.cdb]
        return undefined
      },
    }
    bench.write('DOORBELL', 0)
    bench.settle()
    expect(cdb).toEqual(new Array(16).fill(0))
    expect(bench.take()).toMatchObject([{ host: K.HOST_OK, scsi: 0 }])
  })
})

describe('addresses the adapter was not granted end with HOST_DMA_ERROR and DMA_ERROR', () => {
  const address = (at: number, pa: number) => (bench: Bench) => {
    putLe32(bench.memory, at, pa | 0)
    putLe32(bench.memory, at + 4, Math.floor(pa / 0x1_0000_0000))
  }
  const list = (pa: number) => (bench: Bench) => address(bench.blockAt(0) + K.BLOCK_SG_ADDRESS, pa)(bench)
  const element = (pa: number) => (bench: Bench) => address(bench.listAt(0), pa)(bench)
  const table = (pa: number) => (bench: Bench) => bench.writeAddress('COMMAND_TABLE', pa)
  const UNGRANTED = 0x3f_0000

  it.each<[string, (bench: Bench) => void]>([
    ['list in its own registers', list(BAR_BASE)],
    ['list at 0', list(0)],
    ['list at 2^64 − 2048', list(0xffff_ffff_ffff_f800)],
    ['list in memory never granted', bench => list(bench.slice.physicalOf(UNGRANTED))(bench)],
    ['data in its own registers', element(BAR_BASE + 0x98)],
    ['data at 0', element(0)],
    ['data at 2^64 − 2048', element(0xffff_ffff_ffff_f800)],
    ['data at a virtual address', element(0x20_0000)],
    ['data in memory never granted', bench => element(bench.slice.physicalOf(UNGRANTED))(bench)],
    ['table in its own registers', table(BAR_BASE)],
    ['table at 0', table(0)],
    ['table at the end of the address space', table(0xffff_ffff_ffff_f000)],
    ['table in memory never granted', bench => table(bench.slice.physicalOf(UNGRANTED))(bench)],
  ])('%s', (_, spoil) => {
    const bench = new Bench()
    bench.startQueued()
    const data = bench.buffer(512)
    bench.build({ cdb: read10(0, 1), flags: K.BLOCK_FLAG_DATA_IN, data, bytes: 512 })
    spoil(bench)
    bench.write('DOORBELL', 0)
    bench.settle()
    expect(bench.take()).toMatchObject([{ tag: 0, host: K.HOST_DMA_ERROR, scsi: 0, bytes: 0 }])
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.dmaError)
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toHaveLength(1)
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('counts the elements that moved before the one that failed', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.store.bytes.fill(0x5a)
    const data = bench.buffer(8192)
    bench.build({ cdb: read10(0, 16), flags: K.BLOCK_FLAG_DATA_IN, data, bytes: 8192 })
    bench.element(0, 1, bench.slice.physicalOf(UNGRANTED), 4096)
    bench.write('DOORBELL', 0)
    bench.settle()
    expect(bench.take()).toMatchObject([{ host: K.HOST_DMA_ERROR, bytes: 4096 }])
    expect(bench.memory[data + 4095]).toBe(0x5a)
    expect(bench.memory[data + 4096]).toBe(0)
  })

  it('does not write into memory granted for reading only, nor read what is granted for writing only', () => {
    const bench = new Bench()
    bench.startQueued()
    const readOnly = bench.buffer(512, GrantAccess.read)
    const request = { flags: K.BLOCK_FLAG_DATA_IN, data: readOnly, bytes: 512 }
    expect(bench.command({ cdb: read10(0, 1), ...request }).host).toBe(K.HOST_DMA_ERROR)
    const writeOnly = bench.buffer(512, GrantAccess.write)
    bench.memory.fill(0x77, writeOnly, writeOnly + 512)
    const write = { cdb: [0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0], flags: K.BLOCK_FLAG_DATA_OUT, data: writeOnly, bytes: 512 }
    expect(bench.command(write).host).toBe(K.HOST_DMA_ERROR)
    expect(bench.store.bytes.includes(0x77)).toBe(false)
  })

  it('refuses everything while bus mastering is off', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.adapter.pci!.writeConfig(4, Uint8Array.of(0x02), 0, 1)
    bench.start({ cdb: inquiry(0) })
    bench.settle()
    expect(bench.take()).toEqual([])
    // Not even the completion entry could be written: its loss is told by DMA_ERROR with SCSI_ERROR.
    expect(bench.ack()).toBe(Cause.dmaError | Cause.scsiError)
    expect(bench.field('ERROR_INFO', 'CODE')).toBe(K.HOST_DMA_ERROR)
    expect(bench.adapter.outstanding).toBe(0)
  })
})

describe('no double fetch', () => {
  it('reads block and list once, and nothing but them and the data', () => {
    const bench = new Bench()
    bench.startQueued()
    const data = bench.buffer(8192)
    const before = bench.dma.readBytes
    bench.command({ cdb: [0x2a, 0, 0, 0, 0, 0, 0, 0, 16, 0], flags: K.BLOCK_FLAG_DATA_OUT, data, bytes: 8192 })
    expect(bench.dma.readBytes - before).toBe(K.COMMAND_BLOCK_SIZE + 2 * K.SG_SIZE + 8192)
  })

  it('what the driver changes after the fetch has no effect', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.store.bytes.fill(0x5a)
    const data = bench.buffer(512)
    bench.start({ cdb: read10(0, 1), flags: K.BLOCK_FLAG_DATA_IN, data, bytes: 512 })
    bench.clock.advanceToNextAlarm()
    expect(bench.eventsOf(DeviceEvent.CommandFetched)).toHaveLength(1)
    bench.memory.fill(0xff, bench.blockAt(0), bench.blockAt(0) + K.COMMAND_BLOCK_SIZE)
    bench.memory.fill(0xff, bench.listAt(0), bench.listAt(0) + K.SG_SIZE)
    bench.settle()
    expect(bench.take()).toMatchObject([{ host: K.HOST_OK, bytes: 512 }])
    expect(bench.memory[data + 511]).toBe(0x5a)
  })
})
