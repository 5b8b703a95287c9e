//! `stipula.yaml`: what a repository asks of its descriptions.
//!
//! In comes the file's text; out come typed settings, or what is wrong with the file and where.

use super::level::{Level, Preset};
use super::lists::one_or_many;
pub use super::lists::{OneOrMany, Policies, PromiseWords};
use super::read::{self, Spanned};
use super::verify::{Contracts, VerifySettings};
use crate::document::suggest;
use crate::finding::Severity;
use crate::rules::changes::{AnyPromise, POLICIES, PolicySpec, find_policy};
use crate::rules::declaration::{Text, Value};
use crate::rules::dictionary::Dictionary;
use crate::source::{Limits, Source, Span};
use crate::syntax;
use globset::Glob;
use serde::Deserialize;
use serde::de::{self, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// The name under which the file is looked for.
pub const FILE_NAME: &str = "stipula.yaml";

/// Everything that `stipula.yaml` can say.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The APIs of the repository.
    pub apis: Vec<Api>,
    /// Which rules run, and how grave their findings are.
    pub rules: RuleSettings,
    /// Folders with rule pages of one's own.
    pub rule_folders: Vec<Spanned<String>>,
    /// From which severity on findings fail a run.
    pub fail_on: Option<FailOn>,
    /// The file that lists findings that are known.
    pub baseline: Option<String>,
    /// What one run may read and build.
    pub limits: LimitSettings,
    /// What references may do.
    pub references: ReferenceSettings,
    /// The words that the team uses.
    pub dictionary: DictionarySettings,
    /// How versions are compared.
    pub breaking: BreakingSettings,
    /// How providers are talked to.
    pub verify: VerifySettings,
}

/// One API.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Api {
    /// What the API is called.
    pub name: Option<String>,
    /// Its OpenAPI description: paths or globs.
    pub spec: OneOrMany,
    /// Its Protobuf files.
    pub proto: ProtoSettings,
    /// Its AsyncAPI descriptions: paths or globs.
    pub asyncapi: OneOrMany,
    /// The revision that changes are held against.
    pub against: Option<Spanned<String>>,
    /// The contracts of its consumers: paths, globs and URLs.
    pub contracts: Contracts,
    /// Where it runs; `${NAME}` stands for a variable of the environment.
    pub provider: Option<Spanned<String>>,
    /// How it is talked to, over what is said for all.
    pub verify: VerifySettings,
}

/// Where the Protobuf files of an API are.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ProtoSettings {
    /// The folders that hold them, from which their imports start.
    pub root: OneOrMany,
}

/// Which rules run, and how grave their findings are.
#[derive(Debug, Clone, Default)]
pub struct RuleSettings {
    /// The presets that everything starts from.
    pub extends: Vec<Spanned<Preset>>,
    /// What single rules do.
    pub rules: SomeRules,
    /// What single rules do in some files: globs with settings, the last one that fits wins.
    pub paths: Vec<(Spanned<String>, SomeRules)>,
}

/// Rules, by id, with what each does.
pub type SomeRules = Vec<(Spanned<String>, RuleSetting)>;

/// What a rule does.
#[derive(Debug, Clone, Default)]
pub struct RuleSetting {
    /// How grave its findings are, or that it is off; as its page says where nothing is said.
    pub level: Option<Level>,
    /// What its functions are told.
    pub options: Vec<(Text, Value)>,
    /// Where the options stand.
    pub options_span: Option<Span>,
}

/// From which severity on findings fail a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Errors fail it.
    Error,
    /// Warnings, too.
    Warning,
    /// Everything does.
    Info,
    /// Nothing does.
    Never,
}

/// A number with bounds of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Between<const MIN: u32, const MAX: u32>(pub u32);

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Between<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        u32::try_from(number)
            .ok()
            .filter(|number| (MIN..=MAX).contains(number))
            .map(Self)
            .ok_or_else(|| D::Error::custom(format_args!("{number} is not between {MIN} and {MAX}")))
    }
}

