//! The examples of a page: what is marked in them, and which of them belong together.

use super::PageError;
use crate::document::FormatName;
use crate::source::{Limits, Source};
use crate::syntax::{self, NodeId};
use std::sync::Arc;

/// What the heading above an example says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Something is found in it.
    Bad,
    /// Nothing is found in it.
    Good,
    /// The old one of two versions.
    Before,
    /// The new one of two versions.
    After,
}

impl Section {
    /// All sections.
    pub const ALL: &'static [Self] = &[Self::Bad, Self::Good, Self::Before, Self::After];

    /// The heading.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bad => "Bad",
            Self::Good => "Good",
            Self::Before => "Before",
            Self::After => "After",
        }
    }
}

/// An example of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The section that it stands in.
    pub section: Section,
    /// The files it consists of; several make one workspace.
    pub files: Vec<ExampleFile>,
}

/// A file of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFile {
    /// The language that the fence names.
    pub language: String,
    /// The file name that the fence gives, if any.
    pub name: Option<String>,
    /// The text.
    pub text: String,
    /// The line of the page on which the text starts, from 1.
    pub line: usize,
}

/// Two versions that an example compares.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'e> {
    /// The old one.
    pub before: &'e Example,
    /// The new one.
    pub after: &'e Example,
}

/// What a line of an example says is found there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'t> {
    /// The rule.
    pub rule: &'t str,
    /// How grave it is, which marks of changes say.
    pub level: Option<&'t str>,
}

/// The language of fences with Protobuf.
pub const PROTO: &str = "proto";

/// The levels that marks of changes can say.
pub const LEVELS: &[&str] = &["error", "warning", "info", "unknown"];

impl ExampleFile {
    /// The format that the file says it is of, if it does.
    #[must_use]
    pub fn format(&self) -> Option<FormatName> {
        if self.language == PROTO {
            return Some(FormatName::Protobuf);
        }
        let source = Arc::new(Source::from_text("example.yaml", self.text.as_str()));
        let tree = syntax::read(&source, &Limits::default());
        let has = |key: &str| tree.find(NodeId::ROOT, key).is_some();
        if has("asyncapi") {
            Some(FormatName::AsyncApi)
        } else {
            (has("openapi") || has("swagger")).then_some(FormatName::OpenApi)
        }
    }
}

impl Example {
    /// The format of the example, on a page about these ones: what its first file says, or else the first of the page.
    #[must_use]
    pub fn format(&self, of_page: &[FormatName]) -> FormatName {
        let said = self.files.iter().find_map(ExampleFile::format);
        let other = || of_page.iter().find(|format| **format != FormatName::Protobuf);
        said.or_else(|| other().copied()).unwrap_or(FormatName::OpenApi)
    }

    /// The marks of a rule, with the lines of the page on which they stand.
    pub fn marks_of<'e>(&'e self, rule: &'e str) -> impl Iterator<Item = (usize, Mark<'e>)> {
        self.files
            .iter()
            .flat_map(|file| {
                let lines = (file.line..).zip(file.text.lines());
                lines.flat_map(|(line, text)| marks(text).map(move |mark| (line, mark)))
            })
            .filter(move |(_, mark)| mark.rule == rule)
    }
}

/// The rules that a line of an example expects findings of: `#! a, b`, or for changes `#! a=error, b=info`.
pub fn marks(line: &str) -> impl Iterator<Item = Mark<'_>> {
    let marked = line
        .find("#!")
        .or_else(|| line.find("//!"))
        .map_or("", |at| &line[at..]);
    marked
        .trim_start_matches(['#', '/', '!'])
        .split([',', ' '])
        .filter(|mark| !mark.is_empty())
        .map(|mark| match mark.split_once('=') {
            Some((rule, level)) => Mark {
                rule,
                level: Some(level),
            },
            None => Mark {
                rule: mark,
                level: None,
            },
        })
}

