// The HTML report without a browser: its elements, what it must not have in it, and the charts.
import { beforeAll, describe, expect, test } from 'vitest'
import type { RunResult } from '../../run-io.ts'
import { picturedRun } from '../testing/pictured-run.ts'
import { sampleReport } from '../testing/sample.ts'
import { sampleCases, sampleSuite } from '../testing/suite.ts'
import { elements, parseXml, type XmlElement } from '../testing/xml.ts'
import { client } from './client.ts'
import { drawDistribution } from './draw-distribution.ts'
import { drawSpans } from './draw-spans.ts'
import { drawWave } from './draw-wave.ts'
import { htmlReport } from './run-page.ts'
import { htmlSuite } from './suite-page.ts'

/** The page is written so that it is XML, too, but for its first line and what scripts and styles have in them. */
function parsed(page: string): XmlElement {
  const bare = page.replaceAll(/(<(script|style)[^>]*>).*?(<\/\2>)/gs, '$1$3')
  return parseXml(bare.replace(/^<!DOCTYPE html>\n/, '<?xml version="1.0" encoding="UTF-8"?>\n'))
}

const withClass = (of: XmlElement, name: string, css: string): XmlElement[] =>
  elements(of, name).filter(({ attributes }) => (attributes.class ?? '').split(' ').includes(css))

const allIds = ({ attributes: { id }, children }: XmlElement): string[] => [
  ...(id === undefined ? [] : [id]),
  ...children.flatMap(allIds),
]

const allText = (of: XmlElement): string => of.text + of.children.map(allText).join('')

const titles = (of: XmlElement): string[] => elements(of, 'h2').map(allText)

const EVIL = `</script><img src=x onerror="alert(1)">'\`\${x}\u0000\u2028\ud800 & <b>`

let run: RunResult

beforeAll(async () => {
  run = await picturedRun()
}, 60_000)

const page = (): string => htmlReport(run.report, { pictures: run.pictures })

