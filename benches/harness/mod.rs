//! What the benches share: processor time of a closure, and the documents to run on.
//!
//! `STIPULA_BENCH` names documents, separated by `:`; without it a generated one is used. `--smoke` runs everything
//! once, to see that it still runs.

use cpu_time::ProcessTime;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// A document to run on.
pub(crate) struct Input {
    /// What it is called.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

/// The documents to run on, and whether this is only to see that the benches run.
pub(crate) fn inputs() -> (Vec<Input>, bool) {
    let smoke = env::args().any(|argument| argument == "--smoke");
    let named = env::var("STIPULA_BENCH").unwrap_or_default();
    let paths: Vec<PathBuf> = named
        .split(':')
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .collect();
    let mut inputs: Vec<Input> = paths
        .iter()
        .map(|path| Input {
            name: path.display().to_string(),
            text: fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        })
        .collect();
    if inputs.is_empty() {
        let paths = if smoke { 20 } else { 4000 };
        inputs.push(Input {
            name: format!("generated.json ({paths} paths)"),
            text: generated(paths),
        });
    }
    (inputs, smoke)
}

/// A description in JSON with so many paths, each with two operations and schemas of its own.
pub(crate) fn generated(paths: usize) -> String {
    let mut text = String::from(
        "{\n  \"openapi\": \"3.0.3\",\n  \"info\": {\"title\": \"Generated\", \"version\": \"1.0.0\"},\n  \"paths\": {\n",
    );
    for path in 0..paths {
        let comma = if path + 1 < paths { "," } else { "" };
        writeln!(
            text,
            r##"    "/v1/things{path}/{{thingId}}": {{
      "parameters": [{{"name": "thingId", "in": "path", "required": true, "description": "Which thing.", "schema": {{"type": "string"}}}}],
      "get": {{
        "operationId": "getThing{path}",
        "summary": "Thing number {path} with everything in it",
        "tags": ["things"],
        "responses": {{
          "200": {{"description": "The thing.", "content": {{"application/json": {{"schema": {{"$ref": "#/components/schemas/Thing{path}"}}, "example": {{"data": {{"id": "{path}", "count": 3, "names": ["a", "b"]}}, "meta": {{}}}}}}}}}},
          "404": {{"description": "There is no such thing."}}
        }}
      }},
      "put": {{
        "operationId": "putThing{path}",
        "summary": "Replaces thing number {path}\nby another one",
        "tags": ["things"],
        "requestBody": {{"required": true, "content": {{"application/json": {{"schema": {{"$ref": "#/components/schemas/Thing{path}"}}}}}}}},
        "responses": {{"204": {{"description": "Replaced."}}, "400": {{"description": "It is none."}}, "404": {{"description": "There is no such thing."}}}}
      }}
    }}{comma}"##
        )
        .expect("writing to a string never fails");
    }
    text.push_str("  },\n  \"components\": {\"schemas\": {\n");
    for path in 0..paths {
        let comma = if path + 1 < paths { "," } else { "" };
        writeln!(
            text,
            r##"    "Thing{path}": {{"type": "object", "required": ["data"], "properties": {{"data": {{"type": "object", "properties": {{"id": {{"type": "string", "description": "What it is called."}}, "count": {{"type": "integer", "minimum": 0, "maximum": 100}}, "names": {{"type": "array", "items": {{"type": "string", "enum": ["a", "b", "c"]}}}}}}}}, "meta": {{"type": "object"}}}}}}{comma}"##
        )
        .expect("writing to a string never fails");
    }
    text.push_str("  }}\n}\n");
    text
}

/// Processor time of `run` in milliseconds, the least and the median of several runs.
pub(crate) fn measure<T>(smoke: bool, mut run: impl FnMut() -> T) -> (f64, f64) {
    let runs = if smoke { 1 } else { 11 };
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = ProcessTime::now();
            std::hint::black_box(run());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[0], times[times.len() / 2])
}

/// Prints a row.
pub(crate) fn row(what: &str, (least, median): (f64, f64), bytes: usize) {
    let megabytes = bytes as f64 / 1e6;
    println!(
        "  {what:<44} {least:>9.2} {median:>9.2} ms  {:>7.0} MB/s",
        megabytes / least * 1e3
    );
}

/// The most memory that this process has used, in megabytes, where the system tells it.
pub(crate) fn peak_megabytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1e3)
}
