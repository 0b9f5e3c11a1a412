// What is asked of a store, in Node, in a worker and of the peers: each question many times, about another place each time. Places are
// drawn before the clock runs, and are the same for every engine of the same trace.

/** Limits at 10 million events in Node, in milliseconds (issue 5); twice as much in a worker. */
export const QUESTIONS = {
  slice: { what: '1,000 events from a time on', limitMs: 5 },
  tree: { what: 'all events of a causal tree', limitMs: 10 },
  calls: { what: 'first 1,000 calls of a function', limitMs: 5 },
  'rare calls': { what: 'calls of a function that hardly runs', limitMs: 5 },
  'next write, variable': { what: 'next write of a variable', limitMs: 10 },
  'previous write, variable': { what: 'previous write of a variable', limitMs: 10 },
  'next write, property': { what: 'next write of a property', limitMs: 10 },
  'previous write, property': { what: 'previous write of a property', limitMs: 10 },
  'step next': { what: 'step to the next event', limitMs: 5 },
  'step over': { what: 'step over', limitMs: 5 },
  'step out': { what: 'step out', limitMs: 5 },
  moment: { what: 'stack and variables at a random moment', limitMs: 50 },
  'moment of a request': { what: 'stack and variables within a request', limitMs: 10 },
  state: { what: 'whole state at a random moment', limitMs: 50 },
  'buckets, whole': { what: 'timeline of the whole trace, 1,200 columns, 8 lanes', limitMs: 40 },
  'buckets, zoomed': { what: 'timeline of a part', limitMs: 40 },
  'value, first': { what: 'first call with args.user.id = n', limitMs: 100 },
  value: { what: 'all calls with args.user.id = n', limitMs: 1000 },
}

const ASKS = 200
/** What takes longer is asked less often. */
const PATIENCE_MS = 40_000
const LEAST_ASKS = 5

/** xorshift: the same places on every engine. */
function randomOf(seed) {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 1) / 0x8000_0000
  }
}

/** Places for every question: `{slice: [{fromUs}, …], …}`. */
export async function drawPlaces(engine, described) {
  const { session, fromUs, toUs, requests, frequentFunction, rareFunction, userId } = described
  const random = randomOf(4711)
  const pick = list => list[Math.floor(random() * list.length)]
  const times = make => Array.from({ length: ASKS }, make)
  const time = () => fromUs + Math.floor(random() * (toUs - fromUs))
  const eventAt = async timeUs => (await engine.at({ session, timeUs })).ref
  const moments = () => Promise.all(times(() => eventAt(time())))
  const writes = async kind => {
    const found = await Promise.all(times(() => engine.events({ session, kinds: [kind], fromUs: time(), limit: 1 })))
    return found.flatMap(({ rows }) => rows.map(row => ({ ref: row.ref })))
  }
  const functions = (await engine.functions({ session, limit: 500 })).filter(({ location }) => location).map(({ name }) => name)
  const inRequests = await Promise.all(
    times(async () => {
      const { rows } = await engine.events({ session, chain: rootOf(pick(requests)), limit: 200 })
      return { ref: pick(rows).ref }
    }),
  )
  const points = (await moments()).map(ref => ({ ref }))
  const [variables, properties] = [await writes('write'), await writes('propertyWrite')]
  return {
    slice: times(() => ({ fromUs: time() })),
    tree: times(() => ({ root: pick(requests) })),
    calls: times((_, index) => ({ name: index % 10 === 0 ? frequentFunction.name : pick(functions) })),
    'rare calls': times(() => ({ name: rareFunction.name })),
    'next write, variable': variables,
    'previous write, variable': variables,
    'next write, property': properties,
    'previous write, property': properties,
    'step next': points,
    'step over': points,
    'step out': points,
    moment: points,
    'moment of a request': inRequests,
    state: points,
    'buckets, whole': times(() => ({ fromUs, toUs: toUs + 1 })),
    'buckets, zoomed': times(() => {
      const length = (toUs - fromUs) / 10 ** (random() * 4)
      const from = fromUs + random() * (toUs - fromUs - length)
      return { fromUs: from, toUs: from + length }
    }),
    'value, first': times((_, index) => ({ user: index % 2 === 0 ? userId : Math.floor(random() ** 2 * 50_000) })),
    value: times((_, index) => ({ user: index % 2 === 0 ? userId : Math.floor(random() ** 2 * 50_000) })),
  }
}

