/** One process of scripts/conformance.mjs: answers each list of files with what became of them, plain and instrumented. */
import { readFileSync } from 'node:fs'
import createHost from './host.mjs'
import { frontMatter, modesOf, runFile } from './test262.mjs'

// Tests reject promises on purpose, and throw in jobs.
process.on('uncaughtException', () => {})
process.on('unhandledRejection', () => {})

process.on('message', async ({ suite, files, level }) => {
  // `none` asks whether files end the process without any code of ours.
  const transform = level === 'none' ? undefined : await createHost({ level })
  for (const file of files) {
    process.send({ started: file })
    const source = readFileSync(file, 'utf8')
    const matter = frontMatter(source)
    for (const { strict } of modesOf(source, matter)) {
      const run = { suite, file, source, matter, strict }
      const plain = await runFile(run)
      if (plain !== '') process.send({ result: 'fails-plain', file, strict, why: plain })
      else if (transform) {
        const why = await runFile({ ...run, transform })
        process.send({ result: why === '' ? 'same' : 'lost', file, strict, why })
      }
    }
  }
  process.send({ finished: true, events: transform?.recorded() ?? 0 })
})
