// `hba verify` on real drivers, few scenarios: verdicts, the same output whatever the lanes, the command that shows a violation again.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildDrivers } from '../../guest-drivers/build.mjs'
import { Suite } from '../../schemas/suite.ts'
import { MemoryMeterCache } from '../guest/memory-meter-cache.ts'
import { elements, parseXml } from '../report/testing/xml.ts'
import { runScenario } from '../run.ts'
import { CAMPAIGN } from '../verify/campaign.ts'
import { openHere } from './campaign-lane.ts'
import { LaneError, type OpenLane } from './lanes.ts'
import { hba, type Setting } from './testing/fake-io.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const GOOD = 'dist/drivers/reference-queued.wasm'
const TWIN = 'dist/drivers/faulty/INT-5.wasm'
const FEW = ['--filter', 'load,selection-timeout,drop-command']

beforeAll(async () => void (await buildDrivers({ only: ['reference-queued', 'faulty/INT-5'] })), 120_000)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hba-verify-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const meterCache = new MemoryMeterCache()
const verify = (args: readonly string[], setting: Setting = {}) =>
  hba(['verify', ...args], { cwd: ROOT, meterCache, ...setting })

describe('a good driver', () => {
  it('passes, on any number of lanes with the same words and the same JSON', async () => {
    const outcomes = []
    for (const jobs of ['1', '2'])
      for (const how of [[], ['--json', '-']]) outcomes.push(await verify([GOOD, ...FEW, '--jobs', jobs, ...how]))
    for (const { code, err } of outcomes) expect([code, err]).toEqual([0, ''])
    const texts = outcomes.filter((_, n) => n % 2 === 0).map(o => o.out)
    const jsons = outcomes.filter((_, n) => n % 2 === 1).map(o => o.out)
    expect(new Set(texts).size).toBe(1)
    expect(new Set(jsons).size).toBe(1)
    expect(texts[0]).toMatch(/^PASS {2}dist\/drivers\/reference-queued\.wasm {2}seed 1, 3 scenarios\n/)
    const suite = Suite.parse(JSON.parse(jsons[0]!))
    expect(suite.reports.map(r => r.name)).toEqual(
      CAMPAIGN.map(s => s.name).filter(name => FEW[1]!.split(',').includes(name)),
    )
    expect(suite.rules!.filter(r => r.status === 'violated')).toEqual([])
    expect(suite.failures).toEqual([])
    expect(suite.coverage!.blocks.reached).toBeGreaterThan(100)
    expect(suite.coverage!.lineSource).toBe('source-map')
    const each = suite.reports.map(({ report }) => report.guests[0]!.coverage!.blocks.reached)
    expect(suite.coverage!.blocks.reached).toBeGreaterThan(Math.max(...each))
  })

  it('another seed gives another campaign', async () => {
    const hash = async (...args: string[]) =>
      (JSON.parse((await verify([GOOD, '--filter', 'load', '--json', '-', ...args])).out) as Suite).hash
    expect(await hash('--seed', '2')).not.toBe(await hash())
    expect(await hash('--seed', '1')).toBe(await hash())
  })

  it('is its own neighbour, unless there is another', async () => {
    const guests = async (...args: string[]) => {
      const { out } = await verify([GOOD, '--filter', 'shared-line', '--json', '-', ...args])
      return Suite.parse(JSON.parse(out)).reports[0]!.report.guests.map(g => g.driver.path)
    }
    expect(await guests()).toEqual([GOOD, GOOD])
    expect(await guests('--neighbour', TWIN)).toEqual([GOOD, TWIN])
  })
})

