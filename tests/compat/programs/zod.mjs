import * as zod from 'zod'

export const modules = { zod }

export async function run(log) {
  const { z } = zod
  const schemas = {
    string: z
      .string()
      .min(2)
      .max(5)
      .regex(/^[a-z]+$/),
    email: z.email(),
    number: z.number().int().positive(),
    bigint: z.bigint(),
    date: z.coerce.date(),
    object: z.object({ name: z.string(), age: z.number().optional(), tags: z.array(z.string()).default(['x']) }),
    strict: z.strictObject({ a: z.literal(1) }),
    loose: z.looseObject({ a: z.null() }),
    union: z.union([z.string(), z.number(), z.object({ k: z.boolean() })]),
    discriminated: z.discriminatedUnion('type', [
      z.object({ type: z.literal('a'), x: z.number() }),
      z.object({ type: z.literal('b'), y: z.string() }),
    ]),
    tuple: z.tuple([z.string(), z.number()]).rest(z.boolean()),
    record: z.record(z.string(), z.number()),
    map: z.map(z.string(), z.number()),
    set: z.set(z.number()).min(1),
    enumeration: z.enum(['red', 'green']),
    transform: z
      .string()
      .transform(s => s.length)
      .pipe(z.number().max(3)),
    refine: z.object({ a: z.string(), b: z.string() }).refine(v => v.a === v.b, { message: 'must match', path: ['b'] }),
    superRefine: z.string().superRefine((value, context) => value === 'bad' && context.addIssue({ code: 'custom', message: 'is bad' })),
    lazy: z.lazy(() => z.object({ next: z.unknown().optional() })),
    preprocess: z.preprocess(v => String(v), z.string().max(4)),
    nullable: z.string().nullable().catch('fallback'),
    readonly: z.object({ a: z.number() }).readonly(),
    brand: z.string().brand(),
    partial: z.object({ a: z.string(), b: z.number() }).partial().extend({ c: z.boolean() }).omit({ b: true }),
    async: z.string().refine(async value => (await value) !== 'taken', 'is taken'),
    url: z.url(),
    uuid: z.uuid(),
    throwing: z.string().transform(() => {
      throw new TypeError('thrown by a transform')
    }),
  }
  const inputs = [
    'a',
    'abc',
    'taken',
    'bad',
    'a@b.co',
    'https://x.org/',
    5,
    -1.5,
    10n,
    null,
    undefined,
    [],
    ['s', 1, true],
    {},
    { a: 1 },
    { a: 'x', b: 'x' },
    { a: 'x', b: 'y' },
    { name: 'n', age: 'old', tags: [1] },
    { type: 'b', y: 's' },
    { type: 'c' },
    new Map([['k', 1]]),
    new Set([1, 'x']),
    new Date(0),
    '2020-01-01',
    Symbol.iterator,
    () => 1,
  ]
  for (const [name, schema] of Object.entries(schemas))
    for (const input of inputs) {
      log.attempt(name, () => schema.safeParse(input))
      log.attempt(`${name} parse`, () => schema.parse(input))
      await log.attempt(`${name} async`, () => schema.safeParseAsync(input))
    }
  for (const [name, schema] of Object.entries(schemas)) log.attempt(`${name} json`, () => z.toJSONSchema(schema))
  const failed = schemas.object.safeParse({ age: 'x' })
  log(z.treeifyError(failed.error), z.prettifyError(failed.error), z.flattenError(failed.error))
  log.attempt('function', () => z.function({ input: [z.string()], output: z.number() }).implement(s => s.length)(1))
  log.attempt('codec', () => z.codec(z.string(), z.number(), { decode: s => Number(s), encode: n => String(n) }).decode('12'))
}
