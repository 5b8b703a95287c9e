//! Reads the rule pages, refuses what is wrong with them with file and line, and writes their declarations as
//! constants, so that the tool parses nothing when it starts.

#![allow(dead_code, unused_imports, unreachable_pub, missing_docs)]

#[path = "src/source/mod.rs"]
mod source;
#[path = "src/syntax/mod.rs"]
mod syntax;
#[path = "src/document"]
mod document {
    #[path = "direction.rs"]
    mod direction;
    #[path = "format_name.rs"]
    mod format_name;
    #[path = "kind.rs"]
    mod kind;
    #[path = "suggest.rs"]
    pub mod suggest;
    pub use direction::Direction;
    pub use format_name::FormatName;
    pub use kind::Kind;
}
#[path = "src/finding"]
mod finding {
    #[path = "effect.rs"]
    mod effect;
    #[path = "severity.rs"]
    mod severity;
    pub use effect::{Action, Effect};
    pub use severity::Severity;
}
#[path = "src/rules"]
mod rules {
    #[path = "changes.rs"]
    pub mod changes;
    #[path = "declaration.rs"]
    pub mod declaration;
    #[path = "page/mod.rs"]
    pub mod page;
    #[path = "presets.rs"]
    pub mod presets;
    #[path = "vocabulary/mod.rs"]
    pub mod vocabulary;
}

use document::FormatName;
use rules::declaration::{ChangePattern, Check, Declaration, Given, Text, Value};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

fn main() {
    println!("cargo:rerun-if-changed=rules");
    println!("cargo:rerun-if-changed=build.rs");
    for folder in ["source", "syntax", "document", "finding", "rules"] {
        println!("cargo:rerun-if-changed=src/{folder}");
    }
    let mut pages = Vec::new();
    collect(Path::new("rules"), &mut pages);
    pages.sort();
    let mut declarations: Vec<Declaration> = Vec::new();
    let mut broken = 0;
    for path in &pages {
        match read(path) {
            Ok(declaration) => declarations.push(declaration),
            Err(errors) => {
                broken += errors.len();
                for (line, message) in errors {
                    println!("cargo::error={}:{line}: {message}", path.display());
                }
            }
        }
    }
    declarations.sort_by(|a, b| a.id.cmp(&b.id));
    for pair in declarations.windows(2) {
        if pair[0].id == pair[1].id {
            println!("cargo::error={} and {} have the same name", pair[0].file, pair[1].file);
            broken += 1;
        }
    }
    if broken > 0 {
        process::exit(1);
    }
    let mut code = String::from("pub(super) static PAGES: &[Declaration] = &[\n");
    for declaration in &declarations {
        write_declaration(&mut code, declaration);
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("pages.rs"), code).expect("the build folder can be written");
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("README.md") {
            pages.push(path);
        }
    }
}

fn read(path: &Path) -> Result<Declaration, Vec<(usize, String)>> {
    let text = fs::read_to_string(path).map_err(|error| vec![(1, error.to_string())])?;
    let name =
        |path: Option<&std::ffi::OsStr>| path.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let id = name(path.file_stem());
    let topic = name(path.parent().and_then(Path::file_name));
    let file = path.to_string_lossy().replace('\\', "/");
    rules::page::read(&id, &topic, &file, &text)
        .map_err(|errors| errors.into_iter().map(|error| (error.line, error.message)).collect())
}

fn write_declaration(code: &mut String, declaration: &Declaration) {
    let Declaration {
        id,
        file,
        topic,
        title,
        severity,
        since,
        message,
        same_as,
        clause,
        opt_in,
        presets,
        checks,
        changes,
        no_witness,
        event,
        page,
    } = declaration;
    let option = |text: &Option<Text>| match text {
        Some(text) => format!("Some({})", borrowed(text)),
        None => "None".into(),
    };
    let same_as: Vec<String> = same_as
        .iter()
        .map(|(tool, rule)| format!("({}, {})", borrowed(tool), borrowed(rule)))
        .collect();
    let presets: Vec<String> = presets
        .iter()
        .map(|(preset, options)| format!("({}, {})", borrowed(preset), named(options)))
        .collect();
    let checks: Vec<String> = checks.iter().map(check).collect();
    let changes: Vec<String> = changes.iter().map(change).collect();
    writeln!(
        code,
        "Declaration {{ id: {}, file: {}, topic: {}, title: {}, severity: Severity::{severity:?}, since: {}, message: {}, \
         same_as: {}, clause: {}, opt_in: {opt_in}, presets: {}, checks: {}, changes: {}, no_witness: {}, event: {}, page: {} }},",
        borrowed(id),
        borrowed(file),
        borrowed(topic),
        borrowed(title),
        borrowed(since),
        borrowed(message),
        items(&same_as),
        option(clause),
        items(&presets),
        items(&checks),
        items(&changes),
        option(no_witness),
        option(event),
        borrowed(page),
    )
    .expect("writing to a string never fails");
}

