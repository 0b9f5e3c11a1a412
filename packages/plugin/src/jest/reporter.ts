/** Beside a run of Jest: the collector that its files record into, and what the terminal says about the tests that failed. */
import { basename } from 'node:path'
import { openCollector } from '../core/collector-link.ts'
import type { CollectorLink } from '../core/collector-link.ts'
import { createBuildContext } from '../core/context.ts'
import { failedTestLines } from '../core/failed-tests.ts'
import { DEVELOPMENT } from '../core/production.ts'
import type { HindscopeOptions } from '../types.ts'

/** https://jestjs.io/docs/configuration#custom-reporters */
export default class RunReporter {
  private readonly root: string
  private readonly options: HindscopeOptions
  private link: CollectorLink | undefined
  private sinceMs = 0

  constructor(config: { readonly rootDir: string }, { options }: { readonly options: HindscopeOptions }) {
    this.root = config.rootDir
    this.options = options
  }

  async onRunStart(): Promise<void> {
    this.sinceMs = Date.now()
    const context = createBuildContext('node', this.options)
    context.configure({ root: this.root, mode: DEVELOPMENT })
    const { parts } = context
    if (parts === undefined) return
    try {
      this.link = await openCollector(parts.options, basename(this.root))
    } catch (error) {
      // Files record into files of their own then.
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    }
  }

  async onRunComplete(): Promise<void> {
    const { link } = this
    this.link = undefined
    if (link === undefined) return
    const lines = await failedTestLines(link, this.sinceMs)
    if (lines.length > 0) process.stderr.write(`\n${lines.join('\n')}\n`)
    await link.close()
  }
}
