//! Feature files (<https://cucumber.io/docs/gherkin/reference/>), as far as the compatibility suite uses them:
//! backgrounds, scenarios, steps and tables.

/// A scenario, with the steps of its background before its own.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

/// A step: its text without the leading word, and the table below it.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) text: String,
    pub(crate) table: Vec<Vec<String>>,
}

/// The scenarios of a feature.
pub(crate) fn scenarios(text: &str) -> Vec<Scenario> {
    let mut background: Vec<Step> = Vec::new();
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut in_background = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("Background:") {
            in_background = true;
        } else if let Some(name) = line.strip_prefix("Scenario:") {
            in_background = false;
            scenarios.push(Scenario {
                name: name.trim().to_owned(),
                steps: background.clone(),
            });
        } else {
            let steps = match scenarios.last_mut() {
                Some(scenario) if !in_background => &mut scenario.steps,
                _ => &mut background,
            };
            if line.starts_with('|') {
                if let Some(step) = steps.last_mut() {
                    step.table.push(cells(line));
                }
            } else if let Some(text) = step(line) {
                steps.push(Step {
                    text: text.to_owned(),
                    table: Vec::new(),
                });
            }
        }
    }
    scenarios
}

fn step(line: &str) -> Option<&str> {
    ["Given ", "When ", "Then ", "And ", "But "]
        .iter()
        .find_map(|word| line.strip_prefix(word))
        .map(str::trim)
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut letters = line.trim_start_matches('|').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.peek() == Some(&'|') => cells.last_mut().unwrap().extend(letters.next()),
            '|' => cells.push(String::new()),
            letter => cells.last_mut().unwrap().push(letter),
        }
    }
    cells.pop();
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

#[test]
fn features_are_read() {
    let scenarios = scenarios(
        "Feature: F\n  Background:\n    Given a\n      | x | y |\n      | 1 | a \\| b |\n\n  @wip\n  Scenario: S\n    When b\n    \
         And c\n",
    );
    assert_eq!(scenarios.len(), 1);
    let steps: Vec<&str> = scenarios[0].steps.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(steps, ["a", "b", "c"]);
    assert_eq!(scenarios[0].steps[0].table, [["x", "y"], ["1", "a | b"]]);
}
