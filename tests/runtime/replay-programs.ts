/**
 * Random programs that log their own variables: nested calls, closures, loops, async functions, generators, try and catch, destructuring,
 * objects that change. Every name is used once, so that a name is one variable. `$log(line, {names})` stands on a line of its own.
 */
import fc from 'fast-check'

export type Act =
  | {
      readonly do:
        | 'let'
        | 'assign'
        | 'object'
        | 'list'
        | 'property'
        | 'element'
        | 'swap'
        | 'destructure'
        | 'closure'
        | 'log'
        | 'throw'
        | 'await'
        | 'yield'
      readonly pick: number
      readonly value: number
    }
  | { readonly do: 'call'; readonly pick: number; readonly value: number }
  | { readonly do: 'loop' | 'of' | 'try' | 'if'; readonly pick: number; readonly value: number; readonly body: readonly Act[] }
export type Kind = 'sync' | 'async' | 'generator'
export interface Body {
  readonly kind: Kind
  readonly acts: readonly Act[]
}

const simple = [
  'let',
  'assign',
  'object',
  'list',
  'property',
  'property',
  'element',
  'swap',
  'destructure',
  'closure',
  'log',
  'log',
  'throw',
  'await',
  'yield',
  'call',
] as const
const acts = fc.letrec<{ acts: readonly Act[]; act: Act }>(tie => ({
  act: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: fc.record({ do: fc.constantFrom(...simple), pick: fc.nat(30), value: fc.nat(99) }) as fc.Arbitrary<Act> },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom('loop', 'of', 'try', 'if'),
        pick: fc.nat(30),
        value: fc.nat(99),
        body: tie('acts'),
      }) as fc.Arbitrary<Act>,
    },
  ),
  acts: fc.array(tie('act'), { minLength: 2, maxLength: 7 }),
})).acts
export const FUNCTIONS = 4
export const programs: fc.Arbitrary<readonly Body[]> = fc.array(
  fc.record({ kind: fc.constantFrom<Kind>('sync', 'sync', 'async', 'generator'), acts }),
  {
    minLength: FUNCTIONS,
    maxLength: FUNCTIONS,
  },
)

interface Names {
  /** Visible variables that may be written, objects and lists of them. */
  readonly values: readonly string[]
  readonly objects: readonly string[]
  readonly lists: readonly string[]
}

export function sourceOf(program: readonly Body[]): string {
  return new Writer(program).source()
}

class Writer {
  private readonly program: readonly Body[]
  private readonly lines: string[] = []
  private count = 0

  constructor(program: readonly Body[]) {
    this.program = program
  }

  source(): string {
    this.lines.push('let shared = 1')
    this.program.forEach((body, i) => {
      const head = body.kind === 'async' ? 'async function' : body.kind === 'generator' ? 'function*' : 'function'
      const [depth, parameter] = [this.name('d'), this.name('p')]
      this.lines.push(`${head} f${i}(${depth}, ${parameter}) {`, `if (${depth} <= 0 || $n() > 80) return ${parameter}`)
      this.block(body.acts, body, { values: [parameter, 'shared'], objects: [], lists: [] }, depth)
      this.lines.push(`return ${parameter}`, '}')
    })
    const names = this.program.map((_, i) => `f${i}`).join(', ')
    this.lines.push(
      `module.exports = async function main() { for (const f of [${names}]) { try { const v = f(3, 5); if (v && v.next) { for (const _ of v) { } } else if (v && v.then) await v } catch (e) { } } }`,
    )
    return this.lines.join('\n')
  }

  private name(stem: string): string {
    return `${stem}${this.count++}`
  }

  private block(list: readonly Act[], from: Body, outer: Names, depth: string): void {
    let names = outer
    for (const act of list) names = this.statement(act, from, names, depth)
    this.log(names)
  }

  private log({ values, objects, lists }: Names): void {
    const line = this.lines.length + 1
    this.lines.push(`$log(${line}, {${[...new Set([...values, ...objects, ...lists])].join(', ')}})`)
  }

