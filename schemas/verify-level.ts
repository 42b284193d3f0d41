// Contract levels as Driver Verifier has them for ScsiPort miniports ("SCSI Verification", VerifyLevel): groups of checks that can be
// switched off, by name or by the bits of the registry value.
import { z } from 'zod'
import { found } from './errors.ts'

/** In VerifyLevel bit 0 switches the memory checks on; the other bits switch theirs off. */
export const VERIFY_LEVEL_BITS = {
  memory: { bit: 0x0000_0001, on: true },
  adapterControlTime: { bit: 0x1000_0000, on: false },
  resetHold: { bit: 0x2000_0000, on: false },
  nextLu: { bit: 0x4000_0000, on: false },
  initializeTime: { bit: 0x8000_0000, on: false },
} as const

export type CheckGroup = keyof typeof VERIFY_LEVEL_BITS

const GROUPS = Object.keys(VERIFY_LEVEL_BITS) as CheckGroup[]

const check = (what: string) => z.boolean().default(true).describe(what)

const Switches = z.strictObject({
  memory: check('memory of others, and what belongs to the port driver again, is left alone'),
  adapterControlTime: check('how long HwAdapterControl may take'),
  resetHold: check('no request is left when the hold after a bus reset ends'),
  nextLu: check('NextLuRequest only when the logical unit can take another request'),
  initializeTime: check('how long HwInitialize may take'),
})

const fromBits = (bits: number): z.output<typeof Switches> =>
  Object.fromEntries(
    GROUPS.map(name => {
      const { bit, on } = VERIFY_LEVEL_BITS[name]
      return [name, (Math.floor(bits / bit) % 2 === 1) === on]
    }),
  ) as z.output<typeof Switches>

const number = (value: number | string): number =>
  typeof value === 'number' ? value : /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : Number.NaN

const Bits = z
  .union([z.number(), z.string()])
  .refine(value => Number.isInteger(number(value)) && number(value) >= 0 && number(value) <= 0xffff_ffff, {
    error: issue => `found ${found(issue.input)}, expected 32 bits such as "0xD0000001"`,
  })
  .transform(value => fromBits(number(value)))

export const VerifyLevel = z
  .union([Bits, Switches])
  .describe('which groups of checks are on: switches, or Driver Verifier\'s bits such as "0xD0000001"; all by default')

export type VerifyLevelInput = z.input<typeof VerifyLevel>
export type VerifyLevel = z.output<typeof VerifyLevel>
