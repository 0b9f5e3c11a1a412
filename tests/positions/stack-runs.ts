/** Runs built programs that leave stacks, in Node and in pages. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Browser } from 'playwright-core'
import { expect } from 'vitest'
import { outputIn } from './programs.ts'
import type { Stacks } from './stacks.ts'

export function stacksInNode(
  file: string,
  dataDir: string,
  { cwd = process.cwd(), flags = [] }: { cwd?: string; flags?: readonly string[] } = {},
): Stacks {
  const { stdout, stderr } = outputIn(cwd, file, dataDir, flags)
  expect(stderr).toBe('')
  return JSON.parse(stdout) as Stacks
}

export async function stacksInPage(browser: Browser, dir: string): Promise<Stacks> {
  const server = createServer((request, response) => {
    const name = basename(request.url ?? '')
    if (name === 'main.mjs') {
      void readFile(join(dir, name)).then(code => response.setHeader('content-type', 'text/javascript').end(code))
    } else
      response.setHeader('content-type', 'text/html').end(name === '' ? '<!doctype html><body><script type="module" src="/main.mjs"></script>' : '')
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const page = await browser.newPage()
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction('"stacks" in globalThis')
    return await page.evaluate('stacks')
  } finally {
    await page.close()
    server.closeAllConnections()
    server.close()
  }
}
