/** Leading comment. */
export default (x) => x
