/**
 * Servers of databases and brokers for tests: found, or installed from Debian's packages where that needs nobody's consent, and started on free ports with
 * their files in a folder of their own. They end with the test's process, however that ends: a shell that watches over each of them stops it
 * when its input closes.
 */
import { spawn } from 'node:child_process'
import { accessSync, chownSync, constants, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface DatabaseServer {
  readonly port: number
  /** For clients: `postgresql://…`, `mysql://…`, `nats://…` and so on. */
  readonly url: string
  /** Resolves when the server is gone and its files with it. */
  stop(): Promise<void>
}

interface Program {
  readonly name: string
  /** Debian package that has it. */
  readonly debian: string
  /** Folders besides PATH; `*` stands for any version, the newest first. */
  readonly places: readonly string[]
  /** What PATH has is something else of that name. */
  readonly isHidden?: boolean
}

const POSTGRES: Program = { name: 'postgres', debian: 'postgresql', places: ['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql@*/bin'] }
const MARIADB: Program = { name: 'mariadbd', debian: 'mariadb-server', places: ['/usr/sbin', '/usr/libexec', '/opt/homebrew/bin'] }
const REDIS: Program = { name: 'redis-server', debian: 'redis-server', places: ['/opt/homebrew/bin'] }
const NATS: Program = { name: 'nats-server', debian: 'nats-server', places: ['/opt/homebrew/bin'] }
const MOSQUITTO: Program = { name: 'mosquitto', debian: 'mosquitto', places: ['/usr/sbin', '/opt/homebrew/sbin'] }
const RABBITMQ: Program = {
  name: 'rabbitmq-server',
  debian: 'rabbitmq-server',
  places: ['/usr/lib/rabbitmq/bin', '/opt/homebrew/sbin'],
  // A script that becomes another user, who may not read the folder.
  isHidden: true,
}
/** A server on a busy machine with cold files. */
const READY_MS = 60_000
/** Another test may be installing at the same time. */
const LOCK_SECONDS = 300

/** Stops the server ($pid) by a signal ($1) when standard input ends, that is, with the process that started this. */
const WATCHED = 'exec 3<&0; signal=$1; shift; "$@" 3<&- & pid=$!; (read -r _ <&3; kill -$signal $pid) >/dev/null 2>&1 & wait $pid'

/** An empty cluster with trust for the user `postgres`. Throws an Error that says what to do where there is no PostgreSQL. */
export async function startPostgres(): Promise<DatabaseServer> {
  const postgres = await ensureProgram(POSTGRES)
  const folder = postgres.slice(0, -'postgres'.length)
  const dir = mkdtempSync(join(tmpdir(), 'postgres-test-'))
  // The server refuses to be root.
  const owner = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  if (owner !== undefined) chownSync(dir, owner.uid, owner.gid)
  try {
    const data = join(dir, 'data')
    await run(join(folder, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], { ...owner, cwd: dir })
    const port = await freePort()
    const settings = ['listen_addresses=127.0.0.1', 'max_connections=60', 'lc_messages=C', `unix_socket_directories=${dir}`]
    const args = ['-D', data, '-p', String(port), '-F', ...settings.flatMap(setting => ['-c', setting])]
    const stop = await startServer({ file: postgres, args, dir, owner, ready: /database system is ready to accept connections/, signal: 'INT' })
    return { port, url: `postgresql://postgres@127.0.0.1:${port}/postgres`, stop }
  } catch (error) {
    rmSync(dir, { recursive: true, force: true })
    throw error
  }
}

/**
 * A server with an empty database `test`, and whoever comes may do anything. It starts without tables of its own, which are for users and
 * rights. Throws an Error that says what to do where there is no MariaDB.
 */
export async function startMariadb(): Promise<DatabaseServer> {
  const mariadb = await ensureProgram(MARIADB)
  const dir = mkdtempSync(join(tmpdir(), 'mariadb-test-'))
  const owner = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  try {
    mkdirSync(join(dir, 'data', 'test'), { recursive: true })
    if (owner !== undefined) for (const each of [dir, join(dir, 'data'), join(dir, 'data', 'test')]) chownSync(each, owner.uid, owner.gid)
    const port = await freePort()
    const places = [`--datadir=${join(dir, 'data')}`, `--socket=${join(dir, 'socket')}`, `--pid-file=${join(dir, 'pid')}`, `--port=${port}`]
    const small = ['--innodb-log-file-size=4M', '--innodb-buffer-pool-size=8M', '--innodb-flush-log-at-trx-commit=0']
    const args = ['--no-defaults', '--bind-address=127.0.0.1', '--skip-grant-tables', '--skip-name-resolve', ...places, ...small]
    const stop = await startServer({ file: mariadb, args, dir, owner, ready: /ready for connections/, signal: 'TERM' })
    return { port, url: `mysql://root@127.0.0.1:${port}/test`, stop }
  } catch (error) {
    rmSync(dir, { recursive: true, force: true })
    throw error
  }
}

/** A server without persistence; one that is to be a cluster waits for its slots. Throws an Error that says what to do where there is no Redis. */
export function startRedis({ isCluster = false }: { readonly isCluster?: boolean } = {}): Promise<DatabaseServer> {
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  if (isCluster) settings.push('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1')
  return startSimple(REDIS, 'redis', /Ready to accept connections/, (port, dir) => ['--port', String(port), ...settings, '--dir', dir])
}

/** A server with streams. Throws an Error that says what to do where there is no NATS. */
export function startNats(): Promise<DatabaseServer> {
  return startSimple(NATS, 'nats', /Server is ready/, (port, dir) => ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dir])
}

