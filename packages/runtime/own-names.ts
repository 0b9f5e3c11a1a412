/**
 * Bundlers put the runtime and the program into one scope, and rename one of two things of the same name: a function of the user would be
 * called `start2` in stacks, in messages and in its `name`. So what the runtime declares at module level gets names that nobody else uses.
 */
interface TreeNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const SUFFIX = '$hindscope'
/** Where an identifier is no variable. */
const PLAIN_KEYS: Readonly<Record<string, string>> = {
  MemberExpression: 'property',
  Property: 'key',
  MethodDefinition: 'key',
  PropertyDefinition: 'key',
}
const LABELS: ReadonlySet<string> = new Set(['LabeledStatement', 'BreakStatement', 'ContinueStatement', 'MetaProperty'])

export const ownNames = {
  name: 'own-names',
  renderChunk(this: { parse(code: string): unknown }, code: string, { fileName }: { readonly fileName: string }): string | undefined {
    return fileName.endsWith('.mjs') ? withOwnNames(code, this.parse(code) as TreeNode) : undefined
  },
}

function withOwnNames(code: string, program: TreeNode): string {
  const names = new Set((program['body'] as TreeNode[]).flatMap(declaredNames).filter(name => !/hindscope/i.test(name)))
  /** Text by the offset where it goes in. */
  const inserted = new Map<number, string>()
  visit(program, (node, parent, key) => {
    const name = node['name'] as string
    if (node.type !== 'Identifier' || !names.has(name) || LABELS.has(parent.type)) return
    if (parent.type === 'ExportSpecifier' || parent.type === 'ImportSpecifier') {
      const outer = parent[parent.type === 'ExportSpecifier' ? 'exported' : 'imported'] as TreeNode
      if (key !== 'local') return
      inserted.set(
        node.end,
        outer.start === node.start ? (parent.type === 'ExportSpecifier' ? `${SUFFIX} as ${name}` : ` as ${name}${SUFFIX}`) : SUFFIX,
      )
    } else if (PLAIN_KEYS[parent.type] !== key || parent['computed'] === true) inserted.set(node.end, SUFFIX)
    else if (parent['shorthand'] === true) inserted.set(node.start, `${name}: `)
  })
  let text = ''
  let done = 0
  for (const [at, more] of [...inserted].sort(([a], [b]) => a - b)) {
    text += code.slice(done, at) + more
    done = at
  }
  return text + code.slice(done)
}

function declaredNames(statement: TreeNode): string[] {
  const declared = (statement['declarations'] ?? statement['specifiers'] ?? [statement]) as TreeNode[]
  return declared.flatMap(node => {
    const pattern = node['id'] as TreeNode | undefined
    if (pattern?.type === 'ObjectPattern')
      return (pattern['properties'] as TreeNode[]).map(property => (property['value'] as TreeNode)['name'] as string)
    const { name } = (node['local'] ?? node['id'] ?? {}) as { name?: string }
    return name === undefined ? [] : [name]
  })
}

function visit(node: TreeNode, enter: (node: TreeNode, parent: TreeNode, key: string) => void): void {
  for (const [key, value] of Object.entries(node)) {
    for (const child of (Array.isArray(value) ? value : [value]) as (TreeNode | null)[]) {
      if (typeof child?.type !== 'string') continue
      enter(child, node, key)
      visit(child, enter)
    }
  }
}
