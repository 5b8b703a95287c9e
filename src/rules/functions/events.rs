//! What is sent and received: channels, operations, and how they are bound to a protocol.

use super::{Function, Hit, Options, Refusal, Subject, function, ids_unique};
use crate::document::events::{Action, Channel, Events, Operation, channel_of, is_command, merged, operation_of};
use crate::document::http::variables;
use crate::document::{Kind, Node};
use crate::finding::Location;
use crate::rules::words::words;
use crate::syntax::{NodeType, key};

/// Whether the node is, or carries, events that travel over a broker.
pub(in crate::rules) fn is_event(subject: &Subject<'_, '_>) -> bool {
    let node = subject.node;
    let Some(events) = node.document().events_around() else {
        return false;
    };
    let traffic = events.traffic(subject.workspace());
    let carries = |channel: usize| traffic.channels[channel];
    !is_command(node)
        && match node.kind() {
            Kind::Channel => events.channel(node.address()).is_some_and(carries),
            Kind::Operation => events.operation_at(node.address()).is_some_and(|at| {
                let channel = events.operations[at].channel;
                traffic.operations[at] && channel.is_some_and(carries)
            }),
            Kind::Message => events.message(node.address()).is_some_and(|message| {
                let channels = &events.messages[message].channels;
                !channels.is_empty()
                    && channels.iter().all(|channel| carries(*channel))
                    && events.operations_with(message).next().is_some()
            }),
            _ => false,
        }
}

/// What the application does in the operation that a node is, or with the message or the messages of the channel.
pub(in crate::rules) fn does(subject: &Subject<'_, '_>, action: &str) -> bool {
    let Some(events) = subject.node.document().events_around() else {
        return false;
    };
    let address = subject.node.address();
    let is_it = |operation: &Operation| operation.action.name() == action;
    events.operation(address).is_some_and(is_it)
        || events
            .channel(address)
            .is_some_and(|channel| events.operations_on(channel).any(is_it))
        || events
            .message(address)
            .is_some_and(|message| events.operations_with(message).any(is_it))
}

/// The channel that the given node is, with its description.
fn channel_at<'w>(subject: &Subject<'_, 'w>) -> Option<(&'w Events, usize)> {
    let events = subject.node.document().events_around()?;
    Some((events, events.channel(subject.node.address())?))
}

/// The address of the channel that is looked at, if it says one.
fn address_at<'w>(subject: &Subject<'_, 'w>) -> Option<&'w str> {
    let (events, at) = channel_at(subject)?;
    events.channels[at].address.as_deref()
}

/// Where a channel says its address: in 2.x its key is the address.
fn address_location(node: Node<'_>) -> Location {
    match node.get(key::ADDRESS) {
        Some(address) => Location::value(address.address()),
        None => Location::key(node.address()),
    }
}

/// `event-named`: the address of a channel, or the names of all messages on it, match.
pub(super) fn event_named(options: &Options) -> Result<Function, Refusal> {
    let pattern = options.regex("match")?;
    function(move |subject, hits| {
        let (Some(pattern), Some((events, at))) = (&pattern, channel_at(subject)) else {
            return;
        };
        let channel = &events.channels[at];
        // A topic of Mercure is the URI of a thing (<https://mercure.rocks/spec#subscription>).
        let Some(address) = channel.address.as_deref().filter(|address| !address.contains("://")) else {
            return;
        };
        let messages: Vec<&str> = channel
            .messages
            .iter()
            .map(|at| events.messages[*at].name.as_str())
            .collect();
        let are_named = !messages.is_empty() && messages.iter().all(|name| pattern.is_match(name));
        if !pattern.is_match(address) && !are_named {
            hits.push(Hit::new(address_location(subject.node)).with("address", address));
        }
    })
}

/// Verbs whose past tense ends in something else than `ed`.
const IRREGULAR: &[(&str, &str)] = &[
    ("get", "got"),
    ("put", "put"),
    ("read", "read"),
    ("run", "run"),
    ("send", "sent"),
    ("set", "set"),
    ("submit", "submitted"),
    ("unset", "unset"),
    ("write", "written"),
    ("find", "found"),
    ("show", "shown"),
];

