/** The same tiny program through six bundlers: it does the same, it records the same, and its stack traces name the same lines. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { HindscopeOptions } from 'hindscope'
import { BUNDLERS, build } from './builds.ts'
import type { Built, Bundler, BuildRequest } from './builds.ts'
import { probePlaces, recordedCalls, run, scratchDir, stackLines } from './recording.ts'
import type { Run } from './recording.ts'

interface Tried {
  readonly built: Built
  readonly ran: Run
  readonly dataDir: string
}

type Wish = Partial<BuildRequest> & { readonly options?: HindscopeOptions }

async function tryBuild(bundler: Bundler, { options, ...wish }: Wish = {}): Promise<{ built: Built; dataDir: string }> {
  const outDir = scratchDir()
  const dataDir = wish.dataDir ?? scratchDir()
  const plugins = wish.plugins ?? (options ? [options] : [])
  return { built: await build({ bundler, mode: 'development', outDir, ...wish, dataDir, plugins }), dataDir }
}

async function buildAndRun(bundler: Bundler, wish: Wish = {}): Promise<Tried> {
  const { built, dataDir } = await tryBuild(bundler, wish)
  expect(built.messages).toEqual(wish.plugins === undefined ? [] : expect.anything())
  return { built, dataDir, ran: await run(['--enable-source-maps', built.file], { dataDir }) }
}

describe.each(BUNDLERS)('%s, development', bundler => {
  it('does, prints and fails as it does without the plugin, at the same lines', async () => {
    const plain = await buildAndRun(bundler)
    const probed = await buildAndRun(bundler, { options: {} })
    expect(plain.ran.stdout).toContain("TypeError: Cannot read properties of undefined (reading 'percent')")
    expect(probed.ran.stdout).toBe(plain.ran.stdout)
    expect(probed.ran.code).toBe(plain.ran.code)
    expect(stackLines(plain.ran.stderr)).toEqual(['coupons.ts:16', 'main.ts:13', 'main.ts:20'])
    expect(stackLines(probed.ran.stderr)).toEqual(stackLines(plain.ran.stderr))
    expect(recordedCalls(plain.dataDir)).toEqual([])
  })

  it('records the same calls, at the same places, as every other bundler', async () => {
    const { built, dataDir } = await buildAndRun(bundler, { options: {} })
    await expect(recordedCalls(dataDir).join('\n')).toMatchFileSnapshot('./expected-calls.txt')
    await expect(probePlaces(dataDir).join('\n')).toMatchFileSnapshot('./expected-probes.txt')
    expect(built.log).toMatch(/23 functions in 6 modules probed/)
  })

  it('takes a module from the cache when nothing changed', async () => {
    const { dataDir } = await tryBuild(bundler, { options: {} })
    const { built } = await tryBuild(bundler, { options: {}, dataDir })
    expect(built.log).toMatch(/6 from cache/)
  })

  it('refuses a second plugin and records once', async () => {
    const { built, ran, dataDir } = await buildAndRun(bundler, { plugins: [{}, {}] })
    expect(`${built.messages.join('\n')}\n${built.log}`).toMatch(/more than once/)
    await expect(recordedCalls(dataDir).join('\n')).toMatchFileSnapshot('./expected-calls.txt')
    expect(ran.code).toBe(0)
  })

  it('leaves a module that does not parse to the bundler, and names its line', async () => {
    const entry = join(scratchDir(), 'broken.js')
    writeFileSync(entry, 'export function fine() {\n  return 1\n}\nexport const broken = = 2\n')
    const { built } = await tryBuild(bundler, { entry, options: { include: [entry] } })
    const said = built.messages.join('\n')
    expect(said).toMatch(/\[hindscope:instrument-syntax\]/)
    expect(said).toMatch(/:4\b/)
    expect(said).toContain('export const broken = = 2')
  })

  it('refuses an option that it does not know, and names the nearest', async () => {
    await expect(tryBuild(bundler, { options: { levle: 'off' } as HindscopeOptions })).rejects.toMatchObject({
      code: 'config-unknown-key',
      message: expect.stringContaining('"level"'),
    })
  })
})

describe.each(BUNDLERS)('%s, production', bundler => {
  it('contains not one byte of Hindscope unless asked, and says so', async () => {
    const plain = await tryBuild(bundler, { mode: 'production' })
    const off = await tryBuild(bundler, { mode: 'production', options: {} })
    expect(off.built.text).toBe(plain.built.text)
    expect(off.built.text).not.toMatch(/hindscope/i)
    expect(off.built.log).toMatch(/off, production build \(.+\); production: true records it too/)
  })

  it('records when asked for in writing, minified, and says so loudly', async () => {
    const plain = await buildAndRun(bundler, { mode: 'production', minify: true })
    const probed = await buildAndRun(bundler, { mode: 'production', minify: true, options: { production: true } })
    expect(probed.ran.stdout).toBe(plain.ran.stdout)
    // A minifier may inline a function or not, with and without probes, but every frame leads to a source.
    expect(new Set(stackLines(probed.ran.stderr).map(line => line.split(':')[0]))).toEqual(new Set(['coupons.ts', 'main.ts']))
    expect(probed.built.log).toMatch(/PROBES ARE IN THIS PRODUCTION BUILD/)
    expect(recordedCalls(probed.dataDir)).toContainEqual(expect.stringContaining('percentOff("tenoff")'))
  })
})
