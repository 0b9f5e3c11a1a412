// A dev server in a process of its own: `node dev-server.mjs <root> [module to load on the server …]`. Commands on stdin: restart, close.
import { createInterface } from 'node:readline'
import { createServer } from 'vite'
import hindscope from 'hindscope/vite'

const [root, ...entries] = process.argv.slice(2)
const server = await createServer({
  configFile: false,
  root,
  logLevel: 'info',
  clearScreen: false,
  server: { port: 0, host: '127.0.0.1' },
  // The builds that this is compared with have JSX as it is in production.
  oxc: { jsx: { development: false } },
  plugins: [hindscope({ flushMs: 20 })],
})
await server.listen()
for (const entry of entries) await server.ssrLoadModule(entry)
server.printUrls()
const { address, port } = server.httpServer.address()
console.log(`ready http://${address}:${port}/`)

for await (const command of createInterface({ input: process.stdin })) {
  if (command === 'restart') await server.restart()
  else await server.close()
  console.log(`done ${command}`)
  if (command === 'close') break
}
