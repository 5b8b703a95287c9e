//! What every command needs before it starts: the configuration, the rules, the working directory.

use super::Failure;
use super::args::ColorArg;
use super::output::Console;
use crate::policy::{Config, ConfigError, config};
use crate::report::diagnostic;
use crate::rules::{Catalog, page};
use crate::source::{Files, Limits, Source, display_path};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The configuration and where it was found.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) config: Config,
    /// The file, if there is one.
    pub(super) source: Option<Arc<Source>>,
    /// The folder that paths in it start from.
    pub(super) folder: PathBuf,
}

/// The folder that the user is in.
pub(super) fn working_directory() -> Result<PathBuf, Failure> {
    let directory = env::current_dir().map_err(|error| Failure::new(format!("the current folder is gone: {error}")))?;
    Ok(fs::canonicalize(&directory).unwrap_or(directory))
}

/// Reads the configuration that was named, or the nearest one upwards.
pub(super) fn settings(named: Option<&Path>, color: ColorArg) -> Result<Settings, Failure> {
    let working_directory = working_directory()?;
    let path = match named {
        Some(path) => Some(working_directory.join(path)),
        None => nearest(&working_directory),
    };
    let Some(path) = path else {
        return Ok(Settings {
            folder: working_directory,
            ..Settings::default()
        });
    };
    let files = Files::new(Limits::default(), working_directory);
    let source = files.read(&path).map_err(Failure::new)?;
    let config = Config::read(&source).map_err(|error| shown(&error, color))?;
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    Ok(Settings {
        config,
        source: Some(source),
        folder,
    })
}

/// The nearest configuration, no further up than the repository.
fn nearest(folder: &Path) -> Option<PathBuf> {
    for ancestor in folder.ancestors() {
        let path = ancestor.join(config::FILE_NAME);
        if path.is_file() {
            return Some(path);
        }
        if ancestor.join(".git").exists() {
            return None;
        }
    }
    None
}

/// A mistake in the configuration, with the lines around it.
pub(super) fn shown(error: &ConfigError, color: ColorArg) -> Failure {
    Failure::Shown(diagnostic(
        &error.source,
        error.span,
        &error.message,
        Console::error_color(color),
    ))
}

/// The built-in rules and those of the configuration's folders.
pub(super) fn catalog(settings: &Settings, color: ColorArg) -> Result<Catalog, Failure> {
    let mut catalog = Catalog::default();
    for folder in &settings.config.rule_folders {
        let path = settings.folder.join(&folder.value);
        let error = |message: String| match &settings.source {
            Some(source) => shown(
                &ConfigError {
                    source: Arc::clone(source),
                    span: folder.span,
                    message,
                },
                color,
            ),
            None => Failure::new(message),
        };
        if !path.is_dir() {
            return Err(error(format!("the folder of rules `{}` does not exist", folder.value)));
        }
        let pages = pages_below(&path);
        if pages.is_empty() {
            return Err(error(format!("the folder of rules `{}` holds no page", folder.value)));
        }
        for path in pages {
            let declaration = read_page(&path)?;
            let shown = declaration.file.to_string();
            catalog
                .add(declaration)
                .map_err(|message| Failure::new(format!("{shown}: {message}")))?;
        }
    }
    Ok(catalog)
}

/// Reads a page from disk.
pub(super) fn read_page(path: &Path) -> Result<crate::rules::declaration::Declaration, Failure> {
    // Reports name the page: the same on every machine.
    let shown = display_path(path, &working_directory()?);
    let text = fs::read_to_string(path).map_err(|error| Failure::new(format!("`{shown}` cannot be read: {error}")))?;
    let name =
        |name: Option<&std::ffi::OsStr>| name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (id, topic) = (name(path.file_stem()), name(path.parent().and_then(Path::file_name)));
    page::read(&id, &topic, &shown, &text).map_err(|errors| {
        let lines: Vec<String> = errors
            .iter()
            .map(|error| format!("{shown}:{}: {}", error.line, error.message))
            .collect();
        Failure::new(format!("this page is no rule\n{}", lines.join("\n")))
    })
}

/// All pages below a folder, in order; `README.md` is none.
pub(super) fn pages_below(folder: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("README.md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}
