// What a run of the campaign is. Scenarios are written in the words of the bench's own adapter; on-adapter.ts puts them into those of others.
import { type AdapterInput, type DriveInput, ISA_BASES, type IsaBase } from '../../schemas/machine.ts'
import type { ScenarioInput } from '../../schemas/scenario.ts'

export type AdapterName = AdapterInput['kind']

/** The driver that is tried. */
export interface Subject {
  /** Path of its module. */
  driver: string
  /** What it is tried on. */
  adapter: AdapterName
  /** The ISA base at which its adapter answers as well. */
  isa?: string
  /** Another driver for scenarios with a shared line; default: the driver itself, once more. */
  neighbour?: string
  /** What the neighbour drives; default: the same. */
  neighbourAdapter?: AdapterName
  neighbourIsa?: string
  seed?: number
}

/** A run of the campaign. Short: some ten to a few hundred I/Os. */
export interface CampaignScenario {
  /** Kebab-case, for example `shared-line`. */
  name: string
  /** What it puts in the driver's way, in a few words. */
  about: string
  /** Everything but the name and the seed. The driver under test is the first adapter. */
  input(subject: Subject): ScenarioInput
  /** It makes sense on this adapter only, and why. What faults and registers ask for is found out without being told. */
  only?: { readonly adapter: AdapterName; readonly why: string }
}

/** What a scenario says of an adapter. */
export interface AdapterSettings {
  name?: string
  /** The adapter fetches sense data itself, where that can be chosen. */
  autosense?: boolean
  drives?: readonly DriveInput[]
}

/** For scenarios that differ from another one in nothing else. */
export const AUTOSENSE_CHOICE = {
  adapter: 'reference',
  why: 'whether the adapter fetches sense data itself cannot be chosen',
} as const

/** An adapter with the driver under test. */
export const adapter = (subject: Subject, settings: AdapterSettings = {}): AdapterInput =>
  adapterOn(subject.adapter, subject.driver, settings, subject.isa)

/** An adapter with its neighbour: on ISA, the same driver finds a second card at the next base. */
export const neighbour = (subject: Subject): AdapterInput => {
  const { driver, adapter: kind, neighbour, neighbourAdapter } = subject
  const own = neighbourAdapter !== undefined
  const isa = own ? subject.neighbourIsa : subject.isa
  return adapterOn(neighbourAdapter ?? kind, neighbour ?? driver, { name: 'neighbour' }, besideOf(subject.isa, isa))
}

/** Two cards cannot answer at one base. */
const besideOf = (taken: string | undefined, wanted: string | undefined): string | undefined =>
  wanted !== undefined && wanted === taken ? ISA_BASES.find(base => base !== taken) : wanted

/** The settings of an adapter of this kind, and where its drives are: on NVMe one after the other on target 0. */
function adapterOn(kind: AdapterName, driver: string, settings: AdapterSettings, isa?: string): AdapterInput {
  const { name, autosense, drives } = settings
  const common = { driver, ...(name === undefined ? {} : { name }) }
  const placed = drives === undefined ? {} : { drives: drives.map(drive => ({ ...drive })) }
  switch (kind) {
    case 'reference':
      return { kind, ...common, ...placed, ...(autosense === undefined ? {} : { autosense }) }
    case 'nvme':
      return { kind, ...common, ...(drives === undefined ? {} : { drives: namespaces(drives) }) }
    default:
      return { kind, ...common, ...placed, ...(isa === undefined ? {} : { isa: isa as IsaBase }) }
  }
}

/** One after the other on target 0. */
const namespaces = (drives: readonly DriveInput[]): DriveInput[] =>
  drives.map((drive, lun) => ({ ...drive, target: 0, lun }))
