//! What an event-driven API does, whatever version describes it: channels, what is sent and received on them, and
//! messages with everything that their traits add.
//!
//! A format fills this in once a document; rules and comparisons read it. It is told from the side of the application
//! that the description is of.

pub use super::traffic::{Traffic, is_command};
use super::{Address, Direction, Node, Workspace};
use crate::syntax::Key;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, OnceLock};

/// The channels, operations and messages of one description.
#[derive(Debug, Default)]
pub struct Events {
    /// The servers, in the order of the document.
    pub servers: Vec<Server>,
    /// The channels, in the order of the document.
    pub channels: Vec<Channel>,
    /// The operations, in the order of the document.
    pub operations: Vec<Operation>,
    /// All messages, those that nothing uses included.
    pub messages: Vec<Message>,
    channel_of: FxHashMap<Address, usize>,
    operation_of: FxHashMap<Address, usize>,
    message_of: FxHashMap<Address, usize>,
    headers: FxHashSet<Address>,
    /// For each channel, the positions of the operations on it.
    on_channel: FxHashMap<usize, Vec<usize>>,
    /// For each message, the positions of the operations that name it, or whose reply does.
    with_message: FxHashMap<usize, Vec<usize>>,
    /// For each channel, the positions of the operations that take all of its messages, or are answered by them.
    with_all_of: FxHashMap<usize, Vec<usize>>,
    /// The channels on which answers travel.
    answering: FxHashSet<usize>,
    traffic: OnceLock<Traffic>,
}

/// Where channels are served.
#[derive(Debug)]
pub struct Server {
    /// Its name.
    pub name: String,
    /// The server object.
    pub node: Address,
    /// The protocol, in small letters.
    pub protocol: String,
}

/// Where messages travel.
#[derive(Debug)]
pub struct Channel {
    /// What it is called in the description.
    pub name: String,
    /// What it is called by the broker, with parameters as `{name}`; nothing where that is known only when the
    /// application runs.
    pub address: Option<String>,
    /// What stands under the name: the channel, or a reference to it.
    pub site: Address,
    /// The channel object.
    pub node: Address,
    /// The positions of the servers that it is on; all of them where the channel says nothing.
    pub servers: Arc<[usize]>,
    /// The positions of its messages.
    pub messages: Vec<usize>,
}

/// What an application does with messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// It sends them.
    Send,
    /// It receives them.
    Receive,
}

impl Action {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Receive => "receive",
        }
    }

    /// Which way the messages travel: what the application sends is what it answers with, as far as those are
    /// concerned who depend on it.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::Send => Direction::Response,
            Self::Receive => Direction::Request,
        }
    }
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// The operation object.
    pub node: Address,
    /// Its id: the key since 3.0, the `operationId` before.
    pub id: Option<String>,
    /// What the application does.
    pub action: Action,
    /// The position of its channel, if that is known.
    pub channel: Option<usize>,
    /// The positions of its messages: those that it names, else all of its channel.
    pub messages: Arc<[usize]>,
    /// Whether it names them.
    pub names_messages: bool,
    /// The operation and its traits, what counts most first.
    pub layers: Vec<Address>,
    /// What answers it.
    pub reply: Option<Reply>,
}

/// What answers the messages of an operation.
#[derive(Debug)]
pub struct Reply {
    /// The reply object.
    pub node: Address,
    /// The position of the channel on which the answer travels, if that is known.
    pub channel: Option<usize>,
    /// The positions of the messages that answer: those that it names, else all of its channel.
    pub messages: Arc<[usize]>,
    /// Whether it names them.
    pub names_messages: bool,
}

/// In what a payload is described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SchemaFormat {
    /// A JSON Schema of some dialect.
    JsonSchema,
    /// Avro.
    Avro,
    /// Protobuf.
    Protobuf,
    /// Something that is not read.
    Unknown,
}

impl SchemaFormat {
    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::JsonSchema => "JSON Schema",
            Self::Avro => "Avro",
            Self::Protobuf => "Protobuf",
            Self::Unknown => "unknown",
        }
    }

    /// Whether schemas that are written so are read.
    #[must_use]
    pub fn is_read(self) -> bool {
        self != Self::Unknown
    }
}

/// A message with what its traits add.
#[derive(Debug)]
pub struct Message {
    /// Its name, or what it is called where it stands.
    pub name: String,
    /// The message object.
    pub node: Address,
    /// The message and its traits, what counts most first.
    pub layers: Vec<Address>,
    /// The schema of its payload, and in what that is written.
    pub payload: Option<(Address, SchemaFormat)>,
    /// The schemas of its headers: those of the message and of its traits hold together.
    pub headers: Vec<Address>,
    /// The media type of its payload, its own or that of all messages.
    pub content_type: Option<String>,
    /// The positions of the channels that it travels on.
    pub channels: Vec<usize>,
}

impl Events {
    /// Adds a channel; gives its position.
    pub fn add_channel(&mut self, channel: Channel) -> usize {
        let position = self.channels.len();
        self.channel_of.entry(channel.node).or_insert(position);
        self.channel_of.entry(channel.site).or_insert(position);
        self.channels.push(channel);
        position
    }

