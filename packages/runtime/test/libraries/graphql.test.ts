import { expect, test } from 'vitest'
import { graphqlAdapter } from '../../src/libraries/graphql.ts'
import { probed } from '../probed.ts'
import { descriptorsOf, testDetaching, testLooks, testServed } from './served-suite.ts'

const VERSIONS = [
  { version: 16, framework: import.meta.resolve('graphql16') },
  { version: 17, framework: import.meta.resolve('graphql') },
]

const NEWEST = 17

/** `/name` asks what QUERIES has under that name; answers are made in code that is not instrumented, as servers of GraphQL are. */
const PARTS = `
import * as graphql from FRAMEWORK
const { GraphQLError, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } = graphql
const wait = () => new Promise(resolve => setTimeout(resolve, 1))
const answering = new Function('graphql', 'queries', 'return (schema, rootValue) => async (req, res) => { await null; await null; const [, name, id] = req.url.split("/"); const result = await graphql.graphql({ schema, rootValue, source: queries[name], contextValue: { req, id }, variableValues: { id: Number(id ?? 1) } }); res.setHeader("content-type", "application/json"); res.end(JSON.stringify(result)) }')
`

const APP = `
import http from 'node:http'
const queries = {
  hello: '{ hello }',
  user: 'query Shown($id: Int!) { user(id: $id) { id name friends { name best { name } } } }',
  broken: '{ broken }', rejects: '{ hello rejects }', needed: '{ needed }',
  both: '{ a: user(id: 1) { name } b: user(id: 2) { name } }',
  rename: 'mutation { rename(id: 1, name: "new") { name } again: rename(id: 2, name: "old") { name } }',
  many: '{ many { name } }', wrong: '{ nothing }', syntax: '{ ', root: '{ plain }', waits: '{ waits }',
}
const say = function (name, source, args, context, info) { effects.push([name, typeof this, arguments.length, JSON.stringify(args), info.fieldName, context?.id, info.parentType.name].join(' ')) }
const name = function (source, args, context, info) { say.apply(this, ['name', ...arguments]); return source.id < 0 ? null : 'user ' + source.id }
const User = new GraphQLObjectType({ name: 'User', fields: () => ({
  id: { type: GraphQLInt },
  name: { type: GraphQLString, resolve: name },
  friends: { type: new GraphQLList(User), resolve: async (source, ...rest) => { say('friends', source, ...rest); await wait(); return [{ id: source.id + 1 }, { id: source.id + 2 }] } },
  best: { type: User, resolve: ({ id }) => Promise.resolve({ id: id * 10 }) },
}) })
const id = { type: new GraphQLNonNull(GraphQLInt) }
const schema = observe(new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: {
    hello: { type: GraphQLString, resolve: () => 'hello' },
    plain: { type: GraphQLString },
    user: { type: User, args: { id }, resolve: async function user(source, { id }) { await wait(); return { id } } },
    broken: { type: GraphQLString, resolve() { throw new TypeError('thrown') } },
    rejects: { type: GraphQLString, resolve: async () => { await wait(); throw new GraphQLError('rejected', { extensions: { code: 'X' } }) } },
    needed: { type: new GraphQLNonNull(GraphQLString), resolve: () => null },
    many: { type: new GraphQLList(User), resolve: () => Array.from({ length: 500 }, (_, id) => ({ id })) },
    waits: { type: GraphQLString, resolve: (source, args, { req }) => { req.socket.on('close', () => effects.push('left')); effects.push('waiting'); return new Promise(() => {}) } },
  } }),
  mutation: new GraphQLObjectType({ name: 'Mutation', fields: { rename: { type: User, args: { id, name: { type: GraphQLString } }, resolve: (source, args) => { effects.push('rename ' + args.id); return wait().then(() => ({ id: args.id })) } } } }),
}), 'GraphQLSchema')
export const serve = async () => {
  const field = schema.getQueryType().getFields().user
  effects.push(Object.keys(field).join(), field.resolve.name + field.resolve.length, graphql.printSchema(schema))
  effects.push(JSON.stringify(await graphql.graphql({ schema, source: queries.both })))
  return listen(http.createServer(answering(graphql, queries)(schema, { plain: ({}) => 'rooted' })))
}
`

const NAMES = ['hello', 'user/7', 'broken', 'rejects', 'needed', 'both', 'rename', 'many', 'wrong', 'syntax', 'root']

const CHAINS = `
import http from 'node:http'
const answer = () => 'shown'
const queries = { user: 'query Shown { user { friends { name } } a: hello }', broken: '{ broken }', none: '{ plain }' }
const User = new GraphQLObjectType({ name: 'User', fields: () => ({ name: { type: GraphQLString, resolve: () => answer() }, friends: { type: new GraphQLList(User), resolve: async () => { await wait(); return [{}, {}] } } }) })
const schema = observe(new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: {
  plain: { type: GraphQLString },
  hello: { type: GraphQLString, resolve: () => 'hello' },
  user: { type: User, resolve: async function user() { await wait(); return {} } },
  broken: { type: GraphQLString, resolve: async () => { await wait(); throw new RangeError('no') } },
} }) }), 'GraphQLSchema')
export const serve = () => listen(http.createServer(answering(graphql, queries)(schema)))
`

