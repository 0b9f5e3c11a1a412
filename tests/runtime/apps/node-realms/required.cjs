exports.work = function work(place) {
  return `worked in ${place}`
}