/// The examples of a page's body, which starts on `first_line`.
///
/// # Errors
/// When a fence is not closed.
pub fn examples(body: &str, first_line: usize) -> Result<Vec<Example>, PageError> {
    let mut examples: Vec<Example> = Vec::new();
    let mut current: Option<Section> = None;
    let mut open: Option<(String, ExampleFile)> = None;
    // Files with names that follow each other make one example.
    let mut continues = false;
    for (number, line) in body.lines().enumerate() {
        let number = first_line + number;
        if let Some((fence, mut file)) = open.take() {
            if line.trim_end() == fence {
                let Some(section) = current else { continue };
                match examples.last_mut() {
                    Some(last) if continues && file.name.is_some() => last.files.push(file),
                    _ => {
                        continues = file.name.is_some();
                        examples.push(Example {
                            section,
                            files: vec![file],
                        });
                    }
                }
            } else {
                file.text.push_str(line);
                file.text.push('\n');
                open = Some((fence, file));
            }
            continue;
        }
        let ticks = line.chars().take_while(|c| *c == '`').count();
        if ticks >= 3 {
            let mut info = line[ticks..].split_whitespace();
            let file = ExampleFile {
                language: info.next().unwrap_or_default().to_owned(),
                name: info.next().map(str::to_owned),
                text: String::new(),
                line: number + 1,
            };
            open = Some(("`".repeat(ticks), file));
        } else if let Some(heading) = line.strip_prefix("## ") {
            current = Section::ALL
                .iter()
                .copied()
                .find(|section| section.name() == heading.trim());
            continues = false;
        }
    }
    match open {
        Some((_, file)) => Err(PageError {
            line: file.line - 1,
            message: "this fence is not closed".into(),
        }),
        None => Ok(examples),
    }
}

/// The pairs of versions among the examples of a page: each new one belongs to the old one above it.
///
/// # Errors
/// When a version has no other one to be compared with.
pub fn pairs(examples: &[Example]) -> Result<Vec<Pair<'_>>, PageError> {
    let alone = |example: &Example, message: &str| PageError {
        line: example.files[0].line,
        message: message.into(),
    };
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    let mut old: Option<(&Example, bool)> = None;
    for example in examples {
        match (example.section, old) {
            (Section::Before, Some((before, false))) => {
                return Err(alone(before, "no `## After` follows this `## Before`"));
            }
            (Section::Before, _) => old = Some((example, false)),
            (Section::After, None) => return Err(alone(example, "no `## Before` stands above this `## After`")),
            (Section::After, Some((before, _))) => {
                pairs.push(Pair { before, after: example });
                old = Some((before, true));
            }
            (Section::Bad | Section::Good, _) => {}
        }
    }
    match old {
        Some((before, false)) => Err(alone(before, "no `## After` follows this `## Before`")),
        _ => Ok(pairs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_found() {
        let body = "# Title\n\nWhy.\n\n## Bad\n```yaml\na: 1 #! some-rule, other\n```\nText.\n```yaml a.yaml\nx\n```\n```yaml b.yaml\ny\n```\n## Good\n````yaml\n```\n````\n## Notes\n```yaml\nno example\n```\n";
        let found = examples(body, 10).expect("the fences are closed");
        let files: Vec<(Section, usize)> = found
            .iter()
            .map(|example| (example.section, example.files.len()))
            .collect();
        assert_eq!(files, [(Section::Bad, 1), (Section::Bad, 2), (Section::Good, 1)]);
        assert_eq!(found[0].files[0].line, 16);
        let rules: Vec<&str> = marks(found[0].files[0].text.trim()).map(|mark| mark.rule).collect();
        assert_eq!(rules, ["some-rule", "other"]);
        assert_eq!(found[2].files[0].text, "```\n");
        assert!(examples("## Bad\n```yaml\n", 1).is_err());
    }

    #[test]
    fn versions_are_paired() {
        let version = |heading: &str| format!("## {heading}\n```yaml\na: 1 #! some-rule=error\n```\n");
        let body = |headings: &[&str]| headings.iter().map(|heading| version(heading)).collect::<String>();
        let count = |headings: &[&str]| {
            let examples = examples(&body(headings), 1).expect("the fences are closed");
            pairs(&examples).map(|pairs| pairs.len()).map_err(|error| error.line)
        };
        assert_eq!(count(&["Before", "After", "Before", "After", "After"]), Ok(3));
        assert_eq!(count(&["Bad", "Good"]), Ok(0));
        assert_eq!(count(&["After"]), Err(3));
        assert_eq!(count(&["Before", "Before", "After"]), Err(3));
        assert_eq!(count(&["Before", "After", "Before"]), Err(11));
        let found = examples(&body(&["Before"]), 1).expect("the fences are closed");
        let marks: Vec<_> = found[0].marks_of("some-rule").collect();
        assert_eq!(
            marks,
            [(
                3,
                Mark {
                    rule: "some-rule",
                    level: Some("error")
                }
            )]
        );
        assert_eq!(found[0].marks_of("other").count(), 0);
    }
}
