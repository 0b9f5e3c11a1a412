/**
 * A trace as a text of at most `maxLines` lines: the chains that tell most, each as a tree over all realms. What is left out is counted
 * where it would stand.
 */
import { allNodes } from './trace-client.mjs'

const MAX_NODES = 400

/** Chains that began in a page: root node, its descendants, and what is in them. */
export async function readChains(client, session) {
  const pages = session.tracks.filter(track => track.realmKind === 'page').map(track => track.track)
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

/** Picks chains by what they show (more realms, errors, SQL depth), prints them in order of time. */
export function formatChains(chains, session, { maxLines = 60 } = {}) {
  const worth = chain => (chain.tracks.size > 1 ? 4 : 0) + (chain.hasError ? 3 : 0) + Math.min(chain.size / 20, 2)
  const chosen = chains
    .toSorted((a, b) => worth(b) - worth(a))
    .slice(0, 6)
    .filter(chain => worth(chain) > 1)
  chosen.sort((a, b) => a.tree.node.startUs - b.tree.node.startUs)
  const share = Math.floor((maxLines - chosen.length - 1) / Math.max(1, chosen.length))
  const lines = []
  for (const chain of chosen) {
    const startMs = (chain.tree.node.startUs - session.firstUs) / 1000
    lines.push(`+${startMs.toFixed(0)} ms`)
    lines.push(...branchLines(chain.tree, session, chooseNodes(chain, share - 1)))
  }
  const left = chains.length - chosen.length
  if (left > 0) lines.push(`… and ${left} more chains that began in the page`)
  return lines
}

/** The nodes to print: breadth first, so that depth is cut before width, but the way down to errors and to other realms always. */
function chooseNodes(chain, limit) {
  const chosen = new Set()
  const rank = new Map()
  const visit = ({ node, children }, path) => {
    const way = [...path, node]
    const isTelling = node.outcome === 'threw' || node.kind === 'activity' || (node.ref.track !== chain.tree.node.ref.track && children.length === 0)
    rank.set(node, way)
    if (isTelling) telling.push(way)
    for (const child of children) visit(child, way)
  }
  const telling = []
  visit(chain.tree, [])
  const add = way => {
    const missing = way.filter(node => !chosen.has(node))
    if (chosen.size + missing.length <= limit) for (const node of missing) chosen.add(node)
  }
  for (const way of telling.toSorted((a, b) => order(a) - order(b))) add(way)
  for (const way of [...rank.values()].toSorted((a, b) => a.length - b.length)) add(way)
  return chosen
}

const order = way => (way.at(-1).outcome === 'threw' ? 0 : 1)

function branchLines(tree, session, chosen) {
  const lines = []
  const walk = ({ node, children }, prefix, joint, track) => {
    lines.push(`${prefix}${joint}${nodeLine(node, session, node.ref.track === track ? undefined : node.ref.track)}`)
    const inner = `${prefix}${joint === '' ? '' : joint.startsWith('└') ? '   ' : '│  '}`
    const kept = children.filter(child => chosen.has(child.node))
    const hidden = children.length - kept.length
    for (const [index, child] of kept.entries()) walk(child, inner, index === kept.length - 1 && hidden === 0 ? '└─ ' : '├─ ', node.ref.track)
    if (hidden > 0 && kept.length > 0) lines.push(`${inner}└─ … ${hidden} more`)
  }
  walk(tree, '', '', undefined)
  return lines
}

const MAX_WIDTH = 150

function nodeLine(node, session, track) {
  const realm = track === undefined ? '' : `[${session.tracks.find(item => item.track === track)?.realmKind}] `
  const mark = node.outcome === 'threw' || node.outcome === 'unwound' ? ' ✗' : ''
  const took = node.durationUs === undefined ? '' : `  ${(node.durationUs / 1000).toFixed(1)} ms`
  const where = node.location === undefined ? '' : `  ${node.location.file}:${node.location.line}`
  const tail = `${mark}${took}${where}`
  const head = `${realm}${node.name}${node.preview}`.replace(/\s+/g, ' ')
  const room = MAX_WIDTH - tail.length
  return `${head.length > room ? `${head.slice(0, room - 1)}…` : head}${tail}`
}
