// The kind of adapter that a driver is tried on: the one place where it is decided.
import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import { unknownWord } from '../../schemas/errors.ts'
import { parseAdapterOption, splitOptions } from '../../schemas/options.ts'
import { GuestLoadError } from '../guest/guest.ts'
import { type AdapterChoice, pickAdapter } from '../run/pick-adapter.ts'
import type { AdapterName } from '../verify/campaign-scenario.ts'
import { fileSupply } from './files.ts'
import { type CliIo, UsageError } from './io.ts'

/** An adapter of the campaign: KIND, for a card on ISA KIND,isa=BASE. */
export interface ChosenAdapter {
  kind: AdapterName
  isa?: string
}

/**
 * The adapter as typed, else the one that the driver asks for.
 * @param asked as typed @param flag it was typed after
 * @throws UsageError for a kind that does not exist, MachineError when none fits the driver
 */
export async function adapterKind(
  command: string,
  asked: string | undefined,
  driver: string | undefined,
  io: CliIo,
  flag = '--adapter',
): Promise<ChosenAdapter> {
  if (asked === undefined) return chosen(driver === undefined ? FALLBACK : await adapterFor(driver, io))
  const options = splitOptions(asked, flag, ['kind', 'isa'], 'kind')
  const kinds = Object.keys(ADAPTER_KINDS)
  const kind = options.get('kind')
  if (kind === undefined) throw new UsageError(`${flag}: which kind? One of ${kinds.join(', ')}`, command)
  if (!kinds.includes(kind)) throw new UsageError(`${flag}: ${unknownWord('adapter', kind, kinds)}`, command)
  parseAdapterOption(asked, driver ?? 'driver', { flag })
  const isa = options.get('isa')
  return chosen({ kind, ...(isa === undefined ? {} : { isa }) })
}

const FALLBACK: AdapterChoice = { kind: 'reference' }

const chosen = (choice: AdapterChoice): ChosenAdapter => choice as ChosenAdapter

/** What a driver asks for. One that cannot be read or loaded gets an adapter all the same: the run says what is wrong. */
export async function adapterFor(driver: string, io: CliIo): Promise<AdapterChoice> {
  try {
    const { meterCache } = io
    return await pickAdapter(driver, {
      ...fileSupply(io.cwd),
      ...(meterCache === undefined ? {} : { cache: meterCache }),
    })
  } catch (error) {
    if (error instanceof UsageError || error instanceof GuestLoadError) return FALLBACK
    throw error
  }
}
