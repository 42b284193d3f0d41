import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { Baseline } from '../../schemas/baseline.ts'
import { MemoryMeterCache } from '../guest/memory-meter-cache.ts'
import { withoutHostFigures } from '../report/json.ts'
import { runScenario } from '../run.ts'
import { hba, type Setting } from './testing/fake-io.ts'

const DRIVERS = resolve(import.meta.dirname, '../../guest-drivers')
const SAMPLE = 'reference-queued'

let cwd: string
const cache = new MemoryMeterCache()

/** Edits of the sample driver, by file: what stands there, what is to stand there. */
const EDITS: Record<string, Record<string, readonly [string, string]>> = {
  first: {},
  // One register read more in HwInterrupt.
  slower: { 'interrupt.ts': ['  drainRing(ext)\n', '  read(ext, hw.WHBA_INT_ENABLE)\n  drainRing(ext)\n'] },
  // Another module, with more code and other data; nothing of it runs.
  equal: { 'driver.ts': ['', "\nexport function edition(): string {\n  return 'second edition'\n}\n"] },
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'hba-bench-'))
  cpSync(join(DRIVERS, 'assembly'), join(cwd, 'assembly'), { recursive: true })
  for (const [name, edits] of Object.entries(EDITS)) {
    const folder = join(cwd, `source-${name}`)
    cpSync(join(DRIVERS, SAMPLE), folder, { recursive: true })
    for (const [file, [from, to]] of Object.entries(edits)) {
      const text = readFileSync(join(folder, file), 'utf8')
      expect(text).toContain(from)
      writeFileSync(join(folder, file), from === '' ? text + to : text.replace(from, to))
    }
    const built = await hba(['build', `source-${name}/driver.ts`, '-o', `${name}/driver.wasm`, '-q'], { cwd })
    expect([built.code, built.err]).toEqual([0, ''])
  }
}, 60_000)
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const SHORT = ['--ios', '40', '--depth', '4', '--bs', '4KiB', '--rounds', '0']

const bench = (args: readonly string[], setting: Setting = {}) =>
  hba(['bench', ...args], { cwd, run: runScenario, meterCache: cache, ...setting })

const baselineOf = (file: string) => Baseline.parse(JSON.parse(readFileSync(join(cwd, file), 'utf8')))

