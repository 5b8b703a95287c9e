//! Resolving a URI reference against a base, where both may hold characters that no URI has.

/// `reference` as it is meant in a document at `base`
/// (<https://www.rfc-editor.org/rfc/rfc3986#section-5.2>), without looking at either too closely: `$id`s of real
/// documents hold spaces and braces.
#[must_use]
pub fn resolve(base: &str, reference: &str) -> String {
    if has_scheme(reference) {
        return reference.to_owned();
    }
    let base = base.split('#').next().unwrap_or_default();
    if reference.is_empty() || reference.starts_with('#') {
        return format!("{base}{reference}");
    }
    let (root, path) = split_root(base);
    if let Some(rest) = reference.strip_prefix("//") {
        let scheme = root.split_once("//").map_or("", |(scheme, _)| scheme);
        return format!("{scheme}//{rest}");
    }
    let (target, suffix) = match reference.find(['?', '#']) {
        Some(at) => reference.split_at(at),
        None => (reference, ""),
    };
    if target.is_empty() {
        // Only a query is replaced.
        let path = path.split('?').next().unwrap_or_default();
        return format!("{root}{path}{suffix}");
    }
    let merged = if target.starts_with('/') {
        target.to_owned()
    } else {
        let folder = path.split('?').next().unwrap_or_default();
        let folder = folder.rfind('/').map_or("", |at| &folder[..=at]);
        let slash = if folder.is_empty() && !root.is_empty() { "/" } else { "" };
        format!("{slash}{folder}{target}")
    };
    format!("{root}{}{suffix}", without_dots(&merged))
}

/// Whether the text starts with a scheme such as `https:`. A single letter is a Windows drive, not a scheme.
#[must_use]
pub fn has_scheme(text: &str) -> bool {
    let end = text.find([':', '/', '?', '#']).unwrap_or(0);
    end > 1
        && text[end..].starts_with(':')
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text[..end]
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Scheme and authority, and what follows them.
fn split_root(uri: &str) -> (&str, &str) {
    let after_scheme = if has_scheme(uri) {
        uri.find(':').map_or(0, |at| at + 1)
    } else {
        0
    };
    let path = match uri[after_scheme..].strip_prefix("//") {
        Some(rest) => uri.len() - rest.len() + rest.find('/').unwrap_or(rest.len()),
        None => after_scheme,
    };
    uri.split_at(path)
}

fn without_dots(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    let absolute = path.starts_with('/');
    for step in path.split('/').skip(usize::from(absolute)) {
        match step {
            "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            ".." if absolute => {}
            _ => steps.push(step),
        }
    }
    if path.ends_with("/.") || path.ends_with("/..") {
        steps.push("");
    }
    format!("{}{}", if absolute { "/" } else { "" }, steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::resolve;

    /// The examples of RFC 3986, section 5.4, that concern what schemas use.
    #[test]
    fn references_are_resolved() {
        let base = "http://a/b/c/d;p?q";
        for (reference, expected) in [
            ("urn:h", "urn:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("g#s", "http://a/b/c/g#s"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../../g", "http://a/g"),
            ("", "http://a/b/c/d;p?q"),
        ] {
            assert_eq!(resolve(base, reference), expected, "{reference}");
        }
    }

    #[test]
    fn relative_bases_stay_relative() {
        assert_eq!(
            resolve("api/openapi.yaml", "schemas/a.yaml#/x"),
            "api/schemas/a.yaml#/x"
        );
        assert_eq!(resolve("api/openapi.yaml", "../common.yaml"), "common.yaml");
        assert_eq!(resolve("a.yaml", "../../b.yaml"), "../../b.yaml");
        assert_eq!(resolve("urn:example:root", "#/x"), "urn:example:root#/x");
        assert_eq!(resolve("https://example.com", "a.json"), "https://example.com/a.json");
    }
}
