//! Whether the body of a page has the examples that its front matter asks for.

use super::{Job, LEVELS, PageError, Reader, Section, examples, pairs};
use crate::document::{FormatName, suggest};
use crate::rules::page::Example;

impl Reader {
    /// Holds the examples of a page against what it does.
    pub(super) fn check_body(&mut self, id: &str, job: Job, formats: &[FormatName], body: &str, body_line: usize) {
        let mut error = |line: usize, message: String| self.errors.push(PageError { line, message });
        if !body.trim_start().starts_with("# ") {
            error(body_line, "the page starts with a heading `# …`".into());
        }
        let examples = match examples(body, body_line) {
            Ok(examples) => examples,
            Err(problem) => {
                self.errors.push(problem);
                return;
            }
        };
        let sections: &[Section] = match job {
            Job::Event | Job::OtherChanges => return,
            Job::Checks => &[Section::Bad, Section::Good],
            Job::Changes => &[Section::Before, Section::After],
        };
        for section in sections {
            let in_section = || examples.iter().filter(|example| example.section == *section);
            if in_section().next().is_none() {
                error(body_line, format!("`## {}` with an example is missing", section.name()));
                continue;
            }
            for format in formats {
                if !in_section().any(|example| example.format(formats) == *format) {
                    let (heading, title) = (section.name(), format.title());
                    error(body_line, format!("`## {heading}` has no example of {title}"));
                }
            }
        }
        for example in &examples {
            let line = example.files[0].line;
            if !sections.contains(&example.section) {
                let what = match job {
                    Job::Changes => "judges changes: it has `## Before` and `## After`",
                    _ => "looks at documents: it has `## Bad` and `## Good`",
                };
                error(line, format!("the page {what}, not `## {}`", example.section.name()));
            }
            if job == Job::Checks && example.section == Section::Bad && example.marks_of(id).count() == 0 {
                error(
                    line,
                    format!("a bad example marks the line of its finding with `#! {id}`"),
                );
            }
            for (line, mark) in example.marks_of(id) {
                match (job, mark.level) {
                    (Job::Changes, None) => {
                        error(line, format!("a mark says how grave the change is: `#! {id}=error`"))
                    }
                    (Job::Changes, Some(level)) if !LEVELS.contains(&level) => {
                        let known = suggest::list(LEVELS.iter().copied(), "or");
                        error(line, format!("the level of a mark is {known}, not `{level}`"));
                    }
                    (Job::Checks, Some(_)) => error(line, "only marks of changes say how grave they are".into()),
                    _ => {}
                }
            }
        }
        if job == Job::Changes {
            match pairs(&examples) {
                Err(problem) => self.errors.push(problem),
                Ok(pairs) => {
                    let marked = |example: &Example| example.marks_of(id).count() > 0;
                    if !pairs.iter().any(|pair| marked(pair.before) || marked(pair.after)) {
                        error(body_line, format!("no line is marked with `#! {id}=…` as the change"));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::page::read;

    #[test]
    fn every_format_of_a_page_has_examples() {
        let check = "{ given: Message, then: { function: present } }";
        let page = |entries: &str, body: &str| {
            let front = format!("severity: info\nsince: 0.1.0\nmessage: x\n{entries}");
            let text = format!("---\n{front}---\n# Title\n\n{body}");
            let errors = read("some-rule", "tests", "x.md", &text).err().unwrap_or_default();
            errors.into_iter().map(|error| error.message).collect::<Vec<_>>()
        };
        let entries = |formats: &[&str]| -> String { formats.iter().map(|key| format!("{key}: {check}\n")).collect() };
        let proto = "## Bad\n```proto\nmessage A {} //! some-rule\n```\n## Good\n```proto\n```\n";
        let yaml = proto.replace("proto", "yaml");
        let asyncapi = yaml.replace("yaml\n", "yaml\nasyncapi: 3.0.0\n");
        assert!(page(&entries(&["protobuf"]), proto).is_empty());
        assert!(page(&entries(&["asyncapi"]), &yaml).is_empty());
        assert!(page(&entries(&["openapi", "asyncapi"]), &format!("{yaml}{asyncapi}")).is_empty());
        assert!(page(&entries(&["any"]), proto).is_empty());
        assert_eq!(
            page(&entries(&["openapi", "asyncapi", "protobuf"]), &yaml),
            [
                "`## Bad` has no example of AsyncAPI",
                "`## Bad` has no example of Protobuf",
                "`## Good` has no example of AsyncAPI",
                "`## Good` has no example of Protobuf",
            ]
        );
        assert_eq!(
            page("", proto),
            ["the page checks nothing: it needs `any`, `openapi`, `asyncapi`, `protobuf` or `event`"]
        );
    }
}
