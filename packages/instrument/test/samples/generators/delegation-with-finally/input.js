function* inner() {
  try {
    yield 1
    yield 2
  } finally {
    log('cleanup')
  }
}
function* outer() {
  const r = yield* inner()
  yield /* all */ * [r]
}
for (const x of outer()) { log(x); if (x === 1) break }
log([...outer()])
