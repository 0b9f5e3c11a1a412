/** `hindscope/mark`: for the program itself, to mark a moment; does nothing where nothing records. */
export { mark } from '@hindscope/runtime/mark'
