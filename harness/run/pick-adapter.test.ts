// Which adapter a driver gets when none was named for it.
import { describe, expect, test } from 'vitest'
import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import { INTERFACE } from '../../schemas/scsiport.ts'
import { MachineError, type Supply } from './machine.ts'
import { type AdapterChoice, adapterOption, type Kinds, pickAdapter, shortlist } from './pick-adapter.ts'
import { type SmallMiniport, smallMiniport } from './testing/small-miniport.ts'

const { PCIBus, Isa, Eisa } = INTERFACE
const KINDS: Kinds = {
  reference: { vendor: 0x1de0, device: 0x0001, isaBases: [] },
  buslogic: { vendor: 0x104b, device: 0x1040, isaBases: [0x330, 0x334] },
  nvme: { vendor: 0x1b36, device: 0x0010, isaBases: [] },
}
const pci = (vendorId = '', deviceId = '') => ({ interfaceType: PCIBus, vendorId, deviceId })
const on = (interfaceType: number) => ({ interfaceType, vendorId: '', deviceId: '' })

describe('the short list', () => {
  const texts = (list: readonly AdapterChoice[]): string => list.map(adapterOption).join(' ')
  test.each([
    ['its ids', [pci('104b', '1040')], 'buslogic', ''],
    ['a vendor', [pci('1b36')], 'nvme', ''],
    ['ids of nobody', [pci('1000', '0030')], '', ''],
    ['several ids', [pci('104b', '8130'), pci('104b', '1040')], 'buslogic', ''],
    ['any PCI adapter', [pci()], '', 'reference buslogic nvme'],
    ['ISA', [on(Isa)], '', 'buslogic,isa=0x330'],
    ['PCI first, then ISA', [on(Isa), pci()], '', 'reference buslogic buslogic,isa=0x330 nvme'],
    ['ids decide before ISA', [on(Isa), pci('104b', '1040')], 'buslogic', 'buslogic,isa=0x330'],
    ['EISA', [on(Eisa)], '', ''],
  ])('%s', (_name, registrations, named, open) => {
    const list = shortlist(registrations, KINDS)
    expect([texts(list.named), texts(list.open)]).toEqual([named, open])
  })
})

describe('the pick', () => {
  const pick = async (spec: SmallMiniport, kinds?: Kinds): Promise<string> => {
    const bytes = await smallMiniport(spec)
    const supply: Supply = {
      driver: async () => bytes,
      image: () => {
        throw new Error('no image is asked for')
      },
    }
    return adapterOption(await pickAdapter('d.wasm', supply, kinds))
  }
  const hex = (n: number): string => n.toString(16).padStart(4, '0')

  test.each(Object.entries(ADAPTER_KINDS))('by the ids of %s', async (kind, { vendor, device }) => {
    expect(await pick({ registers: [{ vendorId: hex(vendor), deviceId: hex(device) }] })).toBe(kind)
  })

  test('any adapter that HwFindAdapter takes: the first', async () => {
    expect(await pick({ registers: [{}] })).toBe('reference')
  })

  test('by the class code that HwFindAdapter looks for, whatever kinds come before', async () => {
    expect(await pick({ registers: [{}], classCode: 0x010802 })).toBe('nvme')
  })

  test.each([
    ['ISA', [{ interfaceType: Isa }]],
    ['EISA and ISA', [{ interfaceType: Eisa }, { interfaceType: Isa }]],
    ['ISA and PCI ids of nobody', [{ interfaceType: Isa }, { vendorId: '1000' }]],
  ])('a driver for %s that looks at 0x330', async (_name, registers) => {
    expect(await pick({ registers })).toBe('buslogic,isa=0x330')
  })

  test('a driver that registers for nothing gets the first: its run says what is wrong', async () => {
    expect(await pick({ registers: [] })).toBe('reference')
  })

  test('ids of nobody: what is asked for, what there is', async () => {
    const failed = pick({ registers: [{ vendorId: '1000', deviceId: '00' }, { interfaceType: Eisa }] }, KINDS)
    await expect(failed).rejects.toThrow(MachineError)
    await expect(failed).rejects.toThrow(
      [
        'no adapter fits: d.wasm asks for PCI 1000:00**, EISA. There are',
        '  reference: PCI 1de0:0001',
        '  buslogic: PCI 104b:1040, ISA 0x330 0x334',
        '  nvme: PCI 1b36:0010',
        'To run it on one of them all the same, name it: --adapter KIND.',
      ].join('\n'),
    )
  })

  test('an adapter that no trial finds: why on each', async () => {
    const { reference } = ADAPTER_KINDS
    const failed = (spec: Partial<SmallMiniport>) =>
      pick({ registers: [{}], ...spec }, { reference: reference! }).catch((error: Error) => error.message)
    expect(await failed({ classCode: 0x0c0330 })).toContain(
      'It was tried\n  on reference: HwFindAdapter returned SP_RETURN_NOT_FOUND\n',
    )
  })

  test('a driver that is stopped in HwFindAdapter: its run says where', async () => {
    expect(await pick({ registers: [{}], traps: true })).toBe('reference')
  })
})
