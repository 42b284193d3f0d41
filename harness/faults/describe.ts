// A fault in words, for the report.
import type { Fault, FaultAction } from '../../schemas/faults.ts'

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`

function time(ps: number): string {
  for (const [unit, size] of [
    ['s', 1e12],
    ['ms', 1e9],
    ['us', 1e6],
    ['ns', 1e3],
  ] as const)
    if (ps >= size && ps % (size / 1000) === 0) return `${ps / size}${unit}`
  return `${ps}ps`
}

function action(does: FaultAction): string {
  switch (does.do) {
    case 'stuck-line':
    case 'late-completion':
    case 'timer-jitter':
      return `${does.do} ${time(does.forPs)}`
    case 'overrun':
    case 'underrun':
    case 'short-config-info':
      return `${does.do} ${does.bytes} bytes`
    case 'check-condition':
      return `${does.do} ${hex(does.sense.key)}/${hex(does.sense.asc)}/${hex(does.sense.ascq)}`
    case 'verify':
      return `verify ${expectation(does)}`
    case 'null-result':
      return `NULL from ${does.routine}`
    case 'corrupt-data':
      return `${does.do} at byte ${does.offset}`
    default:
      return does.do
  }
}

/** `INT_ACK written in HwInterrupt`, `CONTROL with bits 0x200 written at most once within 10us`. */
export function expectation(does: FaultAction & { do: 'verify' }): string {
  const { register, access, bits, min, max, withinPs } = does
  const what = `${register}${bits === undefined ? '' : ` with bits 0x${bits.toString(16)}`}`
  const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
  const often =
    max === 0
      ? 'not '
      : max === undefined
        ? min === 1
          ? ''
          : `at least ${times(min)} `
        : max === min
          ? `${times(min)} `
          : `${min} to ${max} times `
  const until = does.in === undefined ? `within ${time(withinPs!)}` : `in ${does.in}`
  return `${what} ${often}${access === 'read' ? 'read' : 'written'} ${until}`
}

/** `'late': late-completion 2s when opcode 0x28, nth 5`. */
export function describeFault({ name, when, then, times }: Fault): string {
  const conditions = Object.entries(when)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      if (key === 'atPs') return `at ${time(value as number)}`
      if (key === 'opcode') return `opcode ${hex(value as number)}`
      return `${key} ${value}`
    })
  if (times !== undefined) conditions.push(`${times === 1 ? 'once' : `${times} times`} at most`)
  return `${name === undefined ? '' : `'${name}': `}${then.map(action).join(', ')} when ${conditions.join(', ')}`
}
