// Whatever a guest sends, a unit answers: it never throws, never writes outside the extents it accepted, always ends with a
// status, and with sense data when that is CHECK CONDITION.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RamStore } from '../block/ram-store.ts'
import type { BlockStore } from '../block/store.ts'
import type { Bytes } from '../bytes.ts'
import { ScsiBus } from './bus.ts'
import { cdbBytes, Opcode } from './cdb.ts'
import { Disk } from './disk.ts'
import { decodeSense } from './initiator.ts'
import { ScsiStatus } from './status.ts'
import { ScsiTask } from './task.ts'

const KNOWN = Object.values(Opcode)
const MAX_TRANSFER_BLOCKS = 64

/** A store that remembers any access that does not fit it. */
function watched(blocks: number, blockBytes: number) {
  const ram = new RamStore({ blocks, blockBytes })
  const outside: string[] = []
  const watch = (what: string, lba: number, count: number, buffer?: Bytes, at = 0) => {
    const fits = Number.isInteger(lba) && Number.isInteger(count) && lba >= 0 && count > 0 && lba + count <= blocks
    if (!fits || (buffer !== undefined && at + count * blockBytes > buffer.length))
      outside.push(`${what} ${lba}+${count}`)
  }
  const store: BlockStore = {
    label: 'watched',
    blocks,
    blockBytes,
    readOnly: false,
    read(lba, count, into, at) {
      watch('read', lba, count, into, at)
      return ram.read(lba, count, into, at)
    },
    write(lba, count, from, at) {
      watch('write', lba, count, from, at)
      return ram.write(lba, count, from, at)
    },
    unmap(lba, count) {
      watch('unmap', lba, count)
      return ram.unmap(lba, count)
    },
    flush: () => 0,
    close() {},
  }
  return { store, outside }
}

/** Zeros with a few small values where the forms have flags, page, LBA and length; so that commands get past their checks. */
const plausible = fc
  .array(fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 13, 13), fc.constantFrom(0, 1, 2, 8, 0x10, 24, 0x3f, 64)), {
    maxLength: 4,
  })
  .map(values => {
    const bytes = new Uint8Array(15)
    for (const [at, value] of values) bytes[at - 1] = value
    return bytes
  })

const cdbs = fc.tuple(
  fc.oneof(fc.constantFrom(...KNOWN), fc.constantFrom(...KNOWN), fc.nat(255)),
  fc.oneof(fc.uint8Array({ minLength: 15, maxLength: 15 }), plausible, plausible),
)

interface Step {
  cdb: readonly [number, ArrayLike<number>]
  lun: number
  cdbLength: number
  supplied: number
  out: ArrayLike<number>
  reset: number
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    cdb: cdbs,
    lun: fc.constantFrom(0, 0, 0, 1, 5),
    cdbLength: fc.constantFrom(0, 6, 10, 16, 16, 16),
    supplied: fc.double({ min: 0, max: 1, noNaN: true }),
    out: fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.array(fc.constantFrom(0, 0, 8, 16, 24, 1), { maxLength: 64 })),
    reset: fc.nat(20),
  }),
  { minLength: 1, maxLength: 20 },
)

function check(task: ScsiTask, asked: number): void {
  expect(Object.values(ScsiStatus)).toContain(task.status)
  expect(task.transferBytes).toBeLessThanOrEqual(asked)
  expect(task.transferBytes).toBeLessThanOrEqual(task.data.length)
  expect(task.senseLength > 0).toBe(task.status === ScsiStatus.checkCondition)
  if (task.senseLength > 0) expect(decodeSense(task.sense.slice(0, task.senseLength)).key).toBeGreaterThan(0)
}

test.each([
  { blocks: 64, blockBytes: 512, reach: 24 },
  { blocks: 3, blockBytes: 4096, reach: 20 },
  { blocks: 1, blockBytes: 65_536, reach: 18 },
])('any sequence of any CDBs on $blocks blocks of $blockBytes bytes', ({ blocks, blockBytes, reach }) => {
  const reached = new Set<number>()
  fc.assert(
    fc.property(steps, sequence => {
      const bus = new ScsiBus()
      const { store, outside } = watched(blocks, blockBytes)
      bus.attach(0, 0, new Disk({ label: 'd0', store, maxTransferBlocks: MAX_TRANSFER_BLOCKS, removable: true }))
      bus.attach(0, 1, new Disk({ label: 'd1', store, readOnly: true }))
      const task = new ScsiTask()
      for (const step of sequence) {
        if (step.reset === 20) bus.reset('bus')
        task.target = 0
        task.lun = step.lun
        task.cdb[0] = step.cdb[0]
        task.cdb.set(step.cdb[1], 1)
        task.cdbLength = step.cdbLength
        if (step.cdbLength === 16) task.cdb.fill(0, cdbBytes(step.cdb[0]) || 16)
        task.status = 0xee
        task.receivedBytes = 0
        bus.begin(task)
        const asked = task.transferBytes
        expect(task.status).not.toBe(0xee)
        expect(task.direction === 'none').toBe(asked === 0)
        expect(task.data.length).toBeGreaterThanOrEqual(asked)
        // nothing asks for more than a parameter list can have, or the transfer limit
        expect(asked).toBeLessThanOrEqual(Math.max(0xffff, 8192 * blockBytes))
        if (task.status !== ScsiStatus.good) {
          expect([asked, task.latencyPs]).toEqual([0, 0])
          check(task, 0)
          continue
        }
        if (task.direction === 'out') {
          task.receivedBytes = Math.floor(step.supplied * asked)
          for (let i = 0; i < task.receivedBytes; i++) task.data[i] = step.out[i % Math.max(1, step.out.length)] ?? 0
        }
        bus.execute(task)
        check(task, asked)
        if (task.status === ScsiStatus.good && step.lun === 0) reached.add(step.cdb[0])
      }
      expect(outside).toEqual([])
    }),
    { numRuns: 1000, seed: 20_240_101 },
  )
  // The property means something only when commands got through.
  const through = KNOWN.filter(opcode => reached.has(opcode))
  expect(through.length, `reached ${through}`).toBeGreaterThanOrEqual(reach)
})

test('16 bytes of pure noise, 20000 times, without starting over', () => {
  const bus = new ScsiBus()
  const { store, outside } = watched(128, 512)
  bus.attach(0, 0, new Disk({ label: 'd0', store, maxTransferBlocks: MAX_TRANSFER_BLOCKS }))
  const task = new ScsiTask()
  let state = 0x1234_5678
  const noise = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state & 0xff
  }
  for (let i = 0; i < 20_000; i++) {
    for (let at = 0; at < 16; at++) task.cdb[at] = noise()
    task.cdbLength = 16
    bus.begin(task)
    const asked = task.transferBytes
    task.receivedBytes = task.direction === 'out' ? asked : 0
    if (task.status === ScsiStatus.good) bus.execute(task)
    if (task.senseLength > 0 !== (task.status === ScsiStatus.checkCondition)) throw new Error(`CDB ${task.cdb}`)
    if (task.transferBytes > asked) throw new Error(`CDB ${task.cdb}`)
  }
  expect(outside).toEqual([])
  expect(task.data.length).toBeLessThanOrEqual(0x1_0000)
})
