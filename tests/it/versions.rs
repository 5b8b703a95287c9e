//! Two versions of a description, compared as the tool compares them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use stipula::breaking::{self, Change, Choices, Promises, Rules, Settings};
use stipula::document::{Versions, Workspace};
use stipula::finding::Finding;
use stipula::formats::{LoadOptions, Side, load_versions};
use stipula::rules::Catalog;
use stipula::source::{Files, Limits, Source};
use time::macros::date;

/// What every comparison of the tests knows besides the documents.
const SETTINGS: Settings = Settings {
    as_of: date!(2026 - 11 - 21),
    undeclared_members: false,
    names: false,
    promises: Promises { default: None, packages: Vec::new() },
};

/// The pages that judge changes.
pub(crate) fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules::new(&Catalog::default()))
}

/// The rule of a finding.
pub(crate) fn rule(finding: &Finding) -> &'static str {
    &rules().pages()[finding.rule].id
}

/// Two versions of a description.
pub(crate) struct Pair {
    pub(crate) workspace: Workspace,
    pub(crate) versions: Versions,
}

impl Pair {
    pub(crate) fn of_files(old: &Path, new: &Path) -> Self {
        Self::load(|files, is_old| files.read(if is_old { old } else { new }).unwrap())
    }

    pub(crate) fn of_texts(old: &str, new: &str) -> Self {
        Self::load(|_, is_old| {
            let (name, text) = if is_old { ("old.yaml", old) } else { ("new.yaml", new) };
            Arc::new(Source::from_text(name, text))
        })
    }

    fn load(read: impl Fn(&Files, bool) -> Arc<Source>) -> Self {
        let files = [(); 2].map(|()| Files::new(Limits::default(), PathBuf::from(".")));
        let side = |is_old: bool| {
            let files = &files[usize::from(is_old)];
            Side {
                sources: vec![read(files, is_old)],
                files,
            }
        };
        let loaded = load_versions(&[side(true)], &side(false), &LoadOptions::default(), &|| {});
        Self {
            versions: Versions {
                old: loaded.old.descriptions[0],
                new: loaded.new.descriptions[0],
            },
            workspace: loaded.workspace,
        }
    }

    /// What differs.
    pub(crate) fn changes(&self) -> Vec<Change<'_>> {
        breaking::compare(&self.workspace, self.versions, &SETTINGS)
    }

    /// What differs, judged one by one: the same edit in a request and in a response twice.
    pub(crate) fn judged(&self) -> Vec<Finding> {
        breaking::judge(self.changes(), rules(), &Choices::default())
    }

    /// The same, where somebody may rely on members that no schema declares.
    pub(crate) fn judged_strictly(&self) -> Vec<Finding> {
        let settings = Settings {
            undeclared_members: true,
            ..SETTINGS
        };
        let changes = breaking::compare(&self.workspace, self.versions, &settings);
        breaking::judge(changes, rules(), &Choices::default())
    }

    /// What the tool tells.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let pairs = [self.versions];
        breaking::run(&self.workspace, &pairs, &SETTINGS, rules(), &Choices::default())
    }
}
