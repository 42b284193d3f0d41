// Which routine may call what: the ABI table against the WDK's "Calling ScsiPortXxx Routines" and the pages of the
// routines. '+' allowed, '-' documented as forbidden, '.' undocumented or pointless: neither is asserted.
import { describe, expect, test } from 'vitest'
import { ADAPTER_CONTROL } from '../../schemas/scsiport.ts'
import { Event, Finding, Notification, ROUTINE_NAMES, Routine } from '../trace/events.ts'
import { SCSIPORT_ABI } from './abi.ts'
import { restart, stop } from './life-cycle.ts'
import { type FakeMiniport, found } from './testing/fake-miniport.ts'
import { PortBench } from './testing/port-bench.ts'

const COLUMNS = [
  Routine.FindAdapter,
  Routine.Initialize,
  Routine.StartIo,
  Routine.Interrupt,
  Routine.EnableInterrupts,
  Routine.DisableInterrupts,
  Routine.Timer,
  Routine.ResetBus,
  Routine.DmaStarted,
  Routine.AdapterControl,
] as const

//                                                    FA IN SI IS EN DI TM RB DM AC
const MATRIX: readonly [string, string][] = [
  ['ScsiPortInitialize', '-  -  -  -  -  -  -  -  -  -'],
  ['ScsiPortValidateRange', '+  -  -  -  -  -  -  -  -  -'],
  ['ScsiPortFreeDeviceBase', '+  -  -  -  -  -  -  -  -  -'],
  ['ScsiPortGetUncachedExtension', '+  -  -  -  -  -  -  -  -  -'],
  ['ScsiPortGetDeviceBase', '+  -  -  -  -  -  -  -  -  +'],
  ['ScsiPortGetBusData', '+  -  -  -  -  -  -  -  -  +'],
  ['ScsiPortSetBusDataByOffset', '+  -  -  -  -  -  -  -  -  +'],
  ['ScsiPortReadRegisterUlong', '+  +  +  +  +  +  +  +  +  +'],
  ['ScsiPortWritePortBufferUshort', '+  +  +  +  +  +  +  +  +  +'],
  ['ScsiPortStallExecution', '+  +  +  +  +  -  +  +  +  +'],
  ['ScsiPortMoveMemory', '+  +  +  +  +  .  +  +  +  +'],
  ['ScsiDebugPrint', '+  +  +  +  +  .  +  +  +  +'],
  ['ScsiPortQuerySystemTime', '+  +  +  +  +  .  +  +  +  +'],
  ['ScsiPortConvertUlongToPhysicalAddress', '+  +  +  +  +  .  +  +  +  +'],
  ['ScsiPortLogError', '+  +  +  +  +  .  +  +  +  +'],
  ['ScsiPortGetPhysicalAddress', '+  +  +  +  +  .  +  +  +  +'],
  ['ScsiPortGetVirtualAddress', '+  +  +  +  +  .  +  +  +  +'],
  ['ScsiPortGetLogicalUnit', '.  .  +  +  +  .  +  +  +  .'],
  ['ScsiPortGetSrb', '.  .  +  +  +  .  +  +  +  .'],
  ['ScsiPortIoMapTransfer', '.  .  +  +  +  .  +  +  -  .'],
  ['ScsiPortFlushDma', '.  .  +  +  +  .  +  +  +  .'],
  ['ScsiPortCompleteRequest', '.  .  +  +  +  -  +  +  +  .'],
  [`ScsiPortNotification/RequestComplete`, '.  .  +  +  +  -  +  +  +  .'],
  [`ScsiPortNotification/NextRequest`, '.  .  +  +  +  -  +  +  +  .'],
  [`ScsiPortNotification/NextLuRequest`, '.  .  +  +  +  -  +  +  +  .'],
  [`ScsiPortNotification/ResetDetected`, '.  +  +  +  +  .  +  .  .  .'],
  [`ScsiPortNotification/RequestTimerCall`, '.  +  +  +  +  .  +  +  +  .'],
  [`ScsiPortNotification/BusChangeDetected`, '.  .  +  +  +  .  +  .  .  .'],
]

/** Harmless arguments. */
function invoke(m: FakeMiniport, what: string): void {
  const [name, notification] = what.split('/') as [string, keyof typeof Notification | undefined]
  m.scratch(() => {
    const p = m.alloc(64)
    if (notification !== undefined) m.notify(Notification[notification], 0, 0, 0)
    else if (name === 'ScsiPortInitialize') m.call(name, 0, 0, m.alloc(80), 0)
    else if (name === 'ScsiPortGetUncachedExtension') m.call(name, m.extension, m.alloc(140), 0)
    else if (name === 'ScsiPortGetPhysicalAddress') m.call(name, p, m.extension, 0, 0, p + 8)
    else if (name === 'ScsiPortStallExecution') m.call(name, 1)
    else if (name === 'ScsiPortWritePortBufferUshort') m.call(name, 0, p, 0)
    else m.call(name, p, ...Array(SCSIPORT_ABI.find(r => r.name === name)!.params.length - 1).fill(p))
  })
}

