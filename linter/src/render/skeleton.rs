//! What symbolic rendering finds out: the request with holes, and what each hole stands in.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use keybound_vtl::Span;

use super::formula::Guard;
use super::observed::Observed;
use super::term::{TermId, Terms};
use super::value::Piece;

/// A container of the rendered JSON, by index. Containers that open at the same member of the same container are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerId(u32);

/// The place of a value in its container.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// A member of a known name.
    Member(Rc<str>),
    /// A member whose name holds holes; by where the name begins in the template.
    OpenMember(usize),
    /// An element; by where it begins in the template.
    Element(usize),
}

/// A path with members more.
pub fn below(object: &[Slot], names: &[&str]) -> Vec<Slot> {
    let names = names.iter().map(|name| Slot::Member((*name).into()));
    object.iter().cloned().chain(names).collect()
}

/// A container: where it is, and of which kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Container {
    /// The container around it and its place there; none for the root.
    pub parent: Option<(ContainerId, Slot)>,
    /// Whether it is an object and no array.
    pub object: bool,
}

/// What a hole stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Inside a JSON string that is a value.
    StringValue,
    /// Inside a JSON string that is a member name.
    StringKey,
    /// Where a value stands, outside quotes.
    BareValue,
    /// Outside quotes where no value stands: between members, as a name, after a value.
    Structure,
    /// The whole output.
    Whole,
    /// In output that is no JSON.
    Text,
}

/// One printing of an unknown.
#[derive(Clone, Debug)]
pub struct HoleUse {
    /// What is printed.
    pub term: TermId,
    /// The reference that prints it.
    pub span: Span,
    /// What holds there.
    pub guard: Guard,
    /// What it stands in.
    pub place: Place,
    /// Where in the request: slots from the root.
    pub path: Vec<Slot>,
    /// The kinds of the open containers, outermost first: true for an object.
    pub open: Vec<bool>,
    /// What the string or literal held before the hole.
    pub before: Vec<Piece>,
    /// Whether it stands in a loop or a block, so that it may be printed more than once.
    pub repeated: bool,
}

/// A string or literal of the request.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Where in the request.
    pub path: Vec<Slot>,
    /// Its text with holes.
    pub pieces: Vec<Piece>,
    /// Whether it was in quotes.
    pub quoted: bool,
    /// What holds where it stands.
    pub guard: Guard,
    /// Where it begins in the template.
    pub at: usize,
}

/// A member name of the request.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberName {
    /// The path of the object that it is in, and its own slot last.
    pub path: Vec<Slot>,
    /// Its text with holes.
    pub pieces: Vec<Piece>,
    /// What holds where it stands.
    pub guard: Guard,
    /// Where it begins in the template.
    pub at: usize,
}

/// A bracket that opens an object or array.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// The path of what it opens.
    pub path: Vec<Slot>,
    /// What holds where it stands.
    pub guard: Guard,
    /// Where it stands in the template.
    pub at: usize,
}

/// An object or array, each time that it is opened: of a loop's turns each opens its own, and of ways that meet again
/// either may have.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Which it may be.
    pub ids: Rc<[u32]>,
    /// How many loops were around it.
    pub loops: usize,
}

impl Opened {
    /// Whether the two may be one.
    pub fn may_be(&self, other: &Opened) -> bool {
        self.ids.iter().any(|id| other.ids.contains(id))
    }

    /// Either of two.
    pub(super) fn or(&self, other: &Opened) -> Opened {
        let mut ids: Vec<u32> = self.ids.iter().chain(other.ids.iter()).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        Opened { ids: ids.into(), loops: self.loops }
    }
}

/// A loop around something that is written.
#[derive(Clone, Debug)]
pub enum Around {
    /// Over a list of so many elements, each of whose turns was walked by itself.
    Turns(usize),
    /// Over something unknown, with what holds where it begins; all turns but the first and the last are walked as one.
    Open(Option<TermId>, Guard),
}

/// A member's name or an element, each time that it is written.
#[derive(Clone, Debug)]
pub struct Writing {
    /// Its path, its own slot last.
    pub path: Vec<Slot>,
    /// What holds there.
    pub guard: Guard,
    /// What it is in: one container for each slot of the path.
    pub inside: Rc<[Opened]>,
    /// The loops around, outermost first.
    pub loops: Rc<[Around]>,
    /// Whether a `#define` block prints it: then it is written wherever the block is.
    pub in_block: bool,
}

/// Something that the model could not follow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Undecided {
    /// The construct.
    pub span: Span,
    /// Why, for people.
    pub reason: String,
}

/// A value that the template writes into `$context`.
#[derive(Clone, Debug)]
pub struct Override {
    /// The dotted path that is written: `requestOverride.header.X-Amz-Target`.
    pub path: String,
    /// The terms in the value and in its name.
    pub terms: Vec<TermId>,
    /// The value's text with holes.
    pub pieces: Vec<Piece>,
    /// What holds there.
    pub guard: Guard,
    /// The assignment.
    pub span: Span,
}

