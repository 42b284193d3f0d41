// Numbers as scenario files write them: JSON numbers, or hexadecimal in a string ('0x2A'), and SCSI's bytes.
import { z } from 'zod'
import { found } from './errors.ts'

/** A whole number from `low` to `high`, or the same in hexadecimal as a string. */
export const wholeNumber = (low: number, high: number) => {
  const words =
    high === Number.MAX_SAFE_INTEGER ? `a whole number from ${low}` : `a whole number from ${low} to ${high}`
  return z
    .union([z.int().min(low).max(high), z.string().meta({ pattern: '^0[xX][0-9a-fA-F]{1,13}$' })], {
      error: issue => `found ${found(issue.input)}, expected ${words}, or hexadecimal such as '0x1F'`,
    })
    .transform((value, context) => {
      const number =
        typeof value === 'number' ? value : /^0[xX][0-9a-fA-F]{1,13}$/.test(value) ? Number(value) : Number.NaN
      if (number >= low && number <= high) return number
      context.addIssue({
        code: 'custom',
        message: `found ${found(value)}, expected ${words}, or hexadecimal such as '0x1F'`,
        input: value,
      })
      return z.NEVER
    })
}

/** An 8-bit value. */
export const Byte = wholeNumber(0, 0xff)

/** Bytes as hexadecimal pairs, blanks between them as you like: '12 00 00 00 24 00'. */
export const HexBytes = z
  .string()
  .meta({ pattern: '^\\s*([0-9a-fA-F]{2}\\s*)*$', examples: ['12 00 00 00 24 00'] })
  .transform((text, context) => {
    const digits = text.replaceAll(/\s+/g, '')
    if (digits.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(digits)) {
      return Uint8Array.from(digits.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
    }
    context.addIssue({
      code: 'custom',
      message: `found ${found(text)}, expected bytes as pairs of hexadecimal digits, for example '12 00 00 00 24 00'`,
      input: text,
    })
    return z.NEVER
  })

/** Sense keys by name, with their numbers (SPC: sense key field, 4 bits). */
export const SENSE_KEYS = {
  'no sense': 0,
  'recovered error': 1,
  'not ready': 2,
  'medium error': 3,
  'hardware error': 4,
  'illegal request': 5,
  'unit attention': 6,
  'data protect': 7,
  'blank check': 8,
  'aborted command': 11,
  miscompare: 14,
} as const

/** Sense data: key by name, additional sense code and qualifier. */
export const Sense = z
  .strictObject({
    key: z.enum(Object.keys(SENSE_KEYS) as [keyof typeof SENSE_KEYS]).describe('sense key'),
    asc: Byte.prefault(0).describe('additional sense code'),
    ascq: Byte.prefault(0).describe('additional sense code qualifier'),
  })
  .transform(sense => ({ key: SENSE_KEYS[sense.key], asc: sense.asc, ascq: sense.ascq }))

export type Sense = z.output<typeof Sense>

/** SCSI target and LUN. */
export const Target = z.int().min(0).max(127).describe('SCSI target id')
export const Lun = z.int().min(0).max(254).describe('logical unit number')
