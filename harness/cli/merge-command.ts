// `hba merge`: the JSON reports of shards into one.
import { resolve } from 'node:path'
import { ConfigError, parseConfigText } from '../../schemas/errors.ts'
import { SUITE_SCHEMA, Suite } from '../../schemas/suite.ts'
import { jsonSuite } from '../report/json.ts'
import { mergeSuites, type Part } from '../verify/merge.ts'
import { isCampaign, mergeCampaign } from '../verify/merge-campaign.ts'
import { type Arguments, HELP_OPTION, type Options } from './arguments.ts'
import type { Command } from './command.ts'
import { readInput } from './files.ts'
import { type CliIo, UsageError } from './io.ts'
import { checkOutput, writeOutput } from './output-file.ts'
import { deliver, OUTPUT_OPTIONS, outputsOf } from './outputs.ts'
import { campaignRenderers, caseRenderers } from './suite-renderers.ts'

const OPTIONS = {
  out: {
    type: 'string',
    short: 'o',
    value: 'FILE|-',
    help: 'the one report as JSON, - (the default) for standard output',
    output: true,
  },
  ...OUTPUT_OPTIONS,
  ...HELP_OPTION,
} as const satisfies Options

async function run(args: Arguments, io: CliIo): Promise<number> {
  const { positionals } = args
  if (positionals.length === 0)
    throw new UsageError("what is to be merged? Give JSON reports of 'hba test' or 'hba verify'", 'merge')
  const out = args.value('out')
  const others = (['json', 'junit', 'html', 'reporter', 'output'] as const).filter(name => args.flag(name))
  const file = out === undefined || out === '-' ? undefined : { label: out, path: resolve(io.cwd, out) }
  if (out === '-' && others.length > 0)
    throw new UsageError(`--out - and --${others[0]} would share standard output: give --out FILE`, 'merge')
  if (file !== undefined) checkOutput(file)
  const outputs = outputsOf('merge', args, io, file === undefined ? [] : [file])
  const parts = positionals.map(label => readPart(label, io.cwd))
  const campaign = parts.every(isCampaign)
  const { suite, exitCode } = campaign ? mergeCampaign(parts, io.version) : mergeSuites(parts)
  const renderers = (campaign ? campaignRenderers : caseRenderers)(suite, args.flag('quiet'))
  if (file !== undefined) writeOutput(file, jsonSuite(suite))
  const asJson = file === undefined && others.length === 0
  await deliver(asJson ? { ...outputs, stdout: 'json' } : outputs, renderers, io)
  return exitCode
}

/** @throws UsageError, ConfigError */
function readPart(label: string, cwd: string): Part {
  const text = readInput('report', label, cwd).toString('utf8')
  // Another format fails the schema in every second key; say what it is instead.
  let schema: unknown
  try {
    schema = (JSON.parse(text) as { schema?: unknown } | null)?.schema
  } catch {
    schema = SUITE_SCHEMA
  }
  if (schema !== SUITE_SCHEMA)
    throw new ConfigError(label, [
      {
        path: '$.schema',
        message: `found ${typeof schema === 'string' ? `'${schema}'` : 'none'}, expected '${SUITE_SCHEMA}': a report that 'hba test --json' of this version wrote`,
      },
    ])
  return { label, suite: parseConfigText(Suite, text, label) }
}

export const MERGE: Command = {
  name: 'merge',
  summary: 'reports of shards into one',
  usage: ['hba merge REPORT.json [REPORT.json …] [-o FILE|-] [options]'],
  text: [
    "Makes of the JSON reports of the shards of 'hba test', or of 'hba verify', what one run of all of it would have written,",
    'and exits as that would have. Counts, histograms, rules and coverage add up exactly. Refuses reports that do not belong',
    'together: a case twice, a shard missing, different drivers, different versions.',
  ],
  options: OPTIONS,
  examples: ['hba merge shard-1.json shard-2.json -o whole.json', 'hba merge shard-*.json --reporter text'],
  run,
}
