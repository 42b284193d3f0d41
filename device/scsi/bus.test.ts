// The bus: routing, missing units, REPORT LUNS, resets. "Rev. J" = Seagate, SCSI Commands Reference Manual 100293068 Rev. J.
import { describe, expect, test } from 'vitest'
import { be32 } from './big-endian.ts'
import { blockCdb } from './block-cdb.ts'
import { ScsiBus } from './bus.ts'
import { decodeSense, Initiator } from './initiator.ts'
import { ScriptedUnit } from './scripted-unit.ts'
import { ScsiStatus } from './status.ts'
import { readyDisk, verdict } from './testing/fixture.ts'

const READY = [0x00, 0, 0, 0, 0, 0]
const INQUIRY = [0x12, 0, 0, 0, 36, 0]
const reportLuns = (allocation: number, select = 0) => [0xa0, 0, select, 0, 0, 0, 0, 0, 0, allocation, 0, 0]

function busWith(...addresses: [target: number, lun: number][]) {
  const bus = new ScsiBus()
  const disks = addresses.map(([target, lun]) => {
    const fixture = readyDisk({ label: `disk ${target}:${lun}` })
    fixture.ram.bytes.fill(target * 16 + lun)
    bus.attach(target, lun, fixture.disk)
    return fixture.disk
  })
  return { bus, disks, initiator: new Initiator(bus) }
}

test('a command reaches the unit it is addressed to', () => {
  const { initiator } = busWith([0, 0], [0, 3], [15, 0])
  for (const [target, lun] of [
    [0, 0],
    [0, 3],
    [15, 0],
  ] as const)
    expect(initiator.send(blockCdb(0x28, 0, 1), undefined, { target, lun }).data[0]).toBe(target * 16 + lun)
})

test('only a target with a unit answers selection; nonsense addresses do not', () => {
  const { bus } = busWith([2, 5])
  const targets = [2, 0, 15, 16, 255, -1, 1.5, Number.NaN]
  expect(targets.map(target => bus.answers(target))).toEqual([true, false, false, false, false, false, false, false])
})

describe('a logical unit that is not there, of a target that is', () => {
  test('INQUIRY: qualifier 3, type 1Fh [Hitachi Ultrastar 146Z10 specification 8.5.1.2 (p. 59)]', () => {
    const { initiator } = busWith([0, 0])
    const answer = initiator.send(INQUIRY, undefined, { lun: 1 })
    expect([verdict(answer), answer.data.length, answer.data[0]]).toEqual(['good', 36, 0x7f])
    expect(verdict(initiator.send([0x12, 1, 0x80, 0, 36, 0], undefined, { lun: 1 }))).toBe('5/2500')
  })

  test('REQUEST SENSE: GOOD, with 25/00 as data [Exabyte Magnum 1x7 SCSI reference 18.1 (p. 18-2)]', () => {
    const { initiator } = busWith([0, 0])
    const answer = initiator.send([0x03, 0, 0, 0, 18, 0], undefined, { lun: 7 })
    expect(verdict(answer)).toBe('good')
    expect(decodeSense(answer.data)).toMatchObject({ key: 5, asc: 0x2500 })
  })

  test('any other command: CHECK CONDITION 25/00 [Hitachi Ultrastar 146Z10 specification 8.5.1.2 (p. 59)]', () => {
    const { initiator } = busWith([0, 0])
    for (let opcode = 0; opcode < 256; opcode++) {
      if ([0x03, 0x12, 0xa0].includes(opcode)) continue
      const answer = initiator.send(new Uint8Array(16).fill(opcode, 0, 1), undefined, { lun: 255 })
      expect([verdict(answer), answer.askedBytes]).toEqual(['5/2500', 0])
    }
  })
})

describe('REPORT LUNS [Rev. J p. 180, table 149]', () => {
  test('lists the units of the target, asked through any LUN, and leaves a unit attention alone', () => {
    const { initiator, disks } = busWith([0, 0], [0, 2], [1, 0])
    disks[0]!.reset('bus')
    for (const lun of [0, 2, 9]) {
      const { data } = initiator.send(reportLuns(255), undefined, { lun })
      expect([be32(data, 0), data.length, data[9], data[17]]).toEqual([16, 24, 0, 2])
    }
    expect(verdict(initiator.send(READY))).toBe('6/2902')
  })

  test('the list is cut to the allocation length, its length field is not [Quantum Atlas 10K II manual 5.33]', () => {
    const { initiator } = busWith([0, 0], [0, 2])
    for (let n = 0; n < 30; n++) {
      const { data } = initiator.send(reportLuns(n))
      expect(data.length).toBe(Math.min(n, 24))
      if (n >= 4) expect(be32(data, 0)).toBe(16)
    }
  })

  test('SELECT REPORT', () => {
    const { initiator } = busWith([0, 0])
    expect(be32(initiator.send(reportLuns(255, 1)).data, 0)).toBe(0)
    expect(be32(initiator.send(reportLuns(255, 2)).data, 0)).toBe(8)
    expect(verdict(initiator.send(reportLuns(255, 3)))).toBe('5/2400 cdb[2]')
  })

  test('256 units fit', () => {
    const { initiator } = busWith(...Array.from({ length: 256 }, (_, lun): [number, number] => [0, lun]))
    const cdb = reportLuns(0)
    cdb[8] = 0xff
    expect(initiator.send(cdb).data.length).toBe(8 + 8 * 256)
  }, 60_000)
})

