/**
 * CPU profiles inside a trace (`Profile`, `ProfileChunk`): samples of the stack, some thousands a second. They become calls in a track of
 * their own, which says in its name that it is sampled: a frame that stands at the same place in consecutive samples is one call, which
 * lasts from the first of them to the first without it. So what is short is missing, and calls of one function in a row look like one.
 *
 * Lines and columns of profiles count from 0. `(idle)` and `(program)` are no JavaScript: the stack is empty. A `(garbage collector)`
 * sample interrupts what ran before.
 */
import { isObject, listOf, numberOf, objectOf, textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import type { Tally } from '../tally.ts'
import { spanOf } from './span.ts'
import type { Meaning, Span, Thread } from './span.ts'
import { placeOf } from './timeline-dialect.ts'
import { MAX_TIME_US, dataOf } from './trace-event.ts'
import type { TraceEvent } from './trace-event.ts'

interface ProfileNode {
  readonly parent: number | undefined
  readonly meaning: Meaning
  /** What the name says that is no function. */
  readonly special: 'root' | 'nothing' | 'collector' | undefined
}

interface Sample {
  readonly timeUs: number
  readonly node: number
}

/** Deeper stacks are damage: V8 keeps 255 frames of a sample. */
const MAX_FRAMES = 1000

export class SampledCalls {
  readonly pid: string
  readonly tid: string
  private readonly tally: Tally
  private readonly startUs: number
  private readonly chunks: TraceEvent[] = []

  constructor(profile: TraceEvent, tally: Tally) {
    this.pid = profile.pid
    this.tid = profile.tid
    this.tally = tally
    const start = numberOf(dataOf(profile)['startTime'])
    this.startUs = start !== undefined && Math.abs(start) < MAX_TIME_US ? start : profile.ts
  }

  add(chunk: TraceEvent): void {
    this.chunks.push(chunk)
  }

  thread(): Thread {
    const thread: Thread = { pid: this.pid, tid: this.tid, moments: [] }
    const nodes = new Map<number, ProfileNode>()
    const samples: Sample[] = []
    let timeUs = this.startUs
    for (const chunk of this.chunks.sort((a, b) => a.ts - b.ts || a.order - b.order)) {
      const data = dataOf(chunk)
      const profile = objectOf(data['cpuProfile'])
      for (const node of listOf(profile?.['nodes'])) this.readNode(node, nodes)
      const deltas = listOf(data['timeDeltas'] ?? profile?.['timeDeltas'])
      listOf(profile?.['samples']).forEach((node, i) => {
        timeUs += numberOf(deltas[i]) ?? 0
        const number = numberOf(node)
        if (number !== undefined && Math.abs(timeUs) < MAX_TIME_US) samples.push({ timeUs, node: number })
      })
    }
    new SampleWalk(thread, nodes).walk(samples.sort((a, b) => a.timeUs - b.timeUs))
    return thread
  }

  private readNode(value: unknown, nodes: Map<number, ProfileNode>): void {
    const id = isObject(value) ? numberOf(value['id']) : undefined
    const frame = isObject(value) ? objectOf(value['callFrame']) : undefined
    if (id === undefined || frame === undefined) return this.tally.ignore('profile node that is none')
    const name = textOf(frame['functionName']) ?? ''
    nodes.set(id, {
      parent: numberOf((value as JsonObject)['parent']), // SAFE: has an id
      special: SPECIAL[name],
      meaning: {
        kind: 'call',
        args: [],
        function: { name: name || '(anonymous)', ...placeOf(frame['url'], fromZero(frame['lineNumber']), fromZero(frame['columnNumber'])) },
      },
    })
  }
}

const SPECIAL: Readonly<Record<string, ProfileNode['special']>> = {
  '(root)': 'root',
  '(idle)': 'nothing',
  '(program)': 'nothing',
  '(garbage collector)': 'collector',
}

const fromZero = (value: unknown): number | undefined => {
  const number = numberOf(value)
  return number === undefined ? undefined : number + 1
}

class SampleWalk {
  private readonly thread: Thread
  private readonly nodes: ReadonlyMap<number, ProfileNode>
  private open: { readonly node: number; readonly span: Span }[] = []

  constructor(thread: Thread, nodes: ReadonlyMap<number, ProfileNode>) {
    this.thread = thread
    this.nodes = nodes
  }

  walk(samples: readonly Sample[]): void {
    for (const { timeUs, node } of samples) this.become(timeUs, this.stackOf(node))
    const last = samples.at(-1)
    if (last !== undefined) this.become(last.timeUs, [])
  }

  /** Node numbers, outermost first. */
  private stackOf(node: number): readonly number[] {
    const known = this.nodes.get(node)
    if (known === undefined || known.special === 'nothing') return []
    if (known.special === 'collector') return [...this.open.map(each => each.node).filter(each => each !== node), node]
    const stack: number[] = []
    for (let at: number | undefined = node; at !== undefined && stack.length < MAX_FRAMES; at = this.nodes.get(at)?.parent) {
      const each = this.nodes.get(at)
      if (each === undefined || each.special === 'root') break
      stack.push(at)
    }
    return stack.reverse()
  }

  private become(timeUs: number, stack: readonly number[]): void {
    let same = 0
    while (same < stack.length && this.open[same]?.node === stack[same]) same++
    for (const { span } of this.open.splice(same).reverse()) this.thread.moments.push({ kind: 'end', timeUs, span })
    for (const node of stack.slice(same)) {
      const meaning = this.nodes.get(node)?.meaning
      if (meaning === undefined) continue
      const span = spanOf(this.thread, meaning, this.open.at(-1)?.span)
      this.thread.moments.push({ kind: 'begin', timeUs, span })
      this.open.push({ node, span })
    }
  }
}
