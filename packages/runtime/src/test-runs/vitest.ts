/**
 * Vitest's runner, watched: it runs in the worker beside the tests and tells of each of them in time. Nothing is added to tasks, contexts or
 * reports; the methods that the runner has are called as they would be, in the same tick.
 */
import { SafeWeakMap } from '../recorder/intrinsics.ts'
import { declaredLine, stackHere } from './declared-line.ts'
import { TestRun, testRecorder } from './test-recorder.ts'
import type { TestFields, TestRecorder, TestResult } from './test-recorder.ts'

interface Suite {
  readonly name: string
  readonly suite?: Suite
  /** Of files. */
  readonly filepath?: string
}

/** What is read of a task; Vitest's own, no object of the program. */
interface Test extends Suite {
  readonly file?: { readonly name: string; readonly filepath: string; readonly projectName?: string }
  readonly mode: string
  readonly result?: {
    readonly state: string
    readonly duration?: number
    readonly pending?: boolean
    readonly errors?: readonly { readonly message?: unknown }[]
  }
}

interface Attempt {
  readonly retry: number
  readonly repeats: number
}

/** https://vitest.dev/api/advanced/runner */
interface VitestRunner {
  extendTaskContext?: (context: { readonly task: Test }) => unknown
  onBeforeRunTask?: (test: Test) => unknown
  onBeforeTryTask?: (test: Test, attempt: Attempt) => unknown
  onAfterRetryTask?: (test: Test, attempt: Attempt) => unknown
  onAfterRunTask?: (test: Test) => unknown
  onAfterRunFiles?: (files: unknown) => unknown
}

type RunnerClass = new (config: unknown) => VitestRunner

/** The same runner, whose tests are recorded. */
export function recordTests(Runner: RunnerClass): RunnerClass {
  return class extends Runner {
    constructor(config: unknown) {
      super(config)
      const recorder = testRecorder()
      if (recorder !== undefined) watch(this, recorder)
    }
  }
}

function watch(runner: VitestRunner, recorder: TestRecorder): void {
  const tests = new WatchedTests(recorder)
  const { extendTaskContext, onBeforeRunTask, onBeforeTryTask, onAfterRetryTask, onAfterRunTask, onAfterRunFiles } = runner

  // Called while the test is declared: whoever declares it is on the stack.
  runner.extendTaskContext = context => {
    recorder.guarded(() => tests.declare(context.task))
    return extendTaskContext === undefined ? context : extendTaskContext.call(runner, context)
  }
  runner.onBeforeRunTask = test => {
    const result = onBeforeRunTask?.call(runner, test)
    recorder.guarded(() => tests.start(test))
    return result
  }
  runner.onBeforeTryTask = (test, attempt) => {
    recorder.guarded(() => tests.tryAgain(test, attempt))
    return onBeforeTryTask?.call(runner, test, attempt)
  }
  // A test that skips itself while it runs is heard of for the last time here.
  runner.onAfterRetryTask = (test, attempt) => {
    recorder.guarded(() => tests.endSkipped(test))
    return onAfterRetryTask?.call(runner, test, attempt)
  }
  runner.onAfterRunTask = test => {
    recorder.guarded(() => tests.end(test))
    return onAfterRunTask?.call(runner, test)
  }
  // The worker may be killed in a moment.
  runner.onAfterRunFiles = async files => {
    await onAfterRunFiles?.call(runner, files)
    recorder.guarded(() => tests.endLeft())
    await recorder.flush()
  }
}

class WatchedTests {
  private readonly recorder: TestRecorder
  private readonly lines = new SafeWeakMap<Test, number>()
  private readonly runs = new SafeWeakMap<Test, TestRun>()
  /** Those that were started and may not have ended. */
  private open: Test[] = []
  /** Errors of the attempts that are over. */
  private readonly errors = new SafeWeakMap<Test, number>()

  constructor(recorder: TestRecorder) {
    this.recorder = recorder
  }

