// Every scenario of the campaign with every good driver: passes, no rule is broken, and every fault acts where it concerns the driver.
import { describe, expect, it } from 'vitest'
import { campaignOn } from '../harness/verify/campaign.ts'
import { adapterOf, runCampaign } from './testing/campaign-run.ts'

/**
 * Faults that cannot act on a driver, by scenario and index: these move their data themselves and never call ScsiPortIoMapTransfer, and
 * have no logical unit extensions.
 */
const BUS_MASTER: Readonly<Record<string, readonly number[]>> = {
  'null-logical-unit': [0],
  'map-transfer-interrupt': [0],
  'map-transfer-causes': [0],
  'dma-started-interrupt': [0],
  'abort-mapped': [0],
}
const FOREIGN: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  'reference-queued': BUS_MASTER,
  'reference-c': BUS_MASTER,
  'reference-deferred': BUS_MASTER,
  'buslogic-c': BUS_MASTER,
  'nvme-c': BUS_MASTER,
  // No common buffer, and nothing to abort while the port driver waits for NextRequest.
  'reference-dma': { 'null-uncached': [0], 'null-srb': [1] },
}
/** Routines that no driver calls. */
const NOBODY: Readonly<Record<string, readonly number[]>> = { 'refuse-range': [0] }

const DRIVERS = ['reference-queued', 'reference-c', 'reference-deferred', 'reference-dma', 'buslogic-c', 'nvme-c']

describe.each(DRIVERS)('%s', driver => {
  const { scenarios } = campaignOn({ driver, adapter: adapterOf(driver) })
  it.each(scenarios.map(s => s.name))('%s', async name => {
    const { report, exitCode } = await runCampaign(name, driver)
    expect(report.reasons).toEqual([])
    expect([report.verdict, exitCode]).toEqual(['pass', 0])
    for (const guest of report.guests) expect(guest.rules.filter(r => r.status === 'violated')).toEqual([])
    const idle = report.faults.filter(f => f.fired === 0).map(f => f.index)
    expect(idle).toEqual([...(FOREIGN[driver]?.[name] ?? []), ...(NOBODY[name] ?? [])])
  })
})
