import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Report } from '../../schemas/report.ts'
import { GuestLoadError } from '../guest/guest.ts'
import { sampleReport } from '../report/testing/sample.ts'
import { textReport } from '../report/text.ts'
import { DriveModel } from '../workload/drive-model.ts'
import { hba, passing } from './testing/fake-io.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'hba-cli-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const read = (name: string): string => readFileSync(join(cwd, name), 'utf8')
const scenario = (value: unknown, name = 's.json'): string => {
  writeFileSync(join(cwd, name), JSON.stringify(value))
  return name
}
const minimal = { machine: { adapters: [{ kind: 'reference', driver: 'd.wasm' }] } }

describe('what is run', () => {
  test('a bare driver gets a machine of its own', async () => {
    const { scenario: s, io } = await hba(['run', 'dir/d.wasm'], { cwd })
    expect(s!.machine.adapters).toMatchObject([
      {
        kind: 'reference',
        driver: 'dir/d.wasm',
        line: 'INTA',
        drives: [{ target: 0, store: { kind: 'ram', sizeBytes: 64 * 1024 * 1024 } }],
      },
    ])
    expect(s!.workload).toMatchObject({ pattern: 'random', read: 70, depth: 32 })
    expect(s!.budgets.find(b => b.name === 'isr.max')!.limitPs).toBe(25_000_000)
    expect(io!.rerun).toBe('hba run dir/d.wasm')
  })

  test('several drivers share one interrupt line unless told otherwise', async () => {
    const lines = async (...args: string[]) =>
      (await hba(['run', 'a.wasm', 'b.wasm', ...args], { cwd })).scenario!.machine.adapters.map(a => a.line)
    expect(await lines()).toEqual(['INTA', 'INTA'])
    expect(await lines('--line', 'IRQ9')).toEqual(['IRQ9', 'IRQ9'])
    expect(await lines('--line', 'X', '--line', 'Y')).toEqual(['X', 'Y'])
    expect(await lines('--adapter', 'reference,irq=5', '--device', 'reference,irq=6')).toEqual(['IRQ5', 'IRQ6'])
  })

  test('drives: all for one driver, one each for several', async () => {
    const drives = async (...args: string[]) =>
      (await hba(['run', ...args], { cwd })).scenario!.machine.adapters.map(a => a.drives.map(d => d.store))
    expect(await drives('a.wasm', '--drive', 'size=1MiB', '--drive', 'file=x.img,target=1')).toMatchObject([
      [
        { kind: 'ram', sizeBytes: 1 << 20 },
        { kind: 'file', path: 'x.img' },
      ],
    ])
    expect(await drives('a.wasm', 'b.wasm', '--drive', 'file=x.img', '--drive', 'file=y.img')).toMatchObject([
      [{ path: 'x.img' }],
      [{ path: 'y.img' }],
    ])
    expect(await drives('a.wasm', 'b.wasm', '--drive', 'size=1MiB')).toMatchObject([
      [{ sizeBytes: 1 << 20 }],
      [{ sizeBytes: 1 << 20 }],
    ])
  })

  test('flags win over the scenario', async () => {
    const file = scenario({
      ...minimal,
      seed: 3,
      budgets: [
        { name: 'isr.max', limit: '10us' },
        { name: 'isr.max', limit: '20us', guest: 'd' },
      ],
      machine: { adapters: [{ ...minimal.machine.adapters[0], workload: { ios: 5 } }] },
    })
    const flags = ['--seed', '0x10', '--budget', 'isr.max=100ns', '--strict', '--workload', 'ios=77', '--cost', 'isa']
    const { scenario: s } = await hba(['run', file, ...flags], { cwd })
    expect(s).toMatchObject({
      seed: 16,
      rules: { strict: true },
      workload: { ios: 77 },
      machine: { cost: { preset: 'isa' } },
    })
    expect(s!.machine.adapters[0]!.workload).toBeUndefined()
    expect(s!.budgets.filter(b => b.name === 'isr.max')).toEqual([
      { name: 'isr.max', quantity: 'isr', statistic: 'max', limitPs: 100_000 },
    ])
    const plain = (await hba(['run', file], { cwd })).scenario!
    expect([plain.seed, plain.budgets.filter(b => b.name === 'isr.max').length]).toEqual([3, 2])
  })

  test('drives are checked against the workload of the command line', async () => {
    const file = scenario({
      machine: { adapters: [{ ...minimal.machine.adapters[0], workload: { read: 0 }, drives: [{ readOnly: true }] }] },
    })
    for (const what of [[file], ['d.wasm', '--drive', 'size=1MiB,readonly=on']]) {
      expect((await hba(['run', ...what], { cwd })).err).toContain('is read-only')
      const { err, scenario: s } = await hba(['run', ...what, '--workload', 'rw=100'], { cwd })
      expect([err, s!.workload]).toMatchObject(['', { read: 100 }])
    }
  })

  test('paths in a scenario start from its directory', async () => {
    mkdirSync(join(cwd, 'sub'))
    writeFileSync(join(cwd, 'sub', 'd.wasm'), 'driver bytes')
    const file = scenario(minimal, 'sub/s.json')
    const { io } = await hba(['run', file], { cwd })
    expect(Buffer.from(await io!.driver('d.wasm')).toString()).toBe('driver bytes')
    await expect(io!.driver('e.wasm')).rejects.toThrow("the driver 'e.wasm' cannot be read: it does not exist")
    await expect(io!.driver('.')).rejects.toThrow("the driver '.' cannot be read: it is a directory")
  })

  test('an unknown key names file, line, path and the key that was meant', async () => {
    writeFileSync(join(cwd, 's.json'), '{\n  "machin": {}\n}\n')
    const { code, err } = await hba(['run', 's.json'], { cwd })
    expect(code).toBe(2)
    expect(err).toContain('s.json:2')
    expect(err).toContain("'machin'")
    expect(err).toContain("did you mean 'machine'?")
  })

  test('the rerun line leaves out where results go and quotes what a shell would touch', async () => {
    const args = ['run', 'my driver.wasm', '--json', 'a.json', '-q', '--seed=7', '--output', 'o', '--reporter', 'text']
    const { io } = await hba(args, { cwd })
    expect(io!.rerun).toBe("hba run 'my driver.wasm' --seed 7")
  })
})

