// From the arguments of `hba run` to a checked scenario: a file with a few things overridden, or one made from flags.
import { dirname, resolve } from 'node:path'
import { type Budget, mergeBudgets, parseBudgetFlag } from '../../schemas/budget.ts'
import { COST_PRESETS, Cost, type CostPreset } from '../../schemas/cost.ts'
import { parseConfig, unknownWord } from '../../schemas/errors.ts'
import { type JsonText, parseJson } from '../../schemas/json-text.ts'
import type { AdapterInput } from '../../schemas/machine.ts'
import { adapterKindOf, parseAdapterOption, parseDriveOption } from '../../schemas/options.ts'
import { checkScenario, parseScenario, Scenario, Seed } from '../../schemas/scenario.ts'
import { VerifyLevel, type VerifyLevelInput } from '../../schemas/verify-level.ts'
import { adapterOption } from '../run/pick-adapter.ts'
import type { Subject } from '../verify/campaign-scenario.ts'
import { rulesNamed } from '../verify/rule-selection.ts'
import { adapterFor, adapterKind } from './adapter-kind.ts'
import type { Arguments } from './arguments.ts'
import { readInput } from './files.ts'
import { type CliIo, UsageError } from './io.ts'
import { workloadFlag } from './workload-flag.ts'

export interface ScenarioSource {
  scenario: Scenario
  /** Directory that the paths in it start from. */
  base: string
}

const usage = (message: string): never => {
  throw new UsageError(message, 'run')
}

export const isDriver = (path: string): boolean => /\.wasm$/i.test(path)

/** @throws ConfigError, UsageError */
export async function scenarioOf(args: Arguments, io: CliIo): Promise<ScenarioSource> {
  const { cwd } = io
  const [first, ...more] = args.positionals
  if (first === undefined) return usage('what is to be run? Give a scenario (.json) or a compiled driver (.wasm)')
  const campaign = args.value('scenario')
  if (campaign !== undefined) return { scenario: overridden(await ofCampaign(campaign, args, io), args), base: cwd }
  for (const name of ['neighbour', 'neighbour-adapter'])
    if (args.flag(name)) usage(`--${name} is for a scenario of the campaign: add --scenario NAME`)
  if (isDriver(first)) return { scenario: overridden(await fromFlags(args, io), args), base: cwd }
  if (more.length > 0) usage(`found '${more[0]}' after a scenario: one scenario is run at a time`)
  if (!/\.json$/i.test(first)) usage(`found '${first}', expected a scenario (.json) or a compiled driver (.wasm)`)
  const extra = ['adapter', 'drive', 'line'].find(name => args.flag(name))
  if (extra !== undefined) usage(`--${extra} is for drivers without a scenario: write it into ${first}`)
  const text = readInput('scenario', first, cwd).toString('utf8')
  const base = dirname(resolve(cwd, first))
  return { scenario: overridden(fromFile(text, first, args, cwd, base), args), base }
}

/** A workload on the command line is for every adapter, and must be there before drives are checked against it. */
function fromFile(text: string, file: string, args: Arguments, cwd: string, base: string): Scenario {
  const workload = args.value('workload')
  if (workload === undefined) return parseScenario(text, file)
  const input = workloadFlag(workload, cwd, base)
  let json: JsonText
  try {
    json = parseJson(text)
  } catch {
    return parseScenario(text, file)
  }
  const value = json.value as { machine?: { adapters?: unknown } } | null
  if (typeof value !== 'object' || value === null) return parseScenario(text, file)
  const adapters = value.machine?.adapters
  if (Array.isArray(adapters))
    for (const adapter of adapters) if (typeof adapter === 'object' && adapter !== null) delete adapter.workload
  return parseConfig(Scenario, { ...value, workload: input }, file, json)
}

/** Given once for all drivers, or once for each. */
function perDriver(name: string, values: readonly string[], drivers: number): (string | undefined)[] {
  if (values.length > 1 && values.length !== drivers)
    usage(`--${name} is given ${values.length} times for ${drivers} drivers: give it once, or once for each`)
  return Array.from({ length: drivers }, (_, i) => (values.length === 1 ? values[0] : values[i]))
}

/** A machine of its own for drivers given on the command line: they share one interrupt line unless told otherwise. */
async function fromFlags(args: Arguments, io: CliIo): Promise<Scenario> {
  const drivers = args.positionals
  for (const path of drivers)
    if (!isDriver(path)) usage(`found '${path}' among drivers, expected a compiled driver (.wasm)`)
  const adapters = perDriver('adapter', args.values('adapter'), drivers.length)
  const lines = perDriver('line', args.values('line'), drivers.length)
  const drives = args.values('drive').map(text => parseDriveOption(text))
  const shared = drives.length === drivers.length || drivers.length === 1
  if (!shared && drives.some(drive => drive.store?.kind === 'file'))
    usage(
      `with ${drivers.length} drivers give --drive once for each, in their order; anything else needs a scenario file`,
    )
  const workload = args.value('workload')
  const chosen: AdapterInput[] = []
  for (const [i, driver] of drivers.entries()) chosen.push(await adapterOf(adapters[i], driver, io))
  return checkScenario(
    {
      ...(workload === undefined ? {} : { workload: workloadFlag(workload, io.cwd, io.cwd) }),
      machine: {
        adapters: drivers.map((_driver, i) => ({
          ...chosen[i],
          ...(lines[i] === undefined ? {} : { line: lines[i] }),
          ...(drives.length === 0 ? {} : { drives: drivers.length === 1 || !shared ? drives : [drives[i]!] }),
        })),
      },
    },
    'command line',
  )
}

