//! A repository as users have it, on a branch that does everything wrong: a path in the singular, a property that
//! clients have to send all of a sudden, and so a contract that the description does not keep.

use crate::git_revisions::Git;

/// The description as it is on `main`.
pub(crate) const BEFORE: &str = "\
openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
paths:
  /order/{orderId}:
    parameters:
      - { name: orderId, in: path, required: true, schema: { type: string } }
    put:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [sku]
              properties:
                sku: { type: string }
      responses:
        '204': { description: The order is placed. }
";

/// What a shop on the web recorded of it.
pub(crate) const CONTRACT: &str = r#"{
  "consumer": { "name": "web" },
  "provider": { "name": "orders" },
  "interactions": [
    {
      "description": "an order",
      "request": {
        "method": "PUT",
        "path": "/order/1",
        "headers": { "Content-Type": "application/json" },
        "body": { "sku": "a" }
      },
      "response": { "status": 204 }
    }
  ],
  "metadata": { "pactSpecification": { "version": "2.0.0" } }
}
"#;

/// What is checked.
pub(crate) const SETTINGS: &str = "\
apis:
  - name: orders
    spec: api/openapi.yaml
    against: main
    contracts: pacts/*.json
rules:
  extends: minimal
  resource-plural: error
";

/// The description as it is on the branch.
pub(crate) fn after() -> String {
    let demanded = BEFORE.replace("required: [sku]", "required: [sku, quantity]");
    demanded.replace(
        "sku: { type: string }\n",
        "sku: { type: string }\n                quantity: { type: integer }\n",
    )
}

/// The repository, on the branch `feature`; nothing, said aloud, without git.
pub(crate) fn shop() -> Option<Git> {
    let git = Git::new()?;
    git.write("stipula.yaml", SETTINGS);
    git.write("api/openapi.yaml", BEFORE);
    git.write("pacts/web.json", CONTRACT);
    git.commit("Orders");
    git.git(&["checkout", "-q", "-b", "feature"]);
    git.write("api/openapi.yaml", after());
    git.commit("Quantities");
    Some(git)
}
