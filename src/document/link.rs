//! What one node says of another: references, names of schemes and tags, operation ids.

use super::{Address, Kind};
use crate::syntax::NodeId;

/// The sorts of links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkClass {
    /// `$ref`, and `$dynamicRef` where its target is known.
    Reference,
    /// A value of a discriminator's `mapping`.
    Mapping,
    /// The `operationRef` of a link object.
    OperationRef,
    /// The `operationId` of a link object.
    OperationId,
    /// The name of a security scheme in a requirement.
    SecurityScheme,
    /// The name of a tag of an operation, or a tag's parent.
    Tag,
    /// The name of a server on which a channel is.
    Server,
    /// The path of another file.
    Import,
    /// The name of a message or an enum.
    Type,
    /// The name of an option.
    Option,
}

impl LinkClass {
    /// The name that rule pages use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Mapping => "mapping",
            Self::OperationRef => "operation-ref",
            Self::OperationId => "operation-id",
            Self::SecurityScheme => "security-scheme",
            Self::Tag => "tag",
            Self::Server => "server",
            Self::Import => "import",
            Self::Type => "type",
            Self::Option => "option",
        }
    }
}

/// One link of a document.
#[derive(Debug)]
pub struct Link {
    /// Its sort.
    pub class: LinkClass,
    /// The node whose value (or, for security schemes, whose key) names the target.
    pub at: NodeId,
    /// Whether the key is meant.
    pub on_key: bool,
    /// Where it leads.
    pub target: Result<Address, LinkFailure>,
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkFailure {
    /// The file cannot be read; the reason as a clause.
    Unreadable(String),
    /// The path is a folder.
    Directory(String),
    /// The file lies outside the project.
    OutsideProject(String),
    /// The target is on the network.
    Network,
    /// The run refers to more files than its limit.
    TooManyFiles(u32),
    /// The pointer leads nowhere: the step that failed, and one that exists and is like it.
    NoSuchPointer {
        /// The step that is not there.
        step: String,
        /// One that is there.
        similar: Option<String>,
    },
    /// No schema has this anchor.
    NoSuchAnchor(String),
    /// Something of another kind stands there.
    WrongKind {
        /// The kind that is needed.
        expected: Kind,
        /// The kind that stands there.
        found: Kind,
    },
    /// The chain of references leads back into itself, or is longer than its limit.
    Endless,
    /// Nothing has this name.
    NoSuchName {
        /// What it should name.
        what: &'static str,
        /// The name.
        name: String,
        /// One that exists and is like it.
        similar: Option<String>,
    },
}

impl LinkFailure {
    /// Whether it says that something is missing from a document, rather than that a file cannot be had.
    #[must_use]
    pub fn is_about_content(&self) -> bool {
        matches!(
            self,
            Self::NoSuchPointer { .. } | Self::NoSuchAnchor(_) | Self::NoSuchName { .. } | Self::WrongKind { .. }
        )
    }

    /// What is wrong, as a clause without capital and full stop.
    #[must_use]
    pub fn message(&self) -> String {
        let meant = |similar: &Option<String>| match similar {
            Some(similar) => format!("; did you mean `{similar}`?"),
            None => String::new(),
        };
        match self {
            Self::Unreadable(reason) => reason.clone(),
            Self::Directory(path) => format!("`{path}` is a folder; a reference names a file"),
            Self::OutsideProject(path) => format!(
                "`{path}` lies outside the project; allow it with `references: {{ outside-project: true }}` in stipula.yaml"
            ),
            Self::Network => "it is on the network, which is never asked".into(),
            Self::TooManyFiles(limit) => format!("the run refers to more than {limit} files; the rest is not read"),
            Self::NoSuchPointer { step, similar } => format!("there is no `{step}`{}", meant(similar)),
            Self::NoSuchAnchor(anchor) => format!("no schema here has the anchor `{anchor}`"),
            Self::WrongKind { expected, found } => {
                let found = match found {
                    Kind::Plain | Kind::Data => "something else".to_owned(),
                    kind => format!("the kind {kind}"),
                };
                format!("{found} stands where this points, and the kind {expected} is needed")
            }
            Self::Endless => "the chain of references never arrives anywhere".into(),
            Self::NoSuchName { what, name, similar } => format!("no {what} is called `{name}`{}", meant(similar)),
        }
    }
}
