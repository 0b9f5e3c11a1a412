import { decodeChunk } from '@hindscope/protocol'
import { generateTrace } from '@hindscope/testkit'
import { expect, test } from 'vitest'
import { depthBlocksOf } from '../../src/model/depth-blocks.ts'
import { createTraceModel } from '../../src/model/trace-library.ts'

test('the nearest row of a depth is that of a look at every row', () => {
  const chunks = [...generateTrace({ events: 20_000, seed: 3, realms: 2 })].map(bytes => decodeChunk(bytes))
  const library = createTraceModel()
  let asked = 0
  for (const chunk of chunks) {
    library.addChunk(chunk)
    for (const track of library.stores[0]?.tracks ?? []) {
      const { depth, length } = track.rows
      for (let row = 0; row < length; row += 97) {
        for (const wanted of [0, depth[row] as number, 30, 31, 40, 300]) {
          let [up, down] = [row, row]
          while (up < length && depth[up] !== wanted) up++
          while (down >= 0 && depth[down] !== wanted) down--
          const blocks = depthBlocksOf(track)
          asked++
          if (blocks.find(row, wanted, 1) !== (up === length ? -1 : up)) expect.fail(`up from ${row} to depth ${wanted}`)
          if (blocks.find(row, wanted, -1) !== down) expect.fail(`down from ${row} to depth ${wanted}`)
        }
      }
    }
  }
  expect(asked).toBeGreaterThan(1000)
})
