// The ABI table: every import of a ScsiPort miniport with its wasm signature and the routines that may call it.
// A second table will serve StorPort. Source: WDK ScsiPortXxx pages; wasm signatures as clang emits them for wasm32.
import type { ValueType } from '../guest/guest.ts'
import { Routine } from '../trace/events.ts'

const bit = (...routines: number[]): number => routines.reduce((mask, r) => mask | (1 << r), 0)
const {
  DriverEntry,
  FindAdapter,
  Initialize,
  StartIo,
  Interrupt,
  ResetBus,
  DmaStarted,
  Timer,
  EnableInterrupts,
  DisableInterrupts,
  AdapterControl,
} = Routine

const anywhere = ~0
const onlyFindAdapter = bit(FindAdapter)
/** Of HwAdapterControl only ScsiSetRunningConfig and ScsiSetBootConfig, see imports.ts. */
export const CONFIGURATION_CALLERS = bit(FindAdapter, AdapterControl)
const notEntry = ~bit(DriverEntry)
const requests = bit(
  StartIo,
  Interrupt,
  EnableInterrupts,
  Timer,
  ResetBus,
  DmaStarted,
  Initialize,
  FindAdapter,
  AdapterControl,
)
const stalls = ~bit(DriverEntry, DisableInterrupts)

export interface AbiRow {
  name: string
  params: readonly ValueType[]
  results: readonly ValueType[]
  /** Bit mask of the routines the import may be called from; calls from others are findings (ForbiddenCall). */
  allowed: number
}

const i = (count: number): readonly ValueType[] => Array.from({ length: count }, () => 'i32' as const)
const row = (name: string, params: number, results: 0 | 1, allowed: number): AbiRow => ({
  name,
  params: i(params),
  results: i(results),
  allowed,
})

const accessors = (['Port', 'Register'] as const).flatMap(space =>
  (['Uchar', 'Ushort', 'Ulong'] as const).flatMap(width => [
    row(`ScsiPortRead${space}${width}`, 1, 1, notEntry),
    row(`ScsiPortWrite${space}${width}`, 2, 0, notEntry),
    row(`ScsiPortRead${space}Buffer${width}`, 3, 0, notEntry),
    row(`ScsiPortWrite${space}Buffer${width}`, 3, 0, notEntry),
  ]),
)

export const SCSIPORT_ABI: readonly AbiRow[] = [
  row('ScsiPortInitialize', 4, 1, bit(DriverEntry)),
  row('ScsiPortGetDeviceBase', 6, 1, CONFIGURATION_CALLERS),
  row('ScsiPortFreeDeviceBase', 2, 0, onlyFindAdapter),
  row('ScsiPortValidateRange', 6, 1, onlyFindAdapter),
  row('ScsiPortGetBusData', 6, 1, CONFIGURATION_CALLERS),
  row('ScsiPortSetBusDataByOffset', 7, 1, CONFIGURATION_CALLERS),
  row('ScsiPortGetUncachedExtension', 3, 1, onlyFindAdapter),
  row('ScsiPortGetPhysicalAddress', 5, 0, notEntry),
  row('ScsiPortGetVirtualAddress', 2, 1, notEntry),
  row('ScsiPortConvertUlongToPhysicalAddress', 2, 0, anywhere),
  row('ScsiPortConvertPhysicalAddressToUlong', 1, 1, anywhere),
  row('ScsiPortGetLogicalUnit', 4, 1, requests),
  row('ScsiPortGetSrb', 5, 1, requests),
  row('ScsiPortNotification', 3, 0, notEntry & ~bit(FindAdapter)),
  row('ScsiPortCompleteRequest', 5, 0, requests),
  row('ScsiPortLogError', 7, 0, notEntry),
  row('ScsiPortStallExecution', 1, 0, stalls),
  row('ScsiPortFlushDma', 1, 0, requests),
  row('ScsiPortIoMapTransfer', 4, 0, bit(StartIo, Interrupt, EnableInterrupts, Timer, ResetBus)),
  row('ScsiPortMoveMemory', 3, 0, anywhere),
  row('ScsiPortQuerySystemTime', 1, 0, anywhere),
  row('ScsiDebugPrint', 3, 0, anywhere),
  ...accessors,
]

/** wasm types of the routines a miniport hands over, by routine (scsiport entry point prototypes, PHW_*). */
export const ENTRY_TYPES: Readonly<Record<number, { params: readonly ValueType[]; results: readonly ValueType[] }>> = {
  [DriverEntry]: { params: i(2), results: i(1) },
  [FindAdapter]: { params: i(6), results: i(1) },
  [Initialize]: { params: i(1), results: i(1) },
  [StartIo]: { params: i(2), results: i(1) },
  [Interrupt]: { params: i(1), results: i(1) },
  [ResetBus]: { params: i(2), results: i(1) },
  [DmaStarted]: { params: i(1), results: i(0) },
  [Timer]: { params: i(1), results: i(0) },
  [EnableInterrupts]: { params: i(1), results: i(1) },
  [DisableInterrupts]: { params: i(1), results: i(1) },
  [AdapterControl]: { params: i(3), results: i(1) },
}
