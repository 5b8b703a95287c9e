//! Two versions of a description, compared as the tool compares them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use stipula::breaking::{self, Change, Choices, Promises, Rules, Settings};
use stipula::document::{DocumentId, Versions, Workspace};
use stipula::finding::Finding;
use stipula::formats::{LoadOptions, Side, load_versions};
use stipula::rules::Catalog;
use stipula::rules::changes::Promise;
use stipula::source::{Files, Limits, Source};
use time::macros::date;

/// What every comparison of the tests knows besides the documents.
const SETTINGS: Settings = Settings {
    as_of: date!(2026 - 11 - 21),
    undeclared_members: false,
    names: false,
    promises: Promises {
        default: None,
        packages: Vec::new(),
        data: None,
        namespaces: Vec::new(),
    },
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
                moved: false,
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

    /// What the tool tells where this was promised.
    pub(crate) fn findings_for(&self, promises: Promises) -> Vec<Finding> {
        let settings = Settings { promises, ..SETTINGS };
        breaking::run(
            &self.workspace,
            &[self.versions],
            &settings,
            rules(),
            &Choices::default(),
        )
    }

    /// What the tool tells.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let pairs = [self.versions];
        breaking::run(&self.workspace, &pairs, &SETTINGS, rules(), &Choices::default())
    }
}

/// Two versions of a folder of Protobuf files.
pub(crate) struct Folders {
    pub(crate) workspace: Workspace,
    pub(crate) pairs: Vec<Versions>,
    roots: [PathBuf; 2],
}

impl Folders {
    pub(crate) fn load(old: &Path, new: &Path) -> Self {
        let roots = [old, new].map(stipula::source::canonical);
        let files = [0, 1].map(|side: usize| Files::new(Limits::default(), roots[side].clone()));
        let paths = [0, 1].map(|side: usize| protobuf_files(&roots[side]));
        let side = |side: usize| Side {
            sources: paths[side].iter().map(|path| files[side].read(path).unwrap()).collect(),
            files: &files[side],
        };
        let loaded = load_versions(&[side(0)], &side(1), &LoadOptions::default(), &|| {});
        let mut pairs: BTreeMap<PathBuf, Versions> = BTreeMap::new();
        for (side, loaded) in [(0, &loaded.old), (1, &loaded.new)] {
            for (path, id) in paths[side].iter().zip(&loaded.descriptions) {
                let name = path.strip_prefix(&roots[side]).unwrap().to_path_buf();
                let pair = pairs.entry(name).or_default();
                *(if side == 0 { &mut pair.old } else { &mut pair.new }) = *id;
            }
        }
        Self {
            workspace: loaded.workspace,
            pairs: pairs.into_values().collect(),
            roots,
        }
    }

    /// Two versions of files, each a path and a text.
    pub(crate) fn of_texts(old: &[(&str, &str)], new: &[(&str, &str)]) -> Self {
        let folders = [old, new].map(|texts| {
            let folder = tempfile::tempdir().unwrap();
            for (path, text) in texts {
                let path = folder.path().join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            folder
        });
        Self::load(folders[0].path(), folders[1].path())
    }

    /// What a file is called below its folder.
    pub(crate) fn name(&self, document: DocumentId) -> String {
        let path = self.workspace.document(document).source().path().unwrap();
        let below = self.roots.iter().find_map(|root| path.strip_prefix(root).ok());
        below.unwrap_or(path).to_string_lossy().into_owned()
    }

    pub(crate) fn settings(promise: Promise) -> Settings {
        Settings {
            promises: Promises {
                default: Some(promise),
                ..Promises::default()
            },
            ..SETTINGS
        }
    }

    /// What the tool tells those who were promised all.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.findings_for(Promise::File)
    }

    pub(crate) fn findings_for(&self, promise: Promise) -> Vec<Finding> {
        let settings = Self::settings(promise);
        breaking::run(&self.workspace, &self.pairs, &settings, rules(), &Choices::default())
    }
}

/// The Protobuf files below a folder, in order.
pub(crate) fn protobuf_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "proto") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
