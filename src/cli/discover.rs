//! Which files a run is about: those that were named, or those that are found.

use super::Failure;
use super::setup::Settings;
use crate::source::display_path;
use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A file that a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    /// The file; `-` is standard input.
    pub(super) path: PathBuf,
    /// Whether the user named it: then it has to be a description.
    pub(super) named: bool,
}

/// What a run is about.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    pub(super) inputs: Vec<Input>,
    /// Whether nobody said where to look: then the user is told what was taken.
    pub(super) searched: bool,
    /// What was named and is not there, a sentence each.
    pub(super) missing: Vec<String>,
}

const STDIN: &str = "-";

impl Input {
    pub(super) fn is_stdin(&self) -> bool {
        self.path == Path::new(STDIN)
    }
}

/// Works out what a run is about.
pub(super) fn inputs(arguments: &[String], settings: &Settings, working_directory: &Path) -> Result<Inputs, Failure> {
    let mut found = Inputs::default();
    if !arguments.is_empty() {
        for argument in arguments {
            add(argument, working_directory, working_directory, &mut found)?;
        }
    } else if settings.config.apis.iter().any(|api| !api.spec.0.is_empty()) {
        for spec in settings.config.apis.iter().flat_map(|api| &api.spec.0) {
            add(&spec.value, &settings.folder, working_directory, &mut found)?;
        }
    } else {
        found.searched = true;
        search(working_directory, &mut found);
    }
    found.inputs.sort_by(|a, b| a.path.cmp(&b.path));
    // Who names a file and a folder that holds it means the file once.
    found.inputs.dedup_by(|later, earlier| {
        earlier.named |= later.path == earlier.path && later.named;
        later.path == earlier.path
    });
    Ok(found)
}

fn add(argument: &str, base: &Path, working_directory: &Path, found: &mut Inputs) -> Result<(), Failure> {
    if argument == STDIN {
        found.inputs.push(Input {
            path: PathBuf::from(STDIN),
            named: true,
        });
        return Ok(());
    }
    let path = base.join(argument);
    if path.is_dir() {
        let before = found.inputs.len();
        search(&path, found);
        if found.inputs.len() == before {
            found.missing.push(format!("`{argument}` holds no API description"));
        }
    } else if path.exists() {
        found.inputs.push(Input { path, named: true });
    } else if argument.contains(['*', '?', '[', '{']) {
        let before = found.inputs.len();
        expand(argument, base, found)?;
        if found.inputs.len() == before {
            found.missing.push(format!("no file fits `{argument}`"));
        }
    } else {
        let shown = display_path(&path, working_directory);
        let hint = similar_file(&path).map_or(String::new(), |name| format!("; did you mean `{name}`?"));
        found.missing.push(format!("`{shown}` does not exist{hint}"));
    }
    Ok(())
}

/// A file in the same folder whose name is like the one that does not exist.
fn similar_file(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_string_lossy().into_owned();
    let entries = std::fs::read_dir(path.parent()?).ok()?;
    let names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    crate::document::suggest::closest(&wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

fn expand(pattern: &str, base: &Path, found: &mut Inputs) -> Result<(), Failure> {
    let matcher = glob(pattern, base)?;
    // The walk starts at the last folder before the first wildcard.
    let fixed: PathBuf = Path::new(pattern)
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    let fixed = base.join(fixed);
    for path in files_below(&fixed) {
        if matcher.is_match(&path) {
            found.inputs.push(Input { path, named: false });
        }
    }
    Ok(())
}

fn glob(pattern: &str, base: &Path) -> Result<GlobMatcher, Failure> {
    // The folder that the pattern starts from is no pattern, whatever it is called.
    let plain: PathBuf = Path::new(pattern).components().collect();
    let full = if plain.is_absolute() {
        plain.to_string_lossy().into_owned()
    } else {
        format!("{}/{}", globset::escape(&base.to_string_lossy()), plain.display())
    };
    GlobBuilder::new(&full)
        .literal_separator(true)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| Failure::new(format!("`{pattern}` is no glob: {}", error.kind())))
}

/// Takes every file below a folder that looks like a description.
fn search(folder: &Path, found: &mut Inputs) {
    for path in files_below(folder) {
        if looks_like_description(&path) {
            found.inputs.push(Input { path, named: false });
        }
    }
}

/// The YAML and JSON files below a folder, in order; those that git ignores and those of installed packages are left
/// out.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let walk = WalkBuilder::new(folder)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != "node_modules")
        .sort_by_file_path(Path::cmp)
        .build();
    walk.flatten()
        .filter(|entry| entry.file_type().is_some_and(|file_type| file_type.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(|path| {
            let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
            extension.is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json")
        })
        .collect()
}

/// Whether `openapi` or `swagger` stands as a key in the file: cheap, and wrong only for files that are told apart
/// when they are read.
fn looks_like_description(path: &Path) -> bool {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(64 << 20).read_to_end(&mut bytes));
    read.is_ok() && [&b"openapi"[..], b"swagger"].iter().any(|word| has_key(&bytes, word))
}

fn has_key(bytes: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, word).any(|at| {
        let after = &bytes[at + word.len()..];
        let quoted = after.first().is_some_and(|byte| matches!(byte, b'"' | b'\''));
        let after = if quoted { &after[1..] } else { after };
        let colon = after.iter().find(|byte| !matches!(byte, b' ' | b'\t')) == Some(&b':');
        // In YAML the key stands at the start of a line; in JSON, in quotes.
        let starts_line =
            at == 0 || matches!(bytes[at - 1], b'\n') || (quoted && matches!(bytes[at - 1], b'"' | b'\''));
        let after_mark = at == 3 && bytes.starts_with(&[0xEF, 0xBB, 0xBF]);
        colon && (starts_line || after_mark)
    })
}

#[cfg(test)]
mod tests {
    use super::has_key;

    #[test]
    fn descriptions_are_told_by_their_key() {
        for text in [
            "openapi: 3.0.0",
            "# note\nopenapi : 3.1.0",
            "{\"info\": {}, \"openapi\": \"3.0.0\"}",
            "'openapi': 3",
        ] {
            assert!(has_key(text.as_bytes(), b"openapi"), "{text}");
        }
        for text in [
            "name: openapi",
            "x: {openapi-x: 1}",
            "  openapi: nested",
            "openapis: 1",
            "",
        ] {
            assert!(!has_key(text.as_bytes(), b"openapi"), "{text}");
        }
    }
}
