/** Writes the calls of a thread, whose times are known, in the order in which things happened. */
import { RealmKind } from '@hindscope/protocol'
import type { ImportSession } from '../import-session.ts'
import type { RealmWriter } from '../chunk-writer.ts'
import { isObject, numberOf, textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import { MAX_VALUE_ITEMS, plain } from '../plain-value.ts'
import type { PlainValue } from '../plain-value.ts'
import type { Tally } from '../tally.ts'
import { activityKindOf, objectNode } from './appmap-activities.ts'
import type { ActivityKind } from './appmap-activities.ts'
import { fieldList, walkCalls } from './appmap-calls.ts'
import type { AppMapCall, AppMapThread } from './appmap-calls.ts'
import type { AppMapValues } from './appmap-values.ts'
import { functionName } from './class-map.ts'
import type { ClassMap } from './class-map.ts'

interface Step {
  readonly timeUs: number
  readonly kind: 'begin' | 'suspend' | 'resume' | 'end'
  readonly call: AppMapCall
}

const CALL_FIELDS = new Set(
  'event id thread_id timestamp defined_class method_id path lineno receiver self parameters static message http_server_request http_client_request sql_query'.split(
    ' ',
  ),
)
const RETURN_FIELDS = new Set(
  'event id thread_id timestamp parent_id elapsed return_value exceptions http_server_response http_client_response defined_class method_id path lineno static'.split(
    ' ',
  ),
)

export interface AppMapTarget {
  readonly session: ImportSession
  readonly values: AppMapValues
  readonly classMap: ClassMap
  readonly tally: Tally
}

/** What a call is written as; a call that is nothing known is left out, and its children hang below its caller. */
type Written = { readonly kind: 'function'; readonly site: number } | { readonly kind: 'activity'; readonly activity: ActivityKind }

export class AppMapWriter {
  private readonly target: AppMapTarget
  private readonly ids = new Map<AppMapCall, number>()
  private readonly written = new Map<AppMapCall, Written>()
  /** Functions of which some call has a receiver: it is the first argument of all, under the name `this`. */
  private readonly methods = new Set<number>()

  /** Looks at all calls first, since the names of a function's arguments are those of every call of it. */
  constructor(target: AppMapTarget, threads: readonly AppMapThread[]) {
    this.target = target
    // Functions that were never called have a place among the sources too.
    for (const mapped of target.classMap.functions) target.session.functions.site(functionOf(mapped))
    for (const root of threads.flatMap(thread => thread.roots)) walkCalls(root, call => this.identify(call), nothing)
    for (const [{ event }, written] of this.written) if (written.kind === 'function') this.nameArguments(written.site, event)
  }

  /** `start`: what a realm-start event says before everything else. */
  thread(realm: RealmWriter, thread: AppMapThread, start: JsonObject | undefined): void {
    const steps = stepsOf(thread)
    const first = steps[0]
    if (start !== undefined && first !== undefined) {
      realm.event({ kind: 'realmStart', timeUs: first.timeUs, extra: RealmKind.node, values: [plain(start)] })
    }
    for (const step of steps) this.step(realm, step)
  }

  private identify(call: AppMapCall): void {
    const { event, returned } = call
    this.countFields(event, CALL_FIELDS)
    if (returned !== undefined) this.countFields(returned, RETURN_FIELDS)
    const activity = activityKindOf(event)
    const method = textOf(event['method_id'])
    if (activity !== undefined) this.written.set(call, { kind: 'activity', activity })
    else if (method === undefined) this.target.tally.ignore('call of an unknown kind')
    else {
      const site = this.siteOf(event, method)
      this.written.set(call, { kind: 'function', site })
      if (receiverOf(event) !== undefined) this.methods.add(site)
    }
  }

  private siteOf(event: JsonObject, method: string): number {
    const { classMap, session } = this.target
    const className = textOf(event['defined_class']) ?? ''
    const file = textOf(event['path'])
    const line = numberOf(event['lineno'])
    const mapped = file === undefined ? classMap.find(className, method) : undefined
    const place = file === undefined ? mapped : { file, ...(line === undefined || !Number.isInteger(line) || line < 1 ? {} : { line }) }
    return session.functions.site(functionOf({ ...place, name: functionName(className, method) }))
  }

  private nameArguments(site: number, event: JsonObject): void {
    const { functions } = this.target.session
    const first = this.methods.has(site) ? 1 : 0
    if (first === 1) functions.nameParam(site, 0, 'this')
    argumentsOf(event).forEach(([name], i) => functions.nameParam(site, first + i, name))
  }

  private step(realm: RealmWriter, { kind, call, timeUs }: Step): void {
    const written = this.written.get(call)
    if (written === undefined) return
    if (kind === 'begin') return this.begin(realm, call, written)
    const id = this.ids.get(call) ?? 0
    if (written.kind === 'function' && kind === 'suspend') realm.suspend(id, timeUs)
    else if (written.kind === 'function' && kind === 'resume') realm.resume(id, timeUs)
    else if (kind === 'end') this.end(realm, { kind, call, timeUs }, written)
  }

  private begin(realm: RealmWriter, call: AppMapCall, written: Written): void {
    const { event, startUs } = call
    const { values } = this.target
    let above = call.parent
    while (above !== undefined && !this.ids.has(above)) above = above.parent
    const parent = above === undefined ? 0 : (this.ids.get(above) ?? 0)
    const id =
      written.kind === 'activity'
        ? realm.start(written.activity.type, startUs, written.activity.start(event, values), { parent })
        : realm.enter(written.site, startUs, this.argumentValues(event, written.site), { parent })
    this.ids.set(call, id)
  }

  /** In the order of the probe's names: a call without receiver has undefined where others of its function have one. */
  private argumentValues(event: JsonObject, site: number): readonly PlainValue[] {
    const { values } = this.target
    const own = argumentsOf(event).map(([, value]) => values.of(value))
    return this.methods.has(site) ? [values.of(receiverOf(event)), ...own] : own
  }

  private end(realm: RealmWriter, { call, timeUs }: Step, written: Written): void {
    const { values } = this.target
    const returned = call.returned ?? {}
    const id = this.ids.get(call) ?? 0
    const exceptions = fieldList(returned, 'exceptions')
    if (written.kind === 'function') {
      if (exceptions.length > 0) return realm.exit(id, timeUs, { kind: 'threw', error: values.error(exceptions) })
      const value = returned['return_value']
      return realm.exit(id, timeUs, { kind: 'returned', ...(value === undefined ? {} : { value: values.of(value) }) })
    }
    const { activity } = written
    const result = activity.end(returned, values)
    if (exceptions.length === 0) return realm.end(id, activity.type, timeUs, result)
    const entries = result?.kind === 'object' ? result.entries : []
    realm.end(id, activity.type, timeUs, objectNode([...entries, ['error', values.error(exceptions)]]))
  }

  private countFields(event: JsonObject, known: ReadonlySet<string>): void {
    for (const name of Object.keys(event)) if (!known.has(name)) this.target.tally.ignore(`field ${name} of a ${String(event['event'])}`)
  }
}

/** Parameters with their names. */
function argumentsOf(event: JsonObject): readonly (readonly [string, unknown])[] {
  const list = event['parameters']
  // Until 1.1 they were an object by name.
  const all = isObject(list)
    ? Object.entries(list)
    : fieldList(event, 'parameters').map((each, i) => [(isObject(each) ? textOf(each['name']) : undefined) ?? `argument ${i + 1}`, each] as const)
  return all.slice(0, MAX_VALUE_ITEMS - 1)
}

/** Called `self` until 1.1. */
const receiverOf = (event: JsonObject): unknown => event['receiver'] ?? event['self']

const nothing = (): void => undefined

const functionOf = ({ name, file, line }: { readonly name: string; readonly file?: string; readonly line?: number }) => ({
  name,
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
})

/** What happens in a thread, by time; at the same time in the order of nesting. */
function stepsOf(thread: AppMapThread): readonly Step[] {
  const steps: Step[] = []
  for (const root of thread.roots) {
    walkCalls(
      root,
      call => steps.push({ timeUs: call.startUs, kind: 'begin', call }),
      call => {
        if (call.endIndex === -1) return
        const endUs = call.startUs + call.spanUs
        if (call.advanceUs < call.spanUs) {
          // It goes on by itself while its caller does.
          steps.push({ timeUs: call.startUs + call.advanceUs, kind: 'suspend', call }, { timeUs: endUs, kind: 'resume', call })
        }
        steps.push({ timeUs: endUs, kind: 'end', call })
      },
    )
  }
  return steps.sort((a, b) => a.timeUs - b.timeUs)
}
