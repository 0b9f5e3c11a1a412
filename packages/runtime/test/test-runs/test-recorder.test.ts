import { ActivityType } from '@hindscope/protocol'
import { expect, test } from 'vitest'
import type { SharedHook } from '../../src/hook-object.ts'
import { TestRecorder, TestRun } from '../../src/test-runs/test-recorder.ts'
import { probed, tick } from '../probed.ts'
import type { Probed } from '../probed.ts'

/** Everything of one test file is recorded by one of these. */
function recorderOf({ hook }: Probed): TestRecorder {
  const { owner } = (hook as SharedHook).registry // SAFE: `probed` makes such a hook
  if (owner === undefined) throw new TypeError('nothing records')
  return new TestRecorder(owner)
}

const named = (name: string): TestRun => new TestRun({ library: 'vitest', name, file: 'a.test.ts' })

test('calls behind awaits of foreign code belong to the test that waits, of several at the same time', async () => {
  const program = probed(['f'])
  const tests = recorderOf(program)
  const body = async (name: string): Promise<void> => {
    const run = named(name)
    tests.begin(run)
    tests.enter(run)
    for (let i = 0; i < 2; i++) {
      await tick()
      program.hook.r(program.call('f', name), undefined)
    }
    tests.end(run, { state: 'passed' }, true)
  }
  await Promise.all([body('one'), body('two')])
  await tick()
  program.hook.r(program.call('f', 'none'), undefined)
  const calls = [...program.dump().matchAll(/call-enter #\d+ ?(≪\d+)? f\("(\w+)"\)/g)].map(([, cause, name]) => `${name} ${cause}`)
  expect(calls).toEqual(['one ≪1', 'two ≪2', 'one ≪1', 'two ≪2', 'none undefined'])
  program.close()
})

test('a request that a test makes to its own process is the nearer cause, and the test comes back when it is over', () => {
  const program = probed(['f'])
  let request = 0
  const { access } = program.recorder
  access.useAmbient(() => request)
  const tests = recorderOf(program)
  const run = named('one')
  tests.current = () => run
  tests.begin(run)
  program.hook.r(program.call('f'), undefined)
  request = access.startActivity(ActivityType.httpServer, { method: 'GET', url: '/' }, 0)
  program.hook.r(program.call('f'), undefined)
  request = 0
  program.hook.r(program.call('f'), undefined)
  const causes = [...program.dump().matchAll(/call-enter #\d+ ≪(\d+) f/g)].map(([, cause]) => Number(cause))
  expect(causes).toEqual([1, 3, 1])
  program.close()
})

test('one that is asked for the cause lets go, and the other is asked on', () => {
  const program = probed(['f'])
  const { access } = program.recorder
  const [first, second] = [1, 2].map(() => access.startActivity(ActivityType.timer, {}, 0))
  const detach = access.useAmbient(() => first ?? 0)
  const detachSecond = access.useAmbient(() => second ?? 0)
  const call = (): void => program.hook.r(program.call('f'), undefined)
  call()
  detach()
  call()
  detachSecond()
  call()
  const causes = [...program.dump().matchAll(/call-enter #\d+ ?(?:≪(\d+))? f/g)].map(([, cause]) => cause)
  expect(causes).toEqual(['1', '2', undefined])
  program.close()
})

test('only the last attempt leaves a mark, inside of the test', () => {
  const program = probed(['f'])
  const tests = recorderOf(program)
  const run = named('one')
  tests.begin(run)
  tests.begin(run, { ...run.fields, retry: 1 }, { state: 'failed', error: 'first' })
  tests.end(run, { state: 'failed', error: 'second' }, true)
  tests.end(run, { state: 'passed' }, true)
  const dump = program.dump()
  expect(dump.match(/mark #2 .*"test failed: one"/g)).toHaveLength(1)
  expect(dump.match(/activity-end #1 .*"first"/g)).toHaveLength(1)
  expect(dump.match(/activity-end/g)).toHaveLength(2)
  program.close()
})
