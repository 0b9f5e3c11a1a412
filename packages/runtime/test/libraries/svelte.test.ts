import { afterAll, expect, test } from 'vitest'
import { closeBrowser, openApp, recordedBy, rendersOf } from './pages.ts'
import type { AppWish, Recorded } from './pages.ts'

afterAll(closeBrowser)

const app: AppWish = { app: 'svelte-app.js', conditions: ['browser', 'development'] }
const RENDERS: Readonly<Record<string, string[]>> = {
  start: [],
  mount: [],
  count: [
    'update Runes derived isLarge: state count < count',
    'update Runes derived twice: state count < count',
    'update Runes effect: state count, twice < count',
    'update Runes effect: state twice < count',
  ],
  'same value': [],
  both: [
    'update Runes derived isLarge: state count < both',
    'update Runes derived twice: state count < both',
    'update Runes effect: state count, other, twice < both',
    'update Runes effect: state twice < both',
  ],
  large: [
    'update Runes derived isLarge: state count < large',
    'update Runes effect: state isLarge < large',
    'update Runes derived twice: state count < large',
    'update Runes effect: state count, twice < large',
    'update Runes effect: state twice < large',
    'update Runes effect: state isLarge < large',
  ],
  larger: [
    'update Runes derived isLarge: state count < larger',
    'update Runes_child effect: state count < larger',
    'update Runes derived twice: state count < larger',
    'update Runes effect: state count, twice < larger',
    'update Runes effect: state twice < larger',
  ],
  // What lies inside an object is not met.
  inside: [],
  replace: ['update Runes effect: state user < replace'],
  unmount: [],
}
const recorded: AppWish = { ...app, adapter: 'svelte', isInstrumented: true }

test('states with who wrote them, and what ran again because of them; nothing else differs', async () => {
  const run = async (wish: AppWish): Promise<{ log: unknown; said: string[]; recorded: Recorded | undefined }> => {
    const { page, said } = await openApp(wish)
    const log = await page.evaluate('run()')
    const told = wish.adapter === undefined ? undefined : await recordedBy(page)
    await page.close()
    return { log, said, recorded: told }
  }
  const plain = await run(app)
  const probed = await run(recorded)
  expect([probed.log, probed.said, probed.recorded?.errors]).toEqual([plain.log, plain.said, {}])

  expect(rendersOf(probed.recorded as Recorded)).toEqual(RENDERS)
  const states = probed.recorded?.dump.split('\n').filter(line => line.startsWith('state-'))
  expect(states).toEqual([
    'state-snapshot #1 → ["count", {value: 0}]',
    'state-snapshot #1 → ["other", {value: "a"}]',
    'state-snapshot #1 → ["user", {}]',
    expect.stringMatching(/^state-change #\d+ → \["count", "value", 0, 1\]$/),
    expect.stringMatching(/^state-change #\d+ → \["count", "value", 1, 2\]$/),
    expect.stringMatching(/^state-change #\d+ → \["other", "value", "a", "b"\]$/),
    expect.stringMatching(/^state-change #\d+ → \["count", "value", 2, 6\]$/),
    expect.stringMatching(/^state-change #\d+ → \["count", "value", 6, 7\]$/),
  ])
}, 60_000)

test('detached, nothing more is told', async () => {
  const { page } = await openApp(recorded)
  await page.evaluate('run(["mount"])')
  await page.evaluate('recorder.uninstall(); more()')
  const { dump } = await recordedBy(page)
  expect(dump).not.toContain('state-change')
}, 60_000)
