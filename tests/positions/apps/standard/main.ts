const seen: string[] = []

function log<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
  context: ClassMethodDecoratorContext,
): (this: This, ...args: Args) => Result {
  return function (this: This, ...args: Args): Result {
    seen.push(String(context.name))
    return method.apply(this, args)
  }
}
const doubled = () => (_: undefined, context: ClassFieldDecoratorContext) => (value: number) => value * 2
function named(value: Function, context: ClassDecoratorContext): void {
  context.addInitializer(() => seen.push(String(context.name)))
}

@named
class Counter {
  @doubled() count = 1
  accessor step = 2

  @log
  increment(by: number): number {
    this.count += by * this.step
    return this.count
  }

  @log private static make(): Counter {
    return new Counter()
  }
  static start = (): Counter => Counter.make()

  get [Symbol.toStringTag](): string {
    return 'Counter'
  }
  #hidden(): number {
    return 1
  }
  @log async later(): Promise<number> {
    return this.#hidden()
  }
}

const counter = Counter.start()
void counter.later().then(value => console.log(counter.increment(3), value, String(counter), seen.join()))
