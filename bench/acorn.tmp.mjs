import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { instrument } from '@hindscope/instrument'
import { createRecorder } from '@hindscope/runtime'
const require = createRequire(import.meta.url)
const [,, level, overhead] = process.argv
const file = createRequire(require.resolve('@hindscope/instrument')).resolve('acorn')
const source = readFileSync(file.replace(/\.mjs$/, '.js'), 'utf8')
let code = source, rec
if (level !== 'plain') {
  code = instrument(source, { id: 'acorn.js', sourceType: 'commonjs', plan: { level: level === 'off' ? 'values' : level }, hook: 'global' }).code
  rec = createRecorder({ sink: { accept() {} }, level, overhead: +overhead }); rec.install(globalThis)
}
const module = { exports: {} }
new Function('module', 'exports', code)(module, module.exports)
const run = () => { module.exports.parse(source, { ecmaVersion: 'latest' }) }
const first = []
for (let i = 0; i < 10; i++) { const t = performance.now(); run(); first.push((performance.now() - t) | 0) }
for (let i = 0; i < 15; i++) run()
const times = []; const cpu0 = process.cpuUsage()
for (let b = 0; b < 40; b++) { const t = performance.now(); run(); times.push(performance.now() - t); if (b % 10 === 9) await new Promise(r => setTimeout(r, 5)) }
const cpu = process.cpuUsage(cpu0); times.sort((a, b) => a - b)
console.log(level, overhead, 'cpu', ((cpu.user + cpu.system) / 40e3).toFixed(1), 'p10', times[4].toFixed(2), 'med', times[20].toFixed(2), 'first', first.join(' '))
if (rec) { const s = rec.stats(); console.log(s.events, JSON.stringify(s.overhead), JSON.stringify(s.errors)) }
process.exit(0)
