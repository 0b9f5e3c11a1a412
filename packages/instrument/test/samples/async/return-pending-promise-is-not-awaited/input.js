let reject
async function f() {
  try {
    return new Promise((_, r) => { reject = r })
  } catch (e) {
    log('must not catch')
  }
}
f().catch(e => log('outside', e))
reject(new Error('late'))
