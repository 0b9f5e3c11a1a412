async function f(x) {
  const o = { [await 'k']: await 1, ...(await { z: 1 }) }
  const t = `${await x} ${(await o)?.k}`
  const [a = await 5] = []
  log(t, -(await 1), typeof await x, await x || await 2, [await 3, ...(await [4])], new (await Array)(2).length)
  for (let i = await 0; i < await 2; i += await 1) log(i)
  if (await false) log('no'); else await 0
  return await x ? await a : await 0
}
f('x').then(log)
