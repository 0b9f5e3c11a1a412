async function reads(stream) { for await (const item of stream) log(item); return 'end' }
async function* numbers() { try { yield 1; yield 2 } finally { await null } }
function main() {
  const done = reads(numbers())
  try { broken() } catch (error) { log(error.message) }
  reads([3])
  log('main goes on')
  return done
}
function broken() { reads([4]); throw new Error('no') }
main().then(log)
