import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { transformSync } from 'esbuild'
import { nestAdapter } from '../../src/libraries/nest.ts'
import type { Ask } from './served-programs.ts'
import { descriptorsOf, testDetaching, testLooks, testServed } from './served-suite.ts'

/** Nest 11 has a package of its own: its parts must find each other. */
const { resolve } = createRequire(fileURLToPath(new URL('../../../../tests/adapters/nest-11/package.json', import.meta.url)))
const VERSIONS = [
  { version: 11, find: (name: string) => pathToFileURL(resolve(name)).href },
  { version: 12, find: (name: string) => import.meta.resolve(name) },
] as const
const PLATFORMS = ['express', 'fastify']
const NEWEST = 12

/** Decorators as Nest needs them. */
const compiled = (text: string): string =>
  transformSync(text, { loader: 'ts', tsconfigRaw: { compilerOptions: { experimentalDecorators: true } } }).code

const PARTS = `
import 'REFLECT'
import { NestFactory } from 'CORE'
import { Body, BadRequestException, Catch, ConflictException, Controller, Get, HttpCode, Inject, Injectable, Module, Param, ParseIntPipe, Post, Query, Req, Res, Scope, SetMetadata, UnauthorizedException, UseFilters, UseGuards, UseInterceptors, UsePipes } from 'COMMON'
import { PLATFORM } from 'PLATFORM-PACKAGE'
import { Observable, from, map, of, tap } from 'RXJS'
observe(NestFactory, 'NestFactory')
const wait = () => new Promise(resolve => setTimeout(resolve, 1))
const open = async module => {
  const app = await NestFactory.create(module, new PLATFORM(), { logger: false, abortOnError: false })
  await app.listen(0, '127.0.0.1')
  const server = app.getHttpServer()
  return { port: server.address().port, close: () => { const closed = app.close(); server.closeAllConnections(); return closed } }
}
`

const APP = `
const say = function (name, context) {
  const { method, url } = context.switchToHttp().getRequest()
  const handler = context.getHandler()
  effects.push([name, method, url, context.getClass().name, handler.name, handler === context.getClass().prototype[handler.name], Reflect.getMetadata('role', handler), arguments.length].join(' '))
}
class Gate { canActivate(context) { say('gate', context); return context.switchToHttp().getRequest().query.deny === undefined } }
class Slow { async canActivate(context) { await wait(); if (context.switchToHttp().getRequest().query.bad) throw new UnauthorizedException('bad'); return true } }
class Stream { canActivate() { return of(true) } }
class Timed { intercept(context, next) { say('timed', context); return next.handle().pipe(map(value => (typeof value === 'object' ? { ...value, timed: true } : value)), tap({ error: error => void effects.push('tapped ' + error.message) })) } }
class Later { async intercept(context, next) { await wait(); return next.handle() } }
class Double { transform(value, metadata) { effects.push('double ' + JSON.stringify(metadata)); return value * 2 } }
class Slowly { async transform(value) { await wait(); return value } }
class Mend { catch(error, host) { effects.push('mend ' + error.message); const response = host.switchToHttp().getResponse(); response.status(409).send('mended') } }
Catch(ConflictException)(Mend)
@Injectable() class Cats { async find(id) { await wait(); return { id } } }
@Controller('cats') @UseGuards(Gate, new Slow()) @UseInterceptors(Timed, Later)
class CatsController {
  constructor(@Inject(Cats) private readonly cats) {}
  @Get('plain') plain() { effects.push(String(this instanceof CatsController) + arguments.length); return 'plain' }
  @Get('later') @UseGuards(Stream) async later() { await wait(); return 'later' }
  @Get('stream') stream() { return from(Promise.resolve({ streamed: 1 })) }
  @Get('throw') broken() { throw new TypeError('thrown') }
  @Get('rejects') async rejects() { await wait(); throw new BadRequestException('rejected') }
  @Get('conflict') @UseFilters(Mend) conflict() { throw new ConflictException('conflict') }
  @Get('raw') raw(@Res() response, @Query('a') a) { response.status(202).send('raw ' + a) }
  @Get('waits') waits(@Req() request) { (request.raw ?? request).socket.on('close', () => effects.push('left')); effects.push('waiting'); return new Promise(() => {}) }
  @Post() @HttpCode(201) @UsePipes(Slowly) create(@Body() body) { return { made: body } }
  @Get(':id') @SetMetadata('role', 'reader') find(@Param('id', ParseIntPipe, Double) id, @Query() query) { effects.push(JSON.stringify([id, query, arguments.length])); return this.cats.find(id) }
}
let made = 0
@Controller('scoped') class ScopedController { number = ++made; @Get() show() { return { number: this.number } } }
Injectable({ scope: Scope.REQUEST })(ScopedController)
@Module({ controllers: [CatsController, ScopedController], providers: [Cats] })
class AppModule { configure(consumer) { consumer.apply((request, response, next) => { effects.push('middleware ' + (request.originalUrl ?? request.url)); next() }).forRoutes('*path') } }
export const serve = async () => {
  const before = [NestFactory.create.name, NestFactory.create.length, Object.keys(NestFactory).join()]
  effects.push(JSON.stringify(before))
  return open(AppModule)
}
`

