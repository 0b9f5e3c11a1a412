/**
 * Who may talk to the collector. Three independent checks: the Host header (a web site whose name is pointed at 127.0.0.1 cannot
 * reach us), the Origin (a page of a foreign site cannot send or read), and the token (another user of the machine cannot either).
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { HindscopeError, TOKEN_PARAM } from '@hindscope/protocol'

export const TOKEN_COOKIE = 'hindscope_token'

export interface AccessRules {
  readonly token: string
  readonly allowedOrigins: readonly string[]
  /** Names besides loopback that the collector was told to listen on. */
  readonly hosts: readonly string[]
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Equal texts, compared in the same time whatever they are. */
export function isSameToken(given: string | undefined, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given ?? ''), digest(expected)) && given !== undefined
}

export function checkHost(request: IncomingMessage, rules: AccessRules): void {
  const host = request.headers.host ?? ''
  const name = host.replace(/:\d+$/, '').toLowerCase()
  if (!LOOPBACK.has(name) && !rules.hosts.includes(name)) throw new HindscopeError('collector-host', { host: host || '(none)' })
}

/** No Origin is not a browser; loopback pages of any port are the user's own. */
export function checkOrigin(request: IncomingMessage, rules: AccessRules): void {
  const { origin } = request.headers
  if (origin === undefined || rules.allowedOrigins.includes(origin) || isLoopbackOrigin(origin)) return
  throw new HindscopeError('collector-origin', { origin })
}

function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false
  const { protocol, hostname } = new URL(origin)
  return (protocol === 'http:' || protocol === 'https:') && (LOOPBACK.has(hostname) || hostname.endsWith('.localhost'))
}

/** `Authorization: Bearer`, `?token=`, or the page's cookie; throws `collector-token`. */
export function checkToken(request: IncomingMessage, url: URL, rules: AccessRules): void {
  if (!hasToken(request, url, rules)) throw new HindscopeError('collector-token')
}

export function hasToken(request: IncomingMessage, url: URL, rules: AccessRules): boolean {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (isSameToken(bearer, rules.token) || isSameToken(url.searchParams.get(TOKEN_PARAM) ?? undefined, rules.token)) return true
  return isOwnPage(request) && cookiesOf(request).some(value => isSameToken(value, rules.token))
}

/** Cookies do not tell ports apart, so a page of another local server would send ours along: its Origin gives it away. */
function isOwnPage(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
}

/** Several collectors on one machine share the cookie jar, so each also sets a cookie named after its port. */
export const cookieNames = (port: number): readonly string[] => [TOKEN_COOKIE, `${TOKEN_COOKIE}_${port}`]

function cookiesOf(request: IncomingMessage): string[] {
  return (request.headers.cookie ?? '')
    .split(';')
    .map(pair => pair.trim().split('='))
    .filter(([name]) => name === TOKEN_COOKIE || name?.startsWith(`${TOKEN_COOKIE}_`))
    .map(([, ...value]) => decodeCookie(value.join('=')))
}

function decodeCookie(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // SAFE: a cookie that is no URI text is not ours and matches no token.
    return ''
  }
}
