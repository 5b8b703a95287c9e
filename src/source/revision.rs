//! The files of one revision of a git repository.
//!
//! In come paths; out come bytes. One process, `git cat-file --batch`, serves a whole tree: it is given the hashes of
//! objects and gives back what they hold. Folders are objects, too, so paths are followed here, step by step, and with
//! them symbolic links, which git would leave to the file system.

use super::ReadErrorKind;
use super::git::{Repository, command};
use std::collections::{HashMap, VecDeque};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// Links that may follow each other, as on most systems.
const LINKS: usize = 40;
/// Bytes of the path that a link holds.
const LINK_BYTES: u64 = 4096;
/// Bytes of one folder's list: a million files.
const FOLDER_BYTES: u64 = 64 << 20;
/// Entries that a walk over folders sees at most: one folder can stand in a tree many times over.
const WALKED: usize = 1_000_000;
/// Levels of folders that a walk goes down.
const DEPTH: usize = 200;

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// A commit of a repository, with its files.
#[derive(Debug)]
pub struct Revision {
    name: String,
    commit: String,
    /// Where git is started.
    folder: PathBuf,
    root: PathBuf,
    objects: Mutex<Objects>,
}

impl Revision {
    pub(super) fn new(name: &str, commit: &str, repository: &Repository) -> Self {
        Self {
            name: name.to_owned(),
            commit: commit.to_owned(),
            folder: repository.folder().to_path_buf(),
            root: repository.root().to_path_buf(),
            objects: Mutex::default(),
        }
    }

    /// What the user calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The hash of the commit.
    #[must_use]
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The folder that its paths start from: that of the repository.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// How reports call a file: `main:api/openapi.yaml`.
    pub(super) fn display(&self, path: &Path) -> String {
        match path.strip_prefix(&self.root) {
            Ok(inside) if inside.as_os_str().is_empty() => format!("{}:", self.name),
            Ok(inside) => format!("{}:{}", self.name, super::display_path(inside, Path::new(""))),
            Err(_) => format!("{}:{}", self.name, path.display()),
        }
    }

    /// What lies at a path, and the path when all links are followed.
    pub(super) fn find(&self, path: &Path) -> Result<(PathBuf, Entry), ReadErrorKind> {
        let found = self.locate(path)?;
        Ok((self.root.join(found.path.join("/")), found.entry))
    }

