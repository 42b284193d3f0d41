// The nevers of the house, checked on the imports themselves: arrows point one way, no circles, no node: in the core.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')

interface Import {
  specifier: string
  typeOnly: boolean
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter(
      e => e.isFile() && e.name.endsWith('.ts') && !e.name.endsWith('.test.ts') && !e.parentPath.includes('testing'),
    )
    .map(e => relative(ROOT, join(e.parentPath, e.name)))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const found: Import[] = []
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]/gms))
    found.push({ specifier: match[2]!, typeOnly: match[1] !== undefined })
  for (const match of text.matchAll(/^\s*import\s+['"]([^'"]+)['"]/gm))
    found.push({ specifier: match[1]!, typeOnly: false })
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ specifier: match[1]!, typeOnly: false })
  return found
}

const files = ['device', 'harness', 'schemas'].flatMap(sources)
const graph = new Map(
  files.map(file => [
    file,
    importsOf(file).map(i => ({
      ...i,
      target: i.specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), i.specifier)) : i.specifier,
    })),
  ]),
)

/** The floor a file lives on. */
function room(file: string): string {
  const [top, second, third] = file.split('/')
  if (top !== 'harness') return top!
  return third === undefined ? 'run' : `harness/${second}`
}

/** Rooms that each room may import, itself not counted. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  device: ['schemas'],
  'harness/guest': ['device'],
  'harness/trace': ['device', 'schemas'],
  'harness/latency': ['harness/trace', 'device', 'schemas'],
  'harness/rules': ['harness/trace', 'schemas'],
  'harness/report': ['harness/trace', 'schemas'],
  'harness/workload': ['device', 'schemas'],
  'harness/faults': ['harness/workload', 'harness/trace', 'device', 'schemas'],
  'harness/verify': [
    'run',
    'harness/run',
    'harness/rules',
    'harness/report',
    'harness/guest',
    'harness/trace',
    'device',
    'schemas',
  ],
  'harness/measure': [
    'run',
    'harness/port',
    'harness/latency',
    'harness/report',
    'harness/trace',
    'harness/guest',
    'device',
    'schemas',
  ],
  'harness/diff': ['run', 'harness/run', 'harness/rules', 'harness/report', 'harness/trace', 'device', 'schemas'],
  'harness/port': ['harness/trace', 'harness/guest', 'device', 'schemas'],
  run: [
    'harness/faults',
    'harness/run',
    'harness/port',
    'harness/rules',
    'harness/report',
    'harness/latency',
    'harness/workload',
    'harness/trace',
    'harness/guest',
    'device',
    'schemas',
  ],
  'harness/run': [
    'run',
    'harness/faults',
    'harness/port',
    'harness/rules',
    'harness/report',
    'harness/latency',
    'harness/workload',
    'harness/trace',
    'harness/guest',
    'device',
    'schemas',
  ],
  'harness/build': ['harness/port', 'harness/guest'],
  'harness/cli': [
    'run',
    'harness/diff',
    'harness/verify',
    'harness/measure',
    'harness/faults',
    'harness/build',
    'harness/run',
    'harness/port',
    'harness/rules',
    'harness/report',
    'harness/latency',
    'harness/workload',
    'harness/trace',
    'harness/guest',
    'device',
    'schemas',
  ],
  'harness/vitest': [
    'run',
    'harness/cli',
    'harness/run',
    'harness/port',
    'harness/rules',
    'harness/report',
    'harness/latency',
    'harness/workload',
    'harness/trace',
    'harness/guest',
    'device',
    'schemas',
  ],
  'harness/bench': [
    'run',
    'harness/cli',
    'harness/run',
    'harness/port',
    'harness/rules',
    'harness/report',
    'harness/latency',
    'harness/workload',
    'harness/trace',
    'harness/guest',
    'device',
    'schemas',
  ],
}

describe('arrows', () => {
  test('the graph was read', () => {
    expect(files.length).toBeGreaterThan(80)
    expect([...graph.values()].flat().length).toBeGreaterThan(300)
  })

  test.each(Object.keys(ALLOWED))('%s imports only what it may', name => {
    const wrong = files
      .filter(file => room(file) === name)
      .flatMap(file =>
        graph
          .get(file)!
          .filter(
            i => i.specifier.startsWith('.') && room(i.target) !== name && !ALLOWED[name]!.includes(room(i.target)),
          )
          .map(i => `${file} → ${i.target}`),
      )
    expect(wrong).toEqual([])
  })

  test('every file lives in a known room', () => {
    expect([...new Set(files.map(room))].filter(r => ALLOWED[r] === undefined)).toEqual([])
  })

  test('an adapter never imports another adapter', () => {
    const adapter = (file: string): string | undefined => /^device\/adapters\/([^/]+)\//.exec(file)?.[1]
    const wrong = files.flatMap(file =>
      graph
        .get(file)!
        .filter(
          i => adapter(file) !== undefined && adapter(i.target) !== undefined && adapter(i.target) !== adapter(file),
        )
        .map(i => `${file} → ${i.target}`),
    )
    expect(wrong).toEqual([])
  })

  test('the guest room takes types only from the device', () => {
    const wrong = files
      .filter(f => room(f) === 'harness/guest')
      .flatMap(f =>
        graph
          .get(f)!
          .filter(i => i.target.startsWith('device/') && !i.typeOnly)
          .map(i => `${f} → ${i.target}`),
      )
    expect(wrong).toEqual([])
  })
})

test('there are no import circles', () => {
  const state = new Map<string, 'open' | 'done'>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      return
    }
    state.set(file, 'open')
    for (const { target } of graph.get(file) ?? []) if (graph.has(target)) visit(target, [...path, file])
    state.set(file, 'done')
  }
  for (const file of files) visit(file, [])
  expect(circles).toEqual([])
})

test('device and the core of harness import nothing from node:', () => {
  const mayTouchFiles = (file: string): boolean =>
    /^harness\/(cli|bench|build|vitest)\//.test(file) || /(^|\/)[a-z-]*file-[a-z-]+\.ts$/.test(file)
  const wrong = files
    .filter(f => !mayTouchFiles(f))
    .flatMap(f =>
      graph
        .get(f)!
        .filter(i => i.specifier.startsWith('node:'))
        .map(i => `${f} → ${i.specifier}`),
    )
  expect(wrong).toEqual([])
})

test('the mandated packages are imported where they work', () => {
  const users = (name: string): string[] =>
    files.filter(f => graph.get(f)!.some(i => i.specifier === name && !i.typeOnly))
  expect(users('zod').length).toBeGreaterThan(5)
  expect(users('binaryen').length).toBeGreaterThan(0)
  expect(users('@wasmer/wasi').length).toBeGreaterThan(0)
  expect(users('assemblyscript/asc')).toEqual(['harness/build/asc-compiler.ts'])
  // It is the caller's: nothing else may need it.
  expect(users('vitest')).toEqual(['harness/vitest/index.ts'])
  expect(users('@yowasp/clang')).toEqual(['harness/build/npm-clang.ts'])
})
