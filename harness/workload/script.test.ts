import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../schemas/errors.ts'
import { Workload } from '../../schemas/workload.ts'
import { Script } from './script.ts'
import { Outcome } from './workload.ts'

function script(steps: object[], depth = 1): Script {
  const config = parseConfig(Workload, { kind: 'script', depth, steps }, 'test')
  if (config.kind !== 'script') throw new Error('no script')
  return new Script(config)
}

const inquiry = {
  name: 'who are you',
  target: 3,
  lun: 1,
  cdb: '12 00 00 00 24 00',
  length: '36B',
  expect: { data: '00 80' },
}

describe('Script', () => {
  it('sends the commands in order, each after the one before', () => {
    const work = script([
      { cdb: '00 00 00 00 00 00', repeat: 2 },
      inquiry,
      { cdb: '15 10 00 00 04 00', data: 'aa bb', length: '4B', tag: 'untagged' },
    ])
    expect(work.total).toBe(4)
    const seen: unknown[] = []
    for (let request = work.next(); request !== undefined; request = work.next()) {
      expect(work.next()).toBeUndefined()
      seen.push([
        request.cdb[0],
        request.target,
        request.lun,
        request.direction,
        request.bytes,
        [...request.data.subarray(0, Math.min(4, request.bytes))],
        request.tag,
      ])
      if (request.cdb[0] === 0x12) request.data[1] = 0x80
      work.complete(request, 0x01, 0, request.bytes)
    }
    expect(seen).toEqual([
      [0, 0, 0, 'none', 0, [], 'simple'],
      [0, 0, 0, 'none', 0, [], 'simple'],
      [0x12, 3, 1, 'in', 36, [0, 0, 0, 0], 'simple'],
      [0x15, 0, 0, 'out', 4, [0xaa, 0xbb, 0, 0], 'untagged'],
    ])
    expect(work.done).toBe(true)
    expect(work.report()).toMatchObject({
      submitted: 4,
      completed: 4,
      failed: 0,
      miscompares: 0,
      bytes: 40,
      verifiedBytes: 2,
    })
  })

  it('keeps several in flight when told to', () => {
    const work = script([{ cdb: '00 00 00 00 00 00', repeat: 5 }], 2)
    const one = work.next()!
    const two = work.next()!
    expect(work.next()).toBeUndefined()
    work.complete(two, 0x01, 0, 0)
    expect(work.next()).toBe(two)
    expect(one.number).toBe(1)
    expect(work.done).toBe(false)
  })

  it.each<[object, [number, number, number, number?], number, string | undefined]>([
    [{ cdb: '00 00 00 00 00 00' }, [0x01, 0, 0], Outcome.Done, undefined],
    [
      { cdb: '00 00 00 00 00 00' },
      [0x84, 2, 0, 0x020401],
      Outcome.Failed,
      'SCSI status is 0x02, expected 0x00 (came back with SRB status 0x84 (error), SCSI status 0x02, 0 of 0 bytes, sense 0x02/0x04/0x01)',
    ],
    [
      { cdb: '00 00 00 00 00 00' },
      [0x0a, 0, 0],
      Outcome.Failed,
      'SRB status 0x0a (selection timeout) does not belong to SCSI status 0x00',
    ],
    [{ cdb: '00 00 00 00 00 00', expect: { srb: 'selection timeout' } }, [0x0a, 0, 0], Outcome.Done, undefined],
    [
      { cdb: '00 00 00 00 00 00', expect: { srb: 'selection timeout' } },
      [0x01, 0, 0],
      Outcome.Failed,
      'expected SRB status 0x0a (selection timeout)',
    ],
    [
      {
        cdb: 'ff 00 00 00 00 00',
        expect: { status: 'check condition', sense: { key: 'illegal request', asc: '0x20' } },
      },
      [0x84, 2, 0, 0x052000],
      Outcome.Done,
      undefined,
    ],
    [
      { cdb: 'ff 00 00 00 00 00', expect: { status: 'check condition', sense: { key: 'illegal request', asc: 0x20 } } },
      [0x84, 2, 0, 0x052400],
      Outcome.Failed,
      'sense data is 0x05/0x24/0x00, expected 0x05/0x20/0x00',
    ],
    [
      { cdb: 'ff 00 00 00 00 00', expect: { status: 'check condition', sense: { key: 'illegal request', asc: 0x20 } } },
      [0x04, 2, 0],
      Outcome.Failed,
      'sense data is none',
    ],
    [
      { cdb: 'ff 00 00 00 00 00', expect: { status: 'check condition' } },
      [0x01, 2, 0],
      Outcome.Failed,
      'does not belong',
    ],
    [inquiry, [0x01, 0, 20], Outcome.Failed, '20 bytes moved, expected 36'],
    [{ ...inquiry, expect: { bytes: 20, srb: 'data overrun' } }, [0x12, 0, 20], Outcome.Done, undefined],
    [
      inquiry,
      [0x01, 0, 36],
      Outcome.Miscompare,
      "'who are you', step 1, #1 INQUIRY to target 3 LUN 1: byte 1 is 0x00, expected 0x80",
    ],
  ])('%j judged by %j', (step, end, outcome, message) => {
    const work = script([step])
    const request = work.next()!
    expect(work.complete(request, ...end)).toBe(outcome)
    expect(work.done).toBe(true)
    const { failed, miscompares, problems } = work.report()
    expect([failed, miscompares]).toEqual([outcome === Outcome.Failed ? 1 : 0, outcome === Outcome.Miscompare ? 1 : 0])
    if (message === undefined) expect(problems).toEqual([])
    else expect(problems[0]).toContain(message)
  })

  it('ends when the guest is dead', () => {
    const work = script([{ cdb: '00 00 00 00 00 00', repeat: 9 }])
    const request = work.next()!
    work.abandon('the miniport was stopped')
    expect(work.done).toBe(true)
    expect(work.next()).toBeUndefined()
    expect(work.complete(request, 1, 0, 0)).toBe(Outcome.Failed)
    expect(work.report()).toMatchObject({
      failed: 1,
      problems: ['1 command never came back: the miniport was stopped'],
    })
  })
})
