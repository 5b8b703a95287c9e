//! What parameters and servers say.

use super::{Function, Hit, Options, Refusal, function};
use crate::document::Node;
use crate::document::http::variables;
use crate::syntax::{NodeType, key};

/// `server-variables`: the variables of a server's URL are defined, used, and their defaults among their values.
pub(super) fn server_variables(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(url) = subject.node.get(key::URL) else { return };
        let defined = subject.node.get(key::VARIABLES);
        for name in variables(url.text()) {
            if defined.and_then(|defined| defined.find(name)).is_none() && !subject.node.has_hole() {
                hits.push(Hit::value(url).with(
                    "problem",
                    format!("variable `{name}` of the server's URL is not defined"),
                ));
            }
        }
        for variable in defined.into_iter().flat_map(Node::children) {
            let name = variable.key_text().unwrap_or_default();
            if !variables(url.text()).any(|used| used == name) {
                hits.push(Hit::key(variable).with(
                    "problem",
                    format!("variable `{name}` does not stand in the server's URL"),
                ));
            }
            let (Some(values), Some(default)) = (variable.get(key::ENUM), variable.get(key::DEFAULT)) else {
                continue;
            };
            if values.node_type() == NodeType::List
                && values.children().next().is_some()
                && !values.children().any(|value| value.text() == default.text())
            {
                hits.push(Hit::value(default).with(
                    "problem",
                    format!("default `{}` of `{name}` is none of its values", default.text()),
                ));
            }
        }
    })
}
