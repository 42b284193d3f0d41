import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jsonSchemas } from './json-schema.ts'
import { checkScenario } from './scenario.ts'

/** A validator that has seen only the JSON text of the schema. */
const validator = (name: string) => z.fromJSONSchema(JSON.parse(JSON.stringify(jsonSchemas()[name])))

const good = {
  $schema: './scenario.schema.json',
  seed: 7,
  machine: {
    adapters: [
      {
        kind: 'reference',
        driver: 'a.wasm',
        line: 'A',
        drives: [{ store: { kind: 'file', path: 'd.img' }, latency: { read: '10us' } }, { target: 1 }],
      },
      { kind: 'reference', driver: 'b.wasm', line: 'A', base: '0x70010000' },
    ],
    cost: { preset: 'pci', mmioRead: '700ns' },
  },
  budgets: { 'isr.max': '25us', 'dpc.max': 'off' },
  workload: { blockSizes: [{ size: '4KiB', weight: 3 }, { size: '64KiB' }], read: 50 },
  expect: {
    io: { failed: 0, reads: { min: 1 } },
    isr: { unclaimed: { max: 3 } },
    rules: { 'INT-5': 'held' },
    srbs: [{ status: 'error', opcode: '0x28', sense: { key: 'medium error', asc: 17 }, count: 1 }],
    registers: [{ register: 'DOORBELL', in: 'HwStartIo', bits: '0x1' }],
    order: [{ in: 'HwInterrupt', steps: [{ register: 'INT_STATUS', access: 'read' }, { register: 'INT_ACK' }] }],
    latencies: [{ of: 'srb', statistic: 'p99', atMost: '1ms' }],
  },
}

/** Each breaks `good` in a way that a JSON Schema can express. */
const bad: [string, (scenario: typeof good & { sede?: number }) => void][] = [
  [
    'unknown key',
    s => {
      s.sede = 1
    },
  ],
  [
    'a count that is none',
    s => {
      s.expect.io.failed = -1
    },
  ],
  [
    'wrong unit',
    s => {
      s.machine.cost.mmioRead = '700MiB'
    },
  ],
  [
    'negative size',
    s => {
      s.workload.blockSizes[0]!.size = '-4KiB'
    },
  ],
  [
    'no unit',
    s => {
      s.budgets['isr.max'] = '25'
    },
  ],
  [
    'unknown preset',
    s => {
      s.machine.cost.preset = 'vlb'
    },
  ],
  [
    'unknown adapter',
    s => {
      s.machine.adapters[0]!.kind = 'scsi'
    },
  ],
  [
    'unknown budget',
    s => {
      ;(s.budgets as Record<string, string>)['isr.mx'] = '1us'
    },
  ],
  [
    'no adapter',
    s => {
      s.machine.adapters = []
    },
  ],
]

describe('the JSON Schema of a scenario', () => {
  it('accepts what the bench accepts', () => {
    expect(() => checkScenario(good, 'x')).not.toThrow()
    expect(validator('scenario.schema.json').safeParse(good).error).toBeUndefined()
  })

  it.each(bad)('refuses what the bench refuses: %s', (_, spoil) => {
    const scenario = structuredClone(good)
    spoil(scenario)
    expect(() => checkScenario(scenario, 'x')).toThrow()
    expect(validator('scenario.schema.json').safeParse(scenario).success).toBe(false)
  })

  it('describes every key, for completion in editors', () => {
    const bare: string[] = []
    const walk = (node: unknown, path: string) => {
      if (typeof node !== 'object' || node === null) return
      const { properties } = node as {
        properties?: Record<string, { const?: unknown; description?: string }>
      }
      for (const [key, value] of Object.entries(properties ?? {})) {
        if (value.const === undefined && value.description === undefined) bare.push(`${path}.${key}`)
      }
      for (const [key, value] of Object.entries(node)) walk(value, `${path}.${key}`)
    }
    walk(jsonSchemas()['scenario.schema.json'], '$')
    expect(bare).toEqual([])
  })
})

it('every schema is plain JSON with draft and title', () => {
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    expect(name).toMatch(/^[a-z-]+\.schema\.json$/)
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: expect.stringContaining('wasm-hba'),
    })
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
  }
})

it('the JSON Schema of a register map knows the access words', () => {
  const field = { name: 'GO', bits: '0', access: 'rw1s', description: 'go' }
  const map = (access: string) => ({
    prefix: 'X',
    title: 't',
    description: 'd',
    sizeBytes: 16,
    registers: [{ name: 'CTRL', offset: 0, description: 'd', fields: [{ ...field, access }] }],
  })
  const schema = validator('register-map.schema.json')
  expect(schema.safeParse(map('rw1s')).error).toBeUndefined()
  expect(schema.safeParse(map('w1')).success).toBe(false)
})
