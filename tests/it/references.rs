//! Descriptions of several files: what refers to what, and where findings about it stand.

use crate::tool::{Project, findings, in_document, only, openapi};
use serde_json::Value;

/// An operation that answers with what a reference names.
fn answering(reference: &str) -> String {
    openapi(&format!(
        "paths:
  /orders:
    get:
      responses:
        '200':
          description: All orders.
          content:
            application/json:
              schema: {{ $ref: '{reference}' }}
"
    ))
}

/// A schema in which a finding stands on line 3.
const FAULTY: &str = "Order:
  type: object
  propertis: { id: { type: string } }
";

#[test]
fn findings_stand_in_the_file_that_is_referred_to() {
    for (from, to, reference, pointer) in [
        ("openapi.yaml", "order.yaml", "order.yaml#/Order", "/Order/propertis"),
        ("openapi.yaml", "order.yaml", "./order.yaml#/Order", "/Order/propertis"),
        (
            "openapi.yaml",
            "parts/schemas/order.yaml",
            "parts/schemas/order.yaml#/Order",
            "/Order/propertis",
        ),
        (
            "api/v1/openapi.yaml",
            "shared/order.yaml",
            "../../shared/order.yaml#/Order",
            "/Order/propertis",
        ),
        (
            "openapi.yaml",
            "my parts/größe.yaml",
            "my%20parts/gr%C3%B6%C3%9Fe.yaml#/Order",
            "/Order/propertis",
        ),
        (
            "openapi.yaml",
            "no-extension",
            "no-extension#/Order",
            "/Order/propertis",
        ),
    ] {
        let project = Project::with(from, answering(reference));
        project.write(to, FAULTY);
        let (report, ended) = project.report(&[from]);
        assert_eq!(ended.code, 0, "{ended}");
        let finding = only(&report, "unlikely-key");
        let location = &finding["location"];
        assert_eq!(location["path"], to);
        assert_eq!((&location["line"], &location["column"]), (&3.into(), &3.into()));
        assert_eq!(location["pointer"], pointer);
        // Who gets the finding wants to know what it has to do with the API.
        let related = &finding["related"][0];
        assert_eq!(related["message"], "reached from GET /orders");
        assert_eq!(related["location"]["path"], from);
        assert_eq!(related["location"]["line"], 5);
        assert_eq!(report["summary"]["documents"], 2);
        let text = project.run(&["lint", from]);
        text.says(0, &["reached from GET /orders", &format!("[{to}:3:3]")]);
    }
}

#[test]
fn json_and_yaml_refer_to_each_other() {
    let project = Project::with("openapi.yaml", answering("order.json#/Order"));
    project.write(
        "order.json",
        "{ \"Order\": { \"type\": \"object\", \"properties\": { \"lines\": { \"$ref\": \"line.yml#/Line\" } } } }\n",
    );
    project.write("line.yml", FAULTY.replace("Order", "Line"));
    let (report, _) = project.report(&["openapi.yaml"]);
    assert_eq!(only(&report, "unlikely-key")["location"]["path"], "line.yml");
    assert_eq!(report["summary"]["documents"], 3);
}

#[test]
fn a_whole_file_can_be_referred_to() {
    let project = Project::with("openapi.yaml", answering("order.yaml"));
    project.write("order.yaml", "type: object\npropertis: {}\n");
    let (report, _) = project.report(&["openapi.yaml"]);
    assert_eq!(only(&report, "unlikely-key")["location"]["pointer"], "/propertis");
    project.write("openapi.yaml", answering("order.yaml#"));
    let (report, _) = project.report(&["openapi.yaml"]);
    assert_eq!(only(&report, "unlikely-key")["location"]["pointer"], "/propertis");
}

#[test]
fn pointers_are_unescaped() {
    for (reference, name) in [
        ("#/components/schemas/a~1b", "a/b"),
        ("#/components/schemas/a~0b", "a~b"),
        ("#/components/schemas/a~01b", "a~1b"),
        ("#/components/schemas/a%20b", "a b"),
        ("#/components/schemas/a%25b", "a%b"),
        ("#/components/schemas/Gr%C3%B6%C3%9Fe", "Größe"),
        ("#/components/schemas/Größe", "Größe"),
        ("#/components/schemas/a%7E1b", "a/b"),
    ] {
        let project = Project::with(
            "openapi.yaml",
            format!(
                "{}components:\n  schemas:\n    \"{name}\": {{ type: object }}\n",
                answering(reference)
            ),
        );
        project
            .lint(&["openapi.yaml"])
            .does_not_say("ref-resolves")
            .does_not_say("unused-component");
    }
    let project = Project::with(
        "openapi.yaml",
        answering("#/paths/~1orders/get/responses/200/content/application~1jsn/schema"),
    );
    project.lint(&["openapi.yaml"]).says(
        1,
        &["there is no `application/jsn`", "did you mean `application/json`?"],
    );
}

