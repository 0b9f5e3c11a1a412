async function f(source) {
  let total = 0
  for await (const x of source) total += x
  for await (const y of [Promise.resolve(4)]) { log(y) }
  return total
}
async function* numbers() { yield 1; yield 2 }
f(numbers()).then(log)
