// Many runs in one verdict, from runs made by hand.
import { describe, expect, it } from 'vitest'
import { Suite } from '../../schemas/suite.ts'
import { suiteText } from '../report/text-suite.ts'
import { type Campaign, suiteHash, suiteOf } from './suite.ts'
import { campaignRun, type RunShape, SHA } from './testing/runs.ts'

const CAMPAIGN: Campaign = {
  path: 'd.wasm',
  sha256: SHA,
  adapter: 'reference',
  seed: 5,
  strict: false,
  rerun: 'hba verify d.wasm --seed 5',
  version: '1',
}

const suite = (shapes: readonly RunShape[], campaign: Partial<Campaign> = {}) => {
  const { suite, exitCode } = suiteOf(shapes.map(campaignRun), { ...CAMPAIGN, ...campaign })
  expect(Suite.parse(suite)).toEqual(suite)
  return { suite, exitCode }
}

const ruleOf = (id: string, shapes: readonly RunShape[]) => suite(shapes).suite.rules!.find(rule => rule.id === id)!

const idle = { id: 'INT-5', status: 'not-exercised' } as const
const held = { id: 'INT-5', status: 'held', exercised: 3 } as const
const foreign = { id: 'INT-5', status: 'not-applicable', reason: 'no line' } as const
const broken = { id: 'INT-5', status: 'violated', exercised: 2, count: 4 } as const

describe('a rule over all runs', () => {
  it.each([
    ['held where it was exercised anywhere', [[idle], [held], [foreign]], 'held', 3],
    ['not exercised when it never was', [[idle], [foreign]], 'not-exercised', 0],
    ['not applicable when it is so everywhere', [[foreign], [foreign]], 'not-applicable', 0],
    ['violated when it was violated anywhere', [[held], [broken], [foreign]], 'violated', 5],
  ] as const)('is %s', (_, rows, status, exercised) => {
    expect(
      ruleOf(
        'INT-5',
        rows.map((says, n) => ({ name: `s${n}`, says: [[...says]] })),
      ),
    ).toMatchObject({ status, exercised })
  })

  it('does not become exercisable by a run in which the driver never came up', () => {
    const runs = [
      { name: 'up', says: [[foreign]] },
      { name: 'down', idle: true, says: [[idle]] },
    ]
    expect(ruleOf('INT-5', runs)).toMatchObject({ status: 'not-applicable', reason: 'no line' })
  })

  it('shows its first violation in campaign order, with the scenario and the command for it', () => {
    const rule = ruleOf('INT-5', [
      { name: 'b', says: [[held]] },
      { name: 'c', says: [[broken]] },
      { name: 'a', says: [[{ ...broken, severity: 'W' }]] },
    ])
    expect(rule).toMatchObject({
      count: 8,
      severity: 'F',
      scenarios: ['c', 'a'],
      first: { scenario: 'c', rerun: 'hba run d.wasm --scenario c --seed 5', message: 'it did', srb: 3 },
    })
    expect(rule.precondition).toMatch(/^HwInterrupt returned TRUE/)
  })

  it('of two guests that are the driver, the earlier violation counts, whatever guest it is', () => {
    const at = (event: number) => ({
      ...broken,
      first: { atNs: event, event, entryPoint: 'HwStartIo', srb: null, message: `at ${event}` },
    })
    expect(ruleOf('INT-5', [{ name: 's', says: [[at(9)], [at(4)]] }])).toMatchObject({
      count: 8,
      first: { message: 'at 4' },
    })
  })

  it('is not taken from guests that are another driver', () => {
    const { rules } = suite([{ name: 's', says: [[held]] }]).suite
    expect(rules!.map(rule => rule.id)).toEqual(['INT-5'])
  })
})

describe('the verdict', () => {
  it.each<[string, RunShape[], string, number]>([
    ['all pass', [{ name: 'a' }, { name: 'b' }], 'pass', 0],
    ['one fails', [{ name: 'a' }, { name: 'b', verdict: 'fail', exitCode: 1 }], 'fail', 1],
    ['one has no data', [{ name: 'a', verdict: 'no-data', exitCode: 1 }], 'no-data', 1],
    [
      'one is stopped',
      [
        { name: 'a', verdict: 'fail', exitCode: 3 },
        { name: 'b', verdict: 'fail', exitCode: 1 },
      ],
      'fail',
      3,
    ],
    ['nothing ran', [], 'no-data', 1],
  ])('%s', (_, shapes, verdict, code) => {
    const { suite: made, exitCode } = suite(shapes)
    expect([made.verdict, exitCode]).toEqual([verdict, code])
  })

  it('counts what concerns the driver', () => {
    const says = [[held, { ...idle, id: 'INT-2' }, { ...foreign, id: 'MM-1' }]]
    expect(suite([{ name: 'a', says }]).suite.applicable).toEqual({ total: 2, exercised: 1 })
  })

  it('lists what failed beside the rules, and not what the rules say already', () => {
    const reasons = ['subject breaks INT-5: it did', 'subject: budget isr.max has no data']
    const { failures } = suite([{ name: 'a', says: [[broken]], verdict: 'fail', reasons }]).suite
    expect(failures).toEqual([{ scenario: 'a', message: reasons[1], rerun: 'hba run d.wasm --scenario a --seed 5' }])
  })
})

it('the hash is of names and hashes, whatever their order', () => {
  const [a, b] = [['a', '1'.repeat(16)] as const, ['b', '2'.repeat(16)] as const]
  expect(suiteHash([a, b])).toBe(suiteHash([b, a]))
  expect(suiteHash([a, b])).toMatch(/^[0-9a-f]{16}$/)
  expect(suiteHash([a, b])).not.toBe(suiteHash([a, ['b', '3'.repeat(16)]]))
  expect(suiteHash([a, b])).not.toBe(suiteHash([['c', a[1]], b]))
})

it('what was left out stands in the suite, and in words', () => {
  const leftOut = [{ name: 'bus-reset', about: 'resets', reason: 'there is no bus' }]
  const { suite: made } = suite([{ name: 's', says: [[held]] }], { adapter: 'nvme', leftOut })
  expect(made.leftOut).toEqual(leftOut)
  expect(suiteText(made)).toContain("Left out (cannot be on the adapter 'nvme')\n  bus-reset: there is no bus")
  expect(suite([{ name: 's', says: [[held]] }]).suite).not.toHaveProperty('leftOut')
})
