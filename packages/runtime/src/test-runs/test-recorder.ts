/**
 * Tests as activities. A test is the cause of what runs in it, hooks included, over awaits of the test runner's own code too: the runner tells
 * which test runs, or an AsyncLocalStorage carries it, so tests that run at the same time do not mix. On Node before 24 such a storage makes
 * every await of the process dearer by 320 to 420 ns (node/served-requests.ts); a test run pays that.
 */
import type { AsyncLocalStorage } from 'node:async_hooks'
import { ActivityType, EventKind } from '@hindscope/protocol'
import type { RecorderAccess } from '../adapters/adapter.ts'
import { findHook } from '../hook-object.ts'
import type { HookOwner } from '../hook-object.ts'
import { SafeWeakMap, nodeBuiltin } from '../recorder/intrinsics.ts'

/** Fields of the activity. */
export interface TestFields {
  readonly library: string
  /** `file > describe > test`. */
  readonly name: string
  /** As the runner's reports name it. */
  readonly file: string
  /** Where the test was declared, 1-based. */
  readonly line?: number
  /** Of a workspace, where it has a name. */
  readonly project?: string
  /** How many attempts of it came before, because they failed or because it is repeated. */
  readonly retry?: number
  readonly repeat?: number
}

export interface TestResult {
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly durationMs?: number
  /** What it failed with, in words. */
  readonly error?: string
}

/** One test at work; its attempts have activities of their own. */
export class TestRun {
  /** Of the present attempt, 0 when none runs. */
  activity = 0
  fields: TestFields

  constructor(fields: TestFields) {
    this.fields = fields
  }
}

const known = new SafeWeakMap<RecorderAccess, TestRecorder>()

/** Of the realm that this copy of the file runs in; undefined when nothing records there. */
export function testRecorder(): TestRecorder | undefined {
  const hook = findHook(globalThis)
  const owner = hook === undefined || hook === 'foreign' ? undefined : hook.registry.owner
  if (owner === undefined) return undefined
  const found = known.get(owner.access)
  if (found !== undefined) return found
  const made = new TestRecorder(owner)
  known.set(owner.access, made)
  return made
}

export class TestRecorder {
  private readonly owner: HookOwner
  private storage: AsyncLocalStorage<TestRun> | undefined
  /** Asked for the test that runs, where the runner itself knows. */
  current: () => TestRun | undefined = () => this.storage?.getStore()

  constructor(owner: HookOwner) {
    this.owner = owner
    owner.detachers.push(owner.access.useAmbient(() => this.current()?.activity ?? 0))
  }

  /** Starts an attempt; one that is still open has ended with `before`. */
  begin(run: TestRun, fields: TestFields = run.fields, before?: TestResult): void {
    if (before !== undefined) this.end(run, before)
    run.fields = fields
    run.activity = this.owner.access.startActivity(ActivityType.test, fields, 0)
  }

  /** What the present function does from here on, and whatever it waits for, belongs to the test. */
  enter(run: TestRun): void {
    const hooks = nodeBuiltin<typeof import('node:async_hooks')>('node:async_hooks')
    this.storage ??= hooks && new hooks.AsyncLocalStorage<TestRun>()
    this.storage?.enterWith(run)
  }

  /** A test that failed is an incident: the time around it is kept. `isLast` is false for an attempt after which another one follows. */
  end(run: TestRun, result: TestResult, isLast = false): void {
    const { activity, fields } = run
    if (activity === 0) return
    const { access } = this.owner
    run.activity = 0
    const { name, file } = fields
    if (isLast && result.state === 'failed') {
      const value = { file, error: result.error }
      access.runIn(activity, activity, () => access.record(EventKind.mark, 0, [{ label: `test failed: ${name}`, value }]), undefined, [])
    }
    access.endActivity(activity, ActivityType.test, result)
  }

  /** A test that does not run. */
  skip(fields: TestFields): void {
    const run = new TestRun(fields)
    this.begin(run)
    this.end(run, { state: 'skipped' })
  }

  /** Runs `work` of ours beside the tests; what it throws is counted. */
  guarded(work: () => void): void {
    try {
      work()
    } catch {
      this.owner.access.fail('adapter-failed') // SAFE: the tests go on unrecorded; counted.
    }
  }

  /** Resolves when everything recorded so far is handed on. */
  async flush(): Promise<void> {
    await this.owner.flush()
  }
}
