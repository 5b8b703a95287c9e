//! Objects that fit demands on them.
//!
//! Of names, those that some demand speaks of are looked at one by one, and all others by the cells into which patterns
//! and demands on names part them: names of one cell are alike. So there are finitely many ways to give an object the
//! members that demands of their own stand for.

use super::scalar::{AUTOMATON, readable_words};
use super::{Doubt, Found, Search};
use crate::schema::canonical::{Class, Form, SchemaId};
use crate::schema::instance::{InstanceId, TextId};
use crate::schema::language::Language;
use crate::schema::reason::Reason;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Members of the largest object that is made up.
const LARGEST: u64 = 1000;
/// Cells of names, at most.
const CELLS: usize = 64;

/// What is demanded of an object.
#[derive(Debug, Default)]
struct Objects {
    properties: FxHashMap<TextId, Vec<SchemaId>>,
    members: Vec<(Arc<Class>, SchemaId)>,
    names: Vec<SchemaId>,
    required: Vec<TextId>,
    /// What required members must be besides.
    besides: FxHashMap<TextId, Vec<SchemaId>>,
    min: u64,
    max: Option<u64>,
    wanted: Vec<Wanted>,
    /// The names that some demand speaks of.
    declared: Vec<TextId>,
}

/// A member that must be there: with a name of a class, or that is of a schema, and a value of a schema.
#[derive(Debug, Clone)]
struct Wanted {
    class: Arc<Class>,
    name: SchemaId,
    value: SchemaId,
}

/// What tells undeclared names apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Predicate {
    Pattern(TextId),
    Name(SchemaId),
}

/// Undeclared names that no demand tells apart.
#[derive(Debug, Clone)]
struct Cell {
    holding: Vec<Predicate>,
    /// The names; nothing if they are all undeclared ones.
    language: Option<Language>,
}

/// A name, or a class of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Name(TextId),
    Cell(usize),
}

/// A member of the object that is put together.
#[derive(Debug, Clone)]
struct Member {
    slot: Slot,
    set: Vec<SchemaId>,
    value: InstanceId,
}

