//! Provider states, by Pact's protocol: `{state, params, action}` in, a JSON object of values out.

use super::answer::Answer;
use super::faults;
use super::options::{Fault, Options};
use super::orders::Orders;
use hyper::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What set-ups have made and teardowns are to take away.
#[derive(Default)]
pub(crate) struct States {
    /// Numbers of orders by the state, with its parameters, that made them.
    made: BTreeMap<String, Vec<u64>>,
}

impl States {
    /// Sets a state up or tears it down.
    pub(crate) fn change(&mut self, body: &[u8], orders: &mut Orders, options: &Options) -> Answer {
        let Ok(change) = serde_json::from_slice::<Value>(body) else {
            return refused("The body is no JSON.");
        };
        let state = change["state"].as_str().unwrap_or_default();
        let params = &change["params"];
        let (fault, values) = match change["action"].as_str() {
            None | Some("setup") => (Fault::StateFails, self.set_up(state, params, orders)),
            Some("teardown") => (Fault::TeardownFails, self.tear_down(state, params, orders)),
            Some(_) => return refused("An action is `setup` or `teardown`."),
        };
        match values {
            _ if options.has(fault) => faults::broken(),
            Some(values) => Answer::json(StatusCode::OK, values),
            None => refused("The service knows no such state."),
        }
    }

    /// The values of the state; `None` if there is no such state.
    fn set_up(&mut self, state: &str, params: &Value, orders: &mut Orders) -> Option<Value> {
        match state {
            // What verifiers send for interactions without a state.
            "" => Some(json!({})),
            "no orders exist" => {
                orders.clear();
                Some(json!({}))
            }
            "orders exist" => {
                orders.clear();
                let count = params["count"].as_u64().unwrap_or(3).clamp(1, 1000);
                let ids: Vec<String> = (0..count).map(|_| orders.add("open").id()).collect();
                let mut values = json!({ "firstOrderId": ids[0] });
                if let Some(third) = ids.get(2) {
                    values["thirdOrderToken"] = third.trim_start_matches("o-").into();
                }
                Some(values)
            }
            "an order exists" => {
                let order = orders.add(params["status"].as_str().unwrap_or("open"));
                self.made.entry(key(state, params)).or_default().push(order.number);
                Some(json!({ "orderId": order.id(), "orderNumber": order.number, "etag": order.etag() }))
            }
            "a customer exists" => Some(json!({ "customerId": orders.add_customer() })),
            _ => None,
        }
    }

    fn tear_down(&mut self, state: &str, params: &Value, orders: &mut Orders) -> Option<Value> {
        match state {
            "" | "a customer exists" => {}
            "no orders exist" | "orders exist" => orders.reset(),
            "an order exists" => {
                let made = self.made.get_mut(&key(state, params)).and_then(Vec::pop);
                if let Some(number) = made {
                    orders.remove(number);
                }
            }
            _ => return None,
        }
        Some(json!({}))
    }
}

/// The same for the same parameters, none and an empty object included.
fn key(state: &str, params: &Value) -> String {
    let none = Map::new();
    let params = params.as_object().unwrap_or(&none);
    format!("{state} {}", Value::Object(params.clone()))
}

fn refused(message: &str) -> Answer {
    Answer::problem(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
}
