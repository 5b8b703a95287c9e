//! Embeds the rule pages.

fn main() {}