impl Search<'_> {
    pub(super) fn find_object(&mut self, atoms: &[SchemaId]) -> Found {
        if !self.step(1 + atoms.len()) {
            return Found::Undecided(Reason::Budget);
        }
        let mut objects = self.objects(atoms);
        let required = objects.required.len() as u64;
        if objects.max.is_some_and(|max| max < objects.min || max < required) {
            return Found::Nothing;
        }
        let mut doubt = Doubt::default();
        self.leave_out_unknown(&mut objects, &mut doubt);
        let mut members = Vec::new();
        for name in objects.required.clone() {
            let slot = Slot::Name(name);
            let mut set = self.universal(&objects, &[], slot);
            set.extend(objects.besides.get(&name).into_iter().flatten());
            match self.find(set.clone()) {
                Found::Value(value) => members.push(Member { slot, set, value }),
                Found::Nothing => return Found::Nothing,
                other => doubt.add(other),
            }
        }
        if doubt.0.is_some() && objects.wanted.is_empty() && objects.min <= required {
            return doubt.or_nothing();
        }
        let needs_cells = !objects.wanted.is_empty() || objects.min > required;
        let cells = if needs_cells {
            match self.cells(&objects) {
                Ok(cells) => cells,
                Err(reason) => {
                    doubt.add_reason(reason);
                    return doubt.or_nothing();
                }
            }
        } else {
            Vec::new()
        };
        let placing = Placing {
            objects: &objects,
            cells: &cells,
        };
        match placing.place(self, 0, members) {
            Found::Value(value) => doubt.or_value(value),
            Found::Nothing => Found::Nothing,
            Found::Undecided(reason) => {
                doubt.add_reason(reason);
                doubt.or_nothing()
            }
        }
    }

    fn objects(&mut self, atoms: &[SchemaId]) -> Objects {
        let mut objects = Objects::default();
        let mut declared = FxHashSet::default();
        let at_most = |max: Option<u64>, count: u64| Some(max.map_or(count, |max| max.min(count)));
        for atom in atoms {
            let (form, negated) = self.signed(*atom);
            match (&*form, negated) {
                (Form::MinProperties(count), false) => objects.min = objects.min.max(*count),
                (Form::MinProperties(count), true) => objects.max = at_most(objects.max, count.saturating_sub(1)),
                (Form::MaxProperties(count), false) => objects.max = at_most(objects.max, *count),
                (Form::MaxProperties(count), true) => objects.min = objects.min.max(count.saturating_add(1)),
                (Form::Required(name), false) => objects.required.push(*name),
                (Form::Required(name), true) => {
                    objects.properties.entry(*name).or_default().push(SchemaId::NOTHING);
                }
                (Form::Property(name, schema), false) => {
                    objects.properties.entry(*name).or_default().push(*schema);
                }
                (Form::Property(name, schema), true) => {
                    objects.required.push(*name);
                    let not = self.store.not(*schema);
                    objects.besides.entry(*name).or_default().push(not);
                }
                (Form::Members(class, schema), false) => {
                    declared.extend(class.except.iter().copied());
                    objects.members.push((Arc::clone(class), *schema));
                }
                (Form::Members(class, schema), true) => {
                    declared.extend(class.except.iter().copied());
                    let value = self.store.not(*schema);
                    objects.wanted.push(Wanted {
                        class: Arc::clone(class),
                        name: SchemaId::ANYTHING,
                        value,
                    });
                }
                (Form::Names(schema), false) => objects.names.push(*schema),
                (Form::Names(schema), true) => {
                    let name = self.store.not(*schema);
                    objects.wanted.push(Wanted {
                        class: Arc::default(),
                        name,
                        value: SchemaId::ANYTHING,
                    });
                }
                _ => {}
            }
        }
        declared.extend(objects.properties.keys().copied());
        declared.extend(objects.required.iter().copied());
        objects.declared = declared.into_iter().collect();
        objects.declared.sort_unstable();
        objects.required.sort_unstable();
        objects.required.dedup();
        objects
    }

    /// Takes out demands on names that cannot be decided: what then has no value has none with them.
    fn leave_out_unknown(&mut self, objects: &mut Objects, doubt: &mut Doubt) {
        let mut is_known = |search: &mut Self, class: &Class, name: SchemaId| {
            let patterns = class.within.iter().chain(&class.outside);
            let mut known = patterns
                .map(|pattern| search.pattern(*pattern).err())
                .collect::<Vec<_>>();
            known.push(search.strings_of(name).err());
            for reason in known.iter().flatten() {
                doubt.add_reason(*reason);
            }
            known.iter().all(Option::is_none)
        };
        objects
            .members
            .retain(|(class, _)| is_known(self, class, SchemaId::ANYTHING));
        objects.names.retain(|name| is_known(self, &Class::default(), *name));
        objects
            .wanted
            .retain(|wanted| is_known(self, &wanted.class, wanted.name));
    }

    /// What every member of a name, or of a cell, must be.
    fn universal(&mut self, objects: &Objects, cells: &[Cell], slot: Slot) -> Vec<SchemaId> {
        let mut set = Vec::new();
        if let Slot::Name(name) = slot {
            set.extend(objects.properties.get(&name).into_iter().flatten());
        }
        for (class, schema) in &objects.members {
            if self.has_slot(class, cells, slot) {
                set.push(*schema);
            }
        }
        for names in &objects.names {
            if !self.name_fits(*names, cells, slot) {
                set.push(SchemaId::NOTHING);
            }
        }
        set
    }

    fn has_slot(&mut self, class: &Class, cells: &[Cell], slot: Slot) -> bool {
        match slot {
            Slot::Name(name) => self.is_in_class(class, name) == Some(true),
            Slot::Cell(index) => {
                let holds = |pattern: &TextId| cells[index].holding.contains(&Predicate::Pattern(*pattern));
                class.within.iter().all(holds) && !class.outside.iter().any(holds)
            }
        }
    }

    fn name_fits(&mut self, names: SchemaId, cells: &[Cell], slot: Slot) -> bool {
        match slot {
            _ if names == SchemaId::ANYTHING => true,
            Slot::Name(name) => {
                let text = Arc::clone(self.store.instances.text(name));
                self.strings_of(names).is_ok_and(|language| language.accepts(&text))
            }
            Slot::Cell(index) => cells[index].holding.contains(&Predicate::Name(names)),
        }
    }

    /// The cells of undeclared names.
    fn cells(&mut self, objects: &Objects) -> Result<Vec<Cell>, Reason> {
        let mut predicates: Vec<Predicate> = Vec::new();
        let classes = objects.members.iter().map(|(class, _)| class);
        for class in classes.chain(objects.wanted.iter().map(|wanted| &wanted.class)) {
            predicates.extend(
                class
                    .within
                    .iter()
                    .chain(&class.outside)
                    .map(|pattern| Predicate::Pattern(*pattern)),
            );
        }
        let names = objects.names.iter().copied();
        let names = names.chain(objects.wanted.iter().map(|wanted| wanted.name));
        predicates.extend(names.filter(|name| *name != SchemaId::ANYTHING).map(Predicate::Name));
        let mut unique: Vec<Predicate> = Vec::new();
        for predicate in predicates {
            if !unique.contains(&predicate) {
                unique.push(predicate);
            }
        }
        if unique.is_empty() {
            return Ok(vec![Cell {
                holding: Vec::new(),
                language: None,
            }]);
        }
        let declared = objects.declared.iter().map(|name| &**self.store.instances.text(*name));
        let mut cells = vec![(Vec::new(), Language::of_words(declared)?.complement())];
        for predicate in unique {
            let set = match predicate {
                Predicate::Pattern(pattern) => self.pattern(pattern)?,
                Predicate::Name(name) => self.strings_of(name)?,
            };
            if !self.step(AUTOMATON * cells.len()) {
                return Err(Reason::Budget);
            }
            let mut parted = Vec::new();
            for (holding, language) in cells {
                let inside = language.and(&set)?;
                let outside = language.and(&set.complement())?;
                if !inside.is_empty() {
                    let mut holding: Vec<Predicate> = holding.clone();
                    holding.push(predicate);
                    parted.push((holding, inside));
                }
                if !outside.is_empty() {
                    parted.push((holding, outside));
                }
            }
            cells = parted;
            if cells.len() > CELLS {
                return Err(Reason::Budget);
            }
        }
        let cell = |(holding, language)| Cell {
            holding,
            language: Some(language),
        };
        Ok(cells.into_iter().map(cell).collect())
    }

    /// Names of a cell, as many as are asked for or all that there are.
    fn names(&self, objects: &Objects, cell: &Cell, count: usize) -> Vec<String> {
        match &cell.language {
            Some(language) => readable_words(language, count),
            None => {
                let is_free = |name: &String| {
                    let known = self.store.instances.find_text(name);
                    known.is_none_or(|name| objects.declared.binary_search(&name).is_err())
                };
                let letters = ('a'..='z').map(String::from);
                letters
                    .chain((1..).map(|number| format!("a{number}")))
                    .filter(is_free)
                    .take(count)
                    .collect()
            }
        }
    }
}