const ASKS: readonly Ask[] = [
  { send: 'GET /cats/plain' },
  { send: 'HEAD /cats/plain' },
  { send: 'GET /cats/7?x=1' },
  { send: 'GET /cats/x' },
  { send: 'GET /cats/7?deny=1' },
  { send: 'GET /cats/7?bad=1' },
  { send: 'GET /cats/later' },
  { send: 'GET /cats/stream' },
  { send: 'GET /cats/throw' },
  { send: 'GET /cats/rejects' },
  { send: 'GET /cats/conflict' },
  { send: 'GET /cats/raw?a=1' },
  { send: 'GET /cats/waits', abort: true },
  { send: 'POST /cats', headers: ['Content-Type: application/json'], body: '{"a":[1]}' },
  { send: 'POST /cats', headers: ['Content-Type: application/json'], body: '{"a":' },
  { send: 'GET /scoped' },
  { send: 'GET /scoped' },
  { send: 'GET /none' },
]

const CHAINS = `
class Gate { async canActivate(context) { await wait(); return context.switchToHttp().getRequest().params.id !== '9' } }
class Timed { intercept(context, next) { return next.handle() } }
const answer = () => 'shown'
@Controller('users') @UseGuards(Gate)
class UsersController {
  @Get(':id') @UseInterceptors(Timed) async show(@Param('id', ParseIntPipe) id) { await wait(); return answer() }
  @Get('reset/:token') reset() { return 'reset' }
  @Get(':id/broken') broken() { throw new RangeError('no') }
}
@Module({ controllers: [UsersController] }) class UsersModule {}
export const serve = () => open(UsersModule)
`

const TREES = [
  'GET /users/7 → 200',
  '  [middleware Gate /users/:id {"id":"7"}] → ended',
  '    [middleware Timed /users/:id {"id":"7"}] → ended',
  '      [middleware ParseIntPipe /users/:id {"id":"7"}] → ended',
  '        [route UsersModule.UsersController.show /users/:id {"id":"7"}] → ended',
  'GET /users/x → 400',
  '  [middleware Gate /users/:id {"id":"x"}] → ended',
  '    [middleware Timed /users/:id {"id":"x"}] → ended',
  '      [middleware ParseIntPipe /users/:id {"id":"x"}] → BadRequestException: Validation failed (numeric string is expected)',
  'GET /users/reset/▒parameter token▒ → 200',
  '  [middleware Gate /users/reset/:token {"token":"▒"}] → ended',
  '    [route UsersModule.UsersController.reset /users/reset/:token {"token":"▒"}] → ended',
  'GET /users/7/broken → 500',
  '  [middleware Gate /users/:id/broken {"id":"7"}] → ended',
  '    [route UsersModule.UsersController.broken /users/:id/broken {"id":"7"}] → RangeError: no',
  'GET /users/9 → 403',
  '  [middleware Gate /users/:id {"id":"9"}] → ended',
  'GET /none → 404',
]

const CROWD = `
class Gate { canActivate() { return new Promise(resolve => setTimeout(resolve, Math.random() * 50, true)) } }
const Lost = opaque('class Lost { async canActivate() { await null; return true } }')
const Late = opaque('class Late { async intercept(context, next) { await new Promise(pooled); return next.handle() } }')
class Asked { async transform() { const [id] = arguments; await new Promise(done => task(id, done)); return id } }
@Controller('task') @UseGuards(Gate, Lost) @UseInterceptors(Late)
class Tasks { @Get(':id') async done(@Param('id', Asked) _id) { const [id] = arguments; step(id, 'done'); return id } }
@Module({ controllers: [Tasks] }) class TasksModule {}
export const serve = () => beside(() => open(TasksModule))
`

