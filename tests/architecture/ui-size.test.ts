/** What the page loads before it shows anything, and that the single file needs nothing beside it. Reads packages/ui/dist. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gzipBytes } from './page-size.ts'
import { ROOT } from './tools.ts'

const dist = join(ROOT, 'packages/ui/dist')
/** Bytes after gzip, the editor and every panel included. */
const LIMIT = 220 * 1024

const programs = readdirSync(join(dist, 'assets')).filter(name => name.endsWith('.js'))
const isWorker = (name: string): boolean => name.startsWith('trace-worker')

function problem(files: Readonly<Record<string, string>>): string {
  const sizes = Object.entries(files).map(([name, code]) => [name, gzipBytes(code)] as const)
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0)
  return total <= LIMIT ? '' : `${total} bytes of at most ${LIMIT}: ${sizes.map(([name, bytes]) => `${name} ${bytes}`).join(', ')}`
}
const textOf = (name: string): string => readFileSync(join(dist, 'assets', name), 'utf8')

/** What `name` needs before it runs, itself included. */
function withImports(name: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const [, imported] of textOf(name).matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) withImports(imported ?? '', found)
  return found
}
/** The page's own programs, and the editor, which every page with a moment loads. */
const first = programs.filter(name => /^(index|source-editor)-/.test(name))
const loaded = Object.fromEntries([...new Set(first.flatMap(name => [...withImports(name)]))].map(name => [name, textOf(name)]))

test('the page loads few bytes of program', () => {
  expect(first).toHaveLength(2)
  expect(problem(loaded)).toBe('')
})

test('a page that outgrows the limit is told what is in it', () => {
  const random = Array.from({ length: LIMIT }, (_, index) => ((index * 2_654_435_761) >>> 7).toString(36)).join('')
  expect(problem({ ...loaded, 'more.js': random })).toMatch(/^\d+ bytes of at most \d+: .*more\.js \d+/)
})

test('the worker is a file of its own, which no page loads before a file is opened', () => {
  expect(programs.filter(isWorker)).toHaveLength(1)
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  expect(page).not.toContain('trace-worker')
  for (const code of Object.values(loaded)) expect(code).not.toMatch(/(import|from)\s*\(?["'`][^"'`]*trace-worker/)
})

test('the single file has everything inside', () => {
  const page = readFileSync(join(dist, 'hindscope.html'), 'utf8')
  const tags = page.match(/<(script|link|img|iframe)\b[^>]*>/g) ?? []
  expect(tags.filter(tag => /\b(src|href)=/.test(tag) && !/href="data:/.test(tag))).toEqual([])
  expect(page).toMatch(/Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[\w+/=]+'; worker-src blob:/)
})
