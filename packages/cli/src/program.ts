/** The commands and their options: the table that help, errors and dispatch are made of. A command's code is loaded when it is run. */
import { Command, CommanderError } from 'commander'
import { LEVELS } from '@hindscope/protocol'
import { ExitCode } from './exit-code.ts'
import { reportFailure } from './failures.ts'
import { processTerminal } from './terminal.ts'
import type { Terminal } from './terminal.ts'
import { VERSION } from './version.ts'

const EXIT_CODES = `
Exit codes: 0 done, 1 a problem was found or something failed, 2 wrong usage. "run" gives back the program's own exit code.`

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

const withFilters = (command: Command): Command =>
  command
    .option('--function <text>', 'functions whose name contains this')
    .option('--file <text>', 'files whose path contains this')
    .option('--line <number>', 'line of the original source')
    .option('--kind <kind>', 'event kind, may be given again: callEnter, console, …', collect)
    .option('--track <number>', 'realm by its number in "info", may be given again', collect)
    .option('--errors', 'only throws, uncaught errors, rejections, console.error and failed activities')
    .option('--text <text>', 'events whose values, names or console texts contain this')

const withRange = (command: Command): Command =>
  command
    .option('--from <time>', 'ISO time, or seconds after the first event: +1.5')
    .option('--to <time>', 'as --from, exclusive')
    .option('--chain <event>', 'the whole causal tree of this event: 0.42')

/** Runs one command line (without node and script) and gives its exit code. Never throws, never ends the process. */
export async function runCli(args: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let exitCode: number = ExitCode.ok
  const program = createProgram(terminal, code => (exitCode = code))
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage
    return reportFailure(error, terminal, { json: args.includes('--json') })
  }
}

function createProgram(terminal: Terminal, end: (exitCode: number) => void): Command {
  const program = new Command('hindscope')
    .description('Flight recorder and time machine for JavaScript and TypeScript.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(hindscope help <command> explains it)')
    .configureOutput({ writeOut: text => terminal.print(text.trimEnd()), writeErr: text => terminal.note(text.trimEnd()) })
    .addHelpText('after', EXIT_CODES)

  program
    .command('run')
    .description('run a command recorded')
    .argument('<command...>', 'the command and its arguments, after --')
    .option('--once', 'do not keep the UI open when the command has ended')
    .option('--no-ui', 'do not print the address of the UI, nor keep it open')
    .option('-o, --output <file>', 'write the trace to a file when the command has ended')
    .option('--level <level>', `how much to capture: ${LEVELS.join(', ')}`)
    .option('--json', 'say what was written as JSON')
    .addHelpText('after', '\nExamples:\n  hindscope run -- node app.js\n  hindscope run --once -o crash.hscope -- npm test')
    .action(async (command: string[], flags) => end(await (await import('./commands/run.ts')).run(command, flags, terminal)))

  program
    .command('open')
    .description('show trace files, or a recorded session, in the UI')
    .argument('<trace...>', 'trace files, or one session by its id or first digits')
    .option('--at <event>', 'the moment to show, as "query" prints it: 0.42')
    .option('--port <port>', 'port on loopback, 0 takes a free one', '0')
    .option('--json', 'print the addresses as JSON')
    .addHelpText('after', '\nExamples:\n  hindscope open crash.hscope\n  hindscope open 3f2a --at 0.42')
    .action(async (files: string[], flags) => end(await (await import('./commands/open.ts')).open(files, flags, terminal)))

  addReaders(program, terminal, end)
  addReplay(program, terminal, end)
  addStores(program, terminal, end)
  addLevels(program, terminal, end)
  return program
}

function addLevels(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('level')
    .description('change how much is recorded, while the program runs')
    .argument('<target>', 'functions by glob of their file, or file:function, or :function; the last rule that matches a function holds')
    .argument('<level>', `${LEVELS.join(', ')}, or plan for what was built in; no more than that can be had`)
    .option('--session <session>', 'session by its id or first digits, the running one when absent')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      "\nExamples:\n  hindscope level 'src/cart/**' off\n  hindscope level src/cart.ts:Cart.total values\n  hindscope level '**' plan",
    )
    .action(async (target: string, level: string, flags) => end(await (await import('./commands/level.ts')).level(target, level, flags, terminal)))

  program
    .command('levels')
    .description('say how much of each function is recorded, who changed it, and what was asked for')
    .argument('[trace]', 'trace file or session, the last session when absent')
    .option('--file <text>', 'files whose path contains this')
    .option('--function <text>', 'functions whose name contains this')
    .option('--changed', 'only functions whose level was changed')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  hindscope levels --changed')
    .action(async (trace: string | undefined, flags) => end(await (await import('./commands/levels.ts')).levels(trace, flags, terminal)))
}

