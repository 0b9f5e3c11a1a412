import type { Browser } from 'playwright-core'
import type { ProgramRun } from './compare.mjs'
export function bundleProgram(name: string): Promise<string>
export function bundleRecorder(): Promise<string>
export function runInPage(
  browser: Browser,
  run: { readonly name: string; readonly code: string; readonly recorder: string; readonly level: string },
): Promise<ProgramRun>
