// HW_INITIALIZATION_DATA, as a miniport gives it to ScsiPortInitialize: checked and copied. Source: WDK HW_INITIALIZATION_DATA.
import { HWID, NTSTATUS } from '../../schemas/scsiport.ts'
import { Event, Finding, ROUTINE_NAMES, Routine } from '../trace/events.ts'
import { ENTRY_TYPES } from './abi.ts'
import { type HwInitializationData, traceInitialization } from './configuration.ts'
import { checkRange } from './guest-memory.ts'
import type { Port } from './port.ts'
import { describeSignature, sameSignature } from './signature.ts'

/** Checks and copies HW_INITIALIZATION_DATA. @returns an NTSTATUS; with SUCCESS the structure is the newest of `into` */
export function readInitializationData(
  port: Port,
  address: number,
  context: number,
  into: HwInitializationData[],
): number {
  const { guest } = port
  const at = checkRange(guest, address, HWID.bytesNt4, 'ScsiPortInitialize')
  const { view } = guest
  const size = view.getUint32(at, true)
  const known = size <= HWID.bytes && size >= HWID.bytesNt4
  if (known) checkRange(guest, address, size, 'ScsiPortInitialize')
  traceInitialization(port, at, known ? size : HWID.bytesNt4, port.initializeResults.length)
  if (!known) return NTSTATUS.REVISION_MISMATCH
  const word = (offset: number): number => (offset + 4 <= size ? view.getUint32(at + offset, true) : 0)
  const text = (lengthAt: number, pointerAt: number): string => {
    const length = Math.min(view.getUint16(at + lengthAt, true), 8)
    if (length === 0) return ''
    const from = checkRange(guest, word(pointerAt), length, 'ScsiPortInitialize')
    return String.fromCharCode(...guest.u8.subarray(from, from + length)).toLowerCase()
  }
  const data: HwInitializationData = {
    interfaceType: view.getInt32(at + HWID.AdapterInterfaceType, true),
    routines: {
      [Routine.Initialize]: word(HWID.HwInitialize),
      [Routine.StartIo]: word(HWID.HwStartIo),
      [Routine.Interrupt]: word(HWID.HwInterrupt),
      [Routine.FindAdapter]: word(HWID.HwFindAdapter),
      [Routine.ResetBus]: word(HWID.HwResetBus),
      [Routine.DmaStarted]: word(HWID.HwDmaStarted),
      [Routine.AdapterControl]: word(HWID.HwAdapterControl),
    },
    deviceExtensionBytes: word(HWID.DeviceExtensionSize),
    luExtensionBytes: word(HWID.SpecificLuExtensionSize),
    srbExtensionBytes: word(HWID.SrbExtensionSize),
    numberOfAccessRanges: word(HWID.NumberOfAccessRanges),
    mapBuffers: guest.u8[at + HWID.MapBuffers] !== 0,
    needPhysicalAddresses: guest.u8[at + HWID.NeedPhysicalAddresses] !== 0,
    taggedQueuing: guest.u8[at + HWID.TaggedQueuing] !== 0,
    autoRequestSense: guest.u8[at + HWID.AutoRequestSense] !== 0,
    multipleRequestPerLu: guest.u8[at + HWID.MultipleRequestPerLu] !== 0,
    receiveEvent: guest.u8[at + HWID.ReceiveEvent] !== 0,
    vendorId: text(HWID.VendorIdLength, HWID.VendorId),
    deviceId: text(HWID.DeviceIdLength, HWID.DeviceId),
    hwContext: context,
  }
  const { routines } = data
  if (
    !routines[Routine.Initialize] ||
    !routines[Routine.StartIo] ||
    !routines[Routine.FindAdapter] ||
    !routines[Routine.ResetBus]
  )
    return NTSTATUS.REVISION_MISMATCH
  into.push(data)
  checkEntryTypes(port, data)
  return NTSTATUS.SUCCESS
}

/** LD-8: every routine pointer must have the documented type; JavaScript would not notice. */
function checkEntryTypes(port: Port, data: HwInitializationData): void {
  for (const [key, index] of Object.entries(data.routines)) {
    const routine = Number(key)
    if (index === 0) continue
    const expected = ENTRY_TYPES[routine]!
    const found = port.guest.signature(index)
    if (found !== undefined && sameSignature(found, expected)) continue
    const text =
      found === undefined
        ? `${ROUTINE_NAMES[routine]} is table index ${index}, which holds no function`
        : `${ROUTINE_NAMES[routine]} (${port.guest.functionName(index)}) has type ${describeSignature(found)}, expected ${describeSignature(expected)}`
    port.trace.emit(Event.Finding, port.index, Finding.BadSignature, -1, routine, port.trace.intern(text))
  }
}
