//! What does not travel in a direction: members of objects that are marked `readOnly` or `writeOnly`.
//!
//! A mark is said of a member of the whole object, so it counts for all schemas that hold together there: a schema, what
//! it refers to, the branches of its `allOf`, and an alternative without others. Whichever of them marks a member, none
//! of them requires it or says what it is. Alternatives beside others, conditions and negations need not hold: each is
//! apart from what stands around it, and marks lead neither into it nor out of it.

use crate::document::http::Direction;
use crate::document::{Address, Node, Shape, sole_alternative};
use crate::syntax::{Key, key};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// How a schema is seen: which way values travel, and which members the schemas mark that hold together with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct View {
    direction: Option<Direction>,
    /// The number of a set of what keywords mark; the first one is empty.
    marked: u32,
}

impl View {
    /// That of a schema by itself; without a direction, nothing is marked.
    pub(super) const fn of(direction: Option<Direction>) -> Self {
        Self { direction, marked: 0 }
    }

    /// That of a schema within this one, or of another value, that is apart from it.
    pub(super) const fn apart(self) -> Self {
        Self::of(self.direction)
    }

    /// That of the branches of a schema's `oneOf` or `anyOf`.
    pub(super) fn of_branch(self, schema: Node<'_>, composition: Key) -> Self {
        match sole_alternative(schema, composition) {
            Some(_) => self,
            None => self.apart(),
        }
    }
}

/// The members that one keyword of one schema marks: by their names, or by patterns of them.
#[derive(Debug)]
struct Marked<'w> {
    keyword: Key,
    /// In their order.
    names: Vec<&'w str>,
}

/// The keywords that describe members.
const DESCRIBING: [Key; 2] = [key::PROPERTIES, key::PATTERN_PROPERTIES];
/// The other keywords that mean something else where members are marked: they demand members, or lead to schemas that
/// hold together with the one that has them.
const CONCERNED: [Key; 7] = [
    key::REQUIRED,
    key::REF,
    key::ALL_OF,
    key::ANY_OF,
    key::ONE_OF,
    key::DOLLAR_DYNAMIC_REF,
    key::DOLLAR_RECURSIVE_REF,
];

/// Keywords that mark members and hold together, at most.
const TOGETHER: usize = 64;
/// What schemas may hold altogether that are seen beside others that mark members, each but for the first time.
const AGAIN: usize = 1_000_000;

/// Which members schemas mark. Beyond the bounds, a schema is seen by itself.
#[derive(Debug)]
pub(super) struct Marks<'w> {
    marked: Vec<Marked<'w>>,
    /// Where in the list stands what a keyword marks, if it does.
    by_keyword: FxHashMap<(Address, Direction), Option<u32>>,
    /// Places in the list, sorted; each set once.
    sets: Vec<Arc<[u32]>>,
    numbers: FxHashMap<Arc<[u32]>, u32>,
    /// How schemas are seen in views.
    views: FxHashMap<(Address, View), View>,
    /// The schemas that are seen beside others that mark members.
    beside: FxHashSet<(Address, Direction)>,
    left: usize,
}

impl<'w> Marks<'w> {
    pub(super) fn new() -> Self {
        let mut marks = Self {
            marked: Vec::new(),
            by_keyword: FxHashMap::default(),
            sets: Vec::new(),
            numbers: FxHashMap::default(),
            views: FxHashMap::default(),
            beside: FxHashSet::default(),
            left: AGAIN,
        };
        marks.number(Vec::new());
        marks
    }

    /// How a schema is seen that holds together with those that a view is of.
    pub(super) fn within(&mut self, view: View, schema: Node<'w>) -> View {
        let Some(direction) = view.direction else {
            return view;
        };
        let schema = schema.follow();
        let mut keywords = schema.children().filter_map(Node::key);
        if !keywords.any(|keyword| DESCRIBING.contains(&keyword) || CONCERNED.contains(&keyword)) {
            return view.apart();
        }
        let question = (schema.address(), view);
        if let Some(known) = self.views.get(&question) {
            return *known;
        }
        let seen = if view == view.apart() {
            let marked = self.marked_by(schema, direction);
            View { marked, ..view }
        } else {
            self.beside(view, schema, direction)
        };
        self.views.insert(question, seen);
        seen
    }