fn past_of(verb: &str) -> String {
    if let Some((_, past)) = IRREGULAR.iter().find(|(known, _)| *known == verb) {
        return (*past).to_owned();
    }
    match verb.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ied"),
        _ if verb.ends_with('e') => format!("{verb}d"),
        _ => format!("{verb}ed"),
    }
}

/// `past-tense`: a name says what has happened, and not what is to be done.
pub(super) fn past_tense(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(events) = subject.node.document().events_around() else {
            return;
        };
        let address = subject.node.address();
        let (name, location) = match subject.node.kind() {
            Kind::Channel => match channel_at(subject).map(|(_, at)| &events.channels[at].address) {
                Some(Some(name)) => (name.as_str(), address_location(subject.node)),
                _ => return,
            },
            _ => match events.message(address).map(|at| &events.messages[at]) {
                // Without a name of its own it has that of its channel, where this is told.
                Some(message)
                    if message
                        .channels
                        .iter()
                        .any(|at| events.channels[*at].label() == message.name) =>
                {
                    return;
                }
                Some(message) => (message.name.as_str(), Location::key(address)),
                None => return,
            },
        };
        if let Some(verb) = command_in(subject, name) {
            hits.push(
                Hit::new(location)
                    .with("text", name)
                    .with("verb", verb.clone())
                    .with("suggestion", past_of(&verb)),
            );
        }
    })
}

/// Words at the end of a name that say what sort of thing it is the name of.
const SORTS: &[&str] = &["event", "events", "message", "messages", "topic", "queue", "channel"];

/// The verb of a name that is a command: it stands in front of what it is done to, or alone at the end.
fn command_in(subject: &Subject<'_, '_>, name: &str) -> Option<String> {
    let is_version = |word: &String| {
        let digits = word.strip_prefix('v').unwrap_or(word);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    // Parameters are no words, and the last part says what happens.
    let parts: Vec<Vec<String>> = name
        .split(['.', '/', ':'])
        .filter(|part| !part.contains('{'))
        .map(words)
        .filter(|part| !part.is_empty() && !part.iter().all(is_version))
        .collect();
    let last = parts.last()?;
    let mut last: Vec<String> = last.iter().filter(|word| !is_version(word)).cloned().collect();
    while last.len() > 1 && last.last().is_some_and(|word| SORTS.contains(&word.as_str())) {
        last.pop();
    }
    let dictionary = &subject.run.dictionary;
    let verb = match last.as_slice() {
        // `order.create`: a part of its own.
        [_] if parts.len() > 1 => dictionary.verb(&last)?,
        [_] => return None,
        // `CreateOrder`: the verb is in front. What ends in a participle is a fact, whatever it starts with.
        [.., end] if end.ends_with("ed") || IRREGULAR.iter().any(|(_, past)| past == end) => return None,
        _ => dictionary.verb(&last)?,
    };
    Some(verb.to_owned())
}

/// `binding-has`: where messages travel over a protocol, its binding says one of these.
pub(super) fn binding_has(options: &Options) -> Result<Function, Refusal> {
    let protocols = options.texts("protocols");
    let fields: Vec<Vec<String>> = options
        .texts("fields")
        .iter()
        .map(|field| field.split('/').map(str::to_owned).collect())
        .collect();
    let about = options.text("about");
    function(move |subject, hits| {
        let Some(events) = subject.node.document().events_around() else {
            return;
        };
        let address = subject.node.address();
        let message = events.message(address);
        let layers = match message {
            Some(at) => events.messages[at].layers.clone(),
            None => vec![address],
        };
        let channels: Vec<usize> = match message {
            Some(at) => events.messages[at].channels.clone(),
            None => events.channel(address).into_iter().collect(),
        };
        let of_protocol = |bindings: Node<'_>| {
            let bindings = bindings.follow();
            protocols.iter().any(|protocol| bindings.find(protocol).is_some())
        };
        let travels = channels.iter().any(|channel| {
            let node = subject.at(events.channels[*channel].node);
            node.get(key::BINDINGS).is_some_and(of_protocol)
                || events.protocols_of(*channel).any(|own| {
                    let family = own.split('-').next().unwrap_or_default();
                    protocols.iter().any(|protocol| protocol == own || protocol == family)
                })
        });
        let bindings = merged(subject.workspace(), &layers, key::BINDINGS);
        if !travels && !bindings.is_some_and(of_protocol) || bindings.is_some_and(Node::is_unknown) {
            return;
        }
        let binding = bindings.and_then(|bindings| protocols.iter().find_map(|protocol| bindings.find(protocol)));
        let says = |field: &Vec<String>| {
            binding.is_some_and(|binding| {
                let found = field.iter().try_fold(binding, |node, step| node.find(step));
                found.is_some_and(|found| found.node_type() != NodeType::Null)
            })
        };
        if !fields.iter().any(says) {
            let wanted = fields
                .iter()
                .map(|field| format!("`{}`", field.join("/")))
                .collect::<Vec<_>>();
            hits.push(
                Hit::new(match binding {
                    Some(binding) => Location::key(binding.address()),
                    None => Location::key(address),
                })
                .with("protocol", protocols.first().cloned().unwrap_or_default())
                .with("about", about.clone().unwrap_or_default())
                .with("wanted", wanted.join(" or ")),
            );
        }
    })
}

