import { describe, expect, it } from 'vitest'
import { ConfigError } from './errors.ts'
import { checkScenario } from './scenario.ts'
import type { VerifyLevel } from './verify-level.ts'

const level = (value?: unknown): VerifyLevel =>
  checkScenario(
    {
      machine: { adapters: [{ kind: 'reference', driver: 'd.wasm' }] },
      ...(value === undefined ? {} : { rules: { level: value } }),
    },
    'test',
  ).rules.level

const ALL = { memory: true, adapterControlTime: true, resetHold: true, nextLu: true, initializeTime: true }

describe('contract levels', () => {
  it.each<[unknown, Partial<VerifyLevel>]>([
    [undefined, {}],
    [{}, {}],
    [{ nextLu: false }, { nextLu: false }],
    [1, {}],
    [0, { memory: false }],
    ['0x1', {}],
    ['0x10000001', { adapterControlTime: false }],
    ['0x20000001', { resetHold: false }],
    ['0x40000001', { nextLu: false }],
    ['0x80000001', { initializeTime: false }],
    ['0xD0000001', { adapterControlTime: false, nextLu: false, initializeTime: false }],
    [0xd0000001, { adapterControlTime: false, nextLu: false, initializeTime: false }],
    ['1073741825', { nextLu: false }],
    ['0xffffffff', { adapterControlTime: false, resetHold: false, nextLu: false, initializeTime: false }],
  ])('%j', (value, off) => expect(level(value)).toEqual({ ...ALL, ...off }))

  it.each([
    ['0x1FFFFFFFF', 'expected 32 bits'],
    [-1, 'expected 32 bits'],
    [1.5, 'expected 32 bits'],
    ['all', 'expected 32 bits'],
    [{ nextlu: false }, "did you mean 'nextLu'"],
  ])('%j is refused', (value, message) => {
    expect(() => level(value)).toThrow(ConfigError)
    expect(() => level(value)).toThrow(message)
  })
})
