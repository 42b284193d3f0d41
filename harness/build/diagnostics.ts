// What a compiler that is not MSVC says about drivers written for it, put into words for their author. The compiler's own message
// comes first; these lines say where, why, and what the smallest change is.
import { versionBefore } from './c-options.ts'
import { kernelRoutine, WINDOWS_HEADERS } from './windows-names.ts'

/** Text of one of our headers by its name below guest-drivers/include, '' when there is none. */
type Headers = (name: string) => string

interface Hint {
  pattern: RegExp
  /** What follows the place. */
  text(groups: Record<string, string>, rest: string, ours: Headers): string
}

/** `file:line` as clang begins its messages. */
const AT = String.raw`^(?<at>[^\n:]+:\d+):\d+: (?:fatal )?(?:error|warning): `
const said = (text: string) => new RegExp(`${AT}${text}`, 'gm')

/** More of one kind in one file teach nothing new. */
const MOST = 5

const HINTS: readonly Hint[] = [
  {
    pattern: said("conflicting types for '(?<name>[^']+)'"),
    text: ({ name }, rest) => {
      const declared = /^([^\n:]+:\d+):\d+: note: previous (?:declaration|definition) is here/m.exec(rest)?.[1]
      return (
        `${name} is defined with other types than it is declared with${declared === undefined ? '' : ` at ${declared}`}. ` +
        'MSVC lets PVOID stand for T * there; clang has no flag for that. Smallest change: give the declaration the types of the definition.'
      )
    },
  },
  {
    pattern: said('assignment to cast is illegal, lvalue casts are not supported'),
    text: () =>
      `MSVC lets a cast stand on the left of an assignment; clang has no flag for that. Smallest change: ` +
      'instead of (T *)p += n write p = (T *)p + n, instead of (T)x = y write *(T *)&x = y.',
  },
  {
    pattern: said('incompatible function pointer types'),
    text: () =>
      `a routine is stored in a pointer of another function type. Where only pointers differ (PVOID and T *), nothing comes of it. ` +
      "Where the number of arguments or the kind of result differs, it works on x86 by luck: on wasm the driver's own calls through that pointer trap, " +
      'and the bench refuses entry points of another type (LD-8). Give the routine the type of the pointer; --fpcast lets such calls pass.',
  },
  {
    pattern: said("'(?<name>[^']+)' file not found"),
    text: ({ name }) => {
      const file = name!.replace(/^.*[\\/]/, '').toLowerCase()
      const why = WINDOWS_HEADERS.find(({ files }) => files.includes(file))?.why
      return `'${name}' is neither in a folder given with -I nor among the headers of wasm-hba.${why === undefined ? '' : ` ${why}`}`
    },
  },
  {
    pattern: new RegExp(
      `${AT}redefinition of '(?<name>[^']+)'[^]*?guest-drivers/include/(?<header>[^\\n:]+):(?<line>\\d+)[^\\n]*previous definition`,
      'gm',
    ),
    text: ({ name, header, line }, _rest, ours) => {
      const since = windowsAt(ours(header!), Number(line))
      const before = since === undefined ? undefined : versionBefore(since)
      return (
        `the driver itself defines ${name}, which ${header} has${since === undefined ? ', too' : ` from _WIN32_WINNT 0x${since.toString(16).padStart(4, '0')} on`}. ` +
        `Build it for the version it is written for: --winver${before === undefined ? '' : ` ${before}, or older`}.`
      )
    },
  },
  {
    pattern: new RegExp(
      `${AT}typedef redefinition with different types \\((?<types>[^\\n]*?)\\)\\n[^]{0,400}?guest-drivers/include/(?<header>[^\\n:]+):(?<line>\\d+)[^\\n]*previous definition`,
      'gm',
    ),
    text: ({ types, header, line }, _rest, ours) =>
      // Said of its structure already.
      windowsAt(ours(header!), Number(line)) !== undefined
        ? ''
        : `the driver has a type of its own that ${header} has, too, and another one (${types}). ` +
          'Smallest change: take the line out, or give it the type of the header.',
  },
  {
    pattern: said(
      String.raw`(?:unknown type name|use of undeclared identifier|use of undeclared label) '(?<name>\w+)'`,
    ),
    text: ({ name }) => `${unknownName(name!)}`,
  },
  {
    pattern: said(
      "(?:unsupported architecture '[^']+' for MS-style inline assembly|invalid instruction|unknown instruction)",
    ),
    text: () =>
      `inline assembly is for one processor, and a miniport on the bench runs on none of those it is written for. Smallest change: ` +
      'C in its place (ports: ScsiPortReadPortUchar and its kin; delays: ScsiPortStallExecution), or the branch that the source has for other processors.',
  },
  {
    pattern: said("'naked' attribute is not supported"),
    text: () => `a naked function is assembly from its first line on. Smallest change: the same function in C.`,
  },
  {
    pattern: said("SEH '__(?:try|except|finally|leave)' is not supported"),
    text: () =>
      `structured exceptions do not exist on wasm, and a miniport at DIRQL may not cause any: a bad access stops it, on Windows as on the bench. ` +
      "Smallest change: the guarded block without its __try. With -D '__try=if(1)' -D '__except(x)=else' the handler is there and never runs.",
  },
  {
    pattern: said("static assertion failed due to requirement '(?<what>[^\\n]*?)'(?:\\n|: )"),
    text: ({ what }) =>
      `${what} does not hold. The driver is built as for 32-bit Windows: pointers, long and ULONG_PTR have four bytes, wchar_t two.`,
  },
  {
    pattern: said('(?:cannot jump from this (?:goto|switch) statement|cannot jump to this)'),
    text: () =>
      `a jump passes the initialization of a variable; MSVC warns of that. Smallest change: declare the variable before the jump, ` +
      'or put a block around it.',
  },
  {
    pattern: said("illegal storage class on file-scoped variable|'(?:import|export)' attribute"),
    text: () => `MSVC ignores that storage class here. Smallest change: take it away.`,
  },
  {
    pattern: /error: symbol exported via --export not found: DriverEntry/g,
    text: () => 'no source defines DriverEntry. In C++ it must be extern "C".',
  },
  {
    pattern: /warning: function signature mismatch: (?<name>\S+)/g,
    text: ({ name }) =>
      `${name} is called with other types than it is defined with: that call will trap. Declare it before it is called, the same in every file.`,
  },
  {
    pattern: /error: duplicate symbol: (?<name>\S+)/g,
    text: ({ name }) =>
      `${name} is defined in two of the sources. A variable that stands in a header without extern is one (MSVC merges those of C); ` +
      'a source that another one includes is the other.',
  },
]