/** Calls `what` from inside one routine. @returns was the call found to be forbidden? */
function forbidden(what: string, routine: number): boolean {
  let done = false
  const once = (m: FakeMiniport): void => {
    if (done) return
    done = true
    invoke(m, what)
  }
  const { SetRunningConfig, RestartAdapter } = ADAPTER_CONTROL
  const t = new PortBench([
    {
      config: { DmaChannel: 5 },
      findAdapter: (m, ...args) => {
        if (routine === Routine.FindAdapter) once(m)
        return found(m, ...args)
      },
      initialize: m => (routine === Routine.Initialize && once(m), 1),
      startIo: (m, _ext, srb) => {
        m.active.push(srb!)
        if (routine === Routine.StartIo) once(m)
        if (routine === Routine.DmaStarted)
          m.call('ScsiPortIoMapTransfer', m.extension, srb!, m.srb(srb!, 'DataBuffer'), 4)
      },
      dmaStarted: once,
      resetBus: m => (routine === Routine.ResetBus && once(m), 1),
      adapterControl: (m, _ext, type, list) => {
        if (type === 0) for (const supported of [SetRunningConfig, RestartAdapter]) m.u8[list! + 4 + supported] = 1
        if (routine === Routine.AdapterControl && type === SetRunningConfig) once(m)
        return 0
      },
    },
  ]).boot()
  t.request({ direction: 'in', bytes: 64 })
  const { guest } = t
  const disable = (): void => {
    const fn = guest.callback(m => (routine === Routine.DisableInterrupts && once(m), 1), Routine.DisableInterrupts)
    guest.notify(Notification.CallDisableInterrupts, fn)
  }
  t.interrupt(m => {
    if (routine === Routine.Interrupt) once(m)
    if (routine === Routine.Timer) m.timer(once, 1)
    if (routine !== Routine.EnableInterrupts && routine !== Routine.DisableInterrupts) return
    const enable = m.callback(() => {
      if (routine === Routine.EnableInterrupts) once(m)
      disable()
    }, Routine.EnableInterrupts)
    m.notify(Notification.CallEnableInterrupts, enable)
  })
  t.pass(20_000_000_000)
  if (routine === Routine.ResetBus) t.port.resetBus(0)
  if (routine === Routine.AdapterControl) {
    stop(t.port)
    restart(t.port)
  }
  expect([what, ROUTINE_NAMES[routine], done]).toEqual([what, ROUTINE_NAMES[routine], true])
  const calls = t.events(Event.Finding).filter(e => e.a === Finding.ForbiddenCall)
  for (const { c, d } of calls) {
    expect(t.trace.text[c]!.replace(/\((\w+)\)/, '/$1')).toBe(
      t.trace.text[c]!.includes('(') ? what : what.split('/')[0],
    )
    expect(d).toBe(routine)
  }
  return calls.length > 0
}

describe.each(COLUMNS.map((routine, column) => [ROUTINE_NAMES[routine], routine, column] as const))(
  'from %s',
  (_name, routine, column) => {
    const rows = MATRIX.map(([what, cells]) => [what, cells.split(/\s+/)[column]!] as const)
    test.each(rows.filter(([, cell]) => cell === '+'))('%s is allowed', what => {
      expect(forbidden(what, routine)).toBe(false)
    })
    test.each(rows.filter(([, cell]) => cell === '-'))('%s is found', what => {
      expect(forbidden(what, routine)).toBe(true)
    })
  },
)

describe('DriverEntry', () => {
  test.each(SCSIPORT_ABI.filter(r => !/^ScsiPort(Read|Write)|Initialize$/.test(r.name)).map(r => r.name))(
    '%s: only ScsiPortInitialize, printing, moving memory, time and conversions are allowed',
    name => {
      const t = new PortBench([
        {
          driverEntry: (m, a1, a2) => {
            invoke(m, name === 'ScsiPortNotification' ? `${name}/NextRequest` : name)
            return m.call('ScsiPortInitialize', a1!, a2!, m.hwid(), 0)
          },
        },
      ]).boot()
      const harmless = /MoveMemory|DebugPrint|QuerySystemTime|Convert/.test(name)
      expect(t.findings().includes(Finding.ForbiddenCall)).toBe(!harmless)
    },
  )
})
