const glue = () => 0;
export const App = () => helper(1)
const inner = (y) => y; inner(2); function helper(x) {
  return x
}
log(App())
function refresh(f) { return f }
refresh(glue)();
