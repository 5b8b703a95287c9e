//! What words are: whether one is plural, whether it is a verb.
//!
//! Names in descriptions are English nouns, with a few irregular ones, many acronyms and some jargon. The tables are
//! small on purpose: what a team's own words do is said in its dictionary.

use std::collections::{BTreeMap, BTreeSet};

/// Nouns whose plural no rule gives.
const IRREGULAR: &[(&str, &str)] = &[
    ("person", "people"),
    ("child", "children"),
    ("man", "men"),
    ("woman", "women"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("goose", "geese"),
    ("mouse", "mice"),
    ("ox", "oxen"),
    ("leaf", "leaves"),
    ("life", "lives"),
    ("knife", "knives"),
    ("wife", "wives"),
    ("half", "halves"),
    ("self", "selves"),
    ("shelf", "shelves"),
    ("wolf", "wolves"),
    ("thief", "thieves"),
    ("calf", "calves"),
    ("loaf", "loaves"),
    ("index", "indices"),
    ("vertex", "vertices"),
    ("matrix", "matrices"),
    ("appendix", "appendices"),
    ("axis", "axes"),
    ("analysis", "analyses"),
    ("basis", "bases"),
    ("crisis", "crises"),
    ("thesis", "theses"),
    ("hypothesis", "hypotheses"),
    ("synthesis", "syntheses"),
    ("diagnosis", "diagnoses"),
    ("criterion", "criteria"),
    ("phenomenon", "phenomena"),
    ("datum", "data"),
    ("medium", "media"),
    ("stratum", "strata"),
    ("curriculum", "curricula"),
    ("memorandum", "memoranda"),
    ("addendum", "addenda"),
    ("stimulus", "stimuli"),
    ("radius", "radii"),
    ("nucleus", "nuclei"),
    ("alumnus", "alumni"),
    ("fungus", "fungi"),
    ("larva", "larvae"),
    ("quiz", "quizzes"),
    ("hero", "heroes"),
    ("potato", "potatoes"),
    ("tomato", "tomatoes"),
    ("echo", "echoes"),
    ("veto", "vetoes"),
    ("embargo", "embargoes"),
    ("lens", "lenses"),
    ("gas", "gases"),
    ("bus", "buses"),
    ("status", "statuses"),
    ("alias", "aliases"),
    ("bias", "biases"),
    ("canvas", "canvases"),
    ("atlas", "atlases"),
    ("iris", "irises"),
    ("corpus", "corpora"),
    ("genus", "genera"),
    ("opus", "opuses"),
    ("plus", "pluses"),
    ("cache", "caches"),
    ("die", "dice"),
    ("penny", "pennies"),
];

/// More plurals that are in use beside the ones above.
const OTHER_PLURALS: &[(&str, &str)] = &[
    ("index", "indexes"),
    ("vertex", "vertexes"),
    ("matrix", "matrixes"),
    ("appendix", "appendixes"),
    ("person", "persons"),
    ("schema", "schemata"),
    ("formula", "formulae"),
    ("antenna", "antennae"),
    ("medium", "mediums"),
    ("curriculum", "curriculums"),
    ("memorandum", "memorandums"),
    ("radius", "radiuses"),
    ("bus", "busses"),
    ("corpus", "corpuses"),
    ("hero", "heros"),
    ("quota", "quotas"),
    // No other word in `-us` is a plural.
    ("menu", "menus"),
    ("guru", "gurus"),
    ("cpu", "cpus"),
    ("gpu", "gpus"),
    ("vcpu", "vcpus"),
    ("sku", "skus"),
    ("emu", "emus"),
    ("mtu", "mtus"),
    ("bayou", "bayous"),
    ("haiku", "haikus"),
];

/// Nouns that have no plural, or the same one, and collections that are called by a word that looks singular.
const UNCOUNTABLE: &[&str] = &[
    "access",
    "accommodation",
    "advice",
    "aircraft",
    "analytics",
    "audio",
    "authentication",
    "authorization",
    "baggage",
    "billing",
    "bread",
    "capital",
    "cash",
    "chaos",
    "clothing",
    "compliance",
    "connectivity",
    "consent",
    "content",
    "coverage",
    "data",
    "deer",
    "diagnostics",
    "dns",
    "documentation",
    "economics",
    "education",
    "electricity",
    "electronics",
    "email",
    "equipment",
    "ethics",
    "evidence",
    "experience",
    "feedback",
    "finance",
    "firmware",
    "fish",
    "food",
    "freight",
    "funding",
    "furniture",
    "geography",
    "governance",
    "graphics",
    "hardware",
    "health",
    "help",
    "history",
    "homework",
    "identity",
    "info",
    "information",
    "infrastructure",
    "insurance",
    "intelligence",
    "inventory",
    "jewelry",
    "knowledge",
    "legal",
    "liveness",
    "livez",
    "logic",
    "logistics",
    "luggage",
    "machinery",
    "mail",
    "maintenance",
    "malware",
    "marketing",
    "mathematics",
    "media",
    "merchandise",
    "metadata",
    "middleware",
    "money",
    "music",
    "navigation",
    "news",
    "offspring",
    "oauth",
    "pagination",
    "parking",
    "permafrost",
    "personnel",
    "physics",
    "police",
    "politics",
    "pricing",
    "privacy",
    "progress",
    "proof",
    "provenance",
    "publicity",
    "radar",
    "readiness",
    "readyz",
    "registration",
    "research",
    "rice",
    "safety",
    "sales",
    "search",
    "security",
    "series",
    "sheep",
    "shipping",
    "software",
    "species",
    "spam",
    "staff",
    "stamina",
    "statistics",
    "storage",
    "stuff",
    "sugar",
    "support",
    "swine",
    "telemetry",
    "tennis",
    "terms",
    "time",
    "topology",
    "traffic",
    "training",
    "transport",
    "travel",
    "trivia",
    "trust",
    "usage",
    "vat",
    "video",
    "warranty",
    "wealth",
    "weather",
    "wildlife",
    "work",
];

/// Words that end in `s` and are singular all the same.
const SINGULAR_IN_S: &[&str] = &[
    "address",
    "aws",
    "business",
    "campus",
    "census",
    "chorus",
    "circus",
    "class",
    "compass",
    "congress",
    "consensus",
    "cors",
    "css",
    "dress",
    "express",
    "focus",
    "gps",
    "https",
    "ios",
    "kubernetes",
    "mass",
    "mess",
    "nas",
    "os",
    "pass",
    "press",
    "process",
    "radius",
    "rss",
    "saas",
    "sms",
    "success",
    "surplus",
    "syllabus",
    "this",
    "tls",
    "tos",
    "virus",
    "wellness",
    "witness",
];

/// What an operation does, as a word. A path that says it should be a method instead.
const VERBS: &[&str] = &[
    "add",
    "append",
    "apply",
    "assign",
    "calculate",
    "clear",
    "clone",
    "convert",
    "create",
    "delete",
    "destroy",
    "disable",
    "edit",
    "enable",
    "erase",
    "execute",
    "fetch",
    "find",
    "generate",
    "get",
    "insert",
    "invoke",
    "list",
    "load",
    "lookup",
    "modify",
    "patch",
    "post",
    "purge",
    "put",
    "read",
    "remove",
    "rename",
    "replace",
    "retrieve",
    "run",
    "save",
    "select",
    "send",
    "set",
    "show",
    "store",
    "submit",
    "unassign",
    "unset",
    "update",
    "upsert",
    "validate",
    "verify",
    "view",
    "write",
];

/// Verbs that are nouns just as well: they count as verbs only in front of another word.
const ALSO_NOUNS: &[&str] = &[
    "add", "append", "clone", "edit", "fetch", "find", "get", "insert", "list", "load", "lookup", "patch", "post",
    "put", "read", "run", "select", "set", "show", "store", "submit", "update", "view", "write",
];

/// Verbs of HTTP and of create, read, update and delete: as the first of several words, or alone.
const ALWAYS_VERBS: &[&str] = &[
    "add", "create", "delete", "destroy", "fetch", "get", "insert", "modify", "patch", "put", "remove", "retrieve",
    "save", "update", "upsert",
];

/// A team's own words, from `stipula.yaml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary {
    /// Singular to plural.
    pub plurals: BTreeMap<String, String>,
    /// Words without a plural of their own.
    pub uncountable: BTreeSet<String>,
    /// Words that look like verbs and are nouns here.
    pub nouns: BTreeSet<String>,
    /// Words that are verbs here.
    pub verbs: BTreeSet<String>,
}

