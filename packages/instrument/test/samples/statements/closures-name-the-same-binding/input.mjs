let shared = 0
export function counter(start) {
  let n = start
  const up = () => { n++; shared += 1; return n }
  async function later() { await null; n = n * 2; for (let i = 0; i < 2; i++) { const j = i; setTimeoutLike(() => { shared = j }) } return n }
  return { up, later }
}
const queue = []
function setTimeoutLike(task) { queue.push(task) }
const { up, later } = counter(1)
log(up(), up())
log(await later(), shared)
for (const task of queue) task()
log(shared)
