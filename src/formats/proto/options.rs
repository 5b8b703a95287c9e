//! Options: what their names stand for, and whether their values can stand there
//! (<https://protobuf.dev/programming-guides/proto3/#customoptions>).
//!
//! An option is a field of a message of `descriptor.proto`, or of an extension of one, so that names, types and values
//! are those of fields. What cannot be told, because a declaration is not at hand, is not judged.

use super::declared::{Declared, Holds, Identity};
use super::imports::children_of;
use super::links::{Linker, is_extension};
use super::well_known;
use crate::document::proto::{self, Scalar};
use crate::document::{Kind, Link, LinkClass, LinkFailure, Node, Violation, ViolationKind};
use crate::syntax::{NodeId, NodeType, Style, Tree, key};
use rustc_hash::FxHashMap;

impl Linker<'_> {
    /// Links the extensions that the options of a declaration are named by, and those that stand in their values, and
    /// tells what these cannot be.
    pub(super) fn options(&mut self, holder: NodeId, scope: &str) {
        let tree = self.tree;
        let kind = self.workspace.document(self.document).kind(holder);
        let Some(message) = well_known::options(kind) else {
            return;
        };
        let mut values = Values {
            tree,
            linker: self,
            scope,
            given: Given::default(),
        };
        for option in children_of(tree, holder, key::OPTIONS) {
            match tree.key_text(option) {
                // These are options in the text, and fields of the descriptor itself.
                Some("default") if kind == Kind::Field => values.default_value(option, holder),
                Some("json_name") if kind == Kind::Field => values.scalar(option, Scalar::String, Notation::Option),
                Some(name) => values.option(option, name, message),
                None => {}
            }
            let end = tree.subtree_end(option).index();
            for at in (option.index() + 1..end).map(NodeId::from_index) {
                if let Some(name) = tree.key_text(at).and_then(extension_name) {
                    values.linker.extension(at, name, scope, true);
                }
            }
        }
    }
}

/// Which fields have a value, of all messages that the options of a declaration fill. These messages have numbers; 0 is
/// the one whose fields are the options.
#[derive(Default)]
struct Given {
    messages: u32,
    fields: FxHashMap<(u32, Identity), u32>,
}

impl Given {
    /// The number of another message.
    fn message(&mut self) -> u32 {
        self.messages += 1;
        self.messages
    }

    /// The number of the message in a field, some of whose fields are given a value.
    fn within(&mut self, message: u32, field: Identity) -> u32 {
        if let Some(inner) = self.fields.get(&(message, field)) {
            return *inner;
        }
        let inner = self.message();
        self.fields.insert((message, field), inner);
        inner
    }

    /// Gives a field its value: the number that this has if it is a message; nothing where there is a value already.
    fn whole(&mut self, message: u32, field: Identity) -> Option<u32> {
        let inner = self.message();
        self.fields.insert((message, field), inner).is_none().then_some(inner)
    }
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notation {
    /// Behind the name of an option.
    Option,
    /// In braces, where the text format has more notations
    /// (<https://protobuf.dev/reference/protobuf/textformat-spec/>).
    Text,
}

/// Holds the values that a declaration gives to options against the fields that they are given to.
struct Values<'l, 'w> {
    tree: &'w Tree,
    linker: &'l mut Linker<'w>,
    scope: &'l str,
    given: Given,
}

impl<'w> Values<'_, 'w> {
    fn option(&mut self, option: NodeId, name: &str, options: Declared<'w>) {
        let mut message = options;
        let mut number = 0;
        let mut rest = Some(name);
        let mut is_first = true;
        while let Some((step, more)) = rest.map(first_step) {
            let Some(field) = self.step(option, step, message, is_first) else {
                return;
            };
            if more.is_none() {
                return self.assign(option, field, number, Notation::Option);
            }
            if field.is_repeated() {
                return self.wrong(
                    option,
                    true,
                    "leads through a list; give each element as a whole, in `{ … }`",
                );
            }
            message = match field.holds() {
                Holds::Message(inner) => inner,
                Holds::Unknown | Holds::Entry(_) => return,
                Holds::Scalar(_) | Holds::Enum(_) => {
                    return self.wrong(option, true, "leads through a field that holds no message");
                }
            };
            number = self.given.within(number, field.identity());
            rest = more;
            is_first = false;
        }
    }

