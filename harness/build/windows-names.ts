// Names of Windows that miniports use and a ScsiPort miniport should not: headers that wasm-hba does not have, and routines of the
// kernel, with what a miniport calls instead.

export const WINDOWS_HEADERS: readonly { files: readonly string[]; why: string }[] = [
  {
    files: ['storport.h', 'srbhelper.h'],
    why: 'It is of StorPort: wasm-hba plays ScsiPort. Many sources have both; then choose ScsiPort (srb.h) with their macro.',
  },
  {
    files: ['ntifs.h', 'fltkernel.h', 'wdf.h', 'wdmguid.h', 'ks.h', 'ndis.h', 'ntddser.h', 'aux_klib.h'],
    why: 'It is for drivers that call the kernel; a miniport calls ScsiPort only (rule LD-1).',
  },
  {
    files: ['windows.h', 'winioctl.h', 'setupapi.h', 'winbase.h', 'ntddcdrm.h'],
    why: 'It is for programs, not for drivers: is this source part of the miniport?',
  },
  {
    files: ['ata.h', 'ide.h', 'irb.h', 'wmilib.h', 'wmistr.h', 'intrin.h', 'acpiioct.h', 'debug.h'],
    why: 'It comes with a driver kit or with the tree the driver is from: give its folder with -I.',
  },
]

/** The first that fits. */
const ROUTINES: readonly [RegExp, string][] = [
  [/^MmGetPhysicalAddress$/, 'Use ScsiPortGetPhysicalAddress: it knows what the adapter may reach.'],
  [/^MmMapIoSpace$/, 'Use ScsiPortGetDeviceBase.'],
  [/^MmUnmapIoSpace$/, 'Use ScsiPortFreeDeviceBase.'],
  [
    /^MmAllocate|^ExAllocatePool|^ExFreePool|^malloc$|^free$/,
    'Memory for a miniport is its extensions and ScsiPortGetUncachedExtension.',
  ],
  [/^(?:READ|WRITE)_PORT_/, 'Use ScsiPortReadPortUchar and its kin.'],
  [/^(?:READ|WRITE)_REGISTER_/, 'Use ScsiPortReadRegisterUchar and its kin.'],
  [/^__?(?:in|out)(?:p|pw|pd|byte|word|dword)(?:string)?$/, 'Use ScsiPortReadPortUchar and its kin.'],
  [/^Hal(?:Get|Set)BusData/, 'Use ScsiPortGetBusData and ScsiPortSetBusDataByOffset.'],
  [
    /^HalGetInterruptVector|^IoConnectInterrupt|^IoDisconnectInterrupt/,
    'The port driver connects the interrupt of PORT_CONFIGURATION_INFORMATION.',
  ],
  [/^HalTranslateBusAddress$/, 'Use ScsiPortGetDeviceBase: it translates.'],
  [/^KeStallExecutionProcessor$/, 'Use ScsiPortStallExecution.'],
  [
    /^KeDelayExecutionThread|^KeWaitFor|^KeSetEvent|^KeInitializeEvent/,
    'A miniport may not wait: ask for a timer with ScsiPortNotification(RequestTimerCall).',
  ],
  [/^Ke(?:Set|Cancel|Initialize)Timer|^IoStartTimer|^IoInitializeTimer/, 'Use ScsiPortNotification(RequestTimerCall).'],
  [
    /^KeQuerySystemTime$|^KeQueryPerformanceCounter$|^KeQueryInterruptTime$|^KeQueryTickCount$/,
    'Use ScsiPortQuerySystemTime.',
  ],
  [/SpinLock/, 'It needs none: ScsiPort calls one routine of a miniport at a time.'],
  [/^KeGetCurrentIrql$|^KeRaiseIrql|^KeLowerIrql|^KfRaiseIrql|^KfLowerIrql/, 'ScsiPort sets the IRQL of each routine.'],
  [/^KeBugCheck/, 'Log with ScsiPortLogError, and fail the request or the adapter.'],
  [/^(?:Dbg|vDbg)Print|^KdPrint/, 'Use ScsiDebugPrint.'],
  [
    /^(?:Zw|Nt)|^RtlQueryRegistryValues|^RtlWriteRegistryValue/,
    'Files and the registry are out of reach at DIRQL; parameters come as ArgumentString of HwFindAdapter.',
  ],
  [/^Io[A-Z]|^Ob[A-Z]|^Ps[A-Z]|^Ex[A-Z]|^Po[A-Z]|^Mm[A-Z]|^Ke[A-Z]|^Hal[A-Z]|^Se[A-Z]/, 'It is of the kernel.'],
  [/^StorPort/, 'It is of StorPort: wasm-hba plays ScsiPort. If the source has both, choose ScsiPort with its macro.'],
  [
    /^ScsiPortWmi/,
    'The WMI library (scsiwmi.lib) is not part of wasm-hba: leave the WMI source away, or the requests for it.',
  ],
  [
    /^Rtl[A-Z]/,
    'It is of the run-time library of the kernel; the one of wasm-hba has memory and string functions only.',
  ],
]

/** @returns what a miniport does instead, undefined for a name that is not of the kernel */
export function kernelRoutine(name: string): string | undefined {
  return ROUTINES.find(([pattern]) => pattern.test(name))?.[1]
}
