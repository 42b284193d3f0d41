import { describe, expect, it } from 'vitest'
import { fixedLatency } from '../../block/store.ts'
import { PS } from '../../clock.ts'
import { DeviceEvent } from '../../probe.ts'
import { K } from './format.ts'
import { Bench, read10, write10 } from './testing/bench.ts'

const SIMPLE = K.BLOCK_FLAG_SIMPLE
const ORDERED = K.BLOCK_FLAG_ORDERED
const HEAD = K.BLOCK_FLAG_HEAD
const UNTAGGED = 0

/** Reads take 100 µs, writes 10 µs: a write that may overtake a read does. */
function slow(): Bench {
  const latency = fixedLatency({ readPs: 100 * PS.us, writePs: 10 * PS.us })
  const bench = new Bench({ latency, moreLuns: 1 })
  bench.startQueued()
  return bench
}

function run(bench: Bench, commands: readonly (readonly [kind: 'R' | 'W', attribute: number, lun?: number])[]): string {
  for (const [tag, [kind, attribute, lun = 0]] of commands.entries()) {
    const data = bench.buffer(512)
    const cdb = kind === 'R' ? read10(0, 1) : write10(0, 1)
    const flags = attribute | (kind === 'R' ? K.BLOCK_FLAG_DATA_IN : K.BLOCK_FLAG_DATA_OUT)
    bench.start({ tag, lun, cdb, flags, data, bytes: 512 })
  }
  bench.settle()
  const entries = bench.take()
  expect(entries.every(entry => entry.host === K.HOST_OK && entry.scsi === 0)).toBe(true)
  return entries.map(entry => entry.tag).join(' ')
}

describe('order of the commands of a logical unit', () => {
  it('SIMPLE commands overlap, each with its own latency', () => {
    expect(
      run(slow(), [
        ['R', SIMPLE],
        ['W', SIMPLE],
        ['R', SIMPLE],
      ]),
    ).toBe('1 0 2')
  })

  it('ORDERED waits for all older ones, and younger ones wait for it', () => {
    expect(
      run(slow(), [
        ['R', SIMPLE],
        ['W', ORDERED],
        ['W', SIMPLE],
      ]),
    ).toBe('0 1 2')
  })

  it('the younger SIMPLE ones behind an ORDERED overlap again', () => {
    expect(
      run(slow(), [
        ['W', ORDERED],
        ['R', SIMPLE],
        ['W', SIMPLE],
      ]),
    ).toBe('0 2 1')
  })

  it('HEAD OF QUEUE overtakes what waits, not what runs', () => {
    expect(
      run(slow(), [
        ['R', SIMPLE],
        ['R', ORDERED],
        ['R', HEAD],
        ['W', SIMPLE],
      ]),
    ).toBe('0 2 1 3')
  })

  it('what waited before it still waits for HEAD OF QUEUE; two of them overlap', () => {
    expect(
      run(slow(), [
        ['W', SIMPLE],
        ['W', ORDERED],
        ['R', HEAD],
      ]),
    ).toBe('0 2 1')
    expect(
      run(slow(), [
        ['R', HEAD],
        ['W', SIMPLE],
      ]),
    ).toBe('0 1')
    expect(
      run(slow(), [
        ['R', HEAD],
        ['W', HEAD],
      ]),
    ).toBe('1 0')
  })

  it('an untagged command runs alone', () => {
    expect(
      run(slow(), [
        ['R', SIMPLE],
        ['W', UNTAGGED],
        ['W', SIMPLE],
      ]),
    ).toBe('0 1 2')
    expect(
      run(slow(), [
        ['R', UNTAGGED],
        ['W', HEAD],
      ]),
    ).toBe('0 1')
    expect(
      run(slow(), [
        ['R', UNTAGGED],
        ['W', UNTAGGED],
        ['W', SIMPLE],
      ]),
    ).toBe('0 1 2')
  })

  it('logical units do not wait for each other', () => {
    expect(
      run(slow(), [
        ['R', UNTAGGED],
        ['W', UNTAGGED, 1],
        ['W', ORDERED],
        ['W', ORDERED, 1],
      ]),
    ).toBe('1 3 0 2')
  })

  it('an aborted command no longer holds the others back', () => {
    const bench = slow()
    const data = bench.buffer(512)
    bench.adapter.faults = { decide: task => (task.tag === 0 ? { action: 'drop', index: 0 } : undefined) }
    const flags = K.BLOCK_FLAG_DATA_OUT
    bench.start({ tag: 0, cdb: write10(0, 1), flags: flags | ORDERED, data, bytes: 512 })
    bench.start({ tag: 1, cdb: write10(0, 1), flags: flags | SIMPLE, data, bytes: 512 })
    bench.settle()
    expect(bench.take()).toEqual([])
    bench.write('ABORT_TAG', 0)
    bench.settle()
    expect(bench.take().map(entry => [entry.tag, entry.host])).toEqual([
      [0, K.HOST_ABORTED],
      [1, K.HOST_OK],
    ])
  })

  it('a waiting command can be aborted itself', () => {
    const bench = slow()
    const data = bench.buffer(512)
    const request = { cdb: read10(0, 1), flags: K.BLOCK_FLAG_DATA_IN, data, bytes: 512 }
    for (const tag of [0, 1, 2]) bench.start({ ...request, tag })
    bench.advance(20 * PS.us)
    bench.write('ABORT_TAG', 1)
    bench.settle()
    expect(bench.take().map(entry => [entry.tag, entry.host])).toEqual([
      [1, K.HOST_ABORTED],
      [0, K.HOST_OK],
      [2, K.HOST_OK],
    ])
    expect(bench.eventsOf(DeviceEvent.DmaMoved).map(event => event.a)).toEqual([0, 2])
  })
})
