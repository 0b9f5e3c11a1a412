import { basename, sep } from 'node:path'
let n = 0
const up = () => ++n
export const list = [1, 2, 3].map(x => x * 2)
export let unset
if (sep) log('an import may become a constant')
if (list.length > 2 && up() > 0) unset = 5
else unset = 6
outer: for (const x of list) { if (x > 4) break outer; n += x }
for (let i = 0; i < 1; i++) switch (i) { case 0: log(n) }
const { a, b: [c] } = await Promise.resolve({ a: 1, b: [2] })
for await (const d of [up(), Promise.resolve(9)]) n = d
try { throw new RangeError(basename('x/y')) } catch ({ message }) { log(message) } finally { n++ }
const o = { p: [] }
o.p[n - 10] = a; [o.q, o.r] = [c, unset]
delete o.r
const kept = /* @__PURE__ */ up(n || 1), { q } = o
{ let n = 'inner'; log(n) }
export class Box { static { { let n = 1; o.s = n } } }
log(JSON.stringify(o), kept, q, n, typeof Box)
