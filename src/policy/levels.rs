//! Which rules run, and how grave their findings are: flag over file over preset over page.

use super::config::{Config, ConfigError, RuleSetting};
use super::level::{Level, Preset};
use super::read::Spanned;
use crate::document::suggest;
use crate::finding::Severity;
use crate::rules::declaration::{Text, Value};
use crate::rules::{Catalog, CompileError, Rule};
use crate::source::{Source, Span};
use globset::{Glob, GlobMatcher};
use std::collections::HashMap;
use std::sync::Arc;

/// The levels of all rules, in all files.
#[derive(Debug)]
pub struct Levels {
    /// What the presets say.
    preset: HashMap<String, Level>,
    /// What the file says of rules everywhere.
    by_rule: HashMap<String, Level>,
    /// What the file says of rules in some files; the last word holds.
    by_path: Vec<(GlobMatcher, HashMap<String, Level>)>,
    /// What the command line says.
    flags: HashMap<String, Level>,
    options: HashMap<String, Told>,
    presets: Vec<Preset>,
}

/// The options that a rule is told, and where the file says so.
type Told = (Vec<(Text, Value)>, Option<Span>);

impl Levels {
    /// Works out the levels. `flags` are those of the command line, which stand above all others.
    ///
    /// # Errors
    /// When the file names a rule that does not exist, or a glob that is none.
    pub fn new(
        config: &Config,
        source: Option<&Arc<Source>>,
        catalog: &Catalog,
        flags: HashMap<String, Level>,
    ) -> Result<Self, ConfigError> {
        let error = |span: Span, message: String| ConfigError {
            source: source.map_or_else(|| Arc::new(Source::from_text("stipula.yaml", "")), Arc::clone),
            span,
            message,
        };
        let known = |rule: &Spanned<String>| match catalog.get(&rule.value) {
            Some(_) => Ok(()),
            None => Err(error(rule.span, unknown_rule(catalog, &rule.value))),
        };
        let presets: Vec<Preset> = config.rules.extends.iter().map(|preset| preset.value).collect();
        let mut levels = Self {
            preset: HashMap::new(),
            by_rule: HashMap::new(),
            by_path: Vec::new(),
            flags,
            options: HashMap::new(),
            presets: presets.clone(),
        };
        for declaration in catalog.declarations() {
            // Of several presets, the one that asks for more wins.
            let asked = presets
                .iter()
                .map(|preset| preset.level(declaration))
                .max_by_key(|level| *level as u8);
            let level = asked.unwrap_or_else(|| Preset::default().level(declaration));
            levels.preset.insert(declaration.id.to_string(), level);
        }
        for (rule, setting) in &config.rules.rules {
            known(rule)?;
            levels.set(catalog, &rule.value, setting);
        }
        for (glob, rules) in &config.rules.paths {
            let matcher = Glob::new(&glob.value)
                .map_err(|_| error(glob.span, format!("`{}` is no glob", glob.value)))?
                .compile_matcher();
            let mut here = HashMap::new();
            for (rule, setting) in rules {
                known(rule)?;
                if let Some(span) = setting.options_span {
                    return Err(error(
                        span,
                        "options cannot differ from file to file; only levels can".into(),
                    ));
                }
                here.extend(setting.level.map(|level| (rule.value.clone(), level)));
            }
            levels.by_path.push((matcher, here));
        }
        Ok(levels)
    }

    fn set(&mut self, catalog: &Catalog, rule: &str, setting: &RuleSetting) {
        let page = catalog.get(rule).map(|declaration| Level::from(declaration.severity));
        // Telling a rule its options switches it on.
        let implied = match self.preset.get(rule) {
            Some(Level::Off) | None => page,
            Some(_) => None,
        };
        if let Some(level) = setting.level.or(implied) {
            self.by_rule.insert(rule.to_owned(), level);
        }
        if !setting.options.is_empty() {
            self.options
                .insert(rule.to_owned(), (setting.options.clone(), setting.options_span));
        }
    }

    /// How grave a finding of a rule is in a file; nothing if the rule is off there.
    #[must_use]
    pub fn severity(&self, rule: &str, path: &str) -> Option<Severity> {
        let level = self.told(rule, path).or_else(|| self.preset.get(rule).copied());
        level.and_then(Level::severity)
    }

    /// The level that the user gave a rule in a file, if they gave it one themselves: by a flag, or in their file.
    #[must_use]
    pub fn told(&self, rule: &str, path: &str) -> Option<Level> {
        let here = || {
            self.by_path
                .iter()
                .rev()
                .filter(|(glob, _)| glob.is_match(path))
                .find_map(|(_, rules)| rules.get(rule))
        };
        let told = self.flags.get(rule).or_else(here).or_else(|| self.by_rule.get(rule));
        told.copied()
    }

    /// Whether a rule runs in any file.
    #[must_use]
    pub fn is_on(&self, rule: &str) -> bool {
        match self.flags.get(rule) {
            Some(level) => *level != Level::Off,
            None => {
                let on = |level: Option<&Level>| level.is_some_and(|level| *level != Level::Off);
                on(self.by_rule.get(rule).or_else(|| self.preset.get(rule)))
                    || self.by_path.iter().any(|(_, rules)| on(rules.get(rule)))
            }
        }
    }

    /// The rules that look at documents and run, told what the file tells them.
    ///
    /// # Errors
    /// When the file tells a rule something that it cannot work with.
    pub fn compile(&self, catalog: &Catalog) -> Result<Vec<Rule>, (CompileError, Option<Span>)> {
        catalog
            .declarations()
            .iter()
            .filter(|declaration| declaration.changes.is_empty() && self.is_on(&declaration.id))
            .map(|declaration| {
                let told = self.options.get(&*declaration.id);
                // What is told last holds.
                let presets = self.presets.iter().flat_map(|preset| preset.options(declaration));
                let own = told.map_or(&[][..], |(options, _)| options);
                let options: Vec<(Text, Value)> = presets.chain(own).cloned().collect();
                Rule::compile(Arc::clone(declaration), &options)
                    .map_err(|error| (error, told.and_then(|(_, span)| *span)))
            })
            .collect()
    }
}

/// What to say of a rule that does not exist.
#[must_use]
pub fn unknown_rule(catalog: &Catalog, id: &str) -> String {
    let hint = match catalog.similar(id) {
        similar @ Some(_) => suggest::hint(similar),
        None => {
            let ids = catalog.declarations().iter().map(|declaration| &*declaration.id);
            let having: Vec<&str> = ids.filter(|known| id.len() > 2 && known.contains(id)).take(5).collect();
            match having.as_slice() {
                [] => "; `stipula rules` lists all".to_owned(),
                _ => format!("; there is {}", suggest::list(having, "and")),
            }
        }
    };
    format!("there is no rule `{id}`{hint}")
}
