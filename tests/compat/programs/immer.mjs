import * as immer from 'immer'

export const modules = { immer }

export async function run(log, { isFull }) {
  const {
    produce,
    enablePatches,
    enableMapSet,
    produceWithPatches,
    applyPatches,
    createDraft,
    finishDraft,
    original,
    current,
    isDraft,
    immerable,
    freeze,
  } = immer
  enablePatches()
  enableMapSet()
  class Cart {
    [immerable] = true
    items = []
    get total() {
      return this.items.length
    }
    add(item) {
      return produce(this, draft => void draft.items.push(item))
    }
  }
  let state = {
    todos: [{ id: 1, done: false, tags: new Set(['a']) }],
    byId: new Map([[1, { name: 'x' }]]),
    deep: { a: { b: [1, 2, 3] } },
    cart: new Cart(),
  }
  const recipes = [
    draft => void draft.todos.push({ id: 2, done: true, tags: new Set() }),
    draft => void draft.todos[0].tags.add('b'),
    draft => void (draft.byId.get(1).name = 'y'),
    draft => void draft.byId.set(2, { name: 'z' }),
    draft => void draft.deep.a.b.reverse(),
    draft => void delete draft.deep.a,
    draft => void draft.todos.sort((x, y) => y.id - x.id),
    draft => ({ ...current(draft), replaced: true }),
    draft => void (draft.self = isDraft(draft) && original(draft) === state),
    draft => void draft.byId.forEach((value, key) => (value.seen = key)),
    () => undefined,
    draft => {
      draft.x = 1
      return {}
    },
    () => {
      throw new RangeError('from a recipe')
    },
    draft => void Object.defineProperty(draft, 'y', { value: 1 }),
    draft => void Object.setPrototypeOf(draft, null),
  ]
  for (let round = 0; round < (isFull ? 50 : 5); round++)
    for (const recipe of recipes) {
      const result = log.attempt('produce', () => produceWithPatches(state, recipe))
      if (!result) continue
      const [next, patches, inverse] = result
      log('back', JSON.stringify(applyPatches(next, inverse)) === JSON.stringify(state), Object.isFrozen(next), Reflect.ownKeys(next))
      log.attempt('patched', () => applyPatches(state, patches))
      log.attempt('frozen', () => (next.todos.length = 0))
      if (round % 2 === 0 && next.deep?.a) state = next
    }
  const draft = createDraft(state)
  draft.extra = [1]
  log(finishDraft(draft))
  log.attempt('revoked', () => draft.extra)
  log(new Cart().add(1).add(2).total, freeze({ a: { b: 1 } }, true))
  await log.attempt('async', () => produce(state, async d => void d))
  log.attempt('no draft', () => original({}))
  log.attempt('no recipe', () => produce({}, 1))
}