/// `dead-lettered`: a channel that is received from says where messages go that cannot be processed, and that place
/// exists.
pub(super) fn dead_lettered(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some((events, operation)) = operation_of(subject.node) else {
            return;
        };
        if operation.action != Action::Receive {
            return;
        }
        let channel = operation.channel.map(|at| &events.channels[at]);
        let holders = operation.layers.iter().copied();
        let holders: Vec<Node<'_>> = holders
            .chain(channel.map(|channel| channel.node))
            .map(|holder| subject.at(holder))
            .collect();
        let extensions = ["x-dead-letter", "x-dead-letter-queue", "x-dead-letter-channel", "x-dlq"];
        let named = holders
            .iter()
            .find_map(|holder| extensions.iter().find_map(|name| holder.find(name)));
        match named {
            Some(named) => {
                if let Some(name) = named.string()
                    && !is_channel(events, name)
                {
                    hits.push(Hit::value(named).with(
                        "problem",
                        format!("names the dead-letter channel `{name}`, which is none of the channels"),
                    ));
                }
            }
            None if is_dead_letter(channel) || holders.iter().any(|holder| binds_dead_letters(*holder)) => {}
            None => hits.push(
                Hit::key(subject.node).with("problem", "does not say where messages go that cannot be processed"),
            ),
        }
    })
}

fn is_channel(events: &Events, name: &str) -> bool {
    let mut channels = events.channels.iter();
    channels.any(|channel| channel.name == name || channel.address.as_deref() == Some(name))
}

/// Whether a channel is itself where failed messages go.
fn is_dead_letter(channel: Option<&Channel>) -> bool {
    channel.is_some_and(|channel| {
        let words = words(channel.label());
        let pairs = words
            .windows(2)
            .any(|pair| pair[0] == "dead" && pair[1].starts_with("letter"));
        pairs
            || words
                .iter()
                .any(|word| matches!(word.as_str(), "dlq" | "dlt" | "deadletter" | "dlx"))
    })
}

/// Whether bindings name a queue for dead letters, wherever the protocol has it.
fn binds_dead_letters(holder: Node<'_>) -> bool {
    const DEPTH: u32 = 6;
    fn stands_in(node: Node<'_>, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        node.follow().children().any(|child| {
            let is_one = child.key_text().is_some_and(|name| {
                let name: String = name.chars().filter(char::is_ascii_alphabetic).collect();
                let name = name.to_ascii_lowercase();
                name.contains("deadletter") || name == "dmqeligible"
            });
            is_one || stands_in(child, depth)
        })
    }
    holder
        .get(key::BINDINGS)
        .is_some_and(|bindings| stands_in(bindings, DEPTH))
}

/// `address-parameters`: the parameters in a channel's address are declared, and no others are.
pub(super) fn address_parameters(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(address) = address_at(subject) else {
            return;
        };
        let node = subject.node;
        let declared = node.get(key::PARAMETERS);
        for name in variables(address).filter(|name| !name.is_empty()) {
            let is_declared = declared.is_some_and(|declared| declared.find(name).is_some() || declared.is_unknown());
            if !is_declared && !node.has_hole() {
                let problem = format!("parameter `{name}` of the address is not declared");
                hits.push(Hit::new(address_location(node)).with("problem", problem));
            }
        }
        for parameter in declared.into_iter().flat_map(Node::children) {
            let name = parameter.key_text().unwrap_or_default();
            if !variables(address).any(|used| used == name) && !name.starts_with("x-") {
                let problem = format!("parameter `{name}` does not stand in the address");
                hits.push(Hit::key(parameter).with("problem", problem));
            }
        }
    })
}

