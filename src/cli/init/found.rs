//! What a repository holds of what stipula works with.

use crate::cli::Failure;
use crate::cli::discover::{ALL_DESCRIPTIONS, CONTRACTS, Sought, files_below, looks_like};
use crate::document::FormatName;
use crate::formats::{self, Detection, pact, proto};
use crate::source::{Files, Repository, Source, display_path};
use crate::syntax::{self, NodeId, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// Branches that changes are usually held against, in the order in which they are looked for.
const BASES: [&str; 4] = ["origin/main", "origin/master", "main", "master"];
/// Folders of what is written to be read by tests and people, and of what belongs to others.
const ASIDE: [&str; 13] = [
    "test",
    "tests",
    "testdata",
    "__tests__",
    "spec-tests",
    "fixtures",
    "example",
    "examples",
    "sample",
    "samples",
    "vendor",
    "third_party",
    "target",
];
/// Names of files and folders that say nothing of the API.
const GENERIC: [&str; 16] = [
    "openapi",
    "swagger",
    "asyncapi",
    "api",
    "apis",
    "spec",
    "specs",
    "index",
    "schema",
    "docs",
    "doc",
    "resources",
    "main",
    "src",
    "static",
    "public",
];

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) apis: Vec<Api>,
    /// Descriptions that look as if they were for tests, or others'.
    pub(super) aside: Vec<String>,
    /// Contracts of providers that are none of the APIs, each with the provider's name.
    pub(super) others: Vec<(String, String)>,
    /// What looks like a description and is none, with the reason.
    pub(super) refused: Vec<(String, String)>,
    /// The branch that changes are held against.
    pub(super) base: Option<String>,
    pub(super) ci: Ci,
}

/// The systems that check changes here.
#[derive(Debug, Default)]
pub(super) struct Ci {
    pub(super) github: bool,
    pub(super) gitlab: bool,
    pub(super) jenkins: bool,
    pub(super) git: bool,
}

/// An API.
#[derive(Debug)]
pub(super) struct Api {
    pub(super) name: String,
    pub(super) described: Described,
    pub(super) contracts: Vec<String>,
}

/// Where an API is described.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Described {
    /// In a file.
    File(String),
    /// In AsyncAPI, in a file.
    AsyncApi(String),
    /// In the Protobuf files below some folders.
    Protobuf(Vec<String>),
}

fn described(name: String, events: &BTreeSet<String>) -> Described {
    if events.contains(&name) {
        Described::AsyncApi(name)
    } else {
        Described::File(name)
    }
}

impl Found {
    /// Looks through a repository.
    pub(super) fn below(root: &Path, files: &Files, repository: Option<&Repository>) -> Result<Self, Failure> {
        let mut found = Self::default();
        let mut protobuf: BTreeSet<String> = BTreeSet::new();
        let mut events: BTreeSet<String> = BTreeSet::new();
        for (name, source) in texts(root, ALL_DESCRIPTIONS, files)? {
            let tree = syntax::read(&source, files.limits());
            match formats::detect(&tree) {
                Some((format, Detection::Known(_))) if format.name() == formats::Format::name(&proto::Protobuf) => {
                    let folder = source.path().and_then(Path::parent).map(Path::to_path_buf);
                    let folder = proto::root_by_package(&tree).or(folder);
                    let folder = folder.map_or_else(String::new, |folder| display_path(&folder, root));
                    if is_aside(&name) {
                        found.aside.push(name);
                    } else {
                        protobuf.insert(if folder.is_empty() { ".".to_owned() } else { folder });
                    }
                }
                Some((format, Detection::Known(_))) => {
                    if format.name() == FormatName::AsyncApi {
                        events.insert(name.clone());
                    }
                    if is_aside(&name) {
                        found.aside.push(name);
                    } else {
                        found.apis.push(Api {
                            name: name_of(&name, Some(&tree)),
                            described: described(name, &events),
                            contracts: Vec::new(),
                        });
                    }
                }
                Some((_, Detection::Unsupported(reason))) => found.refused.push((name, reason)),
                None => {}
            }
        }
        // Where all lie in such folders, these are what the repository is about.
        if found.apis.is_empty() && protobuf.is_empty() {
            for name in std::mem::take(&mut found.aside) {
                found.apis.push(Api {
                    name: name_of(&name, None),
                    described: described(name, &events),
                    contracts: Vec::new(),
                });
            }
        }
        let is_outermost = |folder: &&String| !protobuf.iter().any(|other| is_below(folder, other));
        let roots: Vec<String> = protobuf.iter().filter(is_outermost).cloned().collect();
        if !roots.is_empty() {
            found.apis.push(Api {
                name: match roots.as_slice() {
                    [only] => name_of(&format!("{only}/api.proto"), None),
                    _ => "protobuf".to_owned(),
                },
                described: Described::Protobuf(roots),
                contracts: Vec::new(),
            });
        }
        found.tell_names_apart();
        found.add_contracts(root, files)?;
        let names = repository.map(Repository::names).unwrap_or_default();
        found.base = BASES
            .iter()
            .find(|base| names.iter().any(|name| name == *base))
            .map(|base| (*base).to_owned());
        found.ci = Ci {
            github: root.join(".github").is_dir(),
            gitlab: root.join(".gitlab-ci.yml").is_file(),
            jenkins: root.join("Jenkinsfile").is_file(),
            git: repository.is_some(),
        };
        Ok(found)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.apis.is_empty()
    }

