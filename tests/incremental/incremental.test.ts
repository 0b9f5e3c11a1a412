/** What a build leaves behind speeds up the next one and never changes what comes out of it. Each build is a process of its own. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { manifestKeys, tryReadManifest } from 'hindscope'
import type { ProbeManifest } from '@hindscope/protocol'

const script = fileURLToPath(new URL('build-once.mjs', import.meta.url))
const MODULES = 24
/** The entry is a module too, though one without a function. */
const ALL = MODULES + 1

interface Build {
  readonly root: string
  readonly options: object | null
  readonly bundler?: 'vite' | 'webpack'
  readonly killAfterMs?: number
}

interface Built {
  readonly text: string
  readonly map: string
  /** How many modules came from a cache. */
  readonly cached: number
  readonly code: number | null
}

const VALUES = { level: 'values' }

function build({ root, options, bundler = 'vite', killAfterMs }: Build): Promise<Built> {
  const out = mkdtempSync(join(tmpdir(), 'hindscope-out-'))
  const { HINDSCOPE_URL: _url, HINDSCOPE_DIR: _dir, ...env } = process.env
  const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify({ bundler, root, out, options })], { env, stdio: 'pipe' })
  let said = ''
  child.stdout.on('data', chunk => (said += chunk))
  child.stderr.on('data', chunk => (said += chunk))
  if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      const read = (name: string): string => (existsSync(join(out, name)) ? readFileSync(join(out, name), 'utf8') : '')
      const built = { text: read('main.js'), map: read('main.js.map'), cached: Number(/(\d+) from cache/.exec(said)?.[1] ?? 0), code }
      rmSync(out, { recursive: true, force: true })
      if (killAfterMs === undefined && code !== 0) reject(new Error(said))
      else resolve(built)
    })
  })
}

const moduleText = (
  n: number,
  factor: number,
): string => `${n + 1 < MODULES ? `import { total as next } from './module${n + 1}.ts'` : 'const next = (_: readonly number[]) => 1'}
export function total(items: readonly number[]): number {
  const own = items.map((item: number) => item * ${factor}).filter(Boolean)
  return own.length > ${n} ? next(own) : own.length
}
${Array.from({ length: 60 }, (_, f) => `export class Part${f} { constructor(private readonly size: number) {} get area(): number { return this.size * ${f} } }`).join('\n')}
`

/** In one place of the disk, since paths are part of what is built. */
let root = ''
let plain: Built
let expected: Built
beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'hindscope-incremental-')))
  writeProject()
  plain = await build({ root, options: null })
  expected = await build({ root, options: VALUES })
  cpSync(join(root, '.hindscope'), `${root}-warm`, { recursive: true })
})
afterAll(() => {
  for (const dir of [root, `${root}-warm`]) rmSync(dir, { recursive: true, force: true })
})

