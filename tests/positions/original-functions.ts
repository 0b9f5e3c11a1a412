/**
 * The oracle: every function that the author of a source wrote and that exists at runtime, read from the original text by the compilers'
 * own parsers, with the range and the name that a probe must have. It shares no code with the product.
 */
import { createProcessor } from '@mdx-js/mdx'
import { parse as parseSvelte } from 'svelte/compiler'
import ts from 'typescript'
import { parse as parseVue } from 'vue/compiler-sfc'

export interface OriginalFunction {
  /** `line:column-line:column`, lines from 1, columns from 0. */
  readonly range: string
  /** What the author calls it, without class or object: `total`; of a function that is passed on, with what it is passed to: `map ƒ`; else ''. */
  readonly name: string
  readonly kind: 'function' | 'field' | 'static-block'
  /** First line, for messages. */
  readonly text: string
}

/** A stretch of the source that is code; `wrap` makes an expression a program without moving it. */
interface Region {
  readonly start: number
  readonly end: number
  /** Name of the attribute that holds it, or of what it is passed to. */
  readonly attribute?: string
}

export function originalFunctions(source: string, path: string): OriginalFunction[] {
  const place = placer(source)
  const found = regionsOf(source, path).flatMap(region => functionsIn(source, region, path))
  return found.map(({ start, end, name, kind }) => ({
    range: `${place(start)}-${place(end)}`,
    name,
    kind,
    text: source.slice(start, end).split('\n')[0] ?? '',
  }))
}

export function placer(source: string): (offset: number) => string {
  const starts = [0, ...[...source.matchAll(/\n/g)].map(match => match.index + 1)]
  return offset => {
    const line = starts.findLastIndex(start => start <= offset)
    return `${line + 1}:${offset - (starts[line] ?? 0)}`
  }
}

function regionsOf(source: string, path: string): Region[] {
  if (path.endsWith('.vue')) return vueRegions(source)
  if (path.endsWith('.svelte')) return svelteRegions(source)
  if (path.endsWith('.mdx')) return mdxRegions(source)
  return [{ start: 0, end: source.length }]
}

/** All code of a source, expressions in markup included, each part parsed by itself at its own offsets. */
export const parsedParts = (source: string, path: string): ts.SourceFile[] =>
  [...regionsOf(source, path), ...(path.endsWith('.svelte') ? svelteExpressions(source) : [])].map(region => parseRegion(source, region, path))

interface VueNode {
  readonly loc?: { readonly start: { readonly offset: number }; readonly end: { readonly offset: number }; readonly source: string }
  readonly [key: string]: unknown
}

function vueRegions(source: string): Region[] {
  const { descriptor } = parseVue(source)
  const scripts = [descriptor.script, descriptor.scriptSetup].filter(block => block !== null)
  const regions = scripts.map(({ loc }) => ({ start: loc.start.offset, end: loc.end.offset }))
  const visit = (node: VueNode): void => {
    // 4 is an expression, 5 an interpolation: `content` of the latter is the former.
    if (node['type'] === 4 && node['isStatic'] === false && node.loc) {
      // `a in b` of v-for holds no functions here and is no expression.
      if (!/^\s*\(?[\w\s,]+\)?\s+(?:in|of)\s/.test(node.loc.source)) regions.push({ start: node.loc.start.offset, end: node.loc.end.offset })
      return
    }
    for (const key of ['children', 'props']) for (const child of (node[key] as VueNode[] | undefined) ?? []) visit(child)
    for (const key of ['content', 'exp']) if (typeof node[key] === 'object' && node[key] !== null) visit(node[key] as VueNode)
  }
  if (descriptor.template?.ast) visit(descriptor.template.ast as unknown as VueNode)
  return regions
}

interface PlainNode {
  readonly type?: string
  readonly start?: number
  readonly end?: number
  readonly [key: string]: unknown
}

/** Scripts whole; in the markup, each function that stands in an expression. */
function svelteRegions(source: string): Region[] {
  const root = parseSvelte(source, { modern: true })
  const regions: Region[] = []
  for (const script of [root.module, root.instance]) {
    if (script) regions.push({ start: source.indexOf('>', script.start) + 1, end: source.lastIndexOf('</', script.end - 1) })
  }
  visitFunctions(root.fragment as unknown as PlainNode, regions)
  return regions
}

function visitFunctions(node: PlainNode, regions: Region[], attribute = ''): void {
  if (/Function(?:Expression|Declaration)$/.test(node.type ?? '') && node.start !== undefined && node.end !== undefined) {
    regions.push({ start: node.start, end: node.end, attribute })
    return
  }
  const name = nameForChildren(node, attribute)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null) visitFunctions(child as PlainNode, regions, name)
    }
  }
}

/** What a function right below is called: by the attribute that holds it, or by what it is passed to. */
function nameForChildren(node: PlainNode, attribute: string): string {
  if (node.type === 'Attribute') return String(node['name'])
  if (node.type === 'ExpressionTag') return attribute
  if (node.type !== 'CallExpression') return ''
  const callee = node['callee'] as PlainNode
  const taker = callee.type === 'MemberExpression' ? (callee['property'] as PlainNode) : callee
  return taker.type === 'Identifier' ? `${String(taker['name'])} ƒ` : ''
}