const CROWD = `
const queries = { task: '{ outer { lost { late { asked { done } } } } }' }
const Lost = name => opaque('async function ' + name + '() { await null; return {} }')
const late = opaque('function late() { return new Promise(resolve => pooled(() => resolve({}))) }')
const object = (name, field, type, resolve) => new GraphQLObjectType({ name, fields: { [field]: { type, resolve } } })
const Asked = object('Asked', 'done', GraphQLString, async function () { const [, , { id }] = arguments; step(id, 'done'); return id })
const Late = object('Late', 'asked', Asked, async function () { const [, , { id }] = arguments; await new Promise(done => task(id, done)); return {} })
const Inner = object('Inner', 'late', Late, late)
const Outer = object('Outer', 'lost', Inner, Lost('lost'))
const schema = observe(new GraphQLSchema({ query: object('Query', 'outer', Outer, async function () { await new Promise(resolve => setTimeout(resolve, Math.random() * 50)); return {} }) }), 'GraphQLSchema')
export const serve = () => beside(() => listen(http.createServer(answering(graphql, queries)(schema))))
`

testServed(
  'graphql',
  VERSIONS.map(({ version, framework }) => ({
    version,
    framework,
    app: {
      text: PARTS + APP,
      asks: [...NAMES.map(name => ({ send: `GET /${name}` })), { send: 'GET /waits', abort: true }],
      open: ['[route Query.waits query]'],
    },
    chains: {
      text: PARTS + CHAINS,
      paths: ['/user', '/broken', '/none'],
      statuses: [200, 200, 200],
      trees: [
        'GET /user → 200',
        '  [route Query.user query Shown] → ended',
        '    [route User.friends query Shown] → ended',
        '      [route User.name query Shown] → ended',
        '      [route User.name query Shown] → ended',
        '  [route Query.hello query Shown] → ended',
        'GET /broken → 200',
        '  [route Query.broken query] → RangeError: no',
        'GET /none → 200',
      ],
      answered: '[route User.name query Shown]',
    },
    ...(version === NEWEST && { crowd: { text: PARTS + CROWD, handlers: 5000, id: /^HTTP\/1.1 200 .*"done":"(\d+)"/s } }),
  })),
)

interface Schema {
  getQueryType(): { getFields(): { shown: { resolve: unknown } } }
}

interface Exports {
  readonly GraphQLSchema: new (config: object) => Schema
  readonly GraphQLObjectType: new (config: object) => object
  readonly GraphQLString: object
  graphql(request: object): Promise<{ data: { shown: string } }>
}

for (const { framework } of VERSIONS) {
  const load = async (): Promise<Exports> => (await import(framework)) as Exports // SAFE: the package
  testDetaching<Schema>(graphqlAdapter, {
    make: async () => {
      const { GraphQLObjectType, GraphQLSchema, GraphQLString } = await load()
      const schema = (): Schema =>
        new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { shown: { type: GraphQLString, resolve: () => 'ok' } } }) })
      return [schema(), schema()] as const
    },
    fill: () => {},
    ask: async schema => (await (await load()).graphql({ schema, source: '{ shown }' })).data.shown,
    places: schema => descriptorsOf(schema, schema.getQueryType().getFields().shown),
    answer: 'ok',
    handlers: 1,
  })
}

testLooks(graphqlAdapter, [
  undefined,
  {},
  { _typeMap: [] },
  { _typeMap: () => {} },
  { _typeMap: { Query: { _fields: { a: { resolve: () => {} } } } }, getQueryType: () => {} },
  Object.defineProperty({}, '_typeMap', { get: () => expect.unreachable() }),
])

test('of one field as many resolvers are told as is worth reading, and that there were more', async () => {
  const { GraphQLList, GraphQLObjectType, GraphQLSchema, GraphQLString, graphql } = await import('graphql')
  const program = probed([])
  const User = new GraphQLObjectType({ name: 'User', fields: { name: { type: GraphQLString, resolve: () => 'name' } } })
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: { many: { type: new GraphQLList(User), resolve: () => Array.from({ length: 500 }, () => ({})) } },
  })
  const schema = new GraphQLSchema({ query })
  graphqlAdapter.observe?.(program.recorder.access, { library: 'graphql', name: 'GraphQLSchema', value: schema })
  await graphql({ schema, source: '{ a: many { name } b: many { name } }' })
  const dump = program.dump()
  expect(dump.match(/activity-start .* handler/g)).toHaveLength(400)
  expect(dump.match(/adapter-cut/g)).toHaveLength(2)
  program.close()
})
