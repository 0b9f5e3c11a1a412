function glance(count) {
  document.title = `glanced ${count}`
  return count + 1
}

let count = 0
setInterval(() => (count = glance(count)), 20)
globalThis.ask = path => fetch(path).then(response => response.status)
