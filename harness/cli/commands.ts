// The commands there are, in the order of the help. Each is loaded when it is asked for: `hba run` does without what the others need.
import { unknownWord } from '../../schemas/errors.ts'
import type { Command } from './command.ts'
import { UsageError } from './io.ts'

const LOADERS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run-command.ts')).RUN,
  verify: async () => (await import('./verify-command.ts')).VERIFY,
  test: async () => (await import('./test-command.ts')).TEST,
  merge: async () => (await import('./merge-command.ts')).MERGE,
  bench: async () => (await import('./bench-command.ts')).BENCH,
  diff: async () => (await import('./diff-command.ts')).DIFF,
  build: async () => (await import('./build-command.ts')).BUILD,
  adapters: async () => (await import('./adapters-command.ts')).ADAPTERS_COMMAND,
  rules: async () => (await import('./rules-command.ts')).RULES_COMMAND,
  schema: async () => (await import('./schema-command.ts')).SCHEMA,
}

export const COMMAND_NAMES: readonly string[] = Object.keys(LOADERS)

export const allCommands = (): Promise<Command[]> => Promise.all(Object.values(LOADERS).map(load => load()))

/** @throws UsageError naming the nearest one */
export function commandNamed(name: string): Promise<Command> {
  if (Object.hasOwn(LOADERS, name)) return LOADERS[name]!()
  throw new UsageError(unknownWord('command', name, [...COMMAND_NAMES, 'help', 'version']))
}