describe('a driver that breaks a rule', () => {
  it('fails with the rule, its evidence, and a command that does show it again', async () => {
    const { code, out } = await verify([TWIN, ...FEW, '--seed', '7'])
    expect(code).toBe(1)
    expect(out).toMatch(/^FAIL /)
    expect(out).toMatch(/\n {2}INT-5 +[\d,]+ +[\d,]+ {2}fatal/)
    const [, command] = /\n {4}\$ hba (run .*)\n/.exec(out)!
    expect(command).toBe(`run ${TWIN} --scenario load --seed 7`)
    const again = await hba([...command!.split(' '), '--json', '-'], { cwd: ROOT, run: runScenario })
    expect(again.code).toBe(1)
    const report = JSON.parse(again.out)
    const { reports, rules } = JSON.parse((await verify([TWIN, ...FEW, '--seed', '7', '--json', '-'])).out) as Suite
    expect(report.trace.hash).toBe(reports.find(r => r.name === 'load')!.report.trace.hash)
    const { first } = rules!.find(r => r.id === 'INT-5')!
    const { scenario, rerun, ...seen } = first!
    expect(report.guests[0].rules.find((r: { id: string }) => r.id === 'INT-5').first).toEqual(seen)
    expect([scenario, report.rerun]).toEqual(['load', rerun])
  })

  it('as JUnit, annotations and a job summary', async () => {
    const summary = join(folder, 'summary.md')
    const { out } = await verify([TWIN, ...FEW, '--junit', join(folder, 'junit.xml')], {
      env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary },
    })
    const cases = elements(parseXml(readFileSync(join(folder, 'junit.xml'), 'utf8')), 'testcase')
    expect(cases.filter(c => c.children[0]?.name === 'failure').map(c => c.attributes.name!.split(':')[0])).toContain(
      'INT-5',
    )
    // The routine is found in the source by its name.
    expect(out).toMatch(/^::error file=[\w/-]+interrupt\.ts,line=\d+,title=INT-5%3A /m)
    expect(readFileSync(summary, 'utf8')).toContain('❌ INT-5')
  })

  it('as a page with the call in which it did', async () => {
    const settings: boolean[] = []
    const openLane: OpenLane = (setting, cache) => {
      settings.push(setting.pictures)
      return openHere(setting, cache)
    }
    const html = (...args: string[]) => verify([...args, '--html', '-', '--jobs', '1'], { openLane })
    const { out } = await html(TWIN, ...FEW)
    const [, place] = /<a href="#(violation-\d+)">waveform<\/a>/.exec(out)!
    expect(out).toMatch(new RegExp(`<h3 id="${place}">INT-5</h3>[\\s\\S]*HwInterrupt of [\\w-]+, call \\d+, claimed`))
    expect((await html(GOOD, '--filter', 'load')).out).not.toContain('<figure')
    await verify([TWIN, '--filter', 'load', '-q'], { openLane })
    expect(settings).toEqual([true, true, false])
  })

  it('passes when only other rules are looked at', async () => {
    const { out } = await verify([TWIN, '--filter', 'load,INT-1*', '--json', '-'])
    const ids = Suite.parse(JSON.parse(out)).rules!.map(r => r.id)
    expect(ids).toContain('INT-10')
    expect(ids.filter(id => !id.startsWith('INT-1'))).toEqual([])
  })
})