/** A server for MQTT 3.1.1 and 5 without persistence. Throws an Error that says what to do where there is no Mosquitto. */
export function startMosquitto(): Promise<DatabaseServer> {
  return startSimple(MOSQUITTO, 'mqtt', /mosquitto version \S+ running/, (port, dir) => {
    const config = join(dir, 'mosquitto.conf')
    // As root it would become another user, who may not read the folder.
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n${process.getuid?.() === 0 ? 'user root\n' : ''}`)
    return ['-c', config, '-v']
  })
}

/** A broker for AMQP 0-9-1, with the user `guest`, whose node nobody else can find. Throws an Error that says what to do where there is no RabbitMQ. */
export function startRabbitmq(): Promise<DatabaseServer> {
  const settingsFor = async (port: number, dir: string): Promise<NodeJS.ProcessEnv> => {
    const plugins = join(dir, 'enabled_plugins')
    writeFileSync(plugins, '[].')
    const settings = {
      HOME: dir,
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_CONFIG_FILE: join(dir, 'none'),
      RABBITMQ_DIST_PORT: await freePort(),
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      RABBITMQ_LOGS: '-',
      RABBITMQ_MNESIA_BASE: join(dir, 'db'),
      RABBITMQ_NODENAME: `test${port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: port,
      RABBITMQ_PID_FILE: join(dir, 'pid'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel start_epmd false',
    }
    return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
  }
  return startSimple(RABBITMQ, 'amqp', /Server startup complete/, settingsFor, 'TERM')
}

async function startSimple(
  program: Program,
  scheme: string,
  ready: RegExp,
  settingsFor: (port: number, dir: string) => readonly string[] | Promise<NodeJS.ProcessEnv>,
  signal: Start['signal'] = 'INT',
): Promise<DatabaseServer> {
  const file = await ensureProgram(program)
  const dir = mkdtempSync(join(tmpdir(), `${program.name}-test-`))
  try {
    const port = await freePort()
    const settings = await settingsFor(port, dir)
    const args = 'length' in settings ? (settings as readonly string[]) : [] // SAFE: an environment has no such variable
    const env = args === settings ? process.env : { ...process.env, ...(settings as NodeJS.ProcessEnv) } // SAFE: as above
    const stop = await startServer({ file, args, dir, owner: undefined, ready, signal, env })
    return { port, url: `${scheme}://127.0.0.1:${port}`, stop }
  } catch (error) {
    rmSync(dir, { recursive: true, force: true })
    throw error
  }
}

interface Start {
  readonly file: string
  readonly args: readonly string[]
  readonly dir: string
  readonly owner: Owner | undefined
  /** What the server prints when clients may come. */
  readonly ready: RegExp
  /** What ends it without waiting for its clients. */
  readonly signal: 'INT' | 'TERM'
  readonly env?: NodeJS.ProcessEnv | undefined
}

/** Resolves with the function that stops the server. */
function startServer({ file, args, dir, owner, ready, signal, env = process.env }: Start): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', WATCHED, 'sh', signal, file, ...args], { cwd: dir, ...owner, env, stdio: ['pipe', 'pipe', 'pipe'] })
    const ended = new Promise<void>(done => child.once('exit', () => done()))
    const stop = async (): Promise<void> => {
      child.stdin.end()
      await ended
      rmSync(dir, { recursive: true, force: true })
    }
    let output = ''
    const failed = (why: string): void => {
      clearTimeout(timer)
      void stop().then(() => reject(new Error(`${file} ${why}:\n${output.slice(-2000)}`)), reject)
    }
    const timer = setTimeout(() => failed(`was not ready within ${READY_MS / 1000} s`), READY_MS)
    const onOutput = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-10_000)
      if (!ready.test(output)) return
      clearTimeout(timer)
      child.off('exit', onExit)
      resolve(stop)
    }
    const onExit = (code: number | null): void => failed(`ended with code ${code}`)
    child.stdout.on('data', onOutput)
    child.stderr.on('data', onOutput)
    child.once('error', reject)
    child.once('exit', onExit)
  })
}

