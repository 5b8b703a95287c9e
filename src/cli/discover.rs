//! Which files a run is about: those that were named, or those that are found.

use super::Failure;
use super::run::Run;
use super::setup::Settings;
use crate::document::suggest::{closest, hint};
use crate::source::{Entry, Files, ReadErrorKind, Source};
use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    /// The file; `-` is standard input.
    pub(super) path: PathBuf,
    /// Whether the user named it: then it has to be a description.
    pub(super) named: bool,
}

/// What files are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sought {
    /// Keys of which one stands in every such file.
    keys: &'static [&'static str],
    /// Whether Protobuf files, which have no keys, are sought, too.
    protobuf: bool,
    /// What one is called.
    name: &'static str,
}

/// Descriptions that contracts are held against.
pub(super) const DESCRIPTIONS: Sought = Sought {
    keys: &["openapi", "swagger"],
    protobuf: false,
    name: "API description",
};
/// Descriptions that are linted and compared: of HTTP and event-driven APIs, and Protobuf files.
pub(super) const ALL_DESCRIPTIONS: Sought = Sought {
    keys: &["openapi", "swagger", "asyncapi"],
    protobuf: true,
    ..DESCRIPTIONS
};
/// Descriptions of event-driven APIs alone.
const EVENTS: Sought = Sought {
    keys: &["asyncapi"],
    protobuf: false,
    name: "AsyncAPI description",
};
/// Protobuf files alone.
const PROTOBUF: Sought = Sought {
    keys: &[],
    protobuf: true,
    name: "Protobuf file",
};
/// Contracts that consumers recorded.
pub(super) const CONTRACTS: Sought = Sought {
    keys: &["interactions", "messages"],
    protobuf: false,
    name: "contract",
};

/// What a run is about.
#[derive(Debug)]
pub(super) struct Inputs {
    sought: Sought,
    pub(super) inputs: Vec<Input>,
    /// Whether nobody said where to look: then the user is told what was taken.
    pub(super) searched: bool,
    /// What was named and is not there, a sentence each.
    pub(super) missing: Vec<String>,
}

pub(super) const STDIN: &str = "-";
const WILDCARDS: [char; 4] = ['*', '?', '[', '{'];

impl Input {
    pub(super) fn is_stdin(&self) -> bool {
        self.path == Path::new(STDIN)
    }
}

impl Inputs {
    /// Nothing yet.
    pub(super) const fn of(sought: Sought) -> Self {
        Self {
            sought,
            inputs: Vec::new(),
            searched: false,
            missing: Vec::new(),
        }
    }

    fn push(&mut self, path: PathBuf, named: bool) {
        self.inputs.push(Input { path, named });
    }

    /// Puts the inputs in order. Who names a file and a folder that holds it means the file once.
    pub(super) fn settle(&mut self) {
        self.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        self.inputs.dedup_by(|later, earlier| {
            earlier.named |= later.path == earlier.path && later.named;
            later.path == earlier.path
        });
    }

    /// Takes what an argument names, relative to `base`: a file, a folder, a glob, or standard input.
    pub(super) fn add(&mut self, argument: &str, base: &Path, files: &Files) -> Result<(), Failure> {
        if argument == STDIN {
            self.push(PathBuf::from(STDIN), true);
            return Ok(());
        }
        let path = base.join(argument);
        let before = self.inputs.len();
        match files.entry(&path) {
            Some(Entry::File) => self.push(path, true),
            Some(Entry::Folder) => {
                self.search(&path, files)?;
                if self.inputs.len() == before {
                    self.missing.push(format!("`{argument}` holds no {}", self.sought.name));
                }
            }
            None if argument.contains(WILDCARDS) => {
                self.expand(argument, base, files)?;
                if self.inputs.len() == before {
                    self.missing.push(format!("no file fits `{argument}`"));
                }
            }
            None => self.missing.push(format!(
                "`{}` does not exist{}",
                files.display(&path),
                hint(similar_name(&path, files).as_deref())
            )),
        }
        Ok(())
    }

    fn expand(&mut self, pattern: &str, base: &Path, files: &Files) -> Result<(), Failure> {
        let matcher = glob(pattern, base)?;
        // The walk starts at the last folder before the first wildcard.
        let fixed: PathBuf = Path::new(pattern)
            .components()
            .take_while(|part| !part.as_os_str().to_string_lossy().contains(WILDCARDS))
            .collect();
        for path in files_below(&base.join(fixed), self.sought, files)? {
            if matcher.is_match(&path) {
                self.push(path, false);
            }
        }
        Ok(())
    }

    /// Takes every file below a folder that looks like what is sought.
    pub(super) fn search(&mut self, folder: &Path, files: &Files) -> Result<(), Failure> {
        for path in files_below(folder, self.sought, files)? {
            if looks_like(self.sought, &path, files)? {
                self.push(path, false);
            }
        }
        Ok(())
    }
}

