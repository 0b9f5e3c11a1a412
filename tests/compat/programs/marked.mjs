import * as marked from 'marked'
import { TEXTS } from './markdown-texts.mjs'

export const modules = { marked }

export async function run(log, { isFull }) {
  const { Marked, Renderer, Lexer, Parser, walkTokens } = marked
  const variants = [{}, { gfm: false }, { breaks: true }, { pedantic: true }, { silent: true }]
  for (let round = 0; round < (isFull ? 20 : 1); round++)
    for (const options of variants)
      for (const text of TEXTS) {
        log.attempt('parse', () => marked.parse(text, options))
        log.attempt('inline', () => marked.parseInline(text, options))
        const tokens = Lexer.lex(text, options)
        const types = []
        walkTokens(tokens, token => void types.push(token.type))
        log(types.join(), Parser.parse(tokens, options).length)
      }
  const renderer = new Renderer()
  renderer.heading = function ({ tokens, depth }) {
    return `<h${depth} data-x>${this.parser.parseInline(tokens)}</h${depth}>`
  }
  const extended = new Marked(
    { renderer, async: true },
    {
      extensions: [
        {
          name: 'mark',
          level: 'inline',
          start: src => src.indexOf('=='),
          tokenizer: src => {
            const match = /^==([^=]+)==/.exec(src)
            return match ? { type: 'mark', raw: match[0], text: match[1] } : undefined
          },
          renderer: token => `<mark>${token.text}</mark>`,
        },
      ],
      hooks: { preprocess: text => `${text}\n\n==end==`, postprocess: html => html.trim() },
      walkTokens: async token => {
        await null
        if (token.type === 'link') token.title = 'walked'
      },
    },
  )
  for (const text of TEXTS) await log.attempt('extended', () => extended.parse(text))
  for (const wrong of [undefined, null, 1, {}, []]) log.attempt('wrong', () => marked.parse(wrong))
  for (const wrong of [undefined, {}]) await log.attempt('wrong async', () => marked.parse(wrong, { async: true }))
  log.attempt('bad extension', () => new Marked({ extensions: [{}] }))
  log.attempt('bad tokens', () => Parser.parse([{ type: 'nosuch' }]))
}
