import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { startPostgres, startRedis } from '../src/servers.ts'

const listens = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

test.each([
  ['postgres', startPostgres],
  ['redis-server', startRedis],
])(
  '%s is there until it is stopped, and leaves no files',
  async (name, start) => {
    const folders = (): string[] => readdirSync(tmpdir()).filter(each => each.startsWith(`${name}-test-`))
    const before = folders()
    const server = await start()
    const own = folders().filter(each => !before.includes(each))
    expect(own).not.toEqual([])
    expect(await listens(server.port)).toBe(true)
    await server.stop()
    expect(await listens(server.port)).toBe(false)
    expect(folders().filter(each => own.includes(each) && own.length === 1)).toEqual([])
  },
  120_000,
)