  declare(test: Test): void {
    // Before version 4 a test gets its file later.
    const path = test.file?.filepath ?? workerOf()?.filepath
    const line = path === undefined ? undefined : declaredLine(path, stackHere)
    if (line !== undefined) this.lines.set(test, line)
  }

  start(test: Test): void {
    const fields = fieldsOf(test, this.lines.get(test))
    // A run that was cancelled has changed the mode by now.
    if (test.mode !== 'run' && test.mode !== 'queued') return this.recorder.skip(fields)
    this.endLeft()
    const run = new TestRun(fields)
    this.runs.set(test, run)
    this.open.push(test)
    this.recorder.begin(run)
    this.recorder.enter(run)
  }

  tryAgain(test: Test, { retry, repeats }: Attempt): void {
    const run = this.runs.get(test)
    if (run === undefined || retry + repeats === 0) return
    const count = test.result?.errors?.length ?? 0
    const hasFailed = count > (this.errors.get(test) ?? 0)
    this.errors.set(test, count)
    const { retry: _, repeat: __, ...fields } = run.fields
    const next = { ...fields, ...(retry > 0 ? { retry } : {}), ...(repeats > 0 ? { repeat: repeats } : {}) }
    this.recorder.begin(run, next, hasFailed ? { state: 'failed', error: errorOf(test) } : { state: 'passed' })
  }

  endSkipped(test: Test): void {
    const run = this.runs.get(test)
    if (run !== undefined && (test.result?.pending === true || test.result?.state === 'skip')) this.recorder.end(run, { state: 'skipped' })
  }

  /** Before version 4 nothing is heard any more of a test that skipped itself. */
  endLeft(): void {
    for (const test of this.open) this.endSkipped(test)
    this.open = this.open.filter(test => this.runs.get(test)?.activity !== 0)
  }

  end(test: Test): void {
    const run = this.runs.get(test)
    if (run !== undefined) this.recorder.end(run, resultOf(test), true)
  }
}

function fieldsOf(test: Test, line: number | undefined): TestFields {
  const { name: file = '', projectName } = test.file ?? {}
  const names = [test.name]
  for (let { suite } = test; suite !== undefined && suite.filepath === undefined; { suite } = suite) if (suite.name !== '') names.unshift(suite.name)
  return {
    library: 'vitest',
    name: [file, ...names].join(' > '),
    file,
    ...(line === undefined ? {} : { line }),
    ...(projectName ? { project: projectName } : {}),
  }
}

function resultOf(test: Test): TestResult {
  const { state, duration } = test.result ?? {}
  const time = duration === undefined ? {} : { durationMs: Math.round(duration * 100) / 100 }
  if (state === 'pass') return { state: 'passed', ...time }
  return state === 'fail' ? { state: 'failed', ...time, error: errorOf(test) } : { state: 'skipped' }
}

/** Of the last one: Vitest has copied errors by then, so this reads nothing of the program's. */
function errorOf(test: Test): string {
  const message = test.result?.errors?.at(-1)?.message
  return typeof message === 'string' && message !== '' ? message : 'failed'
}

interface Worker {
  /** Of the file whose tests run. */
  readonly filepath?: string
  readonly ctx?: { readonly files?: readonly (string | { readonly filepath: string })[]; readonly config?: { readonly root?: string } }
}

const workerOf = (): Worker | undefined => (globalThis as { readonly __vitest_worker__?: Worker }).__vitest_worker__ // SAFE: each field is asked for

/** What people call the realm: the file that the worker was given, or how many. */
export function workerName(): string {
  const worker = workerOf()
  const files = worker?.ctx?.files ?? []
  const [first] = files
  if (first === undefined || files.length > 1) return files.length > 1 ? `${files.length} test files` : 'vitest'
  const path = typeof first === 'string' ? first : first.filepath
  const root = worker?.ctx?.config?.root
  return root !== undefined && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
}
