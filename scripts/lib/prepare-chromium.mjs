import { ensureChromium } from '../../packages/testkit/src/chromium.mjs'
import { Failure } from './failure.mjs'

/** Path of a Chromium, installed if need be. */
export async function prepareChromium() {
  try {
    return await ensureChromium({ onProgress: line => console.log(`  ${line}`) })
  } catch (error) {
    throw new Failure(error instanceof Error ? error.message : String(error))
  }
}
