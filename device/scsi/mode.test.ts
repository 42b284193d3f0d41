// MODE SENSE and MODE SELECT (6, 10). "Rev. J" = Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import { describe, expect, test } from 'vitest'
import { StoreResult } from '../block/store.ts'
import { be16, be32, be64 } from './big-endian.ts'
import { blockCdb } from './block-cdb.ts'
import { pattern, readyDisk, verdict } from './testing/fixture.ts'

const sense6 = (page: number, allocation = 255, flags = 0, subpage = 0) => [0x1a, flags, page, subpage, allocation, 0]
const sense10 = (page: number, allocation = 0xffff, flags = 0, subpage = 0) => [
  0x5a,
  flags,
  page,
  subpage,
  0,
  0,
  0,
  allocation >> 8,
  allocation & 0xff,
  0,
]
const select6 = (listBytes: number, flags = 0x10) => [0x15, flags, 0, 0, listBytes, 0]
const select10 = (listBytes: number, flags = 0x10) => [0x55, flags, 0, 0, 0, 0, 0, listBytes >> 8, listBytes & 0xff, 0]
const DBD = 0x08
const caching = (wce: boolean) => [0x08, 18, wce ? 4 : 0, ...new Array<number>(17).fill(0)]
const control = (descriptors: boolean) => [0x0a, 10, descriptors ? 4 : 0, ...new Array<number>(9).fill(0)]

describe.each([
  { name: 'MODE SENSE (6)', cdb: sense6, header: 4 },
  { name: 'MODE SENSE (10)', cdb: sense10, header: 8 },
])('$name [Rev. J 3.11.1 (p. 112-113), 5.3.5 (p. 384-385)]', ({ cdb, header }) => {
  test('all pages come in ascending order, each of the length it says', () => {
    const { data } = readyDisk().initiator.send(cdb(0x3f, 255, DBD))
    const codes: number[] = []
    for (let at = header; at < data.length; at += 2 + data[at + 1]!) codes.push(data[at]!)
    expect(codes).toEqual([0x01, 0x08, 0x0a])
    expect(header === 4 ? data[0]! + 1 : be16(data, 0) + 2).toBe(data.length)
  })

  test('a page exists when and only when 3Fh lists it; page 00h is header and block descriptor', () => {
    const { initiator } = readyDisk()
    for (let page = 0; page < 0x3f; page++) {
      const answer = initiator.send(cdb(page))
      if (page === 0) expect(answer.data.length).toBe(header + 8)
      else if ([0x01, 0x08, 0x0a].includes(page)) expect(answer.data[header + 8]).toBe(page)
      else expect(verdict(answer)).toBe('5/2400 cdb[2].5')
    }
  })

  test.each([
    { control: 0, wce: 0, sense: 4, why: 'current' },
    { control: 1, wce: 4, sense: 4, why: 'changeable' },
    { control: 2, wce: 4, sense: 0, why: 'default' },
  ])('page control $control: $why values', ({ control, wce, sense }) => {
    const { initiator, disk } = readyDisk()
    disk.writeCache = false
    disk.descriptorSense = true
    expect(initiator.send(cdb((control << 6) | 0x08, 255, DBD)).data[header + 2]).toBe(wce)
    expect(initiator.send(cdb((control << 6) | 0x0a, 255, DBD)).data[header + 2]).toBe(sense)
  })

  test('saved values are not supported [Rev. J 3.11.1.4 (p. 113)]', () => {
    expect(verdict(readyDisk().initiator.send(cdb(0xc0 | 0x3f)))).toBe('5/3900')
  })

  test('subpages: all (FFh) or none', () => {
    const { initiator } = readyDisk()
    expect(initiator.send(cdb(0x3f, 255, 0, 0xff)).data).toEqual(initiator.send(cdb(0x3f, 255)).data)
    for (const subpage of [1, 0x7f, 0xfe])
      expect(verdict(initiator.send(cdb(0x3f, 255, 0, subpage)))).toBe('5/2400 cdb[3]')
  })

  test('write protection and DPO/FUA show in the device-specific parameter', () => {
    const at = header === 4 ? 2 : 3
    expect(readyDisk().initiator.send(cdb(0x08)).data[at]).toBe(0x10)
    expect(readyDisk({ readOnly: true }).initiator.send(cdb(0x08)).data[at]).toBe(0x90)
  })

  test('the block descriptor tells capacity and block length', () => {
    const { data } = readyDisk({ blocks: 99, blockBytes: 4096 }).initiator.send(cdb(0x08))
    expect([be32(data, header), be32(data, header + 4)]).toEqual([99, 4096])
  })

  test('every page with every page control, subpage and allocation length 0…255 returns exactly a prefix', () => {
    const { initiator } = readyDisk()
    for (let page = 0; page < 256; page++) {
      for (const subpage of [0, 1, 0xff]) {
        const whole = initiator.send(cdb(page, 255, 0, subpage))
        for (let n = 0; n <= 255; n += page % 64 === 0x3f ? 1 : 17) {
          const answer = initiator.send(cdb(page, n, 0, subpage))
          if (verdict(answer) !== verdict(whole)) throw new Error(`page ${page} allocation ${n}: ${verdict(answer)}`)
          const wants = Math.min(n, whole.data.length)
          if (answer.data.length !== wants || !answer.data.every((value, i) => value === whole.data[i]))
            throw new Error(`page ${page} allocation ${n}: not a prefix`)
        }
      }
    }
    expect(verdict(initiator.send([0, 0, 0, 0, 0, 0]))).toBe('good')
  })
})

