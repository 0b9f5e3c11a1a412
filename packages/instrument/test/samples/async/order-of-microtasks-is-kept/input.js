const tick = name => Promise.resolve().then(() => log(name))
async function a() { log('a1'); await null; log('a2'); await tick('a3'); log('a4') }
async function b() { log('b1'); await a(); log('b2') }
b().then(() => log('end'))
Promise.resolve().then(() => log('p1')).then(() => log('p2')).then(() => log('p3'))
log('sync')
