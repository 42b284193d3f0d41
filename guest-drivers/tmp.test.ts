import { it } from 'vitest'
import { CAMPAIGN } from '../harness/verify/campaign.ts'
import { runCampaign } from './testing/campaign-run.ts'

it('x', async () => {
  for (const d of (process.env.D ?? 'reference-queued,reference-dma').split(','))
    for (const s of CAMPAIGN) {
      if (process.env.S && !process.env.S.split(',').includes(s.name)) continue
      const t0 = performance.now()
      const { report } = await runCampaign(s.name, d)
      const g = report.guests[0]!
      console.log(
        d,
        s.name,
        Math.round(performance.now() - t0),
        report.verdict,
        report.reasons,
        g.rules
          .filter(r => r.status === 'violated')
          .map(r => r.id + ': ' + r.first!.entryPoint + ' srb ' + r.first!.srb + ' ' + r.first!.message),
        process.env.V
          ? g.rules
              .filter(r => /^(LD|FA|IN)/.test(r.id))
              .map(r => `${r.id} ${r.status} ${r.exercised}`)
              .join(', ')
          : '',
      )
    }
}, 100000)
