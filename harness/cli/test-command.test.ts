// `hba test` and `hba merge` on the suite of the documents: real drivers, in this thread.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildDrivers } from '../../guest-drivers/build.mjs'
import { Suite } from '../../schemas/suite.ts'
import { MemoryMeterCache } from '../guest/memory-meter-cache.ts'
import { elements, parseXml } from '../report/testing/xml.ts'
import { runScenario } from '../run.ts'
import { hba, type Setting } from './testing/fake-io.ts'

const ROOT = resolve(import.meta.dirname, '../..')

beforeAll(async () => void (await buildDrivers({ only: ['reference-queued', 'faulty/INT-5'] })), 120_000)

/** A place with the suite `docs/regression` and the drivers. */
let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hba-test-'))
  cpSync(join(ROOT, 'docs/regression'), join(place, 'docs/regression'), { recursive: true })
  mkdirSync(join(place, 'dist'))
  symlinkSync(join(ROOT, 'dist/drivers'), join(place, 'dist/drivers'))
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

const meterCache = new MemoryMeterCache()
const test = (args: readonly string[], setting: Setting = {}) =>
  hba(['test', ...args], { cwd: place, meterCache, ...setting })
const suiteIn = (text: string): Suite => Suite.parse(JSON.parse(text))
const SUITE = 'docs/regression'
const CASES = readdirSync(join(ROOT, SUITE))
  .map(name => `${SUITE}/${name}`)
  .sort()
const edit = (name: string, change: (scenario: Record<string, never>) => void): void => {
  const file = join(place, SUITE, name)
  const scenario = JSON.parse(readFileSync(file, 'utf8'))
  change(scenario)
  writeFileSync(file, JSON.stringify(scenario))
}
/** Expects what ordinary-load does not show. */
const breakLoad = () => edit('ordinary-load.hba.json', s => Object.assign(s.expect!, { isr: { claimed: 1 } }))

describe('a suite', () => {
  it('passes, with the same words and the same JSON for any number of jobs', async () => {
    const [one, three] = [await test([SUITE, '--jobs', '1']), await test([SUITE, '--jobs', '3'])]
    expect([one.code, one.err, three.code]).toEqual([0, '', 0])
    expect(three.out).toBe(one.out)
    expect(one.out).toMatch(/^PASS {2}6 of 6 cases passed\n/)
    const [json, jsons] = [await test([SUITE, '--json', '-', '-j', '1']), await test([SUITE, '--json', '-', '-j', '3'])]
    expect(jsons.out).toBe(json.out)
    const suite = suiteIn(json.out)
    expect(suite.reports.map(r => r.name)).toEqual(CASES)
    expect(suite.reports.every(r => r.exitCode === 0 && r.report.expectations!.length > 0)).toBe(true)
    expect(suite.rerun).toBe(`hba test ${SUITE}`)
  })

  it('is found in the current folder, without what is hidden, and each file once', async () => {
    for (const folder of ['.hidden', 'node_modules']) {
      mkdirSync(join(place, folder))
      cpSync(join(place, CASES[0]!), join(place, folder, 'x.hba.json'))
    }
    const list = async (...args: string[]) => (await test(['--list', ...args])).out.split('\n').slice(0, -1)
    expect(await list()).toEqual(CASES)
    expect(await list(CASES[1]!, SUITE, join(place, CASES[1]!))).toEqual(CASES)
    expect(await list(SUITE, '--filter', 'lost,med*err')).toEqual([CASES[2], CASES[3]])
    expect(await list(SUITE, '--filter', 'lost', '--filter', 'caught')).toEqual([CASES[1], CASES[2]])
  })

  it('shards are every nth case by name, and merge into the whole, byte for byte', async () => {
    await test([SUITE, '--json', 'whole.json'])
    for (const n of [1, 2]) expect((await test([SUITE, '--shard', `${n}/2`, '--json', `${n}.json`])).code).toBe(0)
    const merged = await hba(['merge', '2.json', '1.json'], { cwd: place })
    expect([merged.code, merged.err]).toEqual([0, ''])
    expect(merged.out).toBe(readFileSync(join(place, 'whole.json'), 'utf8'))
    const toFile = await hba(['merge', '1.json', '2.json', '-o', 'm.json', '-q'], { cwd: place })
    expect(toFile.out).toBe('PASS  6 of 6 cases passed\n')
    expect(readFileSync(join(place, 'm.json'), 'utf8')).toBe(merged.out)
    const names = suiteIn(readFileSync(join(place, '2.json'), 'utf8')).reports.map(r => r.name)
    expect(names).toEqual([CASES[1], CASES[3], CASES[5]])
  })
})

