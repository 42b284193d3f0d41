// The rules of loading and start on runs written by hand: LD, FA and IN.
import { describe, expect, it } from 'vitest'
import { CONFIG, CONFIG_FIELDS, HWID, HWID_FIELDS, INTERFACE, SP_RETURN } from '../../schemas/scsiport.ts'
import { AdapterPhase, Event, Finding, Notification, Routine, ScsiPortRoutine, StopKind } from '../trace/events.ts'
import { SyntheticRun } from './testing/synthetic-run.ts'

type Fields = Record<number, number>

const IO = 0x8000_0000 | 0
const BUS = 0x7000_0000
const BASE = 0x7800_0000

const HWID_GOOD: Fields = {
  [HWID.HwInitializationDataSize]: 80,
  [HWID.AdapterInterfaceType]: INTERFACE.PCIBus,
  [HWID.HwInitialize]: 1,
  [HWID.HwStartIo]: 2,
  [HWID.HwInterrupt]: 3,
  [HWID.HwFindAdapter]: 4,
  [HWID.HwResetBus]: 5,
  [HWID.VendorId]: 1024,
  [HWID.VendorIdLength]: 4,
  [HWID.DeviceId]: 1032,
  [HWID.HwAdapterControl]: 6,
  [HWID.DeviceIdLength]: 4,
}
const GIVEN: Fields = {
  [CONFIG.Length]: 140,
  [CONFIG.BusInterruptLevel]: 10,
  [CONFIG.BusInterruptVector]: 10,
  [CONFIG.MaximumTransferLength]: -1,
  [CONFIG.NumberOfPhysicalBreaks]: -1,
  [CONFIG.InitiatorBusId]: 0xff,
  [CONFIG.InitiatorBusId + 1]: 0xff,
  [CONFIG.MaximumNumberOfTargets]: 8,
  [CONFIG.MaximumNumberOfLogicalUnits]: 8,
  [CONFIG.Dma64BitAddresses]: 0x80,
}
const ANSWER: Fields = {
  [CONFIG.MaximumTransferLength]: 65536,
  [CONFIG.NumberOfPhysicalBreaks]: 17,
  [CONFIG.NumberOfBuses]: 1,
  [CONFIG.InitiatorBusId]: 7,
  [CONFIG.Master]: 1,
  [CONFIG.Dma64BitAddresses]: 1,
}

interface Start {
  hwid?: Fields
  given?: Fields
  answer?: Fields
  /** As supplied: bytes, 0 for none. */
  supplied?: number
  /** AccessRanges[0].RangeStart as left. */
  rangeStart?: number
  rangeBytes?: number
  again?: number
  poison?: number
  result?: number
  /** In HwFindAdapter, instead of one good ScsiPortGetDeviceBase. */
  find?: (run: SyntheticRun) => void
  initialize?: (run: SyntheticRun) => void
  initialized?: number
}

const call = (run: SyntheticRun, routine: number, a: number, b: number, result: number): SyntheticRun =>
  run.emit(Event.Call, routine, a, b, result)
const map = (run: SyntheticRun, at = BUS, extent = 4096, base = BASE): SyntheticRun =>
  call(run, ScsiPortRoutine.GetDeviceBase, at, extent, base)

