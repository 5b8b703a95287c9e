//! Git repositories, asked through the program `git`.
//!
//! In come a folder and what the user calls a revision; out come [`Revision`]s, whose files can be read. The program
//! is started without a shell, asks no questions, takes no locks, and is kept from the network: what a clone lacks is
//! told, not fetched.

use super::{Revision, canonical};
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Branches and tags that are looked at for what a mistyped one was meant to be.
const NAMES: &str = "--count=10000";

/// Why a repository cannot be asked for a revision. [`fmt::Display`] gives the sentence for the user, and says what to
/// do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GitError {
    /// The program is not there, or cannot be started.
    NoProgram(String),
    /// The folder lies in no repository.
    NoRepository(String),
    /// What was named cannot be a revision.
    NoRevision {
        /// What was named.
        revision: String,
        /// Why not, as a clause.
        reason: &'static str,
    },
    /// The repository does not know the revision.
    UnknownRevision {
        /// What was named.
        revision: String,
        /// The command that fetches it, where the clone is a shallow one.
        fetch: Option<String>,
    },
    /// Two revisions have no commit in common that both come from.
    NoMergeBase {
        /// The revision.
        revision: String,
        /// The command that fetches what lies between them, where the clone is a shallow one.
        fetch: Option<String>,
    },
    /// Git says no, in its own words.
    Refused(String),
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProgram(reason) => write!(
                f,
                "the program `git`, which reads revisions, cannot be started: {reason}; two files can be compared without it: `stipula breaking OLD NEW`"
            ),
            Self::NoRepository(folder) => write!(f, "`{folder}` lies in no git repository: it has no revisions"),
            Self::NoRevision { revision, reason } => write!(f, "`{revision}` is no revision: {reason}"),
            Self::UnknownRevision { revision, fetch } => {
                write!(
                    f,
                    "this repository has no revision `{revision}`{}",
                    in_shallow_clone(fetch)
                )
            }
            Self::NoMergeBase { revision, fetch } => write!(
                f,
                "`{revision}` and HEAD have no commit in common; `--exact` compares with `{revision}` itself{}",
                in_shallow_clone(fetch)
            ),
            Self::Refused(words) => write!(f, "git: {words}"),
        }
    }
}

impl std::error::Error for GitError {}

fn in_shallow_clone(fetch: &Option<String>) -> String {
    match fetch {
        None => String::new(),
        Some(fetch) => format!(
            "; this clone is a shallow one: `{fetch}` fetches what is missing (and `fetch-depth: 0` in actions/checkout)"
        ),
    }
}

/// A git repository.
#[derive(Debug)]
pub struct Repository {
    /// Where git is started.
    folder: PathBuf,
    root: PathBuf,
    is_bare: bool,
}

impl Repository {
    /// The repository that a folder lies in, or that `GIT_DIR` names.
    ///
    /// # Errors
    /// When there is none, or git refuses to read it.
    pub fn around(folder: &Path) -> Result<Self, GitError> {
        let answer = git(folder, &["rev-parse", "--is-inside-work-tree", "--show-toplevel"])?;
        // A bare repository has no folder of files: its own stands in for it.
        let said = text(&answer.stdout);
        let (root, is_bare) = match said.split_once('\n') {
            Some(("true", top)) if answer.status.success() => (PathBuf::from(top), false),
            None if said == "false" => (PathBuf::from(ask(folder, &["rev-parse", "--absolute-git-dir"])?), true),
            _ => {
                return Err(match refusal(&answer) {
                    GitError::Refused(words) if words.contains("not a git repository") => {
                        GitError::NoRepository(folder.display().to_string())
                    }
                    other => other,
                });
            }
        };
        Ok(Self {
            folder: folder.to_path_buf(),
            root: canonical(&root),
            is_bare,
        })
    }

    /// The folder in which git is started.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder that paths in the repository start from.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether there is no working tree: the repository is a bare one, or the folder lies in what git keeps for itself.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// The revision that the user calls `name`: a branch, a tag, a commit, `HEAD~2`.
    ///
    /// # Errors
    /// When there is no such commit here.
    pub fn revision(&self, name: &str) -> Result<Revision, GitError> {
        let commit = self.commit(name, "--depth=1")?;
        Ok(Revision::new(name, &commit, self))
    }

