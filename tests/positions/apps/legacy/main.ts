const seen: string[] = []

function log(prefix: string): MethodDecorator {
  return (target, key, descriptor) => {
    seen.push(`${prefix}${String(key)}`)
    return descriptor
  }
}
const inject =
  (name: string): ParameterDecorator =>
  (_target, key, index) => {
    seen.push(`${name}@${String(key)}#${index}`)
  }
function sealed(constructor: Function): void {
  Object.seal(constructor)
}
const track: PropertyDecorator = (_target, key) => void seen.push(String(key))

@sealed
export class Service {
  @track
  private readonly queue: number[] = []

  @track handler = (value: number): number => value + 1

  constructor(
    @inject('config') private readonly config: { step: number },
    public name = 'service',
  ) {
    this.queue.push(config.step)
  }

  @log('call ')
  @log('again ')
  public push(@inject('value') value: number, times?: number): number {
    this.queue.push(value * this.config.step)
    return this.queue.length
  }

  @log('get ')
  get size(): number {
    return this.queue.length
  }

  @log('static ')
  static async create(step: number): Promise<Service> {
    return new Service({ step })
  }
}

void Service.create(2).then(service => {
  console.log(service.push(3), service.size, service.handler(1), seen.join())
})
