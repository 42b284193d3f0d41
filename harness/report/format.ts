// Numbers for people, without locale functions: the same text on every machine.

/** 1234567 → '1,234,567'. */
export function count(value: number): string {
  const text = String(Math.trunc(value))
  let grouped = ''
  for (let i = 0; i < text.length; i++) {
    if (i > 0 && (text.length - i) % 3 === 0 && text[i - 1] !== '-') grouped += ','
    grouped += text[i]
  }
  return grouped
}

const TIME_STEPS = [
  { unit: 'ns', ns: 1 },
  { unit: 'µs', ns: 1e3 },
  { unit: 'ms', ns: 1e6 },
  { unit: 's', ns: 1e9 },
] as const

/** Three or four digits and a unit: 1850 → '1.85 µs'. Whole numbers stand without decimals: 25000 → '25 µs'. */
export function duration(ns: number): string {
  let step: { unit: string; ns: number } = TIME_STEPS[0]
  // 999.95 rounds up to the next unit.
  for (const next of TIME_STEPS) if (ns >= next.ns * 0.99995) step = next
  return `${digits(ns / step.ns)} ${step.unit}`
}

function digits(value: number): string {
  if (Number.isInteger(value)) return String(value)
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)
}

const SIZE_STEPS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** 67108864 → '64 MiB'. */
export function size(bytes: number): string {
  let value = bytes
  let step = 0
  while (value >= 1024 && step < SIZE_STEPS.length - 1) {
    value /= 1024
    step++
  }
  return `${digits(value)} ${SIZE_STEPS[step]}`
}

/** Part of a whole in percent with two decimals, as Tracerpt prints it. */
export const percent = (part: number, whole: number): string =>
  `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(2)} %`

/** A register value: 0x00000001; of 8 digits, as it has 32 bits. */
export const hex = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** A bar of at most `width` characters. What is not 0 shows at least a sliver. */
export function bar(value: number, largest: number, width: number): string {
  if (value <= 0 || largest <= 0) return ''
  const eighths = Math.max(1, Math.round((Math.min(value, largest) / largest) * width * 8))
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]
}

/** Cuts a text that does not fit, at the end. */
export const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`

/** Cuts a path that does not fit, at the beginning: the file is what tells paths apart. */
export const clipStart = (text: string, width: number): string =>
  text.length <= width ? text : `…${text.slice(text.length - width + 1)}`

/** Breaks a text into lines of at most `width` characters, at blanks where there are some. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let rest = paragraph
    while (rest.length > width) {
      const blank = rest.lastIndexOf(' ', width)
      const at = blank > 0 ? blank : width
      lines.push(rest.slice(0, at))
      rest = rest.slice(at).trimStart()
    }
    lines.push(rest)
  }
  return lines
}

/** Text from a guest or a file, made harmless for a terminal: control characters become their code. */
export const plain = (text: string): string =>
  text.replaceAll(/[^\P{Cc}\t\n]/gu, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)

export interface Column {
  title: string
  /** Numbers stand to the right. */
  right?: boolean
}

/** Lines of a table; columns are as wide as their longest cell. Rows may be shorter than the head. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths = columns.map((column, i) => Math.max(column.title.length, ...rows.map(row => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    indent +
    columns
      .map(({ right }, i) => (right ? (cells[i] ?? '').padStart(widths[i]!) : (cells[i] ?? '').padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  return [line(columns.map(column => column.title)), ...rows.map(line)]
}
