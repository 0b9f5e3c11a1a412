const x = await Promise.resolve(1)
try {
  fail()
} catch (e) {
  log(e.message)
}
try { fail() } catch { log('again') } finally { log('done') }
function fail() { throw new Error('no') }
export { x }
