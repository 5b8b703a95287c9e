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
