// What a run of the campaign is.
import type { AdapterInput } from '../../schemas/machine.ts'
import type { ScenarioInput } from '../../schemas/scenario.ts'

/** The driver that is tried. */
export interface Subject {
  /** Path of its module. */
  driver: string
  /** Another driver for scenarios with a shared line; default: the driver itself, once more. */
  neighbour?: string
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
}

/** An adapter with the driver under test. */
export const adapter = ({ driver }: Subject, rest: Partial<AdapterInput> = {}): AdapterInput => ({
  kind: 'reference',
  driver,
  ...rest,
})

/** An adapter with its neighbour. */
export const neighbour = ({ driver, neighbour }: Subject): AdapterInput => ({
  kind: 'reference',
  driver: neighbour ?? driver,
  name: 'neighbour',
})
