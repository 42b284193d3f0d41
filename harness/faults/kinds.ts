// Which seam each action of a fault plan is carried out at, and on what occasion a fault acts.
import type { Fault, FaultAction } from '../../schemas/faults.ts'

/**
 * | seam | what it is |
 * |---|---|
 * | `command` | the adapter's: decided once for each command it fetches |
 * | `unit` | the logical unit's: the command reaches it and it answers otherwise |
 * | `device` | the line's and the adapter's: an event nobody asked for; starts from an alarm |
 * | `bench` | the port driver's: it calls the miniport, so it waits until nothing runs |
 * | `port` | the port driver's answers to the miniport |
 * | `check` | nowhere: it looks at what the miniport does |
 */
export type Seam = 'command' | 'unit' | 'device' | 'bench' | 'port' | 'check'

export const SEAM_OF: Readonly<Record<FaultAction['do'], Seam>> = {
  'spurious-interrupt': 'device',
  'stuck-line': 'device',
  'lost-interrupt': 'device',
  'lost-completion': 'command',
  'late-completion': 'command',
  'drop-command': 'command',
  'selection-timeout': 'command',
  'parity-error': 'command',
  'unexpected-disconnect': 'command',
  'reselect-unknown-tag': 'device',
  overrun: 'command',
  underrun: 'command',
  'check-condition': 'unit',
  busy: 'unit',
  'queue-full': 'unit',
  'reservation-conflict': 'unit',
  'bus-reset': 'device',
  'surprise-removal': 'device',
  'dma-error': 'command',
  'several-causes': 'device',
  'null-result': 'port',
  'refuse-range': 'port',
  'short-config-info': 'port',
  'timer-jitter': 'port',
  abort: 'bench',
  'stop-adapter': 'bench',
  'corrupt-data': 'unit',
  verify: 'check',
}

/** What makes a fault look whether it is to act. Everything else in its `when` is then a condition. */
export type Occasion = 'command' | 'access' | 'routine' | 'between' | 'phase' | 'instant' | 'answer'

/** Phases that are entered once or now and then; `run` and `busy` last, so there the next command is the occasion. */
const ENTERED = new Set(['boot', 'connected', 'initialize', 'scan', 'idle', 'shutdown'])

/** @throws FaultPlanError when the actions do not go together */
export function occasionOf(fault: Fault): Occasion {
  const { when } = fault
  const seams = fault.then.map(action => SEAM_OF[action.do])
  for (const seam of ['command', 'unit'] as const)
    if (seams.filter(s => s === seam).length > 1)
      throw new FaultPlanError(
        `${fault.then
          .filter(action => SEAM_OF[action.do] === seam)
          .map(action => `'${action.do}'`)
          .join(' and ')} exclude each other: one command can suffer only one of them`,
      )
  if (seams.includes('port')) {
    if (seams.every(s => s === 'port' || s === 'check')) return 'answer'
    const odd = fault.then.find(action => SEAM_OF[action.do] !== 'port' && SEAM_OF[action.do] !== 'check')!
    const answer = fault.then.find(action => SEAM_OF[action.do] === 'port')!
    throw new FaultPlanError(
      `'${answer.do}' acts when the miniport calls, '${odd.do}' does not: make two faults of them`,
    )
  }
  if (when.register !== undefined || when.access !== undefined || when.ordinal !== undefined) return 'access'
  if (seams.includes('command') || seams.includes('unit')) return 'command'
  if (when.opcode !== undefined || when.target !== undefined || when.lun !== undefined || when.tag !== undefined)
    return 'command'
  if (when.between !== undefined) return 'between'
  if (when.routine !== undefined) return 'routine'
  if (when.phase !== undefined && ENTERED.has(when.phase)) return 'phase'
  if (when.atPs !== undefined && when.nth === undefined && when.every === undefined && when.phase === undefined)
    return 'instant'
  return 'command'
}

/** A fault plan that cannot be carried out, for a reason its schema cannot see. */
export class FaultPlanError extends Error {
  override name = 'FaultPlanError'
}
