//! What parameters and servers say.

use super::{Function, Hit, Options, Refusal, function};
use crate::document::Node;
use crate::document::http::variables;
use crate::syntax::{NodeType, key};

/// `server-variables`: the variables of a server's URL are defined, used, and their defaults among their values.
pub(super) fn server_variables(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        // AsyncAPI says host and path apart since 3.0.
        let urls: Vec<Node<'_>> = [key::URL, key::HOST, key::PATHNAME]
            .into_iter()
            .filter_map(|part| subject.node.get(part))
            .collect();
        if urls.is_empty() {
            return;
        }
        let defined = subject.node.get(key::VARIABLES);
        for url in &urls {
            for name in variables(url.text()) {
                if defined.and_then(|defined| defined.find(name)).is_none() && !subject.node.has_hole() {
                    let problem = match name {
                        "" => "the server's URL has a variable without a name".to_owned(),
                        name => format!("variable `{name}` of the server's URL is not defined"),
                    };
                    hits.push(Hit::value(*url).with("problem", problem));
                }
            }
        }
        for variable in defined.into_iter().flat_map(Node::children) {
            let name = variable.key_text().unwrap_or_default();
            if !urls.iter().any(|url| variables(url.text()).any(|used| used == name)) {
                hits.push(Hit::key(variable).with(
                    "problem",
                    format!("variable `{name}` does not stand in the server's URL"),
                ));
            }
            let variable = variable.follow();
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