    /// The last commit that HEAD and the revision have in common: where the two went apart. It goes by the name of the
    /// revision, since that is what the user knows.
    ///
    /// # Errors
    /// When there is no such revision, or no such commit.
    pub fn merge_base(&self, name: &str) -> Result<Revision, GitError> {
        let revision = self.commit(name, "--unshallow")?;
        let head = self.commit("HEAD", "--unshallow")?;
        let answer = git(&self.folder, &["merge-base", &revision, &head])?;
        let base = text(&answer.stdout);
        match answer.status.code() {
            Some(0) if !base.is_empty() => Ok(Revision::new(name, &base, self)),
            Some(1) => Err(GitError::NoMergeBase {
                revision: name.to_owned(),
                fetch: self.fetch(name, "--unshallow"),
            }),
            _ => Err(refusal(&answer)),
        }
    }

    /// The names of the branches and tags.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let arguments = [
            "for-each-ref",
            NAMES,
            "--format=%(refname:short)",
            "refs/heads",
            "refs/tags",
            "refs/remotes",
        ];
        let names = ask(&self.folder, &arguments).unwrap_or_default();
        names.lines().map(str::to_owned).collect()
    }

    fn commit(&self, name: &str, depth: &str) -> Result<String, GitError> {
        let refuse = |reason| GitError::NoRevision {
            revision: name.escape_debug().to_string(),
            reason,
        };
        if name.is_empty() {
            return Err(refuse("it has no name"));
        }
        // Git would take it for an option.
        if name.starts_with('-') {
            return Err(refuse("none begins with `-`"));
        }
        if name.contains(char::is_control) {
            return Err(refuse("it holds a character that none can have"));
        }
        let answer = git(
            &self.folder,
            &["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")],
        )?;
        let commit = text(&answer.stdout);
        let is_hash = !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        match answer.status.code() {
            Some(0) if is_hash => Ok(commit),
            _ if answer.stderr.is_empty() => Err(GitError::UnknownRevision {
                revision: name.to_owned(),
                fetch: self.fetch(name, depth),
            }),
            _ => Err(refusal(&answer)),
        }
    }

    /// The command that fetches a revision, if the clone is a shallow one: in any other it would help nothing.
    fn fetch(&self, name: &str, depth: &str) -> Option<String> {
        let is_shallow = ask(&self.folder, &["rev-parse", "--is-shallow-repository"]).ok()?;
        if is_shallow != "true" {
            return None;
        }
        let remotes = ask(&self.folder, &["remote"]).unwrap_or_default();
        let first = remotes.lines().next().unwrap_or("origin");
        let of_remote = remotes
            .lines()
            .find_map(|remote| Some((remote, name.strip_prefix(remote)?.strip_prefix('/')?)));
        let is_name = |name: &str| !name.contains(['~', '^', '@', ':', '{', ' ']) && name != "HEAD";
        Some(match of_remote {
            Some((remote, branch)) if is_name(branch) => {
                format!("git fetch {depth} {remote} {branch}:refs/remotes/{remote}/{branch}")
            }
            None if is_name(name) => format!("git fetch {depth} {first} {name}:{name}"),
            _ => format!("git fetch --unshallow {first}"),
        })
    }

    /// Whether the clone leaves out objects, to fetch them when they are asked for.
    pub(super) fn is_partial(folder: &Path) -> bool {
        ask(folder, &["config", "--get-regexp", r"^remote\..*\.promisor$"]).is_ok_and(|found| !found.is_empty())
    }
}

/// Git, ready to be started in a folder.
pub(super) fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .arg("--no-pager")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        // A partial clone would fetch what it lacks, and only the former is understood by older versions.
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_NO_LAZY_FETCH", "1")
        // What git says is read here, and must be in one language.
        .env("LC_ALL", "C")
        .env_remove("LANGUAGE");
    command
}

pub(super) fn not_started(error: &io::Error) -> GitError {
    GitError::NoProgram(match error.kind() {
        io::ErrorKind::NotFound => "it is not on the path".to_owned(),
        _ => error.to_string(),
    })
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output, GitError> {
    command(folder)
        .args(arguments.iter().map(OsStr::new))
        .output()
        .map_err(|error| not_started(&error))
}

fn ask(folder: &Path, arguments: &[&str]) -> Result<String, GitError> {
    let answer = git(folder, arguments)?;
    if answer.status.success() {
        Ok(text(&answer.stdout))
    } else {
        Err(refusal(&answer))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned()
}

/// What git says when it fails, in one line: the reason, and the command that it advises.
fn refusal(answer: &Output) -> GitError {
    let words = text(&answer.stderr);
    let lines = || words.lines().map(str::trim);
    let reason = lines()
        .find(|line| !line.is_empty())
        .unwrap_or("it failed without a word");
    let reason = reason.strip_prefix("fatal: ").unwrap_or(reason);
    GitError::Refused(match lines().find(|line| line.starts_with("git ")) {
        Some(advice) => format!("{reason}; it advises: `{advice}`"),
        None => reason.to_owned(),
    })
}
