// Generated from docs/messages by scripts/build-messages.mjs; do not edit.

export type MessageCode =
  | 'address-not-loopback'
  | 'archive-failed'
  | 'block-checksum'
  | 'block-malformed'
  | 'block-truncated'
  | 'block-version'
  | 'bytes-out-of-range'
  | 'chunk-checksum'
  | 'chunk-conflict'
  | 'chunk-malformed'
  | 'chunk-truncated'
  | 'chunk-version'
  | 'cli-bad-option'
  | 'cli-collector-refused'
  | 'cli-command-failed-to-start'
  | 'cli-file-unwritable'
  | 'cli-no-collector'
  | 'cli-no-session'
  | 'cli-not-a-trace'
  | 'cli-session-unknown'
  | 'cold-unreadable'
  | 'collector-frame'
  | 'collector-hello'
  | 'collector-host'
  | 'collector-internal'
  | 'collector-listen'
  | 'collector-not-live'
  | 'collector-origin'
  | 'collector-request'
  | 'collector-subscription'
  | 'collector-token'
  | 'config-bad-value'
  | 'config-file-failed'
  | 'config-unknown-key'
  | 'export-empty'
  | 'export-no-calls'
  | 'export-one-track'
  | 'export-track-unknown'
  | 'expression-budget'
  | 'expression-failed'
  | 'expression-syntax'
  | 'expression-unsupported'
  | 'hlc-drift'
  | 'id-malformed'
  | 'id-out-of-range'
  | 'import-empty'
  | 'import-format'
  | 'import-gzip'
  | 'import-json'
  | 'import-lengthened'
  | 'import-overlap'
  | 'ingest-paused'
  | 'instrument-already'
  | 'instrument-deep-nesting'
  | 'instrument-direct-eval'
  | 'instrument-directive'
  | 'instrument-ignored-file'
  | 'instrument-no-delimiter'
  | 'instrument-option'
  | 'instrument-sample'
  | 'instrument-script-field'
  | 'instrument-shadowed-name'
  | 'instrument-shipped-import'
  | 'instrument-shipped-text'
  | 'instrument-syntax'
  | 'instrument-too-deep'
  | 'instrument-unwrapped'
  | 'instrument-with'
  | 'memory-pressure'
  | 'not-found'
  | 'object-unseen'
  | 'plugin-collector-failed'
  | 'plugin-hook-failed'
  | 'plugin-map-broken'
  | 'plugin-runtime-missing'
  | 'plugin-strip-failed'
  | 'plugin-twice'
  | 'query-bad'
  | 'query-cancelled'
  | 'query-syntax'
  | 'segment-io'
  | 'session-busy'
  | 'sql-failed'
  | 'sql-httpfs-missing'
  | 'sql-locked'
  | 'sql-missing'
  | 'sql-not-allowed'
  | 'sql-stopped'
  | 'sql-unreadable'
  | 'subscription-future'
  | 'subscription-query'
  | 'trace-unreadable'
  | 'ui-answer-malformed'
  | 'ui-engine-unreachable'
  | 'ui-link-part-ignored'
  | 'ui-not-mounted'
  | 'ui-nothing-there'
  | 'value-malformed'

