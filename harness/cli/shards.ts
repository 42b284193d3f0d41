// One part of many runs: which, and what is in it.
import type { Suite } from '../../schemas/suite.ts'
import { UsageError } from './io.ts'

export type Shard = NonNullable<Suite['shard']>

export const SHARD_OPTION = {
  type: 'string',
  value: 'INDEX/COUNT',
  help: "one part of it, for example 1/3; 'hba merge' makes one report of all parts",
  output: true,
} as const

/** @throws UsageError */
export function shardOf(command: string, text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text)
  const shard = { index: Number(match?.[1]), of: Number(match?.[2]) }
  if (match === null || shard.index < 1 || shard.index > shard.of)
    throw new UsageError(`--shard: found '${text}', expected INDEX/COUNT, from 1/1 on, for example 1/3`, command)
  return shard
}

/** Every nth: neighbours, which are often alike, go to different shards. @param what they are, in the singular @throws UsageError */
export function shardOn<T>(command: string, all: readonly T[], shard: Shard | undefined, what: string): T[] {
  if (shard === undefined) return [...all]
  if (shard.of > all.length)
    throw new UsageError(
      `--shard: found ${shard.index}/${shard.of}, but there ${all.length === 1 ? `is 1 ${what}` : `are ${all.length} ${what}s`}: a shard without a ${what} has nothing to judge`,
      command,
    )
  return all.filter((_, n) => n % shard.of === shard.index - 1)
}
