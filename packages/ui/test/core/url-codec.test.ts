import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatView, parseView } from '../../src/core/url-codec.ts'
import { EVENT_GROUPS, LEFT_TABS, RIGHT_TABS, SCREEN_TABS } from '../../src/core/view-state.ts'
import type { ViewState } from '../../src/core/view-state.ts'

const ref = fc.record({ track: fc.nat(99_999), seq: fc.nat(4_000_000_000) })
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const view: fc.Arbitrary<ViewState> = fc
  .record({
    trace: optional(fc.record({ name: text, bytes: fc.nat(2 ** 31), content: fc.stringMatching(/^[0-9a-f]{8}$/) })),
    session: optional(fc.stringMatching(/^[0-9a-f]{32}$/)),
    moment: optional(fc.tuple(ref, optional(fc.nat(999)), optional(text)).map(([at, frame, path]) => strip({ ref: at, frame, path }))),
    range: optional(fc.tuple(fc.nat(2 ** 31), fc.integer({ min: 1, max: 2 ** 31 })).map(([fromUs, length]) => ({ fromUs, toUs: fromUs + length }))),
    filter: fc
      .record({
        text: fc.oneof(fc.constant(''), text),
        errors: fc.boolean(),
        group: optional(fc.constantFrom(...EVENT_GROUPS)),
        chain: optional(ref),
      })
      .map(strip),
    left: optional(fc.constantFrom(...LEFT_TABS)),
    right: optional(fc.constantFrom(...RIGHT_TABS)),
    screen: optional(fc.constantFrom(...SCREEN_TABS)),
    other: optional(fc.stringMatching(/^[0-9a-f]{32}$/)),
    source: optional(fc.record({ path: text, line: optional(fc.integer({ min: 1, max: 999_999 })) }).map(strip)),
    query: optional(text),
    object: optional(fc.record({ track: fc.nat(99_999), object: fc.nat(4_000_000_000) })),
    logpoints: optional(
      fc.array(fc.record({ path: text, line: fc.integer({ min: 1, max: 999_999 }), expression: text }), { minLength: 1, maxLength: 4 }),
    ),
    pins: optional(fc.array(text, { minLength: 1, maxLength: 4 })),
    diff: optional(fc.record({ base: fc.oneof(fc.constantFrom('visited', 'write', 'call'), ref), all: fc.boolean() })),
    valueFilter: optional(text),
    choices: optional(
      fc
        .record({
          measure: optional(fc.constantFrom('self', 'calls')),
          flameOrder: optional(fc.constant('time')),
          zoom: optional(fc.record({ ref, depth: fc.nat(9999) })),
          focus: optional(fc.record({ function: text, side: fc.constantFrom('callers', 'callees') })),
          find: optional(text),
          merged: optional(fc.constantFrom('total', 'self', 'calls')),
          types: optional(fc.uniqueArray(fc.constantFrom('httpClient', 'timer', 'custom'), { minLength: 1 })),
          activityOrder: optional(fc.constant('duration')),
          unfolded: optional(fc.constant(true)),
          lifelines: optional(fc.constant('module')),
          store: optional(fc.record({ track: fc.nat(99_999), store: text })),
          statePath: optional(text),
        })
        .map(strip)
        .filter(choices => Object.keys(choices).length > 0),
    ),
  })
  .map(strip)

/** Views have no undefined fields. */
function strip<T extends object>(value: T): never {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never
}

