//! Packages of Protobuf: their versions, and which of them there are.

use super::super::{Function, Hit, Options, Refusal, function};
use crate::document::{FormatName, proto};
use crate::syntax::key;
use regex::Regex;

/// The options of a file that say what the code made of it is called in a language.
const NAMES_IN_LANGUAGES: &[&str] = &[
    "csharp_namespace",
    "go_package",
    "java_package",
    "php_namespace",
    "ruby_package",
];
/// The version that a part of a name ends with: `v1`, `apiv1`, `V1beta2`, `v1p1beta1`.
const VERSION: &str = r"(?i)v[0-9]+(?:p[0-9]+)?(?:(?:alpha|beta|test|main)[0-9]*)?$";

/// `package-versions-agree`: what the code of a file is called in a language names the version of its package, or none.
pub(in super::super) fn package_versions_agree(_: &Options) -> Result<Function, Refusal> {
    let regex = Regex::new(VERSION).map_err(|error| error.to_string())?;
    let versions = move |name: &str| -> Vec<String> {
        let parts = name.split(['.', '/', ';', '\\', ':']);
        let found = parts.filter_map(|part| regex.find(part));
        found.map(|version| version.as_str().to_ascii_lowercase()).collect()
    };
    function(move |subject, hits| {
        let file = subject.node;
        let Some(version) = versions(proto::package(file)).pop() else {
            return;
        };
        for name in NAMES_IN_LANGUAGES {
            let Some(option) = proto::option(file, name) else {
                continue;
            };
            let named = versions(option.text());
            if let Some(other) = named.last()
                && !named.contains(&version)
            {
                hits.push(
                    Hit::value(option)
                        .with("version", other.as_str())
                        .with("in-path", version.as_str()),
                );
            }
        }
    })
}

/// `some-package`: where files declare services, one of all that were read has a package like this.
pub(in super::super) fn some_package(options: &Options) -> Result<Function, Refusal> {
    let matching = options.regex("match")?;
    function(move |subject, hits| {
        let workspace = subject.workspace();
        let of_protobuf = || {
            let ids = workspace.ids();
            ids.filter(|id| workspace.document(*id).format() == Some(FormatName::Protobuf))
        };
        let is_there = of_protobuf().any(|id| {
            let package = proto::package(workspace.root(id));
            matching.as_ref().is_none_or(|regex| regex.is_match(package))
        });
        let judged = workspace.judged().map(|id| workspace.root(id));
        let mut services = judged.flat_map(|file| proto::declarations(file, key::SERVICES));
        if let Some(service) = services.next().filter(|_| !is_there) {
            hits.push(Hit::key(service));
        }
    })
}
