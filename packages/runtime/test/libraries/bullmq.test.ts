import { startRedis } from '@hindscope/testkit'
import type { DatabaseServer } from '@hindscope/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabaseSandbox } from './database-programs.ts'
import type { DatabaseSandbox } from './database-programs.ts'
import { chainsOf, messagesOf } from './message-programs.ts'

let server: DatabaseServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server?.stop())

const IMPORT = `
const { Queue, Worker, Job, UnrecoverableError } = await import(BULLMQ_MODULE)
const { default: Redis } = await import(REDIS_MODULE)
`

/** Redis puts options into an order of its own. */
const CONNECT = `${IMPORT}
const connection = { host: '127.0.0.1', port: REDIS_PORT }
const redis = new Redis({ ...connection, maxRetriesPerRequest: null })
await redis.flushall()
const queue = observe(new Queue('work', { connection, defaultJobOptions: { removeOnComplete: 1000 } }), 'Queue')
const workers = []
const work = (processor, options = {}) => {
  const worker = observe(new Worker('work', processor, { connection, ...options }), 'Worker')
  workers.push(worker)
  return worker
}
const done = (worker, count, event = 'completed') => new Promise(resolve => worker.on(event, () => --count === 0 && resolve()))
const close = async () => {
  await Promise.all(workers.map(worker => worker.close()))
  await queue.close()
  await redis.quit()
}
const seen = job => [job.name, job.data, Object.entries(job.opts).sort(), job.attemptsMade]
`

const OPERATIONS = `
const added = await f('a', () => queue.add('one', { n: 1 }))
log('added', seen(added), Object.keys(added.toJSON()), Object.keys(added.asJSON().opts))
const bulk = await f('b', () => queue.addBulk([{ name: 'two', data: { n: 2 } }, { name: 'three', data: { n: 3 }, opts: { priority: 2, jobId: 'mine' } }]))
log('bulk', bulk.map(seen))
const options = { delay: 500, attempts: 2, backoff: 5 }
log('later', seen(await f('c', () => queue.add('fails once', { n: 4 }, options))), Object.keys(options))
await f('d', () => queue.add('own', {}, { telemetry: { metadata: '{"x":1}' } }))
await outcome('bad id', f('e', () => queue.add('bad', {}, { jobId: '0' })).then(seen))
await outcome('too large', f('g', () => queue.add('large', { text: 'xxx' }, { sizeLimit: 2 })).then(seen))
await outcome('duplicate', queue.add('again', {}, { jobId: 'mine' }).then(job => job.id))
log('read', seen(await queue.getJob('mine')), (await queue.getJobs(['waiting', 'delayed', 'prioritized'])).map(job => job.name).sort())
let tries = 0
const processor = async (job, token) => {
  f('work ' + job.name)
  log('work', seen(job), typeof token, job.asJSON().opts.telemetry === undefined)
  await null
  if (job.name === 'fails once' && tries++ === 0) throw new TypeError('not yet')
  if (job.name === 'own') throw new UnrecoverableError('never')
  return { done: job.name }
}
const worker = work(processor, { autorun: false })
log('processor', worker.processFn.name, worker.processFn.length)
worker.on('active', job => log('active', job.name, Object.keys(job.opts).includes('telemetry')))
worker.on('completed', (job, result) => log('completed', job.name, result))
worker.on('failed', (job, error) => log('failed', job?.name, shown(error)))
const finished = done(worker, 4)
worker.run()
await finished
await new Promise(resolve => setTimeout(resolve, 20))
log('left', await queue.getJobCounts('completed', 'failed', 'waiting', 'active'))
const sync = work(job => { f('sync'); log('sync', job.name); return 'at once' })
await worker.close()
await f('h', () => queue.add('sync', {}))
await done(sync, 1)
sync.removeAllListeners()
await close()
await outcome('closed', f('i', () => queue.add('closed', {})).then(seen))
`

