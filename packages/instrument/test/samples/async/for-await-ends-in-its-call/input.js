async function all(stream) { for await (const item of stream) log(item); after('all') }
async function none(stream) {
  outer: for await (const item of stream) { if (item) break outer }
  after('none')
  for (const item of await []) log(item)
  after('awaited')
  if (stream) for await (const item of [stream]) { log(item.length) } else after('never')
}
function after(what) { log(what) }
all([1]).then(() => none([1])).then(() => none([]))
