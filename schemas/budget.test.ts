import { describe, expect, it } from 'vitest'
import { BUDGET_NAMES, Budgets, DEFAULT_BUDGETS, defaultBudgets, mergeBudgets, parseBudgetFlag } from './budget.ts'
import { parseConfig } from './errors.ts'
import { TIME_UNITS } from './units.ts'

const { us } = TIME_UNITS
const limits = (budgets: ReturnType<typeof defaultBudgets>) =>
  Object.fromEntries(budgets.map(b => [`${b.guest ?? ''}${b.name}`, b.limitPs]))

describe('budgets', () => {
  it('has the defaults of the contract', () => {
    expect(limits(Budgets.parse({}))).toEqual({
      'isr.max': 25 * us,
      'isr.unclaimed.max': 5 * us,
      'isr.stall.max': 50 * us,
      'routine.stall.max': 1000 * us,
      'dpc.max': 100 * us,
    })
    expect(Object.keys(DEFAULT_BUDGETS).every(name => (BUDGET_NAMES as readonly string[]).includes(name))).toBe(true)
  })

  it('a map replaces, adds and takes away', () => {
    const budgets = limits(Budgets.parse({ 'isr.max': '30us', 'isr.p99.9': '10us', 'dpc.max': 'off' }))
    expect(budgets).toMatchObject({ 'isr.max': 30 * us, 'isr.p999': 10 * us, 'isr.unclaimed.max': 5 * us })
    expect(budgets).not.toHaveProperty('dpc.max')
  })

  it('a list may be for one guest, beside the limit for all', () => {
    expect(limits(Budgets.parse([{ name: 'isr.max', limit: '9us', guest: 'q' }]))).toMatchObject({
      'isr.max': 25 * us,
      'qisr.max': 9 * us,
    })
  })

  it('splits names with several dots', () => {
    expect(Budgets.parse({ 'isr.unclaimed.p50': '1us' })).toContainEqual({
      name: 'isr.unclaimed.p50',
      quantity: 'isr.unclaimed',
      statistic: 'p50',
      limitPs: us,
    })
  })

  it.each([
    [{ 'isr.max': '25' }, `$["isr.max"]: found '25' without a unit`],
    [{ 'isr.max': 25 }, `$["isr.max"]: found 25, expected a duration with a unit`],
    [{ 'isr.max': '-1us' }, 'cannot be negative'],
    [{ 'isr.max': '0us' }, 'at least 1ps'],
    [{ 'isr.mx': '1us' }, "unknown budget 'isr.mx': did you mean 'isr.max'?"],
    [[{ name: 'isr', limit: '1us' }], "$[0].name: unknown budget 'isr'"],
  ])('%j is refused: %s', (value, message) => {
    expect(() => parseConfig(Budgets, value, 'x')).toThrow(message)
  })
})

describe('--budget', () => {
  it.each([
    ['isr.max=100ns', { name: 'isr.max', limit: 100_000 }],
    ['isr.p99.9=off', { name: 'isr.p999', limit: 'off' }],
    ['queued:isr.p99=25us', { name: 'isr.p99', limit: 25 * us, guest: 'queued' }],
  ])('%s', (text, flag) => {
    expect(parseBudgetFlag(text)).toEqual(flag)
  })

  it.each([
    ['isr.max', "--budget: found 'isr.max', expected NAME=DURATION"],
    ['isr.max=100', "--budget: isr.max: found '100' without a unit"],
    ['isr.maks=1us', "--budget: unknown budget 'isr.maks': did you mean 'isr.max'?"],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseBudgetFlag(text)).toThrow(message)
  })

  it('wins over the scenario, and off takes it away', () => {
    const budgets = mergeBudgets(defaultBudgets(), [parseBudgetFlag('isr.max=1us'), parseBudgetFlag('dpc.max=off')])
    expect(limits(budgets)).toMatchObject({ 'isr.max': us })
    expect(limits(budgets)).not.toHaveProperty('dpc.max')
  })
})
