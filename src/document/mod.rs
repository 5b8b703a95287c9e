//! Tree, kinds and links: documents as everything above sees them.
//!
//! In come trees and the grammar table of their format; out goes a [`Workspace`]: all documents of a run, every node
//! with its [`Kind`], every reference with its target, and [`Node`]s to walk from one to the next.

pub mod avro;
pub mod content;
mod date;
pub(crate) mod decimal;
mod dialect;
mod direction;
pub mod events;
mod format_name;
pub mod grammar;
pub mod http;
mod kind;
mod label;
mod link;
mod node;
mod parts;
pub mod pointer;
pub mod proto;
mod reach;
mod shape;
pub mod suggest;
mod traffic;
mod uri;
mod violation;
mod workspace;

pub use date::date_of;
pub use dialect::Dialect;
pub use direction::Direction;
pub use format_name::FormatName;
pub use kind::Kind;
pub use label::RawReference;
pub use link::{Link, LinkClass, LinkFailure};
pub use node::{Node, NodeChildren};
pub use reach::Reach;
pub use shape::{Shape, sole_alternative};
pub use uri::{has_scheme, resolve as resolve_uri};
pub use violation::{Violation, ViolationClass, ViolationKind};
pub use workspace::{Address, Document, DocumentId, Versions, Workspace};
