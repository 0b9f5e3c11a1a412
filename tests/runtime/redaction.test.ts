/** Secrets planted everywhere in programs that run in Node: none of them is in the bytes of the trace. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TAINT_SOURCES, redactionRules } from '@hindscope/protocol'
import { decodeEvents } from '@hindscope/testkit'
import { afterAll, expect, test } from 'vitest'
import { POSITIONS, createRandom, leaksOf, secretText, textOf, tokenText } from './planted-secrets.ts'

const dist = (file: string): string => fileURLToPath(new URL(`../../packages/runtime/dist/${file}`, import.meta.url))
const SEED = Number(process.env['FC_SEED'] ?? 20_261_122)
const dir = mkdtempSync(join(tmpdir(), 'redaction-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

interface Run {
  readonly bytes: Uint8Array
  readonly events: number
  readonly redacted: number
  readonly stderr: string
}

interface Plan {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly config?: object
  readonly start?: string
}

let number = 0
async function run(body: string, { args = [], env = {}, config = {}, start = '' }: Plan = {}): Promise<Run> {
  const name = `run-${number++}`
  const file = join(dir, `${name}.mjs`)
  const program = `
import { start } from ${JSON.stringify(dist('start.mjs'))}
import { h as H } from ${JSON.stringify(dist('hook.mjs'))}
const recorder = start({ config: ${JSON.stringify({ dataDir: join(dir, name), flushMs: 20, ...config })}, ${start} })
const L = H.m('00000000000000aa', '3'), B = H.b
const f = value => { const F = L[0] ? H.e(L[0], 1, value) : 0; return H.r(F, value) }
const settle = ms => new Promise(resolve => setTimeout(resolve, ms))
${body}
`
  writeFileSync(file, program)
  const stderr = await new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { env: { PATH: process.env['PATH'] ?? '', ...env } })
    let text = ''
    child.stdout.resume()
    child.stderr.on('data', (part: Buffer) => (text += part.toString()))
    child.on('error', reject)
    child.on('close', () => resolve(text))
  })
  const traces = join(dir, name, 'traces')
  const chunks = readdirSync(traces).map(trace => new Uint8Array(readFileSync(join(traces, trace))))
  const events = decodeEvents(chunks)
  return {
    bytes: Buffer.concat(chunks),
    events: events.length,
    redacted: events.filter(event => event.flags.includes('redacted')).length,
    stderr,
  }
}

const records = (secret: string): string => `{ const s = ${secret}; ${POSITIONS.map(position => `f(${position})`).join('; ')} }\n`
const leaksIn = (secrets: readonly string[], bytes: Uint8Array): string[] => secrets.flatMap(secret => leaksOf(secret, bytes))

test('tokens of known forms are in no trace, wherever a program holds them', async () => {
  const random = createRandom(SEED)
  const secrets = Array.from({ length: 40 }, () => tokenText(random))
  const { bytes, events, redacted, stderr } = await run(secrets.map(secret => records(JSON.stringify(secret))).join(''))
  expect(stderr).toBe('')
  expect(events).toBeGreaterThan(40 * POSITIONS.length)
  expect(redacted).toBeGreaterThan(40 * POSITIONS.length)
  expect(leaksIn(secrets, bytes)).toEqual([])
})

test('secrets of the environment and of arguments are in no trace, whatever their form', async () => {
  const random = createRandom(SEED + 1)
  const names = ['DB_PASSWORD', 'STRIPE_KEY', 'MY_SERVICE_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'SMTP_PASS', 'GITHUB_AUTH', 'SESSION_SECRET', 'API_KEY']
  const env = Object.fromEntries(names.map(name => [name, secretText(random)]))
  const [first, second, inAddress, late] = [secretText(random), secretText(random), textOf(random, 'abcdefghXYZ0123456789', 24), secretText(random)]
  const { bytes, events, stderr } = await run(
    `${names.map(name => records(`process.env.${name}`)).join('')}
    ${records('process.argv[3]')} ${records('process.argv[4].slice(9)')} ${records('new URL(process.env.DATABASE_URL).password')}
    f(process.env); f(process.argv); f(process.env.DATABASE_URL)
    console.log(process.env.STRIPE_KEY, { x: process.env.SMTP_PASS }, process.argv)
    await settle(60); ${records('process.env.API_KEY')}
    f(${JSON.stringify(late)}); process.env.LATE_SECRET = ${JSON.stringify(late)}; ${records('process.env.LATE_SECRET')}
    setTimeout(() => { throw new Error('crash with ' + process.env.DB_PASSWORD) }, 30)`,
    { args: ['--token', first, `--secret=${second}`], env: { ...env, DATABASE_URL: `postgres://app:${inAddress}@db.example.org/x` } },
  )
  expect(stderr).toContain('crash with')
  expect(events).toBeGreaterThan(20 * POSITIONS.length)
  expect(leaksIn([...Object.values(env), first, second, inAddress, late], bytes)).toEqual([])
})

test('headers, cookies, queries and credentials of requests are in no trace, and neither is what a program makes of them', async () => {
  const random = createRandom(SEED + 2)
  const plain = (): string => textOf(random, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789', 20 + random(20))
  const [bearer, password, cookie, query, answer, apiKey] = [plain(), plain(), plain(), plain(), plain(), plain()]
  const { bytes, events, stderr } = await run(
    `import http from 'node:http'
    const server = http.createServer((request, response) => {
      f(request.headers); f(request.rawHeaders); f(request.url); f(request)
      const [, value = ''] = (request.headers.authorization ?? '').split(' ')
      for (const s of [value, Buffer.from(value, 'base64').toString().split(':')[1] ?? '', /sid=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? '', new URL(request.url, 'http://h').searchParams.get('access_token') ?? '', request.headers['x-api-key'] ?? ''])
        if (s !== '') { ${POSITIONS.map(position => `f(${position})`).join('; ')} }
      response.setHeader('set-cookie', ['sid=${answer}; HttpOnly', 'theme=dark'])
      setTimeout(() => { console.error('served', request.headers.authorization); response.end('ok') }, 5)
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => server.on('listening', resolve))
    const base = 'http://127.0.0.1:' + server.address().port
    const send = (path, options) => new Promise(resolve => http.get(base + path, options, response => { f(response.headers); response.resume(); response.on('end', resolve) }))
    await send('/a?access_token=${query}&page=2', { headers: { authorization: 'Bearer ${bearer}', cookie: 'theme=dark; sid=${cookie}' } })
    await send('/b', { auth: 'user:${password}' })
    await (await fetch(base + '/c?access_token=${query}', { headers: { authorization: 'Bearer ${bearer}', 'x-api-key': '${apiKey}' } })).text()
    await (await fetch(new Request(base + '/d', { headers: { authorization: 'Basic ' + btoa('user:${password}') } }))).text()
    await fetch('http://user:${password}@127.0.0.1:1/').catch(error => f(error))
    await settle(50); f('${bearer}'); f('${password} again'); f('${cookie}'); f('${query}'); f('${answer}'); f('${apiKey}')
    server.close(); server.closeAllConnections()`,
  )
  expect(stderr).toContain('served')
  expect(events).toBeGreaterThan(4 * POSITIONS.length)
  const basic = Buffer.from(`user:${password}`).toString('base64')
  expect(leaksIn([bearer, password, cookie, query, answer, apiKey, basic], bytes)).toEqual([])
  expect(Buffer.from(bytes).includes('theme=dark')).toBe(true)
  expect(Buffer.from(bytes).includes('page=2')).toBe(true)
})

test('with the rules off the same search finds the secrets', async () => {
  const random = createRandom(SEED + 3)
  const [token, secret] = [tokenText(random), secretText(random)]
  const off = { redactOff: redactionRules(), taint: [] }
  const { bytes } = await run(`${records(JSON.stringify(token))} ${records('process.env.MY_TOKEN')}`, { env: { MY_TOKEN: secret }, config: off })
  for (const leaked of [token, secret])
    expect(leaksOf(leaked, bytes).map(leak => leak.split(' ')[0])).toEqual(expect.arrayContaining(['whole', 'start', 'utf16start']))
  expect(TAINT_SOURCES).toContain('env')
})

test('a function of the user decides about each text, and one that fails or dawdles masks it', async () => {
  const own = `redactWith: text => {
    if (text.includes('throws')) throw new Error('no')
    if (text === 'slow') { const until = performance.now() + 300; while (performance.now() < until); }
    if (text.includes('Kunde')) return true
    return text.replaceAll('4711', '#')
  }`
  const { bytes } = await run(
    `f('Kunde 1'); f('number 4711'); f('this throws x'); f({ throws: 'inner' }); f('slow'); f('after slow'); await settle(1500); f('next chunk'); console.log(recorder.stats().errors)`,
    { start: own },
  )
  const trace = Buffer.from(bytes)
  for (const text of ['Kunde', '4711', 'this throws', 'after slow']) expect(trace.includes(text)).toBe(false)
  for (const text of ['▒custom▒', 'number #', '▒custom-failed▒', '▒custom-slow▒', 'next chunk']) expect(trace.includes(text)).toBe(true)
})