#[test]
fn what_leads_nowhere_is_found_where_it_stands() {
    let project = Project::with("openapi.yaml", answering("parts/order.yaml#/Order"));
    project.write(
        "parts/order.yaml",
        "Order:
  type: object
  properties:
    lines: { $ref: 'lines.yaml#/Lines' }
    buyer: { $ref: '#/Byer' }
Buyer: { type: object }
",
    );
    project.write("parts/line.yaml", "Lines: { type: array, items: { type: object } }\n");
    let (report, ended) = project.report(&["openapi.yaml"]);
    assert_eq!(ended.code, 1);
    let found = findings(&report, "ref-resolves");
    let told: Vec<(&Value, &str)> = found
        .iter()
        .map(|finding| (&finding["location"]["line"], finding["message"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            (
                &4.into(),
                "`lines.yaml#/Lines` leads nowhere: `parts/lines.yaml` does not exist"
            ),
            (
                &5.into(),
                "`#/Byer` leads nowhere: there is no `Byer`; did you mean `Buyer`?"
            ),
        ]
    );
    assert!(
        found
            .iter()
            .all(|finding| finding["location"]["path"] == "parts/order.yaml")
    );
}

#[test]
fn the_wrong_sort_of_thing_is_told() {
    let project = Project::with(
        "openapi.yaml",
        format!(
            "{}components:\n  parameters:\n    Id: {{ name: id, in: query, schema: {{ type: string }} }}\n",
            answering("#/components/parameters/Id")
        ),
    );
    project
        .lint(&["openapi.yaml"])
        .says(1, &["title=ref-resolves::", "Schema is needed"]);
}

#[test]
fn schemas_are_found_by_their_own_names() {
    let schemas = |rest: &str| {
        openapi(&format!(
            "paths: {{}}
components:
  schemas:
    Order:
      $id: https://example.com/schemas/order
      type: object
      properties:
        buyer: {{ $ref: '#buyer' }}
        lines: {{ $ref: 'lines' }}
        total: {{ $ref: '#/$defs/Money' }}
        {rest}
      $defs:
        Money: {{ type: integer }}
        Buyer: {{ $anchor: buyer, type: object }}
    Lines:
      $id: https://example.com/schemas/lines
      type: array
      items: {{ $ref: 'https://example.com/schemas/order' }}
    Basket:
      properties:
        order: {{ $ref: 'https://example.com/schemas/order#buyer' }}
        anchored: {{ $ref: '#basket-line' }}
    BasketLine: {{ $anchor: basket-line, type: object }}
"
        ))
    };
    let project = Project::with("openapi.yaml", schemas(""));
    project.lint(&["openapi.yaml"]).does_not_say("ref-resolves");
    for (wrong, said) in [
        ("seller: { $ref: '#seller' }", "no schema here has the anchor `seller`"),
        ("vat: { $ref: '#/$defs/Mony' }", "did you mean `Money`?"),
    ] {
        project.write("openapi.yaml", schemas(wrong));
        project
            .lint(&["openapi.yaml"])
            .says(1, &["line=13", "title=ref-resolves::", said]);
    }
    project.write(
        "openapi.yaml",
        schemas("far: { $ref: 'https://example.com/schemas/other' }"),
    );
    project
        .lint(&["openapi.yaml"])
        .says(0, &["line=13", "title=ref-local::", "is on the network"])
        .does_not_say("ref-resolves");
}

#[test]
fn anchors_of_other_files_are_found() {
    let project = Project::with("openapi.yaml", answering("order.yaml#order"));
    project.write("order.yaml", "Order: { $anchor: order, type: object }\n");
    project.lint(&["openapi.yaml"]).does_not_say("ref-resolves");
    project.write("order.yaml", "$defs: { Order: { $anchor: ordr, type: object } }\n");
    project
        .lint(&["openapi.yaml"])
        .says(1, &["no schema here has the anchor `order`"]);
}

#[test]
fn path_items_can_stand_in_files_of_their_own() {
    let project = Project::with(
        "openapi.yaml",
        openapi("paths:\n  /orders/{orderId}: { $ref: 'paths/order.yaml' }\n"),
    );
    project.write(
        "paths/order.yaml",
        "get:\n  responses:\n    '200': { $ref: '../responses.yaml#/Found' }\n",
    );
    project.write("responses.yaml", "Found:\n  description: One order.\n  contents: {}\n");
    let (report, _) = project.report(&["openapi.yaml"]);
    assert_eq!(report["summary"]["documents"], 3);
    // The variable is in the one file, the operation that does not declare it in the other.
    let undeclared = only(&report, "path-params-declared");
    assert_eq!(undeclared["location"]["path"], "paths/order.yaml");
    assert_eq!(undeclared["related"][0]["location"]["path"], "openapi.yaml");
    let unknown = only(&report, "unknown-key");
    assert_eq!(unknown["location"]["path"], "responses.yaml");
    assert_eq!(unknown["related"][0]["message"], "reached from GET /orders/{orderId}");
}

#[test]
fn operations_in_other_files_are_operations_of_the_description() {
    let project = Project::with(
        "openapi.yaml",
        openapi(
            "tags: [{ name: orders }]
paths:
  /order/{orderId}: { $ref: 'paths/order.yaml' }
  /orders:
    get:
      operationId: listOrders
      responses:
        '200':
          description: All orders.
          links: { one: { operationId: getOrder } }
components:
  securitySchemes:
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: 'https://example.com/token', scopes: { read: Reads. } } } }
",
        ),
    );
    let order = "parameters:
  - { name: orderId, in: path, required: true, schema: { type: string } }