function addReplay(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('state')
    .description('say what was there right after an event: stack, variables, stores, module versions')
    .argument('<event>', 'as "query" prints it: 0.42')
    .option('--trace <trace>', 'trace file or session, the last session when absent')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  hindscope state 0.42\n  hindscope state 0.42 --trace crash.hscope --json')
    .action(async (event: string, flags) => end(await (await import('./commands/state.ts')).state(event, flags, terminal)))

  program
    .command('eval')
    .description('evaluate a JavaScript expression over recorded values; no code of the program runs (docs/replay.md)')
    .argument('<event>', 'as "query" prints it: 0.42')
    .argument('<expression>', 'names are the variables of the frame, those around it, and this')
    .option('--frame <number>', 'frame by its number in "state"', '0')
    .option('--trace <trace>', 'trace file or session, the last session when absent')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      "\nExamples:\n  hindscope eval 0.42 'cart.items.length'\n  hindscope eval 0.42 'items.filter(item => item.price > 5).map(item => item.name)' --frame 1",
    )
    .action(async (event: string, expression: string, flags) =>
      end(await (await import('./commands/eval.ts')).evaluate(event, expression, flags, terminal)),
    )
}

function addStores(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('stores')
    .description('list stores of the program (Redux, Pinia, Zustand, …) and what they held; with --store, the changes of one')
    .argument('[trace]', 'trace file or session, the last session when absent')
    .option('--at <event>', 'the moment, as "query" prints it: 0.42; the end when absent')
    .option('--store <name>', 'changes of this one')
    .option('--track <number>', 'realm of the store by its number in "info", where several have one of the name')
    .option('--path <path>', "with --store: only changes of this path: items[0].price, ['a-b'].c")
    .option('--limit <rows>', 'with --store: changes around the moment, 1 to 1000', '100')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExamples:\n  hindscope stores --at 0.42\n  hindscope stores crash.hscope --store cart --path items')
    .action(async (trace: string | undefined, flags) => end(await (await import('./commands/stores.ts')).stores(trace, flags, terminal)))

  program
    .command('jump')
    .description('give a store of the running program the state that it had right after an event (docs/adapters.md)')
    .argument('<store>', 'as "stores" prints it')
    .argument('[event]', 'as "stores" and "query" print it: 0.42')
    .option('--back', 'give it the state back that it had before the first jump')
    .option('--track <number>', 'realm of the store by its number in "info", where several have one of the name')
    .option('--session <session>', 'session by its id or first digits, the running one when absent')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  hindscope jump cart 0.42\n  hindscope jump cart --back')
    .action(async (store: string, event: string | undefined, flags) =>
      end(await (await import('./commands/jump.ts')).jump(store, event, flags, terminal)),
    )
}