/// Finds members for what is wanted.
struct Placing<'o> {
    objects: &'o Objects,
    cells: &'o [Cell],
}

impl Placing<'_> {
    /// Places what is wanted from the next one on, beside the members that there are.
    fn place(&self, search: &mut Search<'_>, next: usize, members: Vec<Member>) -> Found {
        let Some(wanted) = self.objects.wanted.get(next) else {
            return self.fill(search, members);
        };
        if search.nesting >= super::NESTING || !search.step(1) {
            return Found::Undecided(Reason::Budget);
        }
        let mut doubt = Doubt::default();
        if self.objects.max.is_none_or(|max| (members.len() as u64) < max) {
            for slot in self.slots(&members) {
                if !self.suits(search, wanted, slot) || !self.has_room(search, slot, &members) {
                    continue;
                }
                let mut set = search.universal(self.objects, self.cells, slot);
                set.push(wanted.value);
                match search.find(set.clone()) {
                    Found::Value(value) => {
                        let mut members = members.clone();
                        members.push(Member { slot, set, value });
                        match self.next(search, next, members) {
                            Found::Value(value) => return Found::Value(value),
                            other => doubt.add(other),
                        }
                    }
                    other => doubt.add(other),
                }
            }
        }
        for (position, member) in members.iter().enumerate() {
            if !self.suits(search, wanted, member.slot) {
                continue;
            }
            let mut set = member.set.clone();
            set.push(wanted.value);
            match search.find(set.clone()) {
                Found::Value(value) => {
                    let mut members = members.clone();
                    members[position].set = set;
                    members[position].value = value;
                    match self.next(search, next, members) {
                        Found::Value(value) => return Found::Value(value),
                        other => doubt.add(other),
                    }
                }
                other => doubt.add(other),
            }
        }
        doubt.or_nothing()
    }

    fn next(&self, search: &mut Search<'_>, next: usize, members: Vec<Member>) -> Found {
        search.nesting += 1;
        let found = self.place(search, next + 1, members);
        search.nesting -= 1;
        found
    }

    /// Where a new member can stand: undeclared names first.
    fn slots(&self, members: &[Member]) -> Vec<Slot> {
        let cells = (0..self.cells.len()).map(Slot::Cell);
        let taken: FxHashSet<TextId> = members
            .iter()
            .filter_map(|member| match member.slot {
                Slot::Name(name) => Some(name),
                Slot::Cell(_) => None,
            })
            .collect();
        let names = self.objects.declared.iter().filter(|name| !taken.contains(*name));
        cells.chain(names.map(|name| Slot::Name(*name))).collect()
    }

    fn suits(&self, search: &mut Search<'_>, wanted: &Wanted, slot: Slot) -> bool {
        search.has_slot(&wanted.class, self.cells, slot) && search.name_fits(wanted.name, self.cells, slot)
    }

    fn has_room(&self, search: &Search<'_>, slot: Slot, members: &[Member]) -> bool {
        match slot {
            Slot::Name(_) => true,
            Slot::Cell(index) => {
                let taken = members.iter().filter(|member| member.slot == slot).count();
                search.names(self.objects, &self.cells[index], taken + 1).len() > taken
            }
        }
    }

    /// Adds members until there are enough of them.
    fn fill(&self, search: &mut Search<'_>, mut members: Vec<Member>) -> Found {
        let mut doubt = Doubt::default();
        if self.objects.min > LARGEST {
            doubt.add_reason(Reason::Budget);
        }
        if (members.len() as u64) < self.objects.min {
            for slot in self.slots(&members) {
                let set = search.universal(self.objects, self.cells, slot);
                match search.find(set.clone()) {
                    Found::Value(value) => {
                        while (members.len() as u64) < self.objects.min.min(LARGEST)
                            && self.has_room(search, slot, &members)
                        {
                            let set = set.clone();
                            members.push(Member { slot, set, value });
                            if matches!(slot, Slot::Name(_)) {
                                break;
                            }
                        }
                    }
                    other => doubt.add(other),
                }
            }
            if (members.len() as u64) < self.objects.min {
                return doubt.or_nothing();
            }
        }
        if self.objects.max.is_some_and(|max| max < members.len() as u64) {
            return Found::Nothing;
        }
        self.assemble(search, &members)
    }

    fn assemble(&self, search: &mut Search<'_>, members: &[Member]) -> Found {
        let mut named = Vec::new();
        for (index, cell) in self.cells.iter().enumerate() {
            let values: Vec<InstanceId> = members
                .iter()
                .filter(|member| member.slot == Slot::Cell(index))
                .map(|member| member.value)
                .collect();
            for (name, value) in search.names(self.objects, cell, values.len()).into_iter().zip(values) {
                named.push((search.store.instances.text_id(&name), value));
            }
        }
        for member in members {
            if let Slot::Name(name) = member.slot {
                named.push((name, member.value));
            }
        }
        Found::Value(search.store.instances.add_map(named))
    }
}
