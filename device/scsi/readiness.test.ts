// TEST UNIT READY, START STOP UNIT, PREVENT ALLOW MEDIUM REMOVAL. "Rev. J" = Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import { describe, expect, test } from 'vitest'
import { StoreResult } from '../block/store.ts'
import { blockCdb } from './block-cdb.ts'
import { pattern, readyDisk, verdict } from './testing/fixture.ts'

const READY = [0x00, 0, 0, 0, 0, 0]
const startStop = (flags: number) => [0x1b, 0, 0, 0, flags, 0]
const prevent = (value: number) => [0x1e, 0, 0, 0, value, 0]
const STOP = startStop(0)
const START = startStop(1)
const EJECT = startStop(2)
const LOAD = startStop(3)

test('TEST UNIT READY: GOOD when ready [Fujitsu MCJ3230SS manual 4.3.1]', () => {
  expect(verdict(readyDisk().initiator.send(READY))).toBe('good')
})

describe('START STOP UNIT [Rev. J 3.49 (p. 223-224)]', () => {
  test('a stopped unit refuses media access until it is started [Seagate Ultra160 interface manual 8.50 (p. 308)]', () => {
    const { initiator } = readyDisk()
    const media = [
      READY,
      blockCdb(0x28, 0, 1),
      blockCdb(0x2a, 0, 1),
      blockCdb(0x2f, 0, 1),
      blockCdb(0x35, 0, 0),
      blockCdb(0x41, 0, 1),
      [0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    expect(verdict(initiator.send(STOP))).toBe('good')
    for (const cdb of media) expect(verdict(initiator.send(cdb))).toBe('2/0402')
    for (const cdb of [
      [0x12, 0, 0, 0, 36, 0],
      [0x03, 0, 0, 0, 18, 0],
      [0x1a, 0, 0x3f, 0, 255, 0],
    ])
      expect(verdict(initiator.send(cdb))).toBe('good')
    expect(verdict(initiator.send(START))).toBe('good')
    expect(verdict(initiator.send(READY))).toBe('good')
  })

  test('stopping flushes the cache, unless NO_FLUSH', () => {
    const { initiator, disk, store } = readyDisk()
    initiator.send(blockCdb(0x2a, 0, 1), pattern(1, 1))
    initiator.send(startStop(0x04))
    expect([disk.cacheDirty, disk.stopped]).toEqual([true, true])
    initiator.send(START)
    store.add({ lba: 0, blocks: 1, on: 'flush', result: StoreResult.mediumError, times: 1 })
    expect(verdict(initiator.send(STOP))).toBe('3/0c00')
    expect(disk.stopped).toBe(false)
    expect(verdict(initiator.send(STOP))).toBe('good')
    expect([disk.cacheDirty, disk.stopped]).toEqual([false, true])
  })

  test.each([
    [0x10, '5/2400 cdb[4].7'],
    [0xb0, '5/2400 cdb[4].7'],
  ])('POWER CONDITION %i is not offered', (flags, wants) => {
    expect(verdict(readyDisk().initiator.send(startStop(flags)))).toBe(wants)
  })

  test('LOEJ on a fixed medium is an invalid field [Maxtor Atlas 10K IV manual 5.41 (p. 5-133)]', () => {
    expect(verdict(readyDisk().initiator.send(EJECT))).toBe('5/2400 cdb[4].1')
  })

  test('eject and load a removable medium', () => {
    const { initiator } = readyDisk({ removable: true })
    expect(verdict(initiator.send(EJECT))).toBe('good')
    expect(verdict(initiator.send(READY))).toBe('2/3a00')
    expect(verdict(initiator.send(START))).toBe('2/3a00')
    expect(verdict(initiator.send(LOAD))).toBe('good')
    expect(verdict(initiator.send(READY))).toBe('6/2800')
    expect(verdict(initiator.send(READY))).toBe('good')
  })
})

describe('PREVENT ALLOW MEDIUM REMOVAL [ALLOW_MEDIUM_REMOVAL 1Eh in glibc <scsi/scsi.h>; its effect: LOEJ, Rev. J 3.49 (p. 224)]', () => {
  test('prevents ejecting until allowed, or until a reset', () => {
    const { initiator, disk } = readyDisk({ removable: true })
    expect(verdict(initiator.send(prevent(1)))).toBe('good')
    expect(verdict(initiator.send(EJECT))).toBe('5/5302')
    expect(disk.mediumPresent).toBe(true)
    initiator.send(prevent(0))
    expect(verdict(initiator.send(EJECT))).toBe('good')
    initiator.send(LOAD)
    initiator.send(READY)
    initiator.send(prevent(1))
    disk.reset('bus')
    initiator.send(READY)
    expect(verdict(initiator.send(EJECT))).toBe('good')
  })

  test('reserved values are an invalid field', () => {
    expect(verdict(readyDisk().initiator.send(prevent(2)))).toBe('5/2400 cdb[4].1')
    expect(verdict(readyDisk().initiator.send(prevent(3)))).toBe('5/2400 cdb[4].1')
  })
})