/// See [`Limits`]. Spans are counted in 32 bits, and trees are walked by recursion in places: hence the bounds.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LimitSettings {
    /// Megabytes of one document.
    pub document_megabytes: Option<Between<1, 4000>>,
    /// Levels of nesting.
    pub depth: Option<Between<8, 1000>>,
    /// Bytes of a key.
    pub key_bytes: Option<Between<100, 1_000_000>>,
    /// Nodes that aliases may add.
    pub alias_nodes: Option<u32>,
    /// References that may follow each other.
    pub reference_chain: Option<Between<1, { u32::MAX }>>,
    /// Files that references may pull in.
    pub referenced_files: Option<u32>,
    /// Syntax errors that are told of one document.
    pub syntax_errors: Option<Between<1, 10_000>>,
}

impl LimitSettings {
    /// The limits with what is set here in place of the defaults.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            document_bytes: self
                .document_megabytes
                .map_or(default.document_bytes, |megabytes| u64::from(megabytes.0) << 20),
            depth: self.depth.map_or(default.depth, |depth| depth.0),
            key_bytes: self.key_bytes.map_or(default.key_bytes, |bytes| bytes.0),
            alias_nodes: self.alias_nodes.unwrap_or(default.alias_nodes),
            reference_chain: self.reference_chain.map_or(default.reference_chain, |steps| steps.0),
            referenced_files: self.referenced_files.unwrap_or(default.referenced_files),
            syntax_errors: self.syntax_errors.map_or(default.syntax_errors, |errors| errors.0),
        }
    }
}

/// What references may do.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReferenceSettings {
    /// Name files outside the project.
    pub outside_project: bool,
    /// Name what is on the network: it is not read, and not reported.
    pub network: bool,
}

/// How versions are compared.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct BreakingSettings {
    /// The policies that judge some changes otherwise than their pages.
    pub policy: Policies,
    /// How grave it is if there is neither a proof nor a witness.
    #[serde(deserialize_with = "severity")]
    #[cfg_attr(test, schemars(with = "Option<Severity>"))]
    pub unknown: Option<Severity>,
    /// What the users of Protobuf packages, and those who read the data of events, can rely on.
    pub promise: PromiseWords,
    /// The same for single packages and namespaces, and for those in them.
    pub packages: BTreeMap<String, PromiseWords>,
    /// What members are to clients that a schema neither declares nor forbids.
    pub undeclared_members: UndeclaredMembers,
}

/// What members are to clients that a schema neither declares nor forbids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum UndeclaredMembers {
    /// Nobody sends or reads them: declaring one takes nothing away.
    #[default]
    Ignored,
    /// Somebody may: declaring one narrows what it could be.
    ReliedOn,
}

/// The words that the team uses.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct DictionarySettings {
    /// Singular to plural.
    pub plurals: BTreeMap<String, String>,
    /// Words without a plural of their own.
    pub uncountable: BTreeSet<String>,
    /// Words that look like verbs and are nouns here.
    pub nouns: BTreeSet<String>,
    /// Words that are verbs here.
    pub verbs: BTreeSet<String>,
}

impl From<DictionarySettings> for Dictionary {
    fn from(settings: DictionarySettings) -> Self {
        Self {
            plurals: settings.plurals,
            uncountable: settings.uncountable,
            nouns: settings.nouns,
            verbs: settings.verbs,
        }
    }
}

/// What is wrong with the file.
#[derive(Debug, Clone)]
pub struct ConfigError {
    /// The file.
    pub source: Arc<Source>,
    /// Where in it.
    pub span: Span,
    /// What is wrong, as a clause.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.source.position(self.span.start);
        write!(f, "{}:{}:{}: {}", self.source.name(), at.line, at.column, self.message)
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is no YAML, or says something that is not known.
    pub fn read(source: &Arc<Source>) -> Result<Self, ConfigError> {
        let tree = syntax::read(source, &Limits::default());
        let error = |span: Span, message: String| ConfigError {
            source: Arc::clone(source),
            span,
            message,
        };
        if let Some(problem) = tree.problems().first() {
            return Err(error(problem.span, problem.message.clone()));
        }
        // An empty file and one of comments alone say that nothing differs from the defaults.
        if tree.node_type(syntax::NodeId::ROOT) == syntax::NodeType::Null {
            return Ok(Self::default());
        }
        let config: Self =
            read::from_tree(&tree).map_err(|found| error(found.span.unwrap_or_default(), found.message))?;
        match config.wrong_glob() {
            Some((span, message)) => Err(error(span, message)),
            None => Ok(config),
        }
    }

