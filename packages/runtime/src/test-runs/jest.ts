/**
 * What happens in jest-circus, told to the recorder of the same sandbox. Jest calls it between a test's parts and waits for nothing; tests,
 * their functions and their errors are only read.
 */
import { EndReason, EventKind } from '@hindscope/protocol'
import { findHook } from '../hook-object.ts'
import { SafeMap, isArray, ownDescriptor } from '../recorder/intrinsics.ts'
import { isProxy } from '../recorder/proxy-test.ts'
import { declaredLine } from './declared-line.ts'
import { TestRun, testRecorder } from './test-recorder.ts'
import type { TestFields, TestRecorder } from './test-recorder.ts'

interface DescribeBlock {
  readonly name: string
  readonly parent?: DescribeBlock
  readonly mode?: string | null
  readonly children?: readonly (CircusTest | DescribeBlock)[]
}

/** What is read of a test. */
interface CircusTest extends DescribeBlock {
  readonly concurrent?: boolean
  /** How often it was started, this time included. */
  readonly invocations?: number
  readonly duration?: number | null
  /** Each an error, or a pair with that of its declaration. */
  readonly errors: readonly unknown[]
  readonly asyncError?: { readonly stack?: string }
}

interface CircusEvent {
  readonly name: string
  readonly test?: CircusTest
  readonly describeBlock?: DescribeBlock
}

interface CircusState {
  readonly hasFocusedTests?: boolean
  readonly testNamePattern?: RegExp | null
}

export interface RecordedFile {
  /** As reports name it. */
  readonly name: string
  /** As stacks do. */
  readonly path: string
  /** Tests that run at the same time do so before Jest says that they begin: before version 30. */
  readonly startsEarly: boolean
}

export interface FileRecorder {
  readonly handle: (event: CircusEvent, state: CircusState) => void
  /** Resolves when all of the file is handed on; nothing records in this sandbox any more. */
  end(): Promise<void>
}

/** Undefined when nothing records here. */
export function recordFile(file: RecordedFile): FileRecorder | undefined {
  const recorder = testRecorder()
  const hook = findHook(globalThis)
  const owner = hook === undefined || hook === 'foreign' ? undefined : hook.registry.owner
  if (recorder === undefined || owner === undefined) return undefined
  const watch = new CircusWatch(recorder, file)
  recorder.current = () => watch.current()
  return {
    handle: (event, state) => recorder.guarded(() => watch.see(event, state)),
    async end() {
      owner.access.record(EventKind.realmEnd, EndReason.stopped, [{ reason: 'the tests of the file have run' }])
      // Node's modules are those of every other file's sandbox too.
      owner.uninstall()
      await owner.close()
    },
  }
}

class CircusWatch {
  private readonly recorder: TestRecorder
  private readonly file: RecordedFile
  /** By the name that Jest gives them. */
  private readonly runs = new SafeMap<string, TestRun>()
  /** The one that runs beside no other. */
  private alone: TestRun | undefined

  constructor(recorder: TestRecorder, file: RecordedFile) {
    this.recorder = recorder
    this.file = file
  }

  /** What is still under way of a test that has ended belongs to no other one, where Jest names it. */
  current(): TestRun | undefined {
    const name = runningName()
    return name === undefined ? this.alone : this.runs.get(name)
  }

  see({ name, test, describeBlock }: CircusEvent, state: CircusState): void {
    if (name === 'run_describe_start' && describeBlock?.parent === undefined && this.file.startsEarly) this.startAll(describeBlock, state)
    if (test === undefined) return
    if (name === 'test_start') this.start(test)
    else if (name === 'test_done') this.finish(test)
    else if (name === 'test_skip' || name === 'test_todo') this.take(test, run => this.recorder.end(run, { state: 'skipped' }))
  }

  /** Tests that Jest starts at once, below this block. */
  private startAll(block: DescribeBlock | undefined, state: CircusState): void {
    if (block === undefined || block.mode === 'skip') return
    for (const child of block.children ?? []) {
      if (!isTest(child)) this.startAll(child, state)
      else if (child.concurrent === true && willRun(child, state)) this.start(child)
    }
  }

  private start(test: CircusTest): void {
    const name = idOf(test)
    if (test.concurrent === true && this.runs.has(name)) return
    const run = new TestRun(this.fieldsOf(test))
    this.recorder.begin(run)
    this.runs.set(name, run)
    if (test.concurrent !== true) this.alone = run
  }

  private finish(test: CircusTest): void {
    const { errors, duration, invocations = 1 } = test
    const time = typeof duration === 'number' ? { durationMs: duration } : {}
    const result = errors.length === 0 ? ({ state: 'passed', ...time } as const) : ({ state: 'failed', ...time, error: wordsOf(errors[0]) } as const)
    this.take(test, run => this.recorder.end(run, result, invocations > retries()))
  }

  /** The test runs no more. */
  private take(test: CircusTest, end: (run: TestRun) => void): void {
    const name = idOf(test)
    const run = this.runs.get(name)
    if (run === undefined) return
    end(run)
    this.runs.delete(name)
    if (this.alone === run) this.alone = undefined
  }

  private fieldsOf(test: CircusTest): TestFields {
    const line = declaredLine(this.file.path, () => test.asyncError?.stack)
    const retry = (test.invocations ?? 1) - 1
    return {
      library: 'jest',
      name: [this.file.name, ...namesOf(test)].join(' > '),
      file: this.file.name,
      ...(line === undefined ? {} : { line }),
      ...(retry > 0 ? { retry } : {}),
    }
  }
}

/** Of the blocks around it and its own; the outermost block is Jest's. */
function namesOf(test: DescribeBlock): string[] {
  const names: string[] = []
  for (let each: DescribeBlock | undefined = test; each?.parent !== undefined; each = each.parent) names.unshift(each.name)
  return names
}

/** As Jest names it. */
const idOf = (test: CircusTest): string => namesOf(test).join(' ')

const isTest = (child: CircusTest | DescribeBlock): child is CircusTest => child.children === undefined

const willRun = (test: CircusTest, { hasFocusedTests, testNamePattern }: CircusState): boolean =>
  test.mode !== 'skip' && !(hasFocusedTests === true && test.mode !== 'only') && (testNamePattern?.test(idOf(test)) ?? true)

interface Matchers {
  readonly state?: { readonly currentConcurrentTestName?: () => string | undefined }
}

/** What `expect.getState().currentConcurrentTestName()` gives: of tests beside each other, from Jest 30.5 on of all. */
function runningName(): string | undefined {
  const matchers = ownDescriptor(globalThis, Symbol.for('$$jest-matchers-object'))?.value as Matchers | undefined // SAFE: Jest's; each field is asked for
  return matchers?.state?.currentConcurrentTestName?.()
}

/** What `jest.retryTimes` was called with. */
const retries = (): number => Number.parseInt(String(ownDescriptor(globalThis, Symbol.for('RETRY_TIMES'))?.value), 10) || 0

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g')

/** The error is the program's: only an own `message` is read. */
function wordsOf(error: unknown): string {
  const thrown: unknown = isArray(error) ? error[0] : error
  const message = typeof thrown === 'object' && thrown !== null && !isProxy(thrown) ? ownDescriptor(thrown, 'message')?.value : thrown
  return typeof message === 'string' && message !== '' ? message.replace(COLOURS, '') : 'failed'
}
