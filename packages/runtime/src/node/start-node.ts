/** `start` in Node: finds the collector, or writes a trace file. */
import { COLLECTOR_ENV, CONFIG_KEYS } from '@hindscope/protocol'
import type { IngestControl } from '@hindscope/protocol'
import type { Adapter } from '../adapters/adapter.ts'
import { consoleAdapter } from '../adapters/console.ts'
import { promisesAdapter } from '../adapters/promises.ts'
import { timersAdapter } from '../adapters/timers.ts'
import { uncaughtAdapter } from '../adapters/uncaught.ts'
import type { RecorderHandle } from '../install.ts'
import { isRecording, recorderOptions, startRecorder, startedRecorder } from '../start-options.ts'
import type { StartOptions } from '../start-options.ts'
import type { Sink } from '../storage/sink.ts'
import { SocketSink } from '../storage/socket-sink.ts'
import { findCollector, readAddress } from './collector-address.ts'
import type { FoundCollector } from './collector-address.ts'
import { asyncResourcesAdapter } from './async-resources.ts'
import { callbacksAdapter } from './callbacks.ts'
import { emittersAdapter } from './emitters.ts'
import { eventTargetsAdapter } from './event-targets.ts'
import { flushOnExit } from './exit-flush.ts'
import { FileSink } from './file-sink.ts'
import { FileSpool } from './file-spool.ts'
import { httpAdapter } from './http.ts'
import { http2Adapter } from './http2.ts'
import { connectNodeWebSocket } from './node-websocket.ts'
import { openTelemetryAdapter } from './open-telemetry.ts'
import { platformAdapter } from './platform.ts'
import { secretSourcesAdapter } from './secret-sources.ts'
import { threadsAdapter } from './threads.ts'
import { undiciAdapter } from './undici.ts'

/** `callbacks` behind `timers`, whose stand-ins it uses. */
const NODE_ADAPTERS: readonly Adapter[] = [
  secretSourcesAdapter,
  uncaughtAdapter,
  consoleAdapter,
  promisesAdapter,
  timersAdapter,
  callbacksAdapter,
  asyncResourcesAdapter,
  emittersAdapter,
  eventTargetsAdapter,
  threadsAdapter,
  undiciAdapter,
  httpAdapter,
  http2Adapter,
  openTelemetryAdapter,
]

export function startNode(options: StartOptions): RecorderHandle | undefined {
  if (isRecording() || options.config?.enabled === false || isOff(process.env['HINDSCOPE'])) return startedRecorder()
  const path = process.getBuiltinModule('node:path')
  const dataDir = process.env['HINDSCOPE_DIR'] || options.config?.dataDir || String(CONFIG_KEYS.dataDir.default)
  const found = options.url ? { url: options.url, token: options.token ?? '', session: undefined, dataDir: undefined } : findCollector(dataDir)
  const place = found?.dataDir ?? path.resolve(dataDir)
  const session = options.session || found?.session || process.env[COLLECTOR_ENV.session]
  const recorder = startRecorder(
    {
      ...recorderOptions({ ...options, ...(session === undefined ? {} : { session }) }),
      sink: createSink(found, place, options.config?.maxSpoolBytes ?? Number(CONFIG_KEYS.maxSpoolBytes.default)),
      adapters: tellsOfPlatform(options) ? [...NODE_ADAPTERS, platformAdapter] : NODE_ADAPTERS,
    },
    { argv: process.argv, versions: { node: process.versions.node, v8: process.versions.v8 } },
  )
  if (recorder !== undefined) {
    flushOnExit(recorder)
    heedPauses(recorder)
  }
  return recorder
}

/** A collector that stores nothing acknowledges nothing, so chunks wait by the rules for a slow one; that it does is counted. */
function heedPauses({ access }: RecorderHandle): void {
  access.onControl('ingest', body => {
    const { state } = body as Partial<IngestControl> // SAFE: checked here; reading a field of undefined is refused by the topics
    if (state === 'paused') access.fail('collector-paused')
    return state === 'paused' || state === 'taking'
  })
}

/** Attempts to connect to a loopback port cost next to nothing. */
const MAX_RETRY_MS = 2_000

function createSink(found: FoundCollector | undefined, dataDir: string, maxSpoolBytes: number): Sink {
  const path = process.getBuiltinModule('node:path')
  if (found === undefined) return new FileSink(path.join(dataDir, 'traces'))
  const addressFile = path.join(dataDir, 'collector.json')
  return new SocketSink({
    url: found.url,
    token: found.token,
    connect: connectNodeWebSocket,
    spool: new FileSpool({ dataDir, maxBytes: maxSpoolBytes, isWatched: found.dataDir !== undefined }),
    maxRetryMs: MAX_RETRY_MS,
    recycles: true,
    ...(found.dataDir === undefined ? {} : { find: () => readAddress(addressFile) }),
  })
}

const tellsOfPlatform = ({ config }: StartOptions): boolean =>
  (config?.platform ?? CONFIG_KEYS.platform.default) === true && !isOff(process.env['HINDSCOPE_PLATFORM'])

const isOff = (text: string | undefined): boolean => /^(0|false|off|no)$/i.test(text ?? '')
