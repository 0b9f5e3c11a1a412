function outer(Symbol) {
  const inner = () => Symbol
  return inner()
}
function plain() { return 1 }
log(outer(5), plain())