function addReaders(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  withRange(
    withFilters(
      program.command('query').description('print recorded events').argument('[trace]', 'trace file or session, the last session when absent'),
    ),
  )
    .option('--limit <rows>', 'rows a page, 1 to 1000', '100')
    .option('--cursor <cursor>', 'the next page, as the page before it said')
    .option('--order <order>', 'asc or desc; asc when absent')
    .option('--all', 'all pages')
    .option('--where <query>', 'in the query language, instead of the filters above (docs/query-language.md)')
    .option('--explain', 'with --where: what the answer took')
    .option('--all-sessions', 'every session: being recorded, on disk, archived; says which tiers answered')
    .option('--cold <place>', 'with --all-sessions: folder or address of archived sessions')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      `
Examples:
  hindscope query --errors
  hindscope query crash.hscope --function Cart.total --json --all
  hindscope query --chain 0.42
  hindscope query --where 'function ~ "Cart" and args.user.id = 4711 and duration > 5ms order by duration desc limit 20'
  hindscope query --where 'kind = callEnter select count(), p95(duration) group by function order by count() desc limit 10'
  hindscope query --all-sessions --where 'error and function ~ "Cart" order by time desc limit 20'`,
    )
    .action(async (trace: string | undefined, flags) => end(await (await import('./commands/query.ts')).query(trace, flags, terminal)))

  withFilters(program.command('tail').description('print events while they are recorded').argument('[session]', 'the running session when absent'))
    .option('--where <condition>', 'in the query language, instead of the filters above (docs/streaming.md)')
    .option('--since <duration>', 'begin so long ago: 500ms, 30s, 5m, 2h, 1d')
    .option('--from <place>', 'begin at an event (0.42) or an ISO time')
    .option('--from-start', 'begin with everything that was recorded before')
    .option('--max <rows>', 'end after this many rows')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      `
Without --since, --from or --from-start rows that come faster than they are printed are left out beyond the newest 10,000, and it says which.

Examples:
  hindscope tail --errors
  hindscope tail --where 'kind = callReturn and duration > 50ms' --since 5m
  hindscope tail --from 0.42 --json`,
    )
    .action(async (session: string | undefined, flags) => end(await (await import('./commands/tail.ts')).tail(session, flags, terminal)))

  program
    .command('incidents')
    .description('list what went wrong, and what every realm kept of the time around it')
    .argument('[trace]', 'trace file or session, the last session when absent')
    .option('--show <id>', 'print the events of this incident')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExamples:\n  hindscope incidents\n  hindscope incidents crash.hscope --show 3f2a')
    .action(async (trace: string | undefined, flags) => end(await (await import('./commands/incidents.ts')).incidents(trace, flags, terminal)))

  program
    .command('mark')
    .description('mark this moment in what is being recorded, and keep the time around it')
    .argument('[label]', 'what to call it')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  hindscope mark "now it is slow"')
    .action(async (label: string | undefined, flags) => end(await (await import('./commands/mark.ts')).mark(label, flags, terminal)))

  program
    .command('info')
    .description('say what a trace holds: sessions, tracks, counts, drops, damage, modules')
    .argument('[trace]', 'trace file or session, all sessions of the project when absent')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  hindscope info crash.hscope')
    .action(async (trace: string | undefined, flags) => end(await (await import('./commands/trace-summary.ts')).traceSummary(trace, flags, terminal)))

  addTiers(program, terminal, end)
  addExport(program, terminal, end)
  addStore(program, terminal, end)
  addImport(program, terminal, end)

  program
    .command('doctor')
    .description('say why nothing is recorded')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  cd my-project && hindscope doctor')
    .action(async flags => end(await (await import('./commands/doctor.ts')).doctor(flags, terminal)))
}

function addImport(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('import')
    .description('make sessions of traces that other tools recorded: AppMap JSON, Chrome traces')
    .argument('<file...>', 'files to read, gzip or not; a session for each')
    .option('-o, --output <file>', 'write one trace file instead of sessions of the project')
    .option('--format <format>', 'appmap or chrome; known by the content when absent')
    .option('--name <text>', 'what to call the session')
    .option('--json', 'say what was read as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  hindscope import Trace-20261130.json.gz -o slow-page.hscope && hindscope open slow-page.hscope\n  hindscope import tmp/appmap/**/*.appmap.json\n  hindscope import trace.json --format chrome --name "before the fix"',
    )
    .action(async (files: string[], flags) => end(await (await import('./commands/import.ts')).importCommand(files, flags, terminal)))
}

