import { describe, expect, it } from 'vitest'
import { RULES } from '../rules/catalogue.ts'
import { CAMPAIGN } from './campaign.ts'
import { selectRuns } from './selection.ts'

const names = (...words: string[]) => selectRuns(words).scenarios.map(s => s.name)
const on = (...words: string[]) => {
  const { off } = selectRuns(words)
  return RULES.map(rule => rule.id).filter(id => !off.includes(id))
}

describe('what a filter selects', () => {
  it('everything when there is none', () => {
    expect(names()).toEqual(CAMPAIGN.map(s => s.name))
    expect(on()).toEqual(RULES.map(rule => rule.id))
  })

  it('scenarios by name, in campaign order', () => {
    expect(names('shared-line', 'load')).toEqual(['load', 'shared-line'])
    expect(names('shared-line,load')).toEqual(['load', 'shared-line'])
    expect(names('shared-*')).toEqual(['shared-line'])
    expect(on('load')).toEqual(RULES.map(rule => rule.id))
  })

  it('rules by id, in any case', () => {
    expect(on('int-5', 'MM-1')).toEqual(['INT-5', 'MM-1'])
    expect(on('INT-*').every(id => id.startsWith('INT-'))).toBe(true)
    expect(names('INT-5')).toEqual(CAMPAIGN.map(s => s.name))
  })

  it.each([
    ['lod', "unknown scenario 'lod': did you mean 'load'?"],
    ['', "unknown scenario ''"],
    ['l.ad', "unknown scenario 'l.ad'"],
    ['INT-555', "unknown rule 'INT-555'"],
    ['XX-*', "unknown rule 'XX-*'"],
  ])("'%s' selects nothing", (word, message) => expect(() => selectRuns([word])).toThrow(message))
})

it('names in the campaign are words of their own', () => {
  const all = CAMPAIGN.map(s => s.name)
  expect(new Set(all).size).toBe(all.length)
  for (const name of all) expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
})