/** DriverEntry, HwFindAdapter and HwInitialize, with what differs from a good driver. */
function start(run: SyntheticRun, o: Start = {}): SyntheticRun {
  const hwid = { ...HWID_GOOD, ...o.hwid }
  const given = { ...GIVEN, ...o.given }
  const left = { ...given, ...ANSWER, ...o.answer }
  const supplied = o.supplied ?? 4096
  run.call(Routine.DriverEntry, 0, () => {
    for (const [, at, bytes] of HWID_FIELDS) run.emit(Event.InitField, at, hwid[at] ?? 0, 0, bytes)
    call(run, ScsiPortRoutine.Initialize, INTERFACE.PCIBus, 0, 0)
  })
  run.emit(Event.ConfigRange, 0x100, supplied === 0 ? 0 : BUS, supplied, supplied === 0 ? 0 : 1)
  const result = o.result ?? SP_RETURN.FOUND
  run.call(Routine.FindAdapter, result, () => (o.find ?? map)(run))
  for (const [, at, bytes] of CONFIG_FIELDS) run.emit(Event.ConfigField, at, left[at] ?? 0, given[at] ?? 0, bytes)
  run.emit(Event.ConfigRange, 0, o.rangeStart ?? BUS, o.rangeBytes ?? 4096, 1)
  run.emit(Event.Adapter, AdapterPhase.Found, result, o.again ?? 0, o.poison ?? 0)
  if (result !== SP_RETURN.FOUND) return run
  run.call(Routine.Initialize, o.initialized ?? 1, () => o.initialize?.(run))
  run.emit(Event.Adapter, AdapterPhase.Initialized, o.initialized ?? 1)
  return run.emit(Event.Adapter, AdapterPhase.Scanned, 1)
}

/** @param before what happens before the start */
const statusOf = (id: string, o: Start = {}, after?: (run: SyntheticRun) => void): string => {
  const run = start(new SyntheticRun(), o)
  after?.(run)
  return run.row(id).status
}

describe('a good start', () => {
  it('breaks nothing, and exercises what needs no trouble', () => {
    const run = start(new SyntheticRun(), { poison: 1 })
    run.rules.finish()
    expect(run.violated).toEqual([])
    const held = run.rules
      .report(0)
      .filter(r => /^(LD|FA|IN)-/.test(r.id) && r.status === 'held')
      .map(r => r.id)
    expect(held).toEqual([
      ...['LD-1', 'LD-2', 'LD-3', 'LD-4', 'LD-5', 'LD-7', 'LD-8', 'LD-9', 'LD-10', 'LD-11', 'LD-14'],
      ...['FA-2', 'FA-3', 'FA-5', 'FA-8', 'FA-9', 'FA-10', 'FA-11', 'FA-12', 'FA-13', 'FA-14', 'FA-15', 'FA-16'],
      ...['FA-17', 'FA-18', 'IN-2', 'IN-4', 'IN-5'],
    ])
  })
})

