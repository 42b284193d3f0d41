// REQUEST SENSE, unit attention, sense formats. "Rev. J" = Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import { describe, expect, test } from 'vitest'
import { StoreResult } from '../block/store.ts'
import { blockCdb } from './block-cdb.ts'
import { decodeSense } from './initiator.ts'
import { readyDisk, verdict } from './testing/fixture.ts'

const READY = [0x00, 0, 0, 0, 0, 0]
const INQUIRY = [0x12, 0, 0, 0, 36, 0]
const sense = (allocation = 252, desc = 0) => [0x03, desc, 0, 0, allocation, 0]
const UNKNOWN = [0x1f, 0, 0, 0, 0, 0]

describe('held sense [Seagate Medalist 2160N manual 3.4.3 (p. 38)]', () => {
  test('is what CHECK CONDITION was about, once', () => {
    const { initiator } = readyDisk()
    initiator.send(UNKNOWN)
    expect(decodeSense(initiator.send(sense()).data)).toMatchObject({ key: 5, asc: 0x2000 })
    expect(decodeSense(initiator.send(sense()).data)).toMatchObject({ key: 0, asc: 0 })
  })

  test('is gone after another command', () => {
    const { initiator } = readyDisk()
    initiator.send(UNKNOWN)
    initiator.send(READY)
    expect(decodeSense(initiator.send(sense()).data)).toMatchObject({ key: 0, asc: 0 })
  })

  test('stays over tagged commands, which may have been queued before the error', () => {
    const { initiator } = readyDisk()
    initiator.send(UNKNOWN)
    initiator.task.tag = 3
    initiator.send(READY)
    initiator.task.tag = 0xff
    expect(decodeSense(initiator.send(sense()).data)).toMatchObject({ key: 5, asc: 0x2000 })
  })

  test('is gone when the adapter delivered it itself', () => {
    const { initiator, disk } = readyDisk()
    initiator.send(UNKNOWN)
    disk.senseDelivered()
    expect(decodeSense(initiator.send(sense()).data).key).toBe(0)
  })

  test('every allocation length 0…255 returns a prefix of 18 bytes [Rev. J 2.4.1.2 table 27 (p. 56)]', () => {
    const { initiator } = readyDisk()
    for (let n = 0; n <= 255; n++) {
      initiator.send(UNKNOWN)
      const answer = initiator.send(sense(n))
      expect([verdict(answer), answer.data.length]).toEqual(['good', Math.min(n, 18)])
      if (n > 0) expect(answer.data[0]).toBe(0x70)
    }
  })

  test('DESC asks for the descriptor format [Rev. J 2.4.1.1 (p. 48-51)]', () => {
    const bad = [{ lba: 600, blocks: 1, on: 'read' as const, result: StoreResult.mediumError }]
    const { initiator } = readyDisk({ bad })
    initiator.send(blockCdb(0x28, 600, 1))
    const { data } = initiator.send(sense(252, 1))
    expect(decodeSense(data)).toEqual({
      format: 'descriptor',
      key: 3,
      asc: 0x1100,
      information: 600,
      pointer: undefined,
    })
    initiator.send(blockCdb(0x28, 0, 1, 0xe0))
    expect(decodeSense(initiator.send(sense(252, 1)).data).pointer).toEqual({ inCdb: true, byte: 1, bit: 7 })
  })
})

