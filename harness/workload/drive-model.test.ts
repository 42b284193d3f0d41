import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DriveModel } from './drive-model.ts'
import { sectorCode } from './sector-code.ts'

const BLOCKS = 24
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 })
const words = new Int32Array(memory.buffer, 0, BLOCKS * 128)
const code = sectorCode(memory)!

const model = (zeroAtStart: boolean) =>
  new DriveModel({
    label: 'd',
    blockBytes: 512,
    blocks: 100,
    firstBlock: 4,
    rangeBlocks: 16,
    salt: 5,
    zeroAtStart,
  })

const write = fc.record({
  lba: fc.integer({ min: 4, max: 16 }),
  blocks: fc.integer({ min: 1, max: 4 }),
  lost: fc.boolean(),
})

describe('a drive model', () => {
  it('judges every block of a read by itself, whatever was written in one piece (property)', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(write, { maxLength: 12 }),
        fc.array(fc.nat(BLOCKS * 128 - 1), { maxLength: 3 }),
        fc.boolean(),
        (zeroAtStart, writes, spoilt, inWasm) => {
          const drive = model(zeroAtStart)
          const single = model(zeroAtStart)
          words.fill(0)
          for (const { lba, blocks, lost } of writes) {
            drive.fill(words, lba * 128, lba, blocks)
            for (const one of [drive, single]) lost ? one.lose(lba, blocks) : one.commit(lba, blocks)
          }
          for (const at of spoilt) words[at]! ^= 1
          let bad = 0
          let compared = 0
          let first = { lba: -1, word: -1 }
          for (let lba = 0; lba < BLOCKS; lba++) {
            bad += single.check(words, lba * 128, lba, 1)
            compared += single.comparedBlocks
            if (first.lba < 0 && single.badLba >= 0) first = { lba: single.badLba, word: single.badWord }
          }
          expect(drive.check(words, 0, 0, BLOCKS, inWasm ? code : undefined)).toBe(bad)
          expect(drive.comparedBlocks).toBe(compared)
          expect({ lba: drive.badLba, word: drive.badWord }).toEqual(first)
          expect(drive.unseenBytes).toBe(single.unseenBytes)
        },
      ),
    )
  })
})