    /// The first pattern for paths that is none, with what is wrong with it.
    fn wrong_glob(&self) -> Option<(Span, String)> {
        let mut texts: Vec<(Span, &str)> = Vec::new();
        for api in &self.apis {
            let paths = api.spec.0.iter().chain(&api.proto.root.0);
            texts.extend(paths.map(|path| (path.span, path.value.as_str())));
            let contracts = api.contracts.0.iter();
            let contracts = contracts.filter(|contract| !contract.value.place.contains("://"));
            texts.extend(contracts.map(|contract| (contract.span, contract.value.place.as_str())));
        }
        texts.extend(
            self.rules
                .paths
                .iter()
                .map(|(glob, _)| (glob.span, glob.value.as_str())),
        );
        texts.into_iter().find_map(|(span, text)| {
            let error = Glob::new(text).err()?;
            Some((span, format!("`{text}` is no glob: {}", error.kind())))
        })
    }
}

/// The policy for comparisons with this name.
///
/// # Errors
/// With a sentence that names the one that was meant, or all, when there is none.
pub fn policy_named(name: &str) -> Result<&'static PolicySpec, String> {
    find_policy(name).ok_or_else(|| {
        let names: Vec<&str> = POLICIES.iter().map(|policy| policy.name).collect();
        match suggest::closest(name, names.iter().copied()) {
            Some(meant) => format!("there is no policy `{name}`; did you mean `{meant}`?"),
            None => format!("there is no policy `{name}`; there are {}", names.join(", ")),
        }
    })
}

/// The promise with this name.
///
/// # Errors
/// With a sentence that names the likely one, or all, when there is none.
pub fn promise(name: &str) -> Result<AnyPromise, String> {
    AnyPromise::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = AnyPromise::names().collect();
        match suggest::closest(name, names.iter().copied()) {
            Some(meant) => format!("there is no promise `{name}`; did you mean `{meant}`?"),
            None => format!("there is no promise `{name}`; there are {}", names.join(", ")),
        }
    })
}

/// A promise, and the package that it is for, if one stands before it: `acme.order.v1=file`.
///
/// # Errors
/// With a sentence that names the likely one, or all, when there is none of that name.
pub fn promise_named(text: &str) -> Result<(Option<String>, AnyPromise), String> {
    match text.split_once('=') {
        Some((package, name)) => Ok((Some(package.to_owned()), promise(name)?)),
        None => Ok((None, promise(text)?)),
    }
}

fn severity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Severity>, D::Error> {
    let name = Cow::<str>::deserialize(deserializer)?;
    severity_named(&name).map(Some).map_err(D::Error::custom)
}

/// The severity with this name.
///
/// # Errors
/// With a sentence that names all, when there is none.
pub fn severity_named(name: &str) -> Result<Severity, String> {
    Severity::from_name(name).ok_or_else(|| format!("`{name}` is no severity; there are error, warning and info"))
}

