/** Names and order of threads and processes, which `M` events tell at any place of the file. */
import { numberOf, textOf } from '../json-fields.ts'
import type { Thread } from './span.ts'
import type { TraceEvent } from './trace-event.ts'

type Place = Pick<Thread, 'pid' | 'tid'>

export class ThreadNames {
  private readonly processes = new Map<string, string>()
  private readonly labels = new Map<string, string>()
  private readonly threads = new Map<string, string>()
  private readonly processOrder = new Map<string, number>()
  private readonly threadOrder = new Map<string, number>()

  /** False for metadata that says something else. */
  read({ name, pid, tid, args }: TraceEvent): boolean {
    const text = textOf(args['name'])
    const order = numberOf(args['sort_index'])
    if (name === 'process_name' && text !== undefined) this.processes.set(pid, text)
    else if (name === 'process_labels' && textOf(args['labels']) !== undefined) this.labels.set(pid, textOf(args['labels']) ?? '')
    else if (name === 'thread_name' && text !== undefined) this.threads.set(`${pid} ${tid}`, text)
    else if (name === 'process_sort_index' && order !== undefined) this.processOrder.set(pid, order)
    else if (name === 'thread_sort_index' && order !== undefined) this.threadOrder.set(`${pid} ${tid}`, order)
    else return false
    return true
  }

  /** `Renderer: CrRendererMain`; one name where both are the same. */
  threadName({ pid, tid }: Place): string {
    const process = this.processes.get(pid)
    const thread = this.threads.get(`${pid} ${tid}`) ?? `thread ${tid}`
    return process === undefined || process === thread ? thread : `${process}: ${thread}`
  }

  processLabel({ pid }: Place): string {
    return this.labels.get(pid) ?? ''
  }

  firstProcess(): string | undefined {
    return this.processes.values().next().value
  }

  /** In the order that the file asks for, otherwise as they came. */
  sorted(threads: readonly Thread[]): readonly Thread[] {
    const order = ({ pid, tid }: Place): readonly [number, number] => [this.processOrder.get(pid) ?? 0, this.threadOrder.get(`${pid} ${tid}`) ?? 0]
    return threads.toSorted((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1])
  }
}
