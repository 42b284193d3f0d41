// Bug classes that have bitten emulated host bus adapters, on the parts every adapter is made of: accesses of every size at
// every offset across register and window ends; DMA aimed at the adapter's own registers.
import { describe, expect, test } from 'vitest'
import { REFERENCE_REGISTERS } from './adapters/reference/registers.ts'
import { AddressSpace, allOnes } from './address-space.ts'
import { BusMemory, GrantAccess } from './bus-memory.ts'
import { Clock } from './clock.ts'
import { PciFunction } from './pci.ts'
import { PostedWrites } from './posted-writes.ts'
import { DeviceEvent, DiagnosticCode } from './probe.ts'
import { RegisterBank } from './register-bank.ts'
import { RecordingProbe } from './testing/recording-probe.ts'

const BASE = 0x7000_0000

function machine(postedWriteDelayPs: number) {
  const probe = new RecordingProbe()
  const memory = new AddressSpace('memory', probe)
  const clock = new Clock()
  const bank = new RegisterBank(REFERENCE_REGISTERS, {}, (code, offset, value, widthBytes) =>
    probe.emit(DeviceEvent.Diagnostic, 0, code, offset, value, widthBytes),
  )
  const target = new PostedWrites(bank, clock, postedWriteDelayPs)
  const linear = new Uint8Array(1 << 20)
  const slice = new BusMemory(probe).addSlice('guest', linear, 0, linear.length)
  const port = slice.dmaPort(0)
  const bars = [{ space: 'memory' as const, sizeBytes: REFERENCE_REGISTERS.sizeBytes, base: BASE, target }]
  const pci = new PciFunction({
    label: 'reference #0',
    adapter: 0,
    vendor: 1,
    device: 1,
    classCode: 0x010000,
    bars,
    spaces: { memory, port: new AddressSpace('port', probe) },
    dma: port,
    probe,
  })
  pci.enable({ busMaster: true })
  return { probe, memory, clock, bank, slice, port, pci, linear }
}

describe.each([0, 200_000])('with writes posted for %d ps', delayPs => {
  test('every size at every offset across register and window ends either reaches one whole register or is reported', () => {
    const { probe, memory, clock, bank } = machine(delayPs)
    const offsets = new Set<number>()
    for (const { offset } of REFERENCE_REGISTERS.registers) for (let i = -4; i <= 8; i++) offsets.add(offset + i)
    for (let i = -8; i <= 8; i++) offsets.add(REFERENCE_REGISTERS.sizeBytes + i)
    const registers = new Set<number>(REFERENCE_REGISTERS.registers.map(r => r.offset))
    for (const widthBytes of [1, 2, 4, 8])
      for (const offset of offsets) {
        probe.take()
        const value = memory.read(BASE + offset, widthBytes)
        const whole = widthBytes === 4 && registers.has(offset)
        const codes = probe.takeCodes().filter(code => code !== DiagnosticCode.WriteOnlyRead)
        expect(codes.length).toBe(whole ? 0 : 1)
        if (!whole) expect(value).toBe(allOnes(widthBytes))
        const before = bank.values.slice()
        memory.write(BASE + offset, widthBytes, -1)
        clock.advanceTo(clock.nowPs + delayPs)
        if (whole) continue
        expect(probe.takeCodes().length).toBe(1)
        expect(bank.values).toEqual(before)
      }
  })
})

describe('DMA aimed at the adapter’s own registers', () => {
  test('is refused: a window is no bus memory, not even with everything granted', () => {
    const { probe, slice, port, bank, linear } = machine(0)
    slice.grant(0, linear.length, GrantAccess.both)
    const before = bank.values.slice()
    const buffer = new Uint8Array(4096).fill(0xff)
    for (const pa of [BASE, BASE + 0x98, BASE + 0xffc, BASE - 2]) {
      probe.take()
      expect(port.write(pa, buffer, 0, 4)).toBe(false)
      expect(port.read(pa, buffer, 0, 4)).toBe(false)
      expect(probe.take().map(([event, , low]) => [event, low])).toEqual([
        [DeviceEvent.DmaFault, pa],
        [DeviceEvent.DmaFault, pa],
      ])
    }
    expect(bank.values).toEqual(before)
    expect(port.lastFault!.text).toMatch(/there is no memory at/)
  })

  test('is refused wherever the driver moves the window, even onto bus memory: the two spaces do not meet', () => {
    const { slice, port, pci, bank, memory, linear } = machine(0)
    slice.grant(0, 4096, GrantAccess.both)
    const pa = slice.physicalOf(0)
    const bar = new Uint8Array(4)
    new DataView(bar.buffer).setUint32(0, pa, true)
    pci.writeConfig(0x10, bar, 0, 4)
    const before = bank.values.slice()
    expect(memory.read(pa, 4)).toBe(0x41424857)
    expect(port.write(pa, new Uint8Array(16).fill(0xff), 0, 16)).toBe(true)
    expect(bank.values).toEqual(before)
    expect(linear.subarray(0, 16).every(byte => byte === 0xff)).toBe(true)
  })
})
