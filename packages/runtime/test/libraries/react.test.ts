import { dumpEvents } from '@hindscope/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { createRecorder } from '../../src/index.ts'
import type { RecorderHandle } from '../../src/index.ts'
import { reactAdapter } from '../../src/libraries/react.ts'
import { tick } from '../probed.ts'
import { closeBrowser } from './pages.ts'
import { testHook, testRenders } from './react-suite.ts'

afterAll(closeBrowser)

describe('React 19', () => {
  testRenders(/^react: react-dom 19\./, ['concurrent', 'strict'])
  testHook()
})

const HOOK = '__REACT_DEVTOOLS_GLOBAL_HOOK__'
interface Hook {
  renderers: Map<number, unknown>
  inject(renderer: unknown): number
  onCommitFiberRoot(id: number, root: unknown): void
}
interface Realm {
  [HOOK]?: Hook
}

function attached(realm: Realm): { recorder: RecorderHandle; detach: () => void; dump: () => string } {
  const recorder = createRecorder({ sink: 'memory', flushMs: 60_000 })
  const detach = reactAdapter.attach?.(recorder.access, realm)
  return { recorder, detach: () => detach?.(), dump: () => dumpEvents(recorder.chunks()) }
}

describe('the hook', () => {
  test('another React is told once and not read', () => {
    const realm: Realm = {}
    const { recorder, dump } = attached(realm)
    const hook = realm[HOOK] as Hook
    const id = hook.inject({ version: '17.0.2', rendererPackageName: 'react-dom' })
    const root = {
      get current(): never {
        throw new Error('read')
      },
    }
    hook.onCommitFiberRoot(id, root)
    hook.onCommitFiberRoot(id, root)
    hook.onCommitFiberRoot(99, root)
    const odd = hook.inject({ version: '1.0.0', reconcilerVersion: '19.0.0', rendererPackageName: 'other' })
    hook.onCommitFiberRoot(odd, { current: { tag: 3, lanes: 0 } })
    hook.onCommitFiberRoot(odd, { current: { tag: 3, lanes: 0 } })
    expect(recorder.stats().errors).toEqual({ 'adapter-unsupported': 3 })
    expect(dump().match(/adapter-[a-z]+", reason: ".*?"/g)).toEqual([
      'adapter-unsupported", reason: "react: react-dom 17.0.2"',
      'adapter-unsupported", reason: "react: renderer of an unknown version"',
      'adapter-attached", reason: "react: other 19.0.0"',
      'adapter-unsupported", reason: "react: fibers of another kind"',
    ])
  })

  test('ours goes with the recorder and comes back with the next', () => {
    const realm: Realm = {}
    const first = attached(realm)
    const hook = realm[HOOK] as Hook
    expect(Object.keys(realm)).toEqual([])
    const plain = hook.inject({ version: '19.0.0' })
    first.detach()
    expect(realm).not.toHaveProperty(HOOK)
    const second = attached(realm)
    expect(realm[HOOK]).toBe(hook)
    expect(second.dump()).toContain('renderer 19.0.0')
    expect(hook.inject({ version: '19.0.0' })).toBe(plain + 1)
    second.detach()
  })

  test('what somebody chained onto it stays', () => {
    const realm: Realm = {}
    const { detach, recorder } = attached(realm)
    const hook = realm[HOOK] as Hook
    const ours = hook.onCommitFiberRoot
    const told: unknown[] = []
    hook.onCommitFiberRoot = function (...args) {
      told.push(args)
      return ours.apply(this, args)
    }
    detach()
    expect(realm[HOOK]).toBe(hook)
    hook.onCommitFiberRoot(5, {})
    expect([told, recorder.stats().errors]).toEqual([[[5, {}]], {}])
  })

  test('a hook that was there gets its functions back, and what they throw and give passes', () => {
    const inject = (renderer: unknown): number => (renderer === undefined ? 1 : 7)
    const onCommitFiberRoot = (): never => {
      throw new TypeError('theirs')
    }
    const hook = { renderers: new Map([[7, { version: '18.2.0' }]]), inject, onCommitFiberRoot }
    const { detach, dump } = attached({ [HOOK]: hook })
    expect(hook.inject).not.toBe(inject)
    expect(hook.inject({ version: '18.3.1' })).toBe(7)
    expect(() => hook.onCommitFiberRoot()).toThrow('theirs')
    expect(dump()).toMatch(/18\.2\.0[^]*18\.3\.1/)
    detach()
    expect([hook.inject, hook.onCommitFiberRoot]).toEqual([inject, onCommitFiberRoot])
  })

  test('one that is turned off, frozen or a proxy is left alone', async () => {
    const trap = (): never => {
      throw new Error('asked')
    }
    const proxy = new Proxy({} as Hook, { get: trap, getOwnPropertyDescriptor: trap, ownKeys: trap, defineProperty: trap })
    const none = { isDisabled: true, onCommitFiberRoot: tick } as unknown as Hook
    for (const hook of [proxy, none, Object.freeze({ onCommitFiberRoot: tick }) as unknown as Hook]) {
      const realm: Realm = { [HOOK]: hook }
      const { recorder, detach } = attached(realm)
      await tick()
      detach()
      expect(realm[HOOK]).toBe(hook)
      expect(recorder.stats().errors).toEqual(hook === none ? {} : { 'adapter-unsupported': 1 })
    }
    expect(none.onCommitFiberRoot).toBe(tick)
  })
})
