// The campaign on adapters of every kind: each scenario is one the schema takes, or is left out with a reason.
import { describe, expect, it } from 'vitest'
import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import { CAMPAIGN, campaignOn, campaignScenario, NotOnAdapter } from './campaign.ts'
import type { AdapterName } from './campaign-scenario.ts'

const KINDS = Object.keys(ADAPTER_KINDS) as AdapterName[]
const scenario = (name: string, adapter: AdapterName) => campaignScenario(name, { driver: 'd.wasm', adapter })
const leftOut = (adapter: AdapterName) =>
  new Map(campaignOn({ driver: 'd.wasm', adapter }).leftOut.map(({ name, reason }) => [name, reason]))

describe.each(KINDS)('on %s', kind => {
  it('every scenario is a valid one of that kind, or is left out', () => {
    const { scenarios, leftOut } = campaignOn({ driver: 'd.wasm', adapter: kind })
    expect(scenarios.length + leftOut.length).toBe(CAMPAIGN.length)
    expect(scenarios.length).toBeGreaterThan(40)
    for (const { name } of scenarios) {
      const { machine, faults } = scenario(name, kind)
      expect(machine.adapters.map(adapter => adapter.kind)).toEqual(machine.adapters.map(() => kind))
      for (const { then } of faults)
        for (const { do: does } of then) expect(ADAPTER_KINDS[kind]!.immune).not.toHaveProperty(does)
    }
    for (const { name } of leftOut) expect(() => scenario(name, kind)).toThrow(NotOnAdapter)
  })
})

it('nothing is left out on the adapter the scenarios are written for', () => {
  expect(leftOut('reference')).toEqual(new Map())
})

it('what is left out says why', () => {
  const nvme = leftOut('nvme')
  expect(nvme.get('selection-timeout')).toBe(
    `no 'selection-timeout': ${ADAPTER_KINDS.nvme!.immune['selection-timeout']}`,
  )
  expect(nvme.get('dma-started-interrupt')).toMatch(/moves its data itself/)
  expect(nvme.get('sense-without-autosense')).toMatch(/cannot be chosen/)
  expect(leftOut('buslogic').get('initialize-enable')).toBe('the adapter has no register that enables its interrupts')
  expect(() => scenario('selection-timeout', 'nvme')).toThrow(
    "scenario 'selection-timeout' cannot be on the adapter 'nvme': no 'selection-timeout': ",
  )
})

describe('settings and commands', () => {
  const drives = (adapter: AdapterName) =>
    scenario('several-units', adapter).machine.adapters[0]!.drives.map(({ target, lun }) => [target, lun])

  it('drives lie on target 0 of a controller with namespaces', () => {
    expect(drives('reference')).toEqual([[0, 0], [0, 1], [3, 0], [15, 0]]) // biome-ignore format: a list of pairs
    expect(drives('buslogic')).toEqual(drives('reference'))
    expect(drives('nvme')).toEqual([[0, 0], [0, 1], [0, 2], [0, 3]]) // biome-ignore format: a list of pairs
  })

  it('steps go where their drives are, and to nobody where nobody was', () => {
    const places = (name: string, adapter: AdapterName) => {
      const { workload } = scenario(name, adapter)
      return workload.kind === 'script' ? workload.steps.map(({ target, lun }) => `${target}.${lun}`) : []
    }
    expect(new Set(places('aborts', 'reference'))).toEqual(new Set(['0.0', '2.0']))
    expect(new Set(places('aborts', 'nvme'))).toEqual(new Set(['0.0', '0.1']))
    expect(places('unusual-requests', 'nvme').slice(-2)).toEqual(['0.5', '5.0'])
  })

  it('only what the adapter has to do with is expected of it', () => {
    const open = (adapter: AdapterName) => {
      const { workload } = scenario('unusual-requests', adapter)
      return workload.kind === 'script' ? workload.steps.filter(({ expect }) => expect.any).length : 0
    }
    // READ(16) does not fit into a CCB.
    expect(open('buslogic')).toBe(open('reference') + 1)
    const load = scenario('load', 'buslogic').workload
    expect(load.kind === 'generator' && load.cdb).toEqual({ 6: 1, 10: 3, 12: 1, 16: 0 })
    expect(open('nvme')).toBeGreaterThan(open('reference'))
    const { workload } = scenario('load', 'nvme')
    expect(workload.kind === 'generator' && workload.cdb).toEqual({ 6: 0, 10: 5, 12: 0, 16: 1 })
  })

  it('faults name the commands and registers of the adapter', () => {
    const when = (name: string, adapter: AdapterName) => scenario(name, adapter).faults.map(fault => fault.when)
    expect(when('check-condition', 'buslogic').map(({ opcode }) => opcode)).toEqual([0x28, 0x2a])
    expect(when('check-condition', 'nvme').map(({ opcode }) => opcode)).toEqual([0x88, 0x8a])
    expect(when('initialize-enable', 'reference')[0]!.register).toBe('INT_ENABLE')
    expect(when('initialize-enable', 'nvme')[0]!.register).toBe(ADAPTER_KINDS.nvme!.map.interruptEnable)
  })

  it('a neighbour has an adapter of its own', () => {
    const made = campaignScenario('shared-line', {
      ...{ driver: 'd.wasm', adapter: 'buslogic' },
      ...{ neighbour: 'n.wasm', neighbourAdapter: 'reference' },
    })
    expect(made.machine.adapters.map(({ kind, driver }) => [kind, driver])).toEqual([
      ['buslogic', 'd.wasm'],
      ['reference', 'n.wasm'],
    ])
  })
})
