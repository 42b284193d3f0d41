// The life cycle of a miniport, in the order scsiport.sys drives it: DriverEntry, HwFindAdapter, interrupt connected,
// HwInitialize, HwAdapterControl(Query), tick; stop and restart. The bus scan stands in bus-scan.ts.
//
// Two ways lead to an adapter, as on Windows 2000 and later:
// * Plug and Play: a driver for PCI whose resources are assigned. ScsiPortInitialize only records; HwFindAdapter runs after
//   DriverEntry returned, once for the driver's adapter, with its ranges and HwContext NULL. *Again means nothing there: every
//   further function has a call of its own, and there is none.
// * Detection: every other bus, and PCI with port.resources 'none'. HwFindAdapter and HwInitialize run inside ScsiPortInitialize,
//   with zeros and HwContext as given, and again while *Again is TRUE.
// The machine has PCI and ISA. A driver has one adapter here: another one that HwFindAdapter reports is refused, and registrations
// behind the one that found the adapter are not tried; both are said in the report.
import { ADAPTER_CONTROL, HWID, INTERFACE, NTSTATUS, SRB } from '../../schemas/scsiport.ts'
import { AdapterPhase, CONTROL_LIST, Event, Finding, Routine, ScsiPortRoutine, StopKind } from '../trace/events.ts'
import { ArenaFull } from './arena.ts'
import { asksFor, fitsPci, hasBus, interfaceName, pciId } from './candidates.ts'
import type { HwInitializationData } from './configuration.ts'
import { DIRQL, PASSIVE_LEVEL } from './cpu.ts'
import { detects, findAdapter, Inquirer, OPAQUE_STRIDE } from './find-adapter.ts'
import { readInitializationData } from './initialization.ts'
import type { Port } from './port.ts'
import { SrbSlot } from './srb.ts'
import { BootFailure, GuestStop } from './stop.ts'

/** What became of a driver's registrations. */
interface Life {
  /** The one that found the adapter. */
  running: HwInitializationData | undefined
  /** Why the others did not. */
  reasons: string[]
}

const lives = new WeakMap<Port, Life>()

function lifeOf(port: Port): Life {
  let life = lives.get(port)
  if (life === undefined) {
    life = { running: undefined, reasons: [] }
    lives.set(port, life)
  }
  return life
}

/** ScsiPortInitialize: what it was told, what it answers. @returns an NTSTATUS */
export function scsiPortInitialize(
  port: Port,
  argument1: number,
  argument2: number,
  address: number,
  context: number,
  into: HwInitializationData[],
): number {
  const { trace, index, cpu, initializeResults } = port
  const loading = cpu.frame.routine === Routine.DriverEntry
  if (loading) {
    if (argument1 !== DRIVER_ARGUMENT) trace.emit(Event.Finding, index, Finding.DriverArgument, -1, 1, argument1)
    if (argument2 !== REGISTRY_ARGUMENT) trace.emit(Event.Finding, index, Finding.DriverArgument, -1, 2, argument2)
  }
  let status = readInitializationData(port, address, context, into)
  const type = port.guest.view.getInt32((address >>> 0) + HWID.AdapterInterfaceType, true)
  const data = into.at(-1)
  if (status === NTSTATUS.SUCCESS && loading && data !== undefined && detects(port, data)) {
    status = detect(port, data)
    if (port.dead) throw new GuestStop(StopKind.Contract, 'the miniport was stopped')
  }
  trace.emit(Event.Call, index, ScsiPortRoutine.Initialize, type, initializeResults.length, status)
  initializeResults.push(status)
  return status
}

/** Calls of HwFindAdapter for one registration: more than a bus has places for adapters. */
const MOST_CALLS = 1024

/** Has the driver look for its adapter on one bus. @returns what ScsiPortInitialize answers */
function detect(port: Port, data: HwInitializationData): number {
  const life = lifeOf(port)
  const reason = wanted(port, data) ?? search(port, data)
  if (port.dead || reason === '') return NTSTATUS.SUCCESS
  life.reasons.push(reason)
  return NTSTATUS.NO_SUCH_DEVICE
}

/** @returns why a registration is not tried at all, undefined when it is */
function wanted(port: Port, data: HwInitializationData): string | undefined {
  const { pci } = port.adapter
  if (!hasBus(data.interfaceType)) return `the machine has no bus of ${interfaceName(data.interfaceType)}`
  if (data.interfaceType === INTERFACE.PCIBus && pci !== undefined && !fitsPci(data, pci.vendor, pci.device))
    return `the driver asks for ${asksFor(data)}; the adapter is PCI ${pciId(pci.vendor, pci.device)}`
  if (lifeOf(port).running === undefined) return undefined
  port.note(
    `the driver registered for ${asksFor(data)} as well: not tried, for its adapter had been found already`,
    'note',
  )
  return 'the adapter was found already'
}

