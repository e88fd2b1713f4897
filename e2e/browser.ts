import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/**
 * Debian's Chromium, headless. Undefined when this machine has none.
 *
 * @param more further arguments of Chromium
 */
export async function openBrowser(more: readonly string[] = []): Promise<Browser | undefined> {
  const executablePath = places.find((path) => existsSync(path))
  if (executablePath === undefined) return undefined
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })
}
