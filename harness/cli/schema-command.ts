// `hba schema`: JSON Schemas of the files the bench reads and writes, so that editors complete them.
import { join, resolve } from 'node:path'
import { jsonSchemas } from '../../schemas/json-schema.ts'
import { type Arguments, HELP_OPTION, type Options } from './arguments.ts'
import type { Command } from './command.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { checkOutput, makeDirectory, writeOutput } from './output-file.ts'

const OPTIONS = {
  out: { type: 'string', value: 'DIR', help: 'where they are written; the directory is made' },
  ...HELP_OPTION,
} as const satisfies Options

function run(args: Arguments, io: CliIo): number {
  const out = args.value('out')
  const [extra] = args.positionals
  if (extra !== undefined) throw new UsageError(`found '${extra}', expected only --out DIR`, 'schema')
  if (out === undefined) throw new UsageError('where to? Give --out DIR', 'schema')
  makeDirectory({ label: out, path: resolve(io.cwd, out) })
  const files = Object.entries(jsonSchemas()).map(([name, schema]) => ({
    file: { label: join(out, name), path: resolve(io.cwd, out, name) },
    text: `${JSON.stringify(schema, null, 2)}\n`,
  }))
  for (const { file } of files) checkOutput(file)
  for (const { file, text } of files) {
    writeOutput(file, text)
    io.stdout.write(`${file.label}\n`)
  }
  return EXIT.pass
}

export const SCHEMA: Command = {
  name: 'schema',
  summary: 'JSON Schemas of scenarios and reports',
  usage: ['hba schema --out DIR'],
  text: [
    'Writes the JSON Schema of every file the bench reads or writes. In a scenario, "$schema": "…/scenario.schema.json"',
    'makes editors complete and check it.',
  ],
  options: OPTIONS,
  examples: ['hba schema --out schemas'],
  run,
}
