/** The UI's files. A path decides nothing but which file below the folder is read; everything else is a 404. */
import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname, extname, join, normalize, sep } from 'node:path'
import { TOKEN_PARAM } from '@hindscope/protocol'
import { cookieNames, hasToken, isSameToken } from './access.ts'
import type { AccessRules } from './access.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws://127.0.0.1:* ws://localhost:*; img-src 'self' data:; base-uri 'none'; frame-ancestors 'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*"

/** The built UI beside this package, or undefined when `@hindscope/ui` is not installed. */
export function findUiDir(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@hindscope/ui/package.json')), 'dist')
  } catch {
    // SAFE: a collector without a UI still collects; the page says what is missing.
    return undefined
  }
}

export async function serveUi(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  options: { rules: AccessRules; uiDir: string | undefined },
): Promise<void> {
  const { rules, uiDir } = options
  const given = url.searchParams.get(TOKEN_PARAM)
  if (given !== null && isSameToken(given, rules.token)) return letIn(request, response, url, rules.token)
  if (!hasToken(request, url, rules)) return sendPage(response, 401, TOKEN_PAGE)
  if (uiDir === undefined || !(await isFile(join(uiDir, 'index.html')))) return sendPage(response, 503, NO_UI_PAGE)
  const path = fileFor(uiDir, url.pathname)
  if (path === undefined || !(await isFile(path))) return sendPage(response, 404, NOT_FOUND_PAGE)
  const type = TYPES[extname(path)] ?? 'application/octet-stream'
  const isHashed = url.pathname.startsWith('/assets/')
  response.writeHead(200, { ...headersOf(type), 'cache-control': isHashed ? 'private, max-age=31536000, immutable' : 'no-cache' })
  response.end(request.method === 'HEAD' ? undefined : await readFile(path))
}

/** Pages of the UI have no extension: they are all index.html. undefined = outside the folder. */
function fileFor(uiDir: string, pathname: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    // SAFE: a malformed escape names no file.
    return undefined
  }
  if (decoded.includes('\0')) return undefined
  const path = normalize(join(uiDir, extname(decoded) === '' ? 'index.html' : decoded))
  return path.startsWith(normalize(uiDir) + sep) ? path : undefined
}

/**
 * Token in the address: it moves to a cookie, so that it is in no history, log or shared link. After a click on another site the
 * browser would not send a strict cookie along with a redirect, so such a visit gets a page that goes on by itself.
 */
function letIn(request: IncomingMessage, response: ServerResponse, url: URL, token: string): void {
  const rest = new URLSearchParams(url.searchParams)
  rest.delete(TOKEN_PARAM)
  const query = rest.toString()
  const path = `/${url.pathname.replace(/^\/+/, '')}`
  const target = `${path}${query === '' ? '' : `?${query}`}`
  const cookies = cookieNames(request.socket.localPort ?? 0).map(name => `${name}=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Strict`)
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    response.writeHead(200, { ...headersOf('text/html; charset=utf-8'), 'set-cookie': cookies })
    response.end(`<!doctype html><meta http-equiv="refresh" content="0;url=${escapeHtml(target)}"><title>Hindscope</title>`)
    return
  }
  response.writeHead(302, { location: target, 'set-cookie': cookies, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  response.end()
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

function headersOf(type: string): Record<string, string> {
  const isPage = type.startsWith('text/html')
  return {
    'content-type': type,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...(isPage ? { 'content-security-policy': CSP, 'cache-control': 'no-store' } : {}),
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    // SAFE: not there is the answer.
    return false
  }
}

function sendPage(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, headersOf('text/html; charset=utf-8'))
  response.end(body)
}

const page = (title: string, text: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${title}</title>
<style>body{font:16px/1.5 system-ui;max-width:36em;margin:4em auto;padding:0 1em}code{background:#8882;padding:.1em .3em}</style>
<h1>${title}</h1>${text}</html>
`

const TOKEN_PAGE: string = page(
  'Hindscope needs its token',
  '<p>Open the address that Hindscope printed when it started; it ends in <code>?token=…</code>. The dev server prints it beside its own URL, and <code>hindscope doctor</code> shows it again.</p>',
)
const NO_UI_PAGE: string = page(
  'The Hindscope UI is not built',
  '<p>Recording works, but the package <code>@hindscope/ui</code> has no <code>dist</code> folder here. In a checkout, run <code>npm run build</code>; in a project, install <code>@hindscope/ui</code> again. <code>hindscope query</code> reads the same data.</p>',
)
const NOT_FOUND_PAGE: string = page('Not found', '<p>There is no such file. <a href="/">Back to the UI</a></p>')
