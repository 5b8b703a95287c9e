//! From AsyncAPI's objects to what the application sends and receives.
//!
//! Until 2.6 a channel says what *others* do with it: who publishes to a channel under `publish` sends what the
//! application receives, and who subscribes under `subscribe` receives what it sends
//! (<https://www.asyncapi.com/docs/reference/specification/v2.6.0#channelItemObject>). Since 3.0 operations say what
//! the application itself does.

use super::payload;
use super::values::V2;
use crate::document::events::{Action, Channel, Events, Message, Operation, Reply, Server, merged};
use crate::document::{Address, DocumentId, Kind, Node, Workspace};
use crate::syntax::{NodeId, key};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Reads a description, and the messages of the files that are its parts.
pub(super) fn events(workspace: &Workspace, documents: &[DocumentId]) -> Events {
    let Some(description) = documents.first() else {
        return Events::default();
    };
    let root = workspace.root(*description);
    let is_2 = root
        .document()
        .grammar()
        .is_some_and(|grammar| V2.has(grammar.version()));
    let mut reader = Reader {
        events: Events::default(),
        root,
        is_2,
        servers: FxHashMap::default(),
        all_servers: Arc::default(),
        all_of: FxHashMap::default(),
        travelling: FxHashSet::default(),
    };
    reader.servers();
    for document in documents {
        reader.messages(workspace, *document);
    }
    reader.channels();
    if !is_2 {
        let operations = root.get(key::OPERATIONS).into_iter().flat_map(Node::children);
        for site in operations {
            reader.operation_of_3(site);
        }
    }
    reader.events
}

struct Reader<'w> {
    events: Events,
    root: Node<'w>,
    is_2: bool,
    /// The positions of the servers, by their names and their nodes.
    servers: FxHashMap<ServerName<'w>, usize>,
    all_servers: Arc<[usize]>,
    /// The messages of channels, as all operations have them that name none.
    all_of: FxHashMap<usize, Arc<[usize]>>,
    /// Which messages are known to travel on which channels.
    travelling: FxHashSet<(usize, usize)>,
}

/// How channels name a server: until 2.6 by its name, since 3.0 by a reference.
#[derive(PartialEq, Eq, Hash)]
enum ServerName<'w> {
    Text(&'w str),
    Reference(Address),
}

impl<'w> Reader<'w> {
    fn servers(&mut self) {
        for site in self.root.get(key::SERVERS).into_iter().flat_map(Node::children) {
            let node = site.follow();
            let name = site.key_text().unwrap_or_default();
            let position = self.events.servers.len();
            self.servers.insert(ServerName::Text(name), position);
            for named in [site.address(), node.address()] {
                self.servers.entry(ServerName::Reference(named)).or_insert(position);
            }
            self.events.servers.push(Server {
                name: name.to_owned(),
                node: node.address(),
                protocol: node.string_at(key::PROTOCOL).unwrap_or_default().to_ascii_lowercase(),
            });
        }
        self.all_servers = (0..self.events.servers.len()).collect();
    }

    /// All messages of a document, wherever they stand.
    fn messages(&mut self, workspace: &'w Workspace, document: DocumentId) {
        for (index, kind) in workspace.document(document).kinds().iter().enumerate() {
            if *kind == Kind::Message {
                let node = workspace.node(Address {
                    document,
                    node: NodeId::from_index(index),
                });
                // A list of alternatives is no message.
                if node.get(key::ONE_OF).is_none() {
                    self.message(node);
                }
            }
        }
    }

    fn message(&mut self, node: Node<'w>) {
        let workspace = node.workspace();
        let layers = self.layers(node);
        let find = |key| merged(workspace, &layers, key);
        let is_named = |name: &&str| !matches!(*name, "message");
        let name = find(key::NAME)
            .and_then(Node::string)
            .or_else(|| node.key_text().filter(is_named))
            .or_else(|| find(key::MESSAGE_ID).and_then(Node::string))
            .unwrap_or_default();
        let payload = find(key::PAYLOAD).map(|payload| {
            let (schema, format) = payload::schema(payload);
            (schema.address(), format)
        });
        let headers = layers
            .iter()
            .filter_map(|layer| workspace.node(*layer).field(key::HEADERS))
            .map(|headers| payload::schema(headers).0.address())
            .collect();
        let content_type = find(key::CONTENT_TYPE)
            .or_else(|| self.root.get(key::DEFAULT_CONTENT_TYPE))
            .and_then(Node::string);
        self.events.add_message(Message {
            name: name.to_owned(),
            node: node.address(),
            payload,
            headers,
            content_type: content_type.map(str::to_owned),
            channels: Vec::new(),
            layers,
        });
    }

    /// A message or operation with its traits, what counts most first. Of traits, later ones count more. Until 2.6 they
    /// are merged into what has them, and replace what it says; since 3.0 that stands above them
    /// (<https://www.asyncapi.com/docs/reference/specification/v3.0.0#traits-merge-mechanism>).
    fn layers(&self, node: Node<'w>) -> Vec<Address> {
        let traits = node.get(key::TRAITS).into_iter().flat_map(Node::children);
        let mut layers: Vec<Address> = traits.map(|layer| layer.follow().address()).collect();
        layers.reverse();
        let own = if self.is_2 { layers.len() } else { 0 };
        layers.insert(own, node.address());
        layers
    }

