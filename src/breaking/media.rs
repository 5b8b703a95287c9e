//! Media types and ranges: which one covers another (<https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1>).

/// A media type or range, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Range {
    main: String,
    sub: String,
    /// In the order of their names.
    parameters: Vec<(String, String)>,
}

/// How two ranges are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// They are the same.
    Same,
    /// They are the same but for parameters that do not tell formats apart, such as `charset`.
    OtherParameters,
    /// The first covers the second, and more.
    Wider,
    /// The second covers the first, and more.
    Narrower,
    /// Neither.
    Other,
}

/// Parameters that name another format, not another spelling of it.
const TELLING: &[&str] = &["version", "v", "profile", "ext", "type", "domain-model"];

impl Range {
    pub(crate) fn read(text: &str) -> Self {
        let mut parts = text.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let (main, sub) = essence.split_once('/').unwrap_or((&essence, "*"));
        let mut parameters: Vec<(String, String)> = parts
            .filter_map(|part| {
                let (name, value) = part.split_once('=')?;
                let value = value.trim().trim_matches('"');
                Some((name.trim().to_ascii_lowercase(), value.to_ascii_lowercase()))
            })
            .collect();
        parameters.sort_unstable();
        Self {
            main: main.to_owned(),
            sub: sub.to_owned(),
            parameters,
        }
    }

    /// How this range is related to another one.
    pub(crate) fn relation(&self, other: &Self) -> Relation {
        if self == other {
            return Relation::Same;
        }
        let telling = |range: &Self| -> Vec<(String, String)> {
            let kept = range.parameters.iter();
            kept.filter(|(name, _)| TELLING.contains(&name.as_str()))
                .cloned()
                .collect()
        };
        if self.main == other.main && self.sub == other.sub {
            return match (telling(self), telling(other)) {
                (mine, others) if mine == others => Relation::OtherParameters,
                (mine, _) if mine.is_empty() => Relation::Wider,
                (_, others) if others.is_empty() => Relation::Narrower,
                _ => Relation::Other,
            };
        }
        match (self.covers(other), other.covers(self)) {
            (true, _) => Relation::Wider,
            (_, true) => Relation::Narrower,
            _ => Relation::Other,
        }
    }

    /// Whether everything of the other range is of this one: `application/json` covers `application/problem+json`,
    /// because who reads the former reads the latter.
    fn covers(&self, other: &Self) -> bool {
        let main = self.main == "*" || self.main == other.main;
        let sub = self.sub == "*"
            || other.sub.rsplit_once('+').is_some_and(|(_, suffix)| suffix == self.sub)
            || self
                .sub
                .strip_prefix("*+")
                .is_some_and(|suffix| other.sub.ends_with(suffix));
        main && sub && other.main != "*"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_each_other() {
        for (old, new, relation) in [
            ("application/json", "application/JSON", Relation::Same),
            (
                "application/json",
                "application/json; charset=utf-8",
                Relation::OtherParameters,
            ),
            ("application/json", "application/problem+json", Relation::Wider),
            ("application/vnd.a+json", "application/json", Relation::Narrower),
            ("application/*", "application/json", Relation::Wider),
            ("image/png", "*/*", Relation::Narrower),
            ("application/json", "application/xml", Relation::Other),
            ("text/json", "application/problem+json", Relation::Other),
            (
                "application/vnd.a+json;version=1",
                "application/vnd.a+json;version=2",
                Relation::Other,
            ),
            ("a/b; x=1; y=2", "a/b;y=2;x=\"1\"", Relation::Same),
        ] {
            assert_eq!(Range::read(old).relation(&Range::read(new)), relation, "{old} {new}");
        }
    }
}
