import { writeFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { compile, parse, preprocess, compileModule, VERSION } from 'svelte/compiler'
import { render } from 'svelte/server'
import * as store from 'svelte/store'

export const modules = { store, render, compile }

const SOURCES = {
  List: `<script>let { items = [], label = 'none', children } = $props(); let total = $derived(items.length); let open = $state(true); $effect(() => { throw new Error('not on the server') })</script>
<ul class={['a', { b: total > 1 }]} style:color="red">{#each items as item, index (item)}<li data-index={index}>{item}{#if index % 2}<b>odd</b>{:else}<i>even</i>{/if}</li>{:else}none{/each}</ul>
{#key total}{@html '<u>' + label + '</u>'}{/key}{@render children?.()}{#snippet part(x)}<em>{x}</em>{/snippet}{@render part(total)}<input bind:value={label} disabled={open}>
<style>ul { color: red } :global(b) { top: 0 }</style>`,
  Await: `<script>let { promise } = $props()</script>{#await promise}wait{:then value}{value}{:catch error}{error.message}{/await}<svelte:head><title>T</title></svelte:head><svelte:element this={'h' + 1}>x</svelte:element>`,
  Failing: `<script>throw new RangeError('from a script')</script>`,
  Legacy: `<script>export let n = 1; $: twice = n * 2; import { writable } from 'svelte/store'; const s = writable(3)</script><slot name="x">{twice}{$s}</slot><button on:click={() => n++}>{n}</button>`,
}
const BROKEN = [
  '{#if}',
  '<div>',
  '{#each x as}',
  '<script>let = 1</script>',
  '{@nosuch}',
  '<p>{a b}</p>',
  '<script>$state(1)</script>',
  '<svelte:nosuch/>',
  '<a {x} {x}/>',
  '<script>$props(); $props()</script>',
  '{@const x = 1}',
  '<style>a { b: c</style>',
  '{#snippet a()}{/snippet}{#snippet a()}{/snippet}',
  '<input bind:value={1}>',
  '<div on:click|nosuch></div>',
  '{#await}{:else}{/await}',
  '<p class:></p>',
  '<script>let a = $derived()</script>{a = 1}',
  '<script>import { $x } from "y"</script>',
  '<option><p></option>{/if}',
  '<svelte:head><svelte:head/></svelte:head>',
]

export async function run(log) {
  const folder = join(import.meta.dirname, `_svelte-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  try {
    for (const [name, source] of Object.entries(SOURCES)) {
      for (const generate of ['client', 'server'])
        for (const dev of [false, true])
          log.attempt(`${name} ${generate}`, () => {
            const { js, css, warnings } = compile(source, { generate, dev, filename: `${name}.svelte`, name })
            return [js.code, js.map.mappings, css?.code, warnings.map(({ code }) => code)]
          })
      const file = join(folder, `${name}.mjs`)
      writeFileSync(file, compile(source, { generate: 'server', filename: `${name}.svelte`, name }).js.code)
      const component = await import(file)
      for (const props of [{}, { items: ['<a>', 'b'], label: '"l"' }, { promise: Promise.resolve(1), n: 5 }])
        await log.attempt(name, async () => {
          const out = await render(component.default, { props })
          return [out.body, out.head]
        })
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  for (const source of BROKEN) log.attempt('broken', () => compile(source, { generate: 'client' }))
  for (const source of Object.values(SOURCES)) log.attempt('parse', () => JSON.stringify(parse(source, { modern: true })))
  log.attempt('module', () => compileModule('export const c = $state(0); export const d = $derived(c * 2)', { generate: 'client' }).js.code)
  await log.attempt('preprocess', () => preprocess(SOURCES.List, { script: async ({ content }) => ({ code: `/* x */${content}` }) }))
  const order = []
  const a = store.writable(1, () => {
    order.push('start')
    return () => order.push('stop')
  })
  const both = store.derived([a, store.readable(2)], ([x, y]) => x + y)
  const stop = both.subscribe(value => order.push(value))
  a.set(5)
  a.update(n => n + 1)
  stop()
  log(order, store.get(both), VERSION)
}