describe('unit attention [HP SureStore Optical 2600fx SCSI-2 reference p. 1-17]', () => {
  test('after power-on and after a bus reset; reported once', () => {
    const { initiator, disk } = readyDisk()
    disk.reset('power-on')
    expect(verdict(initiator.send(READY))).toBe('6/2900')
    expect(verdict(initiator.send(READY))).toBe('good')
    disk.reset('bus')
    expect(verdict(initiator.send(READY))).toBe('6/2902')
    disk.reset('target')
    expect(verdict(initiator.send(READY))).toBe('6/2903')
  })

  test('power-on is not hidden by a bus reset', () => {
    const { initiator, disk } = readyDisk()
    disk.reset('power-on')
    disk.reset('bus')
    expect(verdict(initiator.send(READY))).toBe('6/2900')
  })

  test('INQUIRY is carried out and leaves it [Fujitsu M3099GX/GH manual p. 3-34]', () => {
    const { initiator, disk } = readyDisk()
    disk.reset('bus')
    expect(initiator.send(INQUIRY).data.length).toBe(36)
    expect(verdict(initiator.send(READY))).toBe('6/2902')
  })

  test('REQUEST SENSE returns and clears it', () => {
    const { initiator, disk } = readyDisk()
    disk.reset('bus')
    const answer = initiator.send(sense())
    expect(verdict(answer)).toBe('good')
    expect(decodeSense(answer.data)).toMatchObject({ key: 6, asc: 0x2902 })
    expect(verdict(initiator.send(READY))).toBe('good')
  })

  test('comes before an unknown operation code; nothing of the command is done', () => {
    const { initiator, disk, ram } = readyDisk()
    disk.reset('bus')
    expect(verdict(initiator.send(UNKNOWN))).toBe('6/2902')
    disk.reset('bus')
    expect(verdict(initiator.send(blockCdb(0x2a, 0, 1), new Uint8Array(512).fill(9)))).toBe('6/2902')
    expect(ram.bytes[0]).toBe(0)
  })

  test('a reset drops held sense and mode parameters; a bus reset does not start a stopped unit, power-on does', () => {
    const { initiator, disk } = readyDisk()
    initiator.send([0x1b, 0, 0, 0, 0, 0])
    initiator.send(UNKNOWN)
    disk.writeCache = false
    disk.reset('bus')
    expect([disk.heldKey, disk.writeCache, disk.stopped]).toEqual([0, true, true])
    disk.reset('power-on')
    expect(disk.stopped).toBe(false)
  })
})

describe('what every command meets', () => {
  test('an unknown operation code points at byte 0 [Rev. J 2.4.1.1.4.2 table 19 (p. 51)]', () => {
    for (const opcode of [0x01, 0x1f, 0x3b, 0x7f, 0x9f, 0xbf, 0xc0, 0xff]) {
      const { initiator } = readyDisk()
      const answer = initiator.send([opcode, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
      expect([verdict(answer), answer.askedBytes]).toEqual(['5/2000 cdb[0]', 0])
    }
  })

  test.each([
    [0x04, '5/2400 cdb[5].2'],
    [0x01, '5/2400 cdb[5].0'],
    [0x02, 'good'],
  ])('CONTROL %i → %s: neither ACA nor linked commands are offered', (control, wants) => {
    expect(verdict(readyDisk().initiator.send([0x00, 0, 0, 0, 0, control]))).toBe(wants)
  })

  test('CONTROL is found by the length of the group [Rev. J tables 97, 99, 100 (p. 136-141)]', () => {
    for (const [opcode, at] of [
      [0x28, 9],
      [0xa8, 11],
      [0x88, 15],
    ] as const) {
      const cdb = new Uint8Array(at + 1)
      cdb[0] = opcode
      cdb[at] = 0x04
      expect(verdict(readyDisk().initiator.send(cdb))).toBe(`5/2400 cdb[${at}].2`)
    }
  })

  test('a CDB shorter than its group says is an invalid field where it ends', () => {
    const { initiator, disk } = readyDisk()
    const { task } = initiator
    task.cdb.fill(0)
    task.cdb[0] = 0x28
    task.cdbLength = 6
    disk.begin(task)
    expect([task.status, decodeSense(task.sense).asc, decodeSense(task.sense).pointer?.byte]).toEqual([2, 0x2400, 6])
  })

  test('D_SENSE turns sense data into descriptors [Rev. J 2.4.1.1 (p. 48)]', () => {
    const { initiator, disk } = readyDisk()
    disk.descriptorSense = true
    const answer = initiator.send(blockCdb(0x88, 2 ** 40, 1))
    expect(answer.sense).toMatchObject({ format: 'descriptor', key: 5, asc: 0x2100 })
  })

  test('an LBA above 32 bits fits INFORMATION of descriptors only', () => {
    const { initiator, disk } = readyDisk()
    disk.hold(3, 0x1100, 2 ** 32 + 5, 0)
    expect(decodeSense(initiator.send(sense(252, 0)).data).information).toBeUndefined()
    disk.hold(3, 0x1100, 2 ** 32 + 5, 0)
    expect(decodeSense(initiator.send(sense(252, 1)).data).information).toBe(2 ** 32 + 5)
  })
})