describe('where results go', () => {
  const run = (...args: string[]) => hba(['run', 'd.wasm', ...args], { cwd })

  test('text on standard output, nothing on standard error', async () => {
    expect(await run()).toMatchObject({ code: 0, out: textReport(sampleReport()), err: '' })
  })

  test('--json - puts the JSON there instead', async () => {
    const { out } = await run('--json', '-')
    expect(Report.parse(JSON.parse(out))).toEqual(sampleReport())
    expect((await run('--reporter', 'json')).out).toBe(out)
  })

  test('--json FILE beside the text', async () => {
    const { out } = await run('--json', 'a.json')
    expect(out).toBe(textReport(sampleReport()))
    expect(JSON.parse(read('a.json')).verdict).toBe('pass')
    expect(readdirSync(cwd)).toEqual(['a.json'])
  })

  test('--output DIR gets a file of each reporter', async () => {
    await run('--output', 'new/dir', '--reporter', 'text,json')
    expect(readdirSync(join(cwd, 'new/dir')).sort()).toEqual(['report.json', 'report.txt'])
    expect(read('new/dir/report.txt')).toBe(textReport(sampleReport()))
  })

  test('--quiet leaves the verdict', async () => {
    expect((await run('--quiet')).out).toBe(`${textReport(sampleReport()).split('\n')[0]}\n`)
  })

  test('an old file is replaced, not added to', async () => {
    writeFileSync(join(cwd, 'a.json'), 'x'.repeat(1_000_000))
    await run('--json', 'a.json')
    expect(() => JSON.parse(read('a.json'))).not.toThrow()
  })

  test.each([
    ['--json', 'none/a.json', "'none/a.json' cannot be written: the directory does not exist"],
    ['--json', '.', "'.' cannot be written: it is a directory"],
    ['--json', 'file/a.json', "'file/a.json' cannot be written: its directory is a file"],
    ['--output', 'file', "the directory 'file' cannot be made: it exists and is no directory"],
  ])('%s %s is refused before the run', async (flag, value, message) => {
    writeFileSync(join(cwd, 'file'), '')
    const { code, err, scenario: s } = await run(flag, value)
    expect(err).toContain(message)
    expect([code, s]).toEqual([2, undefined])
  })

  test('a device is written to, not replaced', async () => {
    expect((await run('--json', '/dev/null')).code).toBe(0)
    expect(readFileSync('/dev/null', 'utf8')).toBe('')
  })

  test('the exit code is that of the run', async () => {
    for (const exitCode of [0, 1, 3])
      expect((await hba(['run', 'd.wasm'], { cwd, run: () => ({ report: sampleReport(), exitCode }) })).code).toBe(
        exitCode,
      )
  })

  test('colours on a terminal, with NO_COLOR and FORCE_COLOR honoured', async () => {
    const coloured = async (setting: { tty?: boolean; env?: Record<string, string> }) =>
      (await hba(['run', 'd.wasm', '-q'], { cwd, ...setting })).out.includes('\u001b[')
    expect(await coloured({ tty: true })).toBe(true)
    expect(await coloured({ tty: true, env: { NO_COLOR: '1' } })).toBe(false)
    expect(await coloured({ tty: true, env: { TERM: 'dumb' } })).toBe(false)
    expect(await coloured({ tty: false })).toBe(false)
    expect(await coloured({ tty: false, env: { FORCE_COLOR: '1' } })).toBe(true)
  })

  test('progress is drawn on a terminal and taken away again; nowhere else', async () => {
    const run = (_: unknown, io: { progress?(p: object): void }) => {
      for (const done of [0, 500, 1_000]) io.progress?.({ phase: 'run', done, total: 1_000, virtualPs: done * 1e9 })
      return passing()
    }
    const { err } = await hba(['run', 'd.wasm'], { cwd, tty: true, run: run as never })
    expect(err).toContain('500 of 1,000 I/Os, 500/s, virtual 500 ms')
    expect(err.endsWith('\r\u001b[2K')).toBe(true)
    expect((await hba(['run', 'd.wasm'], { cwd, run: run as never })).err).toBe('')
    expect((await hba(['run', 'd.wasm', '-q'], { cwd, tty: true, run: run as never })).err).toBe('')
  })
})

