// The controller as a state machine: enabling, reset, shutdown, fatal status, and who hears which doorbell.
//
// Models: CC.EN and CSTS.RDY with the time between them; impossible settings and unreachable queues as CSTS.CFS; controller reset,
// which keeps AQA, ASQ and ACQ; subsystem reset (NSSR), which keeps nothing; shutdown notification; doorbells of queues that are not
// there or with values out of range, as diagnostics and asynchronous events. Does not model: processing paused, power states.
// Source: QEMU hw/nvme/ctrl.c, nvme_start_ctrl, nvme_ctrl_reset, nvme_write_bar, nvme_process_db.
import type { Alarm } from '../../clock.ts'
import { DeviceEvent, DiagnosticCode } from '../../probe.ts'
import type { RegisterHooks } from '../../register-bank.ts'
import { AdminEngine } from './admin.ts'
import { type Core, Csts } from './core.ts'
import { Events } from './events.ts'
import { Features } from './features.ts'
import { K, offsetOf } from './format.ts'
import { IoEngine } from './io.ts'
import { Logs } from './logs.ts'
import { Namespaces } from './namespaces.ts'
import { Queues } from './queues.ts'
import { QUEUES } from './registers.ts'

/** Fields of CC. */
const EN = 0x01
const CSS = 0x70
const MPS = 0x780
const AMS = 0x3800
const SHN = 0xc000
/** What cannot change while EN is 1. */
const FIXED = CSS | MPS | AMS
const MAX_MPS = 4
const ENTRY_SIZES = 0x46
const NORMAL = 0x4000
const NOTICES = 0x100

const AT = { cc: offsetOf('CC'), aqa: offsetOf('AQA'), asq: offsetOf('ASQ_LOW'), acq: offsetOf('ACQ_LOW') } as const

export class Controller {
  readonly namespaces: Namespaces
  readonly #core: Core
  readonly #queues: Queues
  readonly #io: IoEngine
  readonly #admin: AdminEngine
  readonly #events = new Events()
  readonly #logs = new Logs()
  readonly #features: Features
  readonly #ready: Alarm
  readonly #stopped: Alarm
  readonly #shutdown: Alarm
  readonly #at: Readonly<
    Record<'CC' | 'INTMS' | 'INTMC' | 'AQA' | 'ASQ_LOW' | 'ASQ_HIGH' | 'ACQ_LOW' | 'ACQ_HIGH', number>
  >

