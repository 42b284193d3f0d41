// The command line: finds the command, runs it, and turns every error into words and an exit code.

import { plain } from '../report/format.ts'
import { parseArguments } from './arguments.ts'
import { helpOf, overview } from './command.ts'
import { allCommands, COMMAND_NAMES, commandNamed } from './commands.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { Interrupted } from './lane-pool.ts'

/** @param argv without the interpreter and the script @returns the exit code; nothing is thrown */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    return await dispatch(argv, io)
  } catch (error) {
    return await explain(error, io)
  }
}

async function dispatch([first, ...rest]: readonly string[], io: CliIo): Promise<number> {
  if (first === undefined) {
    io.stderr.write(overview(await allCommands(), io.version))
    return EXIT.usage
  }
  if (first === 'help' || first === '--help' || first === '-h') {
    io.stdout.write(
      rest[0] === undefined ? overview(await allCommands(), io.version) : helpOf(await commandNamed(rest[0])),
    )
    return EXIT.pass
  }
  if (first === 'version' || first === '--version' || first === '-V') {
    io.stdout.write(`wasm-hba ${io.version}\n`)
    return EXIT.pass
  }
  if (first.startsWith('-'))
    throw new UsageError(`found the option '${first}' where a command was expected: ${COMMAND_NAMES.join(', ')}`)
  const command = await commandNamed(first)
  const args = parseArguments(command.name, rest, command.options)
  if (args.flag('help')) {
    io.stdout.write(helpOf(command))
    return EXIT.pass
  }
  return await command.run(args, io)
}

/** What a shell reports of a program that SIGINT ended. */
const INTERRUPTED = 130

async function explain(error: unknown, io: CliIo): Promise<number> {
  const { isExpected } = await import('./expected-errors.ts')
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
