/** The worker's entry. Loaded when the first file is opened, not before. */
import { createWorkerHost } from './worker-host.ts'
import type { WorkerRequest } from './messages.ts'

const hear = createWorkerHost(reply => self.postMessage(reply))
self.addEventListener('message', (event: MessageEvent<WorkerRequest>) => hear(event.data))
