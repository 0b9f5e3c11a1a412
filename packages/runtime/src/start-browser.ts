/** `@hindscope/runtime/start` in browsers: pages and workers. */
import { CONFIG_KEYS } from '@hindscope/protocol'
import { consoleAdapter } from './adapters/console.ts'
import { domEventsAdapter } from './adapters/dom-events.ts'
import { fetchAdapter } from './adapters/fetch.ts'
import { promisesAdapter } from './adapters/promises.ts'
import { timersAdapter } from './adapters/timers.ts'
import { uncaughtAdapter } from './adapters/uncaught.ts'
import { connectBrowserSocket } from './browser/browser-socket.ts'
import { messagesAdapter } from './browser/messages.ts'
import { observersAdapter } from './browser/observers.ts'
import { flushOnPageHide } from './browser/page-lifecycle.ts'
import { PageSpool } from './browser/page-spool.ts'
import { secretInputsAdapter } from './browser/secret-inputs.ts'
import { proxyRegistryAdapter } from './browser/proxy-registry.ts'
import { xhrAdapter } from './browser/xhr.ts'
import type { RecorderHandle } from './install.ts'
import { isRecording, recorderOptions, startRecorder, startedRecorder } from './start-options.ts'
import type { StartOptions } from './start-options.ts'
import { MemorySink } from './storage/memory-sink.ts'
import { SocketSink } from './storage/socket-sink.ts'

export type { StartOptions } from './start-options.ts'

/**
 * Starts recording this page or worker; a second call does nothing. Without `url` the chunks stay in memory. Gives the recorder, or
 * undefined when another copy of this package records here or recording is switched off. Never throws.
 */
export function start(options: StartOptions = {}): RecorderHandle | undefined {
  if (isRecording() || options.config?.enabled === false) return startedRecorder()
  const { url, token = '' } = options
  const maxSpoolBytes = options.config?.maxSpoolBytes ?? Number(CONFIG_KEYS.maxSpoolBytes.default)
  const connection = url ? new SocketSink({ url, token, connect: connectBrowserSocket, spool: new PageSpool(url, token, maxSpoolBytes) }) : undefined
  const isPage = typeof document === 'object'
  const recorder = startRecorder(
    {
      ...recorderOptions(options),
      sink: connection ?? new MemorySink(),
      // Errors before events: the listeners of ours are not to be taken for the program's.
      adapters: [
        proxyRegistryAdapter,
        secretInputsAdapter,
        uncaughtAdapter,
        consoleAdapter,
        promisesAdapter,
        timersAdapter,
        messagesAdapter,
        domEventsAdapter,
        observersAdapter,
        fetchAdapter,
        xhrAdapter,
      ],
    },
    { url: location.href, versions: { browser: navigator.userAgent } },
  )
  if (recorder !== undefined && isPage) flushOnPageHide(recorder, connection)
  return recorder
}
