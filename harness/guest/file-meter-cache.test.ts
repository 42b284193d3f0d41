import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileMeterCache } from './file-meter-cache.ts'

describe('FileMeterCache', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hba-meter-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  const value = new Uint8Array([1, 2, 3, 4])

  it('keeps modules over instances, and leaves no other files', async () => {
    const nested = join(folder, 'a', 'b')
    await new FileMeterCache(nested).put('key', value)
    expect(await new FileMeterCache(nested).get('key')).toEqual(value)
    expect(await new FileMeterCache(nested).get('other')).toBeUndefined()
    expect(await readdir(nested)).toEqual(['key.wasm'])
  })

  it('does not believe a damaged or truncated file', async () => {
    const cache = new FileMeterCache(folder)
    await cache.put('key', value)
    const path = join(folder, 'key.wasm')
    const whole = await readFile(path)
    for (const damaged of [whole.subarray(0, whole.length - 1), whole.subarray(0, 10), Buffer.alloc(0)]) {
      await writeFile(path, damaged)
      expect(await cache.get('key')).toBeUndefined()
    }
    whole[whole.length - 1]! ^= 1
    await writeFile(path, whole)
    expect(await cache.get('key')).toBeUndefined()
  })

  it('works silently where it cannot write', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const cache = new FileMeterCache(join(file, 'inside'))
    await cache.put('key', value)
    expect(await cache.get('key')).toBeUndefined()
  })
})