    /// Adds an operation.
    pub fn add_operation(&mut self, operation: Operation) {
        let position = self.operations.len();
        self.operation_of.entry(operation.node).or_insert(position);
        if let Some(channel) = operation.channel {
            self.on_channel.entry(channel).or_default().push(position);
        }
        self.answering
            .extend(operation.reply.as_ref().and_then(|reply| reply.channel));
        let named = operation.names_messages.then_some(&operation.messages);
        let reply = operation.reply.as_ref();
        let answers = reply.filter(|reply| reply.names_messages).map(|reply| &reply.messages);
        for message in named.into_iter().chain(answers).flat_map(|messages| &**messages) {
            self.with_message.entry(*message).or_default().push(position);
        }
        let all_of = operation.channel.filter(|_| !operation.names_messages);
        let answered = reply
            .filter(|reply| !reply.names_messages)
            .and_then(|reply| reply.channel);
        for channel in all_of.into_iter().chain(answered) {
            self.with_all_of.entry(channel).or_default().push(position);
        }
        self.operations.push(operation);
    }

    /// Adds a message; gives its position.
    pub fn add_message(&mut self, message: Message) -> usize {
        let position = self.messages.len();
        self.message_of.entry(message.node).or_insert(position);
        self.headers.extend(&message.headers);
        self.messages.push(message);
        position
    }

    /// The channel that a node is, or refers to from among the channels.
    #[must_use]
    pub fn channel(&self, node: Address) -> Option<usize> {
        self.channel_of.get(&node).copied()
    }

    /// The operation that a node is.
    #[must_use]
    pub fn operation(&self, node: Address) -> Option<&Operation> {
        self.operation_of.get(&node).map(|position| &self.operations[*position])
    }

    /// The position of the operation that a node is.
    #[must_use]
    pub fn operation_at(&self, node: Address) -> Option<usize> {
        self.operation_of.get(&node).copied()
    }

    /// The position of the message that a node is.
    #[must_use]
    pub fn message(&self, node: Address) -> Option<usize> {
        self.message_of.get(&node).copied()
    }

    /// Whether a schema is that of the headers of a message.
    #[must_use]
    pub fn describes_headers(&self, schema: Address) -> bool {
        self.headers.contains(&schema)
    }

    /// The operations that send or receive a message, or are answered by it.
    pub fn operations_with(&self, message: usize) -> impl Iterator<Item = &Operation> {
        let channels = self.messages[message].channels.iter();
        let by_channel = channels.filter_map(|channel| self.with_all_of.get(channel));
        let positions = self.with_message.get(&message).into_iter().chain(by_channel);
        positions.flatten().map(|position| &self.operations[*position])
    }

    /// The positions of the operations on a channel.
    pub fn positions_on(&self, channel: usize) -> impl Iterator<Item = usize> {
        self.on_channel.get(&channel).into_iter().flatten().copied()
    }

    /// The operations on a channel.
    pub fn operations_on(&self, channel: usize) -> impl Iterator<Item = &Operation> {
        self.positions_on(channel).map(|position| &self.operations[position])
    }

    /// Which of all this are events.
    pub fn traffic(&self, workspace: &Workspace) -> &Traffic {
        self.traffic.get_or_init(|| Traffic::of(workspace, self))
    }

    /// Whether answers travel on a channel.
    #[must_use]
    pub fn is_answering(&self, channel: usize) -> bool {
        self.answering.contains(&channel)
    }

    /// The protocols of the servers that a channel is on.
    pub fn protocols_of(&self, channel: usize) -> impl Iterator<Item = &str> {
        let servers = self.channels.get(channel).map_or(&[][..], |channel| &channel.servers);
        servers
            .iter()
            .filter_map(|server| self.servers.get(*server))
            .map(|server| server.protocol.as_str())
    }

    /// An operation as people call it: `send order.created`.
    #[must_use]
    pub fn label(&self, operation: &Operation) -> String {
        let channel = operation.channel.and_then(|channel| self.channels.get(channel));
        let channel = channel.map(Channel::label).unwrap_or_default();
        format!("{} {channel}", operation.action.name()).trim_end().to_owned()
    }
}

impl Channel {
    /// The channel as people call it: by its address, or else its name.
    #[must_use]
    pub fn label(&self) -> &str {
        self.address.as_deref().unwrap_or(&self.name)
    }
}

/// What stands under a key in the first of these layers that has it.
#[must_use]
pub fn merged<'w>(workspace: &'w Workspace, layers: &[Address], key: Key) -> Option<Node<'w>> {
    layers
        .iter()
        .find_map(|layer| workspace.node(*layer).get(key))
        .map(Node::follow)
}

/// The operation that holds a node, or is it, with its description.
#[must_use]
pub fn operation_of<'w>(node: Node<'w>) -> Option<(&'w Events, &'w Operation)> {
    let events = node.document().events_around()?;
    std::iter::once(node)
        .chain(node.ancestors())
        .find_map(|holder| events.operation(holder.address()))
        .map(|operation| (events, operation))
}

/// The channel that holds a node, or is it.
#[must_use]
pub fn channel_of<'w>(node: Node<'w>) -> Option<&'w Channel> {
    let events = node.document().events_around()?;
    std::iter::once(node)
        .chain(node.ancestors())
        .find_map(|holder| events.channel(holder.address()))
        .map(|channel| &events.channels[channel])
}