get:
  operationId: getOrder
  tags: [orders]
  security: [{ oauth: [read] }]
  responses:
    '200':
      description: One order.
      links: { all: { operationId: listOrders } }
";
    project.write("paths/order.yaml", order);
    project.lint(&["openapi.yaml"]).says(0, &["no findings in 2 documents"]);
    // What is said of operations is said of them wherever they stand.
    project
        .lint(&[
            "--rule",
            "resource-plural=error",
            "--rule",
            "correlation-id=error",
            "openapi.yaml",
        ])
        .says(
            1,
            &[
                "file=openapi.yaml,line=5,col=3,endColumn=19,title=resource-plural::",
                "file=paths/order.yaml,line=3,col=1,endColumn=4,title=correlation-id::`GET /order/{orderId}`",
            ],
        );
    let wrong = order
        .replace("tags: [orders]", "tags: [order]")
        .replace("oauth: [read]", "oath: []")
        .replace("operationId: listOrders", "operationId: listOrder");
    project.write("paths/order.yaml", wrong);
    project.lint(&["openapi.yaml"]).says(
        1,
        &[
            "file=paths/order.yaml,line=5,col=10,endColumn=15,title=tag-defined::",
            "file=paths/order.yaml,line=6,col=16,endColumn=20,title=security-defined::",
            "file=paths/order.yaml,line=10,col=36,endColumn=45,title=link-operation-exists::",
        ],
    );
    project.write("paths/order.yaml", order.replace("[read]", "[write]"));
    project
        .lint(&["openapi.yaml"])
        .says(0, &["file=paths/order.yaml,line=6,", "title=security-scopes-defined::"]);
}

#[test]
fn a_file_is_read_once() {
    let project = Project::with("shared/order.yaml", FAULTY);
    for service in 0..50 {
        project.write(
            &format!("services/s{service:02}/openapi.yaml"),
            answering("../../shared/order.yaml#/Order"),
        );
    }
    let (report, ended) = project.report(&["services", "shared/order.yaml"]);
    assert_eq!(report["summary"]["documents"], 51);
    let finding = only(&report, "unlikely-key");
    assert_eq!(finding["location"]["path"], "shared/order.yaml");
    let related = finding["related"].as_array().unwrap();
    assert_eq!(related.len(), 5, "{related:?}");
    assert_eq!(related[0]["location"]["path"], "services/s00/openapi.yaml");
    // The file is named, but it is a part of others and not passed over.
    ended.does_not_say("passed over");
    let text = project.run(&["lint", "services"]);
    text.says(0, &["reached from GET /orders, GET /orders, GET /orders and 47 more"]);
}

#[test]
fn files_that_refer_to_each_other_end() {
    let project = Project::with("openapi.yaml", answering("order.yaml#/Order"));
    project.write(
        "order.yaml",
        "Order: { properties: { lines: { items: { $ref: 'line.yaml#/Line' } } } }\n",
    );
    project.write(
        "line.yaml",
        "Line: { properties: { order: { $ref: 'order.yaml#/Order' } } }\n",
    );
    project.lint(&["openapi.yaml"]).says(0, &["no findings in 3 documents"]);
}