/** Expressions between braces, in tags and in blocks. */
function svelteExpressions(source: string): Region[] {
  const regions: Region[] = []
  const visit = (node: PlainNode): void => {
    const isCode = /(?:Expression|Literal|Identifier)$/.test(node.type ?? '') && node.start !== undefined && node.end !== undefined
    if (isCode) return void regions.push({ start: node.start ?? 0, end: node.end ?? 0 })
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (typeof child === 'object' && child !== null) visit(child as PlainNode)
    }
  }
  visit(parseSvelte(source, { modern: true }).fragment as unknown as PlainNode)
  return regions
}

function mdxRegions(source: string): Region[] {
  const regions: Region[] = []
  const visit = (node: PlainNode): void => {
    const estree = (node['data'] as { estree?: PlainNode } | undefined)?.estree
    if (estree && node.type === 'mdxjsEsm') regions.push(offsetsOf(node))
    else if (estree) visitFunctions(estree, regions)
    const value = node['value']
    const children = [...((node['children'] ?? []) as PlainNode[]), ...((node['attributes'] ?? []) as PlainNode[])]
    if (typeof value === 'object' && value !== null) children.push(value as PlainNode)
    for (const child of children) visit(child)
  }
  visit(createProcessor().parse(source) as unknown as PlainNode)
  return regions
}

/** A node of Markdown, which counts its offsets apart. */
function offsetsOf(node: PlainNode): Region {
  const { start, end } = node['position'] as { start: { offset: number }; end: { offset: number } }
  return { start: start.offset, end: end.offset }
}

interface Found {
  readonly start: number
  readonly end: number
  readonly name: string
  readonly kind: OriginalFunction['kind']
}

/** Everything else is blanked out, so that offsets stay. Expressions and bare functions parse as programs within parentheses. */
function parseRegion(source: string, { start, end }: Region, path: string): ts.SourceFile {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ')
  const isWhole = start === 0 || /^\s*\n|^import |^export /.test(source.slice(start, end))
  const code = source.slice(start, end)
  // The character in front of a region is a quote, a brace or white space: it can hold the parenthesis.
  const text = isWhole ? blank(source.slice(0, start)) + code : `${blank(source.slice(0, start)).slice(0, -1)}(${code})`
  return ts.createSourceFile('original.tsx', text, ts.ScriptTarget.Latest, true, path.endsWith('.ts') ? ts.ScriptKind.TS : ts.ScriptKind.TSX)
}

function functionsIn(source: string, region: Region, path: string): Found[] {
  const { start, attribute = '' } = region
  const file = parseRegion(source, region, path)
  const found: Found[] = []
  const visit = (node: ts.Node): void => {
    if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(modifier => modifier.kind === ts.SyntaxKind.DeclareKeyword)) return
    const own = describeNode(node, file)
    if (own) found.push(own.name === '' && own.start === start ? { ...own, name: attribute } : own)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

function describeNode(node: ts.Node, file: ts.SourceFile): Found | undefined {
  if (ts.isClassStaticBlockDeclaration(node)) return { start: node.getStart(file), end: node.end, name: '<static>', kind: 'static-block' }
  if (ts.isPropertyDeclaration(node) && node.initializer) {
    return { start: startOf(node, file), end: node.initializer.end, name: node.name.getText(file), kind: 'field' }
  }
  if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return undefined
  return { start: startOf(node, file), end: node.end, name: nameOf(node, file), kind: 'function' }
}

/** Behind decorators, `export` and `default`: at the first modifier that belongs to the function itself. */
function startOf(node: ts.Node, file: ts.SourceFile): number {
  const outside = [ts.SyntaxKind.ExportKeyword, ts.SyntaxKind.DefaultKeyword, ts.SyntaxKind.Decorator]
  const modifiers = 'modifiers' in node ? ((node.modifiers as ts.NodeArray<ts.ModifierLike> | undefined) ?? []) : []
  const own = modifiers.find(modifier => !outside.includes(modifier.kind))
  if (own) return own.getStart(file)
  const last = modifiers.at(-1)
  if (!last) return node.getStart(file)
  const rest = file.text.slice(last.end)
  return last.end + (/^(?:\s|\/\/.*|\/\*[^]*?\*\/)*/.exec(rest)?.[0].length ?? 0)
}

function nameOf(node: ts.SignatureDeclaration, file: ts.SourceFile): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  if (node.name) return memberText(node.name, file)
  let parent: ts.Node = node.parent
  while (ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)) parent = parent.parent
  if ((ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) && ts.isIdentifier(parent.name))
    return parent.name.text
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return memberText(parent.name, file)
  if (ts.isJsxExpression(parent) && ts.isJsxAttribute(parent.parent)) return parent.parent.name.getText(file)
  if (ts.isExportAssignment(parent)) return 'default'
  if (ts.isBinaryExpression(parent) && ts.isIdentifier(parent.left) && parent.operatorToken.getText(file).endsWith('=')) return parent.left.text
  if (ts.isFunctionDeclaration(node)) return 'default'
  return (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression !== node ? takerOf(parent.expression) : ''
}

function takerOf(callee: ts.Expression): string {
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : ts.isIdentifier(callee) ? callee : undefined
  return name === undefined ? '' : `${name.text} ƒ`
}

const memberText = (name: ts.PropertyName | ts.BindingName, file: ts.SourceFile): string =>
  ts.isStringLiteral(name) ? name.text : name.getText(file)