describe('against a baseline', () => {
  beforeAll(async () => {
    const { code, out } = await bench(['first/driver.wasm', ...SHORT, '--baseline', 'b.json', '--update-baseline'])
    expect(code).toBe(0)
    expect(out).toMatch(/PASS {2}driver on reference .*\n {2}b\.json is made\n$/)
  })

  it('the figures of a cell fit together', () => {
    for (const { name, kind, entries, driverNs, durationNs } of baselineOf('b.json').cells) {
      const sum = entries.reduce((all, entry) => all + Math.round(entry.totalNs * 1000), 0)
      expect([name, sum]).toEqual([name, Math.round(driverNs * 1000)])
      expect(driverNs).toBeLessThanOrEqual(durationNs)
      if (kind === 'load') expect(entries.map(entry => entry.name)).toEqual(['HwStartIo', 'HwInterrupt, claimed'])
      for (const { typical, worst, virtualNs } of entries) {
        expect([typical.durationNs, worst.durationNs]).toEqual([virtualNs.p50, virtualNs.max])
        for (const { accesses, reads, writes } of [typical, worst]) {
          const listed = (kind: string) => accesses.filter(access => access.startsWith(`${kind} `)).length
          expect([listed('read'), listed('write')]).toEqual([reads, writes])
        }
      }
    }
    const [isr] = baselineOf('b.json').cells[1]!.entries.slice(1)
    expect(isr!.typical.accesses).toEqual([
      'read INT_STATUS',
      'write INT_ACK',
      'read INT_STATUS',
      'notify RequestComplete',
      'write RING_HEAD',
    ])
    // The prices of the cost model, by hand: two reads, two writes, one other call, and the instructions.
    expect(isr!.typical.durationNs).toBe(2 * 1000 + 2 * 150 + 20 + isr!.typical.instructions)
  })

  it('one more register read in HwInterrupt fails: the routine, the register and the ns are named, ten times of ten', async () => {
    const kept = readFileSync(join(cwd, 'b.json'))
    const outs = new Set<string>()
    for (let n = 0; n < 10; n++) {
      const { code, out } = await bench(['slower/driver.wasm', ...SHORT, '--baseline', 'b.json'])
      expect(code).toBe(1)
      outs.add(out)
    }
    expect(outs.size).toBe(1)
    const [out] = outs
    expect(out).toMatch(
      /FAIL {2}driver on reference .*\n {2}HwInterrupt, claimed: \+1 register read, \+(\d+) instructions, \+1,0\d\d ns in the typical call \(4KiB, depth 4; /,
    )
    expect(out).toContain("    + read INT_ENABLE  (no. 4, after 'read INT_STATUS')\n")
    const [, instructions, ns] = /\+(\d+) instructions, \+(1,0\d\d) ns in the typical/.exec(out!)!
    // What the cost model says a read and these instructions cost, and nothing else.
    expect(Number(ns!.replace(',', ''))).toBe(1000 + Number(instructions))
    expect(readFileSync(join(cwd, 'b.json'))).toEqual(kept)
  })

  it('a change that alters nothing virtual passes, ten times of ten', async () => {
    const outs = new Set<string>()
    for (let n = 0; n < 10; n++) {
      const { code, out } = await bench(['equal/driver.wasm', ...SHORT, '--baseline', 'b.json'])
      expect(code).toBe(0)
      outs.add(out)
    }
    expect(outs.size).toBe(1)
    const [out] = outs
    expect(out).toMatch(/PASS .*\n {2}every virtual figure is that of the baseline\n$/)
    expect(out).toMatch(/Against b\.json {2}module [0-9a-f]{12} there/)
  })

  it('a tolerance lets it pass and shows it all the same', async () => {
    const { code, out } = await bench(['slower/driver.wasm', ...SHORT, '--baseline', 'b.json', '--tolerance', '60%'])
    expect(code).toBe(0)
    expect(out).toContain('+ read INT_ENABLE')
    expect(out).toMatch(/0 figures worse, \d+ better, \d+ otherwise changed/)
  })

  it('--update-baseline takes it, whatever it says; going back is better then', async () => {
    writeFileSync(join(cwd, 'u.json'), readFileSync(join(cwd, 'b.json')))
    const update = await bench(['slower/driver.wasm', ...SHORT, '--baseline', 'u.json', '--update-baseline', '-q'])
    expect(update.code).toBe(0)
    expect(update.out).toContain('u.json is written anew')
    expect(update.out).toContain('+ read INT_ENABLE')
    const back = await bench(['first/driver.wasm', ...SHORT, '--baseline', 'u.json'])
    expect(back.code).toBe(0)
    expect(back.out).toMatch(/0 figures worse, \d+ better, .*; --update-baseline makes this the baseline/)
  })

  const SAME = ['first/driver.wasm', ...SHORT]
  test.each<[string, readonly string[], (baseline: Record<string, unknown>) => unknown, string]>([
    ['not JSON', SAME, () => undefined, 'not JSON'],
    ['cut off', SAME, b => ({ ...b, cells: undefined }), '$.cells'],
    ['with a key too many', SAME, b => ({ ...b, more: 1 }), '$.more'],
    ['with a figure that is none', SAME, b => ({ ...b, setup: { ...(b.setup as object), ios: -1 } }), '$.setup.ios'],
    ['of a later version', SAME, b => ({ ...b, schema: 'wasm-hba/baseline@2' }), 'version 2 of the file format'],
    ['a report', SAME, b => ({ ...b, schema: 'wasm-hba/report@1' }), "found schema 'wasm-hba/report@1'"],
    [
      'of another driver',
      SAME,
      b => ({ ...b, driver: { ...(b.driver as object), name: 'other' } }),
      'the driver is other there and driver here',
    ],
    [
      'without a cell',
      SAME,
      b => ({ ...b, cells: (b.cells as unknown[]).slice(0, 1) }),
      "the cell '4KiB, depth 4' is missing",
    ],
    ['with a cell twice', SAME, b => ({ ...b, cells: [b.cells, b.cells].flat() }), "the cell 'start' is there twice"],
    [
      'with an edited figure',
      SAME,
      b => {
        const [, cell] = b.cells as Baseline['cells']
        cell!.entries[1]!.virtualNs.p50 += 5000
        return b
      },
      "damaged: in '4KiB, depth 4' the percentiles of HwInterrupt, claimed do not rise; ",
    ],
    ['of another metering', SAME, b => ({ ...b, metering: { version: 1 } }), 'the version of the metering is 1 there'],
    ['of another seed', [...SAME, '--seed', '2'], b => b, '--seed is 1 there and 2 here'],
    ['of another cost model', [...SAME, '--cost', 'isa'], b => b, "the cost model is 'pcie' there and 'isa' here"],
    [
      'of other costs',
      SAME,
      b => {
        const setup = b.setup as { costModel: { values: Record<string, number> } }
        setup.costModel.values.mmioReadNs = 999
        return b
      },
      'the cost mmioReadNs is 999 there and 1000 here',
    ],
    ['with other rules off', [...SAME, '--off', 'MM-1,INT-5'], b => b, '--off is none there and INT-5,MM-1 here'],
    ['of another load', [...SAME.slice(0, -2), '--rw', '100'], b => b, '--rw is 70 there and 100 here'],
    [
      'of an adapter with other settings',
      [...SAME, '--adapter', 'reference,autosense=on'],
      b => b,
      'the adapter is reference there and reference,autosense=true here',
    ],
    ['of another adapter', [...SAME, '--adapter', 'nvme'], b => b, 'the adapter is reference there and nvme here'],
  ])('a baseline %s is refused before anything runs, and stays as it is', async (_, args, change, message) => {
    const value = change(JSON.parse(readFileSync(join(cwd, 'b.json'), 'utf8')))
    const text = value === undefined ? '{"schema": ' : JSON.stringify(value)
    writeFileSync(join(cwd, 'wrong.json'), text)
    for (const more of [[], ['--update-baseline']]) {
      const { code, out, err, scenario } = await bench([...args, '--baseline', 'wrong.json', ...more])
      expect([code, out, scenario]).toEqual([2, '', undefined])
      expect(err).toContain(message)
      expect(err).toContain('wrong.json')
    }
    expect(readFileSync(join(cwd, 'wrong.json'), 'utf8')).toBe(text)
  })

  it('of a time before --off was part of it is one with all rules on', async () => {
    const { setup, ...rest } = JSON.parse(readFileSync(join(cwd, 'b.json'), 'utf8'))
    expect(setup.rulesOff).toEqual([])
    const { rulesOff: _, ...before } = setup
    writeFileSync(join(cwd, 'old.json'), JSON.stringify({ ...rest, setup: before }))
    expect((await bench([...SAME, '--baseline', 'old.json', '-q'])).code).toBe(0)
    const { code, err } = await bench([...SAME, '--off', 'INT-5', '--baseline', 'old.json'])
    expect([code, err]).toEqual([2, expect.stringContaining('--off is none there and INT-5 here')])
  })

  it('is a point of the trend of a run with the same load, with the same figures', async () => {
    const args = ['run', 'first/driver.wasm', '--workload', 'ios=40,iodepth=4', '--html', 'trend.html', '--json', '-']
    const { code, out } = await hba([...args, '--trend', 'b.json'], { cwd, run: runScenario, meterCache: cache })
    expect(code).toBe(0)
    const { isr } = baselineOf('b.json').cells.find(cell => cell.kind === 'load')!
    const seen = JSON.parse(out).isr.virtualNs
    // The report is also of the ISRs of the bus scan. What is drawn is of the load alone, as the baseline is.
    expect(isr!.p50).toBe(seen.p50)
    expect(isr!.max).toBeLessThan(seen.max)
    const rows = /<h2 id="trend">[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/.exec(
      readFileSync(join(cwd, 'trend.html'), 'utf8'),
    )![1]!
    const cells = rows
      .trim()
      .split('\n')
      .map(row =>
        row
          .replaceAll(/<[^>]*>/g, ' ')
          .trim()
          .split(/ {2,}/),
      )
    expect(cells.map(([label]) => label)).toEqual(['b', 'this run'])
    expect(cells[0]!.slice(1)).toEqual(cells[1]!.slice(1, -1))
    expect(cells[1]!.at(-1)).toBe('the same')
  })

  it.each([
    [
      'another depth',
      'ios=40,iodepth=8',
      "has '4KiB, depth 4' with 70 % reads, this run has '4KiB, depth 8' with 70 %",
    ],
    ['other reads', 'ios=40,iodepth=4,rw=50', "this run has '4KiB, depth 4' with 50 %"],
    ['several sizes', 'ios=40,iodepth=4,bssplit=4k/50:8k/50', "this run's load is not random with one size"],
  ])('is none of a run with another load: %s', async (_, workload, message) => {
    const args = ['run', 'first/driver.wasm', '--workload', workload, '--html', 'no.html', '--trend', 'b.json']
    const { code, err, scenario } = await hba(args, { cwd })
    expect([code, scenario, err]).toEqual([2, undefined, expect.stringContaining(message)])
    expect(readdirSync(cwd)).not.toContain('no.html')
  })

  it('none there: an error, but for --update-baseline', async () => {
    const { code, err } = await bench([...SAME, '--baseline', 'none.json'])
    expect([code, err]).toEqual([
      2,
      "hba: the baseline 'none.json' does not exist; --update-baseline makes it\nSee 'hba bench --help'.\n",
    ])
  })
})

test('both clocks stand side by side, with warm-up, timer, noise and saturation stated', async () => {
  const args = ['first/driver.wasm', ...SHORT.slice(0, -1), '2', '--json', 'm.json', '--hlog', 'm.hlog']
  const { code, out } = await bench([...args, '--openmetrics', 'm.txt'])
  expect(code).toBe(0)
  const entries = out.match(/^ {2}Hw\w+(?:, (?:not )?claimed)?/gm)!.map(line => line.trim())
  for (const name of ['HwFindAdapter', 'HwInitialize', 'HwStartIo', 'HwInterrupt, claimed', 'HwInterrupt, not claimed'])
    expect(entries).toContain(name)
  expect(entries).toContain('HwResetBus')
  expect(out).toContain('Not called: HwDmaStarted; HwTimer; ')
  expect(out).toContain('2 rounds after 1 that warms up')
  // The clock of this test goes a second a reading.
  expect(out).toContain('Timer: steps of 1 s; one reading costs 1 s, subtracted.')
  expect(out).toMatch(/Saturation: (\d+) of \1 timed calls \(100\.00 %\)/)
  expect(out).toContain('(which hold the true median with 50.0 % confidence)')
  const made = baselineOf('m.json')
  expect(made.cells.map(cell => cell.name)).toEqual(['start', '4KiB, depth 4', 'spurious interrupts', 'bus resets'])
  expect(made.host).toMatchObject({ rounds: 2, warmUpRounds: 1, timerStepNs: 1e9 })
  // Host time changes nothing else.
  const virtual = ({ host: _, ...rest }: Baseline) => withoutHostFigures(rest)
  expect(virtual(made)).toEqual(virtual(baselineOf('b.json')))
  const files = readdirSync(cwd).filter(name => name.startsWith('m.'))
  expect(files).toEqual(['m.hlog', 'm.json', 'm.txt'])
  expect(readFileSync(join(cwd, 'm.hlog'), 'utf8')).toMatch(/^Tag=host\/4KiB-depth-4\/HwInterrupt-claimed,/m)
  expect(readFileSync(join(cwd, 'm.txt'), 'utf8')).toMatch(/# EOF\n$/)
})

test('one round has no confidence', async () => {
  const { code, out } = await bench(['first/driver.wasm', ...SHORT.slice(0, -1), '1'])
  expect(code).toBe(0)
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    '1 round after 1 that warms up: how far another one would be from it is not known. Timer: ',
  )
  expect(out).not.toContain('confidence')
})

test('a sweep says where the verdict turns', async () => {
  const { code, out } = await bench([
    ...['first/driver.wasm', ...SHORT, '-q', '--budget', 'isr.max=20us'],
    ...['--sweep', 'access.mmioReadNs=1000..9000:3'],
  ])
  expect(code).toBe(0)
  expect(out).toMatch(/4KiB, depth 4 {2}while mmioRead goes up/)
  expect(out).toMatch(/^ +9 µs .* fail: driver: budget isr\.max of 20 µs is exceeded/m)
  const [, before, after] = /turns: pass at (\d+) ns, fail at (\d+) ns/.exec(out)!
  expect(Number(after) - Number(before)).toBe(1)
})

test('a driver that is stopped has no figures: nothing is compared or written', async () => {
  mkdirSync(join(cwd, 'bad'), { recursive: true })
  const folder = join(cwd, 'source-bad')
  cpSync(join(DRIVERS, SAMPLE), folder, { recursive: true })
  const file = join(folder, 'interrupt.ts')
  writeFileSync(file, readFileSync(file, 'utf8').replace('  drainRing(ext)\n', '  unreachable()\n'))
  await hba(['build', 'source-bad/driver.ts', '-o', 'bad/driver.wasm', '-q'], { cwd })
  const { code, out } = await bench(['bad/driver.wasm', ...SHORT, '--baseline', 'bad.json', '--update-baseline'])
  expect(code).toBe(3)
  expect(out).toContain('FAIL  driver on reference')
  expect(out).toContain('nothing written')
  expect(readdirSync(cwd)).not.toContain('bad.json')
}, 20_000)

test('a result takes the place of nothing that is read, nor of another result', async () => {
  await bench([...SHORT, 'first/driver.wasm', '--baseline', 'apart.json', '--update-baseline'])
  const kept = ['first/driver.wasm', 'apart.json'].map(file => readFileSync(join(cwd, file)))
  for (const [args, message] of [
    [['--json', 'first/driver.wasm'], "'first/driver.wasm' cannot be written: it is what this command reads"],
    [['--baseline', 'apart.json', '--json', './apart.json'], "'./apart.json' cannot be written: it is what"],
    [['--json', 'two', '--hlog', 'two'], "'two' is given for two results"],
    [
      ['--baseline', 'apart.json', '--update-baseline', '--json', 'apart.json'],
      "'apart.json' is given for two results",
    ],
  ] as const) {
    const { code, out, err, scenario } = await bench(['first/driver.wasm', ...SHORT, ...args])
    expect([code, out, scenario]).toEqual([2, '', undefined])
    expect(err).toContain(message)
  }
  expect(['first/driver.wasm', 'apart.json'].map(file => readFileSync(join(cwd, file)))).toEqual(kept)
  expect(readdirSync(cwd)).not.toContain('two')
})

describe('what was typed', () => {
  beforeEach(() => mkdirSync(join(cwd, 'folder'), { recursive: true }))
  test.each([
    [[], 'which driver?'],
    [['a.wasm', 'b.wasm'], "found 'b.wasm' after 'a.wasm'"],
    [['a.json'], "found 'a.json', expected a compiled driver"],
    [
      ['first/driver.wasm', '--baseline', '/dev/null'],
      "the baseline '/dev/null' cannot be read: it is no regular file",
    ],
    [['none.wasm'], "the driver 'none.wasm' cannot be read: it does not exist"],
    [['first/driver.wasm', '--depth', '0'], "--depth: found '0', expected a whole number from 1 to 250"],
    [['first/driver.wasm', '--depth', '1,2,1'], "--depth: 1 is given twice in '1,2,1'"],
    [['first/driver.wasm', '--bs', '4'], "--bs: found '4' without a unit"],
    [['first/driver.wasm', '--bs', '100B'], 'a multiple of 512 up to 1 MiB'],
    [['first/driver.wasm', '--rw', '101'], "--rw: found '101'"],
    [['first/driver.wasm', '--ios', 'many'], "--ios: found 'many'"],
    [['first/driver.wasm', '--rounds', '101'], "--rounds: found '101'"],
    [['first/driver.wasm', '--cost', 'vlb'], "--cost: unknown preset 'vlb'"],
    [['first/driver.wasm', '--tolerance', '1ns'], '--tolerance is for --baseline FILE'],
    [['first/driver.wasm', '--baseline', 'b', '--tolerance', '1'], "--tolerance: found '1', expected a time or"],
    [['first/driver.wasm', '--baseline', 'b', '--host-tolerance', '1ns'], '--host-tolerance: found'],
    [
      ['first/driver.wasm', '--baseline', 'b', '--rounds', '2', '--host-tolerance', '5%'],
      '--host-tolerance needs --rounds 3 or more, found 2',
    ],
    [['first/driver.wasm', '--update-baseline'], '--update-baseline is for --baseline FILE'],
    [['first/driver.wasm', '--sweep', 'speed=1ns..2ns'], '--sweep'],
    [['first/driver.wasm', '--hlog', 'folder'], "'folder' cannot be written: it is a directory"],
    [['first/driver.wasm', '--openmetrics', 'no/x'], "'no/x' cannot be written: the directory does not exist"],
    [['first/driver.wasm', '--baseline', 'no/b.json', '--update-baseline'], "'no/b.json' cannot be written"],
  ])('%j: exit code 2', async (args, message) => {
    const { code, out, err, scenario } = await bench(args)
    expect([code, out, scenario]).toEqual([2, '', undefined])
    expect(err).toContain(message)
  })
})