export const MESSAGES: Readonly<Record<MessageCode, { readonly why: string; readonly fix: string }>> = {
  'address-not-loopback': {
    why: "The collector address {url} is not ws:// on this machine.",
    fix: "Use ws://127.0.0.1:<port>; recorded values leave the program on loopback only.",
  },
  'archive-failed': {
    why: "Archiving session {session} to {place} failed: {reason}.",
    fix: "Check free space and permissions; nothing half written is read, and archiving again starts over.",
  },
  'block-checksum': {
    why: "The block at byte {offset} ({bytes} bytes) does not match its checksum.",
    fix: "The file was damaged after it was written; the chunks of the block whose own checksums hold are opened, and all other blocks.",
  },
  'block-malformed': {
    why: "The bytes at {offset} are not a block: {reason}.",
    fix: "Check that this is a Hindscope trace file and that it was copied in binary mode.",
  },
  'block-truncated': {
    why: "The block at byte {offset} is cut off: {have} of {need} bytes are there.",
    fix: "Usually a file that was copied or written half; every block before the cut is opened.",
  },
  'block-version': {
    why: "The block at byte {offset} has version {version}; this Hindscope reads version {supported}.",
    fix: "Open the trace with the version of Hindscope that wrote it, or a newer one.",
  },
  'bytes-out-of-range': {
    why: "Reading {need} bytes at offset {offset} runs past the end ({length} bytes).",
    fix: "The data is damaged or cut off; everything before and after the damage can still be opened.",
  },
  'chunk-checksum': {
    why: "The chunk at byte {offset} ({bytes} bytes) does not match its checksum.",
    fix: "The file was damaged after it was written; the other chunks are opened, this one is skipped.",
  },
  'chunk-conflict': {
    why: "Chunk {number} of realm {realm} is there already and holds something else.",
    fix: "Two realms have the same number: the one that came second is not recorded. Start its program again, or reload its page; it takes a new number.",
  },
  'chunk-malformed': {
    why: "The bytes at {offset} are not a chunk: {reason}.",
    fix: "Check that this is a Hindscope trace file and that it was copied in binary mode.",
  },
  'chunk-truncated': {
    why: "The chunk at byte {offset} is cut off: {have} of {need} bytes are there.",
    fix: "Usually a recording that was killed while writing; everything before the cut is opened.",
  },
  'chunk-version': {
    why: "The chunk at byte {offset} has schema version {version}; this Hindscope reads version {supported}.",
    fix: "Open the trace with the version of Hindscope that recorded it, or a newer one.",
  },
  'cli-bad-option': {
    why: "{option} does not accept \"{value}\".",
    fix: "Allowed: {allowed}.",
  },
  'cli-collector-refused': {
    why: "The collector at {url} answered {status}: {reason}.",
    fix: "The address in collector.json may be of an earlier run: stop what runs on that port, or start recording again.",
  },
  'cli-command-failed-to-start': {
    why: "{command} cannot be started: {reason}.",
    fix: "Write the command after `--` as in a shell: hindscope run -- node app.js.",
  },
  'cli-file-unwritable': {
    why: "{file} cannot be written: {reason}.",
    fix: "Name a file in a folder that exists and that you may write to.",
  },
  'cli-no-collector': {
    why: "No collector is running for {folder}.",
    fix: "Start the program with `hindscope run -- node app.js` or the dev server with the plugin; `hindscope query` reads what was recorded before.",
  },
  'cli-no-session': {
    why: "No recorded session is in {folder}.",
    fix: "Record one with `hindscope run -- node app.js` or by starting the dev server with the plugin, or name a trace file.",
  },
  'cli-not-a-trace': {
    why: "{file} holds nothing that can be opened ({damage} damaged stretches).",
    fix: "Check that it is a Hindscope trace file and that it was copied in binary mode; `hindscope info` lists the damage.",
  },
  'cli-session-unknown': {
    why: "Session \"{session}\" is not in {folder}.",
    fix: "Use one of: {known}.",
  },
  'cold-unreadable': {
    why: "The cold tier {place} cannot be read: {reason}.",
    fix: "Check the folder or address and its permissions; `hindscope archive` makes it.",
  },
  'collector-frame': {
    why: "A message was refused: {reason}.",
    fix: "Send one chunk per binary message, at most {limit} bytes.",
  },
  'collector-hello': {
    why: "The first message must be a valid hello: {reason}.",
    fix: "Use the same version of Hindscope in the program and in the collector.",
  },
  'collector-host': {
    why: "Requests for the host {host} are refused.",
    fix: "Open the collector under 127.0.0.1 or localhost; other names could be a web site's that points here.",
  },
  'collector-internal': {
    why: "The collector failed while answering: {reason}.",
    fix: "The server keeps running; please report this with the trace file.",
  },
  'collector-listen': {
    why: "The collector cannot listen on {host}:{port}: {reason}.",
    fix: "Choose another port in the config, or 0 for a free one; `hindscope doctor` says whether another collector runs.",
  },
  'collector-not-live': {
    why: "Session {session} is not being recorded here.",
    fix: "Levels can be changed while a program or page of the session is recorded; `hindscope info` lists the sessions.",
  },
  'collector-origin': {
    why: "Requests from {origin} are refused.",
    fix: "Pages on localhost may always send; add other origins to allowedOrigins in the config.",
  },
  'collector-request': {
    why: "{method} {path} is refused: {reason}.",
    fix: "The query API takes POST {api} with a JSON object as body.",
  },
  'collector-subscription': {
    why: "The live message is refused: {reason}.",
    fix: "docs/streaming.md lists the messages and their fields.",
  },
  'collector-token': {
    why: "The token is missing or wrong.",
    fix: "Open the URL that Hindscope printed, or take the token from collector.json in the data folder.",
  },
  'config-bad-value': {
    why: "Config key \"{key}\" in {origin} has the value {value}.",
    fix: "Allowed: {allowed}.",
  },
  'config-file-failed': {
    why: "{file} cannot be used: {reason}.",
    fix: "Export an object of config keys as its default; it may import other files but not use top-level await.",
  },
  'config-unknown-key': {
    why: "Unknown config key \"{key}\" in {origin}. Did you mean \"{nearest}\"?",
    fix: "Use one of: {known}.",
  },
  'export-empty': {
    why: "Session {session} holds no events.",
    fix: "Export another session (`hindscope info` lists them), or record one with `hindscope run -- node app.js`.",
  },
  'export-no-calls': {
    why: "{chosen} holds no calls, and this format has nothing else.",
    fix: "Tracks with calls: {others}. Formats that hold every event are json, csv and perfetto.",
  },
  'export-one-track': {
    why: "A file of format {format} holds one track.",
    fix: "Choose one with --track: {tracks}.",
  },
  'export-track-unknown': {
    why: "The session has no track {track}.",
    fix: "Its tracks are {known}; `hindscope info` says what they are.",
  },
  'expression-budget': {
    why: "The expression took more than {limit}.",
    fix: "Ask for less: a part of the list, fewer rounds, shorter texts.",
  },
  'expression-failed': {
    why: "The expression fails at column {column}: {reason}.",
    fix: "The values are as they were recorded at this event; test for what may be absent with ?. or ??.{frame}",
  },
  'expression-syntax': {
    why: "The expression has a mistake at line {line}, column {column}: {reason}.",
    fix: "Write one JavaScript expression; docs/replay.md says what it may hold.{frame}",
  },
  'expression-unsupported': {
    why: "{what} at column {column} cannot be evaluated.",
    fix: "Only recorded values are looked at and no code of the program runs; docs/replay.md lists what there is.{frame}",
  },
  'hlc-drift': {
    why: "A peer's clock is {driftMs} ms ahead of this machine, more than the allowed {maxDriftMs} ms.",
    fix: "Synchronise the clocks of the machines (NTP); until then events of that peer are ordered by this machine's own clock.",
  },
  'id-malformed': {
    why: "{name} \"{value}\" is malformed; expected {expected}.",
    fix: "Check that the id was copied whole.",
  },
  'id-out-of-range': {
    why: "{name} {value} is not a 32-bit unsigned integer in range.",
    fix: "This is a bug in Hindscope or damaged input; please report it with the trace file.",
  },
  'import-empty': {
    why: "The {format} trace holds no event that can be imported.",
    fix: "Record it again with events in it; what it holds instead: {ignored}.",
  },
  'import-format': {
    why: "This is no trace that can be imported: {reason}.",
    fix: "AppMap JSON (*.appmap.json) and Chrome traces (Trace Event Format, as JSON, gzip or not) can be; `--format appmap` or `--format chrome` says which one it is. docs/imports.md tells what is read.",
  },
  'import-gzip': {
    why: "The compressed data breaks after {bytes} bytes of content: {reason}.",
    fix: "Copy the file again in binary mode, or decompress it with `gzip -dc` to see how much is left.",
  },
  'import-json': {
    why: "The JSON breaks at byte {offset} (line {line}, column {column}): {reason}.",
    fix: "Record or export the file again, or copy it in binary mode: it is damaged or was cut there.",
  },
  'import-lengthened': {
    why: "{count} calls were made longer than the trace says, because the calls inside them take longer.",
    fix: "Nothing is lost: their durations include those of their children. Calls that run at the same time in one thread have no place in an AppMap.",
  },
  'import-overlap': {
    why: "{count} slices end later than the slice around them in the same thread; they were cut to its end.",
    fix: "Nothing is lost but those durations. Work that overlaps belongs into async events (b/e) or threads of its own.",
  },
  'ingest-paused': {
    why: "Recording of session {session} is paused: {reason}.",
    fix: "Make room, or give the folder back; recording goes on by itself then. Recorders keep what they have until their own bounds are reached.",
  },
  'instrument-already': {
    why: "The module is already instrumented; it is not instrumented again.",
    fix: "Look for two Hindscope plugins in one build, or for a dependency that was published from an instrumented build.",
  },
  'instrument-deep-nesting': {
    why: "From here on, \"{name}\" nests too deeply for statement probes: its calls are recorded, these statements are not.",
    fix: "Nothing has to be done. To see inside, split the expression or the nest of statements.",
  },
  'instrument-direct-eval': {
    why: "\"{name}\" calls eval directly, and is not recorded.",
    fix: "Code given to eval sees the names of the function around it. Use `(0, eval)(text)` if it needs no local names; functions inside and around it are recorded all the same.",
  },
  'instrument-directive': {
    why: "\"{name}\" has the directive \"{directive}\", and is not recorded.",
    fix: "The text of such a function is read by another engine, which has no Hindscope; nothing needs to be done.",
  },
  'instrument-ignored-file': {
    why: "The module opts out of recording by a hindscope-ignore-file comment.",
    fix: "Remove the comment to record it.",
  },
  'instrument-no-delimiter': {
    why: "The module contains both vertical tab and form feed characters, so that inserted text could not be told from it; it is not instrumented.",
    fix: "Write these characters as \\v and \\f escapes, or as spaces where they stand between tokens.",
  },
  'instrument-option': {
    why: "Option \"{option}\" of instrument has the value {value}.",
    fix: "Allowed: {allowed}.",
  },
  'instrument-sample': {
    why: "The plan asks for a share of the calls of \"{name}\"; all calls are recorded.",
    fix: "Sampling is not supported in a plan yet: use level count or calls to make the function cheaper.",
  },
  'instrument-script-field': {
    why: "The initialiser of \"{name}\" is not recorded.",
    fix: "In a script, a class outside of any function has no place for the recorder's names. Load the file as a module to record it.",
  },
  'instrument-shadowed-name': {
    why: "Not recorded: {name}. The code declares \"{shadowed}\", through which inserted code finds the recorder.",
    fix: "Rename the declaration, or use hook: 'import', which needs no global name.",
  },
  'instrument-shipped-import': {
    why: "The text of \"{name}\" may run elsewhere ({sink}) with probes in it, because its module is instrumented on its own.",
    fix: "Put a `hindscope-ignore` comment before the function where it is declared, if it is one. A recorder takes the probes out of the text; without one, and in bundles of printers that drop the marks around probes, the text fails with a ReferenceError.",
  },
  'instrument-shipped-text': {
    why: "The text of \"{name}\" runs elsewhere ({sink}), and is not recorded.",
    fix: "There is no recorder where the text runs, so nothing needs to be done. If the function also runs here and is to be recorded, give the other place a function of its own.",
  },
  'instrument-syntax': {
    why: "The module is not instrumented, because it does not parse as {lang}: {reason}.",
    fix: "Hindscope reads plain JavaScript: let it run after the steps that turn TypeScript, JSX or decorators into JavaScript, and check the place shown.",
  },
  'instrument-too-deep': {
    why: "The module nests too deeply to be parsed; it is not instrumented.",
    fix: "Exclude generated files such as parser tables, or run the build with a larger stack (node --stack-size).",
  },
  'instrument-unwrapped': {
    why: "Errors and early ends of \"{name}\" are recorded only where they are caught, because its body declares functions that may not stand in a block.",
    fix: "Move the function declarations out of the async or generator function, give them unique names, or use strict mode.",
  },
  'instrument-with': {
    why: "\"{name}\" uses a with statement; it and the functions inside the statement are not recorded.",
    fix: "Inside `with`, every name is first looked up on an object, so that a probe could be observed. Use a variable for the object instead.",
  },
  'memory-pressure': {
    why: "The collector's memory is at {percent} % of {limit} MB: {action}.",
    fix: "Close sessions that are open in the UI, record less (`hindscope level calls`), or give the collector more memory.",
  },
  'not-found': {
    why: "There is no {what} {id}.",
    fix: "Ask `sessions`, `events` or `callTree` for what there is; a link may point into a trace that is not loaded.",
  },
  'object-unseen': {
    why: "No event of track {track} up to this one shows object #{object}.",
    fix: "Ask at a later event; `sightings` lists the events that show the object. Ids are those of values of the same track.",
  },
  'plugin-collector-failed': {
    why: "The collector cannot be started: {reason}.",
    fix: "The program runs unrecorded. `hindscope doctor` looks for the cause; with HINDSCOPE_URL and HINDSCOPE_TOKEN a running collector is joined.",
  },
  'plugin-hook-failed': {
    why: "Hindscope failed on this module and left it as it is: {reason}.",
    fix: "The program is not affected, only the recording lacks this module; please report it with the module.",
  },
  'plugin-map-broken': {
    why: "The final source map is wrong here: the source says `{expected}` where the output says `{found}`. Broken by: {culprit}.",
    fix: "A plugin or loader changed the text without a source map that says so. Update it, or have it return a map; until then places of this module are wrong in recordings, stack traces and debuggers, and some of its functions may have no probe.",
  },
  'plugin-runtime-missing': {
    why: "The runtime of Hindscope is not installed: {file} does not exist.",
    fix: "Install `hindscope` again; in its own repository run `node scripts/build.mjs`.",
  },
  'plugin-strip-failed': {
    why: "The module is not instrumented, because its types or JSX cannot be turned into JavaScript: {reason}.",
    fix: "Correct the place shown. The text is left to the bundler, whose own message about it usually follows.",
  },
  'plugin-twice': {
    why: "The Hindscope plugin is in this {bundler} configuration more than once; only the first one works.",
    fix: "Remove one of them; its options are not read.",
  },
  'query-bad': {
    why: "{field} of {method} is {value}.",
    fix: "Allowed: {allowed}.",
  },
  'query-cancelled': {
    why: "The query was cancelled after {rows} rows.",
    fix: "Ask again; nothing was changed.",
  },
  'query-syntax': {
    why: "The query has {found} where it needs {expected}.{hint}",
    fix: "The grammar is in docs/query-language.md.{frame}",
  },
  'segment-io': {
    why: "Writing to {path} failed: {reason}.",
    fix: "Check free space and permissions of the data folder; chunks that were not acknowledged are sent again by their recorders.",
  },
  'session-busy': {
    why: "The session in {path} is being changed by process {pid}.",
    fix: "Wait until it is done, or end that process (a collector that records into the session, or another `hindscope store` command).",
  },
  'sql-failed': {
    why: "The statement failed: {reason}",
    fix: "The views are in docs/sql.md and in `hindscope sql --schema`.{frame}",
  },
  'sql-httpfs-missing': {
    why: "Addresses such as s3:// need DuckDB's extension httpfs, which cannot be loaded: {reason}.",
    fix: "Run `INSTALL httpfs` in DuckDB once on a machine with a network, or use a folder for the cold tier.",
  },
  'sql-locked': {
    why: "The database {path} is open in another process: {reason}.",
    fix: "Only one process can have it open. While a collector runs, `hindscope sql` asks it; end the process that is named, or wait for it.",
  },
  'sql-missing': {
    why: "SQL and Parquet need DuckDB, which cannot be loaded: {reason}.",
    fix: "Install it beside Hindscope: `npm install @duckdb/node-api@1.5.6-r.1` (some 70 MB). Everything else works without it.",
  },
  'sql-not-allowed': {
    why: "The statement is {kind}.",
    fix: "One SELECT, DESCRIBE, SUMMARIZE, SHOW or EXPLAIN at a time is taken: the tables are made from the sessions and only read.",
  },
  'sql-stopped': {
    why: "The statement was stopped after {seconds} s.",
    fix: "Ask for less, or give it more time with `--timeout`.",
  },
  'sql-unreadable': {
    why: "The database {path} cannot be opened: {reason}.",
    fix: "It is made from the sessions and can be deleted; the next statement makes it again. Check that its folder can be written.",
  },
  'subscription-future': {
    why: "A stream cannot ask for {what}: only what comes later tells.",
    fix: "Ask for {instead}, or ask the query API once it has happened.",
  },
  'subscription-query': {
    why: "A subscription takes a condition only; this query has {part}.",
    fix: "Leave it out, or ask the query API, which sees what is there now.",
  },
  'trace-unreadable': {
    why: "The trace file {path} cannot be read: {reason}.",
    fix: "Check the path; a trace file ends in .hscope and holds chunks, possibly several exports after one another.",
  },
  'ui-answer-malformed': {
    why: "The trace server answered {method} with something that is not a Hindscope answer ({reason}).",
    fix: "The page and the server may be of different versions: reload the page, or update both.",
  },
  'ui-engine-unreachable': {
    why: "The trace server does not answer ({reason}).",
    fix: "Check that the program that printed this URL is still running, then press Retry.",
  },
  'ui-link-part-ignored': {
    why: "The part {part} of this link could not be read and was ignored.",
    fix: "The rest of the link is applied; copy the link again from where it came.",
  },
  'ui-not-mounted': {
    why: "A part of the page was drawn outside the workbench.",
    fix: "This is a bug in Hindscope; please report it with the address of the page.",
  },
  'ui-nothing-there': {
    why: "There is no {what} from here.",
    fix: "You are at the end of what was recorded in this direction.",
  },
  'value-malformed': {
    why: "A recorded value at offset {offset} cannot be read: {reason}.",
    fix: "The data is damaged; the other events of the trace are not affected.",
  },
}