function addTiers(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('sql')
    .description('ask sessions on disk (warm) and archived ones (cold) in SQL (docs/sql.md)')
    .argument('[statement]', 'one SELECT')
    .option('--file <file>', 'the statement from a file')
    .option('--tier <tier>', 'warm, cold or all', 'all')
    .option('--limit <rows>', 'rows, 1 to 1000000', '1000')
    .option('--timeout <seconds>', 'when to give up', '60')
    .option('--format <format>', 'table, csv, json, ndjson; table when absent')
    .option('--cold <place>', 'folder or address of archived sessions')
    .option('--schema', 'print the views and their columns')
    .option('--json', 'as --format json')
    .addHelpText(
      'after',
      `
Examples:
  hindscope sql --schema
  hindscope sql 'select function, count(*) n, sum(self_us) us from calls group by function order by us desc limit 10'
  hindscope sql "select session, time, text from values where path = 'args.user.id' and number = 4711" --format csv`,
    )
    .action(async (statement: string | undefined, flags) => end(await (await import('./commands/sql.ts')).sql(statement, flags, terminal)))

  program
    .command('archive')
    .description('write sessions to the cold tier: Parquet for SQL, and the trace file beside it')
    .argument('[session...]', 'trace files or sessions, the last session when absent')
    .option('--cold <place>', 'folder or address; "cold" in the data folder when absent')
    .option('--json', 'say what was written as JSON')
    .addHelpText('after', '\nExample:\n  hindscope archive --cold s3://traces/shop')
    .action(async (targets: string[], flags) => end(await (await import('./commands/archive.ts')).archive(targets, flags, terminal)))
}

function addExport(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('export')
    .description('write one session as a trace file, or in a format that other tools open')
    .argument('[session]', 'trace file or session, the last session when absent')
    .option('-o, --output <file>', 'the file to write, - for standard output')
    .option('--to <address>', 'with --format otlp: send it to a collector, http://localhost:4318/v1/traces')
    .option('--header <header>', 'with --to: "authorization: Bearer …", may be given again; also OTEL_EXPORTER_OTLP_HEADERS', collect)
    .option('--timeout <seconds>', 'with --to: for one attempt, 10 when absent')
    .option('--all-spans', 'with --to: spans that OpenTelemetry made in the program too, which its own exporter sends')
    .option(
      '--format <format>',
      'hscope (trace file), perfetto (ui.perfetto.dev), speedscope, cpuprofile (DevTools), otlp (OpenTelemetry), har (requests), csv, json (every event), parquet (a folder)',
      'hscope',
    )
    .option('--track <number>', 'only this realm, by its number in "info", may be given again', collect)
    .option('--kind <kind>', 'of otlp: calls or activities, both when absent')
    .option('--no-sources', 'of hscope: leave the texts of the sources out')
    .option('--json', 'say what was written as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  hindscope export -o crash.hscope\n  hindscope export --format perfetto -o crash.perfetto.json\n  hindscope export crash.hscope --format cpuprofile --track 0 -o crash.cpuprofile\n  hindscope export crash.hscope --format csv -o - | head\n  hindscope export --format otlp --to http://localhost:4318/v1/traces',
    )
    .action(async (session: string | undefined, flags) => end(await (await import('./commands/export.ts')).exportCommand(session, flags, terminal)))
}

function addStore(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  const store = program.command('store').description('the files of recorded sessions: what they hold, whether they are whole, making them smaller')
  const ONE = {
    stats: 'say what the files hold and how large they are',
    verify: 'read everything and check every checksum; exit code 1 when something is damaged',
    rebuild: 'make indexes and summaries anew; what cannot be read is moved aside',
    compact: 'seal what is not sealed yet and make few large files of many small ones',
  } as const
  for (const name of Object.keys(ONE) as (keyof typeof ONE)[]) {
    // SAFE: own keys of the literal table
    store
      .command(name)
      .description(ONE[name])
      .argument('[session]', 'session by its id or first digits, all sessions of the project when absent')
      .option('--json', 'one JSON object a session')
      .addHelpText('after', `\nExample:\n  hindscope store ${name}`)
      .action(async (session: string | undefined, flags) => end(await (await import('./commands/store.ts'))[name](session, flags, terminal)))
  }
  store
    .command('prune')
    .description('remove old recordings; what has errors or incidents outlives the rest, what is being recorded is left alone')
    .option('--max-age <age>', 'keep what is younger: 12h, 7d, 2w')
    .option('--max-bytes <size>', 'keep no more than this of all sessions together: 500MB, 2GB')
    .option('--max-sessions <number>', 'keep no more sessions than this')
    .option('--keep-errors <age>', 'keep what has errors or incidents this long instead')
    .option('--dry-run', 'only say what would go')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  hindscope store prune --max-age 7d --keep-errors 30d --dry-run\n  hindscope store prune --max-bytes 2GB --max-sessions 50',
    )
    .action(async flags => end(await (await import('./commands/store.ts')).prune(flags, terminal)))
}
