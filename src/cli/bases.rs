//! What is compared with what: files, folders and git revisions, as the user names them.
//!
//! In come arguments and settings; out come the files of both versions, those that belong together under one name.

use super::Failure;
use super::args::CompareArgs;
use super::discover::{self, ALL_DESCRIPTIONS, Inputs, STDIN, similar_name};
use super::run::Run;
use crate::document::suggest::{closest, hint};
use crate::policy::config::Api;
use crate::source::{Entry, Files, GitError, ReadErrorKind, Repository, Revision, canonical, display_path};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// All that a run compares.
#[derive(Debug)]
pub(super) struct Comparison {
    /// The files of the new version.
    pub(super) files: Arc<Files>,
    pub(super) bases: Vec<Base>,
    /// What was named and is not there, a sentence each.
    pub(super) missing: Vec<String>,
}

/// An old version, and what of the new one is held against it.
#[derive(Debug)]
pub(super) struct Base {
    /// The files of the old version.
    pub(super) files: Files,
    pub(super) old: Vec<Named>,
    pub(super) new: Vec<Named>,
}

/// A file of a version.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// By what it is found in the other version.
    pub(super) name: String,
    /// The file; `-` is standard input.
    pub(super) path: PathBuf,
    pub(super) asked: Asked,
}

/// Who wants a file to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The user named it alone: it has to be a description.
    Alone,
    /// The user named it, among others.
    Named,
    /// It was found in a folder.
    Found,
    /// Nobody, unless it has moved to where somebody wants it.
    IfMoved,
}

/// What is looked at in both versions: an argument, and the folder that it starts from; or a whole folder.
type Scope<'a> = (Option<&'a str>, &'a Path);

/// Works out what is compared.
pub(super) fn comparison(args: &CompareArgs, command: &str, run: &Run<'_>) -> Result<Comparison, Failure> {
    let place = Place { run, exact: args.exact };
    match (&args.against, args.paths.as_slice()) {
        (Some(against), paths) => match split_revision(against) {
            Some((_, "")) | None => {
                let revision = split_revision(against).map_or(against.as_str(), |(revision, _)| revision);
                let scopes = scopes(paths, run);
                place.against(vec![(revision, scopes)])
            }
            Some((revision, path)) => place.against_path(revision, path, paths),
        },
        (None, [old, new]) => place.versions(old, new),
        (None, []) => {
            let mut by_revision: BTreeMap<&str, Vec<Scope<'_>>> = BTreeMap::new();
            for api in &run.settings.config.apis {
                if let Some(against) = &api.against {
                    let scopes = by_revision.entry(&against.value).or_default();
                    scopes.extend(of_api(api, run));
                }
            }
            if by_revision.is_empty() {
                return Err(Failure::new(format!(
                    "nothing to compare: name the old version and the new one, as in `stipula {command} old.yaml new.yaml`, or a git revision, as in `stipula {command} --against origin/main`"
                )));
            }
            place.against(by_revision.into_iter().collect())
        }
        (None, [only]) => Err(Failure::new(format!(
            "`{only}` alone is no comparison: name the new version, too, as in `stipula {command} {only} new.yaml`, or a git revision that it is held against, as in `stipula {command} --against origin/main {only}`"
        ))),
        (None, paths) => Err(Failure::new(format!(
            "{} paths are no comparison: name the old version and the new one, or a git revision that all are held against, as in `stipula {command} --against origin/main {}`",
            paths.len(),
            paths.join(" ")
        ))),
    }
}

/// What is compared where the user names one revision: arguments, else what the configuration names, else all that is
/// found from here.
fn scopes<'a>(paths: &'a [String], run: &'a Run<'_>) -> Vec<Scope<'a>> {
    let here = run.files.working_directory();
    if !paths.is_empty() {
        return paths.iter().map(|path| (Some(path.as_str()), here)).collect();
    }
    let apis = &run.settings.config.apis;
    if apis.iter().any(names_files) {
        return apis
            .iter()
            .filter(|api| names_files(api))
            .flat_map(|api| of_api(api, run))
            .collect();
    }
    vec![(None, here)]
}

/// Whether an entry of the configuration says which files describe its API.
fn names_files(api: &Api) -> bool {
    !api.spec.0.is_empty() || !api.asyncapi.0.is_empty() || !api.proto.root.0.is_empty()
}

fn of_api<'a>(api: &'a Api, run: &'a Run<'_>) -> Vec<Scope<'a>> {
    let folder = run.settings.folder.as_path();
    if !names_files(api) {
        return vec![(None, folder)];
    }
    let named = api.spec.0.iter().chain(&api.asyncapi.0).chain(&api.proto.root.0);
    named.map(|path| (Some(path.value.as_str()), folder)).collect()
}

