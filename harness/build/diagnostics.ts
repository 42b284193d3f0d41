// What a compiler that is not MSVC says about drivers written for it, put into words for their author. The compiler's own message
// comes first; these lines say what to do.

interface Hint {
  pattern: RegExp
  text(match: RegExpMatchArray, rest: string): string
}

/** `file:line` as clang begins its messages. */
const AT = String.raw`^(?<at>[^\n]+?:\d+):\d+: (?:fatal )?(?:error|warning): `

const HINTS: readonly Hint[] = [
  {
    pattern: new RegExp(`${AT}conflicting types for '(?<name>[^']+)'`, 'm'),
    text: ({ groups }, rest) => {
      const declared = /^([^\n]+?:\d+):\d+: note: previous (?:declaration|definition) is here/m.exec(rest)?.[1]
      return (
        `${groups!.at}: ${groups!.name} is defined with other types than it is declared with${declared === undefined ? '' : ` at ${declared}`}. ` +
        'MSVC lets PVOID stand for T * there; clang has no flag for that. Smallest change: give the declaration the types of the definition.'
      )
    },
  },
  {
    pattern: new RegExp(`${AT}(?:assignment to cast is illegal, lvalue casts are not supported)`, 'm'),
    text: ({ groups }) =>
      `${groups!.at}: MSVC lets a cast stand on the left of an assignment; clang has no flag for that. Smallest change: ` +
      'instead of (T *)p += n write p = (T *)p + n, instead of (T)x = y write *(T *)&x = y.',
  },
  {
    pattern: new RegExp(`${AT}incompatible function pointer types`, 'm'),
    text: ({ groups }) =>
      `${groups!.at}: a routine is stored in a pointer of another function type. On x86 that works by luck; on wasm the driver's own ` +
      'calls through that pointer trap, and the bench refuses entry points of another type (LD-8). Give the routine the type of the pointer; --fpcast lets such calls pass.',
  },
  {
    pattern: new RegExp(`${AT}'(?<name>[^']+)' file not found`, 'm'),
    text: ({ groups }) =>
      `${groups!.at}: '${groups!.name}' is neither in a folder given with -I nor among the headers of wasm-hba.`,
  },
  {
    pattern: new RegExp(
      `${AT}redefinition of '(?<name>[^']+)'[^]*?guest-drivers/include/[^\\n]*previous definition`,
      'm',
    ),
    text: ({ groups }) =>
      `${groups!.at}: the driver itself defines ${groups!.name}, which the headers have from some Windows version on. ` +
      'Build it for the version it is written for: --winver.',
  },
  {
    pattern: /error: symbol exported via --export not found: DriverEntry/,
    text: () => 'no source defines DriverEntry. In C++ it must be extern "C".',
  },
  {
    pattern: /warning: function signature mismatch: (?<name>\S+)/,
    text: ({ groups }) =>
      `${groups!.name} is called with other types than it is defined with: that call will trap. Declare it before it is called, the same in every file.`,
  },
]

/** @param messages what the tool said @returns lines of advice, none when there is nothing to add */
export function hintsFor(messages: string): string[] {
  return HINTS.flatMap(({ pattern, text }) => {
    const match = pattern.exec(messages)
    return match === null ? [] : [text(match, messages.slice(match.index))]
  })
}

/** Names of wasm-ld's complaints about undefined symbols, each once. */
export function undefinedSymbols(messages: string): string[] {
  return [...new Set([...messages.matchAll(/undefined symbol: (\S+)/g)].map(m => m[1]!))]
}