function writeProject(): void {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(join(root, 'src'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "name": "incremental", "type": "module" }')
  writeFileSync(join(root, 'src/main.ts'), "import { total } from './module0.ts'\nconsole.log(total([1, 2, 3]))\n")
  for (let n = 0; n < MODULES; n++) writeFileSync(join(root, `src/module${n}.ts`), moduleText(n, 2))
}

/** The project as the first build left it, with its caches. */
function warmProject(): void {
  writeProject()
  cpSync(`${root}-warm`, join(root, '.hindscope'), { recursive: true })
}

const keys = (): Map<string, string> =>
  new Map(
    [...manifestKeys(join(root, '.hindscope'))].map(key => {
      const { module, id } = JSON.parse(tryReadManifest(join(root, '.hindscope'), key) ?? '{}') as ProbeManifest
      return [module, id]
    }),
  )
const fresh = async (options: object | null = VALUES): Promise<Built> => {
  const cache = join(root, '.hindscope')
  renameSync(cache, `${cache}-aside`)
  try {
    return await build({ root, options })
  } finally {
    rmSync(cache, { recursive: true, force: true })
    renameSync(`${cache}-aside`, cache)
  }
}

test('a second build takes every module from the cache, and is the same byte for byte', async () => {
  warmProject()
  const again = await build({ root, options: VALUES })
  expect(again).toMatchObject({ text: expected.text, map: expected.map, cached: ALL })
  expect(expected.text).not.toBe(plain.text)
})

test('an edit costs one module; the probes of all others keep their module keys, and its own old and new ones are told apart', async () => {
  warmProject()
  const before = keys()
  writeFileSync(join(root, 'src/module3.ts'), moduleText(3, 5))
  const edited = await build({ root, options: VALUES })
  expect(edited.cached).toBe(ALL - 1)
  const added = [...keys()].filter(([key]) => !before.has(key))
  expect(added.map(([, id]) => id)).toEqual(['src/module3.ts'])
  for (const key of before.keys()) expect(edited.text.includes(`"${key}"`)).toBe(before.get(key) !== 'src/module3.ts')
  expect(edited.text).toBe((await fresh()).text)
})

test('another plan, another redaction and another name of a file are other texts', async () => {
  warmProject()
  const calls = await build({ root, options: { level: 'calls' } })
  expect([calls.cached, calls.text]).toEqual([0, (await fresh({ level: 'calls' })).text])
  renameSync(join(root, 'src/module23.ts'), join(root, 'src/renamed.ts'))
  writeFileSync(join(root, 'src/module22.ts'), moduleText(22, 2).replace('module23', 'renamed'))
  const renamed = await build({ root, options: VALUES })
  expect([renamed.cached, renamed.text]).toEqual([ALL - 2, (await fresh()).text])
  expect([...keys().values()]).toContain('src/renamed.ts')
})

test('manifests that were removed come back', async () => {
  warmProject()
  rmSync(join(root, '.hindscope/manifests'), { recursive: true })
  const again = await build({ root, options: VALUES })
  expect([again.cached, again.text, keys().size]).toEqual([1, expected.text, MODULES])
})

test('damaged files, two processes at once, and one that is killed change no later build', async () => {
  warmProject()
  const dir = join(root, '.hindscope/cache')
  for (const name of readdirSync(dir).filter(file => file.endsWith('.cache'))) {
    const bytes = readFileSync(join(dir, name))
    for (let at = bytes.length >> 1; at < bytes.length; at += 5000) bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(join(dir, name), bytes)
  }
  const damaged = await build({ root, options: VALUES })
  expect(damaged.text).toBe(expected.text)
  expect(damaged.cached).toBeLessThan(ALL)
  rmSync(join(root, '.hindscope'), { recursive: true })
  const both = await Promise.all([build({ root, options: VALUES }), build({ root, options: VALUES })])
  expect(both.map(built => built.text)).toEqual([expected.text, expected.text])
  rmSync(join(root, '.hindscope'), { recursive: true })
  for (const killAfterMs of [300, 900, 1400]) await build({ root, options: VALUES, killAfterMs })
  expect((await build({ root, options: VALUES })).text).toBe(expected.text)
  expect(await build({ root, options: VALUES })).toMatchObject({ text: expected.text, cached: ALL })
})

test('turned off it leaves nothing: not in the output, not in the persistent caches of the bundler', async () => {
  warmProject()
  expect((await build({ root, options: null })).text).toBe(plain.text)
  expect((await build({ root, options: { enabled: false } })).text).toBe(plain.text)
  writeFileSync(join(root, 'src/main.js'), "import { sum } from './sum.js'\nconsole.log(sum(1, 2))\n")
  writeFileSync(join(root, 'src/sum.js'), 'export function sum(a, b) { return a + b }\n')
  const webpack = (options: object | null): Promise<Built> => build({ root, options, bundler: 'webpack' })
  onTestFinished(() => rmSync(join(root, '.webpack'), { recursive: true, force: true }))
  const [before, probed, after] = [await webpack(null), await webpack(VALUES), await webpack(null)]
  const [off, again] = [await webpack({ enabled: false }), await webpack({ level: 'calls' })]
  expect(probed.text).toContain('hindscope')
  expect([after.text, off.text]).toEqual([before.text, before.text])
  expect(again.text).not.toBe(probed.text)
  expect((await webpack(VALUES)).text).toBe(probed.text)
})
