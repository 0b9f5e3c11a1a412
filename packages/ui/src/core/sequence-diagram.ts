/** Where the lines of a sequence diagram stand, and the diagram as text: SVG of its own and Mermaid. */
import type { Lifeline, SequenceArrow, SequenceLoop, SequencePage } from '@hindscope/protocol'

export const CSS_LIFELINE = 130
const CSS_NARROW = 64
const CSS_MARGIN = 56

export interface DiagramColumns {
  readonly cssWidth: number
  readonly cssStep: number
}

/** As wide as there is room; not narrower than a name can be read. */
export function diagramColumns(lifelines: number, cssRoom: number): DiagramColumns {
  const steps = Math.max(1, lifelines - 1)
  const cssStep = Math.max(CSS_NARROW, Math.min(CSS_LIFELINE * 2, (cssRoom - CSS_MARGIN * 2) / steps))
  return { cssStep, cssWidth: CSS_MARGIN * 2 + steps * cssStep }
}

export const lifelineX = ({ cssStep }: DiagramColumns, index: number): number => Math.round(CSS_MARGIN + index * cssStep) + 0.5

export const lifelineText = ({ name, kind, of }: Lifeline): string =>
  kind === 'group' ? `${shortPath(name)} (${of})` : kind === 'module' ? shortPath(name) : name

/** The last two parts: what the others have in common says nothing. */
const shortPath = (path: string): string => path.replace(/\/$/, '').split('/').slice(-2).join('/')

const isDashed = ({ kind }: SequenceArrow): boolean => kind === 'answer' || kind === 'cause'

export const arrowClass = (arrow: SequenceArrow): string =>
  `arrow arrow-${arrow.kind}${isDashed(arrow) ? ' arrow-dashed' : ''}${arrow.failed ? ' arrow-failed' : ''}`

/** The loop that the arrow is in. */
export const loopAt = (loops: readonly SequenceLoop[], index: number): SequenceLoop | undefined =>
  loops.find(({ at, arrows }) => index >= at && index < at + arrows)

export function arrowText(arrow: SequenceArrow, lifelines: readonly Lifeline[], loop: SequenceLoop | undefined): string {
  const name = (index: number): string => lifelines[index]?.name ?? ''
  const failed = arrow.failed ? ', failed' : ''
  return `${name(arrow.from)} to ${name(arrow.to)}: ${arrow.kind} ${arrow.name}${failed}${loop ? `, in a loop of ${loop.times}` : ''}`
}

const CSS_ROW = 26
const CSS_HEAD = 40
const MOST_LETTERS = 60
const cut = (text: string, letters = MOST_LETTERS): string => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text)
const xml = (text: string): string =>
  // Control characters have no form in XML.
  [...text]
    .filter(letter => letter >= ' ')
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

type Drawn = Pick<SequencePage, 'lifelines' | 'arrows' | 'loops'>

/** A document of its own: readable without this page, on light and dark ground. */
export function sequenceSvg({ lifelines, arrows, loops }: Drawn): string {
  const columns = diagramColumns(lifelines.length, lifelines.length * CSS_LIFELINE + CSS_MARGIN)
  const cssHeight = CSS_HEAD + arrows.length * CSS_ROW + CSS_ROW
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns.cssWidth} ${cssHeight}" width="${columns.cssWidth}" height="${cssHeight}" font-family="system-ui, sans-serif" font-size="11">`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke"/></marker></defs>',
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
  ]
  lifelines.forEach((lifeline, index) => {
    const x = lifelineX(columns, index)
    parts.push(`<text x="${x}" y="22" text-anchor="middle" font-weight="600" fill="#16191d">${xml(cut(lifelineText(lifeline), 22))}</text>`)
    parts.push(`<line x1="${x}" y1="30" x2="${x}" y2="${cssHeight - 8}" stroke="#b7bfca"/>`)
  })
  for (const { at, arrows: length, times } of loops) {
    const y = CSS_HEAD + at * CSS_ROW
    parts.push(
      `<rect x="6" y="${y}" width="${columns.cssWidth - 12}" height="${length * CSS_ROW}" fill="none" stroke="#7b8694" stroke-dasharray="3 3"/>`,
    )
    parts.push(`<text x="10" y="${y + 12}" fill="#454d57">×${times}</text>`)
  }
  arrows.forEach((arrow, index) => {
    const [x1, x2] = [lifelineX(columns, arrow.from), lifelineX(columns, arrow.to)]
    const y = CSS_HEAD + index * CSS_ROW + 18
    const colour = arrow.failed ? '#b3261e' : '#0a5bc4'
    parts.push(
      `<text x="${(x1 + x2) / 2}" y="${y - 4}" text-anchor="middle" fill="${arrow.failed ? '#b3261e' : '#16191d'}">${xml(cut(arrow.name))}</text>`,
    )
    parts.push(
      `<line x1="${x1}" y1="${y}" x2="${x2}" y2="${y}" stroke="${colour}"${isDashed(arrow) ? ' stroke-dasharray="4 3"' : ''} marker-end="url(#head)"/>`,
    )
  })
  return `${parts.join('\n')}\n</svg>\n`
}

/** Names may hold anything, and Mermaid has no quotes: what would end a name or a message is written as entities. */
const mermaid = (text: string): string => cut(text.replaceAll(/\s+/g, ' ')).replaceAll(/[#;:<>"%{}]/g, sign => `#${sign.charCodeAt(0)};`)

const MERMAID_ARROWS: Readonly<Record<SequenceArrow['kind'], string>> = { call: '->>', cause: '-->>', request: '->>', message: '-)', answer: '-->>' }

export function sequenceMermaid({ lifelines, arrows, loops }: Drawn): string {
  const lines = ['sequenceDiagram']
  lifelines.forEach((lifeline, index) => lines.push(`  participant L${index} as ${mermaid(lifelineText(lifeline)) || '?'}`))
  arrows.forEach((arrow, index) => {
    const loop = loopAt(loops, index)
    if (loop?.at === index) lines.push(`  loop ${loop.times} times`)
    const sign = arrow.failed && arrow.kind !== 'message' ? MERMAID_ARROWS[arrow.kind].replace('>>', 'x') : MERMAID_ARROWS[arrow.kind]
    lines.push(`  ${loop ? '  ' : ''}L${arrow.from}${sign}L${arrow.to}: ${mermaid(arrow.name) || '?'}`)
    if (loop && index === loop.at + loop.arrows - 1) lines.push('  end')
  })
  return `${lines.join('\n')}\n`
}