describe.each([
  ['bullmq 6', 'bullmq'],
  ['bullmq 5', 'bullmq5'],
])('%s', (_label, name) => {
  let box: DatabaseSandbox
  beforeAll(async () => {
    box = await createDatabaseSandbox('bullmq', () => ({
      BULLMQ_MODULE: import.meta.resolve(name),
      REDIS_MODULE: import.meta.resolve('ioredis5'),
      REDIS_PORT: server.port,
    }))
  })
  afterAll(() => box?.remove())

  test('jobs, their options, results, errors and events are those of a plain run', async () => {
    const plain = await box.plain(CONNECT + OPERATIONS)
    const { log, lines } = await box.recorded(CONNECT + OPERATIONS)
    expect(log).toEqual(plain)
    expect(plain).toHaveLength(29)
    expect(messagesOf(lines)).toEqual([
      'send work < a {name: "one"} → {id: "1"}',
      'send work < b {name: "two"} → {id: "2"}',
      'send work < b {name: "three", id: "mine"} → {id: "mine"}',
      'send work < c {name: "fails once"} → {id: "4"}',
      'send work < d {name: "own"} → {id: "5"}',
      'send work < g {name: "large"} → {error: "The size of job large exceeds the limit 2 bytes"}',
      'send work {name: "again", id: "mine"} → {id: "mine"}',
      'receive work < send work < a {name: "one", id: "1"} → {}',
      'receive work < send work < b {name: "two", id: "2"} → {}',
      'receive work {name: "own", id: "5"} → {error: "never"}',
      'receive work < send work < b {name: "three", id: "mine"} → {}',
      'receive work < send work < c {name: "fails once", id: "4"} → {error: "not yet"}',
      'receive work < send work < c {name: "fails once", id: "4", attempt: 2} → {}',
      'send work < h {name: "sync"} → {id: "7"}',
      'receive work < send work < h {name: "sync", id: "7"} → {}',
      'send work < i {name: "closed"} → {error: "Connection is closed."}',
    ])
    expect(chainsOf(lines)).toEqual([
      ...'abcdeg',
      'work one < receive work < send work < a',
      'work two < receive work < send work < b',
      'work own < receive work',
      'work three < receive work < send work < b',
      'work fails once < receive work < send work < c',
      'work fails once < receive work < send work < c',
      'h',
      'sync < receive work < send work < h',
      'i',
    ])
  })

  test('of three hundred jobs at once, each is in the chain of who added it', async () => {
    const { log, lines } = await box.recorded(`${CONNECT}
      const all = Array.from({ length: 300 }, (_, i) => i)
      const worker = work(async job => {
        const { i } = job.data
        f('work ' + i)
        await new Promise(resolve => setTimeout(() => (f('timer ' + i), resolve()), i % 5))
      }, { concurrency: 20 })
      const finished = done(worker, all.length)
      await Promise.all(all.map(i => f('r ' + i, () => (i % 10 ? queue.add('job', { i }) : queue.addBulk([{ name: 'job', data: { i } }])))))
      await finished
      await close()`)
    expect(log).toEqual([])
    const wanted = Array.from({ length: 300 }, (_, i) => {
      const chain = `receive work < send work < r ${i}`
      return [`r ${i}`, `work ${i} < ${chain}`, `timer ${i} < ${chain}`]
    })
    expect(chainsOf(lines).sort()).toEqual(wanted.flat().sort())
  })

  test('observing twice changes nothing more, what it does not know it leaves alone, and detached it leaves nothing behind', async () => {
    const program = `${IMPORT}
      const types = [Queue.prototype, Job, Job.prototype]
      const methods = () => types.flatMap(each => Object.entries(Object.getOwnPropertyDescriptors(each)))
      const isAs = before => { const now = methods(); return before.length === now.length && before.every(([key, one], i) => now[i][0] === key && ['value', 'writable', 'enumerable', 'configurable'].every(field => now[i][1][field] === one[field])) }
      const untouched = methods()
      ${CONNECT.slice(IMPORT.length)}
      const processor = async job => { f('work'); return job.name }
      const worker = new Worker('work', processor, { connection })
      workers.push(worker)
      observe(worker)
      const patched = methods()
      const { processFn } = worker
      const another = new Queue('work', { connection })
      for (const each of [queue, worker, another]) observe(each)
      await another.close()
      log('twice', isAs(patched), recorder === undefined || !isAs(untouched), worker.processFn === processFn)
      class Strange { get Job() { log('asked'); return Job } add() {} addJob() {} addBulk() {} close() {} trace() {} }
      const trap = () => log('trap')
      const unknown = [new Strange(), new Proxy(queue, { get: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap }), {}]
      log('given back', unknown.every(value => observe(value) === value))
      const finished = done(worker, 2)
      await f('before', () => queue.add('before', {}))
      await new Promise(resolve => setTimeout(resolve, 50))
      recorder?.uninstall()
      log('detached', worker.processFn === processor, isAs(untouched))
      await queue.add('after', {})
      await finished
      await close()`
    const { log, lines } = await box.recorded(program, { 'adapter-unsupported': 3 })
    expect(log).toEqual(await box.plain(program))
    expect(log.flat()).not.toContain(false)
    expect(messagesOf(lines)).toHaveLength(2)
  })
})