describe('shards', () => {
  const SOME = ['--filter', 'load,shared-line,selection-timeout,drop-command,bus-reset', '--seed', '7']
  const file = (name: string) => join(folder, name)
  const shard = (driver: string, n: number, of: number) =>
    verify([driver, ...SOME, '--shard', `${n}/${of}`, '--json', file(`${n}.json`), '-q'])

  it.each([
    ['a driver that holds the rules', GOOD, 2, 0],
    ['one that breaks one', TWIN, 3, 1],
  ])('merge into the whole, byte for byte: %s', async (_what, driver, of, expected) => {
    const whole = await verify([driver, ...SOME, '--json', '-'])
    const outcomes = []
    for (let n = 1; n <= of; n++) outcomes.push(await shard(driver, n, of))
    expect(outcomes[0]!.out).toContain(`seed 7, ${Math.ceil(5 / of)} scenarios, shard 1/${of}\n`)
    const files = outcomes.map((_, n) => file(`${n + 1}.json`)).toReversed()
    const merged = await hba(['merge', ...files], { cwd: ROOT })
    expect([merged.code, merged.err, whole.code]).toEqual([expected, '', expected])
    expect(merged.out).toBe(whole.out)
    const text = await hba(['merge', ...files, '--reporter', 'text'], { cwd: ROOT })
    expect(text.out).toBe((await verify([driver, ...SOME])).out)
    // No shard alone says what all of them say: the union is made, not taken from one of them.
    const reached = (json: string) => Suite.parse(JSON.parse(json)).coverage!.blocks.reached
    for (const path of files) expect(reached(readFileSync(path, 'utf8'))).toBeLessThan(reached(whole.out))
  })

  it('a report of the whole goes through merge as it is, and a shard alone does not', async () => {
    const whole = await verify([GOOD, ...FEW, '--json', file('whole.json')])
    expect(whole.code).toBe(0)
    const { out, code } = await hba(['merge', file('whole.json')], { cwd: ROOT })
    expect([code, out]).toEqual([0, readFileSync(file('whole.json'), 'utf8')])
    await shard(GOOD, 1, 2)
    const alone = await hba(['merge', file('1.json'), '-o', file('m.json')], { cwd: ROOT })
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('shard 2/2 is missing')])
    const mixed = await hba(['merge', file('1.json'), file('whole.json'), '-o', file('m.json')], { cwd: ROOT })
    expect([mixed.code, mixed.err]).toEqual([2, expect.stringContaining('is a whole campaign')])
    expect(existsSync(file('m.json'))).toBe(false)
  })

  it('of a driver that cannot be loaded merge into what is said of it once', async () => {
    writeFileSync(file('bad.wasm'), 'no wasm')
    const run = (...args: string[]) => verify(['bad.wasm', ...args], { cwd: folder })
    const whole = await run('--json', 'whole.json')
    const codes = []
    for (const n of [1, 2]) codes.push((await run('--shard', `${n}/2`, '--json', `${n}.json`)).code)
    const { out, code } = await hba(['merge', '2.json', '1.json'], { cwd: folder })
    expect([whole.code, ...codes, code]).toEqual([2, 2, 2, 2])
    expect(out).toBe(readFileSync(file('whole.json'), 'utf8'))
  })

  it('--list shows what is in one', async () => {
    const names = async (n: number) =>
      (await verify(['--list', '--shard', `${n}/2`])).out
        .trimEnd()
        .split('\n')
        .map(line => line.split(' ')[0]!)
    const [one, two] = [await names(1), await names(2)]
    expect([...one, ...two].sort()).toEqual(CAMPAIGN.map(s => s.name).sort())
    expect(one[0]).toBe(CAMPAIGN[0]!.name)
    expect(two[0]).toBe(CAMPAIGN[1]!.name)
  })
})

describe('what cannot be loaded', () => {
  it('is said once, with exit code 2, and gets its files', async () => {
    writeFileSync(join(folder, 'bad.wasm'), 'no wasm')
    const { code, out, err } = await verify(['bad.wasm', '--json', 'v.json'], { cwd: folder })
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^hba: bad\.wasm cannot be loaded: .*\n$/)
    const suite = Suite.parse(JSON.parse(readFileSync(join(folder, 'v.json'), 'utf8')))
    expect(suite).toMatchObject({ verdict: 'fail', failures: [{ scenario: CAMPAIGN[0]!.name }] })
  })

  it.each<[string[], string]>([
    [[], 'which driver?'],
    [['a.wasm', 'b.wasm'], "found 'b.wasm' after 'a.wasm': one driver at a time"],
    [['a.c'], "found 'a.c', expected a compiled driver (.wasm)"],
    [['none.wasm'], "the driver 'none.wasm' cannot be read: it does not exist"],
    [['a.wasm', '--filter', 'lod'], "unknown scenario 'lod': did you mean 'load'?"],
    [['a.wasm', '--filter', 'INT-999'], "unknown rule 'INT-999'"],
    [['a.wasm', '--shard', '3/2'], "--shard: found '3/2', expected INDEX/COUNT"],
    [['a.wasm', '--jobs', '0'], "--jobs: found '0', expected a whole number from 1 to 64"],
    [['a.wasm', '--jobs', 'two'], "--jobs: found 'two'"],
    [['a.wasm', '--seed', '-1.5'], '--seed'],
    [['a.wasm', '--adapter', 'refrence'], "did you mean 'reference'?"],
    [['a.wasm', '--verify-level', '0x1FFFFFFFF'], "--verify-level: found '0x1FFFFFFFF', expected 32 bits"],
    [['a.wasm', '--reporter', 'pdf'], "unknown reporter 'pdf'"],
    [['a.wasm', '--json', '-', '--junit', '-'], 'two reports cannot share standard output'],
    [['a.wasm', '--reporter', 'json,junit'], 'two reports cannot share standard output'],
    [['a.wasm', '--json', 'no/v.json'], "'no/v.json' cannot be written"],
  ])('%j', async (args, message) => {
    const { code, out, err } = await verify(args, { cwd: folder })
    expect(err).toContain(message)
    expect([code, out]).toEqual([2, ''])
  })
})

