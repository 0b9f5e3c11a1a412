/**
 * The program may replace `Math.max` or `JSON.stringify` while it runs (fake timers, polyfills, tests); the recorder must go on with what
 * it found when it was loaded. So functions of the language's own namespaces, and the constructors that it needs while the program runs,
 * are read once, at the top of each built file. Methods of objects are captured in the sources (recorder/intrinsics.ts, protocol's
 * captured.ts): only there the type of the object is known.
 */
interface TreeNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** Their functions use no `this`. */
const NAMESPACES: ReadonlySet<string> = new Set(['Math', 'Number', 'JSON', 'Reflect', 'Object'])
const CONSTRUCTORS: ReadonlySet<string> = new Set(['Uint8Array', 'Int32Array', 'Uint32Array', 'Float64Array', 'DataView', 'Map', 'Set'])

export const capturedStatics = {
  name: 'captured-statics',
  renderChunk(this: { parse(code: string): unknown }, code: string, { fileName }: { readonly fileName: string }): string | undefined {
    if (!/\.[cm]js$/.test(fileName)) return undefined
    const captured = new Map<string, string>()
    const edits: { readonly node: TreeNode; readonly name: string }[] = []
    const capture = (node: TreeNode, text: string): void => {
      const name = `${text.replace('.', '_')}$hindscope_captured`
      captured.set(text, name)
      edits.push({ node, name })
    }
    visit(this.parse(code) as TreeNode, (node, parent) => {
      const object = node['object'] as TreeNode | undefined
      const property = node['property'] as TreeNode | undefined
      if (node.type === 'MemberExpression' && object?.type === 'Identifier' && NAMESPACES.has(object['name'] as string)) {
        const name = property?.['name']
        if (node['computed'] !== true && name !== 'prototype') capture(node, `${object['name'] as string}.${name as string}`)
      } else if (node.type === 'Identifier' && parent.type === 'NewExpression' && parent['callee'] === node) {
        if (CONSTRUCTORS.has(node['name'] as string)) capture(node, node['name'] as string)
      }
    })
    let text = [...captured].map(([from, name]) => `const ${name} = ${from};`).join(' ')
    let done = 0
    for (const { node, name } of edits.sort((a, b) => a.node.start - b.node.start)) {
      text += code.slice(done, node.start) + name
      done = node.end
    }
    return text + code.slice(done)
  },
}

function visit(node: TreeNode, enter: (node: TreeNode, parent: TreeNode) => void): void {
  for (const value of Object.values(node)) {
    for (const child of (Array.isArray(value) ? value : [value]) as (TreeNode | null)[]) {
      if (typeof child?.type !== 'string') continue
      enter(child, node)
      visit(child, enter)
    }
  }
}
