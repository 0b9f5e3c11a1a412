/** Long work in a process that has other things to do: it goes on in later turns of the event loop. */
import { setImmediate } from 'node:timers/promises'

/** Recorders wait for acknowledgements, people for answers: neither should notice. */
const SLICE_MS = 5

export class TimeSlices {
  private beganMs = performance.now()

  /** To be awaited between steps that are much shorter than a slice. */
  async pause(): Promise<void> {
    if (performance.now() - this.beganMs < SLICE_MS) return
    await setImmediate()
    this.beganMs = performance.now()
  }
}