    fn tell_names_apart(&mut self) {
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for api in &mut self.apis {
            let count = known.entry(api.name.clone()).or_default();
            *count += 1;
            if *count > 1 {
                api.name = format!("{}-{count}", api.name);
            }
        }
    }

    /// Gives each API the contracts of its provider. A single API has them all.
    fn add_contracts(&mut self, root: &Path, files: &Files) -> Result<(), Failure> {
        for (name, source) in texts(root, CONTRACTS, files)? {
            let tree = syntax::read(&source, files.limits());
            let Some(Detection::Known(_)) = pact::detect(&tree) else {
                continue;
            };
            let provider = tree
                .find(NodeId::ROOT, "provider")
                .and_then(|provider| tree.find(provider, "name"))
                .map_or("", |name| tree.text(name));
            let wanted = slug(provider);
            let is_of = |api: &&mut Api| {
                let (ours, its) = (slug(&api.name), wanted.as_str());
                !its.is_empty() && (ours.contains(its) || its.contains(&ours))
            };
            match self.apis.as_mut_slice() {
                [only] => only.contracts.push(name),
                several => match several.iter_mut().find(is_of) {
                    Some(api) => api.contracts.push(name),
                    None => self.others.push((name, provider.to_owned())),
                },
            }
        }
        Ok(())
    }
}

/// The texts below a folder that look like what is sought, with their paths.
fn texts(root: &Path, sought: Sought, files: &Files) -> Result<Vec<(String, Arc<Source>)>, Failure> {
    let mut found = Vec::new();
    for path in files_below(root, sought, files)? {
        if looks_like(sought, &path, files)?
            && let Ok(source) = files.read(&path)
        {
            found.push((display_path(&path, root), source));
        }
    }
    Ok(found)
}

fn is_aside(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders
        .split('/')
        .any(|folder| ASIDE.contains(&folder.to_ascii_lowercase().as_str()))
}

fn is_below(folder: &str, other: &str) -> bool {
    folder != other && (other == "." || folder.strip_prefix(other).is_some_and(|rest| rest.starts_with('/')))
}

/// What an API is called: as its file, or else its folder, or else its title, whichever says something.
fn name_of(path: &str, tree: Option<&Tree>) -> String {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    let by_path = std::iter::once(stem).chain(folders.rsplit('/'));
    let mut telling = by_path
        .map(slug)
        .filter(|name| !name.is_empty() && !GENERIC.contains(&name.as_str()));
    let title = || {
        let tree = tree?;
        let info = tree.find(NodeId::ROOT, "info")?;
        let title = slug(tree.text(tree.find(info, "title")?));
        (!title.is_empty()).then_some(title)
    };
    telling.next().or_else(title).unwrap_or_else(|| "api".to_owned())
}

/// A name in small letters, with hyphens between its words.
fn slug(name: &str) -> String {
    let letters = name.chars().map(|letter| match letter {
        letter if letter.is_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '-',
    });
    let joined: String = letters.collect();
    let words: Vec<&str> = joined.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_something() {
        assert_eq!(name_of("orders.yaml", None), "orders");
        assert_eq!(name_of("services/orders/api/openapi.yaml", None), "orders");
        assert_eq!(name_of("api/openapi.yaml", None), "api");
        assert_eq!(slug("Web  Checkout_v2"), "web-checkout-v2");
    }

    #[test]
    fn test_data_is_told_from_what_is_shipped() {
        assert!(is_aside("src/test/openapi.yaml"));
        assert!(!is_aside("test.yaml"));
        assert!(is_below("proto/acme", "proto") && is_below("proto", "."));
        assert!(!is_below("protocol", "proto") && !is_below("proto", "proto"));
    }
}
