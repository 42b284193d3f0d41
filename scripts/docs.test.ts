// The documents against the repository: links, paths, make targets, commands, flags, rule ids, tables of the guide, examples.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { helpOf } from '../harness/cli/command.ts'
import { allCommands } from '../harness/cli/commands.ts'
import { EXIT } from '../harness/cli/io.ts'
import { RULES } from '../harness/rules/catalogue.ts'
import { BUDGET_QUANTITIES, BUDGET_STATISTICS, describeDefaultBudgets } from '../schemas/budget.ts'
import { COST_PRESETS } from '../schemas/cost.ts'
import { parseScenario } from '../schemas/scenario.ts'
import { parseDurationPs } from '../schemas/units.ts'

const COMMANDS = await allCommands()

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')

const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => join(folder, name))
    .sort()
}

const OURS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownIn('docs')]
const ALL = [...OURS, 'guest-drivers/README.md', ...markdownIn('device')]

/** Files a reader of the documents makes. */
const MADE_BY_READERS = /^(guest-drivers|dist\/drivers)\/my-driver\b/
const ROOM = /^(device|harness|schemas|guest-drivers|scripts|docs|dist)\//
/** Flags of other programs that the documents name. */
const FOREIGN_FLAGS = new Set(['--check'])

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[`*]/g, '')
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

const withoutCode = (markdown: string): string => markdown.replaceAll(/^```[\s\S]*?^```$/gm, '')

const codeBlocks = (markdown: string, language: string): string[] =>
  [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(m => m[1]!)

const anchorsOf = (file: string): string[] =>
  [...withoutCode(text(file)).matchAll(/^#{1,6} (.*)$/gm)].map(m => anchorOf(m[1]!))

/** Words of code: in backticks, and every line of a code block. */
function codeOf(markdown: string): string[] {
  const inline = [...withoutCode(markdown).matchAll(/`([^`\n]+)`/g)].map(m => m[1]!)
  return [...inline, ...codeBlocks(markdown, '').flatMap(block => block.split('\n'))]
}

/** What the documents say in a table: rows of cells, by the heading above. */
function tableBelow(markdown: string, heading: string): string[][] {
  const section = markdown.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!
  return section
    .split('\n')
    .filter(line => line.startsWith('|') && !line.startsWith('|---'))
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    )
}

