import { describe, expect, it } from 'vitest'
import { Cause, K } from './format.ts'
import { Bench, inquiry, pattern, read10, write10 } from './testing/bench.ts'

describe('queued mode, first light', () => {
  it('runs INQUIRY', () => {
    const bench = new Bench()
    bench.startQueued()
    const data = bench.buffer(36)
    const entry = bench.command({ cdb: inquiry(36), flags: K.BLOCK_FLAG_DATA_IN, data, bytes: 36 })
    expect(entry).toMatchObject({ host: K.HOST_OK, scsi: 0, bytes: 36 })
    expect(bench.memory[data]).toBe(0)
    expect(bench.line.level).toBe(true)
    expect(bench.ack()).toBe(Cause.commandComplete)
    expect(bench.line.level).toBe(false)
  })

  it('writes and reads back', () => {
    const bench = new Bench()
    bench.startQueued()
    const out = bench.buffer(16 * 512)
    bench.memory.set(pattern(16 * 512, 1), out)
    const wrote = bench.command({ cdb: write10(3, 16), flags: K.BLOCK_FLAG_DATA_OUT, data: out, bytes: 16 * 512 })
    expect(wrote).toMatchObject({ host: K.HOST_OK, scsi: 0, bytes: 16 * 512 })
    const back = bench.buffer(16 * 512)
    bench.command({ cdb: read10(3, 16), flags: K.BLOCK_FLAG_DATA_IN, data: back, bytes: 16 * 512 })
    expect(bench.memory.slice(back, back + 16 * 512)).toEqual(pattern(16 * 512, 1))
    expect(bench.store.bytes.slice(3 * 512, 19 * 512)).toEqual(pattern(16 * 512, 1))
  })
})

describe('data-phase mode, first light', () => {
  it('runs INQUIRY, WRITE and READ over the system DMA channel', () => {
    const bench = new Bench()
    bench.startDataPhase()
    bench.issue(inquiry(36))
    bench.settle()
    expect(bench.ack()).toBe(Cause.dmaReady)
    expect(bench.field('DMA_READY', 'TO_MEMORY')).toBe(1)
    expect(bench.read('DMA_READY_COUNT')).toBe(36)
    bench.transfer(0x20_0000, 36, true)
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete)
    expect(bench.channel.flush()).toBe(36)
    expect(bench.read('CMD_STATUS')).toBe(0x8007_0000)

    bench.memory.set(pattern(1024, 2), 0x20_0000)
    bench.issue(write10(0, 2))
    bench.settle()
    bench.ack()
    bench.transfer(0x20_0000, 1024, false)
    bench.settle()
    expect(bench.store.bytes.slice(0, 1024)).toEqual(pattern(1024, 2))
    bench.ack()
    bench.issue(read10(0, 2))
    bench.settle()
    bench.transfer(0x20_1000, 1024, true)
    bench.settle()
    expect(bench.memory.slice(0x20_1000, 0x20_1400)).toEqual(pattern(1024, 2))
    expect(bench.read('CMD_STATUS')).toBe(0x8007_0000)
  })
})
