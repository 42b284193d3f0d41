import { describe, expect, it } from 'vitest'
import { adapterKindOf, parseAdapterOption, parseDriveOption, splitOptions } from './options.ts'

describe('splitOptions', () => {
  it("takes QEMU's doubled comma as a comma", () => {
    expect([...splitOptions('file=a,,b.img,lun=1', '--drive', ['file', 'lun'])]).toEqual([
      ['file', 'a,b.img'],
      ['lun', '1'],
    ])
  })
})

describe('--drive', () => {
  it.each([
    [
      'file=disk.img,format=raw,readonly=on,target=0,lun=0',
      { target: 0, lun: 0, store: { kind: 'file', path: 'disk.img', format: 'raw', readOnly: true } },
    ],
    ['file=disk.img,size=64MiB', { store: { kind: 'file', path: 'disk.img', create: '64MiB' } }],
    ['disk.img', { store: { kind: 'file', path: 'disk.img' } }],
    ['size=1GB,blocksize=512,readonly=on', { blockSize: 512, readOnly: true, store: { kind: 'ram', size: '1GB' } }],
    ['target=3', { target: 3, store: { kind: 'ram', size: '64MiB' } }],
  ])('%s', (text, drive) => {
    expect(parseDriveOption(text)).toEqual(drive)
  })

  it.each([
    ['fiel=disk.img', "--drive: unknown key 'fiel': did you mean 'file'? Allowed: file, format,"],
    ['file=a,file=b', "--drive: the key 'file' is given twice"],
    ['size=-64MiB', "--drive: size: found '-64MiB', a size cannot be negative"],
    ['size=64', "--drive: size: found '64' without a unit"],
    ['size=64us', "'us' is no unit of size"],
    ['file=a.img,format=qcow2', "--drive: format: found 'qcow2', expected 'raw'"],
    ['format=raw', "--drive: 'format' needs 'file'"],
    ['file=', '--drive: file: found'],
    ['readonly=maybe', "--drive: readonly: found 'maybe', expected on or off"],
    ['target=x', "--drive: target: found 'x', expected a number"],
    ['lun=-1', '--drive: lun: found -1, expected at least 0'],
    ['lun=0,', "--drive: found '', expected KEY=VALUE"],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseDriveOption(text)).toThrow(message)
  })
})

describe('--adapter', () => {
  it.each([
    ['reference', { kind: 'reference', driver: 'd.wasm' }],
    ['reference,irq=11,autosense=on', { kind: 'reference', driver: 'd.wasm', line: 'IRQ11', autosense: true }],
    ['kind=reference,base=0x70010000', { kind: 'reference', driver: 'd.wasm', base: '0x70010000' }],
    [
      'buslogic,isa=0x330,port=0x1000,slot=9',
      { kind: 'buslogic', driver: 'd.wasm', isa: '0x330', port: '0x1000', slot: 9 },
    ],
    ['nvme,base=0x70010000,name=n0', { kind: 'nvme', driver: 'd.wasm', base: '0x70010000', name: 'n0' }],
    ['irq=9', { kind: 'reference', driver: 'd.wasm', line: 'IRQ9' }],
  ])('%s', (text, adapter) => {
    expect(parseAdapterOption(text, 'd.wasm')).toEqual(adapter)
  })

  it.each([
    [
      'refrence',
      "--adapter: kind: found 'refrence', expected one of 'reference', 'buslogic', 'nvme'; did you mean 'reference'?",
    ],
    ['nvme,isa=0x330', "--adapter: the adapter 'nvme' has no 'isa'; its keys: name, line, irq, slot, arguments, base"],
    ['buslogic,autosense=on', "--adapter: the adapter 'buslogic' has no 'autosense'"],
    ['buslogic,isa=0x320', "--adapter: isa: found '0x320', expected one of 'off', '0x330', '0x334'"],
    ['buslogic,port=0x800', '--adapter: port: found'],
    ['nvme,bsae=1', "--adapter: unknown key 'bsae': did you mean 'base'?"],
    ['reference,irq=x', "--adapter: irq: found 'x', expected a number"],
    ['reference,irq=1,line=A', "--adapter: 'line' and 'irq' exclude each other"],
  ])('%s is refused: %s', (text, message) => {
    expect(() => parseAdapterOption(text, 'd.wasm')).toThrow(message)
  })
})

describe('what --adapter leaves open', () => {
  it.each<[string, { kind: string; isa?: string }, object]>([
    ['irq=9', { kind: 'buslogic', isa: '0x330' }, { kind: 'buslogic', isa: '0x330', line: 'IRQ9' }],
    ['isa=0x334', { kind: 'buslogic', isa: '0x330' }, { kind: 'buslogic', isa: '0x334' }],
    ['buslogic', { kind: 'buslogic', isa: '0x330' }, { kind: 'buslogic' }],
    ['reference', { kind: 'nvme' }, { kind: 'reference' }],
  ])('%s', (text, defaults, adapter) => {
    expect(parseAdapterOption(text, 'd.wasm', defaults)).toEqual({ driver: 'd.wasm', ...adapter })
    expect(adapterKindOf(text)).toBe(/^[a-z]+$/.test(text) ? text : undefined)
  })
})
