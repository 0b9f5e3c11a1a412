// The requests of the service's suites, and a feed of them without sockets: connections in the service's own process.
import { Socket } from 'node:net'

export const CONNECTIONS = 16
const ORDER = JSON.stringify({ lines: [1, 2, 3, 4].map(i => ({ id: `p${i * 17}`, count: i })) })
const text = (head, body = '') =>
  `${head} HTTP/1.1\r\nHost: shop.test\r\n${body && `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`}\r\n${body}`
export const REQUESTS = [text('GET /products/p42'), text('POST /orders', ORDER), text('GET /search?tag=t3'), text('POST /orders', ORDER)]
const BYTES = REQUESTS.map(request => Buffer.from(request))

/** Node's own, whatever is recorded later: the feed is no part of the program. */
const later = setImmediate

/** A connection that was never opened: what it reads is pushed, what is written to it goes to `onAnswer`. A `Socket`, as which the recorder knows it. */
class Connection extends Socket {
  constructor(onAnswer) {
    super()
    this.onAnswer = onAnswer
  }
  _read() {}
  _write(text, _encoding, done) {
    this.onAnswer(this, text)
    done()
  }
  _writev(parts, done) {
    this.onAnswer(this, parts.map(({ chunk }) => chunk).join(''))
    done()
  }
}

/** Opens the connections; gives the function that keeps one request under way on each for `ms`, and tells microseconds a request. */
export function feedOf(server) {
  let answers = 0
  let wrong = 0
  let length = 0
  const answered = []
  const onAnswer = (connection, answer) => {
    answers++
    length = Math.max(length, answer.length)
    if (!answer.startsWith('HTTP/1.1 200')) wrong++
    answered.push(connection)
  }
  for (let i = 0; i < CONNECTIONS; i++) {
    const connection = new Connection(onAnswer)
    connection.at = i
    server.emit('connection', connection)
    answered.push(connection)
  }
  const sendAll = connections => {
    for (const connection of connections) connection.push(BYTES[connection.at++ % BYTES.length])
  }
  return ms =>
    new Promise(resolve => {
      const from = answers
      const started = performance.now()
      // One chain of turns for all: a request begins in no other's context, as those that sockets bring.
      const turn = () => {
        const passed = performance.now() - started
        if (passed < ms) sendAll(answered.splice(0))
        else if (answered.length === CONNECTIONS) {
          const requests = answers - from
          resolve({ requests, us: (passed * 1000) / requests, wrong, length })
          return
        }
        later(turn)
      }
      turn()
    })
}
