// The same JavaScript files through this instrumenter and through two coverage instrumenters, each in a process of its own. They do another
// job (counters per statement and branch, no values); what is compared is what a transform of every function costs a build.
import { readFileSync, readdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { find, fixed, table, whenCase } from '../lib/case.mjs'
import { writeCorpus } from '../lib/corpus.mjs'
import { PEERS } from '../lib/peers.mjs'

export const title = 'Beside coverage instrumenters'
export const notes =
  'The generated application with its types stripped, every module once in a fresh process (cold) and once more (warm), CPU time, no maps. Level `values`.'
export const rounds = 3
export const variants = ['hindscope', ...Object.keys(PEERS)].map(tool => ({ tool }))

const TOOLS = {
  ...PEERS,
  async hindscope() {
    const { instrument } = await import('@hindscope/instrument')
    return (code, id) => instrument(code, { id, plan: { level: 'values' } }).code
  },
}

await whenCase(import.meta, async ({ tool }) => {
  const dir = mkdtempSync(join(dirname(fileURLToPath(import.meta.url)), '..', '.corpus-'))
  try {
    writeCorpus(dir)
    const { transformSync } = await import('esbuild')
    const files = readdirSync(join(dir, 'src')).map(name => ({
      id: name.replace(/tsx?$/, 'js'),
      code: transformSync(readFileSync(join(dir, 'src', name), 'utf8'), { loader: 'tsx', jsx: 'automatic' }).code,
    }))
    const run = await TOOLS[tool]()
    const pass = () => {
      const cpu = process.cpuUsage()
      const size = files.reduce((sum, { code, id }) => sum + run(code, id).length, 0)
      const { user, system } = process.cpuUsage(cpu)
      return { ms: (user + system) / 1000, size }
    }
    const cold = pass()
    const warm = pass()
    const size = files.reduce((sum, { code }) => sum + code.length, 0)
    return { coldMs: cold.ms, warmMs: warm.ms, mb: size / 1e6, growth: cold.size / size }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

export function report(rows) {
  const ours = find(rows, { tool: 'hindscope' })?.figures
  const lines = rows.map(({ variant: { tool }, figures }) => [
    tool,
    `${fixed(figures.coldMs.median, 0)} ms`,
    `${fixed(figures.warmMs.median, 0)} ms`,
    fixed(figures.mb.median / (figures.coldMs.median / 1000), 1),
    ours ? `×${fixed(figures.coldMs.median / ours.coldMs.median, 1)}` : '–',
    `×${fixed(figures.growth.median)}`,
  ])
  return table(['tool', 'cold', 'warm', 'MB/s cold', 'time to ours', 'size'], lines)
}
