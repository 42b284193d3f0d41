// How a reporter asks for emphasis. The terminal decides what it looks like; without one there is none.

export type Emphasis = 'good' | 'bad' | 'warning' | 'dim' | 'strong'

/** Must not change the visible length of the text. */
export type Style = (emphasis: Emphasis, text: string) => string

export const plainStyle: Style = (_, text) => text
