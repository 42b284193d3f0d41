// --workload: a job file of fio, or keys and values. Paths in it start from the folder the command was given in.
import { relative, resolve } from 'node:path'
import { parseJobFile } from '../../schemas/fio-job-file.ts'
import type { WorkloadInput } from '../../schemas/workload.ts'
import { parseWorkloadOption } from '../../schemas/workload-option.ts'
import { readInput } from './files.ts'

/** A pattern is a plain word, a file has a dot or a folder in its name. */
const isFile = (text: string): boolean => !text.includes('=') && /[./\\]/.test(text)

/** @param base folder that the paths of the scenario start from @throws ConfigError, UsageError */
export function workloadFlag(text: string, cwd: string, base: string): WorkloadInput {
  const pathOf = (path: string): string => (resolve(base) === resolve(cwd) ? path : relative(base, resolve(cwd, path)))
  if (isFile(text)) return parseJobFile(readInput('job file', text, cwd).toString('utf8'), text, pathOf)
  const input = parseWorkloadOption(text)
  return input.kind === 'iolog' ? { ...input, path: pathOf(input.path) } : input
}