describe('the address', () => {
  it('gives back every view', () => {
    fc.assert(
      fc.property(view, state => {
        expect(parseView(formatView(state))).toEqual({ view: state, ignored: [], unknown: [] })
      }),
      { numRuns: 200 },
    )
  })

  it('survives a browser, which escapes what a hash may not hold', () => {
    fc.assert(
      fc.property(view, state => {
        expect(parseView(new URL(`http://localhost/x/${formatView(state)}`).hash).view).toEqual(state)
      }),
    )
  })

  it('reads anything without throwing, and loses no part silently', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), junk => {
        const parsed = parseView(`#${junk}`)
        expect(parseView(formatView(parsed.view, parsed.unknown)).view).toEqual(parsed.view)
      }),
    )
  })

  it('names what it ignores and applies the rest', () => {
    const parsed = parseView('#v=1&s=5e55&m=0.x&r=9-3&k=cats&panel=calls,nothing&e=1&line=4&%zz=1&src=a%2')
    expect(parsed.view).toEqual({ session: '5e55', filter: { text: '', errors: true } })
    expect(parsed.ignored).toEqual(['m=0.x', 'r=9-3', 'k=cats', 'panel=calls,nothing', 'line=4', '%zz=1', 'src=a%2'])
  })

  it('carries logpoints, pins and the other side of a diff in readable form', () => {
    const hash = '#v=1&o=0.12&lp=8:C%253A/a.js:item.price+%3F+1+:+2&lp=9:b.js:x&pin=cart.items%5B0%5D&d=0.7,all'
    const { view: found, ignored } = parseView(hash)
    expect(ignored).toEqual([])
    expect(found.logpoints).toEqual([
      { path: 'C:/a.js', line: 8, expression: 'item.price+?+1+:+2' },
      { path: 'b.js', line: 9, expression: 'x' },
    ])
    expect(found).toMatchObject({ object: { track: 0, object: 12 }, pins: ['cart.items[0]'], diff: { base: { track: 0, seq: 7 }, all: true } })
    expect(parseView('#v=1&lp=0:a.js:x&lp=8:a.js:&pin=&d=later&o=x').ignored).toEqual(['lp=0:a.js:x', 'lp=8:a.js:', 'pin=', 'd=later', 'o=x'])
  })

  it('carries how the aggregated views are shown, and names what it cannot read of it', () => {
    const hash = '#v=1&panel=flame&fm=self&fz=1.70/3&ff=callers:src/a.ts%23f@12&fq=cart&nt=timer,custom&sl=module&ss=2:a:b&sp=items%5B0%5D'
    expect(parseView(hash)).toMatchObject({
      ignored: [],
      view: {
        left: 'flame',
        choices: {
          measure: 'self',
          zoom: { ref: { track: 1, seq: 70 }, depth: 3 },
          focus: { function: 'src/a.ts#f@12', side: 'callers' },
          find: 'cart',
          types: ['timer', 'custom'],
          lifelines: 'module',
          store: { track: 2, store: 'a:b' },
          statePath: 'items[0]',
        },
      },
    })
    const bad = [
      'fm=total',
      'fo=x',
      'fz=1.70',
      'ff=above:f',
      'ff=callers:',
      'cm=x',
      'nt=timer,x',
      'no=x',
      'nu=2',
      'sl=track',
      'ss=2',
      'ss=a:b',
      'sp=',
    ]
    expect(parseView(`#v=1&${bad.join('&')}`)).toMatchObject({ ignored: bad, view: { filter: { text: '', errors: false } } })
  })

  it('says so when the link is of a later version, and keeps its unknown parts', () => {
    const parsed = parseView('#v=2&m=0.4&ghost=agent%3A7')
    expect(parsed.ignored).toEqual(['v=2'])
    expect(parsed.view.moment).toEqual({ ref: { track: 0, seq: 4 } })
    expect(formatView(parsed.view, parsed.unknown)).toBe('#v=1&m=0.4&ghost=agent:7')
  })

  it('is short and readable for the usual place', () => {
    const state: ViewState = {
      session: 'abc',
      moment: { ref: { track: 1, seq: 70 }, frame: 2 },
      filter: { text: '', errors: false },
      left: 'calls',
      source: { path: 'src/cart.ts', line: 9 },
    }
    expect(formatView(state)).toBe('#v=1&s=abc&m=1.70/2&panel=calls&src=src/cart.ts&line=9')
  })
})
