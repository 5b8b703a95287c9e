//! What must not be told: where it is found, and how it is kept out of what is printed.

use std::env;
use std::fmt;
use std::fs;
use std::process::Command;

/// A value that is shown nowhere: `env:NAME`, `file:PATH` or `command:LINE` say where it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Why a secret cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It stands in the open.
    #[error("a secret is not written down here: name it as `env:NAME`, `file:PATH` or `command:LINE`")]
    InTheOpen,
    /// The environment does not have it.
    #[error("the environment variable `{0}` is not set")]
    NoVariable(String),
    /// The file cannot be read.
    #[error("the secret in `{path}` cannot be read: {error}")]
    Unreadable {
        /// Its path.
        path: String,
        /// Why.
        error: String,
    },
    /// The command failed; what it printed is not told.
    #[error("the command for a secret failed: {0}")]
    Command(String),
    /// It is empty, or no text.
    #[error("the secret `{0}` is empty or no text")]
    Empty(String),
}

impl Secret {
    /// A secret that is known.
    #[must_use]
    pub const fn known(text: String) -> Self {
        Self(text)
    }

    /// Finds a secret where a reference says that it stands. The line ends around it do not belong to it.
    ///
    /// # Errors
    ///
    /// If it is not there, or stands in the open.
    pub fn find(reference: &str) -> Result<Self, SecretError> {
        let text = if let Some(name) = reference.strip_prefix("env:") {
            env::var(name).map_err(|_| SecretError::NoVariable(name.to_owned()))?
        } else if let Some(path) = reference.strip_prefix("file:") {
            fs::read_to_string(path).map_err(|error| SecretError::Unreadable {
                path: path.to_owned(),
                error: error.to_string(),
            })?
        } else if let Some(line) = reference.strip_prefix("command:") {
            printed_by(line)?
        } else {
            return Err(SecretError::InTheOpen);
        };
        match text.trim_matches(['\r', '\n']) {
            "" => Err(SecretError::Empty(reference.to_owned())),
            text => Ok(Self(text.to_owned())),
        }
    }

    /// The value, for those who send it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What a shell command prints.
fn printed_by(line: &str) -> Result<String, SecretError> {
    let output = shell(line)
        .output()
        .map_err(|error| SecretError::Command(error.to_string()))?;
    if !output.status.success() {
        return Err(SecretError::Command(output.status.to_string()));
    }
    String::from_utf8(output.stdout).map_err(|_| SecretError::Empty("command".to_owned()))
}

/// A command line for the shell of the system.
fn shell(line: &str) -> Command {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(shell);
    command.args([flag, line]);
    command
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_and_never_shown() {
        assert_eq!(Secret::find("hunter2"), Err(SecretError::InTheOpen));
        let missing = Secret::find("env:STIPULA_NO_SUCH_VARIABLE");
        assert!(matches!(missing, Err(SecretError::NoVariable(_))));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        fs::write(&path, "hunter2\n").expect("it can be written");
        let secret = Secret::find(&format!("file:{}", path.display())).expect("it is there");
        assert_eq!(secret.reveal(), "hunter2");
        assert_eq!(format!("{secret:?}"), "***");
        assert_eq!(Secret::find("command:echo hunter2"), Ok(secret));
        assert!(matches!(Secret::find("command:exit 3"), Err(SecretError::Command(_))));
    }
}
