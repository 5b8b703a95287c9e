//! An order, and how it is written.

use super::answer::NOW;
use serde_json::{Value, json};
use std::fmt::Write;

/// What a customer has ordered.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) number: u64,
    pub(crate) status: String,
    pub(crate) customer_id: String,
    pub(crate) items: Vec<Item>,
    pub(crate) note: Option<String>,
}

/// So many of one article.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) sku: String,
    pub(crate) quantity: u64,
}

/// The price of any article: this shop is simple.
const PRICE_IN_CENTS: u64 = 495;

impl Order {
    /// What paths call it.
    pub(crate) fn id(&self) -> String {
        format!("o-{}", self.number)
    }

    /// Changes whenever the order does.
    pub(crate) fn etag(&self) -> String {
        format!("\"{}-{}\"", self.number, self.status)
    }

    fn total(&self) -> String {
        let cents = PRICE_IN_CENTS * self.items.iter().map(|item| item.quantity).sum::<u64>();
        format!("{}.{:02}", cents / 100, cents % 100)
    }

    pub(crate) fn to_json(&self) -> Value {
        let items: Vec<Value> = self
            .items
            .iter()
            .map(|item| json!({ "sku": item.sku, "quantity": item.quantity }))
            .collect();
        json!({
            "id": self.id(),
            "number": self.number,
            "status": self.status,
            "customer_id": self.customer_id,
            "items": items,
            "total": self.total().parse::<f64>().unwrap_or_default(),
            "currency": "EUR",
            "gift": false,
            "note": self.note,
            "labels": { "channel": "web", "season": "spring" },
            "events": [
                { "type": "created", "at": NOW },
                { "type": "confirmed", "at": NOW, "mail": "customer@example.com" },
            ],
            "created_at": NOW,
            "deliver_on": "2026-03-17",
            "deliver_from": "08:30:00",
        })
    }

    pub(crate) fn to_xml(&self) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let (id, status, total) = (self.id(), xml_text(&self.status), self.total());
        let _ = writeln!(xml, "<order id=\"{id}\">");
        let _ = writeln!(xml, "  <status>{status}</status>");
        for item in &self.items {
            let (sku, quantity) = (xml_text(&item.sku), item.quantity);
            let _ = writeln!(xml, "  <item quantity=\"{quantity}\">{sku}</item>");
        }
        let _ = writeln!(xml, "  <total currency=\"EUR\">{total}</total>\n</order>");
        xml
    }

    /// A line of the export; [`CSV_HEADER`] names the columns.
    pub(crate) fn to_csv(&self) -> String {
        format!("{},{},{}\n", self.number, self.status, self.total())
    }
}

/// The first line of the export.
pub(crate) const CSV_HEADER: &str = "number,status,total\n";

fn xml_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