describe('images', () => {
  const image = (bytes: number, name = 'disk.img'): string => {
    writeFileSync(join(cwd, name), Buffer.alloc(bytes))
    return name
  }
  const drive = async (option: string) => {
    const { io, scenario: s } = await hba(['run', 'd.wasm', '--drive', option], { cwd })
    return () => io!.image(s!.machine.adapters[0]!.drives[0] as never)
  }

  test.each([
    ['file=none.img', "'none.img'"],
    ['file=odd.img', "'odd.img' has 700 bytes"],
    ['file=dir', "'dir'"],
    ['file=none/disk.img,size=1MiB', "the image 'none/disk.img' cannot be made: its directory does not exist"],
  ])('%s is refused, with the path as typed', async (option, message) => {
    image(700, 'odd.img')
    mkdirSync(join(cwd, 'dir'))
    const open = await drive(option)
    expect(open).toThrow(message)
    expect(open).not.toThrow(cwd)
  })

  test('size makes a new image of zeros, and leaves an old one alone', async () => {
    const open = await drive('file=new.img,size=1MiB')
    const first = open()
    expect([first.zeroAtStart, first.store.blocks]).toEqual([true, 2048])
    first.store.write(0, 1, new Uint8Array(512).fill(7), 0)
    first.store.close()
    const again = (await drive('file=new.img,size=1MiB'))()
    expect(again.zeroAtStart).toBe(false)
    again.store.close()
    expect(readFileSync(join(cwd, 'new.img'))[0]).toBe(7)
  })

  test('one file under two drives is refused when one of them writes', async () => {
    image(4096)
    const open = async (...options: string[]) => {
      const {
        io,
        scenario: s,
        err,
      } = await hba(['run', 'd.wasm', '--workload', 'rw=100', ...options.flatMap(o => ['--drive', o])], { cwd })
      expect(err).toBe('')
      const stores = s!.machine.adapters[0]!.drives.map(d => () => io!.image(d as never).store.close())
      return () => {
        for (const opened of stores) opened()
      }
    }
    expect(await open('file=disk.img', 'file=./disk.img,target=1')).toThrow('is used by two drives')
    expect(await open('file=disk.img,readonly=on', 'file=disk.img,target=1')).toThrow('is used by two drives')
    expect(await open('file=disk.img,readonly=on', 'file=disk.img,readonly=on,target=1')).not.toThrow()
  })

  const model = () =>
    new DriveModel({
      label: 'disk.img',
      blockBytes: 512,
      blocks: 8,
      firstBlock: 0,
      rangeBlocks: 8,
      salt: 1,
      zeroAtStart: true,
    })
  const compare = () =>
    hba(['run', 'd.wasm', '--json', 'a.json'], {
      cwd,
      run: () => {
        const { report } = passing()
        report.images = []
        return { report, exitCode: 0, images: [{ path: 'disk.img', model: model() }] }
      },
    })

  test('are compared after the run by a plain reader', async () => {
    image(4096)
    const { code, out } = await compare()
    expect(code).toBe(0)
    expect(out).toContain('image compared: disk.img, 4 KiB of 4 KiB, 0 differences')
  })

  test('a difference fails the run', async () => {
    image(4096)
    const bytes = readFileSync(join(cwd, 'disk.img'))
    bytes[1030] = 1
    writeFileSync(join(cwd, 'disk.img'), bytes)
    const { code, out } = await compare()
    expect(code).toBe(1)
    expect(out).toMatch(/^FAIL/)
    expect(out).toContain('image disk.img: 1 differences from what was written')
    expect(JSON.parse(read('a.json'))).toMatchObject({ verdict: 'fail', images: [{ miscompares: 1 }] })
  })
})

