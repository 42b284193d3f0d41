// The HTML report and the exported trace on the command line: asked for, written whole, refused before the run.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sampleBaseline } from '../measure/testing/sample-baseline.ts'
import { jsonReport } from '../report/json.ts'
import { picturedRun } from '../report/testing/pictured-run.ts'
import { sampleReport } from '../report/testing/sample.ts'
import { runScenario } from '../run.ts'
import { UsageError } from './io.ts'
import { writeOutput } from './output-file.ts'
import { hba } from './testing/fake-io.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'hba-pictures-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const read = (name: string): string => readFileSync(join(cwd, name), 'utf8')
const run = (...args: string[]) => hba(['run', 'd.wasm', ...args], { cwd })

describe('--html', () => {
  test('a file beside the text; pictures are collected for it, and only for it', async () => {
    const { io, out } = await run('--html', 'a.html')
    expect(read('a.html')).toMatch(/^<!DOCTYPE html>\n/)
    expect(out).toMatch(/^PASS/)
    expect(io!.pictures).toBe(true)
    expect((await run('--json', 'a.json')).io!.pictures).toBe(false)
  })

  test('- for standard output, as --reporter html', async () => {
    const { out } = await run('--html', '-')
    expect(out).toMatch(/^<!DOCTYPE html>\n/)
    expect((await run('--reporter', 'html')).out).toBe(out)
    expect((await run('--html', '-', '--json', '-')).err).toContain('two reports cannot share standard output')
  })

  test('--output DIR --reporter html,json', async () => {
    const { io } = await run('--output', 'o', '--reporter', 'html,json')
    expect(readdirSync(join(cwd, 'o')).sort()).toEqual(['report.html', 'report.json'])
    expect(io!.pictures).toBe(true)
    expect(io!.rerun).toBe('hba run d.wasm')
  })

  test('--trend takes earlier JSON reports, oldest first', async () => {
    writeFileSync(join(cwd, 'old.json'), jsonReport(sampleReport()))
    writeFileSync(join(cwd, 'older.json'), JSON.stringify({ ...sampleReport(), someday: 'more' }))
    await run('--html', 'a.html', '--trend', 'older.json', '--trend', 'old.json')
    expect(read('a.html')).toMatch(/<td>older<\/td>.*<td>old<\/td>.*<td>this run<\/td>/s)
  })

  test('--trend without a page is refused before the run', async () => {
    writeFileSync(join(cwd, 'old.json'), jsonReport(sampleReport()))
    const { code, err, scenario } = await run('--json', 'a.json', '--trend', 'old.json')
    expect(err).toContain('--trend is drawn in the page: add --html FILE')
    expect([code, scenario]).toEqual([2, undefined])
  })

  test('--trend takes reports or baselines, not both', async () => {
    writeFileSync(join(cwd, 'r.json'), jsonReport(sampleReport()))
    writeFileSync(join(cwd, 'b.json'), JSON.stringify({ ...sampleBaseline(), someday: 'more' }))
    const { code, err, scenario } = await run('--html', 'a.html', '--trend', 'r.json', '--trend', 'b.json')
    expect([code, scenario]).toEqual([2, undefined])
    expect(err).toContain("--trend: 'r.json' is a report, 'b.json' a baseline")
    expect(readdirSync(cwd)).not.toContain('a.html')
  })

  test.each([
    ['none.json', "the earlier report 'none.json' cannot be read: it does not exist"],
    ['bad.json', "--trend: 'bad.json' is no JSON"],
    ['other.json', "--trend: 'other.json' is no report of 'hba run --json' (expected schema 'wasm-hba/report@1')"],
    ['next.json', "and no baseline of 'hba bench' (expected schema 'wasm-hba/baseline@1')"],
  ])('--trend %s is refused before the run', async (name, message) => {
    writeFileSync(join(cwd, 'bad.json'), '{')
    writeFileSync(join(cwd, 'next.json'), '{"schema":"wasm-hba/baseline@2","cells":[]}')
    writeFileSync(join(cwd, 'other.json'), '{"schema":"wasm-hba/report@9","isr":{"virtualNs":null}}')
    const { code, err, scenario } = await run('--html', 'a.html', '--trend', name)
    expect(err).toContain(message)
    expect([code, scenario]).toEqual([2, undefined])
  })
})

describe('--trace', () => {
  test('is written whole, from the run itself', async () => {
    const { code, io } = await hba(['run', 'd.wasm', '--trace', 't.json', '--workload', 'ios=20,iodepth=4'], {
      cwd,
      run: async () => picturedRun(),
    })
    const { traceEvents } = JSON.parse(read('t.json'))
    expect([code, io!.recording]).toEqual([0, true])
    expect(traceEvents.length).toBeGreaterThan(1000)
    expect(readdirSync(cwd)).toEqual(['t.json'])
  }, 60_000)

  test('without it the run keeps its trace to itself', async () => {
    expect((await run()).io!.recording).toBe(false)
  })

  test('--trace-events sets the ring, rounded up', async () => {
    const ring = async (...args: string[]) => (await run('--trace', 't.json', ...args)).scenario!.trace.ring
    expect(await ring()).toBe(65_536)
    expect(await ring('--trace-events', '5')).toBe(1024)
    expect(await ring('--trace-events', '65537')).toBe(131_072)
    expect(await ring('--trace-events', '16777216')).toBe(16_777_216)
  })

  test.each([
    [['--trace-events', '5'], '--trace-events goes with --trace FILE'],
    [
      ['--trace', 't.json', '--trace-events', '0'],
      "--trace-events: found '0', expected a whole number from 1 to 16777216",
    ],
    [['--trace', 't.json', '--trace-events', '1e3'], "--trace-events: found '1e3'"],
    [['--trace', 't.json', '--trace-events', '16777217'], "--trace-events: found '16777217'"],
    [['--trace', 'none/t.json'], "'none/t.json' cannot be written: the directory does not exist"],
  ])('%j is refused before the run', async (args, message) => {
    const { code, err, scenario } = await run(...args)
    expect(err).toContain(message)
    expect([code, scenario]).toEqual([2, undefined])
    expect(readdirSync(cwd)).toEqual([])
  })

  test('a driver that cannot be loaded leaves none', async () => {
    writeFileSync(join(cwd, 'd.wasm'), 'no wasm')
    const { code } = await hba(['run', 'd.wasm', '--trace', 't.json'], { cwd, run: runScenario })
    expect([code, existsSync(join(cwd, 't.json'))]).toEqual([2, false])
  })
})

test('what breaks while a file is written leaves the old one as it was', () => {
  const file = { label: 'a', path: join(cwd, 'a') }
  writeFileSync(file.path, 'old')
  const broken = function* (): Generator<string> {
    yield 'new'
    throw new Error('it broke')
  }
  expect(() => writeOutput(file, broken())).toThrow('it broke')
  const full = function* (): Generator<string> {
    yield 'new'
    throw Object.assign(new Error(), { code: 'ENOSPC' })
  }
  expect(() => writeOutput(file, full())).toThrow(new UsageError("'a' cannot be written: no space left"))
  expect([read('a'), readdirSync(cwd)]).toEqual(['old', ['a']])
  writeOutput(file, ['n', 'é', 'w'])
  expect(read('a')).toBe('néw')
})
