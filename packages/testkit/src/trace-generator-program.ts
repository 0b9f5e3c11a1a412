/**
 * The program that a generated trace seems to have recorded: functions in modules, with manifests whose probes stand where the source
 * texts have them. Every function has the same probes in the same order, so that a probe's id is the function's plus a constant.
 */
import { manifestOf, functionProbe, writeProbe, propertyWriteProbe, stepProbe, branchProbe, iterationProbe } from './trace-probes.ts'
import type { Binding, Probe, ProbeManifest } from '@hindscope/protocol'
import { SeededRandom } from './trace-generator-random.ts'

/** Probes behind that of their function. */
export const ProbeOffset = { steps: 1, declare: 4, revise: 5, property: 6, branch: 7, iteration: 8 } as const
export const STEPS_A_FUNCTION = 3
export const PROBES_A_FUNCTION = 9

/** Names of a function's parameters; the index is its shape. Shapes that are listed twice are twice as frequent. */
export const PARAMETERS: readonly (readonly string[])[] = [
  [],
  ['id'],
  ['user'],
  ['order'],
  ['name', 'options'],
  ['items'],
  ['user', 'order'],
  ['count', 'price'],
  ['id'],
  ['name', 'options'],
]

/** Keys that functions write into objects. */
export const PROPERTY_KEYS: readonly string[] = [
  'total',
  'status',
  'count',
  'updatedAt',
  'items',
  'owner',
  'state',
  'price',
  'retries',
  'next',
  'cache',
  'size',
]

/** Shape of the parameters of functions that take a user and nothing else. */
export const TAKES_USER = 2

/** Only requests of one kind in a thousand call it. */
export const RARE_FUNCTION = 'reconcileLedger'

const VERBS = (
  'load save find check parse format merge apply build count filter group index queue read send sort split store sum track ' +
  'update verify write fetch render reserve price resolve collect cancel bind close decode encode expand hash invoke limit ' +
  'map notify open patch rank scan trim wrap'
).split(' ')
const NOUNS = (
  'Cart User Order Item Price Stock Label Address Payment Refund Coupon Basket Ticket Report Session Token Query Row ' +
  'Column Batch Event Header Body Cookie Route View Widget Layout Theme Locale Rule Policy Shipment Parcel Warehouse Shelf ' +
  'Supplier Invoice Tax Budget Rating Review Image Video'
).split(' ')
const FOLDERS = ['src/shared', 'src/server/orders', 'src/server/stock', 'src/client/pages', 'src/worker/jobs']

export interface GeneratedModule {
  readonly manifest: ProbeManifest
  /** Which realms load it: all of them for 0. */
  readonly role: number
  /** Functions in the order of their probes. */
  readonly functions: readonly number[]
}

export class GeneratedProgram {
  /** Functions by popularity, the most frequent first; the last is RARE_FUNCTION. */
  readonly names: readonly string[]
  /** Shape of the parameters. */
  readonly parameters: Uint8Array
  readonly isAsync: Uint8Array
  readonly modules: readonly GeneratedModule[]

  constructor(functions: number, modules: number, seed: number) {
    const random = new SeededRandom(seed)
    const pairs = VERBS.length * NOUNS.length
    const shift = random.below(pairs)
    // 1009 shares no factor with the number of pairs: every function has another name.
    const nameOf = (index: number): string => {
      const pair = (index * 1009 + shift) % pairs
      const round = Math.floor(index / pairs)
      return `${VERBS[pair % VERBS.length]}${NOUNS[Math.floor(pair / VERBS.length)]}${round === 0 ? '' : round + 1}`
    }
    this.names = Array.from({ length: functions }, (_, index) => (index === functions - 1 ? RARE_FUNCTION : nameOf(index)))
    this.parameters = Uint8Array.from(this.names, () => random.below(PARAMETERS.length))
    this.isAsync = Uint8Array.from(this.names, (_, index) => (index % 3 === 0 ? 1 : 0))
    this.isAsync[functions - 1] = 0
    const members: number[][] = Array.from({ length: modules }, () => [])
    // The rare function is in a module that every realm loads.
    for (let index = 0; index < functions; index++) members[index === functions - 1 ? 0 : index % modules]?.push(index)
    this.modules = members.map((list, number) => ({ manifest: this.manifest(number, list), role: number % FOLDERS.length, functions: list }))
  }

  private manifest(number: number, functions: readonly number[]): ProbeManifest {
    const path = `${FOLDERS[number % FOLDERS.length]}/${NOUNS[number % NOUNS.length]?.toLowerCase()}-${number}.ts`
    const lines = [`// Generated module ${number}.`, 'let revision = 0', '']
    const bindings: Binding[] = [{ name: 'revision', kind: 'lexical', parent: -1 }]
    const probes = functions.flatMap((index, place) => this.probesOf(index, place * PROBES_A_FUNCTION, lines, bindings))
    return manifestOf(number.toString(16).padStart(16, '0'), path, probes, lines.join('\n'), bindings)
  }

  /** Appends the function's text and variables. */
  private probesOf(index: number, at: number, lines: string[], bindings: Binding[]): Probe[] {
    const params = PARAMETERS[this.parameters[index] ?? 0] ?? []
    const key = PROPERTY_KEYS[index % PROPERTY_KEYS.length] ?? 'total'
    const isAsync = this.isAsync[index] === 1
    const line = lines.length + 1
    lines.push(
      `export ${isAsync ? 'async ' : ''}function ${this.names[index]}(${params.join(', ')}) {`,
      '  let total = measure(revision)',
      '  for (const part of parts(total)) {',
      `    if (part.ready) part.${key} = ${isAsync ? 'await ' : ''}next(part)`,
      '    revision = total',
      '  }',
      '  return total',
      '}',
      '',
    )
    for (const name of params) bindings.push({ name, kind: 'param', parent: at })
    bindings.push({ name: 'total', kind: 'lexical', parent: at })
    const local = bindings.length - 1
    const place = { parent: at }
    return [
      functionProbe(this.names[index] ?? '', { line, endLine: line + 7, async: isAsync, params }),
      stepProbe(line + 1, { ...place, endColumn: 31 }),
      stepProbe(line + 2, { ...place, endColumn: 34 }),
      stepProbe(line + 3, { ...place, column: 4, endColumn: 19 }),
      { ...writeProbe('total', line + 1, at, local), range: [line + 1, 6, line + 1, 11], declaration: true },
      { ...writeProbe('revision', line + 4, at, 0), range: [line + 4, 4, line + 4, 12] },
      propertyWriteProbe(key, line + 3, { ...place, column: 20, endColumn: 38 + key.length + (isAsync ? 6 : 0) }),
      branchProbe('if', line + 3, { ...place, column: 8, endColumn: 18 }),
      iterationProbe(line + 2, { ...place, column: 35, endColumn: 36 }),
    ]
  }
}
