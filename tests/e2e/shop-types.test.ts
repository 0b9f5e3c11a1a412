import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

it('the shop is as typed as it looks', () => {
  const { status, stdout } = spawnSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', at('playground/shop')], { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})
