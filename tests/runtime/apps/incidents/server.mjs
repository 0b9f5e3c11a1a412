/** Answers a page, and goes wrong in the way that the path says. */
import assert from 'node:assert'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { mark } from 'hindscope/mark'

let served = 0
const work = () => `served ${++served}`
const check = value => assert.equal(value, 'right')

function answer(path) {
  if (path === '/assert') check('wrong')
  if (path === '/mark') mark('from the program', { served })
  if (path === '/console') for (let i = 0; i < 10_000; i++) console.error('again and again')
  if (path === '/reject') void Promise.reject(new TypeError('nobody handles this'))
  return { status: path === '/fail' ? 500 : 200, text: work() }
}

const server = createServer((request, response) => {
  if (request.url === '/')
    return response.setHeader('content-type', 'text/html').end('<!doctype html><title>shop</title><script src="/page.js"></script>')
  if (request.url === '/page.js') return response.end(readFileSync(process.env.PAGE))
  try {
    const { status, text } = answer(request.url)
    response.writeHead(status).end(text)
  } catch {
    response.writeHead(400).end('refused')
  }
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))