/// The revision and the path of `REV:PATH`. Braces hold what a revision itself is made of: `HEAD^{/fix: typo}`.
fn split_revision(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

/// Where a run takes place.
struct Place<'r> {
    run: &'r Run<'r>,
    exact: bool,
}

/// One of two versions, as the user named it.
struct Operand {
    files: Files,
    path: PathBuf,
    entry: Entry,
}

impl Place<'_> {
    fn here(&self) -> &Path {
        self.run.files.working_directory()
    }

    fn repository(&self) -> Result<Repository, Failure> {
        Repository::around(self.here()).map_err(Failure::new)
    }

    fn on_disk(&self) -> Files {
        Files::new(self.run.files.limits().clone(), self.here().to_path_buf())
    }

    fn at(&self, revision: Revision) -> Files {
        Files::at(revision, self.run.files.limits().clone(), self.here().to_path_buf())
    }

    /// The revision, or where HEAD left it.
    fn base(&self, name: &str, repository: &Repository) -> Result<Files, Failure> {
        if repository.is_bare() {
            return Err(Failure::new(format!(
                "there is no working tree here to compare with `{name}`; name two revisions, as in `{name}:openapi.yaml HEAD:openapi.yaml`"
            )));
        }
        let found = if self.exact {
            repository.revision(name)
        } else {
            repository.merge_base(name)
        };
        found
            .map(|revision| self.at(revision))
            .map_err(|error| told(error, repository))
    }

    /// `OLD NEW`
    fn versions(&self, old: &str, new: &str) -> Result<Comparison, Failure> {
        if old == STDIN && new == STDIN {
            return Err(Failure::new("standard input can be one of the versions, not both"));
        }
        let repository = &mut None;
        let (old_text, new_text) = (old, new);
        let old = self.operand(old, repository)?;
        let new = self.operand(new, repository)?;
        let mut missing = Vec::new();
        let (old_files, new_files) = match (old.entry, new.entry) {
            (Entry::File, Entry::File) => (vec![alone(old.path)], vec![alone(new.path)]),
            (Entry::Folder, Entry::Folder) => {
                let mut sides = Vec::new();
                for (text, side) in [(old_text, &old), (new_text, &new)] {
                    let mut found = Inputs::of(ALL_DESCRIPTIONS);
                    found.search(&side.path, &side.files)?;
                    if found.inputs.is_empty() {
                        missing.push(format!("`{text}` holds no API description"));
                    }
                    let folder = side.files.canonical(&side.path);
                    sides.push(below(found, &folder));
                }
                let [mut old_inputs, mut new_inputs] = <[_; 2]>::try_from(sides).unwrap_or_default();
                let folders = [old.files.canonical(&old.path), new.files.canonical(&new.path)];
                complete(&mut old_inputs, &new_inputs, &old.files, &folders[0]);
                complete(&mut new_inputs, &old_inputs, &new.files, &folders[1]);
                (old_inputs, new_inputs)
            }
            (Entry::Folder, Entry::File) | (Entry::File, Entry::Folder) => {
                let (folder, file) = if old.entry == Entry::Folder {
                    (old_text, new_text)
                } else {
                    (new_text, old_text)
                };
                return Err(Failure::new(format!(
                    "`{folder}` is a folder, and `{file}` a file: compare two files or two folders"
                )));
            }
        };
        Ok(Comparison {
            files: Arc::new(new.files),
            bases: vec![Base {
                files: old.files,
                old: old_files,
                new: new_files,
            }],
            missing,
        })
    }

    fn operand(&self, text: &str, repository: &mut Option<Repository>) -> Result<Operand, Failure> {
        let path = self.here().join(text);
        let files = self.on_disk();
        if text == STDIN {
            let (path, entry) = (PathBuf::from(STDIN), Entry::File);
            return Ok(Operand { files, path, entry });
        }
        if let Some(entry) = files.entry(&path) {
            return Ok(Operand { files, path, entry });
        }
        let Some((name, inside)) = split_revision(text) else {
            let similar = hint(similar_name(&path, &files).as_deref());
            let revision = Repository::around(self.here()).and_then(|repository| repository.revision(text));
            let advice = match revision {
                Ok(_) if similar.is_empty() => {
                    format!(
                        "; the revision of that name needs a path, as in `{text}:openapi.yaml`, or stands after `--against`"
                    )
                }
                _ => similar,
            };
            return Err(Failure::new(format!("`{text}` does not exist{advice}")));
        };
        let repository = match repository {
            Some(repository) => repository,
            None => repository.insert(self.repository()?),
        };
        let revision = repository.revision(name).map_err(|error| told(error, repository))?;
        let files = self.at(revision);
        let path = self.inside(inside, repository);
        match files.entry(&path) {
            Some(entry) => Ok(Operand { files, path, entry }),
            None => Err(self.not_at(&files, &path, repository)),
        }
    }

    /// A path in a repository as git understands it: from the top, or from here if it begins with a dot.
    fn inside(&self, path: &str, repository: &Repository) -> PathBuf {
        let starts_here = matches!(
            Path::new(path).components().next(),
            Some(Component::CurDir | Component::ParentDir)
        );
        if starts_here {
            self.here().join(path)
        } else {
            repository.root().join(path)
        }
    }

    /// Why a revision has nothing at a path, and what may have been meant.
    fn not_at(&self, files: &Files, path: &Path, repository: &Repository) -> Failure {
        let error = match files.bytes(path) {
            Err(error) if error.kind == ReadErrorKind::NotFound => error,
            Err(error) => return Failure::new(error),
            Ok(_) => return Failure::new(format!("`{}` cannot be read", files.display(path))),
        };
        let inside = path.strip_prefix(repository.root()).unwrap_or(path);
        let from_here = self.here().join(inside);
        if files.entry(&from_here).is_some() {
            return Failure::new(format!(
                "{error}; a path that starts from this folder begins with a dot: `{}:./{}`",
                revision_name(files),
                inside.display()
            ));
        }
        if !repository.is_bare() && path.exists() {
            return Failure::new(format!("{error}; it is new in the working tree"));
        }
        let similar = similar_name(path, files).map(|name| files.display(&path.with_file_name(name)));
        let similar = similar.or_else(|| {
            let all = discover::files_below(repository.root(), ALL_DESCRIPTIONS, files).ok()?;
            let same = all.iter().find(|other| other.file_name() == path.file_name())?;
            Some(files.display(same))
        });
        Failure::new(format!("{error}{}", hint(similar.as_deref())))
    }

    /// `--against REV:PATH [PATH]`
    fn against_path(&self, name: &str, inside: &str, paths: &[String]) -> Result<Comparison, Failure> {
        let repository = self.repository()?;
        let files = self.base(name, &repository)?;
        let old = self.inside(inside, &repository);
        let new = match paths {
            [] => old.clone(),
            [path] => self.here().join(path),
            _ => {
                return Err(Failure::new(format!(
                    "`--against {name}:{inside}` names one file, which is compared with one path"
                )));
            }
        };
        let Some(Entry::File) = files.entry(&old) else {
            return Err(self.not_at(&files, &old, &repository));
        };
        let on_disk = self.on_disk();
        if on_disk.entry(&new) != Some(Entry::File) {
            let shown = display_path(&new, self.here());
            return Err(Failure::new(format!("there is no file `{shown}` to compare with")));
        }
        Ok(Comparison {
            files: Arc::new(on_disk),
            bases: vec![Base {
                files,
                old: vec![alone(old)],
                new: vec![alone(new)],
            }],
            missing: Vec::new(),
        })
    }

    /// `--against REV [PATH]…`, and what stipula.yaml says in its place.
    fn against(&self, wanted: Vec<(&str, Vec<Scope<'_>>)>) -> Result<Comparison, Failure> {
        let repository = self.repository()?;
        let mut comparison = Comparison {
            files: Arc::clone(&self.run.files),
            bases: Vec::new(),
            missing: Vec::new(),
        };
        for (name, scopes) in wanted {
            let old_files = self.base(name, &repository)?;
            let (mut old, mut new) = (Inputs::of(ALL_DESCRIPTIONS), Inputs::of(ALL_DESCRIPTIONS));
            for (argument, folder) in scopes {
                let Some(argument) = argument else {
                    old.search(folder, &old_files)?;
                    new.search(folder, &comparison.files)?;
                    continue;
                };
                if argument == STDIN {
                    return Err(Failure::new(
                        "standard input has no path at which a revision could have it; name the revision's file, as in `main:openapi.yaml -`",
                    ));
                }
                let argument = inside_root(argument, repository.root());
                let missing = old.missing.len();
                old.add(&argument, folder, &old_files)?;
                // What one version has is not missing: it was added or removed.
                let is_old = old.missing.len() == missing;
                let missing = new.missing.len();
                new.add(&argument, folder, &comparison.files)?;
                if is_old {
                    new.missing.truncate(missing);
                }
            }
            comparison.missing.append(&mut new.missing);
            let base = self.base_of(old_files, old, new, &repository, &comparison.files)?;
            comparison.bases.push(base);
        }
        Ok(comparison)
    }

    fn base_of(
        &self,
        old_files: Files,
        mut old: Inputs,
        mut new: Inputs,
        repository: &Repository,
        files: &Files,
    ) -> Result<Base, Failure> {
        let root = repository.root();
        old.settle();
        new.settle();
        let outside = new.inputs.iter().find(|input| in_folder(&input.path, root).is_none());
        if let Some(input) = outside {
            let shown = display_path(&input.path, self.here());
            return Err(Failure::new(format!(
                "`{shown}` lies outside of the repository `{}`; run stipula in the folder of its own",
                root.display()
            )));
        }
        let mut old = below(old, root);
        let mut new = below(new, root);
        complete(&mut old, &new, &old_files, root);
        complete(&mut new, &old, files, root);
        let known: BTreeSet<&str> = old.iter().map(|named| named.name.as_str()).collect();
        // What is new may have moved here from anywhere.
        if new.iter().any(|named| !known.contains(named.name.as_str())) {
            let mut moved = Vec::new();
            for path in discover::files_below(root, ALL_DESCRIPTIONS, &old_files)? {
                let Some(name) = in_folder(&path, root) else { continue };
                let is_gone = !known.contains(name.as_str()) && files.entry(&path).is_none();
                if is_gone && discover::looks_like(ALL_DESCRIPTIONS, &path, &old_files)? {
                    let asked = Asked::IfMoved;
                    moved.push(Named { name, path, asked });
                }
            }
            old.extend(moved);
        }
        Ok(Base {
            files: old_files,
            old,
            new,
        })
    }
}

