import { describe, expect, test } from 'vitest'
import { inlineConstants } from './inline-constants.mjs'

const tables = { Stage: { idle: 0, lost: 8, name: 'x', none: -1 } }

describe('constants of built modules', () => {
  test.each([
    ['a = Stage.idle;', 'a = 0;'],
    ['if (b.stage === Stage.lost && x)', 'if (b.stage === 8 && x)'],
    ['a - Stage.none', 'a - (-1)'],
    ['case Stage.lost:', 'case 8:'],
    ['x = [Stage.idle]: 1', 'x = [0]: 1'],
  ])('%s becomes %s', (source, inlined) => {
    expect(inlineConstants(source, tables)).toBe(inlined)
  })

  test.each([
    'a = Stage.name',
    'a = Stage.missing',
    'a = b.Stage.idle',
    'a = Stages.idle',
    'a = Stage[idle]',
    'a = Stage.idle()',
    "a = 'Stage.idle'",
    'a = `Stage.idle`',
    '// Stage.idle',
    '/* Stage.idle */',
    'Other.idle',
  ])('%s stays', source => {
    expect(inlineConstants(source, tables)).toBe(source)
  })
})
