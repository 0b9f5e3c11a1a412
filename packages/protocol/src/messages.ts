// Generated from docs/messages by scripts/build-messages.mjs; do not edit.

export type MessageCode =
  | 'absence-built'
  | 'absence-dependency'
  | 'absence-dropped'
  | 'absence-file'
  | 'absence-gaps'
  | 'absence-lowered'
  | 'absence-no-function'
  | 'absence-no-manifest'
  | 'absence-no-statement'
  | 'absence-not-called'
  | 'absence-off'
  | 'absence-outside'
  | 'absence-unreached'
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
  | 'jump-failed'
  | 'jump-incomplete'
  | 'jump-not-allowed'
  | 'jump-not-running'
  | 'jump-silent'
  | 'lock-untouched'
  | 'memory-pressure'
  | 'not-found'
  | 'object-unseen'
  | 'otlp-refused'
  | 'otlp-unreachable'
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
  | 'ui-collector-gone'
  | 'ui-engine-unreachable'
  | 'ui-file-damaged'
  | 'ui-file-empty'
  | 'ui-file-newer'
  | 'ui-file-no-memory'
  | 'ui-file-not-trace'
  | 'ui-file-nothing-readable'
  | 'ui-file-other'
  | 'ui-file-session-missing'
  | 'ui-file-too-large'
  | 'ui-file-truncated'
  | 'ui-file-unreadable'
  | 'ui-link-part-ignored'
  | 'ui-moment-missing'
  | 'ui-no-recording'
  | 'ui-no-trace'
  | 'ui-no-writes-of'
  | 'ui-not-mounted'
  | 'ui-nothing-there'
  | 'ui-part-missing'
  | 'ui-worker-stopped'
  | 'value-malformed'

