import { describe, expect, test } from 'vitest'
import { Fault, type FaultAction } from '../../schemas/faults.ts'
import { SRB_STATUS } from '../../schemas/workload.ts'
import { Claims, type Returned } from './claims.ts'

const does = (...actions: object[]): readonly FaultAction[] => Fault.parse({ when: { nth: 1 }, then: actions }).then
const SENSE = { do: 'check-condition', sense: { key: 'medium error', asc: 0x11, ascq: 0x01 } }
const back = (more: Partial<Returned> = {}): Returned => ({
  guest: 0,
  serial: 5,
  fromPs: 100,
  toPs: 300,
  srbStatus: SRB_STATUS.error,
  scsiStatus: 0,
  sense: -1,
  ...more,
})

describe('a request that was hit', () => {
  test.each([
    ['selection-timeout', true],
    ['parity-error', true],
    ['unexpected-disconnect', true],
    ['reservation-conflict', true],
    ['overrun', false],
    ['busy', false],
  ])('%s: may fail; must it? %s', (action, must) => {
    const claims = new Claims(1)
    claims.hit(0, [5], 2, does(action === 'overrun' ? { do: action, bytes: 1 } : { do: action }), 0x28, 200)
    const excuse = claims.judge(back())
    expect(excuse).toEqual({ why: 'fault 2 hit it', must: must ? 'fault 2 hit it' : undefined })
    expect(claims.judge(back())).toEqual({ why: undefined, must: undefined })
  })

  test('need not fail once its command was sent again by the miniport, or when two requests carry it', () => {
    const claims = new Claims(1)
    claims.hit(0, [5], 0, does({ do: 'parity-error' }), 0x28, 200)
    claims.again([5])
    expect(claims.judge(back()).must).toBeUndefined()
    claims.hit(0, [6, 7], 0, does({ do: 'parity-error' }), 0x28, 200)
    expect(claims.judge(back({ serial: 6 }))).toEqual({ why: 'fault 0 hit it', must: undefined })
  })

  test('comes back with the sense data of the fault, or the miniport is to blame', () => {
    const claims = new Claims(1)
    const judge = (sense: number) => {
      claims.hit(0, [5], 1, does(SENSE), 0x28, 200)
      return claims.judge(back({ scsiStatus: 2, sense }))
    }
    expect(judge(0x031101).why).toBe('fault 1 hit it')
    expect(judge(0x052000)).toEqual({
      why: undefined,
      must: 'fault 1 ended it with sense 0x03/0x11/0x01, but it came back with 0x05/0x20/0x00',
    })
    expect(judge(-1).must).toContain('but it came back with none')
  })

  test('of sense data only the key comes through an adapter without SCSI commands', () => {
    const claims = new Claims(1, [false])
    const judge = (sense: number) => {
      claims.hit(0, [5], 1, does(SENSE), 0x28, 200)
      return claims.judge(back({ scsiStatus: 2, sense })).why
    }
    expect([judge(0x031100), judge(0x052000), judge(-1)]).toEqual(['fault 1 hit it', undefined, undefined])
  })
})

describe('a bystander', () => {
  const reset = { srbStatus: SRB_STATUS['bus reset'] }
  test.each<[string, Partial<Returned>, boolean]>([
    ['on its way, BUS RESET', reset, true],
    ['on its way, UNIT ATTENTION', { scsiStatus: 2, sense: 0x062902 }, true],
    ['on its way, a status of another kind', { srbStatus: SRB_STATUS['parity error'] }, false],
    ['back before', { ...reset, toPs: 150 }, false],
    ['started after it', { ...reset, fromPs: 250 }, false],
    ['of another adapter', { ...reset, guest: 1 }, false],
  ])('%s', (_what, more, excused) => {
    const claims = new Claims(2)
    claims.disturbed(0, 3, does({ do: 'bus-reset' }), 200)
    expect(claims.judge(back(more)).why).toBe(excused ? 'fault 3 disturbed the adapter' : undefined)
  })

  test('of a dropped command: until that is given back', () => {
    const claims = new Claims(1)
    claims.hit(0, [9], 0, does({ do: 'drop-command' }), 0x28, 50)
    expect(claims.judge(back(reset)).why).toBe('fault 0 disturbed the adapter')
    claims.returned(0, 9, 90)
    expect(claims.judge(back(reset)).why).toBeUndefined()
  })

  test('of a lost interrupt: until a reset is over', () => {
    const claims = new Claims(1)
    claims.disturbed(0, 0, does({ do: 'lost-interrupt' }), 50)
    expect(claims.judge(back(reset)).why).toBeDefined()
    claims.settled(0, 90)
    expect(claims.judge(back(reset)).why).toBeUndefined()
  })

  test('a spurious interrupt excuses nothing', () => {
    const claims = new Claims(1)
    claims.disturbed(0, 0, does({ do: 'spurious-interrupt' }), 200)
    expect(claims.judge(back(reset)).why).toBeUndefined()
    expect([claims.refusedBy(0), claims.spoiledBy(0)]).toEqual([-1, -1])
  })
})

test('after a removal everything may fail', () => {
  const claims = new Claims(1)
  claims.disturbed(0, 4, does({ do: 'surprise-removal' }), 50)
  expect(claims.judge(back()).why).toBe('fault 4 took the adapter out')
  expect([claims.gone(0), claims.refusedBy(0)]).toEqual([true, 4])
})