describe('a run as a page', () => {
  test('is well-formed, and its ids are its own', () => {
    const root = parsed(page())
    const ids = [...page().matchAll(/\sid="([^"]+)"/g)].map(match => match[1])
    expect(root.name).toBe('html')
    expect(new Set(ids).size).toBe(ids.length)
    for (const { attributes } of elements(root, 'a')) expect(ids).toContain(attributes.href!.replace('#', ''))
  })

  test('has the verdict first, then budgets, pictures, rules', () => {
    const main = elements(parsed(page()), 'main')[0]!
    expect(main.children[0]!.attributes.class).toBe('verdict pass')
    expect(allText(main.children[0]!)).toContain('PASS')
    expect(titles(main)).toEqual([
      'Budgets',
      'Interrupt latency',
      'Worst ISR of reference-dma',
      'Typical ISR of reference-dma',
      'Worst ISR of reference-queued',
      'Typical ISR of reference-queued',
      'Routines',
      'SRBs around the slowest I/O',
      'Rules',
      'Machine and I/O',
    ])
  })

  test('a failed run says why, before anything else', () => {
    const report = { ...run.report, verdict: 'fail' as const, reasons: ['it broke'] }
    const main = elements(parsed(htmlReport(report, {})), 'main')[0]!
    expect(allText(main.children[0]!)).toMatch(/FAIL.*it broke/)
  })

  test('without pictures it is the report in tables', () => {
    const root = parsed(htmlReport(sampleReport()))
    expect(elements(root, 'figure')).toEqual([])
    expect(titles(root)).toEqual(['Budgets', 'Routines', 'Rules', 'Findings', 'Machine and I/O'])
    expect(allText(withClass(root, 'span', 'violated').at(-1)!)).toBe('violated')
  })

  test('asks nothing of the network, and forbids it', () => {
    const text = page()
    expect(text).not.toMatch(/\b(?:src|href|action|srcset|poster|data)\s*=\s*["']?(?:[a-z]+:)?\/\//i)
    expect(text).not.toMatch(/@import|url\(|fetch\(|XMLHttpRequest|import\(|<link|<iframe|<img/i)
    expect(text).not.toMatch(/https?:\/\//)
    const policy = elements(parsed(text), 'meta').find(m => m.attributes['http-equiv'] === 'Content-Security-Policy')
    expect(policy?.attributes.content).toMatch(/^default-src 'none';/)
  })

  test('names, messages and printed lines of others stay text', () => {
    const { report } = run
    const evil: typeof report = {
      ...report,
      name: EVIL,
      verdict: 'fail',
      reasons: [EVIL],
      rerun: EVIL,
      rules: [
        {
          ...report.rules[0]!,
          title: EVIL,
          status: 'violated',
          count: 1,
          first: { atNs: 1, entryPoint: EVIL, srb: 1, message: EVIL, evidence: [EVIL] },
        },
      ],
      findings: [{ severity: 'error', message: EVIL, guest: EVIL }],
      guests: report.guests.map(guest => ({ ...guest, name: EVIL, debugPrint: [EVIL], log: [] })),
    }
    const quoted = JSON.stringify(EVIL).slice(1, -1)
    const drawn = JSON.stringify(run.pictures).replaceAll(/reference-(dma|queued)/g, () => quoted)
    const pictures = JSON.parse(drawn.replaceAll('INT_STATUS', '<i>'))
    const text = htmlReport(evil, { pictures, trend: [{ label: EVIL, isr: null }] })
    const root = parsed(text)
    expect(elements(root, 'img')).toEqual([])
    expect(elements(root, 'b').filter(b => b.text.trim() === '')).toEqual([])
    expect(elements(root, 'script').length).toBe(elements(parsed(page()), 'script').length)
    expect(text).not.toContain('<img')
    expect(text.match(/<\/script>/g)!.length).toBe(elements(root, 'script').length)
  })

  test('every chart is reached by keyboard, has a name, and tells what is pointed at', () => {
    const figures = elements(parsed(page()), 'figure')
    expect(figures.map(f => f.attributes['data-chart'])).toEqual([
      ...['distribution', 'distribution', 'wave', 'wave', 'wave', 'wave', 'spans'],
    ])
    for (const figure of figures) {
      const [svg] = elements(figure, 'svg')
      expect(svg!.attributes).toMatchObject({ tabindex: '0', role: 'group' })
      expect(svg!.attributes['aria-label']).toMatch(/\w/)
      expect(withClass(figure, 'p', 'detail')[0]!.attributes['aria-live']).toBe('polite')
      for (const item of withClass(svg!, 'g', 'item')) expect(item.children[0]!.name).toBe('title')
      const buttons = elements(figure, 'button')
      expect(buttons.length).toBe(figure.attributes['data-chart'] === 'distribution' ? 0 : 6)
      for (const button of buttons) expect(button.attributes['aria-label']).toMatch(/\w/)
    }
  })

  test('with --coverage it says what of the driver was reached', () => {
    const { report } = run
    const of = { reached: 3, total: 4 }
    const coverage = {
      ...{ functions: of, blocks: of, lines: null, lineSource: null, runtime: { functions: of, blocks: of } },
      ...{ perFunction: [{ name: 'HwResetBus', blocks: 2, reached: 0 }], unreached: [], unreachedOmitted: 0 },
    }
    const guests = [{ ...report.guests[0]!, coverage }]
    const root = parsed(htmlReport({ ...report, guests }))
    expect(titles(root)).toContain('Coverage of reference-dma')
    expect(elements(root, 'pre').map(allText).join()).toContain('functions never reached: HwResetBus')
  })

  test('stays small however much there is to say', () => {
    const { report } = run
    const long = 'x'.repeat(10_000)
    const many = <T>(of: T): T[] => Array.from({ length: 5000 }, () => of)
    const [guest] = report.guests
    const huge: typeof report = {
      ...report,
      verdict: 'fail',
      reasons: many(long),
      findings: many({ severity: 'error', message: long }),
      guests: [{ ...guest!, debugPrint: many(long) }],
    }
    expect(htmlReport(huge, { pictures: run.pictures }).length).toBeLessThan(2 << 20)
  })
})

describe('the waveform', () => {
  const figure = (id: string): XmlElement =>
    elements(parsed(page()), 'figure').find(f => f.attributes['data-source'] === `${id}-data`)!

  test('shows every access of the worst ISR with name and value', () => {
    const guest = run.report.guests.findIndex(({ name }) => name === 'reference-queued')
    const wave = figure(`wave-worst-${guest}`)
    const said = elements(wave, 'title').map(allText).join('\n')
    const { worst } = run.report.guests[guest]!.isr
    expect(worst!.accesses.length).toBeGreaterThan(3)
    for (const { kind, name, value } of worst!.accesses) {
      if (kind === 'notify') expect(said).toContain(`ScsiPortNotification(${name}) SRB #${value}`)
      else expect(said).toContain(`${kind} ${name} = 0x${value!.toString(16).toUpperCase()}`)
    }
  })

  test('its phases are those of the report', () => {
    for (const { isr, name } of run.report.guests) {
      const moment = run.pictures!.guests.find(({ guest }) => guest === name)!.worst!
      const phases = moment.phases.map(phase => ({ name: phase.name, ns: Number((phase.to - phase.from).toFixed(3)) }))
      expect(phases).toEqual(isr.worst!.phases.map(phase => ({ ...phase, ns: Number(phase.ns.toFixed(3)) })))
    }
  })

  test('has lanes for line, outputs, CPU, registers, notifications, adapter, SRBs', () => {
    const lanes = elements(figure('wave-worst-1'), 'text')
      .filter(({ attributes }) => attributes.class === 'lane')
      .map(allText)
    expect(lanes).toEqual([
      ...['phases', 'INTA', 'reference-dma output', 'reference-queued output', 'CPU', 'registers', 'notifications'],
      ...['adapter', 'SRBs'],
    ])
  })

  test('the typical ISR took the median', () => {
    for (const { isr, name } of run.report.guests) {
      const { typical } = run.pictures!.guests.find(({ guest }) => guest === name)!
      expect(typical!.durationNs).toBe(isr.virtualNs!.p50)
    }
  })
})

describe('the functions that are put into the page', () => {
  test.each([
    ['drawWave', drawWave, () => [run.pictures!.guests[0]!.worst, { width: 700, from: -1000, to: 4000 }]],
    ['drawSpans', drawSpans, () => [run.pictures!.slowest, { width: 700, from: 0, to: 90_000 }]],
    [
      'drawDistribution',
      drawDistribution,
      () => [
        { ...run.pictures!.guests[0], limits: [{ name: 'isr.max', ns: 25_000, pass: true }], percentiles: [] },
        { width: 700 },
      ],
    ],
  ] as const)('%s refers to nothing outside itself', (_name, draw, args) => {
    const alone = new Function(`return (${draw})`)() as (...args: unknown[]) => unknown
    expect(alone(...args())).toEqual((draw as (...args: unknown[]) => unknown)(...args()))
  })

  test('the script of the page has nothing imported in it', () => {
    expect(`${client}`).not.toMatch(/__vi_import|__vite|require\(|import\(/)
  })
})

describe('a campaign as a page', () => {
  test('is well-formed; the verdict, then rules, failures, scenarios', () => {
    const root = parsed(htmlSuite(sampleSuite()))
    const main = elements(root, 'main')[0]!
    expect(main.children[0]!.attributes.class).toBe('verdict fail')
    expect(titles(main)).toEqual(['Rules', 'Failed beside the rules', 'Scenarios', 'Scenarios one by one'])
  })

  test('a violation has its evidence and leads to its scenario', () => {
    const root = parsed(htmlSuite(sampleSuite()))
    const rows = elements(root, 'tr').filter(row => row.attributes['data-status'] === 'violated')
    expect(rows.map(row => row.attributes.id)).toEqual(['rule-INT-5', 'rule-INT-3'])
    const [link] = elements(rows[0]!, 'a')
    const target = elements(root, 'details').find(({ attributes }) => `#${attributes.id}` === link!.attributes.href)
    expect(allText(target!.children[0]!)).toContain('load')
    expect(allText(rows[0]!)).toContain('hba run my.wasm --scenario load --seed 7')
  })

  describe('with what went wrong', () => {
    const moment = () => run.pictures!.guests[0]!.worst!
    const wrong = (what: string, event: number, message = `${what} is broken`, isRule = true) => ({
      ...{ what, event, message, isRule },
    })
    const drawn = (root: XmlElement) => elements(root, 'figure').length

    test('the first violation of a rule is drawn in its scenario, and its row leads there', () => {
      const text = htmlSuite(
        sampleSuite(),
        new Map([
          ['load', [{ wrong: [wrong('INT-5', 40, EVIL), wrong('INT-3', 9), wrong('LD-1', 3)], moment: moment() }]],
          // Not the first, as the suite has it: not drawn.
          ['line', [{ wrong: [wrong('INT-5', 77)], moment: moment() }]],
        ]),
      )
      const root = parsed(text)
      expect([drawn(root), elements(root, 'img')]).toEqual([1, []])
      const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(match => match[1])
      expect(new Set(ids).size).toBe(ids.length)
      for (const { attributes } of elements(root, 'a')) expect(ids).toContain(attributes.href!.replace('#', ''))
      const rows = elements(root, 'tr').filter(row => row.attributes['data-status'] === 'violated')
      const links = rows.map(row => elements(row, 'a').filter(link => allText(link) === 'waveform'))
      expect(links.map(([link]) => link!.attributes.href)).toEqual(['#violation-0', '#violation-0'])
      const details = elements(root, 'details').find(of => elements(of, 'figure').length > 0)!
      expect(allText(details.children[0]!)).toContain('load')
      expect(allText(elements(details, 'h3')[0]!)).toBe('INT-5, INT-3')
    })

    test('a guest that was stopped is drawn wherever it was', () => {
      const root = parsed(
        htmlSuite(
          sampleSuite(),
          new Map([['line', [{ wrong: [wrong('stopped', 77, 'trap', false)], moment: moment() }]]]),
        ),
      )
      expect(drawn(root)).toBe(1)
      expect(allText(elements(root, 'h3')[0]!)).toBe('stopped')
    })

    test('a page with hundreds of them stays below 5 MiB and says what it leaves out', () => {
      const many = Array.from({ length: 400 }, () => ({
        wrong: [wrong('budget isr.max', 1, 'too long', false)],
        moment: moment(),
      }))
      const text = htmlSuite(sampleSuite(), new Map([['load', many]]))
      expect(text.length).toBeLessThan(5 * 1024 * 1024)
      const [, left] = /(\d+) more waveforms are left out/.exec(text)!
      expect(drawn(parsed(text)) + Number(left)).toBe(400)
    })
  })

  describe('of cases', () => {
    const suite = sampleCases()
    const root = parsed(htmlSuite(suite))

    test('says how many passed, and of each what it expected', () => {
      const main = elements(root, 'main')[0]!
      expect(titles(main)).toEqual(['Failed', 'Cases', 'Cases one by one'])
      const facts = withClass(root, 'ul', 'facts')[0]!.children.map(allText)
      // Text of an element comes before that of those in it.
      expect(facts.slice(0, 2)).toEqual([' of 2 cases passed1', ' failed1'])
      const [load] = elements(root, 'details')
      expect(allText(load!)).toContain('isr.claimed')
    })

    test('a command stands once below all reasons of its case', () => {
      const failed = elements(root, 'section').find(({ attributes }) => attributes['aria-labelledby'] === 'failures')!
      expect(elements(failed, 'li')).toHaveLength(2)
      expect(elements(failed, 'pre').map(allText)).toEqual(['hba run load.hba.json'])
    })

    test('no link leads nowhere', () => {
      const ids = new Set(elements(root, 'main').flatMap(main => allIds(main)))
      for (const { attributes } of elements(root, 'a')) expect(ids).toContain(attributes.href!.replace('#', ''))
    })
  })

  test('only the first that failed are unfolded', () => {
    const { reports, ...rest } = sampleSuite()
    const many = Array.from({ length: 9 }, (_, n) => ({ ...reports[0]!, name: `load-${n}` }))
    const root = parsed(htmlSuite({ ...rest, reports: many }))
    const folded = elements(root, 'details').filter(({ attributes }) => attributes.id?.startsWith('scenario-'))
    expect(folded.map(({ attributes }) => attributes.open !== undefined).lastIndexOf(true)).toBe(2)
  })

  test('what a driver says stays text', () => {
    const root = parsed(htmlSuite(sampleSuite(EVIL)))
    expect(elements(root, 'img')).toEqual([])
    expect(allText(root)).toContain('onerror=')
  })
})
