// Stores: memory, raw image file, bad spots, latency.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ErrorStore } from './error-store.ts'
import { RamStore } from './ram-store.ts'
import { RawFileStore, storeErrorOf } from './raw-file-store.ts'
import { type BlockStore, fixedLatency, StoreError, StoreResult } from './store.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

let serial = 0
function image(bytes: number, fill = 0): string {
  const path = join(folder, `disk${serial++}.img`)
  writeFileSync(path, new Uint8Array(bytes).fill(fill))
  return path
}

function codeOf(make: () => unknown): string {
  try {
    make()
  } catch (error) {
    if (error instanceof StoreError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no error'
}

const STORES: { name: string; make: (blocks: number, blockBytes: number) => BlockStore }[] = [
  { name: 'RamStore', make: (blocks, blockBytes) => new RamStore({ blocks, blockBytes }) },
  {
    name: 'RawFileStore',
    make: (blocks, blockBytes) => new RawFileStore({ path: image(blocks * blockBytes), blockBytes }),
  },
  {
    name: 'ErrorStore without bad spots',
    make: (blocks, blockBytes) => new ErrorStore(new RamStore({ blocks, blockBytes })),
  },
]

describe.each(STORES)('$name', ({ make }) => {
  test('keeps what is written, where it is written', () => {
    const store = make(16, 1024)
    const data = new Uint8Array(5000).map((_, i) => i * 13)
    expect(store.write(3, 2, data, 100)).toBe(StoreResult.ok)
    const back = new Uint8Array(6000).fill(0xee)
    expect(store.read(2, 4, back, 7)).toBe(StoreResult.ok)
    const wants = new Uint8Array(4096)
    wants.set(data.subarray(100, 100 + 2048), 1024)
    expect([...back]).toEqual([...new Array(7).fill(0xee), ...wants, ...new Array(6000 - 7 - 4096).fill(0xee)])
    expect(store.flush()).toBe(StoreResult.ok)
    store.close()
  })

  test.each([
    [16, 1],
    [15, 2],
    [-1, 1],
    [0, 17],
    [0, -1],
    [0.5, 1],
    [2 ** 53, 2 ** 53],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 0],
  ])('%d + %d is out of range and moves nothing', (lba, count) => {
    const store = make(16, 512)
    const buffer = new Uint8Array(512 * 20).fill(0xee)
    expect(store.read(lba, count, buffer, 0)).toBe(StoreResult.outOfRange)
    expect(store.write(lba, count, buffer, 0)).toBe(StoreResult.outOfRange)
    expect(store.unmap?.(lba, count)).toBe(StoreResult.outOfRange)
    expect(buffer.every(byte => byte === 0xee)).toBe(true)
    store.close()
  })

  test('unmapped blocks read as zeros, their neighbours stay', () => {
    const store = make(300, 512)
    const data = new Uint8Array(300 * 512).fill(9)
    store.write(0, 300, data, 0)
    expect(store.unmap?.(1, 298)).toBe(StoreResult.ok)
    store.read(0, 300, data, 0)
    expect([data[511], data[512], data[299 * 512 - 1], data[299 * 512]]).toEqual([9, 0, 0, 9])
    store.close()
  })

  test('no blocks is no access', () => {
    const store = make(16, 512)
    expect([store.read(16, 0, new Uint8Array(0), 0), store.write(16, 0, new Uint8Array(0), 0)]).toEqual([0, 0])
    store.close()
  })
})

describe('RamStore', () => {
  test('lends what it would read, where it was written and lies in one piece', () => {
    const store = new RamStore({ blocks: 512 }) // 64 KiB, a segment, are 128 blocks
    store.write(
      100,
      60,
      Uint8Array.from({ length: 60 * 512 }, (_, i) => i * 7),
      0,
    )
    for (const [lba, count] of [
      [100, 28],
      [127, 1],
      [128, 32],
      [0, 128],
    ] as const) {
      const at = store.lend(lba, count)
      const read = new Uint8Array(count * 512)
      store.read(lba, count, read, 0)
      expect(store.lent.subarray(at, at + count * 512)).toEqual(read)
    }
    const at = store.lend(100, 1)
    store.write(100, 1, new Uint8Array(512).fill(9), 0)
    expect(store.lent[at]).toBe(9)
  })

  test.each([
    ['blocks of two segments', 127, 2],
    ['blocks that nobody wrote', 300, 1],
    ['the end', 511, 2],
    ['a negative LBA', -1, 1],
  ])('lends no %s', (_what, lba, count) => {
    const store = new RamStore({ blocks: 512 })
    store.write(0, 256, new Uint8Array(256 * 512), 0)
    expect(store.lend(lba, count)).toBe(-1)
  })

  test.each([
    { options: { blocks: 0 }, code: 'empty' },
    { options: { blocks: 1.5 }, code: 'empty' },
    { options: { blocks: 1, blockBytes: 256 }, code: 'block-size' },
    { options: { blocks: 1, blockBytes: 520 }, code: 'block-size' },
    { options: { blocks: 1, blockBytes: 131_072 }, code: 'block-size' },
    { options: { blocks: 2 ** 42 }, code: 'too-large' },
  ])('$options → $code', ({ options, code }) => {
    expect(codeOf(() => new RamStore(options))).toMatch(new RegExp(`^${code}: `))
  })

  test('read-only refuses', () => {
    const store = new RamStore({ blocks: 4, readOnly: true })
    expect([store.write(0, 1, new Uint8Array(512), 0), store.unmap(0, 1)]).toEqual([2, 2])
  })
})

describe('RawFileStore', () => {
  test('missing, folder, empty, odd size, wrong block size: each its own error naming the file', () => {
    const dir = join(folder, 'folder')
    mkdirSync(dir)
    const odd = image(1025)
    const errors = [
      codeOf(() => new RawFileStore({ path: join(folder, 'none.img') })),
      codeOf(() => new RawFileStore({ path: join(odd, 'below-a-file') })),
      codeOf(() => new RawFileStore({ path: dir })),
      codeOf(() => new RawFileStore({ path: '/dev/null' })),
      codeOf(() => new RawFileStore({ path: image(0) })),
      codeOf(() => new RawFileStore({ path: odd })),
      codeOf(() => new RawFileStore({ path: odd, blockBytes: 1025 })),
    ]
    expect(errors.map(text => text.split(':')[0])).toEqual([
      'missing',
      'missing',
      'not-a-file',
      'not-a-file',
      'empty',
      'not-block-multiple',
      'block-size',
    ])
    expect(errors[0]).toContain("none.img' does not exist")
    expect(errors[5]).toContain('has 1025 bytes, 1 more than a multiple of the block size 512')
  })

  test.skipIf(process.getuid?.() === 0)('a file that may not be written can be opened read-only', () => {
    const path = image(512)
    chmodSync(path, 0o444)
    expect(codeOf(() => new RawFileStore({ path }))).toMatch(/^no-permission: .*may not be written/)
    expect(codeOf(() => new RawFileStore({ path, readOnly: true }))).toBe('no error')
  })

  test.each([
    ['EACCES', 'no-permission'],
    ['EPERM', 'no-permission'],
    ['EROFS', 'no-permission'],
    ['EISDIR', 'not-a-file'],
    ['EMFILE', 'io'],
  ])('%s means %s', (errno, code) => {
    const error = storeErrorOf(Object.assign(new Error('x'), { code: errno }), 'a.img', false)
    expect([error.code, error.message.startsWith("image 'a.img' ")]).toEqual([code, true])
  })

  test('read-only: never written, not even by unmap; the size never changes', () => {
    const path = image(2048, 7)
    const store = new RawFileStore({ path, readOnly: true })
    expect(store.readOnly).toBe(true)
    expect([store.write(0, 1, new Uint8Array(512), 0), store.unmap(0, 4), store.flush()]).toEqual([2, 2, 0])
    store.close()
    expect(readFileSync(path).every(byte => byte === 7)).toBe(true)
  })

  test('a file is never written beyond the end it had', () => {
    const path = image(2048)
    const store = new RawFileStore({ path })
    const data = new Uint8Array(4096).fill(1)
    for (const [lba, count] of [
      [0, 5],
      [3, 2],
      [4, 1],
      [4, 0],
      [0, 4],
    ] as const)
      store.write(lba, count, data, 0)
    store.close()
    expect(statSync(path).size).toBe(2048)
  })

  test('a file cut short behind our back: medium error naming the first block that is gone', () => {
    const path = image(4096)
    const store = new RawFileStore({ path })
    truncateSync(path, 1536)
    expect(store.read(1, 6, new Uint8Array(4096), 0)).toBe(StoreResult.mediumError)
    expect(store.failedLba).toBe(3)
    expect(store.read(1, 2, new Uint8Array(4096), 0)).toBe(StoreResult.ok)
    expect(store.failedLba).toBe(-1)
    store.close()
  })

  test('closed: hardware error, no throw; closing twice does no harm', () => {
    const store = new RawFileStore({ path: image(512) })
    store.close()
    store.close()
    const buffer = new Uint8Array(512)
    expect([store.read(0, 1, buffer, 0), store.write(0, 1, buffer, 0), store.flush()]).toEqual([4, 4, 4])
  })
})

describe('ErrorStore', () => {
  const buffer = new Uint8Array(512 * 16)
  const bad = { lba: 5, blocks: 2, on: 'read' as const, result: StoreResult.mediumError }

  test('fails exactly the accesses that touch a bad block, and names the first', () => {
    const store = new ErrorStore(new RamStore({ blocks: 16 }), [
      bad,
      { ...bad, lba: 9, result: StoreResult.hardwareError },
    ])
    for (let lba = 0; lba < 16; lba++) {
      const wants = lba === 5 || lba === 6 ? 1 : lba === 9 || lba === 10 ? 4 : 0
      expect([lba, store.read(lba, 1, buffer, 0)]).toEqual([lba, wants])
      expect(store.failedLba).toBe(wants === 0 ? -1 : lba)
    }
    expect([store.read(6, 8, buffer, 0), store.failedLba]).toEqual([1, 6])
    expect([store.read(7, 8, buffer, 0), store.failedLba]).toEqual([4, 9])
    expect(store.write(0, 16, buffer, 0)).toBe(0)
    expect(store.refused).toBe(6)
  })

  test('a spot heals after so many accesses, or when cleared', () => {
    const store = new ErrorStore(new RamStore({ blocks: 16 }), [{ ...bad, times: 2 }])
    expect([1, 2, 3].map(() => store.read(5, 1, buffer, 0))).toEqual([1, 1, 0])
    store.add({ ...bad, on: 'write' })
    expect([store.write(4, 4, buffer, 0), store.unmap?.(6, 1)]).toEqual([1, 1])
    store.clear()
    expect(store.write(4, 4, buffer, 0)).toBe(0)
  })

  test.each([
    { ...bad, lba: 15 },
    { ...bad, lba: -1 },
    { ...bad, blocks: 0 },
    { ...bad, result: StoreResult.ok },
    { ...bad, result: 99 },
    { ...bad, times: 0 },
    { ...bad, times: Number.NaN },
  ])('a range that makes no sense is refused: %j', range => {
    expect(codeOf(() => new ErrorStore(new RamStore({ blocks: 16 }), [range]))).toMatch(/^fault-range: /)
  })
})

test('fixed latency: so much a command and so much a block; nonsense is refused', () => {
  const model = fixedLatency({ readPs: 100, writePs: 200, blockPs: 3, otherPs: 7 })
  expect([model.readPs(9, 10), model.writePs(9, 10), model.otherPs()]).toEqual([130, 230, 7])
  expect(codeOf(() => fixedLatency({ readPs: -1, writePs: 0 }))).toMatch(/^latency: readPs is -1/)
  expect(codeOf(() => fixedLatency({ readPs: 0, writePs: 0.5 }))).toMatch(/^latency: writePs is 0.5/)
})
