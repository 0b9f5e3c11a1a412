async function* bare(stop) {
  yield 1
  if (stop) return
  else yield 2
  label: return;
}
async function* valued() {
  return undefined
}
async function ticks(name, values) {
  for await (const value of values) log(name, value)
  log(name, 'done')
}
ticks('bare', bare(true))
ticks('on', bare(false))
ticks('valued', valued())
for (let i = 1, turn = Promise.resolve(); i < 8; i++) turn = turn.then(() => log('tick', i))