/// `address-sound`: the address of a channel has no empty parameter, no query and no fragment.
pub(super) fn address_sound(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(address) = address_at(subject) else {
            return;
        };
        let problem = if address.contains("{}") {
            "has a parameter without a name"
        } else if address.contains('?') {
            "has a query, which is no part of an address"
        } else if address.contains('#') && !has_wildcard(address) {
            "has a fragment, which is no part of an address"
        } else {
            return;
        };
        hits.push(
            Hit::new(address_location(subject.node))
                .with("template", address)
                .with("problem", problem),
        );
    })
}

/// In MQTT and AMQP, `#` between separators stands for any words
/// (<https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901244>).
fn has_wildcard(address: &str) -> bool {
    address.split(['/', '.']).any(|part| part == "#")
}

/// `messages-of-channel`: the messages that an operation or a reply names are messages of its channel.
pub(super) fn messages_of_channel(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let node = subject.node;
        let Some(channel) = node.get(key::CHANNEL).filter(|channel| channel.target().is_some()) else {
            return;
        };
        let channel = channel.follow();
        let Some(own) = channel.get(key::MESSAGES) else {
            // A channel without messages says nothing of what travels on it.
            return;
        };
        for message in node.get(key::MESSAGES).into_iter().flat_map(Node::children) {
            let Some(target) = message.target() else { continue };
            if target.parent() != Some(own) {
                let link = message.get(key::REF).unwrap_or(message);
                hits.push(
                    Hit::value(link)
                        .with("target", link.text())
                        .related("the messages of the channel", Location::key(own.address())),
                );
            }
        }
    })
}

/// `event-ids-unique`: no two operations have the same id, and no two messages.
pub(super) fn event_ids_unique(options: &Options) -> Result<Function, Refusal> {
    let of = options.text("of").unwrap_or_default();
    function(move |subject, hits| {
        let Some(events) = subject.node.document().events() else {
            return;
        };
        if of == "message" {
            let messages = events.messages.iter().map(|message| message.node);
            ids_unique(subject, messages, key::MESSAGE_ID, hits);
        } else {
            let operations = events.operations.iter().map(|operation| operation.node);
            ids_unique(subject, operations, key::OPERATION_ID, hits);
        }
    })
}

/// `server-secured`: a server asks who connects, or all operations on it do.
pub(super) fn server_secured(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let node = subject.node;
        let asks = |node: Node<'_>| {
            node.get(key::SECURITY)
                .is_some_and(|list| list.children().next().is_some() || list.is_unknown())
        };
        let url = node
            .get(key::HOST)
            .or_else(|| node.get(key::URL))
            .map_or("", Node::text);
        if asks(node) || super::security::is_local(url) || node.has_hole() {
            return;
        }
        let Some(events) = node.document().events_around() else {
            return;
        };
        let Some(at) = events.servers.iter().position(|server| server.node == node.address()) else {
            return;
        };
        let mut operations = events
            .operations
            .iter()
            .filter(|operation| {
                let channel = operation.channel.map(|channel| &events.channels[channel]);
                channel.is_some_and(|channel| channel.servers.contains(&at))
            })
            .peekable();
        let all_ask = operations.peek().is_some()
            && operations.all(|operation| operation.layers.iter().any(|layer| asks(subject.at(*layer))));
        if !all_ask {
            hits.push(Hit::key(node));
        }
    })
}

/// What the channel that a node stands in is called.
pub(super) fn channel_label(node: Node<'_>) -> Option<String> {
    channel_of(node).map(|channel| channel.label().to_owned())
}

/// The operation that holds a node, as people call it.
pub(super) fn operation_label(node: Node<'_>) -> Option<String> {
    operation_of(node).map(|(events, operation)| events.label(operation))
}
