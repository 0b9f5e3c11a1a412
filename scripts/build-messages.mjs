#!/usr/bin/env node
// Generates packages/protocol/src/messages.ts from docs/messages/*.md. `--check` only compares and fails when they differ.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'docs/messages')
const target = join(root, 'packages/protocol/src/messages.ts')

const messages = new Map()
for (const file of readdirSync(source)
  .filter(name => name.endsWith('.md'))
  .sort()) {
  for (const section of readFileSync(join(source, file), 'utf8').split(/^## /m).slice(1)) {
    const code = section.slice(0, section.indexOf('\n')).trim()
    const why = /^> (.+)$/m.exec(section)?.[1]
    const fix = /^\*\*Fix:\*\* (.+)$/m.exec(section)?.[1]
    const problem = !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code)
      ? 'is not kebab-case'
      : !why || !fix
        ? 'needs a quoted line and a **Fix:** line'
        : messages.has(code)
          ? 'is defined twice'
          : ''
    if (problem) {
      console.error(`docs/messages/${file}: "${code}" ${problem}`)
      process.exit(1)
    }
    messages.set(code, { why, fix })
  }
}

const rows = [...messages]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(
    ([code, { why, fix }]) =>
      `  ${/^[a-z]+$/.test(code) ? code : `'${code}'`}: {\n    why: ${JSON.stringify(why)},\n    fix: ${JSON.stringify(fix)},\n  },`,
  )
const text = `// Generated from docs/messages by scripts/build-messages.mjs; do not edit.

export type MessageCode =
${[...messages.keys()]
  .sort()
  .map(code => `  | '${code}'`)
  .join('\n')}

export const MESSAGES: Readonly<Record<MessageCode, { readonly why: string; readonly fix: string }>> = {
${rows.join('\n')}
}
`
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('packages/protocol/src/messages.ts is out of date: run node scripts/build-messages.mjs')
    process.exit(1)
  }
} else {
  writeFileSync(target, text)
}
