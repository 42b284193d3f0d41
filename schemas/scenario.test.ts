import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COST_PRESETS } from './cost.ts'
import { ConfigError } from './errors.ts'
import { checkScenario, parseScenario, type ScenarioInput } from './scenario.ts'

const adapter = { kind: 'reference', driver: 'a.wasm' } as const
const minimal: ScenarioInput = { machine: { adapters: [adapter] } }
/** Fault plans say `then`, which a linter takes for a promise when it stands in source. */
const fault = (when: object, ...actions: object[]) =>
  Object.fromEntries([
    ['when', when],
    ['then', actions],
  ])
const withDrive = (drive: unknown, rest: object = {}) => ({
  machine: { adapters: [{ ...adapter, drives: [drive] }] },
  ...rest,
})

describe('a scenario', () => {
  it('needs only an adapter with its driver', () => {
    const scenario = checkScenario(minimal, 'x')
    expect(scenario.seed).toBe(1)
    expect(scenario.machine.cost).toEqual({ preset: 'pcie', ...COST_PRESETS.pcie })
    expect(scenario.machine.limits).toMatchObject({
      callDepth: 512,
      routinePs: 5e11,
      initializePs: 5e12,
      findAdapterPs: 1e13,
    })
    expect(scenario.machine.port).toMatchObject({
      resetHoldPs: 4e12,
      tickPs: 1e12,
      busyRetries: 20,
      srbTimeoutSeconds: 10,
    })
    expect(scenario.machine.adapters[0]?.drives[0]).toMatchObject({
      target: 0,
      lun: 0,
      blockBytes: 512,
      store: { kind: 'ram', sizeBytes: 2 ** 26 },
    })
    expect(scenario.workload).toMatchObject({ kind: 'generator', depth: 32, read: 70 })
  })

  it('takes single costs on top of a preset, in picoseconds', () => {
    const scenario = checkScenario(
      { machine: { adapters: [adapter], cost: { preset: 'isa', mmioRead: '1.5us', postedWriteDelay: '200ns' } } },
      'x',
    )
    expect(scenario.machine.cost).toEqual({
      preset: 'isa',
      ...COST_PRESETS.isa,
      mmioReadPs: 1_500_000,
      postedWriteDelayPs: 200_000,
    })
  })

  it('a drive on a read-only image is read-only', () => {
    const scenario = checkScenario(
      withDrive({ store: { kind: 'file', path: 'd.img', readOnly: true } }, { workload: { read: 100 } }),
      'x',
    )
    expect(scenario.machine.adapters[0]?.drives[0]?.readOnly).toBe(true)
  })

  it('reads numbers in hexadecimal', () => {
    const scenario = checkScenario({ machine: { adapters: [{ ...adapter, base: '0x70010000' }] } }, 'x')
    expect(scenario.machine.adapters[0]).toMatchObject({ base: 0x7001_0000 })
  })

  it('describes faults', () => {
    const scenario = checkScenario(
      {
        ...minimal,
        faults: [
          fault(
            { opcode: '0x28', nth: 3, at: '1ms' },
            { do: 'check-condition', sense: { key: 'medium error', asc: 0x11 } },
            { do: 'late-completion', for: '2s' },
          ),
        ],
      },
      'x',
    )
    expect(scenario.faults[0]).toEqual(
      fault(
        { opcode: 0x28, nth: 3, atPs: 1e9 },
        { do: 'check-condition', sense: { key: 3, asc: 0x11, ascq: 0 } },
        { do: 'late-completion', forPs: 2e12 },
      ),
    )
  })

  it('derives the direction of script steps', () => {
    const { workload } = checkScenario(
      {
        ...minimal,
        workload: {
          kind: 'script',
          steps: [
            { cdb: '00 00 00 00 00 00' },
            { cdb: '120000002400', length: '36B' },
            { cdb: '15 10 00 00 04 00', data: '00000000' },
          ],
        },
      },
      'x',
    )
    expect(workload.kind === 'script' && workload.steps.map(s => [s.direction, s.lengthBytes])).toEqual([
      ['none', 0],
      ['in', 36],
      ['out', 4],
    ])
  })
})

