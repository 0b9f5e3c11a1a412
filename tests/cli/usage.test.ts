/** Help, wrong usage, and doctor in folders that are empty, configured, or wrong. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { folder, hindscope } from './command-line.ts'

interface Report {
  readonly ok: boolean
  readonly checks: readonly {
    readonly id: string
    readonly status: string
    readonly title: string
    readonly details: readonly string[]
    readonly fix?: string
  }[]
}

describe('usage', () => {
  test('help has every command, examples and the exit codes', async () => {
    using empty = folder()
    const help = await hindscope(['--help'], { cwd: empty.dir })
    expect(help.exitCode).toBe(0)
    for (const command of ['run', 'open', 'query', 'tail', 'info', 'export', 'doctor']) expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
    expect(help.stdout).toContain('Exit codes:')
    for (const command of ['run', 'open', 'query', 'tail', 'info', 'export', 'doctor']) {
      const each = await hindscope([command, '--help'], { cwd: empty.dir })
      expect(each.exitCode).toBe(0)
      expect(each.stdout).toMatch(/Examples?:\n {2}\S/)
    }
  })

  test.each([[['recrod']], [['run']], [['query', '--no-such-option']], [['export']], [[]]])('%j is wrong usage', async args => {
    using empty = folder()
    const { exitCode, stderr } = await hindscope(args, { cwd: empty.dir })
    expect(exitCode).toBe(2)
    expect(stderr).not.toBe('')
  })

  test('a reader that has enough is no error', () => {
    using empty = folder()
    const bin = createRequire(import.meta.url)
      .resolve('@hindscope/cli')
      .replace('index.mjs', 'main.mjs')
    // The reader is gone before the first byte is written.
    const pipeline = `{ sleep 0.3; "${process.execPath}" "${bin}" doctor; echo "exit $?" >&2; } | true`
    const { stderr } = spawnSync('bash', ['-c', pipeline], { cwd: empty.dir, encoding: 'utf8' })
    expect(stderr).toBe('exit 0\n')
  })

  test('nothing recorded, nothing running', async () => {
    using empty = folder()
    const query = await hindscope(['query'], { cwd: empty.dir })
    expect(query).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[hindscope:cli-no-session]') })
    const tail = await hindscope(['tail'], { cwd: empty.dir })
    expect(tail).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('[hindscope:cli-no-collector]') })
  })
})

describe('doctor', () => {
  const examine = async (
    files: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Report & { readonly exitCode: number }> => {
    using project = folder(files)
    const { exitCode, stdout } = await hindscope(['doctor', '--json'], { cwd: project.dir, env })
    return { exitCode, ...(JSON.parse(stdout) as Report) }
  }
  const check = (report: Report, id: string) => report.checks.find(each => each.id === id)

  test('an empty folder: nothing wrong, and what is missing is said', async () => {
    const report = await examine({})
    expect(report).toMatchObject({ exitCode: 0, ok: true })
    expect(report.checks.map(each => [each.id, each.status])).toEqual([
      ['node', 'ok'],
      ['bundlers', 'note'],
      ['config', 'ok'],
      ['files', 'note'],
      ['collector', 'note'],
      ['manifests', 'note'],
      ['sessions', 'note'],
    ])
    using empty = folder()
    expect((await hindscope(['doctor'], { cwd: empty.dir })).stdout).toContain('Nothing stands in the way of recording.')
  })

  test('a configured project: every key with where its value comes from, files counted', async () => {
    const report = await examine(
      {
        'hindscope.config.mjs': "export default { level: 'calls', exclude: ['vendor/**'], token: 'geheim' }\n",
        'package.json': '{"devDependencies":{"vite":"^8.0.0"}}',
        'node_modules/vite/package.json': '{"name":"vite","version":"8.3.8"}',
        'vite.config.ts': "import hindscope from 'hindscope/vite'\nexport default { plugins: [react(), hindscope()] }\n",
        'src/a.ts': 'export const a = 1\n',
        'vendor/b.js': 'b()\n',
      },
      { HINDSCOPE_FLUSH_MS: '50' },
    )
    expect(report.exitCode).toBe(0)
    const details = check(report, 'config')?.details
    for (const line of [
      'level = "calls" (hindscope.config.mjs)',
      'flushMs = 50 (environment)',
      'maxDepth = 4 (defaults)',
      'token = "…" (hindscope.config.mjs)',
    ])
      expect(details).toContain(line)
    expect(check(report, 'files')).toMatchObject({
      status: 'ok',
      details: [expect.stringMatching(/1 file left out \(excluded\), for example vendor.b\.js/)],
    })
    expect(check(report, 'bundler-vite')).toMatchObject({
      status: 'ok',
      title: 'vite 8.3.8',
      details: ['vite.config.ts names the plugin', 'plugins in vite.config.ts: react, hindscope'],
    })
  })

  test.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, string, RegExp]>([
    ['an unknown key', { 'hindscope.config.mjs': 'export default { levle: 1 }\n' }, {}, 'config', /config-unknown-key.*Did you mean "level"/],
    ['a bad value', {}, { HINDSCOPE_LEVEL: 'loud' }, 'config', /config-bad-value.*"loud"/],
    ['recording switched off', {}, { HINDSCOPE: '0' }, 'config', /switched off/],
    ['filters that leave nothing', { 'hindscope.config.mjs': "export default { include: ['lib/**'] }\n", 'a.js': 'a()\n' }, {}, 'files', /0 files/],
    [
      'a collector that is gone',
      { '.hindscope/collector.json': '{"url":"ws://127.0.0.1:1","token":"t","session":"s","pid":1}' },
      {},
      'collector',
      /does not answer/,
    ],
    ['an address that is no JSON', { '.hindscope/collector.json': '{' }, {}, 'collector', /cannot be read/],
    ['a bundler that is not installed', { 'package.json': '{"devDependencies":{"webpack":"^5.0.0"}}' }, {}, 'bundler-webpack', /not installed/],
    [
      'a bundler that is too old',
      { 'package.json': '{"dependencies":{"rollup":"^3.0.0"}}', 'node_modules/rollup/package.json': '{"version":"3.29.0"}' },
      {},
      'bundler-rollup',
      /rollup 3\.29\.0/,
    ],
  ])('%s is a problem with a fix', async (_, files, env, id, title) => {
    const report = await examine(files, env)
    expect(report).toMatchObject({ exitCode: 1, ok: false })
    expect(check(report, id)).toMatchObject({ status: 'problem', title: expect.stringMatching(title), fix: expect.stringMatching(/\w/) })
  })
})
