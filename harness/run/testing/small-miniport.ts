// A miniport of a few lines as a wasm module: registers for what a test wants, and takes an adapter by its PCI class or by what answers at
// an ISA port. It does no I/O.
import type { Bytes } from '../../../device/bytes.ts'
import { CONFIG, HWID, INTERFACE } from '../../../schemas/scsiport.ts'
import { assemble } from '../../guest/testing/wat.ts'

export interface SmallMiniport {
  registers: readonly { interfaceType?: number; vendorId?: string; deviceId?: string }[]
  /** 24 bits: base class, subclass, interface. Default: any adapter whose resources are assigned. */
  classCode?: number
  /** HwFindAdapter executes `unreachable`. */
  traps?: boolean
}

const HWIDS = 2048
const HWID_STEP = 128
const TEXTS = 1024
const PORT = 0x330
/** In the function table. */
const ROUTINES = { HwInitialize: 1, HwStartIo: 2, HwFindAdapter: 3, HwResetBus: 2 } as const

export function smallMiniport({ registers, classCode, traps = false }: SmallMiniport): Promise<Bytes> {
  const hwids = registers.map(({ interfaceType = INTERFACE.PCIBus, vendorId = '', deviceId = '' }, n) => {
    const bytes = new Uint8Array(HWID.bytes)
    const view = new DataView(bytes.buffer)
    const put = (at: number, value: number): void => view.setUint32(at, value, true)
    put(HWID.HwInitializationDataSize, HWID.bytes)
    put(HWID.AdapterInterfaceType, interfaceType)
    for (const [name, index] of Object.entries(ROUTINES)) put(HWID[name as keyof typeof ROUTINES], index)
    put(HWID.DeviceExtensionSize, 16)
    put(HWID.NumberOfAccessRanges, 1)
    view.setUint16(HWID.VendorIdLength, vendorId.length, true)
    view.setUint16(HWID.DeviceIdLength, deviceId.length, true)
    put(HWID.VendorId, TEXTS + 8 * n)
    put(HWID.DeviceId, TEXTS + 8 * n + 4)
    return { bytes, text: vendorId.padEnd(4) + deviceId.padEnd(4) }
  })
  const data = (at: number, bytes: Iterable<number>): string =>
    `(data (i32.const ${at}) "${[...bytes].map(b => `\\${b.toString(16).padStart(2, '0')}`).join('')}")`
  const type = `(i32.load (i32.add (local.get $config) (i32.const ${CONFIG.AdapterInterfaceType})))`
  const slot = `(i32.load (i32.add (local.get $config) (i32.const ${CONFIG.SlotNumber})))`
  return assemble(`(module
    (import "env" "ScsiPortInitialize" (func $init (param i32 i32 i32 i32) (result i32)))
    (import "env" "ScsiPortGetBusData" (func $bus (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "env" "ScsiPortValidateRange" (func $valid (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "env" "ScsiPortGetDeviceBase" (func $base (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "env" "ScsiPortReadPortUchar" (func $in (param i32) (result i32)))
    (memory (export "memory") 1)
    (table (export "table") 4 funcref)
    (elem (i32.const 1) $yes $yes2 $find)
    ${hwids.map(({ bytes, text }, n) => data(HWIDS + HWID_STEP * n, bytes) + data(TEXTS + 8 * n, new TextEncoder().encode(text))).join('\n')}
    ${data(512, [PORT & 0xff, PORT >> 8, 0, 0, 0, 0, 0, 0])}
    (func $yes (param i32) (result i32) (i32.const 1))
    (func $yes2 (param i32 i32) (result i32) (i32.const 1))
    (func $port (param $ext i32) (result i32)
      (drop (call $valid (local.get $ext) (i32.const 1) (i32.const 0) (i32.const 512) (i32.const 4) (i32.const 1)))
      (i32.ne (call $in (call $base (local.get $ext) (i32.const 1) (i32.const 0) (i32.const 512) (i32.const 4)
        (i32.const 1))) (i32.const 255)))
    (func $class (param $ext i32) (param $slot i32) (result i32)
      (drop (call $bus (local.get $ext) (i32.const 4) (i32.const 0) (local.get $slot) (i32.const 4096) (i32.const 64)))
      ${classCode === undefined ? '(i32.const 1)' : `(i32.eq (i32.shr_u (i32.load (i32.const 4104)) (i32.const 8)) (i32.const ${classCode}))`})
    (func $find (param $ext i32) (param i32 i32 i32) (param $config i32) (param $again i32) (result i32)
      ${traps ? 'unreachable' : ''}
      (i32.store8 (local.get $again) (i32.const 0))
      (i32.store8 (i32.add (local.get $config) (i32.const ${CONFIG.NumberOfBuses})) (i32.const 1))
      (if (result i32) (i32.eq ${type} (i32.const ${INTERFACE.PCIBus}))
        (then (call $class (local.get $ext) ${slot}))
        (else (call $port (local.get $ext)))))
    (func (export "DriverEntry") (param $a i32) (param $b i32) (result i32) (local $status i32) (local $lowest i32)
      (local.set $lowest (i32.const ${registers.length === 0 ? 0 : -1}))
      ${registers
        .map(
          (_r, n) => `(local.set $status
            (call $init (local.get $a) (local.get $b) (i32.const ${HWIDS + HWID_STEP * n}) (i32.const 0)))
          (if (i32.lt_u (local.get $status) (local.get $lowest))
            (then (local.set $lowest (local.get $status))))`,
        )
        .join('\n')}
      (local.get $lowest)))`)
}