/// A JSONPath that the template does not fix.
#[derive(Clone, Debug)]
pub struct OpenPath {
    /// The terms in the path.
    pub terms: Vec<TermId>,
    /// What the path begins with, whatever the terms are: `$.fields.`.
    pub begins: String,
    /// What holds there.
    pub guard: Guard,
    /// The reference.
    pub span: Span,
}

/// How the output can end.
#[derive(Clone, Debug)]
pub struct Ending {
    /// What holds on the way.
    pub guard: Guard,
    /// Whether the output is one JSON value as far as the model can see; otherwise where it first is not.
    pub irregular: Option<usize>,
    /// The output is empty.
    pub empty: bool,
}

/// The request with holes.
#[derive(Clone, Debug, Default)]
pub struct Skeleton {
    /// The unknowns.
    pub terms: Terms,
    /// Every printing of an unknown, in template order.
    pub uses: Vec<HoleUse>,
    /// Strings and literals.
    pub leaves: Vec<Leaf>,
    /// Member names.
    pub names: Vec<MemberName>,
    /// The brackets that open objects and arrays.
    pub openings: Vec<Opening>,
    /// Member names and elements, each time that they are written, in the order in which they are.
    pub writings: Vec<Writing>,
    /// Writes into `$context`.
    pub overrides: Vec<Override>,
    /// Paths that are not fixed.
    pub open_paths: Vec<OpenPath>,
    /// What could not be followed.
    pub undecided: Vec<Undecided>,
    /// The ways in which rendering ends.
    pub endings: Vec<Ending>,
    /// What the template asks, assigns and leaves out.
    pub observed: Observed,
    /// Loops and blocks around what is being rendered.
    pub(super) repeats: usize,
    /// Loops around, outermost first.
    pub(super) around: Vec<Around>,
    /// `#define` blocks that are being printed.
    pub(super) blocks: usize,
    opened: u32,
    containers: Vec<Container>,
    container_ids: HashMap<Container, ContainerId>,
    seen: HashSet<(usize, usize, TermId, Place, Vec<Slot>)>,
}

/// Uses kept; past this a template is given up as too large to follow.
const MAX_USES: usize = 20_000;

impl Skeleton {
    /// Nothing yet, over a table of terms.
    pub(super) fn new(terms: Terms) -> Self {
        Self { terms, ..Self::default() }
    }

    /// The id of a container.
    pub(super) fn container(&mut self, container: Container) -> ContainerId {
        if let Some(&id) = self.container_ids.get(&container) {
            return id;
        }
        let id = ContainerId(u32::try_from(self.containers.len()).unwrap_or(u32::MAX));
        self.containers.push(container.clone());
        self.container_ids.insert(container, id);
        id
    }

    /// A container that is opened.
    pub(super) fn open(&mut self) -> Opened {
        self.opened += 1;
        Opened { ids: [self.opened].into(), loops: self.around.len() }
    }

    /// Records that a name or an element is written.
    pub(super) fn write(&mut self, path: Vec<Slot>, inside: Rc<[Opened]>, guard: &Guard) {
        let loops = self.around.iter().cloned().collect();
        self.writings.push(Writing { path, guard: guard.clone(), inside, loops, in_block: self.blocks > 0 });
    }

    /// The path of a place in a container, from the root.
    pub(super) fn path(&self, mut id: ContainerId, slot: Option<Slot>) -> Vec<Slot> {
        let mut path: Vec<Slot> = slot.into_iter().collect();
        while let Some((parent, slot)) = self.containers.get(id.0 as usize).and_then(|c| c.parent.clone()) {
            path.push(slot);
            id = parent;
        }
        path.reverse();
        path
    }

    /// Records a hole. The same hole at the same place under another guard is recorded again, within bounds.
    pub(super) fn use_hole(&mut self, hole: HoleUse) {
        let key = (
            hole.span.start().to_usize(),
            hole.span.end().to_usize(),
            hole.term,
            hole.place,
            hole.path.clone(),
        );
        let known = !self.seen.insert(key);
        if known
            && self
                .uses
                .iter()
                .any(|other| other.span == hole.span && other.term == hole.term && other.guard == hole.guard)
        {
            return;
        }
        if self.uses.len() < MAX_USES {
            self.uses.push(hole);
        } else {
            self.give_up(hole.span, "the template prints more values than are followed");
        }
    }

    /// Records that something could not be followed.
    pub(super) fn give_up(&mut self, span: Span, reason: &str) {
        let undecided = Undecided { span, reason: reason.to_owned() };
        if !self.undecided.contains(&undecided) {
            self.undecided.push(undecided);
        }
    }

    /// The text of a slot, for people and for lookups.
    pub fn slot_text(slot: &Slot) -> &str {
        match slot {
            Slot::Member(name) => name,
            Slot::OpenMember(_) => "?",
            Slot::Element(_) => "*",
        }
    }
}
