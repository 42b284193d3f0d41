export function pieces(source: string): string[]
export function plainFields(source: string): string
export function plainFolder(folder: string): void