describe('a case that fails', () => {
  it('says what was found, its seed, and the command that does show it again', async () => {
    breakLoad()
    const { code, out } = await test([SUITE])
    expect(code).toBe(1)
    expect(out).toMatch(/^FAIL {2}5 of 6 cases passed, 1 failed\n/)
    expect(out).toMatch(
      /\n {2}- expect\.isr\.claimed: expected 1 calls of HwInterrupt that returned TRUE,[\s\S]*? found \d+\n/,
    )
    expect(out).toContain('(seed 7)')
    const [, command] = /\n {4}\$ hba (run .*)\n/.exec(out)!
    const again = await hba([...command!.split(' '), '--json', '-'], { cwd: place, run: runScenario })
    const { reports } = suiteIn((await test([SUITE, '--json', '-'])).out)
    const { report } = reports.find(r => r.report.verdict === 'fail')!
    expect(again.code).toBe(1)
    expect(JSON.parse(again.out).reasons).toEqual(report.reasons)
    expect(JSON.parse(again.out).trace.hash).toBe(report.trace.hash)
  })

  it('is told to machines with its seed and its command', async () => {
    breakLoad()
    const some = [SUITE, '--filter', 'load,caught']
    const xml = parseXml((await test([...some, '--junit', '-'])).out)
    const [failure] = elements(xml, 'failure')
    expect(failure!.attributes.message).toMatch(/^expect\.isr\.claimed: /)
    for (const words of ['seed 7', `again: hba run ${SUITE}/ordinary-load.hba.json`])
      expect(failure!.text).toContain(words)
    const github = (await test([...some, '--reporter', 'github'])).out
    expect(github).toMatch(
      /^::error file=docs\/regression\/ordinary-load\.hba\.json,title=.*::expect\.isr.*%0Aseed 7, again: hba run .*\n$/,
    )
    const tap = (await test([...some, '--reporter', 'tap'])).out
    expect(tap).toMatch(/\nnot ok 2 - .*\n {2}---\n(.*\n)* {2}seed: 7\n {2}again: "hba run /)
    expect((await test([...some, '--html', '-'])).out).toContain('expect.isr.claimed')
    const page = await hba(['run', `${SUITE}/ordinary-load.hba.json`, '--html', '-'], { cwd: place, run: runScenario })
    expect(page.out).toMatch(/<code>expect\.isr\.claimed<\/code><\/td><td><span class="tag fail">not met</)
  })

  it('a file that is no scenario fails, and the others run', async () => {
    writeFileSync(join(place, SUITE, 'b.hba.json'), '{"machine": {"adapters": []}, "sead": 1}')
    writeFileSync(join(place, SUITE, 'n.hba.json'), '{')
    edit('lost-command.hba.json', s =>
      Object.assign(s.machine!, { adapters: [{ kind: 'reference', driver: 'gone.wasm' }] }),
    )
    edit('medium-error.hba.json', s => Object.assign(s.expect!, { registers: [{ register: 'DORBELL' }] }))
    const { code, out } = await test([SUITE])
    expect(code).toBe(2)
    expect(out).toMatch(/^FAIL {2}4 of 8 cases passed, 2 failed, 2 could not be run\n/)
    for (const words of [
      "docs/regression/b.hba.json:1:31: $.sead: unknown key 'sead': did you mean 'seed'?",
      'docs/regression/n.hba.json:1:2: not JSON',
      "the driver 'gone.wasm' cannot be read: it does not exist",
      "expect.registers[0]: unknown register 'DORBELL': did you mean 'DOORBELL'?",
    ])
      expect(out.replaceAll(/\n +/g, ' ')).toContain(words)
    expect(out.match(/\n {4}\$ hba run /g)).toHaveLength(4)
  })

  it('as a page has the call in which a rule was violated', async () => {
    const { out } = await test([SUITE, '--filter', 'caught,load', '--html', '-'])
    const [found, ...more] = out.match(/<h3 id="violation-\d+">[^<]*<\/h3>/g)!
    expect([found, more]).toEqual(['<h3 id="violation-0">INT-5</h3>', []])
  })

  it('--bail ends at the first by name, whatever the number of jobs', async () => {
    breakLoad()
    edit('lost-command.hba.json', s => Object.assign(s.expect!, { io: { failed: 1 } }))
    const outcomes = []
    for (const jobs of ['1', '2', '6']) outcomes.push(await test([SUITE, '--bail', '--json', '-', '--jobs', jobs]))
    expect(new Set(outcomes.map(o => o.out)).size).toBe(1)
    const { reports, notRun } = suiteIn(outcomes[0]!.out)
    expect([reports.map(r => r.name), notRun, outcomes[0]!.code]).toEqual([CASES.slice(0, 3), CASES.slice(3), 1])
  })

  it('two cases that write one image cannot both be run', async () => {
    const drives = [{ store: { kind: 'file', path: '../../disk.img', create: '1MiB' } }]
    for (const name of ['acknowledge-first', 'ordinary-load'])
      edit(`${name}.hba.json`, s =>
        Object.assign((s.machine as unknown as { adapters: object[] }).adapters[0]!, { drives }),
      )
    const { code, out } = await test([SUITE, '--filter', 'load,first'])
    expect([code, existsSync(join(place, 'disk.img'))]).toEqual([2, true])
    expect(out.replaceAll(/\n +/g, ' ')).toContain(
      "it writes the image '../../disk.img', as 'docs/regression/acknowledge-first.hba.json' does",
    )
  })
})

describe('what cannot be done', () => {
  it.each([
    [['gone'], "'gone' does not exist"],
    [[`${CASES[0]}/x`], "acknowledge-first.hba.json/x' does not exist"],
    [['x'.repeat(5000)], 'cannot be read: ENAMETOOLONG'],
    [[''], 'a path is empty'],
    [['dist'], "there is no scenario file (*.hba.json) in 'dist'"],
    [['dist/drivers/reference-queued.wasm'], 'expected a scenario file (.hba.json) or a folder'],
    [
      [SUITE, '--filter', 'load,nothing'],
      "--filter: no case has 'nothing' in its name; there are 6: docs/regression/ack",
    ],
    [[SUITE, '--shard', '3/2'], "--shard: found '3/2', expected INDEX/COUNT"],
    [[SUITE, '--shard', '0/2'], "--shard: found '0/2'"],
    [[SUITE, '--shard', 'half'], "--shard: found 'half'"],
    [[SUITE, '--shard', '7/7'], 'there are 6 cases: a shard without a case has nothing to judge'],
    [[SUITE, '--retries', '3'], "--retries: found '3', expected 0"],
    [[SUITE, '--jobs', '0'], "--jobs: found '0'"],
    [[SUITE, '--json', 'gone/x.json'], "'gone/x.json' cannot be written: the directory does not exist"],
    [[SUITE, '--json', 'x', '--junit', './x'], "'./x' is given for two results"],
    [[CASES[0]!, '--json', CASES[0]!], "acknowledge-first.hba.json' cannot be written: it is what this command reads"],
    [[SUITE, '--watch', '--json', '-'], '--watch writes text to standard output'],
    [[SUITE, '--watch', '--bail'], '--bail does not go with --watch'],
  ])('%j', async (args, message) => {
    const { code, out, err, scenario } = await test(args)
    expect([code, out, scenario]).toEqual([2, '', undefined])
    expect(err).toContain(message)
    expect(readdirSync(place).sort()).toEqual(['dist', 'docs'])
  })

  it('the command to do it again can be given as it is', async () => {
    const { out } = await test([SUITE, '--filter=-load', '-q', '--json', '-'])
    expect(suiteIn(out).rerun).toBe(`hba test ${SUITE} --filter=-load`)
  })

  it('--retries 0 is what it does anyway', async () => {
    expect((await test([SUITE, '--filter', 'caught', '--retries', '0'])).code).toBe(0)
  })
})

describe('merge', () => {
  const merge = (...args: string[]) => hba(['merge', ...args], { cwd: place })

  it('refuses what is no report of a suite, and writes nothing', async () => {
    const files = {
      'run.json': '{"schema": "wasm-hba/report@1"}',
      'next.json': '{"schema": "wasm-hba/suite@2"}',
      'none.json': '[1]',
      'cut.json': '{"schema": "wasm-hba/suite@1", ',
      'part.json': '{"schema": "wasm-hba/suite@1"}',
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text)
    const words: Record<string, string> = {
      'run.json': "found 'wasm-hba/report@1', expected 'wasm-hba/suite@1'",
      'next.json': "found 'wasm-hba/suite@2'",
      'none.json': 'found none',
      'cut.json': 'not JSON',
      'part.json': '$.tool: is missing',
      'gone.json': 'it does not exist',
    }
    for (const [name, message] of Object.entries(words)) {
      const { code, out, err } = await merge(name, '-o', 'out.json')
      expect([code, out]).toEqual([2, ''])
      expect(err).toContain(message)
    }
    expect((await merge()).err).toContain('what is to be merged?')
    expect((await merge('part.json', '-o', '-', '--junit', '-')).err).toContain('share standard output')
    const twice = await merge('part.json', '-o', 'out.json', '--json', 'out.json')
    expect([twice.code, twice.err]).toEqual([2, expect.stringContaining("'out.json' is given for two results")])
    const over = await merge('part.json', '-o', 'part.json')
    expect([over.code, over.err]).toEqual([2, expect.stringContaining("'part.json' cannot be written: it is what")])
    expect((await merge('part.json', '-o', 'gone/out.json')).err).toContain("'gone/out.json' cannot be written")
    expect(readdirSync(place).sort()).toEqual([...Object.keys(files), 'dist', 'docs'].sort())
  })

  it('exits as the whole would have', async () => {
    breakLoad()
    for (const n of [1, 2]) await test([SUITE, '--shard', `${n}/2`, '--json', `${n}.json`])
    const { code, out } = await merge('1.json', '2.json', '--reporter', 'text')
    expect(code).toBe(1)
    expect(out).toMatch(/^FAIL {2}5 of 6 cases passed, 1 failed\n/)
  })
})

describe('--watch', () => {
  it('runs again what a change concerns, until it is ended', async () => {
    const heard = new Map<string, (path: string) => void>()
    let stop = () => {}
    const done: string[] = []
    const change = (file: string): void => {
      const path = join(place, file)
      for (const [folder, changed] of heard) if (resolve(path, '..') === folder) changed(path)
    }
    const running = test([SUITE, '--filter', 'load,caught', '--watch'], {
      watch: (folder, changed) => {
        heard.set(folder, changed)
        return () => void heard.delete(folder)
      },
      onInterrupt: end => {
        stop = end
        return () => {}
      },
      heard: text => {
        if (text.startsWith('hba: ')) done.push(text)
        if (done.length === 1 && text.includes('waiting')) {
          breakLoad()
          change(`${SUITE}/ordinary-load.hba.json`)
        } else if (text.includes('waiting')) setTimeout(() => stop())
      },
    })
    const outcome = await running
    expect(done).toEqual([
      'hba: waiting for changes; Ctrl-C ends it\n',
      'hba: 1 of 2 run again\n',
      'hba: waiting for changes; Ctrl-C ends it\n',
    ])
    expect(outcome.out.match(/^(PASS|FAIL) .*$/gm)).toEqual([
      'PASS  2 of 2 cases passed',
      'FAIL  1 of 2 cases passed, 1 failed',
    ])
    expect(outcome.code).toBe(1)
    expect(heard.size).toBe(0)
  })
})
