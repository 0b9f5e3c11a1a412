// A parser of JSON text in JavaScript, one function per production, a call per character. Checked against the engine's own.
class Parser {
  constructor(text) {
    this.text = text
    this.at = 0
    this.char = text.charAt(0)
  }
  next() {
    this.at++
    this.char = this.text.charAt(this.at)
    return this.char
  }
  expect(char) {
    if (this.char !== char) this.fail(`expected ${char}`)
    return this.next()
  }
  fail(reason) {
    throw new SyntaxError(`${reason} at ${this.at}`)
  }
  white() {
    while (this.char !== '' && this.char <= ' ') this.next()
  }
  number() {
    const start = this.at
    if (this.char === '-') this.next()
    this.digits()
    if (this.char === '.') {
      this.next()
      this.digits()
    }
    if (this.char === 'e' || this.char === 'E') {
      this.next()
      if (this.char === '-' || this.char === '+') this.next()
      this.digits()
    }
    return Number(this.text.slice(start, this.at))
  }
  digits() {
    while (this.char >= '0' && this.char <= '9') this.next()
  }
  escape() {
    switch (this.char) {
      case 'n':
        return '\n'
      case 't':
        return '\t'
      case 'u': {
        const code = this.text.slice(this.at + 1, this.at + 5)
        this.at += 4
        return String.fromCharCode(parseInt(code, 16))
      }
      default:
        return this.char
    }
  }
  string() {
    let value = ''
    this.expect('"')
    while (this.char !== '"') {
      if (this.char === '') this.fail('unterminated string')
      if (this.char === '\\') {
        this.next()
        value += this.escape()
      } else value += this.char
      this.next()
    }
    this.next()
    return value
  }
  word(text, value) {
    for (let i = 0; i < text.length; i++) this.expect(text.charAt(i))
    return value
  }
  array() {
    const items = []
    this.expect('[')
    this.white()
    if (this.char === ']') {
      this.next()
      return items
    }
    for (;;) {
      items.push(this.value())
      this.white()
      if (this.char === ']') {
        this.next()
        return items
      }
      this.expect(',')
    }
  }
  object() {
    const object = {}
    this.expect('{')
    this.white()
    if (this.char === '}') {
      this.next()
      return object
    }
    for (;;) {
      this.white()
      const key = this.string()
      this.white()
      this.expect(':')
      object[key] = this.value()
      this.white()
      if (this.char === '}') {
        this.next()
        return object
      }
      this.expect(',')
    }
  }
  value() {
    this.white()
    switch (this.char) {
      case '{':
        return this.object()
      case '[':
        return this.array()
      case '"':
        return this.string()
      case 't':
        return this.word('true', true)
      case 'f':
        return this.word('false', false)
      case 'n':
        return this.word('null', null)
      default:
        return this.number()
    }
  }
}

const orders = Array.from({ length: 120 }, (_, i) => ({
  id: i * 7919,
  customer: { name: `Customer ${i}`, email: `c${i}@shop.test`, vip: i % 7 === 0 },
  lines: Array.from({ length: 1 + (i % 4) }, (_line, k) => ({
    sku: `SKU-${i}-${k}`,
    price: (i * 13 + k) / 4,
    count: k + 1,
    note: k % 2 ? null : 'a "quoted"\nnote',
  })),
  total: i * 12.5e2,
}))
const text = JSON.stringify(orders, null, 1)

export function main() {
  const parser = new Parser(text)
  const value = parser.value()
  return `${value.length} ${parser.at} ${value[119].total}`
}
export const check = () => JSON.stringify(new Parser(text).value())
export const expected = JSON.stringify(orders)
