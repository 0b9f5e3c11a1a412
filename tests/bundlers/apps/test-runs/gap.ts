/** Left out of the recording: what runs behind its await has no recorded function around it. */
export async function later<T>(ms: number, run: () => T): Promise<T> {
  await new Promise(resolve => setTimeout(resolve, ms))
  return run()
}