    /// The field that a part of an option's name stands for; nothing where that is not known, or is none.
    fn step(&mut self, option: NodeId, step: &str, message: Declared<'w>, is_first: bool) -> Option<Declared<'w>> {
        if let Some(name) = step.strip_prefix('(').and_then(|name| name.strip_suffix(')')) {
            // Of several extensions, the first one is what the option is about.
            let address = self.linker.extension(option, name, self.scope, is_first)?;
            let extension = self.linker.declared(address);
            return self.extending(option, extension, message);
        }
        let what = if is_first {
            "option that can stand here"
        } else {
            "field of this option"
        };
        self.field(option, step, message, what)
    }

    /// What a field holds where no value is given.
    fn default_value(&mut self, option: NodeId, field: NodeId) {
        let field = self.linker.declared(self.linker.address(field));
        match field.holds() {
            _ if field.is_repeated() => self.wrong(option, true, "cannot be said of a repeated field"),
            Holds::Message(_) => self.wrong(option, true, "cannot be said of a field that holds a message"),
            holds => self.value(option, holds, 0, Notation::Option),
        }
    }

    /// Gives a value to a field of the message with a number.
    fn assign(&mut self, at: NodeId, field: Declared<'w>, message: u32, notation: Notation) {
        let tree = self.tree;
        let holds = field.holds();
        if !field.is_repeated() {
            let Some(number) = self.given.whole(message, field.identity()) else {
                return self.wrong(at, true, "has a value already");
            };
            // Options that stand apart may give values to several members of a oneof.
            if notation == Notation::Text
                && let Some(oneof) = proto::oneof(field.node)
                && self.given.whole(message, field.with(oneof).identity()).is_none()
            {
                return self.wrong(at, true, "stands beside another member of its oneof");
            }
            return self.value(at, holds, number, notation);
        }
        if tree.node_type(at) != NodeType::List {
            let number = self.given.message();
            return self.value(at, holds, number, notation);
        }
        if notation == Notation::Option {
            return self.wrong(at, true, "takes no list; write the option once for each element");
        }
        for element in tree.children(at) {
            let number = self.given.message();
            self.value(element, holds, number, notation);
        }
    }

    /// Holds one value against what a field holds.
    fn value(&mut self, at: NodeId, holds: Holds<'w>, number: u32, notation: Notation) {
        let node_type = self.tree.node_type(at);
        match holds {
            Holds::Message(message) if node_type == NodeType::Map => self.message(at, message, number),
            Holds::Entry(map) if node_type == NodeType::Map => self.entry(at, map),
            Holds::Message(_) | Holds::Entry(_) => self.wrong(at, true, "takes a message: its fields in `{ … }`"),
            Holds::Unknown => {}
            _ if matches!(node_type, NodeType::Map | NodeType::List) => {
                self.wrong(at, true, "takes neither a message nor a list");
            }
            Holds::Enum(enumeration) => self.enumeration(at, enumeration, notation),
            Holds::Scalar(scalar) => self.scalar(at, scalar, notation),
        }
    }

    /// A message in the text format.
    fn message(&mut self, at: NodeId, message: Declared<'w>, number: u32) {
        let tree = self.tree;
        for entry in tree.children(at) {
            let name = tree.key_text(entry).unwrap_or_default();
            let field = if let Some(name) = extension_name(name) {
                let linker = &self.linker;
                let symbol = linker.index.resolve(linker.view, self.scope, name, is_extension);
                let extension = symbol.map(|symbol| linker.declared(symbol.address));
                extension.and_then(|extension| self.extending(entry, extension, message))
            } else if name.starts_with('[') {
                // What is packed in an `Any` is not looked into.
                None
            } else {
                self.field(entry, name, message, "field of this option")
            };
            if let Some(field) = field {
                self.assign(entry, field, number, Notation::Text);
            }
        }
    }

    /// An entry of a map, which is a message with two fields.
    fn entry(&mut self, at: NodeId, map: Declared<'w>) {
        let tree = self.tree;
        for part in tree.children(at) {
            let holds = match tree.key_text(part) {
                Some("key") => proto::map_key(map.node).map_or(Holds::Unknown, Holds::Scalar),
                Some("value") => map.map_value(),
                _ => {
                    self.wrong(part, true, "is no field of the entry of a map; `key` and `value` are");
                    continue;
                }
            };
            let number = self.given.message();
            self.value(part, holds, number, Notation::Text);
        }
    }

    /// A field of a message by name; nothing, too, for names that the message keeps free, which are passed over.
    fn field(&mut self, at: NodeId, name: &str, message: Declared<'w>, what: &'static str) -> Option<Declared<'w>> {
        let names = self.linker.names.entry(message.identity());
        if let Some(found) = names.or_insert_with(|| message.names()).get(name) {
            return *found;
        }
        if !message.node.document().tree().has_holes() {
            let similar = self.linker.hints.closest(name, || message.fields());
            self.unknown(at, true, what, name, similar);
        }
        None
    }

