// The HTML report in a real browser: skipped where there is none.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Browser, findBrowser } from '../testing/browser.ts'
import { picturedRun } from '../testing/pictured-run.ts'
import { sampleSuite } from '../testing/suite.ts'
import { htmlReport } from './run-page.ts'
import { htmlSuite } from './suite-page.ts'

const executable = findBrowser()

async function runPage(): Promise<string> {
  const { report, pictures } = await picturedRun()
  return htmlReport(report, {
    pictures,
    trend: [1, 2, 3].map(n => ({
      label: `baseline ${n}`,
      isr: { p50: 2500 + n, p90: 2600, p99: 3000 + n * 100, p999: 3500, max: 3500 + n * 50 },
    })),
  })
}

const SIZES = [
  ['desktop', 1280, 900, false],
  ['desktop dark', 1280, 900, true],
  ['phone', 390, 844, false],
  ['phone dark', 390, 844, true],
] as const

describe.skipIf(executable === undefined)('in a browser', () => {
  const folder = process.env.HBA_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), 'wasm-hba-pages-'))
  const pages = { run: join(folder, 'run.html'), suite: join(folder, 'suite.html') }
  let browser: Browser

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(pages.run, await runPage())
    const { pictures } = await picturedRun()
    const wrong = [{ what: 'INT-5', isRule: true, event: 40, message: 'HwInterrupt left INT_STATUS as it was' }]
    const moments = new Map([['load', [{ wrong, moment: pictures!.guests[0]!.worst! }]]])
    writeFileSync(pages.suite, htmlSuite(sampleSuite(), moments))
    browser = await Browser.open(executable!)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    if (process.env.HBA_SCREENSHOTS === undefined) rmSync(folder, { recursive: true, force: true })
  })

  const open = async (page: keyof typeof pages, width = 1280, height = 900, dark = false): Promise<void> => {
    await browser.size(width, height, dark)
    await browser.go(pathToFileURL(pages[page]).href)
  }

  test.each(SIZES)(
    '%s: fits, complains about nothing, asks for nothing',
    async (name, width, height, dark) => {
      for (const page of ['run', 'suite'] as const) {
        await open(page, width, height, dark)
        expect(await browser.ask('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
        const { loadEventEnd } = await browser.ask<{ loadEventEnd: number }>(
          `performance.getEntriesByType('navigation')[0].toJSON()`,
        )
        expect(loadEventEnd).toBeLessThan(2000)
        const png = await browser.picture()
        expect(png.subarray(1, 4).toString()).toBe('PNG')
        expect(png.readUInt32BE(16)).toBe(width)
        expect(png.readUInt32BE(20)).toBeGreaterThan(height)
        expect(png.length).toBeGreaterThan(20_000)
        if (process.env.HBA_SCREENSHOTS !== undefined)
          writeFileSync(join(folder, `${page}-${name.replace(' ', '-')}.png`), png)
      }
      expect(browser.complaints).toEqual([])
      expect(browser.requests.filter(url => !url.startsWith('file:'))).toEqual([])
    },
    60_000,
  )

  test('on a phone verdicts and what was wrong are seen without scrolling sideways', async () => {
    const outside = (css: string): string =>
      `[...document.querySelectorAll(${JSON.stringify(css)})].filter(e => e.offsetParent !== null && e.getBoundingClientRect().right > 390).length`
    await open('run', 390, 844)
    expect(await browser.ask('document.querySelectorAll("#budgets + .scroll .tag").length')).toBeGreaterThan(0)
    expect(await browser.ask(outside('#budgets + .scroll td'))).toBe(0)
    await open('suite', 390, 844)
    expect(await browser.ask('document.querySelectorAll("td.below strong").length')).toBeGreaterThan(0)
    expect(await browser.ask(outside('.folds td'))).toBe(0)
  }, 60_000)

  test('light and dark differ in ground and text', async () => {
    const colours = 'getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color'
    await open('run')
    const light = await browser.ask<string>(colours)
    await open('run', 1280, 900, true)
    expect(await browser.ask<string>(colours)).not.toBe(light)
  })

  test('the waveform is reached, read and zoomed by keyboard', async () => {
    await open('run')
    const chart = `document.getElementById('wave-worst-0')`
    const said = `${chart}.parentElement.querySelector('.detail').textContent`
    const axis = `[...${chart}.querySelectorAll('.tick')].map(t => t.textContent).join()`
    let reached = false
    for (let n = 0; n < 80 && !reached; n++) {
      await browser.press('Tab')
      reached = await browser.ask<boolean>(`document.activeElement === ${chart}`)
    }
    expect(reached).toBe(true)
    await browser.press('ArrowRight')
    const first = await browser.ask<string>(said)
    expect(first).toMatch(/ns|µs/)
    await browser.press('ArrowRight')
    expect(await browser.ask<string>(said)).not.toBe(first)
    expect(await browser.ask<number>(`${chart}.querySelectorAll('.chosen').length`)).toBe(1)
    const whole = await browser.ask<string>(axis)
    await browser.press('+', '+')
    await browser.press('+', '+')
    expect(await browser.ask<string>(axis)).not.toBe(whole)
    await browser.press('0', '0')
    expect(await browser.ask<string>(axis)).toBe(whole)
    const top = await browser.ask<number>('scrollY')
    await browser.press('End')
    expect(await browser.ask<number>('scrollY')).toBe(top)
    await browser.press('Escape')
    expect(await browser.ask<number>(`${chart}.querySelectorAll('.chosen').length`)).toBe(0)
  }, 60_000)

  test('… and by pointer: hover tells, the buttons and the wheel zoom, dragging pans', async () => {
    await open('run')
    const chart = `document.getElementById('wave-worst-0')`
    const axis = `[...${chart}.querySelectorAll('.tick')].map(t => t.textContent).join()`
    await browser.ask(`${chart}.scrollIntoView({ block: 'center' })`)
    const box = await browser.ask<{ x: number; y: number }>(
      `(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(${chart}.querySelector('.access.read rect').getBoundingClientRect())`,
    )
    await browser.mouse('mouseMoved', box.x, box.y)
    expect(await browser.ask<string>(`${chart}.parentElement.querySelector('.detail').textContent`)).toMatch(/^read /)
    const whole = await browser.ask<string>(axis)
    await browser.ask(`${chart}.parentElement.querySelector('[data-do="in"]').click()`)
    await browser.mouse('mouseMoved', box.x, box.y + 1)
    const zoomed = await browser.ask<string>(axis)
    expect(zoomed).not.toBe(whole)
    await browser.ask(`${chart}.focus()`)
    await browser.mouse('mouseWheel', box.x, box.y, { deltaX: 0, deltaY: -120 })
    await browser.mouse('mouseMoved', box.x, box.y)
    const wheeled = await browser.ask<string>(axis)
    expect(wheeled).not.toBe(zoomed)
    await browser.mouse('mousePressed', box.x, box.y, { button: 'left', buttons: 1, clickCount: 1 })
    await browser.mouse('mouseMoved', box.x - 150, box.y, { button: 'left', buttons: 1 })
    await browser.mouse('mouseReleased', box.x - 150, box.y, { button: 'left', clickCount: 1 })
    expect(await browser.ask<string>(axis)).not.toBe(wheeled)
    expect(browser.complaints).toEqual([])
  }, 60_000)

  test('a rule of a campaign leads to its scenario, which unfolds', async () => {
    await open('suite')
    const opened = await browser.ask<boolean>(
      `new Promise(resolve => {
        const link = document.querySelector('section[aria-labelledby=rules] a')
        const folded = document.getElementById(link.hash.slice(1))
        folded.open = false
        addEventListener('hashchange', () => setTimeout(() => resolve(folded.open), 0))
        link.click()
      })`,
    )
    expect(opened).toBe(true)
  })

  test('… and to the waveform of its first violation, which zooms', async () => {
    await open('suite')
    const chart = `document.getElementById('wave-violation-0')`
    const axis = `[...${chart}.querySelectorAll('.tick')].map(t => t.textContent).join()`
    const opened = await browser.ask<boolean>(
      `new Promise(resolve => {
        const link = [...document.querySelectorAll('section[aria-labelledby=rules] a')].find(a => a.textContent === 'waveform')
        const folded = document.getElementById(link.hash.slice(1)).closest('details')
        folded.open = false
        addEventListener('hashchange', () => setTimeout(() => resolve(folded.open), 0))
        link.click()
      })`,
    )
    expect(opened).toBe(true)
    const whole = await browser.ask<string>(axis)
    await browser.ask(`${chart}.parentElement.querySelector('[data-do="in"]').click()`)
    await browser.ask('new Promise(resolve => requestAnimationFrame(() => resolve(0)))')
    expect(await browser.ask<string>(axis)).not.toBe(whole)
  })

  test('the table of rules can be narrowed down', async () => {
    await open('suite')
    const rows = `[...document.querySelectorAll('#rules-table tbody tr')].filter(r => r.offsetParent !== null).length`
    await browser.ask(`document.querySelector('#rules-table').closest('details').open = true`)
    const all = await browser.ask<number>(rows)
    await browser.ask(
      `(() => { const s = document.querySelector('select[data-filters]'); s.value = 'not-applicable'; s.dispatchEvent(new Event('change')) })()`,
    )
    expect(await browser.ask<number>(rows)).toBeLessThan(all)
  })
})