fn check(check: &Check) -> String {
    let given = match &check.given {
        Given::Kinds(kinds) => format!("Given::Kinds({})", variants("Kind", kinds)),
        Given::Document => "Given::Document".into(),
        Given::Workspace => "Given::Workspace".into(),
        Given::Path(path) => format!("Given::Path({})", borrowed(path)),
    };
    let then: Vec<String> = check
        .then
        .iter()
        .map(|then| {
            format!(
                "Then {{ field: {}, function: {}, options: {} }}",
                borrowed(&then.field),
                borrowed(&then.function),
                named(&then.options)
            )
        })
        .collect();
    format!(
        "Check {{ format: {}, given: {given}, when: {}, then: {} }}",
        format_name(check.format),
        named(&check.when),
        items(&then)
    )
}

fn change(change: &ChangePattern) -> String {
    let ChangePattern {
        format,
        of,
        field,
        action,
        from,
        to,
        direction,
        effect,
        when,
        breaks,
        severity,
        policies,
        promises,
    } = change;
    let when: Vec<String> = when
        .iter()
        .map(|(fact, words)| format!("({}, {})", borrowed(fact), texts(words)))
        .collect();
    let policies: Vec<String> = policies
        .iter()
        .map(|(name, severity)| format!("({}, Severity::{severity:?})", borrowed(name)))
        .collect();
    let promises: Vec<String> = promises
        .iter()
        .map(|(promise, severity)| format!("(Promise::{promise:?}, Severity::{severity:?})"))
        .collect();
    format!(
        "ChangePattern {{ format: {}, of: {}, field: {}, action: {}, from: {}, to: {}, direction: {}, effect: {}, when: {}, \
         breaks: Breaks::{breaks:?}, severity: {}, policies: {}, promises: {} }}",
        format_name(*format),
        variants("Kind", of),
        texts(field),
        variants("Action", action),
        texts(from),
        texts(to),
        direction.map_or("None".into(), |direction| format!("Some(Direction::{direction:?})")),
        variants("Effect", effect),
        items(&when),
        severity.map_or("None".into(), |severity| format!("Some(Severity::{severity:?})")),
        items(&policies),
        items(&promises),
    )
}

fn format_name(format: Option<FormatName>) -> String {
    format.map_or("None".into(), |format| format!("Some(FormatName::{format:?})"))
}

/// The values of an enum.
fn variants(name: &str, values: &[impl std::fmt::Debug]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{name}::{value:?}")).collect();
    items(&values)
}

fn texts(texts: &[Text]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| borrowed(text)).collect();
    items(&texts)
}

fn value(value_: &Value) -> String {
    match value_ {
        Value::Null => "Value::Null".into(),
        Value::Boolean(boolean) => format!("Value::Boolean({boolean})"),
        Value::Number(text) => format!("Value::Number({})", borrowed(text)),
        Value::Text(text) => format!("Value::Text({})", borrowed(text)),
        Value::List(list) => {
            let list: Vec<String> = list.iter().map(value).collect();
            format!("Value::List({})", items(&list))
        }
        Value::Map(map) => format!("Value::Map({})", named(map)),
    }
}

fn named(pairs: &[(Text, Value)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value_)| format!("({}, {})", borrowed(name), value(value_)))
        .collect();
    items(&pairs)
}

fn items(items: &[String]) -> String {
    format!("Cow::Borrowed(&[{}])", items.join(", "))
}

fn borrowed(text: &str) -> String {
    format!("Cow::Borrowed({text:?})")
}