testServed(
  'nest',
  VERSIONS.flatMap(({ version, find }) =>
    (version === NEWEST ? PLATFORMS : ['express']).map(platform => {
      const parts = PARTS.replaceAll('REFLECT', find('reflect-metadata'))
        .replaceAll('COMMON', find('@nestjs/common'))
        .replaceAll('PLATFORM-PACKAGE', find(`@nestjs/platform-${platform}`))
        .replaceAll('PLATFORM', platform === 'express' ? 'ExpressAdapter' : 'FastifyAdapter')
        .replaceAll('RXJS', find('rxjs'))
        .replaceAll('CORE', find('@nestjs/core'))
      return {
        version: `${version} on ${platform}`,
        framework: find('@nestjs/core'),
        app: { text: compiled(parts + APP), asks: ASKS, open: ['[route AppModule.CatsController.waits /cats/waits]'] },
        chains: {
          text: compiled(parts + CHAINS),
          paths: ['/users/7', '/users/x', '/users/reset/abcdefgh12345', '/users/7/broken', '/users/9', '/none'],
          statuses: [200, 400, 200, 500, 403, 404],
          trees: TREES,
          answered: '[route UsersModule.UsersController.show /users/:id {"id":"7"}]',
        },
        ...(version === NEWEST && platform === 'express' && { crowd: { text: compiled(parts + CROWD), handlers: 5000 } }),
      }
    }),
  ),
)

interface Running {
  getUrl(): Promise<string>
  listen(port: number, host: string): Promise<unknown>
  close(): Promise<void>
}

interface Factory {
  create(module: unknown, options: object): Promise<Running>
}

type Decorate = (...args: unknown[]) => (...target: unknown[]) => void

/** What a context for routes consists of, as any app shows it. */
function contextOf(app: object): object[] {
  const context = ['routesResolver', 'routerExplorer', 'executionContextCreator'].reduce((at, key) => Reflect.get(at, key) as object, app) // SAFE: as Nest has it
  return [context, ...Object.values(context)].filter(each => typeof each === 'object' && each !== null)
}

for (const { find } of VERSIONS) {
  let app: Running | undefined
  let parts: object[] = []
  class Showing {}
  testDetaching<Factory>(nestAdapter, {
    make: async () => {
      class Shown {
        show(): string {
          return 'ok'
        }
      }
      class Accepts {
        canActivate(): boolean {
          return true
        }
      }
      await import(find('reflect-metadata'))
      const { Controller, Get, Module, UseGuards } = (await import(find('@nestjs/common'))) as Record<string, Decorate> // SAFE: its decorators
      const { NestFactory } = (await import(find('@nestjs/core'))) as { NestFactory: Factory } // SAFE: the package
      Get?.()(Shown.prototype, 'show', Object.getOwnPropertyDescriptor(Shown.prototype, 'show'))
      UseGuards?.(Accepts)(Shown)
      Controller?.()(Shown)
      Module?.({ controllers: [Shown] })(Showing)
      const before = await NestFactory.create(Showing, { logger: false })
      parts = contextOf(before)
      await before.close()
      return [NestFactory, NestFactory] as const
    },
    fill: () => {},
    // The app that was made while it was recorded is asked again afterwards.
    ask: async factory => {
      if (app === undefined) {
        app = await factory.create(Showing, { logger: false })
        await app.listen(0, '127.0.0.1')
        return (await fetch(await app.getUrl())).text()
      }
      const text = await (await fetch(await app.getUrl(), { headers: { connection: 'close' } })).text()
      await app.close()
      return text
    },
    places: factory => descriptorsOf(factory, ...[factory, ...parts].map(each => Object.getPrototypeOf(each) as unknown)),
    answer: 'ok',
    handlers: 2,
  })
}

testLooks(nestAdapter, [undefined, {}, { create: () => {} }, Object.defineProperty({ create: () => {} }, 'createNestInstance', { get: () => {} })])
