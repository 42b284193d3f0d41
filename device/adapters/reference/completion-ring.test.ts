import { describe, expect, it } from 'vitest'
import { DeviceEvent, DiagnosticCode } from '../../probe.ts'
import { isRingSize } from './completion-ring.ts'
import { Cause, Control, K, Status } from './format.ts'
import { Bench, TABLES, TEST_UNIT_READY } from './testing/bench.ts'

const RING = TABLES + 0x1000

function burst(bench: Bench, first: number, count: number): void {
  for (let tag = first; tag < first + count; tag++)
    bench.start({ tag, cdb: TEST_UNIT_READY, flags: K.BLOCK_FLAG_SIMPLE })
}

describe('completion ring', () => {
  it('inverts the phase with every pass and counts the sequence on', () => {
    const bench = new Bench()
    bench.startQueued(4, false)
    const phases: number[] = []
    for (let i = 0; i < 13; i++) {
      const entry = bench.command({ cdb: TEST_UNIT_READY })
      expect(entry.sequence).toBe(i)
      phases.push(entry.flags & K.ENTRY_FLAG_PHASE)
    }
    expect(phases).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0])
    expect(bench.read('RING_HEAD')).toBe(13 % 4)
  })

  it('posts at most ENTRIES − 1 ahead of RING_HEAD; the others wait in order, nothing is lost', () => {
    const bench = new Bench()
    bench.startQueued(4)
    bench.resizeRing(4)
    bench.memory.fill(0, RING, RING + 64)
    burst(bench, 0, 10)
    bench.settle()
    expect(bench.field('STATUS', 'RING_FULL')).toBe(1)
    expect(bench.adapter.outstanding).toBe(7)
    expect(bench.memory[RING + 3 * 16 + K.ENTRY_FLAGS]).toBe(0)
    const order: number[] = []
    for (let round = 0; round < 4; round++) {
      order.push(...bench.take().map(entry => entry.tag))
      bench.settle()
    }
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(bench.field('STATUS', 'RING_FULL')).toBe(0)
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('a tag stays busy until its entry is posted', () => {
    const bench = new Bench()
    bench.startQueued(2)
    bench.resizeRing(2)
    burst(bench, 0, 2)
    bench.settle()
    bench.ack()
    bench.start({ tag: 1, cdb: TEST_UNIT_READY })
    bench.settle()
    expect(bench.ack()).toBe(Cause.scsiError)
    expect(bench.read('ERROR_INFO')).toBe((K.HOST_BAD_TAG | (1 << 24)) >>> 0)
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toHaveLength(1)
  })

  it('one entry at a time: 64 completions are posted 300 ns apart', () => {
    const bench = new Bench({ timing: { commandFetchPs: 0 } })
    bench.startQueued(128)
    burst(bench, 0, 64)
    bench.settle()
    const times = bench.eventsOf(DeviceEvent.CommandFinished).map(event => event.atPs)
    expect(times).toHaveLength(64)
    expect(times.slice(1).map((at, i) => at - times[i]!)).toEqual(new Array(63).fill(300_000))
    expect(bench.take()).toHaveLength(64)
  })

  it('every byte of an entry is written: nothing of what lay there before shines through', () => {
    const bench = new Bench()
    bench.startQueued(8)
    bench.resizeRing(8)
    bench.memory.fill(0xfe, RING, RING + 16)
    bench.start({ tag: 5, cdb: TEST_UNIT_READY })
    bench.settle()
    expect([...bench.memory.subarray(RING, RING + 16)]).toEqual([5, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  })

  it.each([1, 3, 5, 6, 1023, 1025, 2048, 0x8000, 0xffff])('RING_SIZE %i is reported and leaves no ring', size => {
    const bench = new Bench()
    bench.startQueued()
    bench.write('RING_SIZE', size)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadSetting])
    expect(bench.read('RING_SIZE')).toBe(0)
    bench.start({ cdb: TEST_UNIT_READY })
    bench.settle()
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadSetting, DiagnosticCode.BadDoorbell])
    expect(bench.adapter.outstanding).toBe(0)
  })

  it('knows its sizes', () => {
    const sizes = Array.from({ length: 0x1_0000 }, (_, n) => n).filter(isRingSize)
    expect(sizes).toEqual([0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
  })

  it('completions wait for a ring when it was taken away, and go into the new one', () => {
    const bench = new Bench()
    bench.startQueued(8)
    burst(bench, 0, 3)
    bench.write('RING_SIZE', 0)
    bench.settle()
    expect(bench.field('STATUS', 'RING_FULL')).toBe(1)
    bench.memory.fill(0, RING, RING + 128)
    bench.resizeRing(8)
    bench.settle()
    expect(bench.take().map(entry => [entry.tag, entry.sequence])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ])
  })

  it.each([
    ['the next free entry', 3, true],
    ['an entry that was not posted', 4, false],
    ['one behind where it was', 0xffff, false],
    ['ENTRIES', 8, false],
    ['0xFFFF', 0xffff, false],
    ['where it is', 0, true],
  ])('RING_HEAD to %s', (_, head, accepted) => {
    const bench = new Bench()
    bench.startQueued(8)
    bench.resizeRing(8)
    burst(bench, 0, 3)
    bench.settle()
    bench.write('RING_HEAD', head)
    expect(bench.read('RING_HEAD')).toBe(accepted ? head : 0)
    expect(bench.diagnostics()).toEqual(accepted ? [] : [DiagnosticCode.BadSetting])
  })

  it.each([
    ['RING_BASE_LOW', 8],
    ['RING_BASE_LOW', 1],
    ['COMMAND_TABLE_LOW', 32],
    ['COMMAND_TABLE_LOW', 4],
  ])('%s must be aligned: + %i is ignored and reported', (register, offset) => {
    const bench = new Bench()
    bench.startQueued()
    const before = bench.read(register)
    bench.write(register, before + offset)
    expect(bench.read(register)).toBe(before)
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadSetting])
  })

  it.each([
    ['its own registers', 0x7000_0000],
    ['address 0', 0],
    ['the end of the address space', 0xffff_ffff_ffff_f000],
  ])('a ring in %s loses its entries: DMA_ERROR and SCSI_ERROR, and the tag is free', (_, address) => {
    const bench = new Bench()
    bench.startQueued()
    bench.writeAddress('RING_BASE', address)
    bench.start({ tag: 9, cdb: TEST_UNIT_READY })
    bench.settle()
    expect(bench.ack()).toBe(Cause.dmaError | Cause.scsiError)
    expect(bench.field('ERROR_INFO', 'CODE')).toBe(K.HOST_DMA_ERROR)
    expect(bench.field('ERROR_INFO', 'TAG')).toBe(9)
    expect(bench.adapter.outstanding).toBe(0)
    expect(bench.field('STATUS', 'RING_FULL')).toBe(0)
  })

  it('a lost entry leaves a gap in the sequence', () => {
    const bench = new Bench()
    bench.startQueued(8)
    const base = bench.slice.physicalOf(RING)
    bench.resizeRing(8)
    bench.memory.fill(0, RING, RING + 128)
    bench.writeAddress('RING_BASE', 0)
    bench.start({ cdb: TEST_UNIT_READY })
    bench.settle()
    bench.writeAddress('RING_BASE', base)
    expect(bench.command({ cdb: TEST_UNIT_READY }).sequence).toBe(1)
  })

  it('RING_FULL is a bit of STATUS beside READY', () => {
    const bench = new Bench()
    bench.startQueued(2)
    bench.resizeRing(2)
    burst(bench, 0, 2)
    bench.settle()
    expect(bench.read('STATUS')).toBe(Status.ready | Status.ringFull)
    bench.write('CONTROL', Control.enable | Control.queued | Control.busReset)
    expect(bench.read('STATUS')).toBe(Status.ready | Status.busResetting)
  })
})