/// Whether a word names one thing or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Number {
    /// Several, or a word that has no plural.
    Plural,
    /// One; with its plural.
    Singular(String),
}

impl Dictionary {
    /// Whether a word (in small letters) is plural.
    #[must_use]
    pub fn number(&self, word: &str) -> Number {
        if word.len() < 2
            || self.uncountable.contains(word)
            || self.plurals.values().any(|plural| plural == word)
            || UNCOUNTABLE.contains(&word)
            || !word.chars().all(char::is_alphabetic)
        {
            return Number::Plural;
        }
        if self.plurals.contains_key(word) || singular_by_table(word) {
            return Number::Singular(self.plural(word));
        }
        let is_plural = IRREGULAR.iter().chain(OTHER_PLURALS).any(|(_, plural)| *plural == word)
            || word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("sis") && !word.ends_with("us")
            // `…people`, `…children`: the second half of a compound.
            || IRREGULAR.iter().any(|(_, plural)| plural.len() > 3 && !plural.ends_with('s') && word.ends_with(plural));
        if is_plural {
            Number::Plural
        } else {
            Number::Singular(self.plural(word))
        }
    }

    /// The plural of a singular word in small letters.
    #[must_use]
    pub fn plural(&self, word: &str) -> String {
        if let Some(plural) = self.plurals.get(word) {
            return plural.clone();
        }
        if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == word) {
            return (*plural).to_owned();
        }
        let before_last = word.chars().rev().nth(1);
        let is_vowel = |letter: Option<char>| letter.is_some_and(|letter| "aeiou".contains(letter));
        if let Some(stem) = word.strip_suffix("sis") {
            return format!("{stem}ses");
        }
        if let Some(stem) = word.strip_suffix('y')
            && !is_vowel(before_last)
        {
            return format!("{stem}ies");
        }
        let hisses = ["s", "x", "z", "ch", "sh"];
        if hisses.iter().any(|ending| word.ends_with(ending)) {
            return format!("{word}es");
        }
        format!("{word}s")
    }

    /// Whether a word says what is done, though it may say what there is as well.
    #[must_use]
    pub fn may_be_verb(&self, word: &str) -> bool {
        VERBS.contains(&word) || self.verbs.contains(word)
    }

    /// The verb that a name starts with or is, if it says what is done rather than what there is.
    ///
    /// `words` are the words of one path segment; `output` is no verb, and neither is `put` inside it.
    #[must_use]
    pub fn verb<'w>(&self, words: &'w [String]) -> Option<&'w str> {
        let first = words.first()?;
        if self.nouns.contains(first.as_str()) {
            return None;
        }
        if self.verbs.contains(first.as_str()) {
            return Some(first);
        }
        let known = VERBS.contains(&first.as_str());
        let is_verb = if words.len() == 1 {
            known && (!ALSO_NOUNS.contains(&first.as_str()) || ALWAYS_VERBS.contains(&first.as_str()))
        } else {
            // In `set-lists` the second word is what the first one does something to; in `list-settings`, too. But
            // in `post-office` and `store-hours` the first one only says which.
            known && (ALWAYS_VERBS.contains(&first.as_str()) || !ALSO_NOUNS.contains(&first.as_str()))
        };
        is_verb.then_some(first.as_str())
    }
}