    fn channels(&mut self) {
        for site in self.root.get(key::CHANNELS).into_iter().flat_map(Node::children) {
            let name = site.key_text().unwrap_or_default();
            if name.starts_with("x-") && !site.is_map() {
                continue;
            }
            // In 2.x, what stands beside the `$ref` of a channel is undefined; what is there is taken.
            let node = match site.target() {
                Some(target) if self.is_2 && site.children().count() == 1 => target.follow(),
                _ => site.follow(),
            };
            if node.kind() != Kind::Channel {
                continue;
            }
            let address = if self.is_2 {
                Some(name)
            } else {
                node.string_at(key::ADDRESS)
            };
            let channel = self.events.add_channel(Channel {
                name: name.to_owned(),
                address: address.map(str::to_owned),
                site: site.address(),
                node: node.address(),
                servers: self.servers_of(node),
                messages: Vec::new(),
            });
            if self.is_2 {
                for (field, action) in [(key::PUBLISH, Action::Receive), (key::SUBSCRIBE, Action::Send)] {
                    if let Some(operation) = node.get(field).filter(|node| node.kind() == Kind::Operation) {
                        self.operation_of_2(operation, action, channel);
                    }
                }
            } else {
                let messages = node.get(key::MESSAGES).into_iter().flat_map(Node::children);
                let messages = messages.filter_map(|message| self.events.message(message.follow().address()));
                let messages: Vec<usize> = messages.collect();
                self.travel(&messages, channel);
            }
        }
    }

    fn servers_of(&self, channel: Node<'w>) -> Arc<[usize]> {
        let Some(list) = channel
            .get(key::SERVERS)
            .filter(|list| list.children().next().is_some())
        else {
            return Arc::clone(&self.all_servers);
        };
        let named = list.children().filter_map(|named| {
            let name = match named.string() {
                Some(name) => ServerName::Text(name),
                None => ServerName::Reference(named.target()?.address()),
            };
            self.servers.get(&name).copied()
        });
        let servers: BTreeSet<usize> = named.collect();
        servers.into_iter().collect()
    }

    /// Notes that messages travel on a channel.
    fn travel(&mut self, messages: &[usize], channel: usize) {
        for &message in messages {
            if self.travelling.insert((channel, message)) {
                self.events.channels[channel].messages.push(message);
                let label = self.events.channels[channel].label().to_owned();
                let message = &mut self.events.messages[message];
                message.channels.push(channel);
                // Who has no name is called by where it travels.
                if message.name.is_empty() {
                    message.name = label;
                }
            }
        }
    }

    fn operation_of_2(&mut self, node: Node<'w>, action: Action, channel: usize) {
        let mut messages = Vec::new();
        if let Some(message) = node.field(key::MESSAGE) {
            self.alternatives(message, &mut messages, 0);
        }
        let messages: Arc<[usize]> = messages.into();
        self.travel(&messages, channel);
        let layers = self.layers(node);
        let id = merged(node.workspace(), &layers, key::OPERATION_ID).and_then(Node::string);
        self.events.add_operation(Operation {
            node: node.address(),
            id: id.map(str::to_owned),
            action,
            channel: Some(channel),
            messages,
            names_messages: true,
            layers,
            reply: None,
        });
    }

    /// The messages that one stands for: itself, or those of its list.
    fn alternatives(&self, message: Node<'w>, found: &mut Vec<usize>, depth: u32) {
        const DEPTH: u32 = 8;
        match message.get(key::ONE_OF) {
            None => found.extend(self.events.message(message.address())),
            Some(list) if depth < DEPTH => {
                for message in list.children() {
                    self.alternatives(message.follow(), found, depth + 1);
                }
            }
            Some(_) => {}
        }
    }

    fn operation_of_3(&mut self, site: Node<'w>) {
        let node = site.follow();
        let action = match node.string_at(key::ACTION) {
            Some("send") => Action::Send,
            Some("receive") => Action::Receive,
            _ => return,
        };
        let channel = self.channel_of(node);
        let messages = self.messages_of(node, channel);
        let reply = node.field(key::REPLY).map(|reply| {
            let channel = self.channel_of(reply);
            Reply {
                node: reply.address(),
                messages: self.messages_of(reply, channel),
                names_messages: reply.get(key::MESSAGES).is_some(),
                channel,
            }
        });
        self.events.add_operation(Operation {
            node: node.address(),
            id: site.key_text().map(str::to_owned),
            action,
            channel,
            messages,
            names_messages: node.get(key::MESSAGES).is_some(),
            layers: self.layers(node),
            reply,
        });
    }

    fn channel_of(&self, holder: Node<'w>) -> Option<usize> {
        let reference = holder.get(key::CHANNEL)?;
        let target = reference.target()?;
        self.events
            .channel(target.address())
            .or_else(|| self.events.channel(reference.follow().address()))
    }

    /// The messages that an operation or a reply names, or all of its channel.
    fn messages_of(&mut self, holder: Node<'w>, channel: Option<usize>) -> Arc<[usize]> {
        match holder.get(key::MESSAGES) {
            Some(list) => list
                .children()
                .filter_map(|message| self.events.message(message.follow().address()))
                .collect(),
            None => channel.map_or_else(Arc::default, |channel| {
                let messages = &self.events.channels[channel].messages;
                let shared = self.all_of.entry(channel);
                Arc::clone(shared.or_insert_with(|| messages.as_slice().into()))
            }),
        }
    }
}
