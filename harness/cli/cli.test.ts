import { describe, expect, test } from 'vitest'
import { GuestLoadError } from '../guest/guest.ts'
import { allCommands } from './commands.ts'
import { hba } from './testing/fake-io.ts'

const COMMANDS = await allCommands()

describe('mistakes', () => {
  test.each<[string[], string]>([
    [['rnu'], "unknown command 'rnu': did you mean 'run'?"],
    [['--seed', '7'], "found the option '--seed' where a command was expected"],
    [['run'], 'what is to be run?'],
    [['run', 'd.wasm', '--sed', '7'], "unknown option '--sed': did you mean '--seed'?"],
    [['run', 'd.wasm', '--seed'], '--seed needs a value: --seed N'],
    [['run', 'd.wasm', '--seed', '--quiet'], '--seed needs a value'],
    [['run', 'd.wasm', '--seed=-1'], "--seed: found '-1', expected a whole number from 0 to 4294967295"],
    [['run', 'd.wasm', '--seed', '1', '--seed', '2'], '--seed is given twice'],
    [['run', 'd.wasm', '--quiet=yes'], "--quiet takes no value, found 'yes'"],
    [['run', 'd.wasm', '--budget', 'isr.mx=1us'], "unknown budget 'isr.mx': did you mean 'isr.max'?"],
    [['run', 'd.wasm', '--budget', 'isr.max=25'], "'25' without a unit"],
    [['run', 'd.wasm', '--budget', 'e:isr.max=25us'], "unknown driver 'e'"],
    [['run', 'd.wasm', '--drive', 'size=-5MiB'], '--drive'],
    [['run', 'd.wasm', '--drive', 'fil=x.img'], "unknown key 'fil': did you mean 'file'?"],
    [['run', 'd.wasm', '--adapter', 'refrence'], "did you mean 'reference'?"],
    [['run', 'd.wasm', '--adapter', 'reference', '--adapter', 'reference'], '--adapter is given 2 times for 1 drivers'],
    [['run', 'd.wasm', 'e.wasm', '--drive', 'file=x.img'], 'give --drive once for each'],
    [['run', 'd.wasm', '--workload', 'iodepht=4'], "did you mean 'iodepth'?"],
    [['run', 'd.wasm', '--cost', 'pcei'], "unknown preset 'pcei': did you mean 'pcie'?"],
    [['run', 'd.wasm', '--reporter', 'txt'], "unknown reporter 'txt': did you mean 'text'?"],
    [['run', 'd.wasm', '--reporter', 'text,json'], 'two reports cannot share standard output'],
    [['run', 'driver.c'], "found 'driver.c', expected a scenario (.json) or a compiled driver (.wasm)"],
    [['run', 's.json', 't.json'], "found 't.json' after a scenario"],
    [['run', 's.json', '--drive', 'size=1MiB'], '--drive is for drivers without a scenario'],
    [['run', 's.json'], "the scenario 's.json' cannot be read: it does not exist"],
    [['build'], 'no source: hba build FILE'],
    [['build', 'driver.c'], "the source 'driver.c' cannot be read: it does not exist"],
    [['build', 'driver.c', '--winver', 'win12'], "--winver 'win12' is no Windows version: expected nt4, win2k"],
    [['build', 'driver.c', '-O9'], "-O '9': expected 0, 1, 2, 3, s, z"],
    [['build', 'driver.c', '--toolchian', 'npm'], "unknown option '--toolchian': did you mean '--toolchain'?"],
    [['adapters', 'refernce'], "unknown adapter 'refernce': did you mean 'reference'?"],
    [['adapters', '--c'], '--c needs the name of an adapter'],
    [['adapters', 'reference', '--c', '--md'], '--md and --c exclude each other'],
    [['rules', 'INT-55'], "unknown rule 'INT-55'"],
    [['schema'], 'where to? Give --out DIR'],
    [['help', 'runs'], "did you mean 'run'?"],
  ])('%j', async (args, message) => {
    const { code, out, err, scenario } = await hba(args)
    expect(err).toContain(message)
    expect(err).toMatch(/^hba: /)
    expect(err).not.toMatch(/^\s+at /m)
    expect([code, out, scenario]).toEqual([2, '', undefined])
  })

  test('point to the help of their command', async () => {
    expect((await hba(['run', 'd.wasm', '--sed', '7'])).err).toContain("See 'hba run --help'.")
  })
})

