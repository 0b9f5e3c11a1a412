/** Lines of loggers: the same output with and without a recorder, and each line in the trace below the call that said it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabaseSandbox } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'

const WATCH = `
const shape = each => Reflect.ownKeys(each).flatMap(key => { const { value, enumerable } = Object.getOwnPropertyDescriptor(each, key); return value === undefined ? [] : [[value, value.name, value.length, enumerable]] })
const same = (one, other) => one.every((own, i) => own.every((part, j) => part === other[i][j]))
`
const PROGRAMS = {
  pino: `${WATCH}
const { default: pino } = await import(LOGGER)
const destination = { write: text => log(JSON.parse(text, (key, value) => (key === 'stack' ? 'a stack' : value))) }
const make = options => pino({ base: null, timestamp: false, level: 'debug', ...options }, destination)
const kind = Object.getPrototypeOf(Object.getPrototypeOf(make()))
const watched = () => shape(kind)
const before = watched()
const logger = observe(make())
const patched = watched()
observe(make()); observe({ child() {}, bindings() {}, setBindings() {}, isLevelEnabled() {} })
log('twice', same(patched, watched()))
log('names', watched().map(([, name, length]) => [name, length]))
f('a', () => logger.info('hello %s', 'you'))
f('b', () => logger.error({ user: 'ann', password: 'hunter2' }, 'fields'))
f('c', () => logger.warn(new TypeError('broken')))
f('d', () => logger.child({ request: 7 }).fatal({ nested: { token: 'hunter3' } }))
f('e', () => logger.trace('below the level'))
f('g', () => make({ customLevels: { loud: 35 } }).loud('made up'))
log('silent', make({ level: 'silent' }).info('nothing'))
recorder?.uninstall()
log('detached', same(before, watched()))
logger.info('after')
`
    .replace('.stack)', ')')
    .replace('log(JSON.parse(text))', "{ const line = JSON.parse(text); if (line.err) line.err.stack = line.err.stack.split('\\n')[0]; log(line) }"),
  winston: `${WATCH}
const { default: winston } = await import(LOGGER)
const { Writable } = await import('node:stream')
const stream = new Writable({ write: (text, _encoding, done) => { log(String(text)); done() } })
const make = options => winston.createLogger({ level: 'debug', transports: [new winston.transports.Stream({ stream })], ...options })
const given = make()
const kinds = [Object.getPrototypeOf(given), winston.Logger.prototype]
const watched = () => kinds.flatMap(shape)
const before = watched()
const logger = observe(given)
const patched = watched()
observe(logger.child({})); observe({ log() {}, child() {}, levels: {} })
log('twice', same(patched, watched()))
log('names', watched().map(([, name, length]) => [name, length]))
log('chained', f('a', () => logger.info('hello')) === logger)
f('b', () => logger.error('fields', { user: 'ann', password: 'hunter2' }))
f('c', () => logger.log('warn', 'by level', { token: 'hunter3' }))
f('d', () => logger.log({ level: 'http', message: 'as object', password: 'hunter4' }))
f('e', () => logger.silly('below the level'))
f('g', () => logger.child({ request: 7 }).verbose('of a child'))
f('h', () => observe(make({ levels: { loud: 0 }, level: 'loud' })).loud('made up'))
recorder?.uninstall()
log('detached', same(before, watched()))
logger.info('after')
`,
  debug: `
const { default: createDebug } = await import(LOGGER)
const before = Object.entries(createDebug)
observe(createDebug, 'default')
observe(createDebug); observe(() => {})
log('names', createDebug.formatArgs.name, createDebug.formatArgs.length, Object.keys(createDebug))
createDebug.log = (...args) => log('said', args.map(each => typeof each === 'string' ? each.replace(/\\+\\d+ms|\\d{4}-\\S+/g, '') : each))
createDebug.enable('app:*')
const say = createDebug('app:one')
f('a', () => say('hello %s', 'you', { password: 'hunter2' }))
f('b', () => say({ plain: true }))
f('c', () => createDebug('other')('disabled'))
recorder?.uninstall()
log('detached', Object.entries(createDebug).every(([key, value]) => key === 'log' || before.every(([name, old]) => name !== key || old === value || typeof old !== 'function')))
say('after')
`,
}

const LINES = {
  pino: [
    'a info ["hello you"]',
    'b error ["fields", {user: "ann", password: <redacted password>}] [redacted]',
    'c warn [TypeError("broken")]',
    'd error [{nested: {token: <redacted token>}}] [redacted]',
    'g info ["made up"]',
  ],
  winston: [
    'a info ["hello"]',
    'b error ["fields", {user: "ann", password: <redacted password>}] [redacted]',
    'c warn ["by level", {token: <redacted token>}] [redacted]',
    'd info [{level: "http", message: "as object", password: <redacted password>}] [redacted]',
    'g debug ["of a child"]',
    'h log ["made up"]',
  ],
  debug: ['a debug ["app:one", "hello %s", "you", {password: <redacted password>}] [redacted]', 'b debug ["app:one", "{ plain: true }"]'],
}

/** The argument of the call, level and values of every line. */
function linesOf(lines: readonly string[]): string[] {
  const callers = new Map<string, string>()
  return lines.flatMap(line => {
    const [, id = '', name = ''] = /^call-enter #(\d+) .*?\("(.*)"\)/.exec(line) ?? []
    if (id !== '') callers.set(id, name)
    const [, cause = '', said] = /^console (?:#(\d+) )?(.*)/.exec(line) ?? []
    return said === undefined ? [] : [`${callers.get(cause) ?? 'nobody'} ${said.replace(' → ', ' ')}`]
  })
}

describe.each([
  ['pino', 'pino'],
  ['pino', 'pino9'],
  ['winston', 'winston'],
  ['debug', 'debug'],
  ['debug', 'debug3'],
] as const)('%s: %s', (adapter, name) => {
  let box: DatabaseSandbox
  beforeAll(async () => {
    box = await createDatabaseSandbox(adapter, () => ({ LOGGER: import.meta.resolve(name) }))
  })
  afterAll(() => box?.remove())

  test('output is that of a plain run, and lines stand at the calls that said them', async () => {
    const plain = await box.plain(PROGRAMS[adapter])
    const { log, lines } = await box.recorded(PROGRAMS[adapter], { 'adapter-unsupported': 1 })
    expect(log).toEqual(plain)
    expect(log.filter(line => Array.isArray(line) && line[1] === false)).toEqual([])
    expect(linesOf(lines)).toEqual(LINES[adapter])
    expect(lines.join('\n')).not.toMatch(/hunter\d/)
  })
})
