/**
 * Finds a Chromium, or installs Debian's. Plain JavaScript without dependencies: scripts/ runs it before anything is installed.
 */
import { spawn } from 'node:child_process'
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const FIXED_PLACES = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']

/** Flags for a browser that runs in a container, talks to nobody but the page, and draws the same everywhere. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Path of the browser's program, or undefined. `CHROMIUM_PATH` wins; when it names nothing that can be run, that is an error. */
export function findChromium(env = process.env) {
  const named = env['CHROMIUM_PATH']
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named
    throw new Error(`CHROMIUM_PATH names ${named}, and that is not a program. Correct it, or unset it to search for Chromium.`)
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '')
  const places = NAMES.flatMap(name => folders.map(folder => join(folder, name)))
  return [...places, ...FIXED_PLACES].find(isProgram)
}

/** Finds Chromium, or installs it where that needs nobody's consent: root on Debian. `onProgress` gets lines of text. */
export async function ensureChromium({ env = process.env, onProgress = () => undefined } = {}) {
  const found = findChromium(env)
  if (found !== undefined) return found
  if (!isRootOnDebian()) throw new Error(MISSING)
  onProgress('No Chromium found; installing the Debian package (apt-get install chromium)')
  const apt = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update'], apt, onProgress)
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], apt, onProgress)
  const installed = findChromium(env)
  if (installed === undefined) throw new Error(`apt-get installed chromium, but none of ${NAMES.join(', ')} is in PATH.`)
  return installed
}

const MISSING = `Chromium is missing (looked for ${NAMES.join(', ')} in PATH).
  Debian:  sudo apt-get update && sudo apt-get install -y chromium
  others:  install Chromium or Google Chrome, or set CHROMIUM_PATH=/path/to/chrome`

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false // SAFE: not there or not executable is the answer, not a failure.
  }
}

function isRootOnDebian() {
  if (process.getuid?.() !== 0) return false
  try {
    return /^ID=["']?debian["']?$/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false // SAFE: a system without the file is not Debian.
  }
}

/** The last line of output each five seconds, all of it on failure. */
function run(command, args, env, onProgress) {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const beat = setInterval(() => onProgress(output.trimEnd().split('\n').at(-1) ?? ''), 5000)
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    child.on('error', error => {
      clearInterval(beat)
      reject(error)
    })
    child.on('close', code => {
      clearInterval(beat)
      if (code === 0) resolve()
      else reject(new Error(`${command} ${args.join(' ')} failed with code ${code}:\n${output.slice(-2000)}\n${MISSING}`))
    })
  })
}