#[test]
fn the_configuration_opens_what_is_closed() {
    let outside = Project::with("order.yaml", FAULTY);
    let project = Project::with(
        "openapi.yaml",
        answering(&format!("{}#/Order", in_document(&outside.path("order.yaml")))),
    );
    let closed = project.lint(&["openapi.yaml"]);
    closed.says(1, &["lies outside the project"]);
    closed.does_not_say("propertis");
    project.write(
        "stipula.yaml",
        "rules: { extends: minimal }\nreferences: { outside-project: true }\n",
    );
    project
        .lint(&["openapi.yaml"])
        .says(0, &["key `propertis` means nothing in Schema", "in 2 documents"]);

    // What is on the network is accepted, not asked.
    project.write("openapi.yaml", answering("http://127.0.0.1:1/order.yaml#/Order"));
    project.lint(&["openapi.yaml"]).says(0, &["is on the network"]);
    project.write(
        "stipula.yaml",
        "rules: { extends: minimal }\nreferences: { network: true }\n",
    );
    project.lint(&["openapi.yaml"]).says(0, &["no findings in 1 document"]);
}

#[test]
fn the_number_of_files_is_bounded() {
    let mut text = openapi("paths: {}\ncomponents:\n  schemas:\n");
    let project = Project::new();
    for file in 0..20 {
        text.push_str(&format!("    S{file}: {{ $ref: 'parts/s{file}.yaml' }}\n"));
        project.write(&format!("parts/s{file}.yaml"), "type: string\n");
    }
    project.write("openapi.yaml", text);
    project.lint(&["openapi.yaml"]).does_not_say("ref-resolves");
    project.write(
        "stipula.yaml",
        "rules: { extends: minimal }\nlimits: { referenced-files: 10 }\n",
    );
    project
        .lint(&["openapi.yaml"])
        .says(1, &["the run refers to more than 10 files; the rest is not read"]);
}

#[test]
fn discriminators_name_files() {
    let pet = |mapping: &str| {
        openapi(&format!(
            "paths: {{}}
components:
  schemas:
    Parcel:
      type: object
      required: [kind]
      properties: {{ kind: {{ type: string }} }}
      discriminator:
        propertyName: kind
        mapping:
          {mapping}
    Letter: {{ type: object }}
"
        ))
    };
    let project = Project::with("parts/pallet.yaml", "Pallet: { type: object }\n");
    for right in [
        "pallet: 'parts/pallet.yaml#/Pallet'",
        "letter: '#/components/schemas/Letter'",
        "letter: Letter",
    ] {
        project.write("openapi.yaml", pet(right));
        project.lint(&["openapi.yaml"]).does_not_say("ref-resolves");
    }
    for (wrong, said) in [
        (
            "pallet: 'parts/palet.yaml#/Pallet'",
            "`parts/palet.yaml` does not exist",
        ),
        ("pallet: 'parts/pallet.yaml#/Palet'", "did you mean `Pallet`?"),
        ("letter: '#/components/schemas/Leter'", "did you mean `Letter`?"),
        ("letter: Leter", "did you mean `Letter`?"),
    ] {
        project.write("openapi.yaml", pet(wrong));
        project
            .lint(&["openapi.yaml"])
            .says(1, &["line=13", "title=ref-resolves::", said]);
    }
}

#[test]
fn links_name_operations() {
    let links = |link: &str| {
        openapi(&format!(
            "paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        '200':
          description: All orders.
          links:
            itself:
              {link}
"
        ))
    };
    let project = Project::with(
        "other.yaml",
        links("operationId: listOrders").replace("/orders", "/returns"),
    );
    for right in [
        "operationId: listOrders",
        "operationRef: '#/paths/~1orders/get'",
        "operationRef: 'other.yaml#/paths/~1returns/get'",
    ] {
        project.write("openapi.yaml", links(right));
        project
            .lint(&["openapi.yaml"])
            .does_not_say("ref-resolves")
            .does_not_say("link-operation-exists");
    }
    for (wrong, rule, said) in [
        (
            "operationId: listOrder",
            "link-operation-exists",
            "did you mean `listOrders`?",
        ),
        (
            "operationRef: '#/paths/~1order/get'",
            "ref-resolves",
            "did you mean `/orders`?",
        ),
        (
            "operationRef: '#/paths/~1orders'",
            "ref-resolves",
            "Operation is needed",
        ),
        (
            "operationRef: 'gone.yaml#/paths/~1orders/get'",
            "ref-resolves",
            "`gone.yaml` does not exist",
        ),
    ] {
        project.write("openapi.yaml", links(wrong));
        project
            .lint(&["openapi.yaml"])
            .says(1, &["line=12", &format!("title={rule}::"), said]);
    }
}