describe('violated', () => {
  it.each<[string, Start, string]>([
    ['LD-3', { hwid: { [HWID.Reserved]: 0xcccc } }, 'Reserved of HW_INITIALIZATION_DATA (offset 52) is 0xCCCC'],
    ['LD-3', { hwid: { [HWID.MapBuffers]: 0xcc } }, 'neither TRUE nor FALSE'],
    ['LD-4', { hwid: { [HWID.HwInitializationDataSize]: 72 } }, 'is 72; the structure has 80 bytes'],
    ['LD-5', { hwid: { [HWID.HwStartIo]: 0, [HWID.HwResetBus]: 0 } }, 'HwStartIo and HwResetBus'],
    ['LD-6', { hwid: { [HWID.HwInterrupt]: 0 } }, 'BusInterruptLevel 10'],
    ['LD-7', { hwid: { [HWID.HwDmaStarted]: 6 } }, 'HwDmaStarted'],
    ['LD-9', { hwid: { [HWID.DeviceIdLength]: 0 } }, 'DeviceIdLength'],
    ['LD-12', { answer: { [CONFIG.MultipleRequestPerLu]: 1 } }, 'AutoRequestSense is FALSE'],
    [
      'FA-1',
      { given: { [CONFIG.Length]: 100 }, answer: { [CONFIG.Dma64BitAddresses]: 1 } },
      'wrote Dma64BitAddresses at offset 136 of PORT_CONFIGURATION_INFORMATION, whose Length was 100',
    ],
    ['FA-2', { result: 0xc00000c0 | 0 }, 'returned 0xC00000C0'],
    ['FA-3', { find: run => map(run, 0x330, 4 | IO, 0) }, '4 bytes at port 0x330'],
    ['FA-3', { find: run => map(run, BUS, 8192, BASE) }, '8192 bytes at address 0x70000000'],
    ['FA-4', { supplied: 0 }, 'never gave to ScsiPortValidateRange'],
    [
      'FA-4',
      {
        supplied: 0,
        find: run => map(call(run, ScsiPortRoutine.ValidateRange, BUS, 4096, 0)),
      },
      'ScsiPortValidateRange had said FALSE',
    ],
    ['FA-5', { find: run => map(run, BUS, 4096 | IO, 0) }, 'with InIoSpace TRUE'],
    ['FA-6', { find: run => map(run, BUS, 4096, 0).emit(Event.BadAccess, 0, -1, 1, 4) }, 'register access at 0x0000'],
    ['FA-6', { find: run => map(run, BUS, 4096, 0) }, 'nothing is mapped'],
    ['FA-7', { result: SP_RETURN.NOT_FOUND }, 'left 1 mapping behind'],
    ['FA-7', { find: run => call(map(run), ScsiPortRoutine.FreeDeviceBase, 0x1234, 0, 0) }, '0x1234'],
    ['FA-8', { rangeStart: BASE }, 'the bus address is 0x70000000'],
    ['FA-8', { rangeBytes: 64 }, 'left as 64 bytes'],
    ['FA-8', { supplied: 0, rangeBytes: 64 }, '64 bytes at 0x70000000, but 4096 were mapped there'],
    ['FA-10', { given: { [CONFIG.NumberOfPhysicalBreaks]: 16 } }, 'from 16 to 17'],
    ['FA-10', { answer: { [CONFIG.NumberOfPhysicalBreaks]: -1 } }, '0xFFFFFFFF'],
    ['FA-11', { answer: { [CONFIG.MaximumTransferLength]: -1 } }, '0xFFFFFFFF'],
    ['FA-12', { answer: { [CONFIG.NumberOfBuses]: 9 } }, 'NumberOfBuses at 9'],
    ['FA-12', { answer: { [CONFIG.NumberOfBuses]: 2 } }, 'did not set InitiatorBusId[1]'],
    ['FA-13', { answer: { [CONFIG.MaximumNumberOfTargets]: 255 } }, '255'],
    ['FA-13', { answer: { [CONFIG.MaximumNumberOfLogicalUnits]: 0 } }, 'MaximumNumberOfLogicalUnits'],
    ['FA-14', { answer: { [CONFIG.AlignmentMask]: 4 } }, '0x4'],
    ['FA-15', { answer: { [CONFIG.BusInterruptLevel]: 11 } }, 'BusInterruptLevel from 10 to 11'],
    ['FA-16', { again: 0xcc }, '0xCC'],
    ['FA-16', { again: 1, result: SP_RETURN.NOT_FOUND, find: () => {} }, 'SP_RETURN_NOT_FOUND'],
    ['FA-17', { answer: { 60: 5 } }, 'Reserved (offset 60) from 0x0 to 0x5'],
    ['FA-18', { answer: { [CONFIG.Dma32BitAddresses]: 1 } }, 'only one may be set'],
    ['FA-18', { given: { [CONFIG.Dma64BitAddresses]: 0 } }, 'did not offer'],
    [
      'FA-19',
      {
        find: run => {
          for (let n = 0; n < 2; n++) call(map(run), ScsiPortRoutine.GetUncachedExtension, 512, 0, n === 0 ? 4096 : 0)
        },
      },
      '2. time',
    ],
    [
      'FA-20',
      { find: run => call(map(run), ScsiPortRoutine.GetUncachedExtension, 256 * 1024, 0, 4096) },
      '262144 bytes',
    ],
    ['IN-1', { initialized: 0 }, 'had logged nothing'],
    ['IN-2', { initialize: run => run.emit(Event.BusReset, 1) }, 'reset the bus'],
    ['IN-4', { initialize: run => run.wait(6_000_000) }, 'took 6 s'],
  ])('%s %#', (id, o, message) => {
    const run = start(new SyntheticRun(), o)
    const row = run.row(id)
    expect(row).toMatchObject({ status: 'violated' })
    expect(row.first!.message).toContain(message)
  })

  it.each<[string, (typeof Finding)[keyof typeof Finding], number, number, string]>([
    ['LD-2', Finding.DriverArgument, 2, 7, 'given 0x7 as Argument2'],
    ['LD-10', Finding.EntryResult, 1, 0, 'returned 0x1'],
    ['LD-13', Finding.SenseMissing, 0, 0, 'without SRB_STATUS_AUTOSENSE_VALID'],
    ['LD-14', Finding.ModuleDataChanged, 0x460, -1, 'address 0x0460'],
    ['FA-18', Finding.BufferMemberLate, CONFIG.Dma64BitAddresses, 1, 'Dma64BitAddresses to 0x01 after'],
    ['FA-19', Finding.BufferMemberLate, CONFIG.SrbExtensionSize, 64, 'SrbExtensionSize to 0x40 after'],
    ['FA-19', Finding.BufferMember, CONFIG.Master, 0, 'while Master was 0'],
    ['FA-9', Finding.HwContextUsed, 0x6100_0004, -1, 'followed HwContext to 0x61000004'],
    ['IN-5', Finding.BusyAtScan, 0x0300, 0, 'INQUIRY of target 3 LUN 0'],
  ])('%s by what the port driver found', (id, finding, c, d, message) => {
    const run = start(new SyntheticRun()).finding(finding, 3, c, d)
    const row = run.row(id)
    expect(row.status).toBe('violated')
    expect(row.first!.message).toContain(message)
  })

  it.each<[string, string, number]>([
    ['LD-11', 'ScsiPortInitialize', Routine.FindAdapter],
    ['LD-11', 'ScsiPortGetBusData', Routine.DriverEntry],
    ['FA-19', 'ScsiPortGetUncachedExtension', Routine.Initialize],
    ['FA-21', 'ScsiPortGetBusData', Routine.StartIo],
  ])('%s by a call of %s from the wrong routine, and no other rule', (id, name, routine) => {
    const run = start(new SyntheticRun())
    run.call(routine, 1, () => run.finding(Finding.ForbiddenCall, -1, run.trace.intern(name), routine))
    run.rules.finish()
    expect(run.violated).toEqual([id])
  })

  it('IN-3: HwInterrupt before HwInitialize reaches no register, or has to be stopped', () => {
    for (const kind of [Event.BadAccess, Event.Stopped]) {
      const run = new SyntheticRun()
      start(run, { find: r => map(r), result: SP_RETURN.ERROR })
      run.emit(Event.Adapter, AdapterPhase.Found, SP_RETURN.FOUND)
      run.isr(false, () =>
        kind === Event.BadAccess
          ? run.emit(kind, 0x10, -1, 1, 4)
          : run.emit(kind, StopKind.Trap, Routine.Interrupt, 1, run.trace.intern('trap')),
      )
      expect(run.row('IN-3')).toMatchObject({ status: 'violated', first: { entryPoint: 'HwInterrupt' } })
    }
  })

  it('IN-4: the time limit stopped it', () => {
    const run = start(new SyntheticRun(), {
      initialize: r => r.emit(Event.Stopped, StopKind.TimeLimit, Routine.Initialize, 1, r.trace.intern('limit')),
    })
    expect(run.row('IN-4').status).toBe('violated')
  })

  it('LD-6: polled, and nobody ever asked for the timer', () => {
    const polled = {
      hwid: { [HWID.HwInterrupt]: 0 },
      answer: { [CONFIG.BusInterruptLevel]: 0, [CONFIG.BusInterruptVector]: 0 },
    }
    expect(statusOf('LD-6', polled, run => run.startIo())).toBe('violated')
    const asked = (run: SyntheticRun) =>
      run.startIo(() => run.emit(Event.Notify, Notification.RequestTimerCall, 9, 100))
    expect(statusOf('LD-6', polled, asked)).toBe('held')
  })

  it('LD-7: a system DMA transfer without HwDmaStarted', () => {
    const status = statusOf('LD-7', { answer: { [CONFIG.Master]: 0 } }, run =>
      run.emit(Event.MapTransfer, 1, 0, 512, 1),
    )
    expect(status).toBe('violated')
  })
})

