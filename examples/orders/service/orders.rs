//! What the service does when nothing is wrong with it: requests in, answers out, orders kept in between.

use super::answer::{Answer, meta};
use super::form;
use super::order::{CSV_HEADER, Item, Order};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, LOCATION};
use hyper::{Method, Request, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where all paths of the interface begin.
pub(crate) const BASE: &str = "/api/v1/";

/// Orders and customers, in memory.
pub(crate) struct Orders {
    orders: BTreeMap<u64, Order>,
    customers: BTreeSet<String>,
    /// The number of the order that a key made.
    keys: BTreeMap<String, u64>,
    next: u64,
}

/// How many orders there are before anybody says otherwise.
const AT_THE_START: u64 = 3;

impl Orders {
    /// A shop that has sold a little.
    pub(crate) fn new() -> Orders {
        let mut orders = Orders {
            orders: BTreeMap::new(),
            customers: BTreeSet::from(["customer-7".to_owned()]),
            keys: BTreeMap::new(),
            next: 1001,
        };
        orders.reset();
        orders
    }

    /// Back to the orders of the start, with numbers that no order had before.
    pub(crate) fn reset(&mut self) {
        self.clear();
        for _ in 0..AT_THE_START {
            self.add("open");
        }
    }

    /// Away with all orders.
    pub(crate) fn clear(&mut self) {
        self.orders.clear();
        self.keys.clear();
    }

    /// One more order, with everything that an order can have.
    pub(crate) fn add(&mut self, status: &str) -> &Order {
        let items = [("tea-250g", 2), ("mug-blue", 1)];
        self.insert(Order {
            number: 0,
            status: status.to_owned(),
            customer_id: "customer-7".to_owned(),
            items: items
                .map(|(sku, quantity)| Item {
                    sku: sku.to_owned(),
                    quantity,
                })
                .into(),
            note: None,
        })
    }

    /// Away with one order, if it is still there.
    pub(crate) fn remove(&mut self, number: u64) {
        self.orders.remove(&number);
    }

    /// One more customer, who may order from now on.
    pub(crate) fn add_customer(&mut self) -> String {
        let id = format!("customer-{}", self.customers.len() + 7);
        self.customers.insert(id.clone());
        id
    }

    fn insert(&mut self, order: Order) -> &Order {
        let number = self.next;
        self.next += 1;
        self.orders.entry(number).or_insert(Order { number, ..order })
    }

    /// What is answered to a request below [`BASE`].
    pub(crate) fn answer(&mut self, request: &Request<Bytes>) -> Answer {
        let path = request.uri().path().strip_prefix(BASE).unwrap_or_default();
        let segments: Vec<&str> = path.split('/').collect();
        match (request.method(), &*segments) {
            (&Method::GET, ["orders"]) if accepts(request, "text/csv") => self.export(),
            (&Method::GET, ["orders"]) => self.list(request),
            (&Method::POST, ["orders"]) => self.create(request),
            (&Method::GET, ["orders", id]) => self.one(id, request),
            (&Method::DELETE, ["orders", id]) => self.cancel(id, request),
            (&Method::GET, ["orders", id, "label"]) => self.label(id),
            (&Method::GET, ["shipping-methods"]) => shipping_methods(request),
            _ => not_found("There is nothing at this address."),
        }
    }

    fn find(&self, id: &str) -> Option<&Order> {
        let number = id.strip_prefix("o-")?.parse().ok()?;
        self.orders.get(&number)
    }

    fn list(&self, request: &Request<Bytes>) -> Answer {
        let query = query_of(request);
        let status = form::value(&query, "status");
        let matching = self.orders.values();
        let matching = matching.filter(|order| status.is_none_or(|status| status == order.status));
        page(&query, matching.map(|order| (order.number, order.to_json())))
    }

    fn export(&self) -> Answer {
        let mut text = CSV_HEADER.to_owned();
        text.extend(self.orders.values().map(Order::to_csv));
        Answer::bytes("text/csv; charset=utf-8", text)
    }

    fn one(&self, id: &str, request: &Request<Bytes>) -> Answer {
        let Some(order) = self.find(id) else {
            return not_found("There is no such order.");
        };
        let answer = if accepts(request, "application/xml") {
            Answer::bytes("application/xml; charset=utf-8", order.to_xml())
        } else {
            Answer::data(StatusCode::OK, order.to_json())
        };
        answer.header(ETAG, &order.etag())
    }

    fn label(&self, id: &str) -> Answer {
        match self.find(id) {
            Some(_) => Answer::bytes("image/png", &include_bytes!("label.png")[..]),
            None => not_found("There is no such order."),
        }
    }

    fn cancel(&mut self, id: &str, request: &Request<Bytes>) -> Answer {
        let Some(order) = self.find(id) else {
            return not_found("There is no such order.");
        };
        let asked_for = request.headers().get(IF_MATCH);
        if asked_for.is_some_and(|etag| etag.as_bytes() != order.etag().as_bytes()) {
            let status = StatusCode::PRECONDITION_FAILED;
            return Answer::problem(status, "PRECONDITION_FAILED", "The order has changed.");
        }
        let number = order.number;
        self.remove(number);
        Answer::empty(StatusCode::NO_CONTENT)
    }

    fn create(&mut self, request: &Request<Bytes>) -> Answer {
        let order = if has_type(request, CONTENT_TYPE, "application/x-www-form-urlencoded") {
            order_of_form(request.body())
        } else {
            order_of_json(request.body())
        };
        let order = match order {
            Ok(order) => order,
            Err((field, message)) => return invalid(field, message),
        };
        if !self.customers.contains(&order.customer_id) {
            return invalid("customer_id", "There is no such customer.");
        }
        let key = request.headers().get("idempotency-key");
        let key = key.map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
        let made_before = key.as_ref().and_then(|key| self.keys.get(key));
        let order = match made_before.and_then(|number| self.orders.get(number)) {
            Some(order) => order.clone(),
            None => self.insert(order).clone(),
        };
        if let Some(key) = key {
            self.keys.insert(key, order.number);
        }
        Answer::data(StatusCode::CREATED, order.to_json()).header(LOCATION, &format!("{BASE}orders/{}", order.id()))
    }
}

/// What is wrong with a field of a request.
type Invalid = (&'static str, &'static str);

fn order_of_json(body: &[u8]) -> Result<Order, Invalid> {
    let body: Value = serde_json::from_slice(body).map_err(|_| ("body", "The body is no JSON."))?;
    let items = body["items"].as_array().into_iter().flatten();
    let items: Option<Vec<Item>> = items
        .map(|item| {
            Some(Item {
                sku: item["sku"].as_str()?.to_owned(),
                quantity: item["quantity"]
                    .as_u64()
                    .filter(|quantity| (1..1000).contains(quantity))?,
            })
        })
        .collect();
    let note = body["note"].as_str().map(str::to_owned);
    new_order(body["customer_id"].as_str(), items, note)
}

fn order_of_form(body: &[u8]) -> Result<Order, Invalid> {
    let pairs = form::pairs(&String::from_utf8_lossy(body));
    let quantity = form::value(&pairs, "quantity").and_then(|quantity| quantity.parse().ok());
    let item = form::value(&pairs, "sku").zip(quantity).map(|(sku, quantity)| Item {
        sku: sku.to_owned(),
        quantity,
    });
    let items = item.filter(|item| (1..1000).contains(&item.quantity));
    let note = form::value(&pairs, "note").map(str::to_owned);
    new_order(form::value(&pairs, "customer_id"), items.map(|item| vec![item]), note)
}

fn new_order(customer_id: Option<&str>, items: Option<Vec<Item>>, note: Option<String>) -> Result<Order, Invalid> {
    let customer_id = customer_id.ok_or(("customer_id", "An order has a customer."))?;
    let items = items.filter(|items| !items.is_empty());
    Ok(Order {
        number: 0,
        status: "open".to_owned(),
        customer_id: customer_id.to_owned(),
        items: items.ok_or((
            "items",
            "An order has items, each with its sku and a quantity of 1 to 999.",
        ))?,
        note,
    })
}

fn shipping_methods(request: &Request<Bytes>) -> Answer {
    let methods = [("standard", 3, 4.9), ("express", 1, 12.5), ("pick-up", 2, 0.0)]
        .map(|(code, days, price)| json!({ "code": code, "days": days, "price": price }));
    page(&query_of(request), (1..).zip(methods))
}

/// A page of numbered items. Its token is the number that it starts at.
fn page(query: &[(String, String)], items: impl Iterator<Item = (u64, Value)>) -> Answer {
    let size = form::value(query, "page_size").map_or(Ok(20), str::parse);
    let start = form::value(query, "page_token").map_or(Ok(0), str::parse);
    let (Ok(size @ 1..=100), Ok(start)) = (size, start) else {
        return invalid(
            "page_size",
            "A page has 1 to 100 items, and its token comes from the page before.",
        );
    };
    let mut items = items.skip_while(|(number, _)| *number < start);
    let page: Vec<Value> = items.by_ref().take(size).map(|(_, item)| item).collect();
    let mut meta = meta();
    if let Some((next, _)) = items.next() {
        meta["next_page_token"] = next.to_string().into();
    }
    Answer::json(StatusCode::OK, json!({ "data": page, "meta": meta }))
}

fn query_of(request: &Request<Bytes>) -> Vec<(String, String)> {
    form::pairs(request.uri().query().unwrap_or_default())
}

fn not_found(message: &str) -> Answer {
    Answer::problem(StatusCode::NOT_FOUND, "NOT_FOUND", message)
}

fn invalid(field: &str, message: &str) -> Answer {
    let details = json!([{ "field": field, "message": message }]);
    let error = json!({ "code": "VALIDATION_ERROR", "message": "The request is not valid.", "details": details });
    Answer::json(StatusCode::BAD_REQUEST, json!({ "error": error, "meta": meta() }))
}

fn accepts(request: &Request<Bytes>, media_type: &str) -> bool {
    has_type(request, ACCEPT, media_type)
}

fn has_type(request: &Request<Bytes>, header: HeaderName, media_type: &str) -> bool {
    let value = request.headers().get(header).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.to_ascii_lowercase().starts_with(media_type))
}
