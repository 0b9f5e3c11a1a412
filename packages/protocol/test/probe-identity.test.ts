import { describe, expect, test } from 'vitest'
import { MANIFEST_VERSION, moduleKey, probeIdentities } from '../src/index.ts'
import type { Probe, ProbeManifest, SourceRange } from '../src/index.ts'

/** A manifest whose probes are found in the text: `name` marks a function that starts there and goes to the next `}`. */
function manifestOf(content: string, probes: readonly Partial<Probe>[], path = 'src/a.ts'): ProbeManifest {
  return {
    version: MANIFEST_VERSION,
    module: moduleKey('0123456789abcdef'),
    id: path,
    sourceHash: '',
    sources: [{ path, content }],
    probes: probes as Probe[],
  }
}

const LINES = ['function first() {', '  return 1', '}', 'function second() {', '  let x = 2', '  const inner = () => x', '}']
const fn = (name: string, range: SourceRange, parent = -1): Partial<Probe> => ({ kind: 'function', name, source: 0, range, parent })
const write = (name: string, range: SourceRange, parent: number): Partial<Probe> => ({ kind: 'write', name, source: 0, range, parent })

const probesFrom = (line: number): Partial<Probe>[] => [
  fn('second', [line, 0, line + 3, 1]),
  write('x', [line + 1, 6, line + 1, 11], 0),
  fn('inner', [line + 2, 16, line + 2, 23], 0),
]

describe('the identity of a probe', () => {
  const before = probeIdentities(manifestOf(LINES.join('\n'), probesFrom(4)))

  test('names path, function and place', () => {
    expect(before).toEqual([
      expect.stringMatching(/^src\/a\.ts#second@[0-9a-f]{8}$/),
      expect.stringMatching(/^src\/a\.ts#second@[0-9a-f]{8}\/write x@1:6$/),
      expect.stringMatching(/^src\/a\.ts#second\/inner@[0-9a-f]{8}$/),
    ])
  })

  test('survives edits before and behind its function, other line ends, and a move in the file', () => {
    for (const [prefix, end] of [
      [['// new', ...LINES.slice(0, 3), ''], '\n'],
      [['import x from "y"'], '\r\n'],
      [[], '\u2028'],
    ] as const) {
      const text = [...prefix, ...LINES.slice(3), 'function added() {}'].join(end)
      expect(probeIdentities(manifestOf(text, probesFrom(prefix.length + 1)))).toEqual(before)
    }
  })

  test('ends with an edit inside its function, and not for the function inside that stays', () => {
    const edited = [...LINES]
    edited[4] = '  let x = 3'
    const after = probeIdentities(manifestOf(edited.join('\n'), probesFrom(4)))
    expect(after[0]).not.toBe(before[0])
    expect(after[1]).not.toBe(before[1])
    expect(after[2]).toBe(before[2])
  })

  test('has no part for the call of the module, which only some levels have', () => {
    const module = { ...fn('(module)', [1, 0, 7, 1]), functionKind: 'module' } as const
    const probes = [module, fn('first', [1, 0, 3, 1], 0)]
    expect(probeIdentities(manifestOf(LINES.join('\n'), probes))[1]).toBe(
      probeIdentities(manifestOf(LINES.join('\n'), [fn('first', [1, 0, 3, 1])]))[0],
    )
  })

  test('is another in another file, and for each of several functions with one text', () => {
    const text = 'const a = () => 1, b = () => 1'
    const same = [fn('(anonymous)', [1, 10, 1, 17]), fn('(anonymous)', [1, 23, 1, 30])]
    const ids = [...probeIdentities(manifestOf(text, same)), ...probeIdentities(manifestOf(text, same, 'src/b.ts'))]
    expect(new Set(ids).size).toBe(4)
    expect(ids[1]).toMatch(/~2$/)
  })

  test('is the place in the module where the text is unknown', () => {
    const manifest = { ...manifestOf('', probesFrom(1)), sources: [{ path: 'src/a.ts' }] }
    expect(probeIdentities(manifest)).toEqual(['0123456789abcdef:0', '0123456789abcdef:1', '0123456789abcdef:2'])
  })
})
