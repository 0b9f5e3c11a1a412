import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** An entry of protocol's MESSAGES, in its sources or built. */
const ENTRY = /(["']?)([a-z0-9-]+)\1: \{\s*why: "(?:[^"\\]|\\.)*",\s*fix: "(?:[^"\\]|\\.)*",?\s*\},?/g

/** Texts that only builds, servers and stores have use for stay out of the page; the worker, which has a store, keeps them. */
export function pageMessages(src: string): Plugin {
  const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(name => /\.tsx?$/.test(name) && !name.startsWith('worker'))
  const text = sources.map(name => readFileSync(join(src, name), 'utf8')).join('\n')
  // What protocol itself says about ids, values and queries can come up in a page, whoever is named where.
  const isUsed = (code: string): boolean => /^(id|bytes|value|chunk|query|subscription|expression)-/.test(code) || text.includes(`'${code}'`)
  return {
    name: 'page-messages',
    enforce: 'pre',
    transform(code, id) {
      if (!/[\\/]protocol[\\/](src[\\/]messages\.ts|dist[\\/]index\.mjs)$/.test(id)) return undefined
      let left = 0
      const shorter = code.replace(ENTRY, (entry, _, name: string) => (isUsed(name) ? entry : (left++, '')))
      if (left === 0) this.error('no message was found in @hindscope/protocol: page-messages.ts no longer reads how they are written')
      return { code: shorter, map: null }
    },
  }
}
