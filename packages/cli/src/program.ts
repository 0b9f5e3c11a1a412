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
    .description('show trace files in the UI')
    .argument('<file...>', 'trace files')
    .option('--port <port>', 'port on loopback, 0 takes a free one', '0')
    .option('--json', 'print the addresses as JSON')
    .addHelpText('after', '\nExample:\n  hindscope open crash.hscope')
    .action(async (files: string[], flags) => end(await (await import('./commands/open.ts')).open(files, flags, terminal)))

  addReaders(program, terminal, end)
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

function addReaders(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  withFilters(
    program.command('query').description('print recorded events').argument('[trace]', 'trace file or session, the last session when absent'),
  )
    .option('--limit <rows>', 'rows a page, 1 to 1000', '100')
    .option('--cursor <cursor>', 'the next page, as the page before it said')
    .option('--order <order>', 'asc or desc; asc when absent')
    .option('--all', 'all pages')
    .option('--where <query>', 'in the query language, instead of the filters above (docs/query-language.md)')
    .option('--explain', 'with --where: what the answer took')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      `
Examples:
  hindscope query --errors
  hindscope query crash.hscope --function Cart.total --json --all
  hindscope query --chain 0.42
  hindscope query --where 'function ~ "Cart" and args.user.id = 4711 and duration > 5ms order by duration desc limit 20'
  hindscope query --where 'kind = callEnter select count(), p95(duration) group by function order by count() desc limit 10'`,
    )
    .action(async (trace: string | undefined, flags) => end(await (await import('./commands/query.ts')).query(trace, flags, terminal)))

  withFilters(program.command('tail').description('print events while they are recorded').argument('[session]', 'the running session when absent'))
    .option('--from-start', 'begin with what was recorded before')
    .option('--max <rows>', 'end after this many rows')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  hindscope tail --errors')
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

  addExport(program, terminal, end)

  program
    .command('doctor')
    .description('say why nothing is recorded')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  cd my-project && hindscope doctor')
    .action(async flags => end(await (await import('./commands/doctor.ts')).doctor(flags, terminal)))
}

function addExport(program: Command, terminal: Terminal, end: (exitCode: number) => void): void {
  program
    .command('export')
    .description('write one session as a trace file, or in a format that other tools open')
    .argument('[session]', 'trace file or session, the last session when absent')
    .requiredOption('-o, --output <file>', 'the file to write, - for standard output')
    .option(
      '--format <format>',
      'hscope (trace file), perfetto (ui.perfetto.dev), speedscope, cpuprofile (DevTools), otlp (OpenTelemetry), har (requests), csv, json (every event)',
      'hscope',
    )
    .option('--track <number>', 'only this realm, by its number in "info", may be given again', collect)
    .option('--kind <kind>', 'of otlp: calls or activities, both when absent')
    .option('--json', 'say what was written as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  hindscope export -o crash.hscope\n  hindscope export --format perfetto -o crash.perfetto.json\n  hindscope export crash.hscope --format cpuprofile --track 0 -o crash.cpuprofile\n  hindscope export crash.hscope --format csv -o - | head',
    )
    .action(async (session: string | undefined, flags) => end(await (await import('./commands/export.ts')).exportCommand(session, flags, terminal)))
}
