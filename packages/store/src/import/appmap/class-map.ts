/** The class map of an AppMap: which functions there are, where, and with which labels. */
import { isObject, listOf, textOf } from '../json-fields.ts'
import type { JsonObject } from '../json-fields.ts'
import type { ImportedFunction } from '../function-table.ts'
import type { Tally } from '../tally.ts'

export interface MappedFunction extends ImportedFunction {
  readonly labels: readonly string[]
}

/** Deeper trees are damage. */
const MAX_CLASS_DEPTH = 200

export class ClassMap {
  readonly functions: MappedFunction[] = []
  private readonly tally: Tally
  private readonly byName = new Map<string, MappedFunction>()

  constructor(tally: Tally) {
    this.tally = tally
  }

  /** A tree of packages, classes and functions. */
  add(entry: unknown): void {
    this.read(entry, [], [])
  }

  /** Where a function is that an event names without its place. */
  find(className: string, method: string): MappedFunction | undefined {
    return this.byName.get(nameKey(className, method))
  }

  private read(entry: unknown, packages: readonly string[], classes: readonly string[]): void {
    if (!isObject(entry) || packages.length + classes.length > MAX_CLASS_DEPTH) return this.tally.ignore('class map entry that is no object')
    const name = textOf(entry['name']) ?? ''
    if (entry['type'] === 'function') return this.function(entry, name, packages, classes)
    const isPackage = entry['type'] === 'package'
    if (!isPackage && entry['type'] !== 'class') return this.tally.ignore('class map entry of an unknown type')
    for (const child of listOf(entry['children'])) {
      if (isPackage) this.read(child, [...packages, name], classes)
      else this.read(child, packages, [...classes, name])
    }
  }

  private function(entry: JsonObject, name: string, packages: readonly string[], classes: readonly string[]): void {
    const labels = listOf(entry['labels']).filter(label => typeof label === 'string')
    const mapped = { name: functionName(classes.join('::'), name), ...placeOf(textOf(entry['location'])), labels }
    this.functions.push(mapped)
    // Some agents name a class with its packages, others without.
    for (const path of [classes, [...packages, ...classes]]) this.byName.set(nameKey(path.join('.'), name), mapped)
  }
}

/** `Cart.total`; classes keep the separators of their language. */
export const functionName = (className: string, method: string): string => (className === '' ? method || '(anonymous)' : `${className}.${method}`)

const nameKey = (className: string, method: string): string => `${className.replaceAll(/::|[/$]/g, '.')}.${method}`

/** `lib/cart.rb:12`. */
function placeOf(location: string | undefined): Pick<ImportedFunction, 'file' | 'line'> {
  const [, file, line] = /^(.+?)(?::(\d{1,9}))?$/.exec(location ?? '') ?? []
  if (file === undefined) return {}
  return { file, ...(line === undefined ? {} : { line: Math.max(1, Number(line)) }) }
}