/** Path of the program, installed if need be. */
async function ensureProgram(program: Program): Promise<string> {
  const found = findProgram(program)
  if (found !== undefined) return found
  const { name, debian } = program
  const advice = `${name} is missing (looked in PATH and ${program.places.join(', ')}).
  Debian:  sudo apt-get update && sudo apt-get install -y ${debian}
  others:  install it and put its folder into PATH`
  if (process.getuid?.() !== 0 || !isDebian()) throw new Error(advice)
  const apt = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  const lock = ['-o', `DPkg::Lock::Timeout=${LOCK_SECONDS}`]
  try {
    await run('apt-get', [...lock, 'update'], apt)
    await run('apt-get', [...lock, 'install', '-y', '--no-install-recommends', debian], apt)
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${advice}`, { cause: error })
  }
  const installed = findProgram(program)
  if (installed === undefined) throw new Error(`apt-get installed ${debian}, but it has no ${name}.\n${advice}`)
  return installed
}

function findProgram({ name, places, isHidden = false }: Program): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '')
  const further = places.flatMap(versions)
  return (isHidden ? [...further, ...folders] : [...folders, ...further]).map(folder => join(folder, name)).find(isProgram)
}

function versions(place: string): string[] {
  const [parent = '', rest] = place.split('*')
  if (rest === undefined) return [place]
  const at = parent.lastIndexOf('/') + 1
  try {
    const names = readdirSync(parent.slice(0, at)).filter(name => name.startsWith(parent.slice(at)))
    return names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true })).map(name => parent.slice(0, at) + name + rest)
  } catch {
    return [] // SAFE: no such folder is the answer.
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false // SAFE: not there or not executable is the answer.
  }
}

function isDebian(): boolean {
  try {
    return /^ID=["']?debian["']?$/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false // SAFE: a system without the file is not Debian.
  }
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

/** The package's own user, or the one that every system has. */
function unprivilegedUser(): Owner {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = ['postgres', 'nobody'].map(name => lines.find(each => each.startsWith(`${name}:`))).find(each => each !== undefined)
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined)
    throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.')
  return { uid: Number(uid), gid: Number(gid) }
}

function run(
  command: string,
  args: readonly string[],
  options: Partial<Owner> & { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', code => (code === 0 ? resolve() : reject(new Error(`${command} failed with code ${code}:\n${output.slice(-2000)}`))))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // SAFE: it listens on a port
      server.close(() => resolve(port))
    })
  })
}
