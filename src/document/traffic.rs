//! Which of what is sent and received are events: what travels over a broker, is no request or its answer, and is not
//! marked as a command.
//!
//! It is worked out once for a description, because whether one message is an event depends on all that is on its
//! channel.

use super::events::{Events, Operation, merged};
use super::{Address, Node, Workspace};
use crate::syntax::{NodeType, key};

/// Which channels and operations carry events.
#[derive(Debug)]
pub struct Traffic {
    /// For each channel, whether events travel on it, and nothing else.
    pub channels: Vec<bool>,
    /// For each operation, whether it sends or receives events.
    pub operations: Vec<bool>,
}

/// Protocols without a broker between those who send and those who receive.
const DIRECT: &[&str] = &[
    "http",
    "https",
    "ws",
    "wss",
    "websocket",
    "websockets",
    "sse",
    "graphql",
    "grpc",
];

impl Traffic {
    pub(super) fn of(workspace: &Workspace, events: &Events) -> Self {
        let channels = 0..events.channels.len();
        // The servers of most channels are the same.
        let is_brokered_by_all = is_brokered_by(events, 0..events.servers.len());
        let is_brokered: Vec<bool> = channels
            .clone()
            .map(|channel| match &events.channels[channel].servers {
                servers if servers.len() == events.servers.len() => is_brokered_by_all,
                servers => is_brokered_by(events, servers.iter().copied()),
            })
            .enumerate()
            .map(|(channel, by_servers)| by_servers.unwrap_or_else(|| is_bound_to_broker(workspace, events, channel)))
            .collect();
        let asks: Vec<bool> = events
            .messages
            .iter()
            .map(|message| asks(workspace, &message.layers))
            .collect();
        let any_asks = |messages: &[usize]| messages.iter().any(|message| asks[*message]);
        let asked_on: Vec<bool> = events
            .channels
            .iter()
            .map(|channel| any_asks(&channel.messages))
            .collect();
        let is_request = |operation: &Operation| {
            let by_message = match operation.channel {
                Some(channel) if !operation.names_messages => asked_on[channel],
                _ => any_asks(&operation.messages),
            };
            operation.reply.is_some() || by_message || self::asks(workspace, &operation.layers)
        };
        let is_marked = |layer: &Address| is_command(workspace.node(*layer));
        let operations: Vec<bool> = events
            .operations
            .iter()
            .map(|operation| {
                operation.channel.is_some_and(|channel| is_brokered[channel])
                    && !is_request(operation)
                    && !operation.layers.iter().any(is_marked)
            })
            .collect();
        let carries = |at: usize| {
            let channel = &events.channels[at];
            let node = workspace.node(channel.node);
            let mut on_it = events.positions_on(at).peekable();
            !is_command(node)
                && !is_at_no_place(node, channel.address.as_deref())
                && !events.is_answering(at)
                && on_it.peek().is_some()
                && on_it.all(|operation| operations[operation])
        };
        Self {
            channels: channels.map(carries).collect(),
            operations,
        }
    }
}

/// Whether messages on some servers go through a broker: somebody who is not there may get them later. Nothing where
/// there are no servers.
fn is_brokered_by(events: &Events, servers: impl Iterator<Item = usize>) -> Option<bool> {
    let mut servers = servers.peekable();
    servers.peek()?;
    Some(servers.any(|server| !DIRECT.contains(&events.servers[server].protocol.as_str())))
}

/// Whether the bindings of a channel are those of a broker; it is one where there are none.
fn is_bound_to_broker(workspace: &Workspace, events: &Events, channel: usize) -> bool {
    let bindings = workspace.node(events.channels[channel].node).field(key::BINDINGS);
    let mut bound = bindings
        .into_iter()
        .flat_map(Node::children)
        .filter_map(Node::key_text)
        .peekable();
    bound.peek().is_none() || bound.any(|protocol| !DIRECT.contains(&protocol))
}

/// Whether a node says itself that it is a command and no event.
#[must_use]
pub fn is_command(node: Node<'_>) -> bool {
    node.find("x-kind")
        .is_some_and(|kind| kind.text().eq_ignore_ascii_case("command"))
}

/// Whether somebody waits for an answer: before 3.0 only the binding to AMQP says where that goes
/// (<https://github.com/asyncapi/bindings/tree/master/amqp#operation-binding-object>).
fn asks(workspace: &Workspace, layers: &[Address]) -> bool {
    let bindings = merged(workspace, layers, key::BINDINGS);
    let amqp = bindings.and_then(|bindings| bindings.find("amqp"));
    amqp.is_some_and(|binding| binding.follow().find("replyTo").is_some())
}

/// Whether nobody knows where a channel is before the application runs, and the description says so. Who subscribes to
/// events has to know; such channels carry answers
/// (<https://www.asyncapi.com/docs/reference/specification/v3.0.0#channelObject>).
fn is_at_no_place(channel: Node<'_>, address: Option<&str>) -> bool {
    let Some(address) = address else {
        return channel
            .get(key::ADDRESS)
            .is_some_and(|address| address.node_type() == NodeType::Null);
    };
    let variable = address.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    variable.is_some_and(|name| !name.contains(['{', '}']))
}
