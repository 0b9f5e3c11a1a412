import { fail } from './kinds.ts'
import { keepLater, note } from './stacks.ts'

type Loose = any
const none: Loose = null
const tick = (): Promise<void> => Promise.resolve()
const wait = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 1))

async function before(): Promise<void> {
  fail('before an await')
}
async function after(): Promise<void> {
  await tick()
  fail('after an await')
}
async function deep(): Promise<number> {
  const value = await middle(await tick())
  return value + value
}
async function middle(_: void): Promise<number> {
  const value = await inner()
  return value + value
}
async function parenthesised(): Promise<number> {
  return (await inner()) + 1
}
const inner = async (): Promise<number> => {
  await wait()
  return none.property
}
const returned = async (): Promise<void> => await after()
const notAwaited = async (): Promise<void> => after()
class Service {
  async load(id: number): Promise<number> {
    await wait()
    if (id > 1) throw new Error('load')
    return id
  }
  static async start(): Promise<number> {
    const service = new Service()
    const [first, second] = await Promise.all([service.load(1), service.load(2)])
    return first + second
  }
  readonly run = async (): Promise<number> => this.load(await Promise.resolve(3))
}
async function* values(): AsyncGenerator<number> {
  yield 1
  await tick()
  yield fail('async generator')
}
async function loop(): Promise<void> {
  for await (const value of values()) if (value > 5) return
}
async function delegated(): Promise<void> {
  async function* outer(): AsyncGenerator<number> {
    yield* values()
  }
  for await (const value of outer()) if (value > 5) return
}
async function inTry(): Promise<void> {
  try {
    await after()
  } catch (error) {
    throw new Error('again', { cause: error })
  } finally {
    await tick()
  }
}
async function inCondition(): Promise<number> {
  if (await middle()) return 1
  return 2
}
async function inLoop(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const value = await Promise.resolve(i)
    if (value === 2) await after()
  }
}
async function inTemplate(): Promise<string> {
  return `${1} ${await middle()}`
}
async function writesAfter(): Promise<void> {
  const holder = { value: 0 }
  holder.value = await middle()
}
const any = async (): Promise<unknown> => Promise.any([after(), inner()])
const chained = (): Promise<void> => tick().then(() => fail('then')).finally(() => undefined)
const constructed = (): Promise<void> => new Promise(() => fail('executor'))
const thenable = async (): Promise<unknown> => await { then: (): void => fail('thenable') }

export async function all(): Promise<void> {
  await keepLater('before', before)
  await keepLater('after', () => after())
  await keepLater('deep', deep)
  await keepLater('parenthesised', parenthesised)
  await keepLater('returned', returned)
  await keepLater('not awaited', notAwaited)
  await keepLater('async method', () => new Service().load(2))
  await keepLater('of promises', () => Service.start())
  await keepLater('async field', () => new Service().run())
  await keepLater('loop', loop)
  await keepLater('delegated', delegated)
  await keepLater('in try', inTry)
  await keepLater('in a condition', inCondition)
  await keepLater('in a loop', inLoop)
  await keepLater('in a template', inTemplate)
  await keepLater('writes', writesAfter)
  await keepLater('any', any)
  await keepLater('then', chained)
  await keepLater('executor', constructed)
  await keepLater('thenable', thenable)
  await keepLater('async immediate', async () => {
    await tick()
    await (async () => {
      await tick()
      none()
    })()
  })
  await new Promise<void>(resolve => {
    setTimeout(() => {
      try {
        fail('timer')
      } catch (error) {
        note('timer', error)
      }
      resolve()
    }, 1)
  })
  await new Promise<void>(resolve => {
    queueMicrotask(function job() {
      note('microtask', new Error('microtask'))
      resolve()
    })
  })
}
