//! Trees as JSON values, to compare them with what others read.

use serde_json::{Map, Number, Value};
use stipula::syntax::{NodeId, NodeType, Tree};

pub(crate) fn value(tree: &Tree, id: NodeId) -> Value {
    let text = tree.text(id);
    match tree.node_type(id) {
        NodeType::Null => Value::Null,
        NodeType::Boolean => Value::Bool(tree.boolean(id) == Some(true)),
        NodeType::Number => number(text),
        NodeType::String => Value::String(text.to_owned()),
        NodeType::List => tree.children(id).map(|child| value(tree, child)).collect(),
        NodeType::Map => Value::Object(
            tree.children(id)
                .map(|child| (tree.key_text(child).unwrap_or_default().to_owned(), value(tree, child)))
                .collect::<Map<_, _>>(),
        ),
        NodeType::Lost => Value::String("(lost)".into()),
    }
}

fn number(text: &str) -> Value {
    let radix = |digits: &str, radix| i64::from_str_radix(digits, radix).map(Value::from).ok();
    text.strip_prefix("0x")
        .and_then(|digits| radix(digits, 16))
        .or_else(|| text.strip_prefix("0o").and_then(|digits| radix(digits, 8)))
        .or_else(|| {
            text.strip_prefix('+')
                .unwrap_or(text)
                .parse::<Number>()
                .ok()
                .map(Value::Number)
        })
        .or_else(|| text.parse::<f64>().ok().map(Value::from))
        .unwrap_or(Value::Null)
}
