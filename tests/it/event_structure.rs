//! Versions of AsyncAPI descriptions: which server, channel, operation and message of the old version is which of the
//! new one, and what of them is told.

use crate::versions::{self, Pair};
use stipula::finding::Severity::{self, Error, Info, Warning};

/// Rules with how grave they call what they judge.
type Told = Vec<(&'static str, Severity)>;

/// What is told of a pair, but for the version of the description.
fn told(old: &str, new: &str) -> Told {
    let findings = Pair::of_texts(old, new).findings();
    let told = findings.iter().map(|finding| {
        let breaking = finding.breaking.as_ref().unwrap();
        (versions::rule(finding), breaking.severity)
    });
    told.filter(|(rule, _)| !matches!(*rule, "version-not-bumped" | "spec-dialect-changed"))
        .collect()
}

/// A description of 3.0 with these parts.
fn of_3(parts: &str) -> String {
    format!("asyncapi: 3.0.0\ninfo: {{ title: Orders, version: 1.0.0 }}\n{parts}")
}

fn of_2(parts: &str) -> String {
    format!("asyncapi: 2.6.0\ninfo: {{ title: Orders, version: 1.0.0 }}\n{parts}")
}

#[test]
fn servers_are_known_by_where_they_are() {
    let server = |server: &str| of_3(&format!("servers:\n  main: {server}\nchannels: {{}}\n"));
    let base = server("{ host: 'tcp://broker:61616', protocol: jms }");
    let old = of_2("servers:\n  main: { url: 'broker:61616', protocol: jms }\nchannels: {}\n");
    assert_eq!(told(&old, &base), []);
    for (edited, expected) in [
        ("{ host: 'broker:61616/', protocol: JMS }", vec![]),
        ("{ host: broker, pathname: ':61616', protocol: jms }", vec![]),
        (
            "{ host: 'ssl://broker:61616', protocol: jms }",
            vec![("server-endpoint-changed", Error)],
        ),
        (
            "{ host: 'tcp://other:61616', protocol: jms }",
            vec![("server-endpoint-changed", Error)],
        ),
        (
            "{ host: 'tcp://broker:61616', protocol: amqp }",
            vec![("server-endpoint-changed", Error)],
        ),
        (
            "{ host: 'tcp://broker:61616', protocol: jms, protocolVersion: '2.0' }",
            vec![("server-protocol-version-changed", Info)],
        ),
    ] {
        assert_eq!(told(&base, &server(edited)), expected, "{edited}");
    }
}

#[test]
fn variables_of_servers_are_known_by_their_places() {
    let server = |host: &str, variables: &str| {
        of_3(&format!(
            "servers:\n  main: {{ host: '{host}', protocol: mqtt, variables: {{ {variables} }} }}\nchannels: {{}}\n"
        ))
    };
    let base = server("{stage}.example.com", "stage: { enum: [live, test], default: live }");
    for (host, variables, expected) in [
        (
            "{env}.example.com",
            "env: { enum: [test, live], default: live }",
            vec![],
        ),
        (
            "{env}.example.com",
            "env: { enum: [live], default: live }",
            vec![("server-variable-enum-narrowed", Warning)],
        ),
        (
            "{stage}.example.com",
            "stage: { enum: [live, test], default: test }",
            vec![("server-variable-default-changed", Warning)],
        ),
        (
            "{stage}.example.com",
            "stage: { enum: [live, test, demo], default: live }",
            vec![("server-variable-changed", Info)],
        ),
        ("live.example.com", "", {
            vec![
                ("server-variable-default-changed", Warning),
                ("server-endpoint-changed", Error),
            ]
        }),
    ] {
        assert_eq!(told(&base, &server(host, variables)), expected, "{host} {variables}");
    }
}

#[test]
fn channels_stay_on_their_servers() {
    let version = |names: [&str; 2], list: &str| {
        of_3(&format!(
            "servers:
  {}: {{ host: eu.example.com, protocol: kafka }}
  {}: {{ host: us.example.com, protocol: kafka }}
channels:
  orders: {{ address: orders{list} }}
",
            names[0], names[1]
        ))
    };
    let on = |names: &[&str]| {
        let names: Vec<String> = names
            .iter()
            .map(|name| format!("{{ $ref: '#/servers/{name}' }}"))
            .collect();
        format!(", servers: [{}]", names.join(", "))
    };
    let all = version(["eu", "us"], "");
    assert_eq!(told(&all, &version(["eu", "us"], &on(&["eu", "us"]))), []);
    assert_eq!(
        told(&all, &version(["europe", "america"], &on(&["america", "europe"]))),
        []
    );
    let one = version(["europe", "america"], &on(&["europe"]));
    assert_eq!(told(&all, &one), [("channel-servers-narrowed", Error)]);
    assert_eq!(told(&one, &all), [("channel-servers-widened", Info)]);
    // A server that is new or gone for all channels is told once.
    let gone =
        of_3("servers:\n  eu: { host: eu.example.com, protocol: kafka }\nchannels:\n  orders: { address: orders }\n");
    assert_eq!(
        told(&version(["eu", "us"], &on(&["eu", "us"])), &gone),
        [("server-removed", Error)]
    );
    let old = of_2(
        "servers:
  eu: { url: eu.example.com, protocol: kafka }
  us: { url: us.example.com, protocol: kafka }
channels:
  orders: { servers: [eu] }
",
    );
    assert_eq!(told(&old, &version(["a", "b"], &on(&["a"]))), []);
    assert_eq!(
        told(&old, &version(["a", "b"], &on(&["b"]))),
        [("channel-servers-narrowed", Error), ("channel-servers-widened", Info)]
    );
}

#[test]
fn channels_are_known_by_address_and_then_by_name() {
    let channels = |channels: &str| of_3(&format!("channels:\n{channels}"));
    let base = channels("  a: { address: 'orders.{x}' }\n  b: { address: refunds }\n");
    for (edited, expected) in [
        ("  b: { address: 'orders.{y}' }\n  a: { address: refunds }\n", vec![]),
        (
            "  a: { address: 'shop.{x}' }\n  b: { address: refunds }\n",
            vec![("channel-address-changed", Error)],
        ),
        (
            "  a: {}\n  b: { address: refunds }\n",
            vec![("channel-address-changed", Warning)],
        ),
        (
            "  c: { address: 'shop.{x}' }\n  b: { address: refunds }\n",
            vec![("channel-removed", Error), ("channel-added", Info)],
        ),
    ] {
        assert_eq!(told(&base, &channels(edited)), expected, "{edited}");
    }
    assert_eq!(
        told(&channels("  a: {}\n"), &channels("  a: { address: orders }\n")),
        [("channel-address-changed", Info)]
    );
    // The name of a channel of 2.x is its address, and so may be that of one of 3.x that says none.
    let old = of_2("channels:\n  refunds: {}\n");
    assert_eq!(told(&old, &channels("  refunds: {}\n")), []);
}

#[test]
fn parameters_of_2_are_schemas() {
    let channel = |schema: &str| {
        of_2(&format!(
            "channels:\n  'orders/{{count}}':\n    parameters: {{ count: {{ schema: {schema} }} }}\n"
        ))
    };
    let base = channel("{ type: integer, minimum: 1, maximum: 9 }");
    for (schema, expected) in [
        ("{ type: integer, maximum: 9, minimum: 1 }", vec![]),
        (
            "{ type: integer, minimum: 1, maximum: 5 }",
            vec![("bound-tightened", Error)],
        ),
        (
            "{ type: integer, minimum: 1, maximum: 12 }",
            vec![("bound-relaxed", Info)],
        ),
    ] {
        assert_eq!(told(&base, &channel(schema)), expected, "{schema}");
    }
    let new = |parameter: &str| {
        of_3(&format!(
            "channels:\n  orders: {{ address: 'orders/{{count}}', parameters: {{ count: {parameter} }} }}\n"
        ))
    };
    // A parameter of 3.x says no more than a list of values and a default.
    assert_eq!(told(&base, &new("{}")), []);
    let listed = channel("{ type: string, enum: [a, b], default: a }");
    assert_eq!(told(&listed, &new("{ enum: [b, a], default: a }")), []);
    assert_eq!(
        told(&listed, &new("{ enum: [a], default: a }")),
        [("channel-parameter-changed", Error)]
    );
    assert_eq!(
        told(&listed, &new("{ enum: [a, b], default: b }")),
        [("default-changed", Warning)]
    );
}

#[test]
fn what_a_conversion_moves_is_no_change() {
    let old = of_2(
        "channels:
  'orders/{count}':
    parameters: { count: { schema: { type: string, description: How many., examples: ['3'], default: '1' } } }
    publish: { message: { payload: { type: object } } }
",
    );
    let new = of_3(
        "channels:
  orders:
    address: 'orders/{number}'
    parameters: { number: { description: How many., examples: ['3'], default: '1' } }
    messages: { Order: { payload: { type: object } } }
operations:
  take: { action: receive, channel: { $ref: '#/channels/orders' } }
",
    );
    assert_eq!(told(&old, &new), []);
    assert_eq!(
        told(
            &old,
            &old.replace("{count}", "{amount}").replace("{ count:", "{ amount:")
        ),
        []
    );
    assert_eq!(
        told(&old, &new.replace("How many.", "How much.")),
        [("annotation-changed", Info)]
    );
}

/// A channel with messages `A`, `B` and `C`, and these operations on it.
fn operations(operations: &str) -> String {
    of_3(&format!(
        "channels:
  orders:
    address: orders
    messages:
      A: {{ payload: {{ type: object, required: [a] }} }}
      B: {{ payload: {{ type: object, required: [b] }} }}
      C: {{ payload: {{ type: object, required: [c] }} }}
operations:
{operations}"
    ))
}

/// An operation on the channel of [`operations`].
fn operation(id: &str, action: &str, messages: &[&str], more: &str) -> String {
    let messages: Vec<String> = messages
        .iter()
        .map(|name| format!("{{ $ref: '#/channels/orders/messages/{name}' }}"))
        .collect();
    format!(
        "  {id}: {{ action: {action}, channel: {{ $ref: '#/channels/orders' }}, messages: [{}]{more} }}\n",
        messages.join(", ")
    )
}

#[test]
fn operations_are_known_by_id_and_then_by_their_messages() {
    let answered = ", reply: { address: { location: '$message.header#/replyTo' } }";
    let two = [
        operation("first", "receive", &["A"], answered),
        operation("second", "receive", &["B"], ""),
    ];
    let base = operations(&two.concat());
    let cases: [(&str, Vec<String>, Told); 6] = [
        ("another order", vec![two[1].clone(), two[0].clone()], vec![]),
        (
            "other ids",
            vec![
                operation("other", "receive", &["B"], ""),
                operation("one", "receive", &["A"], answered),
            ],
            vec![("operation-id-changed", Info), ("operation-id-changed", Info)],
        ),
        (
            "one of both",
            vec![operation("first", "receive", &["A", "B"], answered)],
            vec![("reply-added", Info)],
        ),
        (
            "one of both without an answer",
            vec![operation("second", "receive", &["A", "B"], "")],
            vec![("reply-removed", Error)],
        ),
        ("one is gone", vec![two[0].clone()], vec![("operation-removed", Error)]),
        (
            "one more",
            vec![two.concat(), operation("third", "receive", &["C"], "")],
            vec![("operation-added", Info), ("event-message-added", Info)],
        ),
    ];
    for (case, edited, expected) in cases {
        assert_eq!(told(&base, &operations(&edited.concat())), expected, "{case}");
    }
}

#[test]
fn an_operation_that_goes_the_other_way_is_told_once() {
    let version = |action| operations(&operation("orders", action, &["A", "B"], ""));
    assert_eq!(
        told(&version("send"), &version("receive")),
        [("operation-action-flipped", Error)]
    );
    let old = |does: &str| {
        of_2(&format!(
            "channels:\n  orders:\n    {does}: {{ message: {{ name: A, payload: {{ type: object }} }} }}\n"
        ))
    };
    assert_eq!(
        told(&old("publish"), &old("subscribe")),
        [("operation-action-flipped", Error)]
    );
    // Who did both and does one of them has not turned around.
    let both = operations(
        &[
            operation("in", "receive", &["A"], ""),
            operation("out", "send", &["A"], ""),
        ]
        .concat(),
    );
    let one = operations(&operation("in", "receive", &["A"], ""));
    assert_eq!(told(&both, &one), [("operation-removed", Error)]);
}

#[test]
fn messages_without_a_name_are_known_by_their_payloads() {
    let version = |payloads: &[&str]| {
        let messages: Vec<String> = payloads
            .iter()
            .map(|payload| format!("{{ payload: {payload} }}"))
            .collect();
        of_2(&format!(
            "channels:\n  orders:\n    publish: {{ message: {{ oneOf: [{}] }} }}\n",
            messages.join(", ")
        ))
    };
    let (a, b, c) = (
        "{ type: object, required: [a] }",
        "{ type: object, required: [b] }",
        "{ type: string }",
    );
    let base = version(&[a, b, c]);
    assert_eq!(told(&base, &version(&[c, a, b])), []);
    assert_eq!(told(&base, &version(&[c, b])), [("event-message-removed", Error)]);
    assert_eq!(
        told(&base, &version(&[b, "{ type: string, maxLength: 5 }", a])),
        [("bound-tightened", Error)]
    );
}

#[test]
fn answers_are_known_by_their_channels() {
    let version = |address: &str, reply: &str| {
        of_3(&format!(
            "channels:
  orders: {{ address: orders }}
  answers: {{ address: '{address}' }}
  others: {{ address: others }}
operations:
  take: {{ action: receive, channel: {{ $ref: '#/channels/orders' }}, reply: {{ {reply} }} }}
"
        ))
    };
    let base = version("answers.{who}", "channel: { $ref: '#/channels/answers' }");
    assert_eq!(
        told(
            &base,
            &version("answers.{id}", "channel: { $ref: '#/channels/answers' }")
        ),
        []
    );
    assert_eq!(
        told(
            &base,
            &version("answers.{who}", "channel: { $ref: '#/channels/others' }")
        ),
        [("reply-address-changed", Error)]
    );
}

/// A server of 2.6 that asks for something, and one of 3.0.
fn asking(is_2: bool, security: &str, schemes: &str) -> String {
    let (of, at) = if is_2 {
        (of_2 as fn(&str) -> String, "url")
    } else {
        (of_3 as fn(&str) -> String, "host")
    };
    of(&format!(
        "servers:
  main: {{ {at}: broker, protocol: kafka, security: [{security}] }}
channels: {{}}
components:
  securitySchemes: {{ {schemes} }}
"
    ))
}

const REFERENCE: &str = "{ $ref: '#/components/securitySchemes/login' }";

#[test]
fn security_schemes_are_what_they_say() {
    let old = asking(true, "{ login: [] }", "login: { type: scramSha256 }");
    for (security, schemes, expected) in [
        (REFERENCE, "login: { type: scramSha256 }", vec![]),
        (
            REFERENCE,
            "login: { type: plain }",
            vec![("security-scheme-type-changed", Error)],
        ),
        (
            "{ $ref: '#/components/securitySchemes/key' }",
            "key: { type: scramSha256 }",
            vec![],
        ),
        ("{ type: scramSha256 }", "login: { type: scramSha256 }", vec![]),
        (
            "{ type: plain }",
            "login: { type: scramSha256 }",
            vec![("security-replaced", Error)],
        ),
        (
            "{ type: plain }, { type: scramSha256 }",
            "login: { type: scramSha256 }",
            vec![("security-relaxed", Info)],
        ),
        ("", "login: { type: scramSha256 }", vec![("security-relaxed", Info)]),
    ] {
        assert_eq!(told(&old, &asking(false, security, schemes)), expected, "{security}");
    }
    let http = |scheme: &str| asking(false, REFERENCE, &format!("login: {{ type: http, scheme: {scheme} }}"));
    assert_eq!(told(&http("basic"), &http("Basic")), []);
    assert_eq!(
        told(&http("basic"), &http("bearer")),
        [("security-scheme-http-changed", Error)]
    );
    let key = |place: &str| asking(false, REFERENCE, &format!("login: {{ type: apiKey, in: {place} }}"));
    assert_eq!(
        told(&key("user"), &key("password")),
        [("security-scheme-carrier-changed", Error)]
    );
}

#[test]
fn scopes_are_asked_for_and_declared() {
    let flows = |declared: &str, url: &str, scopes: &str| {
        format!("flows: {{ clientCredentials: {{ tokenUrl: '{url}', {declared}: {{ {scopes} }} }} }}")
    };
    let old = |scopes: &str, url: &str, declared: &str| {
        let flows = flows("scopes", url, declared);
        asking(
            true,
            &format!("{{ login: [{scopes}] }}"),
            &format!("login: {{ type: oauth2, {flows} }}"),
        )
    };
    let new = |scopes: &str, url: &str, declared: &str| {
        let flows = flows("availableScopes", url, declared);
        asking(
            false,
            REFERENCE,
            &format!("login: {{ type: oauth2, scopes: [{scopes}], {flows} }}"),
        )
    };
    let both = "read: Reads., write: Writes.";
    let url = "https://a.example.com/token";
    let base = old("read", url, both);
    for (edited, expected) in [
        (new("read", url, both), vec![]),
        (new("read, write", url, both), vec![("security-tightened", Error)]),
        (new("", url, both), vec![("security-relaxed", Info)]),
        (
            new("read", "https://b.example.com/token", both),
            vec![("security-scheme-url-changed", Warning)],
        ),
        (
            new("read", url, "read: Reads."),
            vec![("security-scope-undeclared", Warning)],
        ),
    ] {
        assert_eq!(told(&base, &edited), expected, "{edited}");
    }
    // What a requirement holds itself, with its scopes, is the scheme that it was.
    let inline = flows("availableScopes", url, both);
    let inline = asking(false, &format!("{{ type: oauth2, scopes: [read], {inline} }}"), "");
    assert_eq!(told(&base, &inline), [("security-scheme-removed-unused", Info)]);
    assert_eq!(
        told(&inline, &inline.replace("Reads.", "Looks.")),
        [("annotation-changed", Info)]
    );
}

#[test]
fn schemes_that_are_named_together_are_needed_together() {
    let version = |security: &str| asking(true, security, "a: { type: X509 }, b: { type: plain }");
    let both = version("{ a: [], b: [] }");
    let either = version("{ a: [] }, { b: [] }");
    assert_eq!(told(&both, &either), [("security-relaxed", Info)]);
    assert_eq!(told(&either, &both), [("security-tightened", Error)]);
}

#[test]
fn what_a_trait_says_of_the_end_counts() {
    let version = |said: &str| {
        of_3(&format!(
            "channels:
  orders: {{ address: orders, messages: {{ A: {{ payload: {{ type: object }}, traits: [{{ {said} }}] }} }} }}
operations:
  take: {{ action: receive, channel: {{ $ref: '#/channels/orders' }} }}
"
        ))
    };
    let findings = told(&version(""), &version("deprecated: true, x-sunset: 2027-12-31"));
    assert!(findings.contains(&("element-deprecated", Info)), "{findings:?}");
}

/// A channel with bindings of itself, of an operation that does this, and of a message.
fn bound(action: &str, channel: &str, operation: &str, message: &str) -> String {
    of_3(&format!(
        "channels:
  orders:
    address: orders
    bindings: {{ {channel} }}
    messages: {{ A: {{ payload: {{ type: object }}, bindings: {{ {message} }} }} }}
operations:
  do: {{ action: {action}, channel: {{ $ref: '#/channels/orders' }}, bindings: {{ {operation} }} }}
"
    ))
}

#[test]
fn what_a_binding_decides_says_how_grave_a_change_is() {
    let cases: Vec<(&str, &str, Told)> = vec![
        // What holds anyway may be said.
        ("kafka: {}", "kafka: { topic: orders }", vec![]),
        ("amqp: {}", "amqp: { is: routingKey, exchange: { vhost: / } }", vec![]),
        (
            "amqp: { bindingVersion: 0.2.0 }",
            "amqp: { bindingVersion: 0.3.0 }",
            vec![],
        ),
        ("", "jms: { destination: orders, destinationType: queue }", vec![]),
        ("ibmmq: { topic: { durablePermitted: true } }", "", vec![]),
        (
            "kafka: {}",
            "kafka: { topic: others }",
            vec![("binding-terms-changed", Error)],
        ),
        (
            "amqp: { exchange: { type: topic } }",
            "amqp: { exchange: { type: fanout } }",
            vec![("binding-terms-changed", Error)],
        ),
        (
            "amqp: { exchange: { durable: true } }",
            "amqp: { exchange: { durable: false } }",
            vec![("binding-changed", Warning)],
        ),
        (
            "kafka: { topicConfiguration: { cleanup.policy: [delete], retention.ms: 5 } }",
            "kafka: { topicConfiguration: { cleanup.policy: [compact], retention.ms: 9 } }",
            vec![("binding-changed", Warning), ("binding-changed", Warning)],
        ),
        (
            "sqs: { queue: { name: a, fifoQueue: false, tags: { team: x } } }",
            "sqs: { queue: { name: a, fifoQueue: false, tags: { team: y } } }",
            vec![("binding-internal-changed", Info)],
        ),
        (
            "sqs: { queue: { name: a, fifoQueue: false }, deadLetterQueue: { name: b, fifoQueue: false } }",
            "sqs: { queue: { name: a, fifoQueue: false }, deadLetterQueue: { name: c, fifoQueue: false } }",
            vec![("binding-changed", Warning)],
        ),
        (
            "pulsar: { namespace: a, persistence: persistent }",
            "pulsar: { namespace: b, persistence: persistent, retention: { time: 0 } }",
            vec![("binding-terms-changed", Error)],
        ),
        (
            "mercure: { hub: a }",
            "mercure: { hub: b }",
            vec![("binding-changed", Warning)],
        ),
        (
            "kafka: { x-owner: a }",
            "kafka: { x-owner: b }",
            vec![("extension-changed", Info)],
        ),
    ];
    for (old, new, expected) in cases {
        let told = told(&bound("send", old, "", ""), &bound("send", new, "", ""));
        assert_eq!(told, expected, "{old} → {new}");
    }
    let destination = |queue: &str| {
        let destinations = format!("solace: {{ destinations: [{{ destinationType: queue, queue: {queue} }}] }}");
        bound("receive", "", &destinations, "")
    };
    assert_eq!(
        told(&destination("{ name: a }"), &destination("{ name: b }")),
        [("binding-terms-changed", Error)]
    );
}

#[test]
fn the_names_of_parameters_in_a_topic_do_not_count() {
    let version = |name: &str, topic: &str| {
        of_3(&format!(
            "channels:\n  a: {{ address: 'orders.{{{name}}}', bindings: {{ kafka: {{ {topic} }} }} }}\n"
        ))
    };
    let base = version("region", "");
    assert_eq!(told(&base, &version("where", "topic: 'orders.{where}'")), []);
    assert_eq!(
        told(
            &version("region", "topic: 'orders.{region}'"),
            &version("where", "topic: 'orders.{where}'")
        ),
        []
    );
    assert_eq!(
        told(&base, &version("where", "topic: 'others.{where}'")),
        [("binding-terms-changed", Error)]
    );
}

#[test]
fn schemas_in_bindings_go_the_way_of_their_values() {
    let short = "{ type: string, maxLength: 5 }";
    let long = "{ type: string, maxLength: 9 }";
    let key = |action: &str, schema: &str| bound(action, "", "", &format!("kafka: {{ key: {schema} }}"));
    assert_eq!(
        told(&key("send", short), &key("send", long)),
        [("bound-relaxed", Error)]
    );
    assert_eq!(
        told(&key("receive", short), &key("receive", long)),
        [("bound-relaxed", Info)]
    );
    assert_eq!(
        told(&key("send", short), &bound("send", "", "", "")),
        [("binding-partition-key-changed", Error)]
    );
    // The group of consumers is asked of others where they consume, and the application's own where it does.
    let group = |action: &str, schema: &str| bound(action, "", &format!("kafka: {{ groupId: {schema} }}"), "");
    assert_eq!(
        told(&group("send", long), &group("send", short)),
        [("bound-tightened", Error)]
    );
    assert_eq!(
        told(&group("receive", long), &group("receive", short)),
        [("binding-internal-changed", Info)]
    );
    let query = |schema: &str| {
        let query = format!("ws: {{ query: {{ type: object, properties: {{ token: {schema} }} }} }}");
        bound("send", &query, "", "")
    };
    assert_eq!(told(&query(long), &query(short)), [("bound-tightened", Error)]);
    assert_eq!(told(&query(short), &query(long)), [("bound-relaxed", Info)]);
}