describe('errors of a run', () => {
  const failing = (error: unknown, env = {}) =>
    hba(['run', 'd.wasm'], {
      env,
      run: () => {
        throw error
      },
    })

  test('a driver that cannot be loaded is exit 2, with every reason', async () => {
    const problems = [
      { kind: 'missing-export', message: "no export 'DriverEntry'" },
      { kind: 'memory', message: 'no memory' },
    ] as const
    const { code, err } = await failing(new GuestLoadError('d.wasm', problems))
    expect([code, err]).toEqual([2, "hba: d.wasm cannot be loaded:\n  no export 'DriverEntry'\n  no memory\n"])
  })

  test('what nobody expected is exit 4, ours, and without a stack', async () => {
    const { code, err } = await failing(new TypeError('x is undefined'))
    expect([code, err]).toEqual([
      4,
      'hba: internal error: TypeError: x is undefined\nThis is a bug in wasm-hba; HBA_DEBUG=1 shows where.\n',
    ])
  })

  test('HBA_DEBUG=1 shows the stack of an internal error only', async () => {
    expect((await failing(new TypeError('x'), { HBA_DEBUG: '1' })).err).toMatch(/^\s+at /m)
    expect((await failing(new GuestLoadError('d', []), { HBA_DEBUG: '1' })).err).not.toMatch(/^\s+at /m)
  })

  test('a guest may not write escape sequences to the terminal', async () => {
    expect((await failing(new GuestLoadError('\u001b[2J', []))).err).toContain('\\x1b[2J')
  })
})

describe('help', () => {
  test('is on standard output and not an error', async () => {
    for (const args of [['--help'], ['-h'], ['help']]) {
      const { code, out, err } = await hba(args)
      expect([code, err]).toEqual([0, ''])
      for (const { name } of COMMANDS) expect(out).toContain(`\n  ${name} `)
      expect(out).toContain('Exit codes:')
    }
  })

  test.each(COMMANDS.map(c => c.name))('of %s names every option and fits 100 columns', async name => {
    const { out, code } = await hba([name, '--help'])
    expect(code).toBe(0)
    for (const option of Object.keys(COMMANDS.find(c => c.name === name)!.options)) expect(out).toContain(`--${option}`)
    expect(out.split('\n').filter(line => line.length > 120)).toEqual([])
    expect((await hba(['help', name])).out).toBe(out)
  })

  test('nothing at all shows the commands and is an error', async () => {
    const { code, out, err } = await hba([])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('Commands:')
  })

  test.each(['version', '--version', '-V'])('%s', async arg => {
    expect(await hba([arg])).toMatchObject({ code: 0, out: 'wasm-hba 1.2.3\n' })
  })
})

describe('adapters, rules, schema', () => {
  test('adapters are listed, and their registers printed', async () => {
    expect((await hba(['adapters'])).out).toContain('reference')
    const { out } = await hba(['adapters', 'reference'])
    expect(out).toContain('INT_STATUS')
    expect(out.split('\n').filter(line => line.length > 100)).toEqual([])
  })

  test.each([
    ['--c', '#define WHBA_INT_STATUS'],
    ['--as', 'export const WHBA_INT_STATUS'],
    ['--md', '# Reference adapter'],
    ['--json', '"prefix": "WHBA"'],
  ])('adapters reference %s', async (flag, text) => {
    const { code, out } = await hba(['adapters', 'reference', flag])
    expect(code).toBe(0)
    expect(out).toContain(text)
    expect(out.endsWith('\n')).toBe(true)
  })

  test('rules are listed and explained', async () => {
    expect((await hba(['rules'])).out).toMatch(/^INT-5 +fatal +\S/m)
    const { out } = await hba(['rules', 'int-5'])
    expect(out).toMatch(/^INT-5 {2}/)
    expect(out).toContain('\nWhy\n  A level')
    expect(JSON.parse((await hba(['rules', 'INT-5', '--json'])).out)).toMatchObject([{ id: 'INT-5', severity: 'F' }])
  })
})
