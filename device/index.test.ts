import { expect, test } from 'vitest'
import * as device from './index.ts'

test('an adapter and its platform can be put together from the front door alone', () => {
  const probe = device.noProbe
  const clock = new device.Clock()
  const line = new device.InterruptLine('IRQ 11')
  const bus = new device.ScsiBus()
  const linear = new Uint8Array(65536)
  const spaces = { memory: new device.AddressSpace('memory', probe), port: new device.AddressSpace('port', probe) }
  const adapter = device.createReferenceAdapter(
    {
      index: 0,
      label: 'reference #0',
      clock,
      pin: line.connect('reference #0', 0),
      memory: new device.BusMemory(probe).addSlice('guest', linear, 0, linear.length).dmaPort(0),
      systemDma: new device.SystemDmaChannel(5),
      bus,
      probe,
    },
    { autosense: true, pci: { spaces, base: 0x7000_0000 } },
  )
  const pci = new device.PciBus()
  pci.add({ device: 3, fn: 0 }, adapter.pci!)
  adapter.pci!.enable({ busMaster: true })
  expect(spaces.memory.read(0x7000_0000, 4)).toBe(0x41424857)
  expect(line.level).toBe(false)
})
