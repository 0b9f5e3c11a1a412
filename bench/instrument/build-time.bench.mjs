// Production builds with and without the plugin: wall and CPU time of the build call in a fresh process, bundler already imported; time in
// our hook; size of the output before minification; peak memory. `--project DIR` builds that project with Vite instead of the corpus.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BUNDLERS, prepare } from '../lib/builds.mjs'
import { find, fixed, table, whenCase } from '../lib/case.mjs'
import { writeCorpus } from '../lib/corpus.mjs'
import { PEERS, peerPlugin } from '../lib/peers.mjs'

export const title = 'Build time with and without the plugin'
export const notes =
  'A generated React application (600 TypeScript modules of its own, packages beside them), or the project that `--project` named; level `values`, not minified. Cold: no cache of ours. Warm: the process before built the same. The two coverage instrumenters stand in our place, for comparison. Hook: CPU time of the JavaScript thread inside our transform where Node can tell it (>= 24), else wall time.'
export const rounds = 3
export const variants = BUNDLERS.flatMap(bundler => [false, true].flatMap(maps => ['plain', 'cold', 'warm'].map(mode => ({ bundler, maps, mode }))))
  .filter(({ bundler, maps }) => !maps || bundler === 'vite')
  .concat(Object.keys(PEERS).map(mode => ({ bundler: 'vite', maps: false, mode })))

const here = fileURLToPath(import.meta.url)
const threadMs = () => {
  if (!process.threadCpuUsage) return performance.now()
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Vite, Rollup and Rolldown call the handler of a plain object; the others have no place to stand in. */
function clocked(plugins, clock) {
  for (const plugin of plugins.flat()) {
    const handler = plugin?.transform?.handler
    if (handler === undefined) continue
    plugin.transform.handler = function (...args) {
      const started = threadMs()
      try {
        return Reflect.apply(handler, this, args)
      } finally {
        clock.ms += threadMs() - started
      }
    }
  }
  return plugins
}

const scripts = /\.m?js$/
const sizeOf = out =>
  readdirSync(out, { recursive: true })
    .filter(name => scripts.test(name))
    .reduce((sum, name) => sum + statSync(join(out, name)).size, 0)

await whenCase(import.meta, async ({ bundler, mode, maps, project, dataDir, isRehearsal }) => {
  // Inside the workspace, so that the bundlers resolve; outside every source folder.
  const scratch = mkdtempSync(join(dirname(here), '..', '.corpus-'))
  const dir = project ?? dataDir?.replace(/[\\/][^\\/]+$/, '') ?? scratch
  const data = dataDir ?? join(dir === project ? scratch : dir, '.hindscope')
  const out = join(scratch, 'out')
  try {
    if (!project && !isRehearsal) writeCorpus(dir)
    if (mode === 'warm' && !isRehearsal)
      execFileSync(process.execPath, ['--no-warnings', here, JSON.stringify({ bundler, mode, maps, project, dataDir: data, isRehearsal: true })], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
    process.chdir(dir)
    process.env.HINDSCOPE_DIR = data
    process.env.NODE_ENV = 'production'
    const clock = { ms: 0 }
    const options = { production: true, level: 'values' }
    const pluginOf = async () => (mode in PEERS ? peerPlugin(mode) : (await import(`hindscope/${bundler}`)).default(options))
    const plugins = mode === 'plain' ? [] : clocked([await pluginOf()], clock)
    const build = await prepare(bundler, { dir, entry: join(dir, 'src', 'main.tsx'), out, plugins, maps, project })
    const cpu = process.cpuUsage()
    const started = performance.now()
    await build()
    const wallMs = performance.now() - started
    const used = process.cpuUsage(cpu)
    return {
      wallMs,
      cpuMs: (used.user + used.system) / 1000,
      hookMs: clock.ms,
      outputMb: sizeOf(out) / 1e6,
      memoryMb: process.resourceUsage().maxRSS / 1024,
    }
  } finally {
    process.chdir(tmpdir())
    rmSync(scratch, { recursive: true, force: true })
  }
})

export function report(rows) {
  const lines = rows
    .filter(({ variant }) => variant.mode !== 'plain')
    .flatMap(({ variant: { bundler, maps, mode, project }, figures }) => {
      const plain = find(rows, { bundler, maps, mode: 'plain' })?.figures
      if (plain === undefined) return []
      const ratio = name => `×${fixed(figures[name].median / plain[name].median)}`
      return [
        [
          project ? `${bundler} (project)` : bundler,
          maps ? 'yes' : 'no',
          mode,
          `${fixed(plain.wallMs.median, 0)} ms (${fixed(plain.wallMs.min, 0)}–${fixed(plain.wallMs.max, 0)})`,
          `${fixed(figures.wallMs.median, 0)} ms (${fixed(figures.wallMs.min, 0)}–${fixed(figures.wallMs.max, 0)})`,
          ratio('wallMs'),
          ratio('cpuMs'),
          figures.hookMs.median > 0 ? `${fixed(figures.hookMs.median, 0)} ms` : '–',
          ratio('outputMb'),
          ratio('memoryMb'),
        ],
      ]
    })
  return table(['bundler', 'maps', 'cache', 'plain wall', 'with the plugin', 'wall', 'CPU', 'hook', 'output', 'memory'], lines)
}
