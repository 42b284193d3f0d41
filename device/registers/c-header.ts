// The C header of an adapter, from its register map.
import type { RegisterMapInput } from '../../schemas/register-map.ts'
import { type Definition, definitionGroups } from './definitions.ts'

/** @param source where the map is written, for the first line of the header */
export function cHeader(map: RegisterMapInput, source: string): string {
  const guard = `${map.prefix}_REGISTERS_H`
  const lines = [
    `/* ${map.title}: registers and memory formats. Generated from ${source}. Do not edit. */`,
    `#ifndef ${guard}`,
    `#define ${guard}`,
  ]
  for (const { title, definitions } of definitionGroups(map)) {
    lines.push('', `/* ${plain(title)} */`)
    for (const definition of definitions) {
      const comment = definition.comment === '' ? '' : ` /* ${plain(definition.comment)} */`
      lines.push(`#define ${definition.name} ${number(definition)}${comment}`)
    }
  }
  return [...lines, '', '#endif', ''].join('\n')
}

function number({ value, base }: Definition): string {
  if (value < 0) return `(${value})`
  return base === 16 ? `0x${value.toString(16)}u` : `${value}u`
}

function plain(text: string): string {
  return text.replaceAll('*/', '* /')
}
