// The bus scan and the first TEST UNIT READY. Source: ReactOS scsiport (bus scan); WDK PORT_CONFIGURATION_INFORMATION
// (InitiatorBusId, MaximumNumberOfTargets, MaximumNumberOfLogicalUnits), ScsiPortGetLogicalUnit; SPC INQUIRY qualifiers.
import { describe, expect, test } from 'vitest'
import { SCSI_STATUS, SRB, SRB_FLAGS, SRB_STATUS } from '../../schemas/scsiport.ts'
import { AdapterPhase, Event } from '../trace/events.ts'
import type { FakeMiniport, MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'

const { SUCCESS, DATA_OVERRUN, SELECTION_TIMEOUT, NO_DEVICE, ERROR, PARITY_ERROR } = {
  ...SRB_STATUS,
  PARITY_ERROR: 0x0f,
}
type Answer = { status: number; qualifier?: number; key?: number }
interface Probe {
  path: number
  target: number
  lun: number
  opcode: number
}

/** A miniport whose units answer as told; who is not named is not there. */
function scripted(answer: (probe: Probe, nth: number) => Answer, spec: MiniportSpec = {}, options: BenchOptions = {}) {
  const probes: Probe[] = []
  const startIo = (m: FakeMiniport, _ext?: number, srb?: number): void => {
    const at = srb!
    const [path, target, lun] = [m.srb(at, 'PathId'), m.srb(at, 'TargetId'), m.srb(at, 'Lun')]
    const probe = { path, target, lun, opcode: m.u8[at + SRB.Cdb]! }
    probes.push(probe)
    const { status, qualifier = 0, key } = answer(probe, probes.length)
    if (probe.opcode === 0x12) m.u8[m.srb(at, 'DataBuffer')] = qualifier << 5
    if (key !== undefined) {
      const sense = m.srb(at, 'SenseInfoBuffer')
      m.u8.fill(0, sense, sense + 18)
      m.u8[sense] = 0x70
      m.u8[sense + 2] = key
    }
    const check = key === undefined ? 0 : SRB_STATUS.AUTOSENSE_VALID
    m.complete(at, status | check, key === undefined ? 0 : SCSI_STATUS.CHECK_CONDITION)
    m.next()
  }
  const hwid = { MapBuffers: 1, AutoRequestSense: 1, ...spec.hwid }
  const config = { MaximumNumberOfTargets: 3, ...spec.config }
  const t = new PortBench([{ ...spec, hwid, config, startIo }], options).boot()
  return { t, probes }
}
const places = (probes: Probe[]): string[] => probes.map(p => `${p.path}:${p.target}:${p.lun}`)
const units = (t: PortBench): string[] => t.port.units.map(({ lu }) => `${lu.path}:${lu.target}:${lu.lun}`)
const only =
  (...there: string[]) =>
  (p: Probe): Answer => ({
    status: SUCCESS,
    qualifier: there.includes(`${p.path}:${p.target}:${p.lun}`) ? 0 : 3,
  })

describe('the scan', () => {
  test('the INQUIRY it sends', () => {
    const { t } = scripted(only())
    let seen: number[] = []
    t.guest.spec.startIo = () => {}
    const fields = ['SrbFlags', 'TimeOutValue', 'DataTransferLength', 'SenseInfoBufferLength', 'CdbLength'] as const
    const original = t.port.entries.startIo
    t.port.entries.startIo = (ext, srb) => {
      if (seen.length === 0)
        seen = [...fields.map(f => t.guest.srb(srb!, f)), ...t.guest.u8.subarray(srb! + 48, srb! + 54)]
      return original(ext!, srb!)
    }
    t.scan()
    const flags = SRB_FLAGS.DATA_IN | SRB_FLAGS.DISABLE_SYNCH_TRANSFER | SRB_FLAGS.IS_ACTIVE
    expect(seen).toEqual([flags, 4, 36, 18, 6, 0x12, 0, 0, 0, 36, 0])
  })

  test('every path, target and LUN 0…7 in order, the initiator id left out', () => {
    const { t, probes } = scripted(only(), {
      config: { NumberOfBuses: 2, MaximumNumberOfTargets: 3, InitiatorBusId: 1 },
    })
    t.scan()
    const luns = [0, 1, 2, 3, 4, 5, 6, 7]
    const expected = ['0:0', '0:2', '1:0', '1:1', '1:2'].flatMap(place => luns.map(lun => `${place}:${lun}`))
    expect(places(probes)).toEqual(expected)
    expect(t.events(Event.Adapter).at(-1)).toMatchObject({ a: AdapterPhase.Scanned, b: 0 })
  })

  test.each([
    ['SUCCESS, qualifier 0', { status: SUCCESS, qualifier: 0 }, true],
    ['DATA_OVERRUN, qualifier 0', { status: DATA_OVERRUN, qualifier: 0 }, true],
    ['qualifier 1: could be there, is not connected', { status: SUCCESS, qualifier: 1 }, true],
    ['qualifier 3: cannot be there', { status: SUCCESS, qualifier: 3 }, false],
    ['ILLEGAL REQUEST', { status: ERROR, key: 5 }, false],
  ])('%s: there %s; the next LUN follows', (_name, answer, there) => {
    const { t, probes } = scripted(p => (p.lun === 1 ? answer : { status: SUCCESS, qualifier: 3 }), {
      config: { MaximumNumberOfTargets: 1 },
    })
    t.scan()
    expect(units(t)).toEqual(there ? ['0:0:1'] : [])
    expect(places(probes)).toHaveLength(8)
  })

  test.each([
    ['SELECTION_TIMEOUT', SELECTION_TIMEOUT],
    ['NO_DEVICE', NO_DEVICE],
  ])('%s: the next target follows at once', (_name, status) => {
    const { t, probes } = scripted(() => ({ status }))
    t.scan()
    expect(places(probes)).toEqual(['0:0:0', '0:1:0', '0:2:0'])
  })

  test.each([
    ['PARITY_ERROR', { status: PARITY_ERROR }],
    ['UNIT ATTENTION', { status: ERROR, key: 6 }],
  ])('%s is tried three times in all, then the next target', (_name, answer) => {
    const { t, probes } = scripted(() => answer, { config: { MaximumNumberOfTargets: 1 } })
    t.scan()
    expect(places(probes)).toEqual(['0:0:0', '0:0:0', '0:0:0'])
    expect(t.port.luns).toHaveLength(0)
  })

  test('an error once is no obstacle; the frozen queue was released', () => {
    const { t } = scripted((p, nth) => (nth === 1 ? { status: PARITY_ERROR } : only('0:0:0')(p)))
    t.scan()
    expect(units(t)).toEqual(['0:0:0'])
    expect(t.port.lu(0, 0, 0).frozen).toBe(false)
  })

  test('the settings and MaximumNumberOfLogicalUnits bound the LUNs', () => {
    for (const [scanLuns, maximum, expected] of [
      [8, 2, 2],
      [3, 8, 3],
      [255, 255, 255],
    ] as const) {
      const config = { MaximumNumberOfTargets: 1, MaximumNumberOfLogicalUnits: maximum }
      const { t, probes } = scripted(only(), { config }, { settings: { scanLuns } })
      t.scan()
      expect(probes).toHaveLength(expected)
    }
  })

  test('a miniport that dies ends it', () => {
    const { t, probes } = scripted(() => {
      throw new WebAssembly.RuntimeError('unreachable')
    })
    t.scan()
    expect([probes.length, t.port.dead, t.port.outstanding]).toEqual([1, true, 0])
  })
})

describe('LU extensions (WDK: ScsiPortGetLogicalUnit)', () => {
  test('zeroed, one for each unit there is, NULL for the others', () => {
    const seen: number[][] = []
    const { t } = scripted(
      p => {
        const m = t.guest
        const at = m.call('ScsiPortGetLogicalUnit', m.extension, p.path, p.target, p.lun)
        seen.push([at, ...m.u8.subarray(at, at + 20)])
        m.u8.fill(0xaa, at, at + 20)
        return only('0:0:0', '0:0:3', '0:2:0')(p)
      },
      { hwid: { SpecificLuExtensionSize: 20 } },
    )
    t.scan()
    expect(seen.every(([at, ...bytes]) => at !== 0 && bytes.every(b => b === 0))).toBe(true)
    const get = (target: number, lun: number): number => {
      let at = 0
      t.interrupt(m => {
        at = m.call('ScsiPortGetLogicalUnit', m.extension, 0, target, lun)
      })
      return at
    }
    const found = [get(0, 0), get(0, 3), get(2, 0)]
    expect(new Set(found).size).toBe(3)
    expect(found).not.toContain(0)
    expect([get(1, 0), get(0, 1)]).toEqual([0, 0])
    expect(t.findings()).toEqual([])
  })

  test('NULL when the miniport asked for none', () => {
    const { t } = scripted(only('0:0:0'))
    t.scan()
    t.interrupt(m => expect(m.call('ScsiPortGetLogicalUnit', m.extension, 0, 0, 0)).toBe(0))
  })

  test('no room for them is a named failure', () => {
    const { t } = scripted(p => only('0:0:0', '0:0:1', '0:0:2')(p), { hwid: { SpecificLuExtensionSize: 700_000 } })
    expect(() => t.scan()).toThrow('no room for 700000 bytes of LU extension')
  })
})

describe('TEST UNIT READY', () => {
  const turs = (probes: Probe[]): string[] => places(probes.filter(p => p.opcode === 0))

  test('works off the unit attention of each unit', () => {
    const attention = new Set(['0:0:0', '0:2:0'])
    const { t, probes } = scripted(p => {
      const place = `${p.path}:${p.target}:${p.lun}`
      if (p.opcode === 0x12) return only('0:0:0', '0:1:0', '0:2:0')(p)
      return attention.delete(place) ? { status: ERROR, key: 6 } : { status: SUCCESS }
    })
    t.scan()
    t.ready()
    expect(turs(probes)).toEqual(['0:0:0', '0:0:0', '0:1:0', '0:2:0', '0:2:0'])
    expect(t.port.luns.some(lu => lu.frozen)).toBe(false)
  })

  test('gives up on a unit that is never ready', () => {
    const { t, probes } = scripted(p => (p.opcode === 0x12 ? only('0:0:0')(p) : { status: ERROR, key: 2 }))
    t.scan()
    t.ready()
    expect(turs(probes)).toHaveLength(3)
    expect(t.port.lu(0, 0, 0).frozen).toBe(false)
  })
})
