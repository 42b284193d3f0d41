// Coverage for the report: the figures, and as many of the blocks that were not reached as somebody may read.
import type { CoverageReport } from '../../schemas/report.ts'
import { type CoverageHits, type CoverageMap, coverageFigures } from '../guest/coverage.ts'

const UNREACHED_SHOWN = 500

/** @param hits of one run, or of several put together @throws CoverageMismatch */
export function coverageReport(map: CoverageMap, hits: CoverageHits): CoverageReport {
  const { unreached, ...figures } = coverageFigures(map, hits)
  return {
    ...figures,
    unreached: unreached.slice(0, UNREACHED_SHOWN),
    unreachedOmitted: Math.max(0, unreached.length - UNREACHED_SHOWN),
  }
}
