import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dumpEvents } from '@hindscope/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSandbox } from '../programs.ts'
import type { Sandbox } from '../programs.ts'

let box: Sandbox
beforeAll(async () => {
  box = await createSandbox()
})
beforeEach(() => rmSync(join(box.dir, '.hindscope'), { recursive: true, force: true }))
afterAll(() => box.remove())

/** Starts recording and has one probed function, `f(value)`. */
const PRELUDE = `
import { start, h as H } from RUNTIME
const recorder = start({ name: 'program' })
const L = H.m('00000000000000aa', '3'), B = H.b
const f = value => { const F = L[0] ? H.e(L[0], 1, value) : 0; return H.r(F, value) }
`
const events = (folder: string): string[] => dumpEvents(box.files(folder)).split('\n')

describe('a trace file, when there is no collector', () => {
  test.each([
    ['runs to its end', 'f(1)', 0, 'exit'],
    ['calls process.exit', 'f(1); process.exit(3)', 3, 'exit'],
    ['throws', 'f(1); setTimeout(() => { throw new Error("boom") })', 1, 'crash'],
    ['rejects unhandled', 'f(1); Promise.reject(new Error("boom")); setTimeout(() => {}, 50)', 1, 'crash'],
  ])('a program that %s keeps its last event', async (_label, program, code) => {
    const outcome = await box.run(PRELUDE + program)
    expect(outcome.code).toBe(code)
    const lines = events('traces')
    expect(lines[0]).toMatch(/^realm-start → \{argv: \[/)
    expect(lines).toContain('call-enter #1 probe 1(1)')
    expect(lines.at(-1)).toBe(`realm-end → {code: ${code}}`)
    if (program.includes('throw')) expect(lines.at(-2)).toMatch(/^uncaught-error → Error\("boom"\)/)
    if (program.includes('reject')) expect(lines.at(-2)).toMatch(/^unhandled-rejection → Error\("boom"\)/)
  })

  test('the recorder does not keep the process alive', async () => {
    const outcome = await box.run(`${PRELUDE}setInterval(() => f(1), 5).unref()`)
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
  })

  test('HINDSCOPE=0 records nothing and leaves the globals alone', async () => {
    const outcome = await box.run(`const before = setTimeout;${PRELUDE}f(1); console.log(recorder, setTimeout === before)`, { HINDSCOPE: '0' })
    expect(outcome.stdout.trim()).toBe('undefined true')
  })

  test('start is idempotent, and a second copy of the package stays out', async () => {
    const outcome = await box.run(`${PRELUDE}
      const again = start()
      const copy = await import(RUNTIME + '?copy')
      console.log(again === recorder, copy.start(), copy.h === H)
      f(1)`)
    expect(outcome.stdout.trim()).toBe('true undefined true')
    expect(box.files('traces')).toHaveLength(1)
  })
})

describe('a program behaves as without the recorder', () => {
  const both = async (program: string): Promise<void> => {
    const plain = await box.run(program)
    const recorded = await box.run(`import { start } from RUNTIME\nstart()\n${program}`)
    // Stack lines differ: our wrappers are in them, and the program's lines are one further down.
    const text = (outcome: typeof plain): object => ({ ...outcome, stderr: outcome.stderr.replace(/^file:.*\n|^ +at .*\n/gm, '') })
    expect(text(recorded)).toEqual(text(plain))
  }
  test.each([
    ['unhandled rejection ends it', 'Promise.reject(new Error("r"))\nsetTimeout(() => console.log("late"), 20)'],
    ['a rejection handled in time does not', 'const p = Promise.reject(1); p.catch(e => console.log("caught", e))'],
    ['a listener for rejections is told', 'process.on("unhandledRejection", r => console.log("told", r)); Promise.reject(5)'],
    ['fetch that fails and is not handled', 'fetch("http://127.0.0.1:1/").then(() => {})'],
    ['fetch that fails and is handled', 'try { await fetch("http://127.0.0.1:1/") } catch (e) { console.log(e.message) }'],
    [
      'fetch with a bad address',
      'fetch("nonsense").catch(e => console.log("b", e.constructor === TypeError)); Promise.resolve().then(() => console.log("a"))',
    ],
    [
      'order of ticks',
      `const log = []; const p = t => Promise.resolve().then(() => log.push(t))
       setTimeout(() => { log.push('timeout'); setImmediate(() => { log.push('immediate'); console.log(log.join()) }) })
       process.nextTick(() => log.push('nextTick')); queueMicrotask(() => log.push('microtask'))
       p('a').then(() => log.push('a2')).finally(() => log.push('a3')); (async () => { await null; log.push('await'); await p('b'); log.push('await2') })()`,
    ],
    ['process.emitWarning and exit codes', 'process.exitCode = 4; console.error("x"); console.log("%s %d", "a", 1)'],
    ['signal', 'setTimeout(() => process.kill(process.pid, "SIGTERM"), 20); setInterval(() => {}, 1000)'],
    [
      'a subclass of Promise',
      'class P extends Promise {}; const d = P.resolve(1).then(v => v); console.log(d instanceof P, d.constructor.name, Promise.prototype.then.name, Promise.prototype.then.length)',
    ],
    ['promisify', 'import { promisify } from "node:util"; console.log(await promisify(setTimeout)(1, "v"), setTimeout.name, setTimeout.length)'],
    [
      'this and arguments of timers',
      'setTimeout(function (...a) { console.log(this.constructor.name, a) }, 1, 1, 2); process.nextTick((...a) => console.log(a), 3)',
    ],
    [
      'errors of bad arguments',
      'for (const bad of [() => setTimeout("x"), () => queueMicrotask(1), () => process.nextTick()]) try { bad() } catch (e) { console.log(e.code, e.message) }',
    ],
    [
      'a server and its clients',
      `import http, { createServer, get } from 'node:http'
       const s = createServer((q, r) => { r.end(q.method + q.url + Object.keys(q.headers).filter(n => n.startsWith('x')).join()) }).listen(0, () => {
         const url = 'http://127.0.0.1:' + s.address().port + '/p?a=1'
         get(url, { headers: { 'x-a': '1' } }, r => { let t = ''; r.on('data', c => t += c).on('end', async () => { console.log(t, r.statusCode); console.log(await (await fetch(url, { method: 'POST', body: 'b', headers: { 'x-b': '1' } })).text()); s.close() }) })
       }); console.log(s.listenerCount('request'), http.get === get)`,
    ],
  ])('%s', async (_label, program) => both(program))
})

test('a server continues the trace of its client, in one process', async () => {
  const outcome = await box.run(`${PRELUDE}
    import http from 'node:http'
    const seen = []
    const server = http.createServer((request, response) => {
      seen.push(request.headers.traceparent, request.headers.tracestate)
      f('in ' + request.url); setTimeout(() => { f('later'); response.end('ok') }, 1)
    }).listen(0, async () => {
      const url = 'http://127.0.0.1:' + server.address().port
      const client = async F => { const response = await H.a(F, fetch(url + '/fetch?token=abc')); H.w(F, response); H.a(F, 0); H.w(F, await response.text()); H.v(F) }
      await client(H.ei(H.e(L[0], 1, 'client')))
      const F = H.ei(H.e(L[0], 1, 'get')); http.get(url + '/get', { headers: { accept: '*/*' } }, r => { f('response'); r.resume().on('end', () => { server.close(); console.log(JSON.stringify(seen)) }) }); H.v(F)
    })`)
  expect(outcome.stderr).toBe('')
  const seen = JSON.parse(outcome.stdout) as string[] // SAFE: printed by the program above
  for (const text of [seen[0], seen[2]]) expect(text).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  for (const text of [seen[1], seen[3]]) expect(text).toMatch(/^hindscope=[0-9a-f]{16}$/)
  const lines = events('traces')
  const line = (pattern: RegExp): RegExpExecArray => {
    const match = lines.map(text => pattern.exec(text)).find(found => found !== null)
    if (!match) throw new TypeError(`no line like ${pattern.source} in\n${lines.join('\n')}`)
    return match
  }
  const client = line(/^call-enter #(\d+) .*"client"/)[1]
  const sent = line(/^activity-start #(\d+) [<≪](\d+) httpClient → \{method: "GET", url: ".*\/fetch\?token=…"\}/)
  expect(sent[2]).toBe(client)
  expect(seen[0]?.slice(36, 52).endsWith(Number(sent[1]).toString(16).padStart(8, '0'))).toBe(true)
  const served = line(/^activity-start #(\d+) httpServer → \{method: "GET", url: "\/fetch\?token=…", traceparent: "(.*)"\}/)
  expect(served[2]).toBe(seen[0])
  expect(line(/^call-enter #\d+ ≪(\d+) probe 1\("in \/fetch/)[1]).toBe(served[1])
  line(new RegExp(`^activity-end #${served[1]} httpServer → \\{status: 200\\}`))
  line(new RegExp(`^activity-end #${sent[1]} httpClient → \\{status: 200\\}`))
  line(/^call-enter #\d+ ≪\d+ probe 1\("response"\)/)
})

test('chunks that no collector acknowledged are spooled at exit', async () => {
  const idle = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30000)'])
  try {
    await box.run('import { mkdirSync } from "node:fs"; mkdirSync(".hindscope")')
    const address = { url: 'ws://127.0.0.1:1', token: 't', session: 'ab'.repeat(16), pid: idle.pid }
    writeFileSync(join(box.dir, '.hindscope', 'collector.json'), JSON.stringify(address))
    const outcome = await box.run(`${PRELUDE}f(1)`)
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(events('spool')).toContain('call-enter #1 probe 1(1)')
  } finally {
    idle.kill()
  }
})
