/** One line when a long step begins, one when it ended, and a sign of life between them. */
export async function step(title, work) {
  console.log(`• ${title} …`)
  const startedMs = Date.now()
  const result = await work((line, seconds) => console.log(`  ${seconds} s  ${line.slice(0, 120)}`))
  console.log(`  done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s${typeof result === 'string' ? ` (${result})` : ''}`)
  return result
}
