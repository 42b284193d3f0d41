// The kind of adapter that a driver is tried on: the one place where it is decided.
import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import { unknownWord } from '../../schemas/errors.ts'
import type { AdapterName } from '../verify/campaign-scenario.ts'
import { UsageError } from './io.ts'

/** @param asked as typed @param flag it was typed after @throws UsageError for a kind that does not exist */
export function adapterKind(command: string, asked: string | undefined, flag = '--adapter'): AdapterName {
  if (asked === undefined) return 'reference'
  const kinds = Object.keys(ADAPTER_KINDS)
  if (!kinds.includes(asked)) throw new UsageError(`${flag}: ${unknownWord('adapter', asked, kinds)}`, command)
  return asked as AdapterName
}
