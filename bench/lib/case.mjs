// Shared by the bench files: reading the variant in the child process, and Markdown tables in the parent.
import { pathToFileURL } from 'node:url'

/** Runs `measure(variant)` and prints its figures when this file is the process's own script; does nothing when imported. */
export async function whenCase(meta, measure) {
  if (!process.argv[1] || pathToFileURL(process.argv[1]).href !== meta.url) return
  console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]))))
  process.exit(0)
}

export function table(head, rows) {
  return [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map(row => `| ${row.join(' | ')} |`)].join('\n')
}

export const find = (rows, match) => rows.find(row => Object.entries(match).every(([key, value]) => row.variant[key] === value))
export const median = values => values.toSorted((a, b) => a - b)[values.length >> 1]
export const fixed = (value, digits = 2) => value.toFixed(digits)
