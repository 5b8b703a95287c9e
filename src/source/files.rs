//! Reading files: each once, inside the project, within the limits, from the disk or from a git revision.

use super::{Entry, Limits, Revision, Source};
use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Why a file could not be read. [`fmt::Display`] gives the sentence for the user.
#[derive(Debug, Clone)]
pub struct ReadError {
    /// The path, as reports show it.
    pub name: String,
    /// The reason.
    pub kind: ReadErrorKind,
}

/// The reasons for which a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// There is no such file.
    NotFound,
    /// The path names a folder.
    Directory,
    /// The file is larger than [`Limits::document_bytes`].
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The bytes are not text: they hold a NUL.
    Binary,
    /// The text is UTF-16 or UTF-32.
    OtherEncoding(&'static str),
    /// The bytes are not UTF-8.
    NotUtf8 {
        /// The line of the first wrong byte, from 1.
        line: u32,
        /// Its column, from 1.
        column: u32,
    },
    /// It is reached over a symbolic link that leads out of the repository, or its path does.
    LinkOutside,
    /// It lies in a submodule.
    Submodule,
    /// Git LFS keeps it; the repository holds a pointer.
    LargeFilePointer,
    /// The repository should hold it, and does not.
    NotInClone {
        /// The hash of what is missing.
        hash: String,
        /// Whether the clone was told to leave objects out.
        is_partial: bool,
    },
    /// A folder holds more entries than are looked through.
    TooManyFiles(usize),
    /// The operating system refused.
    Io(String),
}

