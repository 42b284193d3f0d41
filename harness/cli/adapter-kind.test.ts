// The adapter that `hba run` and `hba verify` give a driver: as typed, else what the driver asks for.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import { INTERFACE } from '../../schemas/scsiport.ts'
import { smallMiniport } from '../run/testing/small-miniport.ts'
import { runScenario } from '../run.ts'
import { hba } from './testing/fake-io.ts'

let cwd: string
const idsOf = (kind: string): { vendorId: string; deviceId: string } => {
  const { vendor, device } = ADAPTER_KINDS[kind]!
  const hex = (n: number): string => n.toString(16).padStart(4, '0')
  return { vendorId: hex(vendor), deviceId: hex(device) }
}
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'hba-pick-'))
  const put = async (name: string, registers: Parameters<typeof smallMiniport>[0]['registers']): Promise<void> =>
    writeFileSync(join(cwd, name), await smallMiniport({ registers }))
  for (const kind of Object.keys(ADAPTER_KINDS)) await put(`${kind}.wasm`, [idsOf(kind)])
  await put('stranger.wasm', [{ vendorId: '1000', deviceId: '0030' }])
  await put('eisa.wasm', [{ interfaceType: INTERFACE.Eisa }])
  writeFileSync(join(cwd, 'broken.wasm'), 'no module')
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const adapters = async (...args: string[]) =>
  (await hba(['run', ...args], { cwd })).scenario!.machine.adapters.map(a => a.kind)

describe('hba run without a scenario', () => {
  test('each driver gets the adapter that it asks for', async () => {
    expect(await adapters('nvme.wasm')).toEqual(['nvme'])
    expect(await adapters('nvme.wasm', 'reference.wasm', 'buslogic.wasm')).toEqual(['nvme', 'reference', 'buslogic'])
  })

  test('the one that is named wins; what is only set goes to the one that is picked', async () => {
    expect(await adapters('nvme.wasm', '--adapter', 'reference')).toEqual(['reference'])
    const { scenario } = await hba(['run', 'nvme.wasm', '--adapter', 'irq=9,slot=7'], { cwd })
    expect(scenario!.machine.adapters).toMatchObject([{ kind: 'nvme', line: 'IRQ9', slot: 7 }])
  })

  test('drives go with it, and the line that shows it again is the one that was typed', async () => {
    const { scenario, io } = await hba(['run', 'nvme.wasm', '--drive', 'size=1MiB,lun=1', '--seed', '4'], { cwd })
    expect(scenario!.machine.adapters).toMatchObject([{ kind: 'nvme', drives: [{ lun: 1 }] }])
    expect(io!.rerun).toBe('hba run nvme.wasm --drive size=1MiB,lun=1 --seed 4')
  })

  test.each([
    ['stranger.wasm', 'no adapter fits: stranger.wasm asks for PCI 1000:0030. There are\n  reference: PCI '],
    ['eisa.wasm', 'no adapter fits: eisa.wasm asks for EISA.'],
  ])('%s: none fits, exit code 2', async (driver, words) => {
    for (const command of ['run', 'verify']) {
      const { code, err, out, scenario } = await hba([command, driver], { cwd })
      expect([code, out, scenario]).toEqual([2, '', undefined])
      expect(err).toContain(`hba: ${words}`)
      expect(err).toContain('name it: --adapter KIND.')
    }
  })

  test('named all the same, it runs and is judged', async () => {
    const { code, out } = await hba(['run', 'stranger.wasm', '--adapter', 'reference'], { cwd, run: runScenario })
    expect(code).toBe(1)
    expect(out).toContain('the driver asks for PCI 1000:0030; the adapter is PCI')
  })

  test('a driver that cannot be read or loaded is left to the run, which says so', async () => {
    expect(await adapters('none.wasm', 'broken.wasm')).toEqual(['reference', 'reference'])
    const { code, err } = await hba(['run', 'broken.wasm'], { cwd, run: runScenario })
    expect(code).toBe(2)
    expect(err).toContain('broken.wasm')
  })
})

describe('the campaign', () => {
  test('is run on the adapter that the driver asks for, and its lines name it', async () => {
    const { out } = await hba(['verify', '--list', 'nvme.wasm'], { cwd })
    expect(out).toBe((await hba(['verify', '--list', '--adapter', 'nvme'], { cwd })).out)
    expect(out).not.toBe((await hba(['verify', '--list'], { cwd })).out)
    const { scenario } = await hba(['run', 'nvme.wasm', '--scenario', 'load'], { cwd })
    expect(scenario!.machine.adapters.map(a => a.kind)).toEqual(['nvme'])
  })

  test('a neighbour gets what it asks for itself', async () => {
    const kinds = async (...args: string[]) => {
      const run = ['run', 'nvme.wasm', '--scenario', 'shared-line', '--neighbour', 'reference.wasm', ...args]
      return (await hba(run, { cwd })).scenario!.machine.adapters.map(a => a.kind)
    }
    expect(await kinds()).toEqual(['nvme', 'reference'])
    expect(await kinds('--neighbour-adapter', 'nvme')).toEqual(['nvme', 'nvme'])
  })

  test('cards on ISA: the neighbour has the next base', async () => {
    const run = ['run', 'buslogic.wasm', '--scenario', 'shared-line', '--adapter', 'buslogic,isa=0x330']
    expect((await hba(run, { cwd })).scenario!.machine.adapters).toMatchObject([{ isa: '0x330' }, { isa: '0x334' }])
  })

  test.each([
    ['nvme,isa=0x330', "the adapter 'nvme' has no 'isa'"],
    ['isa=0x330', 'which kind? One of reference, buslogic, nvme'],
    ['buslogic,port=0x1000', "unknown key 'port'"],
  ])('--adapter %s is refused', async (text, words) => {
    for (const args of [
      ['verify', 'nvme.wasm'],
      ['run', 'nvme.wasm', '--scenario', 'load'],
    ]) {
      const { code, err } = await hba([...args, '--adapter', text], { cwd })
      expect([code, err.includes(words)]).toEqual([2, true])
    }
  })
})
