//! Who sends and who receives in AsyncAPI, whatever version says it, and what traits add to messages.

use crate::tool::Project;

/// What rules find in a description, each with its message.
fn found(text: &str, rule: &str) -> Vec<String> {
    let project = Project::with("asyncapi.yaml", text);
    project.write("stipula.yaml", "rules: { extends: recommended }\n");
    let (report, _) = project.report(&["asyncapi.yaml"]);
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["rule"] == rule)
        .map(|finding| finding["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_others_publish_is_received() {
    let of_2 = "asyncapi: 2.6.0
info: { title: Orders, version: 1.0.0 }
channels:
  order.created:
    publish: { operationId: hearOfOrder, message: { payload: { type: object } } }
  order.paid:
    subscribe: { operationId: tellOrder, message: { payload: { type: object } } }
";
    let of_3 = "asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
channels:
  created: { address: order.created, messages: { created: { payload: { type: object } } } }
  paid: { address: order.paid, messages: { paid: { payload: { type: object } } } }
operations:
  hearOfOrder: { action: receive, channel: { $ref: '#/channels/created' } }
  tellOrder: { action: send, channel: { $ref: '#/channels/paid' } }
";
    for text in [of_2, of_3] {
        assert_eq!(
            found(text, "event-dead-letter"),
            ["`receive order.created` does not say where messages go that cannot be processed"]
        );
    }
}

#[test]
fn traits_add_to_messages() {
    let text = "asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
channels:
  created:
    address: order.created
    messages:
      created: { payload: { type: object }, traits: [{ $ref: '#/components/messageTraits/traced' }] }
  paid: { address: order.paid, messages: { paid: { payload: { type: object } } } }
operations:
  created: { action: send, channel: { $ref: '#/channels/created' } }
  paid: { action: send, channel: { $ref: '#/channels/paid' } }
components:
  messageTraits:
    traced: { correlationId: { location: '$message.header#/id' } }
";
    assert_eq!(
        found(text, "event-correlation-id"),
        ["message `paid` carries neither a correlation id nor a trace context"]
    );
}

#[test]
fn schemas_in_avro_are_checked() {
    let text = "asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
components:
  messages:
    created:
      payload:
        schemaFormat: application/vnd.apache.avro;version=1.9.0
        schema:
          type: record
          name: Created
          fields:
            - { name: total, type: int, default: none }
            - { name: order, type: Order }
";
    assert_eq!(found(text, "spec-valid"), ["`default` is no value of its type"]);
    assert_eq!(
        found(text, "ref-resolves"),
        ["`Order` leads nowhere: no type of this schema is called `Order`"]
    );
}

#[test]
fn examples_of_2_0_hold_anything() {
    let of = |version: &str| {
        let text = format!(
            "asyncapi: {version}
info: {{ title: Orders, version: 1.0.0 }}
channels:
  order.created:
    publish:
      message:
        payload: {{ type: object }}
        examples: [{{ laurent: {{ summary: One, payload: {{}} }} }}, {{ name: two, payload: {{}} }}]
"
        );
        found(&text, "unknown-key")
    };
    assert_eq!(of("2.0.0"), [""; 0]);
    assert_eq!(of("2.1.0"), ["unknown key `laurent` in MessageExample"]);
}

#[test]
fn a_message_without_a_name_is_not_told_as_its_channel() {
    let text = "asyncapi: 2.6.0
info: { title: Orders, version: 1.0.0 }
channels:
  order.create:
    subscribe: { message: { payload: { type: object } } }
";
    assert_eq!(
        found(text, "event-past-tense"),
        ["`order.create` says what is to be done; an event says what has happened: `created`"]
    );
}

#[test]
fn what_is_called_otherwise_is_told_once() {
    let of = |example: &str| {
        let text = format!(
            "asyncapi: 3.0.0
info: {{ title: Orders, version: 1.0.0 }}
channels:
  created: {{ messages: {{ created: {{ payload: {{ type: object }}, examples: [{{ {example} }}] }} }} }}
"
        );
        ["spec-valid", "unknown-key"].map(|rule| found(&text, rule))
    };
    assert_eq!(
        of("paylod: {}"),
        [
            vec![],
            vec!["unknown key `paylod` in MessageExample; did you mean `payload`?".to_owned()]
        ]
    );
    for example in ["name: First", "x-name: First"] {
        assert_eq!(
            of(example),
            [vec!["one of `payload` and `headers` is missing".to_owned()], vec![]]
        );
    }
}

#[test]
fn content_types_are_counted_in_words() {
    let silent = "{ payload: { type: object } }";
    let said = "{ payload: { type: object }, contentType: application/json }";
    for (messages, told) in [
        (vec![silent], "the message"),
        (vec![silent, silent], "any of the 2 messages"),
        (vec![silent, said, "{}"], "1 of the 2 messages"),
    ] {
        let messages = messages.iter().enumerate();
        let messages: Vec<String> = messages.map(|(at, message)| format!("m{at}: {message}")).collect();
        let text = format!(
            "asyncapi: 3.0.0\ninfo: {{ title: Orders, version: 1.0.0 }}\ncomponents: {{ messages: {{ {} }} }}\n",
            messages.join(", ")
        );
        let wanted = format!("there is no content type for {told}; say it once in `defaultContentType`");
        assert_eq!(found(&text, "event-content-type"), [wanted]);
    }
}
