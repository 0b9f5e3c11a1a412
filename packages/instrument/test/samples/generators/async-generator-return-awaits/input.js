async function* g(x) {
  const y = yield x
  try { yield Promise.resolve(y) } finally { log('end') }
  return Promise.resolve('never')
}
async function run() {
  const it = g(1)
  log(await it.next(), await it.next(2), await it.return(Promise.resolve(3)), await it.next())
  const failing = (async function* () { return Promise.reject(new Error('r')) })()
  await failing.next().catch(e => log(e.message))
}
run()
