import { describe, expect, test } from 'vitest'
import { Fault } from '../../schemas/faults.ts'
import { describeFault } from './describe.ts'
import { occasionOf } from './kinds.ts'
import { Matcher } from './matcher.ts'

const fault = (when: object, rest: object = {}, does: object = { do: 'busy' }) =>
  Fault.parse({ when, then: [does], ...rest })

/** Which of the first twelve matches it acts at. */
const acts = (when: object, rest: object = {}, seed = 1, index = 0): number[] => {
  const matcher = new Matcher(fault(when, rest), seed, index)
  return Array.from({ length: 12 }, (_, n) => n + 1).filter(() => matcher.take())
}

describe('which matches a fault acts at', () => {
  test.each<[string, object, object, number[]]>([
    ['nth: that one', { nth: 3 }, {}, [3]],
    ['nth with times: from there on', { nth: 3 }, { times: 2 }, [3, 4]],
    ['every', { every: 5 }, {}, [5, 10]],
    ['every with times', { every: 2 }, { times: 3 }, [2, 4, 6]],
    ['times alone', { opcode: 0x28 }, { times: 2 }, [1, 2]],
    ['probability 0', { probability: 0 }, {}, []],
    ['probability 1 with times', { probability: 1 }, { times: 4 }, [1, 2, 3, 4]],
  ])('%s', (_what, when, rest, expected) => {
    expect(acts(when, rest)).toEqual(expected)
  })

  test('probability is drawn from the seed, from a stream of its own for each fault', () => {
    const half = { probability: 0.5 }
    expect(acts(half, {}, 7)).toEqual(acts(half, {}, 7))
    expect(acts(half, {}, 7)).not.toEqual(acts(half, {}, 8))
    expect(acts(half, {}, 7, 0)).not.toEqual(acts(half, {}, 7, 1))
    expect(acts(half, { times: 2 }, 7)).toEqual(acts(half, {}, 7).slice(0, 2))
  })
})

describe('what makes a fault look whether it is to act', () => {
  test.each<[string, object, object]>([
    ['command', { phase: 'run', nth: 3 }, { do: 'busy' }],
    ['command', { opcode: 0x28 }, { do: 'bus-reset' }],
    ['command', { phase: 'busy', every: 3 }, { do: 'spurious-interrupt' }],
    ['access', { register: 'CONTROL' }, { do: 'bus-reset' }],
    ['access', { ordinal: 2, routine: 'HwInterrupt' }, { do: 'drop-command' }],
    ['between', { between: 'raise and enter', phase: 'run' }, { do: 'bus-reset' }],
    ['routine', { routine: 'HwInitialize' }, { do: 'spurious-interrupt' }],
    ['phase', { phase: 'connected' }, { do: 'spurious-interrupt' }],
    ['phase', { phase: 'idle', every: 2 }, { do: 'bus-reset' }],
    ['instant', { at: '2ms' }, { do: 'surprise-removal' }],
    ['answer', { phase: 'boot' }, { do: 'refuse-range' }],
  ])('%s: %j %j', (occasion, when, does) => {
    expect(occasionOf(fault(when, {}, does))).toBe(occasion)
  })
})

test.each<[object, object, object, string]>([
  [
    { opcode: 0x28, nth: 5 },
    { name: 'late' },
    { do: 'late-completion', for: '2s' },
    "'late': late-completion 2s when opcode 0x28, nth 5",
  ],
  [{ at: '1500us' }, { times: 1 }, { do: 'bus-reset' }, 'bus-reset when at 1.5ms, once at most'],
  [
    { phase: 'run' },
    {},
    { do: 'check-condition', sense: { key: 'medium error', asc: 0x11 } },
    'check-condition 0x03/0x11/0x00 when phase run',
  ],
  [
    { routine: 'HwResetBus' },
    {},
    { do: 'verify', register: 'CONTROL', bits: 0x200, in: 'HwResetBus' },
    'verify CONTROL with bits 0x200 written in HwResetBus when routine HwResetBus',
  ],
  [
    { nth: 1 },
    {},
    { do: 'verify', register: 'INT_ACK', min: 0, max: 0, within: '10us' },
    'verify INT_ACK not written within 10us when nth 1',
  ],
])('in words: %j', (when, rest, does, words) => {
  expect(describeFault(fault(when, rest, does))).toBe(words)
})
