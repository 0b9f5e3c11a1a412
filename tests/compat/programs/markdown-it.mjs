import MarkdownIt from 'markdown-it'
import { TEXTS } from './markdown-texts.mjs'

export const modules = { MarkdownIt, instance: new MarkdownIt() }

export async function run(log, { isFull }) {
  for (let round = 0; round < (isFull ? 20 : 1); round++)
    for (const [preset, options] of [
      ['default', {}],
      ['commonmark', {}],
      ['zero', {}],
      ['default', { html: true, linkify: true, typographer: true, breaks: true, xhtmlOut: true }],
    ]) {
      const md = new MarkdownIt(preset, { ...options, highlight: (code, lang) => (lang ? `<pre>${lang}:${code.length}</pre>` : '') })
      for (const text of TEXTS) {
        log.attempt('render', () => md.render(text, { round }))
        log.attempt('inline', () => md.renderInline(text))
        log(
          md
            .parse(text, {})
            .map(({ type, nesting, map, level }) => `${type}${nesting}${map}${level}`)
            .join(),
        )
      }
    }
  const md = new MarkdownIt()
  md.use(plugin => {
    plugin.core.ruler.push('count', state => void (state.env.count = state.tokens.length))
    plugin.inline.ruler.before('emphasis', 'at', (state, silent) => {
      if (state.src[state.pos] !== '@') return false
      if (!silent) state.push('at', 'b', 0).content = '@'
      state.pos++
      return true
    })
    plugin.renderer.rules.at = tokens => `<at ${tokens.length}>`
    plugin.block.ruler.disable('table')
  })
  const env = {}
  log(md.render('a @b *c*\n\n| a |\n|---|', env), env)
  md.enable('table')
  log(md.render('| a |\n|---|\n| 1 |'))
  for (const wrong of [undefined, null, 1, {}]) log.attempt('wrong', () => md.render(wrong))
  log.attempt('rule', () => md.enable('nosuch'))
  log.attempt('preset', () => new MarkdownIt('nosuch'))
  log.attempt('ruler', () => md.core.ruler.before('nosuch', 'x', () => {}))
}
