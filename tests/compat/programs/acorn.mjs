/** By `require`: the ES module of acorn is the one that the instrumenter itself runs on, loaded before any hook. */
import { createRequire } from 'node:module'
import { BROKEN, PROGRAMS } from './javascript-texts.mjs'

const acorn = createRequire(import.meta.url)('acorn')

export const modules = { acorn }

export async function run(log, { isFull }) {
  const variants = [
    { ecmaVersion: 'latest', sourceType: 'script' },
    { ecmaVersion: 'latest', sourceType: 'module', locations: true, ranges: true },
    { ecmaVersion: 5 },
    { ecmaVersion: 2015, preserveParens: true, allowHashBang: true, allowReturnOutsideFunction: true },
  ]
  for (let round = 0; round < (isFull ? 20 : 1); round++)
    for (const options of variants)
      for (const text of [...PROGRAMS, ...BROKEN]) {
        const tokens = []
        const comments = []
        log.attempt('parse', () =>
          JSON.stringify(acorn.parse(text, { ...options, onToken: tokens, onComment: comments }), (_, v) => (typeof v === 'bigint' ? String(v) : v)),
        )
        log(tokens.map(token => `${token.type.label}:${token.start}`).join(), comments.length)
        log.attempt('tokenizer', () => [...acorn.tokenizer(text, options)].length)
        log.attempt('at', () => acorn.parseExpressionAt(text, 0, options).type)
      }
  class Extended extends acorn.Parser {
    parseStatement(...rest) {
      return super.parseStatement(...rest)
    }
  }
  const plugin = Base =>
    class extends Base {
      readToken(code) {
        return code === 64 ? this.raise(this.pos, 'no at sign here') : super.readToken(code)
      }
    }
  for (const text of PROGRAMS)
    log.attempt('extended', () => Extended.extend(plugin).parse(text, { ecmaVersion: 2024, sourceType: 'module' }).body.length)
  log.attempt('raise', () => Extended.extend(plugin).parse('@x', { ecmaVersion: 2024 }))
  log(acorn.getLineInfo('a\nb', 3), acorn.isIdentifierStart(0x61), acorn.version)
  const own = acorn.parse.toString()
  log.attempt('own text', () => acorn.parse(`(${own})`, { ecmaVersion: 2024 }).end)
}
