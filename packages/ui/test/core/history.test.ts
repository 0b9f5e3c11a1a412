import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canWalk, currentPlace, pushPlace, replacePlace, startHistory, walkHistory } from '../../src/core/history.ts'

describe('history of places', () => {
  it('walks back and forward over what was pushed', () => {
    let history = startHistory('a')
    history = pushPlace(history, 'b')
    history = pushPlace(history, 'c')
    history = walkHistory(history, -2)
    expect(currentPlace(history)).toBe('a')
    expect(canWalk(history, -1)).toBe(false)
    expect(walkHistory(history, -1)).toBe(history)
    expect(currentPlace(walkHistory(history, 1))).toBe('b')
  })

  it('forgets what lay ahead when a new place is pushed', () => {
    let history = pushPlace(pushPlace(startHistory('a'), 'b'), 'c')
    history = pushPlace(walkHistory(history, -1), 'd')
    expect(history.places).toEqual(['a', 'b', 'd'])
    expect(canWalk(history, 1)).toBe(false)
  })

  it('replaces only the current place', () => {
    const history = replacePlace(walkHistory(pushPlace(startHistory('a'), 'b'), -1), 'x')
    expect(history).toEqual({ places: ['x', 'b'], index: 0 })
  })

  it('behaves like a list with a position, whatever the order of steps', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), value: fc.nat() }),
      fc.record({ kind: fc.constant('walk' as const), value: fc.integer({ min: -3, max: 3 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), steps => {
        let history = startHistory(-1)
        let model = [-1]
        let at = 0
        for (const { kind, value } of steps) {
          if (kind === 'push') {
            model = [...model.slice(0, at + 1), value]
            at = model.length - 1
            history = pushPlace(history, value)
          } else {
            if (model[at + value] !== undefined) at += value
            history = walkHistory(history, value)
          }
          expect(history).toEqual({ places: model, index: at })
        }
      }),
    )
  })

  it('is bounded', () => {
    let history = startHistory(0)
    for (let i = 1; i <= 1000; i++) history = pushPlace(history, i)
    expect(history.places.length).toBe(200)
    expect(currentPlace(history)).toBe(1000)
  })
})