describe('held, not exercised, not applicable', () => {
  const noMaster = { [CONFIG.Master]: 0, [CONFIG.Dma64BitAddresses]: 0x80 }
  it.each<[string, string, Start]>([
    ['LD-4', 'held', { hwid: { [HWID.HwInitializationDataSize]: 76 } }],
    ['LD-6', 'not-applicable', {}],
    ['LD-9', 'not-applicable', { hwid: { [HWID.AdapterInterfaceType]: INTERFACE.Isa } }],
    ['LD-12', 'not-applicable', {}],
    ['LD-12', 'held', { answer: { [CONFIG.MultipleRequestPerLu]: 1, [CONFIG.AutoRequestSense]: 1 } }],
    ['LD-13', 'not-applicable', {}],
    ['LD-13', 'not-exercised', { answer: { [CONFIG.AutoRequestSense]: 1 } }],
    ['FA-1', 'not-exercised', {}],
    ['FA-1', 'held', { given: { [CONFIG.Length]: 100 }, answer: { [CONFIG.Dma64BitAddresses]: 0x80 } }],
    ['FA-3', 'not-exercised', { supplied: 0 }],
    ['FA-4', 'not-exercised', {}],
    ['FA-4', 'held', { supplied: 0, find: run => map(call(run, ScsiPortRoutine.ValidateRange, BUS, 4096, 1)) }],
    ['FA-6', 'not-exercised', {}],
    ['FA-6', 'held', { find: run => map(run, BUS, 4096, 0), result: SP_RETURN.ERROR }],
    ['FA-7', 'not-exercised', {}],
    [
      'FA-7',
      'held',
      { find: run => call(map(run), ScsiPortRoutine.FreeDeviceBase, BASE, 0, 1), result: SP_RETURN.NOT_FOUND },
    ],
    ['FA-9', 'not-exercised', {}],
    ['FA-10', 'not-applicable', { answer: noMaster }],
    ['FA-10', 'held', { answer: noMaster, hwid: { [HWID.HwDmaStarted]: 6 } }],
    ['FA-12', 'not-exercised', { result: SP_RETURN.NOT_FOUND, find: () => {} }],
    ['FA-15', 'not-exercised', { given: { [CONFIG.BusInterruptLevel]: 0, [CONFIG.BusInterruptVector]: 0 } }],
    [
      'FA-15',
      'held',
      {
        hwid: { [HWID.HwInterrupt]: 0 },
        answer: { [CONFIG.BusInterruptLevel]: 0, [CONFIG.BusInterruptVector]: 0 },
      },
    ],
    ['FA-17', 'held', { given: { [CONFIG.Length]: 100 }, answer: { 124: 9 } }],
    ['FA-18', 'not-applicable', { answer: noMaster }],
    ['FA-18', 'not-exercised', { answer: { [CONFIG.Dma64BitAddresses]: 0x80 } }],
    ['FA-19', 'not-applicable', { answer: noMaster }],
    ['FA-19', 'not-exercised', {}],
    ['FA-20', 'held', { find: run => call(map(run), ScsiPortRoutine.GetUncachedExtension, 26_000, 0, 4096) }],
    ['FA-21', 'held', { find: run => call(map(run), ScsiPortRoutine.GetBusData, 4, 256, 256) }],
    ['IN-1', 'not-exercised', {}],
    ['IN-1', 'held', { initialized: 0, initialize: run => run.emit(Event.LogError, -1, 6, 0x200) }],
    [
      'IN-2',
      'held',
      { initialize: run => run.emit(Event.BusReset, 1).emit(Event.Notify, Notification.ResetDetected, -1) },
    ],
    ['IN-3', 'not-exercised', {}],
  ])('%s is %s %#', (id, status, o) => {
    expect(statusOf(id, o)).toBe(status)
  })
})
