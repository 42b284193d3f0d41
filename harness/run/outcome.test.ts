// Drivers that do not come up, and when that is as it should be.
import { expect, test } from 'vitest'
import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import { checkScenario } from '../../schemas/scenario.ts'
import { runScenario } from '../run.ts'
import { type SmallMiniport, smallMiniport } from './testing/small-miniport.ts'

const { vendor, device } = ADAPTER_KINDS.reference!
const hex = (n: number): string => n.toString(16).padStart(4, '0')
const IDS = { vendorId: hex(vendor), deviceId: hex(device) }

async function booted(spec: SmallMiniport, resources: 'none' | 'assigned') {
  const bytes = await smallMiniport(spec)
  const scenario = checkScenario(
    { machine: { adapters: [{ kind: 'reference', driver: 'd.wasm' }], port: { resources } } },
    'test',
  )
  const { report } = await runScenario(scenario, {
    driver: async () => bytes,
    image: () => {
      throw new Error('no images here')
    },
    rerun: 'test',
    version: '0.0.0',
    hostTimer: { now: () => 0 },
  })
  return report
}

const NOT_FOUND = 'd: HwFindAdapter returned SP_RETURN_NOT_FOUND'
/** No adapter of the bench. */
const STRANGE = 0xff0000

test('a driver that names PCI ids need not look for its adapter without resources', async () => {
  const report = await booted({ registers: [IDS], classCode: STRANGE }, 'none')
  expect(report.reasons.filter(r => r.includes('HwFindAdapter'))).toEqual([])
  expect(report.findings.map(f => f.message)).toContainEqual(expect.stringContaining('the driver names PCI ids'))
})

test.each<[string, SmallMiniport, 'none' | 'assigned']>([
  ['one that names none must', { registers: [{}], classCode: STRANGE }, 'none'],
  ['and with resources every driver finds its adapter', { registers: [IDS], classCode: STRANGE }, 'assigned'],
])('%s', async (_, spec, resources) => {
  expect((await booted(spec, resources)).reasons).toContain(NOT_FOUND)
})
