/**
 * A trace as a text of at most `maxLines` lines: the chains that tell most, each as a tree over all realms. What is left out is counted
 * where it would stand.
 */
import { allNodes } from './trace-client.mjs'

const MAX_NODES = 400

/** Chains that began in a page, or in realms of another kind: root node, its descendants, and what is in them. */
export async function readChains(client, session, realmKind = 'page') {
  const pages = session.tracks.filter(track => track.realmKind === realmKind).map(track => track.track)
  const roots = await allNodes(client, { tracks: pages })
  const chains = []
  for (const node of roots) chains.push(await readChain(client, node))
  return chains
}

async function readChain(client, root) {
  const budget = { left: MAX_NODES }
  const tree = await readBranch(client, root, budget)
  const nodes = flatten(tree)
  return {
    tree,
    size: nodes.length,
    isWhole: budget.left > 0,
    tracks: new Set(nodes.map(node => node.ref.track)),
    hasError: root.hasErrorBelow || root.outcome === 'threw',
    nodes,
  }
}

async function readBranch(client, node, budget) {
  budget.left--
  const children = []
  if (node.childCount > 0 && budget.left > 0) {
    for (const child of await allNodes(client, { parent: node.ref })) children.push(await readBranch(client, child, budget))
  }
  return { node, children }
}

const flatten = ({ node, children }) => [node, ...children.flatMap(flatten)]

const MAX_CHAINS = 3

/** Picks chains by what they show (several realms, errors, size), each kind of chain once, and prints them in order of time. */
export function formatChains(chains, session, { maxLines = 66 } = {}) {
  const worth = chain => (chain.tracks.size > 1 ? 4 : 0) + (chain.hasError ? 3 : 0) + Math.min(chain.size / 20, 2)
  const kinds = new Map()
  for (const chain of chains.toSorted((a, b) => worth(b) - worth(a))) {
    const kind = [...new Set(chain.nodes.map(node => node.name))].slice(0, 6).join()
    if (worth(chain) > 1 && !kinds.has(kind)) kinds.set(kind, chain)
  }
  const chosen = [...kinds.values()].slice(0, MAX_CHAINS).sort((a, b) => a.tree.node.startUs - b.tree.node.startUs)
  const share = Math.floor((maxLines - 1) / Math.max(1, chosen.length)) - 1
  const lines = []
  for (const chain of chosen) {
    const startMs = (chain.tree.node.startUs - session.firstUs) / 1000
    lines.push(`${startMs.toFixed(0)} ms after the start:`)
    lines.push(...chainLines(chain.tree, session, share))
  }
  const left = chains.filter(chain => chain.size > 1).length - chosen.length
  if (left > 0) lines.push(`… and ${left} more chains that began in the page`)
  return lines
}

/** As many nodes as fit: a line each, and one wherever something is left out. */
function chainLines(tree, session, limit) {
  const folded = fold(tree)
  for (let count = limit; ; count--) {
    const lines = branchLines(folded, session, chooseNodes(folded, count))
    if (lines.length <= limit || count === 1) return lines
  }
}

const FOLD_FROM = 4

/** Siblings of one name beyond three become one with a count. */
function fold({ node, children }) {
  const byName = groupBy(children, child => child.node.name)
  const kept = children.filter(child => {
    const siblings = byName.get(child.node.name)
    return siblings.length < FOLD_FROM || siblings[0] === child
  })
  return { node, times: 1, children: kept.map(child => ({ ...fold(child), times: timesOf(byName.get(child.node.name)) })) }
}

const timesOf = siblings => (siblings.length < FOLD_FROM ? 1 : siblings.length)

function groupBy(items, keyOf) {
  const groups = new Map()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

/** The ways down to what tells most come first (errors, the longest calls in other realms, activities), then breadth. */
function chooseNodes(tree, limit) {
  const home = tree.node.ref.track
  const ways = []
  const visit = ({ node, children }, above) => {
    const way = [...above, node]
    ways.push(way)
    for (const child of children) visit(child, way)
  }
  visit(tree, [])
  const rank = way => {
    const node = way.at(-1)
    if (node.outcome === 'threw') return 0
    if (node.ref.track !== home) return 1
    return node.kind === 'activity' ? 2 : 3
  }
  const longestFirst = (a, b) => (rank(a) === 1 ? (b.at(-1).durationUs ?? 0) - (a.at(-1).durationUs ?? 0) : 0)
  const byDepth = (a, b) => (rank(a) === 0 ? b.length - a.length : a.length - b.length)
  const chosen = new Set()
  for (const way of ways.toSorted((a, b) => rank(a) - rank(b) || longestFirst(a, b) || byDepth(a, b))) {
    const missing = way.filter(node => !chosen.has(node))
    if (chosen.size + missing.length <= limit) for (const node of missing) chosen.add(node)
  }
  chosen.add(tree.node)
  return chosen
}

function branchLines(tree, session, chosen) {
  const lines = []
  const walk = ({ node, times, children }, prefix, joint, track) => {
    const count = times > 1 ? `${times}× ` : ''
    lines.push(`${prefix}${joint}${count}${nodeLine(node, session, { isNewRealm: node.ref.track !== track, indent: prefix.length + joint.length })}`)
    const inner = `${prefix}${joint === '' ? '' : joint.startsWith('└') ? '   ' : '│  '}`
    const kept = children.filter(child => chosen.has(child.node))
    const hidden = children.length - kept.length
    for (const [index, child] of kept.entries()) walk(child, inner, index === kept.length - 1 && hidden === 0 ? '└─ ' : '├─ ', node.ref.track)
    if (hidden > 0 && kept.length > 0) lines.push(`${inner}└─ … ${hidden} more`)
  }
  walk(tree, '', '', undefined)
  return lines
}

const MAX_WIDTH = 160

function nodeLine(node, session, { isNewRealm, indent }) {
  const realm = isNewRealm ? `[${session.tracks.find(item => item.track === node.ref.track)?.realmKind}] ` : ''
  const mark = node.outcome === 'threw' || node.outcome === 'unwound' ? ' ✗' : ''
  const took = node.durationUs === undefined ? '' : `  ${(node.durationUs / 1000).toFixed(1)} ms`
  const where = node.location === undefined ? '' : `  ${node.location.file}:${node.location.line}`
  const tail = `${mark}${took}${where}`
  // eslint-disable-next-line no-control-regex -- a recorded text must not be able to rewrite the terminal
  const head = `${realm}${node.name}${node.preview}`.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
  const room = Math.max(20, MAX_WIDTH - indent - tail.length)
  return `${head.length > room ? `${head.slice(0, room - 1)}…` : head}${tail}`
}
