/** Absolute path of a place in the repository. */
export declare function fromRoot(...parts: readonly string[]): string