/// The texts of what is named from a folder, each with whether it was named itself; what cannot be read is told, and the
/// run is not complete.
pub(super) fn from_files<'a>(
    places: impl Iterator<Item = &'a str>,
    folder: &Path,
    sought: Sought,
    run: &Run<'_>,
    complete: &mut bool,
) -> Result<Vec<(Arc<Source>, bool)>, Failure> {
    let Run { console, files, .. } = run;
    let mut inputs = Inputs::of(sought);
    for place in places {
        inputs.add(place, folder, files)?;
    }
    inputs.settle();
    let mut sources = Vec::new();
    let mut missing = inputs.missing;
    for input in &inputs.inputs {
        match files.read(&input.path) {
            Ok(source) => sources.push((source, input.named)),
            Err(error) => missing.push(error.to_string()),
        }
    }
    for sentence in missing {
        *complete = false;
        console.complain(&sentence);
    }
    Ok(sources)
}

/// Works out what a run is about.
pub(super) fn inputs(arguments: &[String], settings: &Settings, files: &Files) -> Result<Inputs, Failure> {
    let mut found = Inputs::of(ALL_DESCRIPTIONS);
    if !arguments.is_empty() {
        for argument in arguments {
            found.add(argument, files.working_directory(), files)?;
        }
    } else if settings
        .config
        .apis
        .iter()
        .any(|api| !api.spec.0.is_empty() || !api.asyncapi.0.is_empty() || !api.proto.root.0.is_empty())
    {
        found.sought = DESCRIPTIONS;
        for spec in settings.config.apis.iter().flat_map(|api| &api.spec.0) {
            found.add(&spec.value, &settings.folder, files)?;
        }
        found.sought = EVENTS;
        for events in settings.config.apis.iter().flat_map(|api| &api.asyncapi.0) {
            found.add(&events.value, &settings.folder, files)?;
        }
        found.sought = PROTOBUF;
        for root in settings.config.apis.iter().flat_map(|api| &api.proto.root.0) {
            found.add(&root.value, &settings.folder, files)?;
        }
    } else {
        found.searched = true;
        found.search(files.working_directory(), files)?;
    }
    found.settle();
    Ok(found)
}

/// What lies in the same folder under a name like that of what does not exist.
pub(super) fn similar_name(path: &Path, files: &Files) -> Option<String> {
    let wanted = path.file_name()?.to_string_lossy().into_owned();
    let mut names = files.names_in(path.parent()?);
    names.sort_unstable();
    closest(&wanted, names.iter().map(String::as_str)).map(str::to_owned)
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

/// The files below a folder that may be what is sought, in order; those that git ignores, that are hidden, and those of installed
/// packages are left out.
pub(super) fn files_below(folder: &Path, sought: Sought, files: &Files) -> Result<Vec<PathBuf>, Failure> {
    const PACKAGES: &str = "node_modules";
    let is_description = |path: &PathBuf| {
        let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
        extension.is_some_and(|extension| {
            extension == "yaml" || extension == "yml" || extension == "json" || sought.protobuf && extension == "proto"
        })
    };
    if files.revision().is_some() && files.entry(folder).is_none() {
        return Ok(Vec::new());
    }
    let skip = |name: &str| name == PACKAGES || name.starts_with('.');
    if let Some(mut tracked) = files.tracked_below(folder, &skip).map_err(Failure::new)? {
        tracked.retain(is_description);
        return Ok(tracked);
    }
    let walk = WalkBuilder::new(folder)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != PACKAGES)
        .sort_by_file_path(Path::cmp)
        .build();
    Ok(walk
        .flatten()
        .filter(|entry| entry.file_type().is_some_and(|file_type| file_type.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(is_description)
        .collect())
}

/// Bytes of a file on disk in which the first key is looked for.
const START: u64 = 64 << 20;

/// Whether one of the keys that are sought stands in the file: cheap, and wrong only for files that are told apart when
/// they are read.
pub(super) fn looks_like(sought: Sought, path: &Path, files: &Files) -> Result<bool, Failure> {
    if sought.protobuf
        && path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("proto"))
    {
        return Ok(true);
    }
    let bytes = match files.revision() {
        Some(_) => match files.bytes(path) {
            Ok(bytes) => bytes,
            // What a clone lacks may be anything; all else is told when it is named or read.
            Err(error) if matches!(error.kind, ReadErrorKind::NotInClone { .. } | ReadErrorKind::Io(_)) => {
                return Err(Failure::new(error));
            }
            Err(_) => return Ok(false),
        },
        None => {
            let mut bytes = Vec::new();
            let read = File::open(path).and_then(|file| file.take(START).read_to_end(&mut bytes));
            if read.is_err() {
                return Ok(false);
            }
            bytes
        }
    };
    Ok(sought.keys.iter().any(|key| has_key(&bytes, key.as_bytes())))
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