describe('schema', () => {
  test('writes every schema', async () => {
    const { code, out } = await hba(['schema', '--out', 'schemas'], { cwd })
    expect(code).toBe(0)
    const names = readdirSync(join(cwd, 'schemas')).sort()
    expect(names).toContain('scenario.schema.json')
    expect(
      out
        .trim()
        .split('\n')
        .map(line => line.replace(/^schemas./, ''))
        .sort(),
    ).toEqual(names)
    for (const name of names) expect(JSON.parse(read(join('schemas', name)))).toHaveProperty('$schema')
  })
})

describe('a driver that cannot be loaded', () => {
  const refuse = async (...args: string[]) => {
    const problems = [{ kind: 'missing-export' as const, message: "no export 'DriverEntry'" }]
    const run = () => Promise.reject(new GuestLoadError('d.wasm', problems))
    return await hba(['run', 'd.wasm', ...args], { cwd, run })
  }

  test('is exit 2 and has its report where one was asked for', async () => {
    const { code, out, err } = await refuse('--json', 'r.json')
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain("no export 'DriverEntry'")
    const report = Report.parse(JSON.parse(read('r.json')))
    expect(report).toMatchObject({
      verdict: 'fail',
      findings: [{ severity: 'error', message: "no export 'DriverEntry'" }],
    })
    expect(report.reasons).toEqual(["d.wasm cannot be loaded: no export 'DriverEntry'"])
  })

  test('on standard output too, as JSON; as text the message on stderr is enough', async () => {
    expect(Report.parse(JSON.parse((await refuse('--json', '-')).out)).verdict).toBe('fail')
    expect((await refuse()).out).toBe('')
  })
})
