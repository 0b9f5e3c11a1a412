export default class {
  m() { return 1 }
}
export const a = (() => {})
