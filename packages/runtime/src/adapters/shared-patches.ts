/** Patches that come with the first value that needs them and go with the last. */
import { SafeMap, SafeWeakMap } from '../recorder/intrinsics.ts'
import type { Detach } from './adapter.ts'
import { patchMethod } from './patch.ts'
import type { PatchState } from './patch.ts'

type Method = (this: unknown, ...args: never[]) => unknown

/** Patches of objects that many values share: the first that needs one makes it, and when the last is gone all are taken back. */
export class SharedPatches {
  private readonly attach: () => Detach
  private known = new SafeWeakMap<object, SafeMap<PropertyKey, true>>()
  private detachers: Detach[] = []
  private users = 0

  /** `attach` is called for the first value. */
  constructor(attach: () => Detach) {
    this.attach = attach
  }

  /** Keeps the patches until the function that it gives is called. */
  hold(): Detach {
    if (this.users++ === 0) this.detachers.push(this.attach())
    return () => {
      if (this.users > 0 && --this.users === 0) this.close()
    }
  }

  /** Somebody holds the patches. */
  get isHeld(): boolean {
    return this.users > 0
  }

  /** Takes all back, whoever still holds them. */
  close(): void {
    this.users = 0
    for (const detach of this.detachers.splice(0).reverse()) detach()
    this.known = new SafeWeakMap()
  }

  has(target: object, key: PropertyKey): boolean {
    return this.known.get(target)?.has(key) === true
  }

  /** As `patchMethod`, once. False when there is no such method, or nobody holds the patches. */
  patch(target: object, key: PropertyKey, wrap: (original: Method, state: PatchState) => Method): boolean {
    if (this.has(target, key)) return true
    const detach = this.users === 0 ? undefined : patchMethod(target, key, wrap)
    if (detach === undefined) return false
    this.detachers.push(detach)
    const keys = this.known.get(target)
    if (keys === undefined) this.known.set(target, new SafeMap([[key, true]]))
    else keys.set(key, true)
    return true
  }
}
