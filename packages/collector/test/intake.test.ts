import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Intake } from '../src/intake.ts'
import type { Flow } from '../src/intake.ts'

const MB = 1024 * 1024

interface Line {
  readonly flow: Flow
  isHeld: boolean
  waiting: number
  isOpen: boolean
}

test('a connection is held exactly while its own bytes, all bytes or a shut intake ask for it', () => {
  const step = fc.record({
    kind: fc.constantFrom('add', 'done', 'close', 'shut', 'reopen', 'open'),
    line: fc.nat(5),
    mb: fc.integer({ min: 1, max: 20 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), steps => {
      const intake = new Intake(60 * MB)
      const lines: Line[] = []
      let isShut = false
      const begin = (): void => {
        const line: { -readonly [key in keyof Line]: Line[key] } = { flow: undefined as never, isHeld: false, waiting: 0, isOpen: true }
        const turn = (isHeld: boolean) => () => {
          expect(line.isHeld).toBe(!isHeld)
          line.isHeld = isHeld
        }
        line.flow = intake.open({ hold: turn(true), release: turn(false), probe: () => undefined })
        lines.push(line)
      }
      for (let i = 0; i < 3; i++) begin()
      for (const { kind, line: at, mb } of steps) {
        const line = lines[at % lines.length] as Line
        if (kind === 'add') line.flow.add(mb * MB)
        else if (kind === 'done' && line.waiting > 0) line.flow.done(Math.min(line.waiting, mb * MB))
        else if (kind === 'close') line.flow.close()
        else if (kind === 'open') begin()
        if (kind === 'add') line.waiting += mb * MB
        else if (kind === 'done') line.waiting -= Math.min(line.waiting, mb * MB)
        else if (kind === 'close') line.isOpen = false
        else if (kind === 'shut') intake.shut()
        else if (kind === 'reopen') intake.reopen()
        isShut = kind === 'shut' || (isShut && kind !== 'reopen')
        const total = lines.reduce((sum, each) => sum + each.waiting, 0)
        expect(intake.waitingBytes).toBe(total)
        expect(intake.isOpen).toBe(!isShut && total <= 60 * MB)
        for (const each of lines) if (each.isOpen) expect(each.isHeld).toBe(isShut || total > 60 * MB || each.waiting > 32 * MB)
      }
    }),
  )
})