    fn beside(&mut self, view: View, schema: Node<'w>, direction: Direction) -> View {
        let own = self.within(view.apart(), schema);
        let sets = [own, view].map(|view| &*self.sets[view.marked as usize]);
        let mut both = sets.concat();
        both.sort_unstable();
        both.dedup();
        if both == *sets[0] || both.len() > TOGETHER {
            return own;
        }
        let is_first = self.beside.insert((schema.address(), direction));
        let size = schema.children().map(|keyword| 1 + keyword.children().count());
        match self.left.checked_sub(both.len() + size.sum::<usize>()) {
            _ if is_first => {}
            Some(left) => self.left = left,
            None => return own,
        }
        let marked = self.number(both);
        View { marked, ..view }
    }

    /// What a schema marks, with all that holds together with it.
    fn marked_by(&mut self, schema: Node<'w>, direction: Direction) -> u32 {
        let shape = Shape::of(schema);
        let keywords = DESCRIBING.iter().flat_map(|keyword| shape.keyword(*keyword));
        let mut marked: Vec<u32> = keywords
            .filter_map(|keyword| self.marked_by_keyword(keyword, direction))
            .take(TOGETHER)
            .collect();
        marked.sort_unstable();
        self.number(marked)
    }

    fn marked_by_keyword(&mut self, members: Node<'w>, direction: Direction) -> Option<u32> {
        let question = (members.address(), direction);
        if let Some(known) = self.by_keyword.get(&question) {
            return *known;
        }
        let marked = members.children().filter(|member| is_left_out(*member, direction));
        let mut names: Vec<&str> = marked.filter_map(Node::key_text).collect();
        names.sort_unstable();
        let number = members.key().filter(|_| !names.is_empty()).map(|keyword| {
            self.marked.push(Marked { keyword, names });
            self.marked.len() as u32 - 1
        });
        self.by_keyword.insert(question, number);
        number
    }

    fn number(&mut self, set: Vec<u32>) -> u32 {
        if let Some(number) = self.numbers.get(&*set) {
            return *number;
        }
        let number = self.sets.len() as u32;
        let set: Arc<[u32]> = set.into();
        self.sets.push(Arc::clone(&set));
        self.numbers.insert(set, number);
        number
    }

    /// Whether what a keyword says of a member does not count.
    pub(super) fn hides(&self, view: View, keyword: Key, name: &str) -> bool {
        self.sets[view.marked as usize].iter().any(|number| {
            let marked = &self.marked[*number as usize];
            marked.keyword == keyword && marked.names.binary_search(&name).is_ok()
        })
    }
}

/// Whether one of some schemas, with all that holds together with it, marks a property.
pub(super) fn leaves_out(schemas: &[Node<'_>], name: &str, direction: Direction) -> bool {
    schemas.iter().any(|schema| {
        let shape = Shape::of(*schema);
        let mut declared = shape
            .keyword(key::PROPERTIES)
            .filter_map(|properties| properties.find(name));
        declared.any(|property| is_left_out(property, direction))
    })
}

/// Choices that leave only one schema, which are looked behind.
const CHOICES: usize = 8;

/// Whether the schema of a member says that it does not travel this way; that null may stand there instead tells nothing.
#[must_use]
pub fn is_left_out(member: Node<'_>, direction: Direction) -> bool {
    let mark = match direction {
        Direction::Request => key::READ_ONLY,
        Direction::Response => key::WRITE_ONLY,
    };
    let mut open = vec![Shape::of(member)];
    for _ in 0..=CHOICES {
        let Some(shape) = open.pop() else { break };
        if shape.keyword(mark).any(|mark| mark.boolean() == Some(true)) {
            return true;
        }
        open.extend(shape.choices().filter(|choice| choice.len() == 1).flatten());
    }
    false
}