  /** @param mdts longest transfer, 4096 << mdts bytes */
  constructor(core: Core, mdts: number) {
    const { bank, clock, label } = core
    this.#core = core
    this.namespaces = new Namespaces(core.bus)
    this.#queues = new Queues(core)
    this.#io = new IoEngine(core, this.#queues, this.namespaces, this.#logs, 4096 * 2 ** mdts)
    this.#features = new Features(this.#events, this.#logs, this.namespaces, this.#queues)
    this.#admin = new AdminEngine({
      core,
      queues: this.#queues,
      io: this.#io,
      namespaces: this.namespaces,
      features: this.#features,
      events: this.#events,
      logs: this.#logs,
      mdts,
    })
    this.#ready = clock.createAlarm(`${label} enable`, () => this.#enabled())
    this.#stopped = clock.createAlarm(`${label} disable`, () => this.#disabled())
    this.#shutdown = clock.createAlarm(`${label} shutdown`, () => this.#shutDown())
    this.#at = {
      CC: bank.index('CC'),
      INTMS: bank.index('INTMS'),
      INTMC: bank.index('INTMC'),
      AQA: bank.index('AQA'),
      ASQ_LOW: bank.index('ASQ_LOW'),
      ASQ_HIGH: bank.index('ASQ_HIGH'),
      ACQ_LOW: bank.index('ACQ_LOW'),
      ACQ_HIGH: bank.index('ACQ_HIGH'),
    }
    core.onFatal = () => {
      this.#io.freeze()
      this.#admin.stop()
    }
  }

  /** The register hooks, before there is a controller: `of` gives it. */
  static hooks(of: () => Controller): Record<string, RegisterHooks> {
    const hooks: Record<string, RegisterHooks> = {
      INTMS: { afterWrite: next => of().#mask(next) },
      INTMC: { afterWrite: next => of().#mask(next) },
      CC: {
        beforeWrite: (next, old) => of().#checked(next, old),
        afterWrite: (next, old) => of().#configured(next, old),
      },
      NSSR: {
        beforeWrite: () => 0,
        afterWrite: (_next, _old, written) => {
          if (written === (K.NSSR_RESET | 0)) of().resetSubsystem()
        },
      },
    }
    for (let id = 0; id < QUEUES; id++) {
      hooks[`SQ${id}_TAIL`] = { afterWrite: (_next, _old, written) => of().#tail(id, written & 0xffff) }
      hooks[`CQ${id}_HEAD`] = { afterWrite: (_next, _old, written) => of().#head(id, written & 0xffff) }
    }
    return hooks
  }

  /** Commands on the I/O queues, fetched or not, that have not ended. */
  get outstanding(): number {
    let count = this.#io.outstanding
    for (let id = 1; id < QUEUES; id++) count += this.#queues.submission[id]!.count
    return count
  }

  get mayInterrupt(): boolean {
    return this.#core.is(Csts.rdy) && !this.#stopped.pending && !this.#core.masked
  }

  /** Commands are carried out: ready, not fatal, not on the way out. */
  get #runs(): boolean {
    return this.#core.runs && !this.#stopped.pending
  }

  /** A drive came or went. */
  unitChanged(lun: number): void {
    if (!this.#runs) return
    this.namespaces.look(lun)
    if (this.#logs.namespaceChanged(lun) && (this.#events.enabled & NOTICES) !== 0) this.notice()
  }

  /** Tells the host that namespaces have changed, if a request waits. */
  notice(): void {
    if (!this.#runs) return
    this.#events.raise(K.EVENT_NOTICE, K.EVENT_NAMESPACE, K.LOG_CHANGED_NAMESPACES)
    this.#admin.poke()
  }

  /** Everything goes, registers included. */
  resetSubsystem(): void {
    const core = this.#core
    const dropped = this.#stop()
    this.#stopped.cancel()
    core.bank.reset()
    core.setStatus(Csts.nssro, Csts.nssro)
    core.probe.emit(DeviceEvent.AdapterReset, core.index, dropped, 0, 0, 0)
  }

  /** The controller was pulled out. */
  remove(): void {
    this.#stop()
    this.#stopped.cancel()
    this.#core.bank.reset()
  }

  #mask(mask: number): void {
    const { values } = this.#core
    values[this.#at.INTMS] = mask
    values[this.#at.INTMC] = mask
    this.#core.driveLine()
  }

  /** @returns CC as it is stored */
  #checked(next: number, old: number): number {
    if ((old & next & EN) === 0 || ((next ^ old) & FIXED) === 0) return next
    this.#core.badSetting(AT.cc, next)
    return (next & ~FIXED) | (old & FIXED)
  }

  #configured(next: number, old: number): void {
    const core = this.#core
    if ((next & SHN) !== 0 && (old & SHN) === 0) {
      core.setStatus(Csts.shst, Csts.shutdownOccurring)
      this.#shutdown.scheduleIn(core.timing.shutdownPs)
    }
    if (((next ^ old) & EN) === 0) return
    if ((next & EN) === 0) this.#reset()
    else if (this.#stopped.pending) core.diagnose(DiagnosticCode.IgnoredWhileBusy, AT.cc, next)
    else this.#ready.scheduleIn(core.timing.enablePs)
  }

  /** CC.EN was cleared. */
  #reset(): void {
    const core = this.#core
    const { values } = core
    const wasReady = core.is(Csts.rdy)
    const dropped = this.#stop()
    values[this.#at.CC] = 0
    values[this.#at.INTMS] = 0
    values[this.#at.INTMC] = 0
    core.setStatus(Csts.cfs | Csts.shst, 0)
    core.driveLine()
    core.probe.emit(DeviceEvent.AdapterReset, core.index, dropped, 0, 0, 0)
    if (wasReady) this.#stopped.scheduleIn(core.timing.disablePs)
  }

  /** @returns commands that are dropped */
  #stop(): number {
    const dropped = this.outstanding
    this.#io.drop()
    this.#admin.stop()
    this.#ready.cancel()
    this.#shutdown.cancel()
    this.#queues.close()
    this.#events.reset()
    this.#features.reset()
    this.#core.dismissAll()
    return dropped
  }

  #disabled(): void {
    const core = this.#core
    core.setStatus(Csts.rdy, 0)
    // The driver did not wait for it.
    if ((core.values[this.#at.CC]! & EN) !== 0) this.#ready.scheduleIn(core.timing.enablePs)
  }

  #enabled(): void {
    const core = this.#core
    const { values } = core
    const cc = values[this.#at.CC]!
    const aqa = values[this.#at.AQA]!
    const submission = this.#address('ASQ')
    const completion = this.#address('ACQ')
    const mps = (cc & MPS) >>> 7
    const pageBytes = 4096 * 2 ** mps
    const entrySizes = (cc >>> 16) & 0xff
    let wrong = 0
    if ((cc & (CSS | AMS)) !== 0 || mps > MAX_MPS || (entrySizes !== 0 && entrySizes !== ENTRY_SIZES)) wrong = AT.cc
    else if ((aqa & 0xfff) === 0 || ((aqa >>> 16) & 0xfff) === 0) wrong = AT.aqa
    else if (submission % pageBytes !== 0) wrong = AT.asq
    else if (completion % pageBytes !== 0) wrong = AT.acq
    if (wrong !== 0) {
      core.badSetting(wrong, core.bank.read(wrong, 4))
      core.fail()
      return
    }
    core.pageBytes = pageBytes
    const cq = this.#queues.completion[0]!
    cq.open(completion, ((aqa >>> 16) & 0xfff) + 1, true)
    this.#queues.submission[0]!.open(submission, (aqa & 0xfff) + 1, cq)
    this.namespaces.survey()
    this.namespaces.restoreWriteCaches()
    core.setStatus(Csts.rdy, Csts.rdy)
  }

  #address(queue: 'ASQ' | 'ACQ'): number {
    const { values } = this.#core
    return (values[this.#at[`${queue}_HIGH`]]! >>> 0) * 0x1_0000_0000 + (values[this.#at[`${queue}_LOW`]]! >>> 0)
  }

  #shutDown(): void {
    const core = this.#core
    if ((core.values[this.#at.CC]! & SHN) === NORMAL) this.namespaces.flush()
    core.setStatus(Csts.shst, Csts.shutdownComplete)
  }

  #tail(id: number, value: number): void {
    const core = this.#core
    const sq = this.#queues.submission[id]!
    if (!this.#runs || core.is(Csts.shst)) {
      this.#unheard(this.#offset(id, 0), value)
      return
    }
    if (!sq.exists || value >= sq.size) {
      this.#refuse(sq.exists, this.#offset(id, 0), value)
      return
    }
    sq.tail = value
    if (id === 0) this.#admin.poke()
    else this.#io.doorbell(sq)
  }

  #head(id: number, value: number): void {
    const core = this.#core
    const cq = this.#queues.completion[id]!
    if (!core.is(Csts.rdy) || this.#stopped.pending) {
      this.#unheard(this.#offset(id, 1), value)
      return
    }
    if (!cq.exists || !cq.accepts(value)) {
      this.#refuse(cq.exists, this.#offset(id, 1), value)
      return
    }
    this.#queues.consume(cq, value)
    if (id === 0) this.#admin.poke()
    else this.#io.consumed(cq.waiting)
  }

  /** A doorbell that nobody hears: the controller is on its way into or out of a state, or it is off or has stopped. */
  #unheard(offset: number, value: number): void {
    const busy = this.#ready.pending || this.#stopped.pending || this.#core.is(Csts.shst)
    this.#core.diagnose(busy ? DiagnosticCode.IgnoredWhileBusy : DiagnosticCode.BadDoorbell, offset, value)
  }

  /** A doorbell that means nothing: ignored; told when somebody asked to be told. */
  #refuse(exists: boolean, offset: number, value: number): void {
    this.#core.diagnose(DiagnosticCode.BadDoorbell, offset, value)
    if (this.#events.requests === 0) return
    const information = exists ? K.EVENT_INVALID_DOORBELL_VALUE : K.EVENT_INVALID_DOORBELL
    this.#events.raise(K.EVENT_ERROR, information, K.LOG_ERROR)
    this.#admin.poke()
  }

  #offset(id: number, which: 0 | 1): number {
    return K.DOORBELLS + (2 * id + which) * this.#strideBytes
  }

  get #strideBytes(): number {
    return 4 << (this.#core.bank.read(offsetOf('CAP_HIGH'), 4) & 0x0f)
  }
}
