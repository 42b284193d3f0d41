// Scenarios of the campaign on each kind of adapter: commands, registers and drives as they are there, and what cannot be there.
import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import type { DriveInput } from '../../schemas/machine.ts'
import type { ScenarioInput } from '../../schemas/scenario.ts'
import type { WorkloadInput } from '../../schemas/workload.ts'
import type { AdapterName, CampaignScenario, Subject } from './campaign-scenario.ts'

type Step = Extract<WorkloadInput, { kind: 'script' }>['steps'][number]
type FaultInput = NonNullable<ScenarioInput['faults']>[number]

/** Stands in a fault plan for the register that lets the adapter raise its line, whatever its name. */
export const INTERRUPT_ENABLE = 'the interrupt enable register'

/** Steps of an I/O that only adapters without bus mastering have. */
const SYSTEM_DMA = ['map-transfer and dma-started', 'dma-started and flush']

/** By the opcodes of the SCSI commands in a plan: those of the commands that a controller makes of its own ones. */
const NVME_OPCODES: Readonly<Record<number, number>> = { 40: 0x88, 42: 0x8a }

/** Why a scenario cannot be on the subject's adapter; undefined: it can. */
export function whyNot(
  { only, input }: Pick<CampaignScenario, 'only' | 'input'>,
  subject: Subject,
): string | undefined {
  if (only !== undefined && only.adapter !== subject.adapter) return only.why
  const kind = ADAPTER_KINDS[subject.adapter]
  if (kind === undefined) return `there is no adapter '${subject.adapter}'`
  for (const { when, then } of input(subject).faults ?? []) {
    for (const { do: does } of then) {
      const why = kind.immune[does]
      if (why !== undefined) return `no '${does}': ${why}`
    }
    if (when.register === INTERRUPT_ENABLE && kind.map.interruptEnable === undefined)
      return 'the adapter has no register that enables its interrupts'
    if (when.between !== undefined && SYSTEM_DMA.includes(when.between) && kind.systemDma !== true)
      return "the adapter moves its data itself: ScsiPortIoMapTransfer is for the system's DMA controller"
  }
  return undefined
}

/** A scenario in the words of the subject's adapter. @param settings drives as the scenario has them */
export function inputOn({ input }: Pick<CampaignScenario, 'input'>, subject: Subject): ScenarioInput {
  const made = input(subject)
  const { workload, faults } = made
  const written = input({ ...subject, adapter: 'reference' })
  return {
    ...made,
    ...(workload?.kind === 'script'
      ? { workload: { ...workload, steps: stepsOn(subject.adapter, workload.steps, drivesOf(written)) } }
      : {}),
    ...(workload !== undefined && workload.kind !== 'script' && workload.cdb !== undefined
      ? { workload: { ...workload, cdb: formsOn(subject.adapter, workload.cdb) } }
      : {}),
    ...(faults === undefined ? {} : { faults: faults.map(fault => faultOn(subject.adapter, fault)) }),
  }
}

const drivesOf = ({ machine }: ScenarioInput): readonly DriveInput[] => machine.adapters[0]?.drives ?? []

const longestCdb = (kind: AdapterName): number => ADAPTER_KINDS[kind]?.longestCdb ?? 16

/** A CDB as it is written in a step, in bytes. */
const bytesOf = (cdb: Step['cdb']): number => (cdb === undefined ? 0 : String(cdb).trim().split(/\s+/).length)

/**
 * Steps address drives where these are. A CDB that the adapter's commands have no room for the driver refuses in its own way. Where the
 * driver translates SCSI commands, it alone answers all but reads and writes, and knows
 * the forms of READ and WRITE that class drivers use: how the others end is its own affair.
 */
function stepsOn(kind: AdapterName, steps: readonly Step[], drives: readonly DriveInput[]): Step[] {
  if (kind !== 'nvme')
    return steps.map(step => (bytesOf(step.cdb) > longestCdb(kind) ? { ...step, expect: { any: true } } : step))
  return steps.map(step => {
    const { target = 0, lun = 0, cdb } = step
    const n = drives.findIndex(drive => (drive.target ?? 0) === target && (drive.lun ?? 0) === lun)
    const open = cdb !== undefined && !/^(28|2a|88|8a)/i.test(String(cdb))
    return { ...step, ...(n < 0 ? {} : { target: 0, lun: n }), ...(open ? { expect: { any: true } } : {}) }
  })
}

type Forms = NonNullable<Extract<WorkloadInput, { kind?: 'generator' | undefined }>['cdb']>

function formsOn(kind: AdapterName, forms: Forms): Forms {
  if (kind === 'nvme') return { 10: (forms[6] ?? 0) + (forms[10] ?? 0) + (forms[12] ?? 0), 16: forms[16] ?? 0 }
  return longestCdb(kind) < 16 ? { ...forms, 16: 0 } : forms
}

function faultOn(kind: AdapterName, fault: FaultInput): FaultInput {
  const { register, opcode } = fault.when
  const enable = ADAPTER_KINDS[kind]?.map.interruptEnable
  return {
    ...fault,
    when: {
      ...fault.when,
      ...(register === INTERRUPT_ENABLE && enable !== undefined ? { register: enable } : {}),
      ...(kind === 'nvme' && opcode !== undefined ? { opcode: NVME_OPCODES[Number(opcode)] ?? opcode } : {}),
    },
  }
}
