/** Single-file components: probes come after the component's compiler, stand where the author wrote the code, and change nothing. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import vue from '@vitejs/plugin-vue'
import { probeLabel } from '@hindscope/protocol'
import hindscope from 'hindscope/vite'
import { build } from 'vite'
import type { PluginOption } from 'vite'
import { describe, expect, it } from 'vitest'
import { manifestsOf, recordedCalls, run, scratchDir } from './recording.ts'

const root = fileURLToPath(new URL('./apps/sfc', import.meta.url))

async function rendered(entry: string, compiler: () => PluginOption, isRecorded: boolean): Promise<{ html: string; dataDir: string }> {
  const [outDir, dataDir] = [scratchDir(), scratchDir()]
  const plugins = [compiler(), ...(isRecorded ? [hindscope({ dataDir, production: true })] : [])]
  await build({ root, configFile: false, logLevel: 'silent', plugins, ssr: { noExternal: true }, build: { ssr: entry, outDir, minify: false } })
  const { stdout, stderr } = await run([join(outDir, `${entry.replace('.ts', '')}.js`)], { dataDir })
  expect(stderr).toBe('')
  // Maps that the plugin had the compiler make are not left behind.
  expect(readdirSync(outDir).filter(name => name.endsWith('.map'))).toEqual([])
  return { html: stdout, dataDir }
}

describe.each([
  ['cart.vue', 'vue-main.ts', (): PluginOption => vue(), { label: 17, 'total = computed ƒ': 20, 'items.reduce ƒ': 20 }],
  ['cart.svelte', 'svelte-main.ts', (): PluginOption => svelte({ configFile: false }), { label: 8, 'items.reduce ƒ': 11 }],
])('%s', (file, entry, compiler, lines) => {
  it('renders the same and records the functions of its script at their lines', async () => {
    const plain = await rendered(entry, compiler, false)
    const { html, dataDir } = await rendered(entry, compiler, true)
    expect(html).toBe(plain.html)
    expect(html).toContain('#2')
    const calls = recordedCalls(dataDir)
    expect(calls.filter(call => call.startsWith('call-enter label'))).toEqual([
      'call-enter label({id: 1, price: 2})',
      'call-enter label({id: 2, price: 5})',
    ])
    expect(calls).toContain('call-return label → "#2"')
    const places = manifestsOf(dataDir)
      .filter(({ sources }) => sources.some(source => source.path.endsWith(file)))
      .flatMap(({ probes }) => probes.map(probe => [probeLabel(probe), probe.range[0]] as const))
    for (const place of Object.entries(lines)) expect(places).toContainEqual(place)
  })
})
