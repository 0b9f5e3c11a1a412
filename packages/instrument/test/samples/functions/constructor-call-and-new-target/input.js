function Point(x) {
  if (!new.target) return new Point(x)
  this.x = x
}
Point.prototype.double = function () {
  return this.x * 2
}
log(Point(2).x, new Point(3).double(), Point(1) instanceof Point)
