// A real browser without a window, driven over a pipe (Chrome DevTools Protocol), when there is one on the PATH.
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']

/** Path of a browser, undefined when there is none. */
export function findBrowser(path = process.env.PATH ?? ''): string | undefined {
  for (const folder of path.split(delimiter))
    for (const name of NAMES) {
      const file = join(folder, name)
      try {
        accessSync(file, constants.X_OK)
        return file
      } catch {
        // Not here.
      }
    }
  return undefined
}

type Answer = Record<string, unknown>

interface Sent {
  resolve(result: Answer): void
  reject(error: Error): void
}

/** One page in one browser. */
export class Browser {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #sent = new Map<number, Sent>()
  readonly #waiting = new Map<string, () => void>()
  #next = 1
  #session = ''
  /** Errors of scripts, refused requests, whatever the page complains about. */
  readonly complaints: string[] = []
  /** What the page asked the network for. */
  readonly requests: string[] = []

  private constructor(executable: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'wasm-hba-browser-'))
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run']
    this.#process = spawn(
      executable,
      [
        ...flags,
        '--disable-background-networking',
        `--user-data-dir=${this.#profile}`,
        '--remote-debugging-pipe',
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    )
    let rest = ''
    ;(this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0')
      rest = messages.pop()!
      for (const message of messages) this.#heard(JSON.parse(message) as Answer)
    })
    this.#process.once('exit', () => {
      for (const { reject } of this.#sent.values()) reject(new Error('the browser ended'))
    })
  }

  static async open(executable: string): Promise<Browser> {
    const browser = new Browser(executable)
    const { targetId } = await browser.#send('Target.createTarget', { url: 'about:blank' }, false)
    const { sessionId } = await browser.#send('Target.attachToTarget', { targetId, flatten: true }, false)
    browser.#session = sessionId as string
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await browser.#send(`${domain}.enable`)
    return browser
  }

  async close(): Promise<void> {
    const ended = new Promise(resolve => this.#process.once('exit', resolve))
    this.#process.kill()
    await ended
    // Its own processes may still write there.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }

  async size(width: number, height: number, dark = false): Promise<void> {
    const mobile = width < 600
    await this.#send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile })
    const value = dark ? 'dark' : 'light'
    await this.#send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
  }

  /** @returns once the page has loaded */
  async go(url: string): Promise<void> {
    const loaded = new Promise<void>(resolve => this.#waiting.set('Page.loadEventFired', resolve))
    await this.#send('Page.navigate', { url })
    await loaded
  }

  /** What an expression in the page gives. */
  async ask<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.#send('Runtime.evaluate', {
      expression,
      returnByValue: true,
      awaitPromise: true,
    })) as { result: { value: T }; exceptionDetails?: { exception?: { description?: string } } }
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? 'the page threw')
    return result.value
  }

  /** Presses a key as a person does. */
  async press(key: string, text?: string): Promise<void> {
    const named: Record<string, number> = { Tab: 9, Enter: 13, Escape: 27, End: 35, ArrowLeft: 37, ArrowRight: 39 }
    const code = named[key] ?? key.charCodeAt(0)
    const event = { key, windowsVirtualKeyCode: code, ...(text === undefined ? {} : { text }) }
    await this.#send('Input.dispatchKeyEvent', { type: text === undefined ? 'rawKeyDown' : 'keyDown', ...event })
    await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode: code })
    await this.ask('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
  }

  async mouse(type: string, x: number, y: number, more: Answer = {}): Promise<void> {
    await this.#send('Input.dispatchMouseEvent', { type, x, y, ...more })
    await this.ask('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
  }

  /** The whole page as PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.#send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true })
    return Buffer.from(data as string, 'base64')
  }

  #send(method: string, params: Answer = {}, inPage = true): Promise<Answer> {
    const id = this.#next++
    const message = JSON.stringify({ id, method, params, ...(inPage ? { sessionId: this.#session } : {}) })
    return new Promise((resolve, reject) => {
      this.#sent.set(id, { resolve, reject })
      ;(this.#process.stdio[3] as Writable).write(`${message}\0`)
    })
  }

  #heard(message: Answer): void {
    const { id, method, params, result, error } = message as {
      id?: number
      method?: string
      params?: Answer
      result?: Answer
      error?: { message: string }
    }
    if (id !== undefined) {
      const sent = this.#sent.get(id)
      this.#sent.delete(id)
      if (error !== undefined) sent?.reject(new Error(error.message))
      else sent?.resolve(result ?? {})
      return
    }
    if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded')
      this.complaints.push(JSON.stringify(params))
    if (method === 'Network.requestWillBeSent') this.requests.push((params as { request: { url: string } }).request.url)
    this.#waiting.get(method ?? '')?.()
  }
}