/** Calls HwFindAdapter while *Again is TRUE, and starts the adapter when it is found. @returns '' or why there is none */
function search(port: Port, data: HwInitializationData): string {
  const life = lifeOf(port)
  let reason = ''
  try {
    const inquirer = new Inquirer(port, data)
    for (let calls = 1; ; calls++) {
      const running = life.running !== undefined
      const answer = running ? inquirer.askForAnother() : inquirer.ask()
      if (port.dead) return ''
      if (running && answer.found)
        port.note(
          'HwFindAdapter, called again because *Again was TRUE, found another adapter: it is not started, for a driver has one adapter here. If it found the first one a second time, HwContext must remember where to go on',
        )
      if (!running) {
        reason = answer.reason
        if (reason === '') reason = start(port, data)
        if (port.dead) return ''
      }
      if (!answer.again) break
      if (calls === MOST_CALLS) {
        port.note(`HwFindAdapter set *Again to TRUE ${MOST_CALLS} times in a row: it is not called any more`)
        break
      }
    }
  } catch (error) {
    if (!(error instanceof ArenaFull)) throw error
    reason = error.message
  }
  return life.running === undefined ? reason : ''
}

/** Starts the adapter that was found. @returns '' or why it does not run */
function start(port: Port, data: HwInitializationData): string {
  const reason = initialize(port)
  if (reason === '' && !port.dead) lifeOf(port).running = data
  return reason
}

/** DriverEntry up to the connected, initialized adapter. @throws BootFailure when the miniport does not bring its adapter up */
export function boot(port: Port, found: HwInitializationData[]): void {
  const { cpu, guest } = port
  port.moduleData.fillStack()
  const status = cpu.enter(
    port,
    Routine.DriverEntry,
    (a1, a2) => guest.driverEntry(a1!, a2!),
    PASSIVE_LEVEL,
    -1,
    DRIVER_ARGUMENT,
    REGISTRY_ARGUMENT,
  )
  if (port.dead) return
  checkEntryResult(port, status)
  port.moduleData.remember()
  const life = lifeOf(port)
  if (status !== 0 && found.length > 0) {
    const searched = life.running === undefined && found.every(data => detects(port, data))
    if (life.running !== undefined) halt(port)
    throw new BootFailure(
      searched ? reasons(life) : `DriverEntry returned 0x${(status >>> 0).toString(16)}: the driver is not loaded`,
    )
  }
  if (found.length === 0)
    throw new BootFailure(
      `DriverEntry returned 0x${(status >>> 0).toString(16)} and registered no adapter with ScsiPortInitialize`,
    )
  for (const data of found) {
    if (detects(port, data)) continue
    const reason = wanted(port, data) ?? (findAdapter(port, data) || (port.dead ? '' : start(port, data)))
    if (port.dead) return
    if (reason !== '') life.reasons.push(reason)
  }
  if (life.running === undefined) throw new BootFailure(reasons(life))
}

const reasons = (life: Life): string => [...new Set(life.reasons)].join('; ')

/** LD-10: one of the results of ScsiPortInitialize is what DriverEntry returns. */
function checkEntryResult({ trace, index, initializeResults }: Port, status: number): void {
  if (initializeResults.length === 0 || initializeResults.includes(status | 0)) return
  const lowest = Math.min(...initializeResults.map(result => result >>> 0))
  trace.emit(Event.Finding, index, Finding.EntryResult, -1, status | 0, lowest | 0)
}

/** What DriverEntry gets: opaque to the miniport. */
const DRIVER_ARGUMENT = 0x6000_0010
const REGISTRY_ARGUMENT = 0x6000_0020

/** Largest data buffer of one SRB. */
export const MAX_DATA_BYTES = OPAQUE_STRIDE - 4096

/** SRBs and data buffers, made before the miniport is asked anything. */
export function makeSlots(port: Port, count: number, dataBytes: number): void {
  const { arena } = port
  const stride = SRB.bytes + 64
  const srbs = arena.allocate('SRBs', stride * count)
  port.srbBase = srbs.at
  port.srbStride = stride
  const room = (dataBytes + 2 * 4096 - 1) & ~4095
  port.slots = Array.from({ length: count }, (_, index) => {
    const data = arena.allocatePages('data buffer', room)
    const slot = new SrbSlot(index, srbs.at + index * stride, data.at, room)
    // Half of the buffers start in the middle of a page, as buffers of real programs do.
    slot.dataAt = data.at + (index % 2 === 0 ? 0 : (index * 512) % 4096)
    slot.dataVa = slot.dataAt
    return slot
  })
  port.guard.reserve(count)
  for (const slot of port.slots) port.free.push(slot)
}