describe('bad input', () => {
  it.each<[string, unknown, string]>([
    ['unknown key', { ...minimal, sede: 7 }, "$.sede: unknown key 'sede': did you mean 'seed'?"],
    [
      'unknown key deep inside',
      { machine: { adapters: [{ ...adapter, auto_sense: true }] } },
      "$.machine.adapters[0].auto_sense: unknown key 'auto_sense': did you mean 'autosense'?",
    ],
    [
      'wrong unit',
      { machine: { adapters: [adapter], cost: { mmioRead: '5KiB' } } },
      "$.machine.cost.mmioRead: found '5KiB', expected a duration with a unit (ps, ns, us, ms, s), for example '25us'; 'KiB' is no unit of time",
    ],
    [
      'no unit',
      { machine: { adapters: [adapter], limits: { routine: 500 } } },
      '$.machine.limits.routine: found 500, expected a duration with a unit',
    ],
    [
      'negative size',
      withDrive({ store: { kind: 'ram', size: '-64MiB' } }),
      "$.machine.adapters[0].drives[0].store.size: found '-64MiB', a size cannot be negative",
    ],
    ['size of nothing', withDrive({ store: { kind: 'ram', size: '0MiB' } }), 'expected at least 1B'],
    [
      'size no multiple of the block size',
      withDrive({ store: { kind: 'ram', size: '1000B' } }),
      'found 1000B, expected a multiple of the block size (512 bytes)',
    ],
    [
      'read-only image, writing workload',
      withDrive({ store: { kind: 'file', path: 'd.img', readOnly: true } }),
      "$.machine.adapters[0].drives[0]: is read-only, but 30 % of the workload's I/Os write; set the workload's 'read' to 100, or 'readOnly' to false",
    ],
    [
      'transfer no multiple of the block',
      withDrive({ blockSize: 4096 }, { workload: { blockSizes: '2KiB' } }),
      'has blocks of 4096 bytes, but the workload moves 2KiB',
    ],
    [
      'block size',
      withDrive({ blockSize: 520 }),
      '$.machine.adapters[0].drives[0].blockSize: found 520, expected 512 or 4096',
    ],
    [
      'image format',
      withDrive({ store: { kind: 'file', path: 'd.img', format: 'qcow2' } }),
      "found 'qcow2', expected 'raw'",
    ],
    [
      'store kind',
      withDrive({ store: { kind: 'fiel', path: 'd.img' } }),
      "$.machine.adapters[0].drives[0].store.kind: found 'fiel', expected one of 'ram', 'file'; did you mean 'file'?",
    ],
    [
      'two drives at one address',
      { machine: { adapters: [{ ...adapter, drives: [{}, { target: 1 }, { target: 0 }] }] } },
      '$.machine.adapters[0].drives[2]: target 0 LUN 0 is taken by drives[0]',
    ],
    [
      'two adapters of one name',
      {
        machine: {
          adapters: [
            { ...adapter, name: 'a' },
            { ...adapter, name: 'a' },
          ],
        },
      },
      "$.machine.adapters[1].name: 'a' is taken by adapters[0]",
    ],
    ['no adapter', { machine: { adapters: [] } }, '$.machine.adapters: found a list of 0, expected at least 1 element'],
    [
      'adapter kind',
      { machine: { adapters: [{ kind: 'refrence', driver: 'a' }] } },
      "$.machine.adapters[0].kind: found 'refrence', expected one of 'reference', 'buslogic', 'nvme'; did you mean 'reference'?",
    ],
    [
      'no driver',
      { machine: { adapters: [{ kind: 'reference' }] } },
      '$.machine.adapters[0].driver: is missing: expected a text',
    ],
    [
      'BAR base',
      { machine: { adapters: [{ ...adapter, base: '0x70000800' }] } },
      'found 0x70000800, expected a multiple of 0x1000',
    ],
    [
      'BAR base out of range',
      { machine: { adapters: [{ ...adapter, base: '0x10' }] } },
      "found '0x10', expected a whole number from",
    ],
    [
      'medium error beyond the end',
      withDrive({ store: { kind: 'ram', size: '1MiB' }, errors: [{ lba: 2048 }] }),
      'blocks 2048…2048 lie beyond the end of the drive (2048 blocks)',
    ],
    [
      'free instructions',
      { machine: { adapters: [adapter], cost: { instruction: '0ns' } } },
      "$.machine.cost.instruction: found '0ns', expected at least 1ps",
    ],
    ['ring size', { ...minimal, trace: { ring: 5000 } }, '$.trace.ring: expected a power of two'],
    [
      'rule id',
      { ...minimal, rules: { off: ['int5'] } },
      "$.rules.off[0]: found 'int5', expected a rule id such as 'INT-5'",
    ],
    ['seed', { ...minimal, seed: -1 }, '$.seed: found -1, expected at least 0'],
    ['read percentage', { ...minimal, workload: { read: 101 } }, '$.workload.read: found 101, expected at most 100'],
    [
      'fault without a matcher',
      { ...minimal, faults: [fault({}, { do: 'busy' })] },
      '$.faults[0].when: at least one matcher is needed',
    ],
    ['fault action', { ...minimal, faults: [fault({ nth: 1 }, { do: 'bus-rest' })] }, "did you mean 'bus-reset'?"],
    [
      'CDB',
      { ...minimal, workload: { kind: 'script', steps: [{ cdb: '12 0' }] } },
      'expected bytes as pairs of hexadecimal digits',
    ],
    [
      'CDB length',
      { ...minimal, workload: { kind: 'script', steps: [{ cdb: '12 00' }] } },
      '$.workload.steps[0].cdb: a CDB has 6 to 16 bytes',
    ],
    [
      'timeout',
      { machine: { adapters: [adapter], port: { srbTimeout: '1500ms' } } },
      '$.machine.port.srbTimeout: expected whole seconds',
    ],
    ['not an object', 'hello', "found 'hello', expected an object"],
  ])('%s', (_, value, message) => {
    expect(() => checkScenario(value, 'case.json')).toThrow(message)
  })

  it('names file, line and path, all problems at once', () => {
    const text = `{
  "machine": {
    "adapters": [{"kind": "reference", "driver": "a.wasm", "irq": 11}],
    "cost": {"mmioRead": 1000}
  },
  "budgets": {"isr.max": "25"}
}`
    let message = ''
    try {
      parseScenario(text, 'runs/a.json')
    } catch (error) {
      message = (error as ConfigError).message
      expect(error).toBeInstanceOf(ConfigError)
    }
    expect(message.split('\n').map(line => line.split(',')[0])).toEqual([
      "runs/a.json:3:60: $.machine.adapters[0].irq: unknown key 'irq'. Allowed: kind",
      'runs/a.json:4:14: $.machine.cost.mmioRead: found 1000',
      `runs/a.json:6:15: $.budgets["isr.max"]: found '25' without a unit`,
    ])
  })

  it('any mutation of a good scenario gives a scenario or a ConfigError (property)', () => {
    const full = {
      seed: 1,
      machine: {
        adapters: [
          { ...adapter, line: 'A', drives: [{ store: { kind: 'ram', size: '1MiB' }, latency: { read: '1us' } }] },
        ],
        cost: { mmioRead: '1us' },
        limits: {},
        port: { tick: '1s' },
      },
      budgets: { 'isr.max': '25us' },
      workload: { kind: 'generator', blockSizes: [{ size: '4KiB', weight: 2 }], cdb: { 10: 1 } },
      faults: [fault({ nth: 1 }, { do: 'busy' })],
    }
    const paths: (string | number)[][] = []
    const walk = (value: unknown, path: (string | number)[]) => {
      paths.push(path)
      if (typeof value === 'object' && value !== null)
        for (const [key, inner] of Object.entries(value))
          walk(inner, [...path, Array.isArray(value) ? Number(key) : key])
    }
    walk(full, [])
    fc.assert(
      fc.property(
        fc.constantFrom(...paths.slice(1)),
        fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 'x', '1us', '1B', {}, [])),
        (path, value) => {
          const copy = structuredClone(full) as never
          let at: Record<string | number, unknown> = copy
          for (const part of path.slice(0, -1)) at = at[part] as never
          at[path.at(-1)!] = value
          try {
            checkScenario(copy, 'x')
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
