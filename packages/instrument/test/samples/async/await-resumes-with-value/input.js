async function load(id) {
  const a = await id
  return a + (await Promise.resolve(1))
}
load(1).then(log)
log(load.name, load.length)
