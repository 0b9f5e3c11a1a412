const delayOf = id => Number(id.split('-')[1] ?? 0) % 5
async function compute(id) {
  await new Promise(resolve => setTimeout(resolve, delayOf(id)))
  return `process ${id}`
}
async function onQuestion({ id, key }) {
  process.send({ id, key, text: await compute(id) })
}
process.on('message', onQuestion)
