import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findRule, RULES } from './catalogue.ts'

const folder = new URL('.', import.meta.url)
const sources = readdirSync(folder, { recursive: true })
  .map(name => String(name).replaceAll('\\', '/'))
  .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
/** `int/int-5.ts`: a folder for each prefix. */
const ruleFiles = sources.filter(name => /^([a-z]+)\/\1-\d+\.ts$/.test(name))

describe('the catalogue', () => {
  it('has the rule of every rule file, under the id of its file', () => {
    expect(ruleFiles.length).toBeGreaterThan(15)
    const files = RULES.map(({ id }) => `${id.split('-')[0]!.toLowerCase()}/${id.toLowerCase()}.ts`)
    expect(files.sort()).toEqual(ruleFiles.sort())
    expect(new Set(RULES.map(rule => rule.id)).size).toBe(RULES.length)
  })

  it.each(RULES)('$id says what it wants, why, from where, and what to do instead', rule => {
    for (const text of [rule.title, rule.source, rule.why, rule.instead, rule.precondition])
      expect(text.length).toBeGreaterThan(10)
    for (const code of [rule.example?.faulty, rule.example?.right]) expect(code?.trim().length).toBeGreaterThan(10)
    expect(rule.title).not.toMatch(/\.$/)
    expect(rule.why).toMatch(/\.$/)
    expect(rule.instead).toMatch(/\.$/)
  })

  it('names no driver', () => {
    const drivers = readdirSync(new URL('../../guest-drivers/', folder), { withFileTypes: true })
      .filter(
        entry =>
          entry.isDirectory() &&
          !['assembly', 'include', 'faulty', 'hostile', 'bench', 'testing', 'runtime'].includes(entry.name),
      )
      .map(entry => entry.name)
    for (const file of sources) {
      const source = readFileSync(new URL(file, folder), 'utf8')
      for (const driver of [...drivers, 'reference-dma', 'reference-queued']) expect(source, file).not.toContain(driver)
      expect(source, file).not.toMatch(/\bdriverName|guestName\b(?!s)/)
    }
  })

  it('finds a rule in any case, and names the nearest one otherwise', () => {
    expect(findRule('int-5').id).toBe('INT-5')
    expect(() => findRule('INT-55')).toThrow("did you mean 'INT-5'?")
    expect(() => findRule('frobnicate')).toThrow("unknown rule 'frobnicate'. Allowed: LD-1,")
  })
})