    /// The bytes of a file.
    pub(super) fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, ReadErrorKind> {
        let found = self.locate(path)?;
        if found.entry == Entry::Folder {
            return Err(ReadErrorKind::Directory);
        }
        let bytes = self.object(&found.hash, limit)?.bytes;
        if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
            return Err(ReadErrorKind::LargeFilePointer);
        }
        Ok(bytes)
    }

    /// The names of what lies in a folder.
    pub(super) fn names_in(&self, folder: &Path) -> Vec<String> {
        let listed = self
            .locate(folder)
            .ok()
            .filter(|found| found.entry == Entry::Folder)
            .and_then(|found| self.tree(&found.hash).ok());
        let entries = listed.iter().flat_map(|entries| entries.iter());
        entries.map(|entry| entry.name.clone()).collect()
    }

    /// The files below a folder, in order. Symbolic links are not followed, and submodules not entered.
    pub(super) fn below(&self, folder: &Path, skip: &dyn Fn(&str) -> bool) -> Result<Vec<PathBuf>, ReadErrorKind> {
        let found = self.locate(folder)?;
        let mut files = Vec::new();
        let mut open = vec![(self.root.join(found.path.join("/")), found.hash, 0)];
        let mut walked = 0;
        while let Some((path, hash, depth)) = open.pop() {
            for entry in self.tree(&hash)?.iter() {
                walked += 1;
                if walked > WALKED || depth > DEPTH {
                    return Err(ReadErrorKind::TooManyFiles(WALKED));
                }
                if skip(&entry.name) {
                    continue;
                }
                let path = path.join(&entry.name);
                match entry.mode {
                    Mode::File => files.push(path),
                    Mode::Folder => open.push((path, entry.hash.clone(), depth + 1)),
                    Mode::Link | Mode::Submodule => {}
                }
            }
        }
        files.sort();
        Ok(files)
    }

    fn locate(&self, path: &Path) -> Result<Located, ReadErrorKind> {
        let inside = path.strip_prefix(&self.root).map_err(|_| ReadErrorKind::NotFound)?;
        let mut steps: VecDeque<String> = VecDeque::new();
        for part in inside.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => steps.push_back("..".into()),
                // A name that is no text is not found: descriptions have other names.
                _ => steps.push_back(part.as_os_str().to_str().ok_or(ReadErrorKind::NotFound)?.to_owned()),
            }
        }
        // The folders on the way, each with its name and its hash.
        let mut at: Vec<(String, String)> = Vec::new();
        let root = self.root_tree()?;
        let mut links = 0;
        while let Some(step) = steps.pop_front() {
            match step.as_str() {
                "" | "." => continue,
                ".." => {
                    at.pop().ok_or(ReadErrorKind::LinkOutside)?;
                    continue;
                }
                _ => {}
            }
            let folder = at.last().map_or(&root, |(_, hash)| hash);
            let entries = self.tree(folder)?;
            let entry = entries
                .iter()
                .find(|entry| entry.name == step)
                .ok_or(ReadErrorKind::NotFound)?;
            match entry.mode {
                Mode::Folder => at.push((step, entry.hash.clone())),
                Mode::Submodule => return Err(ReadErrorKind::Submodule),
                Mode::File => {
                    if !steps.is_empty() {
                        return Err(ReadErrorKind::NotFound);
                    }
                    let mut path: Vec<String> = at.into_iter().map(|(name, _)| name).collect();
                    path.push(step);
                    return Ok(Located {
                        path,
                        hash: entry.hash.clone(),
                        entry: Entry::File,
                    });
                }
                Mode::Link => {
                    links += 1;
                    if links > LINKS {
                        return Err(ReadErrorKind::Io("too many symbolic links follow each other".into()));
                    }
                    let target = String::from_utf8(self.object(&entry.hash, LINK_BYTES)?.bytes)
                        .map_err(|_| ReadErrorKind::NotFound)?;
                    if target.starts_with('/') {
                        return Err(ReadErrorKind::LinkOutside);
                    }
                    for step in target.rsplit('/') {
                        steps.push_front(step.to_owned());
                    }
                }
            }
        }
        let hash = at.last().map_or(&root, |(_, hash)| hash).clone();
        Ok(Located {
            path: at.into_iter().map(|(name, _)| name).collect(),
            hash,
            entry: Entry::Folder,
        })
    }

    fn root_tree(&self) -> Result<String, ReadErrorKind> {
        if let Some(root) = &self.lock().root {
            return Ok(root.clone());
        }
        let object = self.object(&format!("{}^{{tree}}", self.commit), FOLDER_BYTES)?;
        let mut objects = self.lock();
        let entries = parse_tree(&object)?;
        objects.trees.insert(object.hash.clone(), entries.into());
        Ok(objects.root.insert(object.hash).clone())
    }

    fn tree(&self, hash: &str) -> Result<Arc<[TreeEntry]>, ReadErrorKind> {
        if let Some(entries) = self.lock().trees.get(hash) {
            return Ok(Arc::clone(entries));
        }
        let entries: Arc<[TreeEntry]> = parse_tree(&self.object(hash, FOLDER_BYTES)?)?.into();
        self.lock().trees.insert(hash.to_owned(), Arc::clone(&entries));
        Ok(entries)
    }

    fn object(&self, name: &str, limit: u64) -> Result<Object, ReadErrorKind> {
        let answer = self.lock().ask(&self.folder, name, limit);
        match answer {
            Ok(Answer::Object(object)) => Ok(object),
            Ok(Answer::TooLarge(size)) => Err(ReadErrorKind::TooLarge { size, limit }),
            Ok(Answer::Missing) => Err(ReadErrorKind::NotInClone {
                hash: name.to_owned(),
                is_partial: Repository::is_partial(&self.folder),
            }),
            // Older versions of git end when a partial clone lacks an object.
            Err(_) if Repository::is_partial(&self.folder) => Err(ReadErrorKind::NotInClone {
                hash: name.to_owned(),
                is_partial: true,
            }),
            Err(error) => Err(ReadErrorKind::Io(format!("git cannot read {name}: {error}"))),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Objects> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Located {
    path: Vec<String>,
    hash: String,
    entry: Entry,
}

#[derive(Debug)]
struct TreeEntry {
    name: String,
    hash: String,
    mode: Mode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    File,
    Folder,
    Link,
    Submodule,
}

#[derive(Debug)]
struct Object {
    hash: String,
    bytes: Vec<u8>,
}

enum Answer {
    Object(Object),
    TooLarge(u64),
    Missing,
}

/// What was asked of git so far, and the process that answers.
#[derive(Debug, Default)]
struct Objects {
    process: Option<Process>,
    trees: HashMap<String, Arc<[TreeEntry]>>,
    root: Option<String>,
}

impl Objects {
    fn ask(&mut self, folder: &Path, name: &str, limit: u64) -> io::Result<Answer> {
        // A process that gave half an answer is not asked again: it is dropped on every other way out.
        let mut process = match self.process.take() {
            Some(process) => process,
            None => Process::start(folder)?,
        };
        let answer = process.ask(name, limit)?;
        if !matches!(answer, Answer::TooLarge(_)) {
            self.process = Some(process);
        }
        Ok(answer)
    }
}

/// `git cat-file --batch`: a question a line, and only then the answer, so that neither side waits for the other.
#[derive(Debug)]
struct Process {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    fn start(folder: &Path) -> io::Result<Self> {
        let mut child = command(folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(questions), Some(answers)) => Ok(Self {
                child,
                questions,
                answers: BufReader::with_capacity(64 << 10, answers),
            }),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn ask(&mut self, name: &str, limit: u64) -> io::Result<Answer> {
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "its answer is not understood");
        self.questions.write_all(format!("{name}\n").as_bytes())?;
        let mut line = String::new();
        (&mut self.answers).take(1000).read_line(&mut line)?;
        if line.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "it ended; `git fsck` may say why",
            ));
        }
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (hash, size) = match words.as_slice() {
            [hash, _, size] => (*hash, size.parse::<u64>().map_err(|_| broken())?),
            [.., "missing"] => return Ok(Answer::Missing),
            _ => return Err(broken()),
        };
        if size > limit {
            return Ok(Answer::TooLarge(size));
        }
        let mut bytes = vec![0; size as usize];
        self.answers.read_exact(&mut bytes)?;
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        match end {
            [b'\n'] => Ok(Answer::Object(Object {
                hash: hash.to_owned(),
                bytes,
            })),
            _ => Err(broken()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be in the middle of an answer that nobody wants; without the wait it would stay as a zombie.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads what git keeps of a folder: for each entry its mode, a blank, its name, a NUL, and the bytes of its hash.
fn parse_tree(tree: &Object) -> Result<Vec<TreeEntry>, ReadErrorKind> {
    let broken = || ReadErrorKind::Io(format!("git gives no folder for {}", tree.hash));
    let hash_bytes = tree.hash.len() / 2;
    let mut entries = Vec::new();
    let mut rest = tree.bytes.as_slice();
    while !rest.is_empty() {
        let blank = memchr::memchr(b' ', rest).ok_or_else(broken)?;
        let end = memchr::memchr(0, rest).filter(|end| *end > blank).ok_or_else(broken)?;
        let (mode, name) = (&rest[..blank], &rest[blank + 1..end]);
        let hash = rest.get(end + 1..end + 1 + hash_bytes).ok_or_else(broken)?;
        rest = &rest[end + 1 + hash_bytes..];
        let mode = match mode {
            b"40000" | b"040000" => Mode::Folder,
            b"120000" => Mode::Link,
            b"160000" => Mode::Submodule,
            _ => Mode::File,
        };
        // A name that is no text, or that leads elsewhere, is the name of no description.
        let Ok(name) = std::str::from_utf8(name) else { continue };
        let leads_elsewhere = name.contains('/') || cfg!(windows) && name.contains(['\\', ':']);
        if name.is_empty() || name == "." || name == ".." || leads_elsewhere {
            continue;
        }
        entries.push(TreeEntry {
            name: name.to_owned(),
            hash: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            mode,
        });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(bytes: &[u8]) -> Result<Vec<TreeEntry>, ReadErrorKind> {
        parse_tree(&Object {
            hash: "0".repeat(40),
            bytes: bytes.to_vec(),
        })
    }

    #[test]
    fn folders_are_read_as_git_keeps_them() {
        let mut bytes = Vec::new();
        for (mode, name) in [
            ("100644", "a b.yaml"),
            ("40000", "api"),
            ("120000", "to"),
            ("160000", "sub"),
        ] {
            bytes.extend(format!("{mode} {name}\0").bytes());
            bytes.extend([0xAB; 20]);
        }
        let entries = tree(&bytes).expect("a folder");
        let modes: Vec<(&str, Mode)> = entries.iter().map(|entry| (entry.name.as_str(), entry.mode)).collect();
        assert_eq!(
            modes,
            [
                ("a b.yaml", Mode::File),
                ("api", Mode::Folder),
                ("to", Mode::Link),
                ("sub", Mode::Submodule)
            ]
        );
        assert_eq!(entries[0].hash, "ab".repeat(20));
    }

    #[test]
    fn broken_folders_are_refused_and_bad_names_passed_over() {
        for length in 1..38 {
            let mut bytes = b"100644 a.yaml\0".to_vec();
            bytes.extend([1; 20]);
            bytes.truncate(length);
            assert_eq!(tree(&bytes).is_ok(), length == 34, "{length}");
            if length >= 34 {
                break;
            }
        }
        for name in ["..", ".", "a/b", ""] {
            let mut bytes = format!("100644 {name}\0").into_bytes();
            bytes.extend([1; 20]);
            assert!(tree(&bytes).expect("a folder").is_empty(), "{name}");
        }
    }
}