    /// An extension, if it extends this message.
    fn extending(&mut self, at: NodeId, extension: Declared<'w>, message: Declared<'w>) -> Option<Declared<'w>> {
        let extendee = extension.extendee()?;
        if proto::full_name(extendee.node) == proto::full_name(message.node) {
            return Some(extension);
        }
        self.wrong(at, true, "extends another message, and cannot stand here");
        None
    }

    fn enumeration(&mut self, at: NodeId, enumeration: Declared<'w>, notation: Notation) {
        let tree = self.tree;
        if notation == Notation::Text && tree.node_type(at) == NodeType::Number {
            return self.scalar(at, Scalar::Int32, notation);
        }
        if tree.node_type(at) == NodeType::Number || !is_word(tree, at) {
            return self.wrong(at, false, "is no name of a value of an enum");
        }
        let name = tree.text(at);
        let values = enumeration.node.get(key::VALUES);
        let named = |value: Node<'w>| Some((value.key_text()?, Some(enumeration.with(value))));
        let known = self.linker.names.entry(enumeration.identity());
        let known = known.or_insert_with(|| values.into_iter().flat_map(Node::children).filter_map(named).collect());
        if !known.contains_key(name) && !enumeration.node.document().tree().has_holes() {
            let names = || values.into_iter().flat_map(Node::children).filter_map(Node::key_text);
            let similar = self.linker.hints.closest(name, names);
            self.unknown(at, false, "value of this enum", name, similar);
        }
    }

    fn scalar(&mut self, at: NodeId, scalar: Scalar, notation: Notation) {
        let tree = self.tree;
        let (node_type, text) = (tree.node_type(at), tree.text(at));
        let in_text = notation == Notation::Text;
        let is_within = |least: i128, most: i128| {
            let number = proto::whole_number(text).filter(|_| node_type == NodeType::Number);
            number.is_some_and(|number| (least..=most).contains(&number))
        };
        let (fits, clause) = match scalar {
            Scalar::Bool => (
                node_type == NodeType::Boolean
                    || in_text && !is_quoted(tree, at) && matches!(text, "True" | "False" | "t" | "f" | "0" | "1"),
                "is no boolean; `true` and `false` are",
            ),
            Scalar::String | Scalar::Bytes => (is_quoted(tree, at), "is no string, which stands in quotes"),
            Scalar::Double | Scalar::Float => (
                node_type == NodeType::Number || is_word(tree, at) && is_without_digits(text),
                "is no number",
            ),
            Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => (
                is_within(i32::MIN.into(), i32::MAX.into()),
                "is no whole number of 32 bits",
            ),
            Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 => (
                is_within(i64::MIN.into(), i64::MAX.into()),
                "is no whole number of 64 bits",
            ),
            Scalar::Uint32 | Scalar::Fixed32 => (
                is_within(0, u32::MAX.into()),
                "is no whole number of 32 bits without a sign",
            ),
            Scalar::Uint64 | Scalar::Fixed64 => (
                is_within(0, u64::MAX.into()),
                "is no whole number of 64 bits without a sign",
            ),
        };
        if !fits {
            self.wrong(at, false, clause);
        }
    }

    /// Says what is wrong with a value, or with what it is given to.
    fn wrong(&mut self, at: NodeId, on_key: bool, clause: &'static str) {
        let tree = self.tree;
        // The element of a list is given to what the list is given to.
        let mut lists = std::iter::successors(Some(at), |node| tree.parent(*node));
        let node = lists.find(|node| !on_key || tree.key(*node).is_some()).unwrap_or(at);
        self.linker.violations.push(Violation {
            node,
            on_key,
            kind: ViolationKind::Stated(clause),
        });
    }

    fn unknown(&mut self, at: NodeId, on_key: bool, what: &'static str, name: &str, similar: Option<&str>) {
        self.linker.links.push(Link {
            class: LinkClass::Option,
            at,
            on_key,
            target: Err(LinkFailure::NoSuchName {
                what,
                name: name.to_owned(),
                similar: similar.map(str::to_owned),
            }),
        });
    }
}

/// The first part of an option's name, and the others.
fn first_step(name: &str) -> (&str, Option<&str>) {
    let start = if name.starts_with('(') {
        name.find(')').unwrap_or(0)
    } else {
        0
    };
    match name[start..].find('.') {
        Some(dot) => (&name[..start + dot], Some(&name[start + dot + 1..])),
        None => (name, None),
    }
}

/// The extension that a field in the text format is; a name with a slash is that of a type that is packed in an `Any`.
fn extension_name(key: &str) -> Option<&str> {
    let name = key.strip_prefix('[')?.strip_suffix(']')?;
    (!name.contains('/')).then_some(name)
}

/// Whether a value is a name without quotes, perhaps with a sign.
fn is_word(tree: &Tree, at: NodeId) -> bool {
    matches!(tree.node_type(at), NodeType::String | NodeType::Boolean) && tree.style(at) == Style::Declaration
}

fn is_quoted(tree: &Tree, at: NodeId) -> bool {
    tree.node_type(at) == NodeType::String && tree.style(at) != Style::Declaration
}

/// Whether a word stands for a number.
fn is_without_digits(word: &str) -> bool {
    let word = word.strip_prefix('-').unwrap_or(word);
    ["inf", "infinity", "nan"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}
