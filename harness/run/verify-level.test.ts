// Contract levels: each group of checks can be switched off, and with it only its own rules and limits.
import { describe, expect, it } from 'vitest'
import { checkScenario } from '../../schemas/scenario.ts'
import { RULES } from '../rules/catalogue.ts'
import { GROUP_RULES, limitsAt, rulesOff } from './verify-level.ts'

const scenario = (level: unknown, off: string[] = []) =>
  checkScenario({ machine: { adapters: [{ kind: 'reference', driver: 'd.wasm' }] }, rules: { level, off } }, 'test')

const there = (ids: readonly string[]) => ids.filter(id => RULES.some(rule => rule.id === id))

describe('rules', () => {
  it.each(['memory', 'resetHold', 'nextLu'] as const)('%s takes its own out', group => {
    expect(rulesOff(scenario({ [group]: false }).rules)).toEqual(there(GROUP_RULES[group]))
  })

  it('are all on by default, and off by name as well', () => {
    expect(rulesOff(scenario({}).rules)).toEqual([])
    expect(rulesOff(scenario('0x1', ['INT-5']).rules)).toEqual(['INT-5'])
    expect(rulesOff(scenario(0, ['MM-10']).rules)).toEqual([
      'MM-10',
      ...there(GROUP_RULES.memory).filter(id => id !== 'MM-10'),
    ])
  })
})

describe('limits', () => {
  const at = (level: unknown) => {
    const { machine, rules } = scenario(level)
    const limits = limitsAt(machine.limits, rules.level)
    return [limits.routinePs, limits.initializePs, limits.adapterControlPs, limits.runPs].map(ps => ps / 1e12)
  }

  it.each([
    ['0x1', [0.5, 5, 0.5, 3600]],
    ['0x10000001', [0.5, 5, 3600, 3600]],
    ['0x80000001', [0.5, 3600, 0.5, 3600]],
    ['0xD0000001', [0.5, 3600, 3600, 3600]],
  ])('of %s', (level, seconds) => expect(at(level)).toEqual(seconds))
})
