let items = []

exports.fill = function fill() {
  items = [1, 2]
}

exports.clear = function clear() {
  items = []
}

exports.total = function total(more) {
  return [...items, ...more].reduce((sum, each) => sum + each, 0)
}

exports.pick = function pick(name) {
  return `${name} picked`
}