test('MODE SENSE (10) LLBAA: long block descriptor', () => {
  const { data } = readyDisk().initiator.send(sense10(0x08, 255, 0x10))
  expect([data[4], be16(data, 6), be64(data, 8), be32(data, 20)]).toEqual([1, 16, 1024, 512])
})

describe.each([
  { name: 'MODE SELECT (6)', cdb: select6, header: [0, 0, 0, 0], descriptorAt: 3 },
  { name: 'MODE SELECT (10)', cdb: select10, header: [0, 0, 0, 0, 0, 0, 0, 0], descriptorAt: 7 },
])('$name [Rev. J 3.9 (p. 109), 5.3.5 (p. 385)]', ({ cdb, header, descriptorAt }) => {
  const pagesAt = header.length
  const refusals: { why: string; list: number[]; wants: string }[] = [
    { why: 'unknown page', list: [...header, 0x1c, 10, ...new Array<number>(10).fill(0)], wants: `list[${pagesAt}].5` },
    { why: 'wrong page length', list: [...header, 0x08, 17, ...caching(true).slice(2)], wants: `list[${pagesAt + 1}]` },
    { why: 'subpage format', list: [...header, 0x48, 18, ...caching(true).slice(2)], wants: `list[${pagesAt}].6` },
    {
      why: 'an unchangeable bit (RCD)',
      list: [...header, 0x08, 18, 5, ...caching(true).slice(3)],
      wants: `list[${pagesAt + 2}].0`,
    },
    {
      why: 'medium type',
      list: header.map((_, i) => (i === header.length / 4 ? 1 : 0)),
      wants: `list[${pagesAt / 4}]`,
    },
  ]

  test('changes what may be changed', () => {
    const { initiator, disk } = readyDisk()
    const list = [...header, ...caching(false), ...control(true)]
    expect(verdict(initiator.send(cdb(list.length), list))).toBe('good')
    expect([disk.writeCache, disk.descriptorSense]).toEqual([false, true])
  })

  test.each(refusals)('$why: 26/00 at $wants, and nothing changes', ({ list, wants }) => {
    const { initiator, disk } = readyDisk()
    const whole = [...header, ...control(true), ...list.slice(pagesAt)]
    expect(verdict(initiator.send(cdb(list.length), list))).toBe(`5/2600 ${wants}`)
    if (list.length > pagesAt) expect(verdict(initiator.send(cdb(whole.length), whole))).toMatch(/^5\/2600/)
    expect([disk.writeCache, disk.descriptorSense]).toEqual([true, false])
  })

  test('a list that ends inside header, descriptor or page: parameter list length error', () => {
    const { initiator, disk } = readyDisk()
    const list = [...header, ...caching(false)]
    for (let n = 1; n < list.length; n++) {
      const wants = n === pagesAt ? 'good' : '5/1a00'
      expect([n, verdict(initiator.send(cdb(n), list.slice(0, n)))]).toEqual([n, wants])
    }
    expect(verdict(initiator.send(cdb(list.length), list.slice(0, -1)))).toBe('5/1a00')
    expect(disk.writeCache).toBe(true)
  })

  test('list length 0 is no error; SP and PF 0 are invalid fields', () => {
    const { initiator } = readyDisk()
    expect(verdict(initiator.send(cdb(0)))).toBe('good')
    expect(verdict(initiator.send(cdb(0, 0x11)))).toBe('5/2400 cdb[1].0')
    expect(verdict(initiator.send(cdb(0, 0x00)))).toBe('5/2400 cdb[1].4')
  })

  test('a block descriptor may repeat capacity and block length, no more', () => {
    const { initiator } = readyDisk()
    const withDescriptor = (descriptor: number[], length = 8) => {
      const list = [...header, ...descriptor, ...caching(true)]
      list[descriptorAt] = length
      return verdict(initiator.send(cdb(list.length), list))
    }
    expect(withDescriptor([0, 0, 4, 0, 0, 0, 2, 0])).toBe('good')
    expect(withDescriptor([0, 0, 0, 0, 0, 0, 2, 0])).toBe('good')
    expect(withDescriptor([0, 0, 3, 0, 0, 0, 2, 0])).toBe(`5/2600 list[${pagesAt}]`)
    expect(withDescriptor([0, 0, 4, 0, 0, 0, 4, 0])).toBe(`5/2600 list[${pagesAt + 5}]`)
    expect(withDescriptor([0, 0, 4, 0, 0, 0, 2, 0], 7)).toMatch(/^5\/2600 list\[[36]\]$/)
  })

  test('turning the write cache off flushes it; when that fails nothing changes', () => {
    const { initiator, disk, store } = readyDisk()
    const list = [...header, ...caching(false)]
    initiator.send(blockCdb(0x2a, 0, 1), pattern(1, 1))
    store.add({ lba: 0, blocks: 1, on: 'flush', result: StoreResult.mediumError, times: 1 })
    expect(verdict(initiator.send(cdb(list.length), list))).toBe('3/0c00')
    expect([disk.writeCache, disk.cacheDirty]).toEqual([true, true])
    expect(verdict(initiator.send(cdb(list.length), list))).toBe('good')
    expect([disk.writeCache, disk.cacheDirty]).toEqual([false, false])
  })

  test('what MODE SENSE returned can be sent back', () => {
    const { initiator } = readyDisk()
    const list = [...initiator.send(header.length === 4 ? sense6(0x3f) : sense10(0x3f)).data]
    expect(verdict(initiator.send(cdb(list.length), list))).toBe('good')
  })
})