describe('one scenario by hba run', () => {
  it.each<[string[], string]>([
    [['d.wasm', '--scenario', 'lod'], "--scenario: unknown scenario 'lod': did you mean 'load'?"],
    [['s.json', '--scenario', 'load'], "found 's.json', expected a compiled driver (.wasm)"],
    [['d.wasm', 'e.wasm', '--scenario', 'load'], "found 'e.wasm': --scenario tries one driver"],
    [['d.wasm', '--scenario', 'load', '--workload', 'ios=1'], '--workload cannot be changed'],
    [['d.wasm', '--neighbour', 'e.wasm'], 'add --scenario NAME'],
  ])('%j', async (args, message) => {
    const { code, err } = await hba(['run', ...args], { cwd: folder })
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})

describe('lanes', () => {
  /** A lane that dies of its second scenario. */
  const dying: OpenLane = (settings, cache) => {
    const lane = openHere(settings, cache)
    let runs = 0
    return {
      ...lane,
      run: task =>
        ++runs === 2
          ? Promise.reject(new LaneError(task.scenario.name!, 'its worker thread ended with code 1'))
          : lane.run(task),
    }
  }

  it('one that dies is an internal error with words', async () => {
    const { code, out, err } = await verify([GOOD, ...FEW, '--jobs', '2'], { openLane: dying })
    expect([code, out]).toEqual([4, ''])
    expect(err).toMatch(/internal error: LaneError: scenario '[a-z-]+': its worker thread ended with code 1/)
  })

  it('all are closed when the user has had enough', async () => {
    let open = 0
    let stop!: () => void
    const counted: OpenLane = (settings, cache) => {
      open++
      const lane = openHere(settings, cache)
      return {
        run: async task => {
          const run = await lane.run(task)
          stop()
          await new Promise(resolve => setTimeout(resolve, 5))
          return run
        },
        close: async () => void open--,
      }
    }
    let listening = false
    const { code, out, err } = await verify([GOOD, '--jobs', '2'], {
      tty: true,
      openLane: counted,
      onInterrupt: callback => {
        listening = true
        stop = callback
        return () => {
          listening = false
        }
      },
    })
    expect([code, out, open, listening]).toEqual([130, '', 0, false])
    const [drawn, said] = err.split('\r\u001b[2Khba: ')
    expect(drawn).toContain('scenarios')
    expect(said).toMatch(/^interrupted after \d+ of \d+ scenarios\n$/)
  })

  it('show their progress on a terminal only', async () => {
    const { err } = await verify([GOOD, ...FEW], { tty: true })
    expect(err).toContain('0 of 3 scenarios')
    expect(err).toContain('3 of 3 scenarios')
    expect(err.endsWith('\r\u001b[2K')).toBe(true)
    expect((await verify([GOOD, ...FEW, '--quiet'], { tty: true })).err).toBe('')
  })
})

it('--list names every scenario and runs nothing', async () => {
  const { code, out } = await verify(['--list'])
  expect(code).toBe(0)
  expect(out.trimEnd().split('\n')).toHaveLength(CAMPAIGN.length)
  expect(out).toMatch(/^shared-line +another driver/m)
})

it('--list says what cannot be on an adapter, and why', async () => {
  const { code, out } = await verify(['--list', '--adapter', 'nvme'])
  expect(code).toBe(0)
  const [can, cannot] = out.split("\nLeft out, they cannot be on the adapter 'nvme':\n") as [string, string]
  expect(can.trimEnd().split('\n').length + cannot.trimEnd().split('\n').length).toBe(CAMPAIGN.length)
  expect(cannot).toMatch(/^bus-reset +no 'bus-reset': a namespace is part of its controller/m)
  for (const command of [
    ['verify', GOOD, '--filter', 'bus-reset'],
    ['run', GOOD, '--scenario', 'bus-reset'],
  ]) {
    const { code, err } = await hba([...command, '--adapter', 'nvme'], { cwd: ROOT })
    expect([code, err]).toEqual([2, expect.stringContaining("scenario 'bus-reset' cannot be on the adapter 'nvme': ")])
  }
})
