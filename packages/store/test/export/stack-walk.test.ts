import { describe, expect, it } from 'vitest'
import { TraceBuilder } from '@hindscope/testkit'
import type { RealmBuilder } from '@hindscope/testkit'
import { StackWalk, suspendedCalls } from '../../src/export/stack-walk.ts'
import type { Track } from '../../src/model.ts'
import { storeOf } from './export-traces.ts'

/** `+2` = call 2 was opened, `-2` = it was closed, one word a row; the last one is the end of the trace. */
function walked(build: (realm: RealmBuilder) => void): string[] {
  const trace = new TraceBuilder()
  build(trace.realm('r'))
  const track = storeOf(trace).tracks[0] as Track
  const walk = new StackWalk(track)
  const changes = (): string => walk.changes.map(change => (change < 0 ? `-${~change + 1}` : `+${change + 1}`)).join('')
  const words: string[] = []
  for (let row = 0; row < track.rows.length; row++) {
    walk.step(row)
    words.push(changes())
  }
  walk.end()
  return [...words, changes()]
}

describe('the stack of a track', () => {
  it('closes frames above a caller that is seen alive', () => {
    const words = walked(realm => {
      const a = realm.enter('a')
      const b = realm.enter('b', [], { parent: a })
      realm.enter('c', [], { parent: b })
      realm.enter('d', [], { parent: a })
      realm.returns(a, 'a')
    })
    expect(words).toEqual(['+1', '+2', '+3', '-3-2+4', '-4-1', ''])
  })

  it('puts a call that nothing below called on top, unless what is there never ends', () => {
    const words = walked(realm => {
      const emits = realm.enter('emits')
      const hears = realm.enter('hears', [], { parent: 99, asyncParent: true })
      realm.returns(hears, 'hears').returns(emits, 'emits')
      realm.enter('lost')
      const later = realm.enter('later')
      realm.returns(later, 'later')
    })
    expect(words).toEqual(['+1', '+2', '-2', '-1', '+3', '-3+4', '-4', ''])
  })

  it('finds the caller through an activity that was dispatched in between', () => {
    const words = walked(realm => {
      const clicks = realm.enter('clicks')
      realm.enter('left', [], { parent: clicks })
      const event = realm.activity('domEvent', { type: 'click' }, { parent: clicks })
      const listener = realm.enter('listener', [], { parent: event })
      realm.returns(listener, 'listener').ends(event, 'domEvent').returns(clicks, 'clicks')
    })
    expect(words).toEqual(['+1', '+2', '', '-2+4', '-4', '', '-1', ''])
  })

  it('takes a call off while it waits, and does not bring one back that has ended', () => {
    const words = walked(realm => {
      const call = realm.enter('f')
      realm.event({ kind: 'suspendAwait', call }).event({ kind: 'resumeAwait', call }).event({ kind: 'resumeAwait', call })
      realm.returns(call, 'f').event({ kind: 'resumeAwait', call }).returns(call, 'f')
    })
    expect(words).toEqual(['+1', '-1', '+1', '', '-1', '', '', ''])
  })
})

it('knows which calls suspend', () => {
  const trace = new TraceBuilder()
  const realm = trace.realm('r')
  realm.enter('f')
  const [a, b] = [realm.enter('a'), realm.enter('b')]
  realm.event({ kind: 'suspendAwait', call: a }).event({ kind: 'suspendYield', call: b }).event({ kind: 'suspendAwait', call: 77 })
  expect([...suspendedCalls(storeOf(trace).tracks[0] as Track)]).toEqual([0, 1, 1])
})
