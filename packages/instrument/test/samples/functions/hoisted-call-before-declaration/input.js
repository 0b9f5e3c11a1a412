log(early(1))
function early(a) {
  return a + 1
}
log(early.name, early.length)
