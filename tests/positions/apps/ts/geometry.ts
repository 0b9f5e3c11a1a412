export namespace Geometry {
  export abstract class Shape {
    abstract area(): number
  }
  export class Circle extends Shape {
    constructor(readonly radius: number) {
      super()
    }
    area(): number {
      return Math.round(Math.PI * square(this.radius))
    }
  }
  function square(value: number): number {
    return value ** 2
  }
}
