/** Another Node, where one is at hand. */
import { execFileSync } from 'node:child_process'

/** Path of Node 24; '' without a network to get it from. */
export function newestNode(): string {
  try {
    const path = execFileSync('npx', ['-y', '-p', 'node@24', 'node', '-p', 'process.execPath'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    })
    return path.trim().split('\n').at(-1) ?? ''
  } catch {
    return ''
  }
}
