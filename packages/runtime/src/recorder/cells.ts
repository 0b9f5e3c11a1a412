/**
 * The numbers that every probe reads and writes, in one block of memory that is never replaced: optimised code then has their addresses
 * as constants, where fields of objects take a chain of loads each – bench/runtime/per-call.bench.mjs
 */
/** Word of the tape that is written next. */
export const POSITION = 0
/** At or behind this word no probe writes by itself; 0 while the recorder works, and while the chunk is not begun. */
export const STOP = 1
/** Open frames. */
export const DEPTH = 2
/** Frames from here on are known to the readers of the chunk being written. */
export const FLOOR = 3
/** 1 while the recorder works: probes reached from inside are not recorded. */
export const BUSY = 4

/** More than V8 keeps inside its heap, where the collector could move it (`typed_array_max_size_in_heap` is 64 bytes). */
const CELLS = 32

export const createCells = (): Int32Array<ArrayBuffer> => new Int32Array(CELLS)
