/**
 * Every probe stands exactly where its function, statement or variable is written, through each chain of tools; what the tools add has
 * none.
 */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createServer } from 'vite'
import { CHAINS, buildApp, viteConfig } from './chains.ts'
import { compareDetails, compareFunctions, filesOf, manifestsOf } from './comparison.ts'
import { outputOf, scratchDir } from './programs.ts'

it.each(CHAINS.map(chain => [chain.name, chain] as const))('%s: probes are what the author wrote', async (_, chain) => {
  const dir = scratchDir()
  const dataDir = join(dir, 'data')
  const messages: string[] = []
  const options = { dataDir, production: true, level: 'statements', overrides: [{ expressions: true }] } as const
  const file = await buildApp(chain, { outDir: join(dir, 'probed'), options, messages })
  const manifests = manifestsOf(dataDir)
  const { exact, missing, wrong } = compareFunctions(chain.app, filesOf(chain), manifests)
  expect(wrong).toEqual([])
  expect(missing).toEqual(chain.absent ?? [])
  expect(exact).toBeGreaterThan(0)
  const details = compareDetails(chain.app, filesOf(chain), manifests)
  expect(details.wrong).toEqual([])
  expect(details.exact).toBeGreaterThan(exact)
  expect(messages.filter(message => message.includes('[hindscope:'))).toEqual([])
  if (chain.platform === 'browser') return
  const plain = await buildApp(chain, { outDir: join(dir, 'plain'), options: undefined })
  expect(outputOf(file, dataDir)).toEqual(outputOf(plain, dataDir))
})

it.each(CHAINS.filter(chain => chain.bundler === 'vite' && chain.app !== 'legacy').map(chain => [chain.name, chain] as const))(
  '%s: the dev server agrees',
  async (_, chain) => {
    const dataDir = join(scratchDir(), 'data')
    const request = { ...chain, outDir: dataDir, options: { dataDir }, before: chain.plugins?.() ?? [] }
    const config = await viteConfig(request)
    const server = await createServer({
      ...config,
      cacheDir: join(dataDir, 'cache'),
      server: { middlewareMode: true, ws: false, watch: null },
      optimizeDeps: { noDiscovery: true },
    })
    try {
      // React's pages get Fast Refresh; Vue and Svelte have a chain for each side.
      const environment = server.environments[chain.entry === 'main.ts' && chain.plugins ? 'ssr' : 'client']
      const codes: string[] = []
      for (const file of filesOf(chain)) codes.push((await environment?.transformRequest(`/${file}`))?.code ?? '')
      expect(codes.some(code => code.includes('$RefreshReg$'))).toBe(['react', 'compiler', 'mdx'].includes(chain.app))
    } finally {
      // Writes what is not yet on disk.
      await server.close()
    }
    const { missing, wrong } = compareFunctions(chain.app, filesOf(chain), manifestsOf(dataDir))
    expect(wrong).toEqual([])
    expect(missing).toEqual(chain.absent ?? [])
  },
)
