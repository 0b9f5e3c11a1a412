// A small JSON service on node:http: router, validation, a store with asynchronous look-ups, pricing, rendering. All of it is the program's
// own code, so all of it is instrumented.
import { createServer } from 'node:http'

class HttpError extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

class Catalog {
  constructor(size) {
    this.products = new Map()
    for (let i = 0; i < size; i++)
      this.products.set(`p${i}`, { id: `p${i}`, name: `Product ${i}`, price: 100 + ((i * 37) % 900), tags: [`t${i % 5}`, `t${i % 7}`] })
  }
  async byId(id) {
    await null
    const product = this.products.get(id)
    if (product === undefined) throw new HttpError(404, `no product ${id}`)
    return product
  }
  async search(tag, limit) {
    await null
    const found = []
    for (const product of this.products.values()) {
      if (!matches(product, tag)) continue
      found.push(product)
      if (found.length === limit) break
    }
    return found
  }
}

const matches = (product, tag) => product.tags.includes(tag)
const discount = (lines, total) => (lines.length > 3 ? Math.round(total * 0.05) : 0)
const lineTotal = line => line.product.price * line.count

function priceOf(lines) {
  const total = lines.map(lineTotal).reduce((a, b) => a + b, 0)
  const off = discount(lines, total)
  return { total, discount: off, payable: total - off }
}

function readBody(request) {
  return new Promise((resolve, reject) => {
    const parts = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      try {
        resolve(JSON.parse(Buffer.concat(parts).toString()))
      } catch {
        reject(new HttpError(400, 'no JSON'))
      }
    })
    request.on('error', reject)
  })
}

function validate(order) {
  if (!Array.isArray(order.lines) || order.lines.length === 0) throw new HttpError(400, 'no lines')
  for (const line of order.lines) checkLine(line)
  return order
}
function checkLine({ id, count }) {
  if (typeof id !== 'string' || !Number.isInteger(count) || count < 1) throw new HttpError(400, 'bad line')
}

class Shop {
  constructor() {
    this.catalog = new Catalog(500)
    this.orders = 0
    this.routes = [
      { method: 'GET', path: /^\/products\/([^/]+)$/, run: this.product.bind(this) },
      { method: 'GET', path: /^\/search$/, run: this.search.bind(this) },
      { method: 'POST', path: /^\/orders$/, run: this.order.bind(this) },
    ]
  }
  async product(_request, _url, [id]) {
    return this.catalog.byId(id)
  }
  async search(_request, url) {
    const tag = url.searchParams.get('tag') ?? 't0'
    const products = await this.catalog.search(tag, 10)
    return { tag, count: products.length, products }
  }
  async order(request) {
    const order = validate(await readBody(request))
    const lines = await Promise.all(order.lines.map(line => this.resolveLine(line)))
    this.orders++
    return { accepted: true, ...priceOf(lines), lines: lines.map(renderLine) }
  }
  async resolveLine({ id, count }) {
    return { product: await this.catalog.byId(id), count }
  }
  async handle(request) {
    const url = new URL(request.url, 'http://shop.test')
    for (const { method, path, run } of this.routes) {
      const match = request.method === method ? path.exec(url.pathname) : null
      if (match) return run(request, url, match.slice(1))
    }
    throw new HttpError(404, 'no such route')
  }
}

const renderLine = ({ product, count }) => ({ name: product.name, count, price: product.price })

function send(response, status, body) {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

async function answer(shop, request, response) {
  try {
    send(response, 200, await shop.handle(request))
  } catch (error) {
    send(response, error.status ?? 500, { error: error.message })
  }
}

export function listen() {
  const shop = new Shop()
  const server = createServer((request, response) => void answer(shop, request, response))
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)))
}