/// Any value.
#[derive(Debug, Clone)]
pub struct Data(pub Value);

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = Data;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Data, E> {
                Ok(Data(Value::Null))
            }

            fn visit_bool<E>(self, boolean: bool) -> Result<Data, E> {
                Ok(Data(Value::Boolean(boolean)))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Data, E> {
                Ok(Data(Value::Number(Cow::Owned(number.to_string()))))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Data, E> {
                Ok(Data(Value::Number(Cow::Owned(number.to_string()))))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Data, E> {
                Ok(Data(Value::Number(Cow::Owned(number.to_string()))))
            }

            fn visit_str<E>(self, text: &str) -> Result<Data, E> {
                Ok(Data(Value::Text(Cow::Owned(text.to_owned()))))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Data, A::Error> {
                let mut elements = Vec::new();
                while let Some(Data(element)) = list.next_element()? {
                    elements.push(element);
                }
                Ok(Data(Value::List(Cow::Owned(elements))))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, Data(value))) = map.next_entry::<String, Data>()? {
                    entries.push((Cow::Owned(key), value));
                }
                Ok(Data(Value::Map(Cow::Owned(entries))))
            }
        }
        deserializer.deserialize_any(Values)
    }
}

impl<'de> Deserialize<'de> for RuleSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Settings;
        impl<'de> Visitor<'de> for Settings {
            type Value = RuleSettings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with `extends`, `paths` and rules")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleSettings, A::Error> {
                let mut settings = RuleSettings::default();
                while let Some(key) = map.next_key::<Spanned<String>>()? {
                    match key.value.as_str() {
                        "extends" => settings.extends = map.next_value::<Presets>()?.0,
                        "paths" => settings.paths = map.next_value::<PathSettings>()?.0,
                        _ => settings.rules.push((key, map.next_value()?)),
                    }
                }
                Ok(settings)
            }
        }
        deserializer.deserialize_map(Settings)
    }
}

struct Presets(Vec<Spanned<Preset>>);

impl<'de> Deserialize<'de> for Presets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer).map(Self)
    }
}

struct PathSettings(Vec<(Spanned<String>, SomeRules)>);

impl<'de> Deserialize<'de> for PathSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Globs;
        impl<'de> Visitor<'de> for Globs {
            type Value = PathSettings;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with globs, each with rules")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PathSettings, A::Error> {
                let mut paths = Vec::new();
                while let Some(glob) = map.next_key()? {
                    paths.push((glob, map.next_value::<RuleMap>()?.0));
                }
                Ok(PathSettings(paths))
            }
        }
        deserializer.deserialize_map(Globs)
    }
}

struct RuleMap(SomeRules);

impl<'de> Deserialize<'de> for RuleMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rules;
        impl<'de> Visitor<'de> for Rules {
            type Value = RuleMap;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with rules and their levels")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleMap, A::Error> {
                let mut rules = Vec::new();
                while let Some(rule) = map.next_key()? {
                    rules.push((rule, map.next_value()?));
                }
                Ok(RuleMap(rules))
            }
        }
        deserializer.deserialize_map(Rules)
    }
}

/// A rule with options.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RuleFields {
    /// How grave its findings are, or that it is off.
    level: Option<Level>,
    /// What it is told; `stipula explain` names its options.
    options: Option<Spanned<Data>>,
}

impl<'de> Deserialize<'de> for RuleSetting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Setting;
        impl<'de> Visitor<'de> for Setting {
            type Value = RuleSetting;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`off`, `error`, `warning`, `info`, or an object with `level` and `options`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RuleSetting, E> {
                let level = Level::deserialize(de::value::StrDeserializer::new(text))?;
                Ok(RuleSetting {
                    level: Some(level),
                    ..RuleSetting::default()
                })
            }

            // `off` is a boolean to who writes YAML 1.1, and `false` says the same.
            fn visit_bool<E: de::Error>(self, on: bool) -> Result<RuleSetting, E> {
                Ok(RuleSetting {
                    level: (!on).then_some(Level::Off),
                    ..RuleSetting::default()
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RuleSetting, A::Error> {
                let long = RuleFields::deserialize(de::value::MapAccessDeserializer::new(map))?;
                let (options, options_span) = match long.options {
                    None => (Vec::new(), None),
                    Some(Spanned {
                        value: Data(Value::Map(options)),
                        span,
                    }) => (options.into_owned(), Some(span)),
                    Some(_) => return Err(de::Error::custom("options are names with values")),
                };
                Ok(RuleSetting {
                    level: long.level,
                    options,
                    options_span,
                })
            }
        }
        deserializer.deserialize_any(Setting)
    }
}