/** @returns the Windows version from which on a line of a header is there; undefined: always */
function windowsAt(header: string, line: number): number | undefined {
  const open: (number | undefined)[] = []
  for (const text of header.split('\n').slice(0, line)) {
    if (/^\s*#\s*if/.test(text)) {
      const since = /_WIN32_WINNT\s*>=\s*(0x[\da-f]+)/i.exec(text)?.[1]
      open.push(since === undefined ? undefined : Number(since))
    } else if (/^\s*#\s*endif/.test(text)) open.pop()
  }
  return open.findLast(since => since !== undefined)
}

/** @param messages what the tool said @returns lines of advice, none when there is nothing to add */
export function hintsFor(messages: string, ours: Headers): string[] {
  return HINTS.flatMap(({ pattern, text }) => {
    /** Places by what is to be said of them. */
    const places = new Map<string, Set<string>>()
    for (const match of messages.matchAll(pattern)) {
      const { at, ...groups } = match.groups ?? {}
      const line = text(groups as Record<string, string>, messages.slice(match.index), ours)
      const its = places.get(line) ?? new Set()
      places.set(line, at === undefined ? its : its.add(at))
    }
    const lines = [...places]
      .filter(([line]) => line !== '')
      .map(([line, its]) => (its.size === 0 ? line : `${placesIn([...its])}: ${line}`))
    const more = lines.length - MOST
    return more > 0 ? [...lines.slice(0, MOST), `… and ${more} more of this kind`] : lines
  })
}

const placesIn = (all: readonly string[]): string => `${all.slice(0, MOST).join(', ')}${all.length > MOST ? ' …' : ''}`

function unknownName(name: string): string {
  if (/^P?STOR(?:_|PORT)|^StorPort/.test(name))
    return `${name} belongs to StorPort. wasm-hba plays ScsiPort: if the source has both, choose ScsiPort with its macro.`
  if (/^[A-Z][A-Z0-9_]*$/.test(name))
    return (
      `neither the driver nor the headers of wasm-hba have ${name}. If its makefile or 'sources' defines it, say so with -D; ` +
      'if it is of the kernel, it is not for a miniport (LD-1).'
    )
  return (
    kernelRoutine(name) ??
    `nothing declares ${name}. If it is in a header of the driver, is its folder given with -I, and the Windows version with --winver?`
  )
}

/** Names of wasm-ld's complaints about undefined symbols, each once. */
export function undefinedSymbols(messages: string): string[] {
  return [...new Set([...messages.matchAll(/undefined symbol: ([^\n]+)/g)].map(m => m[1]!.trim()))]
}

/**
 * @param symbols what the linker did not find @param places where the sources name a function, as file:line
 * @returns a line for each that is known, and one for all others
 */
export function undefinedHints(symbols: readonly string[], places: (name: string) => readonly string[]): string[] {
  const at = (name: string) => {
    const found = places(name.replace(/\(.*$/, '').replace(/^.*::/, ''))
    return found.length === 0 ? name : `${placesIn(found)}: ${name}`
  }
  const known = symbols.filter(name => kernelRoutine(name) !== undefined)
  const others = symbols.filter(name => !known.includes(name))
  return [
    ...known.map(
      name =>
        `${at(name)} is no ScsiPort routine, a miniport may call nothing else (rule LD-1). ${kernelRoutine(name)}`,
    ),
    ...others.map(
      name =>
        `${at(name)}: no source defines it, and it is no ScsiPort routine. A miniport may call nothing else (rule LD-1).`,
    ),
    ...(symbols.length === 0 ? [] : ['--allow-undefined builds it all the same, and a call stops the driver.']),
  ]
}
