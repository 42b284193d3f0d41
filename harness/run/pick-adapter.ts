// The adapter for a driver that none was named for. DriverEntry says what the driver is for: PCI ids, or only a bus. Ids decide; where
// there are none, the driver is booted on one kind after the other, and the first that its HwFindAdapter takes is the one.
import { ADAPTER_KINDS, type AdapterKind } from '../../device/adapters/kinds.ts'
import { checkScenario } from '../../schemas/scenario.ts'
import { INTERFACE, SP_RETURN } from '../../schemas/scsiport.ts'
import { asksFor, fitsPci, pciId, type Registration } from '../port/candidates.ts'
import { boot } from '../port/life-cycle.ts'
import { BootFailure } from '../port/stop.ts'
import { AdapterPhase, Event } from '../trace/events.ts'
import { buildMachine, MachineError, type Supply } from './machine.ts'

/** A kind of adapter, and where on ISA it answers when the driver looks for it there. */
export interface AdapterChoice {
  readonly kind: string
  readonly isa?: string
}

export type Kinds = Readonly<Record<string, Pick<AdapterKind, 'vendor' | 'device' | 'isaBases'>>>

/** What came of booting a driver on an adapter. */
interface Trial {
  registrations: readonly Registration[]
  /** '' when the adapter came up, else why not. */
  reason: string
  /** HwFindAdapter saw its adapter there, whatever came of it; or the driver was stopped, and who knows. */
  seen: boolean
}

/** `buslogic,isa=0x330`, as it is typed behind --adapter. */
export const adapterOption = ({ kind, isa }: AdapterChoice): string => (isa === undefined ? kind : `${kind},isa=${isa}`)

/** @returns the adapters whose ids a registration names, else those that a driver without ids may find, in the order of `kinds` */
export function shortlist(
  registrations: readonly Registration[],
  kinds: Kinds,
): { named: readonly AdapterChoice[]; open: readonly AdapterChoice[] } {
  const entries = Object.entries(kinds)
  const pci = registrations.filter(r => r.interfaceType === INTERFACE.PCIBus)
  const named = pci
    .filter(r => r.vendorId !== '' || r.deviceId !== '')
    .flatMap(r => entries.filter(([, { vendor, device }]) => fitsPci(r, vendor, device)).map(([kind]) => ({ kind })))
  const anyId = pci.some(r => r.vendorId === '' && r.deviceId === '')
  const ports = registrations.some(r => r.interfaceType === INTERFACE.Isa || r.interfaceType === INTERFACE.Internal)
  const open = entries.flatMap(
    ([
      kind,
      {
        isaBases: [first],
      },
    ]): AdapterChoice[] => [
      ...(anyId ? [{ kind }] : []),
      ...(ports && first !== undefined ? [{ kind, isa: `0x${first.toString(16)}` }] : []),
    ],
  )
  return { named, open }
}

/**
 * @returns the adapter a driver asks for, or the first on which it fails otherwise than by not finding it; the first of all when
 *   DriverEntry asks for none: then the run itself tells why
 * @throws MachineError when there is none for it, GuestLoadError when it cannot be loaded
 */
export async function pickAdapter(
  driver: string,
  supply: Supply,
  kinds: Kinds = ADAPTER_KINDS,
): Promise<AdapterChoice> {
  const first: AdapterChoice = { kind: Object.keys(kinds)[0]! }
  const trial = await tryAdapter(driver, first, supply)
  const { registrations } = trial
  if (registrations.length === 0) return first
  const { named, open } = shortlist(registrations, kinds)
  if (named.length > 0) return named[0]!
  const reasons = new Map<string, string>()
  let second: AdapterChoice | undefined
  for (const choice of open) {
    const again = choice.kind === first.kind && choice.isa === undefined
    const { reason, seen } = again ? trial : await tryAdapter(driver, choice, supply)
    if (reason === '') return choice
    if (seen) second ??= choice
    reasons.set(adapterOption(choice), reason)
  }
  // A driver that fails on its own adapter fails in the run, with a report.
  if (second !== undefined) return second
  throw new MachineError(noneFits(driver, registrations, reasons, kinds))
}

/** Boots the driver on an adapter, up to HwInitialize. @throws GuestLoadError */
async function tryAdapter(driver: string, { kind, isa }: AdapterChoice, supply: Supply): Promise<Trial> {
  const adapter = { kind, driver, ...(isa === undefined ? {} : { isa }) }
  const scenario = checkScenario({ trace: { ring: RING }, machine: { adapters: [adapter] } }, `adapter '${kind}'`)
  const { image, cache } = supply
  const quiet: Supply = {
    driver: path => supply.driver(path),
    image: drive => image(drive),
    ...(cache === undefined ? {} : { cache }),
  }
  let seen = false
  const machine = await buildMachine(scenario, quiet, trace => {
    const on = (index: number): void => {
      if (trace.b[index] !== SP_RETURN.NOT_FOUND) seen = true
    }
    trace.subscribe({ kind: Event.Adapter, key: AdapterPhase.Found, reader: { on } })
    return undefined
  })
  const [{ port, found }] = machine.stations as [(typeof machine.stations)[number]]
  let reason = ''
  try {
    boot(port, found)
    if (port.dead) reason = machine.cpu.stops.get(0)?.message ?? 'the driver was stopped'
  } catch (error) {
    if (!(error instanceof BootFailure)) throw error
    reason = error.message
  } finally {
    machine.close()
  }
  return { registrations: found, reason, seen: seen || port.dead }
}

/** Events of a trial that are kept: nobody reads them. */
const RING = 1024

function noneFits(
  driver: string,
  registrations: readonly Registration[],
  reasons: ReadonlyMap<string, string>,
  kinds: Kinds,
): string {
  const asked = [...new Set(registrations.map(asksFor))].join(', ')
  const there = Object.entries(kinds).map(([kind, { vendor, device, isaBases }]) => {
    const isa = isaBases.length === 0 ? '' : `, ISA ${isaBases.map(base => `0x${base.toString(16)}`).join(' ')}`
    return `  ${kind}: PCI ${pciId(vendor, device)}${isa}`
  })
  const tried = [...reasons].map(([option, reason]) => `  on ${option}: ${reason}`)
  return [
    `no adapter fits: ${driver} asks for ${asked}. There are`,
    ...there,
    ...(tried.length === 0 ? [] : ['It was tried', ...tried]),
    'To run it on one of them all the same, name it: --adapter KIND.',
  ].join('\n')
}