fn revision_name(files: &Files) -> &str {
    files.revision().map_or("", Revision::name)
}

/// A file that is compared whatever it is called.
fn alone(path: PathBuf) -> Named {
    Named {
        name: String::new(),
        path,
        asked: Asked::Alone,
    }
}

/// What was found, named by the paths below a folder.
fn below(found: Inputs, folder: &Path) -> Vec<Named> {
    found
        .inputs
        .into_iter()
        .map(|input| Named {
            name: in_folder(&input.path, folder).unwrap_or_default(),
            asked: if input.named { Asked::Named } else { Asked::Found },
            path: input.path,
        })
        .collect()
}

/// What one version takes for a description is read in the other version, too, if it is there: git may ignore it by
/// now, or it may be too broken to be found.
fn complete(side: &mut Vec<Named>, other: &[Named], files: &Files, folder: &Path) {
    let known: BTreeSet<String> = side.iter().map(|named| named.name.clone()).collect();
    for named in other.iter().filter(|named| !known.contains(&named.name)) {
        let path = folder.join(&named.name);
        if files.entry(&path) == Some(Entry::File) {
            side.push(Named { path, ..named.clone() });
        }
    }
}

/// The path of a file below a folder, with `/` between its parts; nothing where it lies elsewhere.
fn in_folder(path: &Path, folder: &Path) -> Option<String> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            _ => plain.push(part),
        }
    }
    let inside = match plain.strip_prefix(folder) {
        Ok(inside) => inside.to_path_buf(),
        Err(_) => canonical(&plain).strip_prefix(folder).ok()?.to_path_buf(),
    };
    Some(display_path(&inside, Path::new("")))
}