  /** Writes the statement; gives the names that are visible behind it. */
  private statement(act: Act, from: Body, names: Names, depth: string): Names {
    const pick = (list: readonly string[]): string | undefined => list[act.pick % Math.max(1, list.length)]
    const target = pick(names.values) ?? 'shared'
    const object = pick(names.objects)
    const list = pick(names.lists)
    const value = this.expression(act.value, names)
    switch (act.do) {
      case 'let': {
        const name = this.name('v')
        this.lines.push(`${act.pick % 2 === 0 ? 'let' : 'var'} ${name} = ${value}`)
        return { ...names, values: [...names.values, name] }
      }
      case 'assign':
        this.lines.push(`${target} ${['=', '+=', '??='][act.pick % 3]} ${value}`)
        return names
      case 'object': {
        const name = this.name('o')
        this.lines.push(`let ${name} = {a: ${value}, b: {c: ${act.value}}${object === undefined ? '' : `, from: ${object}`}}`)
        return { ...names, objects: [...names.objects, name] }
      }
      case 'list': {
        const name = this.name('l')
        this.lines.push(`const ${name} = [${value}, ${object ?? 7}]`)
        return { ...names, lists: [...names.lists, name] }
      }
      case 'property':
        if (object !== undefined) this.lines.push(this.propertyWrite(object, value, act))
        return names
      case 'element':
        if (list !== undefined) this.lines.push(act.value % 5 === 0 ? `${list}.length = 1` : `${list}[${act.value % 4}] = ${value}`)
        return names
      case 'swap':
        this.lines.push(`;[${target}, shared] = [shared, ${value}]`)
        return names
      case 'destructure': {
        const [a, b] = [this.name('x'), this.name('y')]
        this.lines.push(`const {a: ${a}, z: ${b} = ${act.value}} = ${object ?? '{a: 4}'}`)
        return { ...names, values: names.values, objects: names.objects, lists: [...names.lists] }
      }
      case 'closure': {
        const [name, by] = [this.name('g'), this.name('b')]
        this.lines.push(`const ${name} = ${by} => { ${target} = ${by}${object === undefined ? '' : `; ${object}.a = ${by}`} }`, `${name}(${value})`)
        return names
      }
      case 'log':
        this.log(names)
        return names
      case 'throw':
        this.lines.push(`if ($n() % 5 === 0) throw new Error('e')`)
        return names
      case 'await':
        this.lines.push(from.kind === 'async' ? `await ${value}` : `${target} = ${value}`)
        return names
      case 'yield':
        this.lines.push(from.kind === 'generator' ? `yield ${value}` : `${target} = ${value}`)
        return names
      case 'call':
        return this.call(act.value % FUNCTIONS, from, names, { depth, target, value })
      case 'if':
        this.lines.push(`if ($n() % 2 === 0) {`)
        break
      case 'loop': {
        const name = this.name('i')
        this.lines.push(`for (let ${name} = 0; ${name} < 2; ${name}++) {`)
        this.block(act.body, from, { ...names, values: [...names.values] }, depth)
        this.lines.push('}')
        return names
      }
      case 'of': {
        const name = this.name('e')
        this.lines.push(`for (const ${name} of [${act.value}, ${value}]) {`)
        break
      }
      case 'try':
        this.lines.push('try {')
    }
    this.block('body' in act ? act.body : [], from, names, depth)
    this.lines.push(act.do === 'try' ? `} catch (${this.name('c')}) { ${target} = ${act.value} } finally { shared += 1 }` : '}')
    return names
  }

  private propertyWrite(object: string, value: string, { pick, value: number }: Act): string {
    const forms = [
      `${object}.a = ${value}`,
      `${object}.b = {c: ${value}}`,
      `${object}.b && (${object}.b.c = ${value})`,
      `${object}['k' + ${number % 3}] = ${value}`,
      `delete ${object}.a`,
      `${object}.n = 1; ${object}.n++`,
      `${object}.self = ${object}`,
      `;({q: ${object}.a} = {q: ${value}})`,
      `${object}.a += 1`,
    ]
    return forms[pick % forms.length] ?? ''
  }

  private call(callee: number, from: Body, names: Names, { depth, target, value }: { depth: string; target: string; value: string }): Names {
    const call = `f${callee}(${depth} - 1, ${value})`
    const kind = this.program[callee]?.kind
    if (kind === 'sync') this.lines.push(`${target} = ${call}`)
    else if (kind === 'generator') this.lines.push(`for (const ${this.name('w')} of ${call}) { if ($n() % 3 === 0) break }`)
    else this.lines.push(from.kind === 'async' ? `${target} = await ${call}` : `${call}.catch(() => {})`)
    return names
  }

  private expression(value: number, { values, objects }: Names): string {
    const name = values[value % values.length] ?? 'shared'
    const forms = [
      `${value}`,
      `'t${value}'`,
      name,
      `${name} + 1`,
      'null',
      'undefined',
      `${value} / 4`,
      objects[value % Math.max(1, objects.length)] ?? '-0',
      `[${value}]`,
    ]
    return forms[value % forms.length] ?? '0'
  }
}
