type Found = readonly [label: string, stack: string]
const found: Found[] = []

/** Runs it and keeps the stack of what it throws. */
export function keep(label: string, run: () => unknown): void {
  try {
    run()
    found.push([label, 'did not throw'])
  } catch (error) {
    found.push([label, (error as Error).stack ?? ''])
  }
}

export async function keepLater(label: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run()
    found.push([label, 'did not reject'])
  } catch (error) {
    found.push([label, (error as Error).stack ?? ''])
  }
}

export const note = (label: string, error: unknown): void => void found.push([label, (error as Error).stack ?? ''])

/** In a page they are left where its driver looks for them. */
export function tell(): void {
  if (typeof document === 'undefined') console.log(JSON.stringify(found))
  else Object.assign(globalThis, { stacks: found })
}