fn singular_by_table(word: &str) -> bool {
    SINGULAR_IN_S.contains(&word) || IRREGULAR.iter().any(|(singular, _)| *singular == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::words::words;

    fn plural_of(word: &str) -> Option<String> {
        match Dictionary::default().number(word) {
            Number::Plural => None,
            Number::Singular(plural) => Some(plural),
        }
    }

    #[test]
    fn plurals_are_known() {
        for plural in [
            "orders",
            "addresses",
            "people",
            "children",
            "indices",
            "indexes",
            "analyses",
            "statuses",
            "data",
            "metadata",
            "series",
            "news",
            "policies",
            "keys",
            "boxes",
            "aliases",
            "information",
            "analytics",
            "criteria",
            "schemas",
            "apis",
            "batches",
            "caches",
            "gists",
            "codespaces",
            "menus",
            "heroes",
            "employees",
            "salespeople",
            "v",
            "2024",
        ] {
            assert_eq!(plural_of(plural), None, "{plural}");
        }
        for (singular, plural) in [
            ("order", "orders"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("person", "people"),
            ("policy", "policies"),
            ("key", "keys"),
            ("box", "boxes"),
            ("batch", "batches"),
            ("analysis", "analyses"),
            ("process", "processes"),
            ("index", "indices"),
            ("child", "children"),
            ("bus", "buses"),
            ("lens", "lenses"),
            ("campus", "campuses"),
            ("hypothesis", "hypotheses"),
            ("cache", "caches"),
            ("user", "users"),
        ] {
            assert_eq!(plural_of(singular).as_deref(), Some(plural), "{singular}");
        }
    }

    #[test]
    fn a_dictionary_wins() {
        let dictionary = Dictionary {
            plurals: [
                ("sku".to_owned(), "skus".to_owned()),
                ("pokemon".to_owned(), "pokemon".to_owned()),
            ]
            .into(),
            uncountable: ["status".to_owned()].into(),
            nouns: ["update".to_owned()].into(),
            verbs: ["ping".to_owned()].into(),
        };
        assert_eq!(dictionary.number("status"), Number::Plural);
        assert_eq!(dictionary.number("pokemon"), Number::Plural);
        assert_eq!(dictionary.number("sku"), Number::Singular("skus".to_owned()));
        assert_eq!(dictionary.verb(&words("update")), None);
        assert_eq!(dictionary.verb(&words("ping")), Some("ping"));
    }

    #[test]
    fn verbs_are_told_from_nouns() {
        let dictionary = Dictionary::default();
        for (name, verb) in [
            ("getItems", Some("get")),
            ("get", Some("get")),
            ("create-order", Some("create")),
            ("deleteAll", Some("delete")),
            ("output", None),
            ("posts", None),
            ("post-office", None),
            ("profile-options", None),
            ("settings", None),
            ("additional_info", None),
            ("updates", None),
            ("list", None),
            ("store", None),
            ("verify", Some("verify")),
            ("runs", None),
            ("input", None),
            ("target", None),
        ] {
            assert_eq!(dictionary.verb(&words(name)), verb, "{name}");
        }
    }
}
