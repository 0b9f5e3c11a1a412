#!/usr/bin/env node
/**
 * Writes docs/transparency.md from what the checks found (docs/transparency/*.json, bench/results.json) and from the limits that people
 * wrote down (docs/transparency/limits.md). A check that was not run is named as such.
 *
 * usage: pnpm transparency [--check]     --check fails when the page is not what its inputs make of it
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fromRoot } from './lib/root.mjs'
import { RESULTS_FOLDER } from './lib/transparency-results.mjs'

const PAGE = fromRoot('docs/transparency.md')

export function writePage() {
  writeFileSync(PAGE, composePage(readInputs()))
}

export function readInputs() {
  const json = path => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined)
  const result = name => json(join(RESULTS_FOLDER, `${name}.json`))
  return {
    conformance: result('conformance'),
    compat: result('compat'),
    suites: result('suites'),
    syntax: result('syntax'),
    bench: json(fromRoot('bench/results.json')),
    limits: readFileSync(join(RESULTS_FOLDER, 'limits.md'), 'utf8'),
  }
}

export function composePage({ conformance, compat, suites, syntax, bench, limits }) {
  return [
    '<!-- Written by scripts/transparency.mjs; edit docs/transparency/limits.md instead. -->',
    '# Transparency',
    'The aim is that a program may get slower, never different. The first part says what was compared, and how to compare it again; the second what cannot be kept, and why.',
    '## What was compared',
    section('Language: test262', 'pnpm conformance --suite DIR', conformance, conformanceText),
    section(
      'Random programs',
      'FC_SEED=$RANDOM npx vitest run --project isolated packages/instrument/test/property.test.ts',
      'every test run',
      randomText,
    ),
    section('Syntax', 'npx vitest run --project transform packages/instrument/test/1-parse/syntax.test.ts', syntax, syntaxText),
    section('Programs, instrumented whole', 'pnpm compat', compat, compatText),
    section("Projects' own test suites", 'node tests/suites/run-suite.mjs NAME', suites, suitesText),
    section('Cost of the build', 'pnpm bench', buildRows(bench), buildText),
    // The limits stand one folder further down.
    '## What cannot be kept, and why',
    limits
      // Its first paragraph says where it stands.
      .replace(/^# .*\n+.*\n+/, '')
      .replace(/^## /gm, '### ')
      .replaceAll('](../', '](')
      .trimEnd(),
    '',
  ].join('\n\n')
}

function section(title, command, result, text) {
  const again = `Run it again: \`${command}\`.`
  return `### ${title}\n\n${result === undefined ? `Not run. ${again.replace('again: ', 'with ')}` : `${text(result)}\n\n${again}`}`
}

const number = value => (typeof value === 'number' ? value.toLocaleString('en-US') : '–')
const cell = value => String(value).replaceAll('|', '\\|').replaceAll('\n', '⏎')
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map(row => `| ${row.map(cell).join(' | ')} |`).join('\n')
const ranOn = ({ date, node }) => [date, node && `Node ${node.replace(/^v/, '')}`].filter(Boolean).join(', ')

function conformanceText({ levels, ...run }) {
  const rows = Object.entries(levels).map(([level, { plainPasses, same, failsPlain, lost, crashed, events }]) => [
    `\`${level}\``,
    number(plainPasses),
    number(same),
    plainPasses > 0 ? `${((100 * same) / plainPasses).toFixed(3)} %` : '–',
    number(failsPlain),
    crashed.length,
    number(events),
    lost.length,
  ])
  const all = Object.values(levels)
  const lost = all.flatMap(({ lost }) => lost.map(({ file, why }) => `- \`${file}\`: ${why}`))
  const crashed = [
    ...new Set(
      all.flatMap(({ crashed }) => crashed.map(({ file, plain }) => `- \`${file}\`${plain ? ': ends it without any instrumentation too' : ''}`)),
    ),
  ]
  return [
    `${number(run.files)} files of \`test/language\` and \`test/annexB/language\` on ${ranOn(run)}, each plain and, where it passes, instrumented and recorded, strict and sloppy, as script and as module.`,
    table(['level', 'pass plain', 'pass instrumented', 'parity', 'fail plain', 'end the process', 'events recorded', 'lost'], rows),
    ...(lost.length > 0 ? [`Lost:\n\n${lost.join('\n')}`] : []),
    ...(crashed.length > 0
      ? [
          `Files that end the process that runs them ([a program without our code](../tests/conformance/engine-crash.mjs) shows it):\n\n${crashed.join('\n')}`,
        ]
      : []),
  ].join('\n\n')
}

const randomText = () =>
  'Every test run draws 900 programs from [a grammar](../packages/instrument/test/program-grammar.ts) (as script, CommonJS and module; values, order of effects, error messages, function texts, property descriptors, promise order) and compares them plain, instrumented without a recorder, and recorded, at levels `values` and `statements` and with the values of expressions.'

function syntaxText(rows) {
  return [
    'Every construct is parsed by acorn and checked by a test. What is not handled leaves its module as it is, with a diagnostic.',
    table(
      ['construct', 'since', 'sample', 'handled'],
      rows.map(({ construct, edition, sample, handled }) => [construct, edition, `\`${sample}\``, handled ? 'yes' : 'no']),
    ),
  ].join('\n\n')
}

/** One row per program and level (scripts/compat.mjs). */
function compatText({ programs = [], ...run }) {
  const rows = programs.map(({ program, version, level, files, functions, probes, events, checks, equal }) => [
    `${program} ${version}`,
    `\`${level}\``,
    ...[files, functions, probes, events, checks].map(number),
    equal ? 'yes' : '**no**',
  ])
  return `${ranOn(run)}\n\n${table(['program', 'level', 'files', 'functions', 'probes', 'events recorded', 'compared', 'equal'], rows)}`.trimStart()
}

function suitesText(suites) {
  const rows = Object.entries(suites).flatMap(([name, { version, tests, plain, levels, date, node }]) =>
    Object.entries(levels).map(([level, { passed, events, lost = [], unstable = [] }]) => [
      `${name} ${version}`,
      ranOn({ date, node }) || '–',
      `\`${level}\``,
      number(tests),
      number(plain),
      number(passed),
      number(events),
      unstable.length,
      lost.length,
    ]),
  )
  return table(['project', 'run', 'level', 'tests', 'pass plain', 'pass instrumented', 'events recorded', 'unstable', 'lost'], rows)
}

function buildRows(bench) {
  const runs = Object.entries(bench ?? {}).filter(([name]) => name.startsWith('instrument/') || name.startsWith('build/'))
  return runs.length > 0 ? runs : undefined
}

function buildText(runs) {
  return runs
    .map(([name, { at, node, cpu, rows }]) => {
      const keys = [...new Set(rows.flatMap(({ variant }) => Object.keys(variant)))]
      const figures = [...new Set(rows.flatMap(row => Object.keys(row.figures)))]
      const value = figure => (figure === undefined ? '–' : String(Number((figure.median ?? figure).toPrecision(4))))
      const body = rows.map(row => [...keys.map(key => row.variant[key] ?? '–'), ...figures.map(figure => value(row.figures[figure]))])
      return `\`${name}\`, ${ranOn({ date: at, node })}, ${cpu}; medians:\n\n${table([...keys, ...figures], body)}`
    })
    .join('\n\n')
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!process.argv.includes('--check')) writePage()
  else if (readFileSync(PAGE, 'utf8') !== composePage(readInputs())) {
    console.error('docs/transparency.md is not what its inputs make of it: run `pnpm transparency`')
    process.exitCode = 1
  }
}