/** Interrupt connected, HwInitialize, supported control types, tick. @returns '' or why the adapter does not run */
function initialize(port: Port): string {
  connect(port)
  const ok = port.call(Routine.Initialize, port.entries.initialize, DIRQL, -1, port.extension.at)
  if (port.dead) return ''
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Initialized, ok, 0, 0)
  if (ok === 0) {
    halt(port)
    return 'HwInitialize returned FALSE'
  }
  queryControlTypes(port)
  if (!port.dead) port.startTicking()
  return ''
}

function connect(port: Port): void {
  const { capabilities, wiredInterrupt } = port
  if (port.entries.interrupt === undefined || capabilities.polled) return
  if (port.detected && capabilities.interruptLevel !== wiredInterrupt) {
    port.note(
      `HwFindAdapter left BusInterruptLevel ${capabilities.interruptLevel}, but the adapter is wired to ${wiredInterrupt}: HwInterrupt is connected to a line on which it never interrupts`,
    )
    return
  }
  port.cpu.connect(port.parts.line, port)
  port.connected = true
  port.faults.connected()
  if (port.cpu.assertedLines > 0) port.cpu.dispatchInterrupts()
}

/** No routine of the miniport is called any more until it is restarted. */
function halt(port: Port): void {
  port.connected = false
  port.cpu.disconnect(port.parts.line, port)
  port.cancelAlarms()
  port.stopped = true
}

function supports(port: Port, type: number): boolean {
  return port.entries.adapterControl !== undefined && (port.controlTypes & (1 << type)) !== 0
}

/** @returns true for ScsiAdapterControlSuccess */
function control(port: Port, type: number, irql: number, parameters = 0): boolean {
  const { trace, index, entries } = port
  port.controlType = type
  trace.emit(Event.Control, index, type, 1, 0, port.pin.level ? 1 : 0)
  const status = port.call(
    Routine.AdapterControl,
    entries.adapterControl!,
    irql,
    -1,
    port.extension.at,
    type,
    parameters,
  )
  port.controlType = -1
  if (!port.dead) trace.emit(Event.Control, index, type, 0, status, port.pin.level ? 1 : 0)
  return status === 0
}

function queryControlTypes(port: Port): void {
  if (port.entries.adapterControl === undefined) return
  const types = port.parts.settings.maxControlType
  const list = port.arena.allocate(CONTROL_LIST, 4 + types)
  port.guest.view.setUint32(list.at, types, true)
  const ok = control(port, ADAPTER_CONTROL.QuerySupportedControlTypes, PASSIVE_LEVEL, list.at)
  if (!port.dead) port.inspector.check(list)
  port.controlTypes = 0
  if (port.dead || !ok) return
  for (let type = 0; type < Math.min(types, ADAPTER_CONTROL.Max); type++)
    if (port.guest.u8[list.at + 4 + type] !== 0) port.controlTypes |= 1 << type
}

/** Stops the adapter, if it runs: ScsiStopAdapter and ScsiSetBootConfig when supported. The queues must be empty. */
export function stop(port: Port): void {
  if (port.dead || port.stopped || lifeOf(port).running === undefined) return
  if (supports(port, ADAPTER_CONTROL.StopAdapter)) control(port, ADAPTER_CONTROL.StopAdapter, DIRQL)
  halt(port)
  if (!port.dead && supports(port, ADAPTER_CONTROL.SetBootConfig))
    control(port, ADAPTER_CONTROL.SetBootConfig, PASSIVE_LEVEL)
  // What was written last is on its way to the adapter still.
  port.cpu.spend(port.cpu.costs.postedWriteDelayPs)
  const { mayInterrupt, outstanding } = port.adapter
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Stopped, 0, mayInterrupt ? 1 : 0, outstanding)
}

/**
 * Starts a stopped adapter again: ScsiSetRunningConfig and ScsiRestartAdapter when supported, else HwFindAdapter and
 * HwInitialize as at the start. @throws BootFailure when it refuses
 */
export function restart(port: Port): void {
  const data = lifeOf(port).running
  if (port.dead || !port.stopped || data === undefined) return
  let reason = ''
  if (supports(port, ADAPTER_CONTROL.RestartAdapter)) {
    if (supports(port, ADAPTER_CONTROL.SetRunningConfig)) control(port, ADAPTER_CONTROL.SetRunningConfig, PASSIVE_LEVEL)
    port.resume()
    connect(port)
    if (!control(port, ADAPTER_CONTROL.RestartAdapter, DIRQL)) reason = 'HwAdapterControl(ScsiRestartAdapter) failed'
    else port.startTicking()
  } else {
    reason = findAdapter(port, data)
    if (port.dead) return
    if (reason === '') {
      port.resume()
      const failed = initialize(port)
      if (failed !== '') throw new BootFailure(failed)
    }
  }
  if (port.dead) return
  if (reason !== '') halt(port)
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Restarted, reason === '' ? 1 : 0, 0, 0)
  if (reason !== '') throw new BootFailure(`the adapter did not restart: ${reason}`)
}
