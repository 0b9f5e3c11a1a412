/**
 * What adapters of ORMs share. An ORM awaits in code that is not instrumented before it asks its driver, so that the driver's query would have
 * no cause. It is carried over in two ways. Where the ORM calls a function or uses an object of its own again behind its awaits (a runner, the
 * consumer of a connection), that is run for whoever it was made for: that costs one look-up and works everywhere. And where the realm has a
 * cheap AsyncLocalStorage (Node from 24 on), the whole call of the ORM is run in it: what lies between, like the COMMIT of a transaction,
 * belongs to the caller too.
 *
 * Nothing is recorded here: queries are told by the driver's adapter.
 */
import { SafeWeakMap, define, isArray, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'
import type { Detach, RecorderAccess } from './adapter.ts'
import type { LibraryAdapter } from './library-adapter.ts'
import { dataOf, isProxy, prototypeWith } from './own-properties.ts'
import { issuerOf, resumeIn } from './query-recorder.ts'
import type { Issuer } from './query-recorder.ts'
import { SharedPatches } from './shared-patches.ts'
import { watchingAdapter } from './watching-adapter.ts'

export type Method = (this: unknown, ...args: never[]) => unknown
export type Run = (original: Method, self: object, args: ArrayLike<unknown>) => unknown

/** An adapter that observes each value by what it patches of the ORM. */
export function ormAdapter(id: string, observe: (orm: OrmCalls, value: unknown) => Detach | undefined): LibraryAdapter {
  return watchingAdapter(id, recorder => {
    const orm = new OrmCalls(recorder)
    return { observe: value => observe(orm, value), close: () => orm.close() }
  })
}

export class OrmCalls {
  readonly recorder: RecorderAccess
  /** By object of the ORM: for whom it was made. */
  private readonly issuers = new SafeWeakMap<object, Issuer>()
  private readonly patches = new SharedPatches(() => () => {})

  constructor(recorder: RecorderAccess) {
    this.recorder = recorder
  }

  /** Called for each value: keeps the patches that are made from now on until the function that it gives is called. */
  hold(): Detach {
    return this.patches.hold()
  }

  close(): void {
    this.patches.close()
  }

  /** `made` is used for whoever runs now, or for `issuer`. */
  note(made: unknown, issuer: Issuer = issuerOf(this.recorder)): void {
    if (isObject(made) && issuer.call !== 0) this.issuers.set(made, issuer)
  }

  /** For whom it was made. */
  notedFor(made: object): Issuer | undefined {
    return this.issuers.get(made)
  }

  /** Who uses it now; where that is not known, for whom it was made. */
  userOf(made: object): Issuer {
    const issuer = issuerOf(this.recorder)
    return issuer.call !== 0 && this.recorder.currentCall() !== 0 ? issuer : (this.issuers.get(made) ?? issuer)
  }

  /** Calls a method of the ORM for `issuer`. Result and errors pass through. */
  run(issuer: Issuer | undefined, original: Method, self: unknown, args: ArrayLike<unknown>): unknown {
    if (issuer === undefined || issuer.call === 0) return reflectApply(original, self, args as never) // SAFE: as given
    const { recorder } = this
    if (recorder.awaited === undefined && recorder.currentCall() === issuer.call) return reflectApply(original, self, args as never) // SAFE: as given
    return resumeIn(recorder, issuer, original, self, args)
  }

  /** The arguments with functions that the ORM calls later, for `issuer`. `prepare` is told what each is given first. */
  carrying(issuer: Issuer, args: ArrayLike<unknown>, prepare: (given: unknown) => void = () => {}): unknown[] {
    const carried: unknown[] = []
    for (let i = 0; i < args.length; i++) {
      const given = args[i]
      carried[i] = typeof given === 'function' && !isProxy(given) ? this.carry(issuer, given as Method, prepare) : given // SAFE: typeof says so
    }
    return carried
  }

  private carry(issuer: Issuer, callback: Method, prepare: (given: unknown) => void): Method {
    const run = (self: unknown, args: ArrayLike<unknown>): unknown => {
      this.guarded(() => prepare(args[0]))
      return this.run(issuer, callback, self, args)
    }
    const standIn = function (this: unknown): unknown {
      return run(this, arguments)
    }
    for (const key of ['name', 'length']) {
      const own = ownDescriptor(callback, key)
      if (own !== undefined) define(standIn, key, own)
    }
    return standIn
  }

  /** Patches the method that `object` has or inherits, once, and takes it back with all others. */
  intercept(object: object, key: string, run: Run): void {
    const holder = prototypeWith(object, [key])
    if (holder === undefined) return
    this.patches.patch(holder, key, (original, state) => {
      const methods = {
        method(this: unknown): unknown {
          const isRun = state.isActive && ((typeof this === 'object' && this !== null) || typeof this === 'function')
          return isRun ? run(original, this, arguments) : reflectApply(original, this, arguments as never) // SAFE: as given
        },
      }
      return methods.method
    })
  }

  /** Calls a method that makes an object which is used later; `made` is told of it. */
  making(object: object, key: string, made: (result: unknown) => void = () => {}): void {
    this.intercept(object, key, (original, self, args) => {
      const result = reflectApply(original, self, args as never) // SAFE: as given
      this.guarded(() => {
        this.note(result)
        made(result)
      })
      return result
    })
  }

  /**
   * Each of these methods is run for its caller, with all that it does later; functions among its arguments too, each of which `prepare` is
   * told the first argument of. Called by the ORM itself, it is run for that caller already.
   */
  entries(object: object, keys: readonly string[], prepare?: (given: unknown) => void): void {
    const { recorder } = this
    for (const key of keys) {
      this.intercept(object, key, (original, self, args) => {
        if (recorder.currentCall() === 0) return reflectApply(original, self, args as never) // SAFE: as given
        const issuer = issuerOf(recorder)
        return this.run(issuer, original, self, this.carrying(issuer, args, prepare))
      })
    }
  }

  guarded<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch {
      this.recorder.fail('adapter-failed') // SAFE: the program goes on, and the cause is not carried; counted.
      return undefined
    }
  }
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !isProxy(value)

/** The object under `key`, where it is data. */
export function objectIn(object: object, key: string): object | undefined {
  const value = dataOf(object, key)
  return isObject(value) && !isArray(value) ? value : undefined
}
