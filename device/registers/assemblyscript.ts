// The AssemblyScript module of an adapter, from its register map.
import type { RegisterMapInput } from '../../schemas/register-map.ts'
import { type Definition, definitionGroups } from './definitions.ts'

/** @param source where the map is written, for the first line of the module */
export function assemblyScriptModule(map: RegisterMapInput, source: string): string {
  const lines = [`// ${map.title}: registers and memory formats. Generated from ${source}. Do not edit.`]
  for (const { title, definitions } of definitionGroups(map)) {
    lines.push('', `// ${title}`)
    for (const definition of definitions) {
      if (definition.comment !== '') lines.push(`/** ${definition.comment.replaceAll('*/', '* /')} */`)
      lines.push(`export const ${definition.name}: ${definition.value < 0 ? 'i32' : 'u32'} = ${number(definition)}`)
    }
  }
  return [...lines, ''].join('\n')
}

function number({ value, base }: Definition): string {
  return base === 16 && value >= 0 ? `0x${value.toString(16)}` : `${value}`
}