describe.each(ALL)('%s', file => {
  const markdown = text(file)

  it('has no dead links', () => {
    const dead: string[] = []
    for (const [, target] of withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue
      const [path, anchor] = target!.split('#')
      const linked = path === '' ? file : relative(ROOT, join(ROOT, dirname(file), path!))
      if (!existsSync(join(ROOT, linked))) dead.push(target!)
      else if (anchor !== undefined && !anchorsOf(linked).includes(anchor)) dead.push(target!)
    }
    expect(dead).toEqual([])
  })

  it('names files and rules that are there', () => {
    const missing: string[] = []
    for (const [, word] of withoutCode(markdown).matchAll(/`([^`\s]+)`/g)) {
      if (!ROOM.test(word!) || /[<>*…]/.test(word!) || MADE_BY_READERS.test(word!)) continue
      if (!existsSync(join(ROOT, word!))) missing.push(word!)
    }
    for (const [id] of markdown.matchAll(/\b(LD|IO|INT|MM)-\d+\b/g))
      if (!RULES.some(rule => rule.id === id)) missing.push(id)
    expect(missing).toEqual([])
  })
})

/** A folder of a driver, in AssemblyScript or in C. */
const isDriver = (folder: string): boolean =>
  existsSync(folder) && readdirSync(folder).some(name => name === 'driver.ts' || name.endsWith('.c'))

describe.each(OURS)('%s', file => {
  const code = codeOf(text(file))

  it('names make targets that are there', () => {
    const targets = [...text('Makefile').matchAll(/^([a-z]+):/gm)].map(m => m[1]!)
    const named = code.flatMap(line => [...line.matchAll(/\bmake ([a-z]+)/g)].map(m => m[1]!))
    expect(named.filter(name => !targets.includes(name))).toEqual([])
  })

  it('names commands and flags that the help names', () => {
    const everywhere = COMMANDS.map(helpOf).join('\n')
    const unknown: string[] = []
    for (const line of code) {
      const name = /^(?:\$ )?(?:npx )?hba (?!help\b|version\b)([a-z]+)/.exec(line)?.[1]
      const command = COMMANDS.find(c => c.name === name)
      if (name !== undefined && command === undefined) unknown.push(`hba ${name}`)
      const help = command === undefined ? everywhere : helpOf(command)
      for (const [flag] of line.matchAll(/(?<![\w-])--[a-z][a-z-]*/g))
        if (!FOREIGN_FLAGS.has(flag) && !new RegExp(`${flag}(?![\\w-])`).test(help))
          unknown.push(`${flag} in '${line}'`)
    }
    expect(unknown).toEqual([])
  })

  it('runs drivers that are built', () => {
    const drivers = code.flatMap(line => [...line.matchAll(/\bdist\/drivers\/([\w/-]+)\.wasm/g)].map(m => m[1]!))
    const missing = drivers.filter(name => name !== 'my-driver' && !isDriver(join(ROOT, 'guest-drivers', name)))
    expect(missing).toEqual([])
  })
})

describe('the guide', () => {
  const guide = text('docs/guide.md')

  it('has examples that are scenarios', () => {
    const examples = codeBlocks(guide, 'json')
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(parseScenario(example, 'guide.md').machine.adapters).not.toEqual([])
  })

  it('has every budget, with its default', () => {
    const rows = tableBelow(guide, 'Budgets')
    const limits = rows.slice(1).map(([name, , limit]) => [name!.replaceAll('`', ''), limit!.replaceAll(' ', '')])
    const defaults = describeDefaultBudgets().map(entry => entry.split('='))
    const expected = Object.keys(BUDGET_QUANTITIES).map(name => {
      const [statistic, limit] = defaults.find(([budget]) => budget?.startsWith(`${name}.m`)) ?? []
      return [name, statistic === undefined ? '–' : `max${limit!.replace('us', 'µs')}`]
    })
    expect(limits).toEqual(expected)
    for (const statistic of BUDGET_STATISTICS) expect(guide).toContain(`\`${statistic}\``)
  })

  it('has every cost of every preset', () => {
    const [head, ...rows] = tableBelow(guide, 'Costs')
    const presets = Object.keys(COST_PRESETS) as (keyof typeof COST_PRESETS)[]
    expect(head!.slice(1, -1)).toEqual(presets)
    const told = new Map<string, number[]>()
    for (const [names, ...cells] of rows)
      for (const [, name] of names!.matchAll(/`(\w+)`/g))
        told.set(
          `${name}Ps`,
          cells.slice(0, presets.length).map(cell => (cell === '0' ? 0 : parseDurationPs(cell))),
        )
    const keys = Object.keys(COST_PRESETS.pcie) as (keyof typeof COST_PRESETS.pcie)[]
    expect(told).toEqual(new Map(keys.map(key => [key, presets.map(preset => COST_PRESETS[preset][key])])))
  })
})

describe('the page on regression suites', () => {
  const page = text('docs/regression-suites.md')

  it('has the cases of docs/regression as they are', () => {
    const cases = readdirSync(join(ROOT, 'docs/regression')).map(name => text(join('docs/regression', name)))
    const blocks = codeBlocks(page, 'json')
    expect(blocks.length).toBeGreaterThan(1)
    expect(blocks.filter(block => !cases.includes(block))).toEqual([])
  })

  it('has everything that can be expected', () => {
    const { expect: all } = parseScenario(
      '{"machine": {"adapters": [{"kind": "reference", "driver": "a.wasm"}]}, "expect": {}}',
      'x',
    )
    const keys = [...Object.keys(all!), 'exitCode', 'hash'].sort()
    const rows = tableBelow(page, 'What can be expected').slice(1)
    const told = rows.flatMap(([names]) => [...names!.matchAll(/`(\w+)`/g)].map(match => match[1]!))
    expect(told.sort()).toEqual(keys)
  })
})

it('scenarios in docs/scenarios are scenarios', () => {
  const files = readdirSync(join(ROOT, 'docs/scenarios')).filter(name => name.endsWith('.json'))
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) parseScenario(text(join('docs/scenarios', file)), file)
})

it('the README has every exit code', () => {
  const codes = [...text('README.md').matchAll(/^\| (\d) \|/gm)].map(m => Number(m[1]))
  expect(codes).toEqual(Object.values(EXIT))
})

it('every rule stands in the manual, and the common mistakes name rules', () => {
  const rows = tableBelow(text('docs/write-a-miniport.md'), 'Common mistakes')
  const named = rows.slice(1).flatMap(row => row[1]!.split(', '))
  const ids = RULES.map(rule => rule.id)
  expect(named.length).toBeGreaterThan(10)
  expect(ids).toEqual(expect.arrayContaining(named))
  const chapters = [...text('docs/rules.md').matchAll(/^#+ ([A-Z]+-\d+)\b/gm)].map(match => match[1])
  expect(chapters.sort()).toEqual(ids.sort())
})