/** An adapter as typed; what the text leaves open is what the driver asks for. */
async function adapterOf(text: string | undefined, driver: string, io: CliIo): Promise<AdapterInput> {
  if (text !== undefined && adapterKindOf(text) !== undefined) return parseAdapterOption(text, driver)
  const choice = await adapterFor(driver, io)
  return parseAdapterOption(text ?? adapterOption(choice), driver, choice)
}

/** A scenario of the conformance campaign, as `hba verify` runs it. */
async function ofCampaign(name: string, args: Arguments, io: CliIo): Promise<Scenario> {
  const [driver, extra] = args.positionals
  if (!isDriver(driver!)) usage(`found '${driver}', expected a compiled driver (.wasm) for --scenario ${name}`)
  if (extra !== undefined) usage(`found '${extra}': --scenario tries one driver; its neighbour is --neighbour`)
  const set = ['drive', 'line', 'workload'].find(flag => args.flag(flag))
  if (set !== undefined) usage(`--${set} cannot be changed in a scenario of the campaign`)
  const subject = await subjectOf('run', args, driver!, io)
  const { campaignScenario, NotOnAdapter } = await import('../verify/campaign.ts')
  try {
    return campaignScenario(name, subject)
  } catch (error) {
    if (error instanceof RangeError || error instanceof NotOnAdapter) usage(`--scenario: ${error.message}`)
    throw error
  }
}

/** The driver of a campaign with its neighbour, on the adapters named for them or on those that they ask for. */
export async function subjectOf(command: string, args: Arguments, driver: string, io: CliIo): Promise<Subject> {
  const neighbour = args.value('neighbour')
  const beside = args.value('neighbour-adapter')
  if (beside !== undefined && neighbour === undefined)
    throw new UsageError('--neighbour-adapter is for --neighbour FILE.wasm', command)
  const { kind, isa } = await adapterKind(command, args.value('adapter'), driver, io)
  const subject: Subject = { driver, adapter: kind, ...(isa === undefined ? {} : { isa }) }
  if (neighbour === undefined) return subject
  const other = await adapterKind(command, beside, neighbour, io, '--neighbour-adapter')
  return {
    ...subject,
    ...{ neighbour, neighbourAdapter: other.kind },
    ...(other.isa === undefined ? {} : { neighbourIsa: other.isa }),
  }
}

export const OFF_OPTION = {
  type: 'string',
  value: 'RULE[,…]',
  multiple: true,
  help: 'rules that are not judged, * stands for anything; without IO-12, DataBuffer is an address in memory for every driver, and what it does there is not watched',
} as const

/** @returns ids of rules @throws UnknownRuleError */
export const rulesOffOf = (args: Arguments): string[] => {
  const words = args.values('off')
  return words.length === 0 ? [] : rulesNamed(words)
}

function overridden(scenario: Scenario, args: Arguments): Scenario {
  const { machine } = scenario
  const cost = args.value('cost')
  const level = args.value('verify-level')
  return {
    ...scenario,
    seed: seedOf('run', args.value('seed')) ?? scenario.seed,
    budgets: budgetsOf(scenario.budgets, args.values('budget'), scenario),
    rules: {
      ...scenario.rules,
      strict: scenario.rules.strict || args.flag('strict'),
      off: [...scenario.rules.off, ...rulesOffOf(args)],
      ...(level === undefined ? {} : { level: VerifyLevel.parse(verifyLevelOf('run', level)) }),
    },
    machine: {
      ...machine,
      ...(cost === undefined ? {} : { cost: Cost.parse({ preset: presetOf(cost) }) }),
    },
  }
}

function presetOf(text: string): CostPreset {
  if (!Object.hasOwn(COST_PRESETS, text)) usage(`--cost: ${unknownWord('preset', text, Object.keys(COST_PRESETS))}`)
  return text as CostPreset
}

/** @throws UsageError */
export function seedOf(command: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seed = Seed.safeParse(/^(\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : Number.NaN)
  if (seed.success) return seed.data
  throw new UsageError(`--seed: found '${text}', expected a whole number from 0 to 4294967295`, command)
}

/** @throws UsageError */
export function verifyLevelOf(command: string, text: string): VerifyLevelInput {
  if (VerifyLevel.safeParse(text).success) return text
  throw new UsageError(`--verify-level: found '${text}', expected 32 bits such as 0xD0000001`, command)
}

function budgetsOf(budgets: Budget[], flags: readonly string[], { machine }: Scenario): Budget[] {
  const entries = flags.map(flag => parseBudgetFlag(flag))
  const names = machine.adapters.flatMap(
    ({ name, driver }) => name ?? driver.replace(/^.*[\\/]/, '').replace(/\.wasm$/, ''),
  )
  for (const { guest } of entries)
    if (guest !== undefined && !names.includes(guest)) usage(`--budget: ${unknownWord('driver', guest, names)}`)
  // A limit for all on the command line also replaces the file's limits for single drivers.
  const all = new Set(entries.filter(e => e.guest === undefined).map(e => e.name))
  return mergeBudgets(
    budgets.filter(b => b.guest === undefined || !all.has(b.name)),
    entries,
  )
}
