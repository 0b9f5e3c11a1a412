import { Failure } from './failure.mjs'

export const NODE_RANGE = '^20.19.0 || >=22.12.0'

/** Throws unless this Node is one that Vite 8 and unplugin run on. */
export function requireNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
  if (!fits) throw new Failure(`Node ${version} is not supported: Hindscope needs ${NODE_RANGE}. Install a current Node from https://nodejs.org.`)
}
