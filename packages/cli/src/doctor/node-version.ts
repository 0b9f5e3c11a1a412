import type { Check } from './check.ts'

/** `^20.19.0 || >=22.12.0`: the floor of unplugin and Vite, and of module.registerHooks' stand-ins that the register entry needs. */
export const isSupportedNode = (version: string): boolean => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
}

export function checkNode(version: string): Check {
  const status = isSupportedNode(version) ? 'ok' : 'problem'
  const check = { id: 'node', status, title: `Node ${version}`, details: ['needed: ^20.19.0 || >=22.12.0'] } as const
  return status === 'ok' ? check : { ...check, fix: 'Install a newer Node.' }
}