export const MESSAGES: Readonly<Record<MessageCode, { readonly why: string; readonly fix: string }>> = {
  'absence-built': {
    why: "{name} was built with level {level}, which does not record its statements.",
    fix: "Give it level `statements` in the plan and build again; no running program can be given more than was built in.",
  },
  'absence-dependency': {
    why: "{file} belongs to a dependency, which is not recorded unless it is asked for.",
    fix: "Name the package in `include` of the config, build again and record again.",
  },
  'absence-dropped': {
    why: "{count} events of this session were dropped or lost with a chunk; it may have been among them.",
    fix: "The Health screen says whose they are; record less at a time, or give the recorder more memory.",
  },
  'absence-file': {
    why: "No recorded module is called {file}.",
    fix: "Either it was never loaded, or `include` and `exclude` of the config leave it out, or it could not be read: the report at the end of the build names what was left out and why, and `hindscope doctor` checks the set-up.",
  },
  'absence-gaps': {
    why: "In {count} stretches of time events were recorded and let go on purpose, since no incident came.",
    fix: "Set a mark (`hindscope mark`) when it happens, or record without `keepSeconds`.",
  },
  'absence-lowered': {
    why: "{name} was recorded at level {level} at the end, built for {built}, and changed {changes} times: calls without a trace may have happened.",
    fix: "Raise it in the Levels tab or with `hindscope level`; where the overhead budget lowered it, give the budget more or record fewer other functions.",
  },
  'absence-no-function': {
    why: "{file} was loaded, but holds no function: there is nothing to call.",
    fix: "Record its statements: level `statements` in the plan covers the code of modules too.",
  },
  'absence-no-manifest': {
    why: "{count} modules were recorded whose names and positions are not here.",
    fix: "Open the trace where the program was built, or give the folder of its manifests (`manifestDirs`); the events are there and get their places then.",
  },
  'absence-no-statement': {
    why: "No statement of {name} begins on line {line}.",
    fix: "Ask about the line on which the statement begins; comments, braces and types are none.",
  },
  'absence-not-called': {
    why: "{name} was never called while this was recorded.",
    fix: "Do in the program what should call it, while it is recorded; the source shows which of its callers ran.",
  },
  'absence-off': {
    why: "{name} was built with level off.",
    fix: "Take it out of the rules that turn it off and build again.",
  },
  'absence-outside': {
    why: "{place} is in no function: code of modules is recorded only at level `statements`.",
    fix: "Give the file level `statements` in the plan and build again, or ask about a line within a function.",
  },
  'absence-unreached': {
    why: "{name} was called {calls} times, and never came to line {line}.",
    fix: "Look at the branch above it: the values there say which way each call went.",
  },
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
  'jump-failed': {
    why: "The program failed while {store} was put to another state: {reason}. The store may have that state all the same.",
    fix: "Look at what threw; the action `jump by Hindscope` in the trace has all that ran because of it.",
  },
  'jump-incomplete': {
    why: "The state of {store} is not known well enough to be put into the program: {path} {reason}.",
    fix: "Choose a moment since which this part has not changed, or have more of it recorded (maxDepth, maxWidth, maxString, redact in the config).",
  },
  'jump-not-allowed': {
    why: "Store {store} cannot be put to a recorded state: {reason}.",
    fix: "docs/adapters.md says which libraries have a way to do it.",
  },
  'jump-not-running': {
    why: "The program of track {track} is not connected, so no store of it can be put anywhere.",
    fix: "Start it again, or choose a store of a track that is connected.",
  },
  'jump-silent': {
    why: "The program has not answered for {seconds} seconds; whether {store} was put to another state is not known.",
    fix: "A page that stands in the debugger, or is hidden, answers later; look at its state, or ask again.",
  },
  'lock-untouched': {
    why: "The lock {path} cannot be renewed: {reason}. Another process may take it from {seconds} s on.",
    fix: "Look at the disk and its permissions. Do not compact, prune or rebuild this session until its recording has ended.",
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
  'otlp-refused': {
    why: "{url} answered {status}: {reason}; {sent} spans were taken before.",
    fix: "401 and 403 ask for `--header` with a token, 404 for another path (`/v1/traces` by default), 400 and 415 for a collector that takes OTLP as JSON.",
  },
  'otlp-unreachable': {
    why: "The spans cannot be sent to {url}: {reason}.",
    fix: "Check that a collector listens there for OTLP over HTTP (port 4318 by default, not 4317, which is gRPC), and that the path is right.",
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
  'ui-collector-gone': {
    why: "The collector no longer answers. What is on screen is the last it said, and cannot be changed.",
    fix: "Start the program that printed this address again, then press Retry.",
  },
  'ui-engine-unreachable': {
    why: "The trace server does not answer ({reason}).",
    fix: "Check that the program that printed this URL is still running, then press Retry.",
  },
  'ui-file-damaged': {
    why: "{count} of {name} cannot be read ({bytes}); everything else is open.",
    fix: "The list says where. Copy the file again in binary mode to see whether the copy was damaged.",
  },
  'ui-file-empty': {
    why: "{name} is empty: it has 0 bytes.",
    fix: "Copy or download it again; a recording that never sealed a chunk leaves such a file.",
  },
  'ui-file-newer': {
    why: "{name} was written by a newer Hindscope: {reason}",
    fix: "Open it with the Hindscope that wrote it: `npx hindscope@latest open <file>`.",
  },
  'ui-file-no-memory': {
    why: "The browser has no memory for {name} ({size}).",
    fix: "Close other tabs and try again, or run `hindscope open <file>`, which reads the file outside the browser.",
  },
  'ui-file-not-trace': {
    why: "{name} is not a Hindscope trace: {found}.",
    fix: "Choose a file that ends in .hscope. Chrome and AppMap traces become one with `hindscope import <file>`; archives are unpacked first.",
  },
  'ui-file-nothing-readable': {
    why: "{name} is a Hindscope trace, but no event of it can be read: {reason}",
    fix: "Copy the file again in binary mode, or export the session again with `hindscope export`.",
  },
  'ui-file-other': {
    why: "{name} is not the file that the link was made with ({wanted}).",
    fix: "It is open; places of the link that it does not have are left out. Drop the other file to follow the link.",
  },
  'ui-file-session-missing': {
    why: "The link points into session {session}, which {name} does not hold.",
    fix: "The newest session of the file is shown; ask whoever made the link for the file it was made with.",
  },
  'ui-file-too-large': {
    why: "{name} has {size}; a page can hold {limit}.",
    fix: "Run `hindscope open <file>`: it reads the file outside the browser and shows it here.",
  },
  'ui-file-truncated': {
    why: "{name} is cut off after {have} bytes; it is open until {until}.",
    fix: "Nothing before the cut is lost. Copy the file again if it was longer; a program that was killed leaves no more.",
  },
  'ui-file-unreadable': {
    why: "The browser could not read {name}: {reason}",
    fix: "Choose a file and not a folder; if it was moved or changed meanwhile, choose it again.",
  },
  'ui-link-part-ignored': {
    why: "The part {part} of this link could not be read and was ignored.",
    fix: "The rest of the link is applied; copy the link again from where it came.",
  },
  'ui-moment-missing': {
    why: "There is no event {moment} in this trace.",
    fix: "The link was made with another recording, or the event was given up when the trace was thinned.",
  },
  'ui-no-recording': {
    why: "{method} needs a program that is being recorded; this is a file.",
    fix: "Open the page from the collector of the running program.",
  },
  'ui-no-trace': {
    why: "No trace is open.",
    fix: "Drop a .hscope file on the page, or open the page from a program that records (`hindscope open`).",
  },
  'ui-no-writes-of': {
    why: "The writes of {name} cannot be walked: {reason}.",
    fix: "Writes are recorded of variables and of properties of objects, in functions recorded at level `statements`.",
  },
  'ui-not-mounted': {
    why: "A part of the page was drawn outside the workbench.",
    fix: "This is a bug in Hindscope; please report it with the address of the page.",
  },
  'ui-nothing-there': {
    why: "There is no {what} from here.",
    fix: "You are at the end of what was recorded in this direction.",
  },
  'ui-part-missing': {
    why: "{part} could not be loaded: {reason}",
    fix: "Reload the page; if the program that served it has ended, start it again.",
  },
  'ui-worker-stopped': {
    why: "The worker that reads files stopped: {reason}",
    fix: "Open the file again; if it was short of memory, `hindscope open <file>` reads it outside the browser.",
  },
  'value-malformed': {
    why: "A recorded value at offset {offset} cannot be read: {reason}.",
    fix: "The data is damaged; the other events of the trace are not affected.",
  },
}
