// The command line: finds the command, runs it, and turns every error into words and an exit code.

import { unknownWord } from '../../schemas/errors.ts'
import { plain } from '../report/format.ts'
import { ADAPTERS_COMMAND } from './adapters-command.ts'
import { parseArguments } from './arguments.ts'
import { BENCH } from './bench-command.ts'
import { BUILD } from './build-command.ts'
import { type Command, helpOf, overview } from './command.ts'
import { DIFF } from './diff-command.ts'
import { isExpected } from './expected-errors.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { Interrupted } from './lane-pool.ts'
import { MERGE } from './merge-command.ts'
import { RULES_COMMAND } from './rules-command.ts'
import { RUN } from './run-command.ts'
import { SCHEMA } from './schema-command.ts'
import { TEST } from './test-command.ts'
import { VERIFY } from './verify-command.ts'

export const COMMANDS: readonly Command[] = [
  RUN,
  VERIFY,
  TEST,
  MERGE,
  BENCH,
  DIFF,
  BUILD,
  ADAPTERS_COMMAND,
  RULES_COMMAND,
  SCHEMA,
]

/** @param argv without the interpreter and the script @returns the exit code; nothing is thrown */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    return await dispatch(argv, io)
  } catch (error) {
    return explain(error, io)
  }
}

const commandNamed = (name: string): Command => {
  const command = COMMANDS.find(c => c.name === name)
  if (command !== undefined) return command
  throw new UsageError(unknownWord('command', name, [...COMMANDS.map(c => c.name), 'help', 'version']))
}

async function dispatch([first, ...rest]: readonly string[], io: CliIo): Promise<number> {
  if (first === undefined) {
    io.stderr.write(overview(COMMANDS, io.version))
    return EXIT.usage
  }
  if (first === 'help' || first === '--help' || first === '-h') {
    io.stdout.write(rest[0] === undefined ? overview(COMMANDS, io.version) : helpOf(commandNamed(rest[0])))
    return EXIT.pass
  }
  if (first === 'version' || first === '--version' || first === '-V') {
    io.stdout.write(`wasm-hba ${io.version}\n`)
    return EXIT.pass
  }
  if (first.startsWith('-'))
    throw new UsageError(
      `found the option '${first}' where a command was expected: ${COMMANDS.map(c => c.name).join(', ')}`,
    )
  const command = commandNamed(first)
  const args = parseArguments(command.name, rest, command.options)
  if (args.flag('help')) {
    io.stdout.write(helpOf(command))
    return EXIT.pass
  }
  return await command.run(args, io)
}

/** What a shell reports of a program that SIGINT ended. */
const INTERRUPTED = 130

function explain(error: unknown, io: CliIo): number {
  if (error instanceof Interrupted) {
    io.stderr.write(`hba: ${error.message}\n`)
    return INTERRUPTED
  }
  if (isExpected(error)) {
    const hint =
      error instanceof UsageError && error.command !== undefined ? `See 'hba ${error.command} --help'.\n` : ''
    io.stderr.write(`hba: ${plain((error as Error).message)}\n${hint}`)
    return EXIT.usage
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  io.stderr.write(`hba: internal error: ${plain(message)}\nThis is a bug in wasm-hba; HBA_DEBUG=1 shows where.\n`)
  if (io.env.HBA_DEBUG === '1' && error instanceof Error) io.stderr.write(`${error.stack}\n`)
  return EXIT.internal
}
