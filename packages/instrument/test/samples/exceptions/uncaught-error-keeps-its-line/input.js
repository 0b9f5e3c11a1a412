function inner() {
  const a = 1

  return a.b.c
}
const outer = () => inner()
outer()
