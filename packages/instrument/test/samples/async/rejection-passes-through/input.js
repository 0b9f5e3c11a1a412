async function fail(x) {
  await null
  throw new TypeError('no ' + x)
}
const arrow = async x => await fail(x)
async function caught() {
  try {
    await arrow(1)
  } catch (e) {
    return e
  } finally {
    log('finally')
  }
}
caught().then(log)
arrow(2).catch(e => log(e.message))