/// An absolute path may lead to the repository over a link, which its revisions know nothing of.
fn inside_root(argument: &str, root: &Path) -> String {
    let path = Path::new(argument);
    if path.is_absolute() && !path.starts_with(root) {
        let real = canonical(path);
        if real.starts_with(root) {
            return real.to_string_lossy().into_owned();
        }
    }
    argument.to_owned()
}

/// What git says, and which revision may have been meant.
fn told(error: GitError, repository: &Repository) -> Failure {
    let GitError::UnknownRevision { revision, .. } = &error else {
        return Failure::new(error);
    };
    let names = repository.names();
    let of_remote = names.iter().find(|name| name.ends_with(&format!("/{revision}")));
    let meant = of_remote
        .map(String::as_str)
        .or_else(|| closest(revision, names.iter().map(String::as_str)));
    Failure::new(format!("{error}{}", hint(meant)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_are_told_from_paths() {
        assert_eq!(split_revision("main:api/a.yaml"), Some(("main", "api/a.yaml")));
        assert_eq!(split_revision("v1.2.0:"), Some(("v1.2.0", "")));
        assert_eq!(split_revision("HEAD^{/fix: it}:a:b"), Some(("HEAD^{/fix: it}", "a:b")));
        assert_eq!(split_revision("api/a.yaml"), None);
        assert_eq!(split_revision("}{:"), None);
    }

    #[test]
    fn names_do_not_depend_on_how_a_path_is_written() {
        let root = Path::new("/repository");
        for path in [
            "/repository/api/a.yaml",
            "/repository/./api/x/../a.yaml",
            "/repository/../repository/api/a.yaml",
        ] {
            assert_eq!(in_folder(Path::new(path), root).as_deref(), Some("api/a.yaml"));
        }
        assert_eq!(in_folder(Path::new("/repository/../a.yaml"), root), None);
    }
}