test('a bus reset reaches every unit; a target reset only that target’s', () => {
  const { bus, disks } = busWith([0, 0], [0, 1], [3, 0])
  bus.resetTarget(0)
  expect(disks.map(disk => disk.attention)).toEqual([0x2903, 0x2903, 0])
  bus.reset('bus')
  expect(disks.map(disk => disk.attention)).toEqual([0x2902, 0x2902, 0x2902])
  bus.reset('power-on')
  expect(disks.map(disk => disk.attention)).toEqual([0x2900, 0x2900, 0x2900])
  bus.resetTarget(99)
})

test('autosense: what the adapter delivered is not held any longer', () => {
  const { bus, initiator } = busWith([0, 0])
  initiator.send([0x1f, 0, 0, 0, 0, 0])
  bus.senseDelivered(initiator.task)
  expect(decodeSense(initiator.send([0x03, 0, 0, 0, 18, 0]).data).key).toBe(0)
})

test('nothing of an earlier command shows in parameter data', () => {
  const commands = [
    INQUIRY,
    ...[0x00, 0x80, 0x83, 0xb0, 0xb1, 0xb2].map(page => [0x12, 1, page, 1, 0, 0]),
    [0x03, 0, 0, 0, 252, 0],
    [0x03, 1, 0, 0, 252, 0],
    [0x1a, 0, 0x3f, 0, 255, 0],
    [0x5a, 0x10, 0x3f, 0, 0, 0, 0, 1, 0, 0],
    [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0],
    reportLuns(255),
  ]
  for (const lun of [0, 4]) {
    const { initiator } = busWith([0, 0])
    for (const cdb of commands) {
      const answers = [0x00, 0xee].map(poison => {
        initiator.task.reserve(8192)
        initiator.task.data.fill(poison)
        initiator.task.sense.fill(poison)
        return initiator.send(cdb, undefined, { lun })
      })
      expect(answers[1]).toEqual(answers[0])
    }
  }
})

test('a unit that goes away between begin and execute', () => {
  const { bus, initiator } = busWith([0, 0], [0, 1])
  const { task } = initiator
  task.cdb.set(blockCdb(0x28, 0, 1))
  task.cdbLength = 10
  bus.begin(task)
  bus.detach(0, 0)
  bus.execute(task)
  expect([task.status, task.transferBytes, decodeSense(task.sense).asc]).toEqual([2, 0, 0x2500])
})

test('attach and detach tell the adapter; wrong addresses are named', () => {
  const bus = new ScsiBus({ targets: 4 })
  const { disk } = readyDisk()
  const seen: unknown[] = []
  bus.onChange = (...change) => seen.push(change)
  bus.attach(3, 7, disk)
  expect(() => bus.attach(3, 7, disk)).toThrow("target 3 LUN 7 is taken by 'disk0'")
  expect(() => bus.attach(4, 0, disk)).toThrow('target 4 does not exist: this bus has 0 to 3')
  expect(() => bus.attach(0, 256, disk)).toThrow('LUN 256 of target 0 does not exist')
  expect(() => bus.detach(3, 0)).toThrow('nothing is attached at target 3 LUN 0')
  expect(() => new ScsiBus({ targets: 0 })).toThrow('a bus with 0 targets')
  bus.detach(3, 7)
  expect(seen).toEqual([
    [3, 7, true],
    [3, 7, false],
  ])
  expect(bus.answers(3)).toBe(false)
})

test('a scripted unit answers what it was told, then gives way', () => {
  const { disk } = readyDisk()
  const unit = new ScriptedUnit(disk)
    .add({ status: ScsiStatus.busy })
    .add({ status: ScsiStatus.taskSetFull, opcode: 0x28, times: 2 })
    .add({ status: ScsiStatus.checkCondition, opcode: 0x28, key: 3, asc: 0x1100 })
  const initiator = new Initiator(unit)
  expect(verdict(initiator.send(READY))).toBe('status 8')
  expect(verdict(initiator.send(READY))).toBe('good')
  const read = () => verdict(initiator.send(blockCdb(0x28, 0, 1)))
  expect([read(), read(), read(), read()]).toEqual(['status 28', 'status 28', '3/1100', 'good'])
  expect(unit.answered).toBe(4)
})
