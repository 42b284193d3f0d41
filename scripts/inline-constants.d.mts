type Tables = Record<string, object>
export function inlineConstants(source: string, tables: Tables): string
export function inlineFolders(root: string, within: readonly string[]): Promise<void>