const rootOf = ({ track, seq }) => ({ track, seq })
const byUser = user => `kind = callEnter and args.user.id = ${user}`

/** How our engine is asked; each gives what tells that answers are the same: a count, or the place that was found. */
export function oursFor(engine, { session }) {
  const pages = async ask => {
    let count = 0
    let cursor
    do {
      const page = await ask(cursor === undefined ? {} : { cursor })
      count += page.rows.length
      cursor = page.cursor
    } while (cursor !== undefined)
    return count
  }
  const step =
    direction =>
    async ({ ref }) =>
      placeText((await engine.step({ session, ref, direction })).ref)
  const calls = async ({ name }) => (await engine.search({ session, query: `kind = callEnter and function = "${name}"`, limit: 1000 })).rows.length
  const buckets = async ({ fromUs, toUs }) => total((await engine.buckets({ session, fromUs, toUs, columns: 1200, maxDepth: 8 })).count)
  const moment = async ({ ref }) => {
    const stack = await engine.stack({ session, ref })
    const { locals } = await engine.locals({ session, ref })
    return `${stack.length} frames, ${locals.length} variables`
  }
  return {
    slice: async ({ fromUs }) => (await engine.events({ session, fromUs, limit: 1000 })).rows.length,
    tree: ({ root }) => pages(cursor => engine.events({ session, chain: rootOf(root), limit: 1000, ...cursor })),
    calls,
    'rare calls': calls,
    'next write, variable': step('next-write'),
    'previous write, variable': step('previous-write'),
    'next write, property': step('next-write'),
    'previous write, property': step('previous-write'),
    'step next': step('next'),
    'step over': step('over'),
    'step out': step('out'),
    moment,
    'moment of a request': moment,
    ...(engine.state === undefined ? {} : { state: async ({ ref }) => (await engine.state({ session, ref })).frames.length }),
    'buckets, whole': buckets,
    'buckets, zoomed': buckets,
    'value, first': async ({ user }) => (await engine.search({ session, query: byUser(user), limit: 1 })).rows.length,
    value: ({ user }) => pages(cursor => engine.search({ session, query: byUser(user), limit: 1000, ...cursor })),
  }
}

export const total = counts => counts.reduce((sum, count) => sum + count, 0)
export const placeText = ref => (ref === undefined ? 'none' : `${ref.track}.${ref.seq}`)

/**
 * Asks `askers[question]` about each place. Gives flat figures, `<question> p95` and so on in milliseconds: the first ask (which makes
 * indexes) by itself, the others as percentiles; and the answers.
 */
export async function askAll(askers, places, asks = ASKS) {
  const figures = {}
  const answers = {}
  for (const question of Object.keys(QUESTIONS)) {
    const ask = askers[question]
    if (ask === undefined) continue
    const took = []
    answers[question] = []
    const started = performance.now()
    for (const place of places[question].slice(0, asks)) {
      if (took.length > LEAST_ASKS && performance.now() - started > PATIENCE_MS) break
      const before = performance.now()
      const answer = await ask(place)
      took.push(performance.now() - before)
      answers[question].push(answer)
    }
    const [first, ...later] = took
    later.sort((a, b) => a - b)
    const at = share => later[Math.min(later.length - 1, Math.ceil(share * later.length) - 1)]
    Object.assign(figures, {
      [`${question} first`]: first,
      [`${question} p50`]: at(0.5),
      [`${question} p95`]: at(0.95),
      [`${question} max`]: later.at(-1),
      [`${question} asks`]: took.length,
    })
  }
  return { figures, answers }
}

/** Rows of a table: one a question that was asked. */
export const questionRows = (figures, pick = 'median') =>
  Object.entries(QUESTIONS)
    .filter(([question]) => figures[`${question} p95`] !== undefined)
    .map(([question, { what, limitMs }]) => {
      const value = name => figures[`${question} ${name}`][pick]
      return { question, what, limitMs, first: value('first'), p50: value('p50'), p95: value('p95'), max: value('max'), asks: value('asks') }
    })

export const ms = value => (value === undefined ? '–' : value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0))