impl ReadErrorKind {
    /// Whether the file may well be there, and only this machine, or this clone, cannot read it.
    fn is_out_of_reach(&self) -> bool {
        matches!(
            self,
            Self::LinkOutside | Self::Submodule | Self::LargeFilePointer | Self::NotInClone { .. } | Self::Io(_)
        )
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.kind {
            ReadErrorKind::NotFound => write!(f, "`{name}` does not exist"),
            ReadErrorKind::Directory => write!(f, "`{name}` is a folder, not a file"),
            ReadErrorKind::TooLarge { size, limit } => write!(
                f,
                "`{name}` is {} MB large, over the limit of {} MB; raise `limits: {{ document-megabytes: … }}` in stipula.yaml to read it",
                size.div_ceil(1 << 20),
                limit >> 20
            ),
            ReadErrorKind::Binary => write!(f, "`{name}` is a binary file, not text"),
            ReadErrorKind::OtherEncoding(encoding) => {
                write!(f, "`{name}` is {encoding}; save it as UTF-8")
            }
            ReadErrorKind::NotUtf8 { line, column } => write!(
                f,
                "`{name}` is not UTF-8: line {line}, column {column} holds a byte that no character starts with; save it as UTF-8"
            ),
            ReadErrorKind::LinkOutside => write!(f, "`{name}` leads out of the repository"),
            ReadErrorKind::Submodule => write!(
                f,
                "`{name}` lies in a submodule, which is a repository of its own; run stipula in there"
            ),
            ReadErrorKind::LargeFilePointer => write!(
                f,
                "`{name}` is kept in Git LFS, and the repository holds only a pointer to it; `git show {name} | git lfs smudge > FILE` makes a file of it that can be compared"
            ),
            ReadErrorKind::NotInClone { hash, is_partial: true } => write!(
                f,
                "`{name}` is not in this clone, which is a partial one; `git show {hash}` fetches it, `git fetch --refetch --no-filter` everything"
            ),
            ReadErrorKind::NotInClone { hash, .. } => write!(
                f,
                "`{name}` is missing from the repository ({hash}); `git fsck` may say why"
            ),
            ReadErrorKind::TooManyFiles(limit) => {
                write!(f, "`{name}` holds more than {limit} files; name the descriptions")
            }
            ReadErrorKind::Io(reason) => write!(f, "`{name}` cannot be read: {reason}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// The files of one run, from the disk or from a git revision. Each is read once, however many documents refer to it.
#[derive(Debug)]
pub struct Files {
    limits: Limits,
    working_directory: PathBuf,
    revision: Option<Revision>,
    out_of_reach: Mutex<Vec<ReadError>>,
    read: Mutex<HashMap<PathBuf, Arc<Source>>>,
}

impl Files {
    /// Reads from the disk under `limits`; names are shown relative to `working_directory`.
    #[must_use]
    pub fn new(limits: Limits, working_directory: PathBuf) -> Self {
        Self {
            limits,
            working_directory,
            revision: None,
            out_of_reach: Mutex::default(),
            read: Mutex::new(HashMap::new()),
        }
    }

    /// Reads from a revision. Paths are the same as those on disk, below the folder of the repository; names are shown
    /// as git writes them: `main:api/openapi.yaml`.
    #[must_use]
    pub fn at(revision: Revision, limits: Limits, working_directory: PathBuf) -> Self {
        Self {
            revision: Some(revision),
            ..Self::new(limits, working_directory)
        }
    }

    /// The revision that is read; nothing where it is the disk.
    #[must_use]
    pub fn revision(&self) -> Option<&Revision> {
        self.revision.as_ref()
    }

    /// The limits that apply.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The folder that relative paths start from.
    #[must_use]
    pub fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    /// How reports call the file at a path.
    #[must_use]
    pub fn display(&self, path: &Path) -> String {
        match &self.revision {
            Some(revision) => revision.display(&self.working_directory.join(path)),
            None => display_path(path, &self.working_directory),
        }
    }

    /// Makes a text that is no file be found at a path, as if it were one.
    pub fn insert(&self, path: PathBuf, text: String) -> Arc<Source> {
        let name = self.display(&path);
        let source = Arc::new(Source::from_file(name, path.clone(), text));
        self.lock().insert(path, Arc::clone(&source));
        source
    }

    /// Reads the file at `path`, or gives the source that was read before.
    ///
    /// # Errors
    /// When the file is missing, a folder, too large, or not UTF-8 text.
    pub fn read(&self, path: &Path) -> Result<Arc<Source>, ReadError> {
        let fail = |kind| {
            let error = self.error(path, kind);
            if self.revision.is_some() && error.kind.is_out_of_reach() {
                self.lock_out_of_reach().push(error.clone());
            }
            error
        };
        if let Some(source) = self.lock().get(path) {
            return Ok(Arc::clone(source));
        }
        let canonical = self.follow(path).map_err(fail)?;
        if let Some(source) = self.lock().get(&canonical) {
            return Ok(Arc::clone(source));
        }
        let text = self.bytes_at(&canonical).and_then(decode).map_err(fail)?;
        let name = self.display(&canonical);
        let source = Arc::new(Source::from_file(name, canonical.clone(), text));
        // Another thread may have read it meanwhile: the first one stays.
        Ok(Arc::clone(self.lock().entry(canonical).or_insert(source)))
    }

    /// What was to be read from the revision and could not be, though it exists: nothing can be said of it, and nothing
    /// of what refers to it.
    #[must_use]
    pub fn out_of_reach(&self) -> Vec<ReadError> {
        self.lock_out_of_reach().clone()
    }

    fn lock_out_of_reach(&self) -> std::sync::MutexGuard<'_, Vec<ReadError>> {
        self.out_of_reach.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of the file at `path`, whatever they are. They are not kept.
    ///
    /// # Errors
    /// When the file is missing, a folder or too large.
    pub fn bytes(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let path = self.working_directory.join(path);
        self.bytes_at(&path).map_err(|kind| self.error(&path, kind))
    }

    /// What lies at a path, if anything does.
    #[must_use]
    pub fn entry(&self, path: &Path) -> Option<Entry> {
        let path = self.working_directory.join(path);
        match &self.revision {
            Some(revision) => revision.find(&path).ok().map(|(_, entry)| entry),
            None if path.is_dir() => Some(Entry::Folder),
            None => path.exists().then_some(Entry::File),
        }
    }

    /// The names of what lies in a folder, in no order.
    #[must_use]
    pub fn names_in(&self, folder: &Path) -> Vec<String> {
        let folder = self.working_directory.join(folder);
        match &self.revision {
            Some(revision) => revision.names_in(&folder),
            None => fs::read_dir(folder)
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect(),
        }
    }

    /// The files of the revision below a folder, in order; `skip` tells which names are passed over. Symbolic links are
    /// not followed. Nothing where the disk is read.
    ///
    /// # Errors
    /// When the revision lacks the folder, or the clone a part of it.
    pub fn tracked_below(&self, folder: &Path, skip: &dyn Fn(&str) -> bool) -> Result<Option<Vec<PathBuf>>, ReadError> {
        let Some(revision) = &self.revision else {
            return Ok(None);
        };
        let folder = self.working_directory.join(folder);
        let files = revision
            .below(&folder, skip)
            .map_err(|kind| self.error(&folder, kind))?;
        Ok(Some(files))
    }

    /// Where a path leads when all links are followed; the path itself where nothing is there.
    #[must_use]
    pub fn canonical(&self, path: &Path) -> PathBuf {
        self.follow(path).unwrap_or_else(|_| path.to_path_buf())
    }

    /// The folder that references from a document in `folder` may not leave: the nearest one, upwards, that holds a
    /// `stipula.yaml`, or is that of a repository; else the working directory where the document lies below it; else
    /// `folder` itself.
    #[must_use]
    pub fn project_root(&self, folder: &Path) -> PathBuf {
        let is_root = |ancestor: &Path| {
            self.entry(&ancestor.join("stipula.yaml")).is_some()
                || match &self.revision {
                    Some(revision) => ancestor == revision.root(),
                    None => ancestor.join(".git").exists(),
                }
        };
        folder
            .ancestors()
            .find(|ancestor| is_root(ancestor))
            .or_else(|| {
                folder
                    .starts_with(&self.working_directory)
                    .then_some(self.working_directory.as_path())
            })
            .unwrap_or(folder)
            .to_path_buf()
    }

    /// Reads `reader` to its end, as a source called `name`.
    ///
    /// # Errors
    /// As for [`Files::read`].
    pub fn read_stream(&self, name: &str, reader: impl Read) -> Result<Arc<Source>, ReadError> {
        let fail = |kind| ReadError {
            name: name.to_owned(),
            kind,
        };
        let bytes = self.limited(reader, 0).map_err(&fail)?;
        let text = decode(bytes).map_err(&fail)?;
        Ok(Arc::new(Source::from_text(name, text)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Arc<Source>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, path: &Path, kind: ReadErrorKind) -> ReadError {
        ReadError {
            name: self.display(path),
            kind,
        }
    }

    /// Where an existing path leads when all links are followed.
    fn follow(&self, path: &Path) -> Result<PathBuf, ReadErrorKind> {
        let path = self.working_directory.join(path);
        match &self.revision {
            Some(revision) => revision.find(&path).map(|(canonical, _)| canonical),
            None => fs::canonicalize(path).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadErrorKind::NotFound,
                _ => ReadErrorKind::Io(error.to_string()),
            }),
        }
    }

    fn bytes_at(&self, path: &Path) -> Result<Vec<u8>, ReadErrorKind> {
        if let Some(revision) = &self.revision {
            return revision.read(path, self.limits.document_bytes);
        }
        let io_error = |error: io::Error| ReadErrorKind::Io(error.to_string());
        let metadata = fs::metadata(path).map_err(io_error)?;
        if metadata.is_dir() {
            return Err(ReadErrorKind::Directory);
        }
        if metadata.len() > self.limits.document_bytes {
            return Err(ReadErrorKind::TooLarge {
                size: metadata.len(),
                limit: self.limits.document_bytes,
            });
        }
        self.limited(fs::File::open(path).map_err(io_error)?, metadata.len())
    }

    /// A device or a pipe says nothing of its size: what it gives is counted while it is read.
    fn limited(&self, reader: impl Read, expected: u64) -> Result<Vec<u8>, ReadErrorKind> {
        let limit = self.limits.document_bytes;
        let mut bytes = Vec::with_capacity(expected as usize + 1);
        reader
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| ReadErrorKind::Io(error.to_string()))?;
        if bytes.len() as u64 > limit {
            return Err(ReadErrorKind::TooLarge {
                size: bytes.len() as u64,
                limit,
            });
        }
        Ok(bytes)
    }
}

/// Checks that `bytes` are UTF-8 text and drops a byte order mark.
fn decode(mut bytes: Vec<u8>) -> Result<String, ReadErrorKind> {
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        bytes.drain(..3);
    }
    match String::from_utf8(bytes) {
        Ok(text) if memchr::memchr(0, text.as_bytes()).is_none() => Ok(text),
        Ok(text) => Err(match text.as_bytes() {
            [0, _, ..] | [_, 0, ..] => ReadErrorKind::OtherEncoding("UTF-16"),
            _ => ReadErrorKind::Binary,
        }),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            Err(match bytes.as_slice() {
                [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => ReadErrorKind::OtherEncoding("UTF-32"),
                [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => ReadErrorKind::OtherEncoding("UTF-16"),
                _ if memchr::memchr(0, &bytes).is_some() => ReadErrorKind::Binary,
                _ => {
                    let before = String::from_utf8_lossy(&bytes[..valid]);
                    let at = super::LineIndex::new(&before).position(&before, before.len() as u32);
                    ReadErrorKind::NotUtf8 {
                        line: at.line,
                        column: at.column,
                    }
                }
            })
        }
    }
}

/// Where a path leads when all links are followed; the path itself where nothing is there.
#[must_use]
pub fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// How reports show `path`: relative to `base` where it lies below it, with `/` between its parts.
#[must_use]
pub fn display_path(path: &Path, base: &Path) -> String {
    let relative = path.strip_prefix(base).unwrap_or(path);
    let mut shown = String::new();
    for part in relative.components() {
        match part {
            Component::CurDir => continue,
            Component::RootDir => shown.push('/'),
            _ => {
                if !shown.is_empty() && !shown.ends_with('/') {
                    shown.push('/');
                }
                shown.push_str(&part.as_os_str().to_string_lossy());
            }
        }
    }
    if shown.is_empty() {
        shown.push('.');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> ReadErrorKind {
        decode(bytes.to_vec()).expect_err("these bytes are no text")
    }

    #[test]
    fn text_is_told_from_other_bytes() {
        assert_eq!(decode(b"\xEF\xBB\xBFa: 1".to_vec()), Ok("a: 1".to_owned()));
        assert_eq!(kind(b"\xFF\xFEa\0"), ReadErrorKind::OtherEncoding("UTF-16"));
        assert_eq!(kind(b"a\0b\0"), ReadErrorKind::OtherEncoding("UTF-16"));
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n\0\0"), ReadErrorKind::Binary);
        assert_eq!(
            kind(b"ok\nno: \xE9t\xE9"),
            ReadErrorKind::NotUtf8 { line: 2, column: 5 }
        );
    }

    #[test]
    fn a_stream_is_bounded() {
        let limits = Limits {
            document_bytes: 10,
            ..Limits::default()
        };
        let files = Files::new(limits, PathBuf::from("."));
        let error = files
            .read_stream("-", io::repeat(b'a'))
            .expect_err("an endless stream is refused");
        assert!(matches!(error.kind, ReadErrorKind::TooLarge { .. }));
    }

    #[test]
    fn paths_are_shown_short() {
        let base = Path::new("/project");
        assert_eq!(display_path(Path::new("/project/api/./a.yaml"), base), "api/a.yaml");
        assert_eq!(display_path(Path::new("/other/a.yaml"), base), "/other/a.yaml");
        assert_eq!(display_path(Path::new("./api/a.yaml"), base), "api/a.yaml");
        assert_eq!(display_path(Path::new("../a.yaml"), base), "../a.yaml");
    }
}
