//! The walk over the tree, for all requests at once. It follows `keybound_vtl::eval` construct by construct.

use std::collections::BTreeMap;
use std::sync::Arc;

use keybound_vtl::ast::{Block, Node, NodeKind};
use keybound_vtl::parse::{Tree, parse};
use keybound_vtl::{Span, TemplateText};

use crate::api::model::Schema;
use crate::api::trust::Trust;
use crate::api::{Channel, Integration, MappingTemplate, Passthrough};

use super::demand;
use super::facts::Facts;
use super::formula::{Formula, Guard};
use super::skeleton::{Ending, Skeleton};
use super::state::{Flow, State, choice, joined};
use super::term::{Op, Term, TermId, Terms};
use super::value::{Object, Piece, Sym};

/// Ways that are followed at once; past this the one that is newest is dropped and the template is undecided.
const MAX_STATES: usize = 48;

/// Nodes that are walked in all, loops and alternatives included.
const MAX_STEPS: usize = 60_000;

/// `#define` blocks that render inside one another.
const MAX_BLOCK_DEPTH: usize = 20;

/// Whether a template makes the request or the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client's request to DynamoDB's.
    Request,
    /// From DynamoDB's answer to the client's.
    Response,
}

/// What is known of a template beside its text.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Request or response.
    pub direction: Direction,
    /// The route's path parameters; none where the route is not known.
    pub path_parameters: Option<Vec<String>>,
    /// What of the client's request reaches the template.
    pub channel: Channel,
    /// The model that every body has passed before the template sees it.
    pub body_model: Option<Schema>,
    /// What people say of who decides values.
    pub trust: Arc<Trust>,
}

impl Setting {
    /// What an integration says of one of its templates.
    pub fn of(integration: &Integration, template: &MappingTemplate, direction: Direction) -> Self {
        let body_model =
            integration.body_model(&template.content_type).filter(|_| direction == Direction::Request);
        Self {
            direction,
            path_parameters: integration.route.path.as_ref().map(|_| integration.path_parameters.clone()),
            channel: integration.channel(),
            // Only where no body of another content type gets through is the model's word good.
            body_model: body_model.filter(|_| integration.passthrough.0 == Passthrough::Never).cloned(),
            trust: Arc::clone(&integration.trust),
        }
    }
}

/// What symbolic rendering makes of one of an integration's templates; none where it does not parse.
pub fn rendered(
    integration: &Integration,
    template: &MappingTemplate,
    direction: Direction,
) -> Option<Skeleton> {
    let (tree, errors) = parse(&template.text);
    let setting = Setting::of(integration, template, direction);
    errors.is_empty().then(|| render(&template.text, &tree, &setting))
}

/// Renders a tree for all requests at once.
pub fn render(template: &TemplateText, tree: &Tree, setting: &Setting) -> Skeleton {
    let stored_payload = setting.direction == Direction::Response;
    let terms = Terms::new(stored_payload).trusting(Arc::clone(&setting.trust));
    let free = walked(template, tree, setting, terms, Guard::default());
    let Some(model) = setting.body_model.as_ref().filter(|_| !stored_payload) else { return free };
    // What the model demands holds from the start, so that no join forgets it. Which values the template reads is known
    // once it was walked.
    let demanded = demand::formulas(&free.terms, model)
        .iter()
        .fold(Guard::default(), |guard, formula| guard.and(formula).unwrap_or(guard));
    if demanded == Guard::default() { free } else { walked(template, tree, setting, free.terms, demanded) }
}

fn walked(template: &TemplateText, tree: &Tree, setting: &Setting, terms: Terms, guard: Guard) -> Skeleton {
    let mut walk = Walk {
        template,
        setting,
        skeleton: Skeleton::new(terms),
        demanded: guard.clone(),
        steps: 0,
        block_depth: 0,
        exhausted: false,
    };
    let start = State { guard, ..State::start(initial_variables()) };
    for mut state in walk.block(&tree.block, vec![start]) {
        walk.end(&mut state);
    }
    let mut skeleton = walk.skeleton;
    // Of the ways to one place the one of which least is known comes first: it is the easiest to take.
    skeleton.uses.sort_by_key(|hole| (hole.span, hole.guard.conjuncts().len()));
    skeleton
}

fn initial_variables() -> BTreeMap<String, Sym> {
    [
        ("input", Sym::Input),
        ("util", Sym::Util),
        ("context", Sym::Context("".into())),
        ("stageVariables", Sym::StageVariables),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

pub(super) struct Walk<'a> {
    pub(super) template: &'a TemplateText,
    pub(super) setting: &'a Setting,
    pub(super) skeleton: Skeleton,
    /// What the request model demands of the values that are read.
    pub(super) demanded: Guard,
    steps: usize,
    block_depth: usize,
    exhausted: bool,
}

impl Walk<'_> {
    pub(super) fn term(&mut self, term: Term) -> TermId {
        self.skeleton.terms.id(term)
    }

    /// Whether there is a payload: in a response template it is DynamoDB's answer.
    pub(super) fn has_body(&self) -> bool {
        self.setting.direction == Direction::Response || self.setting.channel.has_body()
    }

    /// Walks a block on several ways.
    pub(super) fn block(&mut self, block: &Block, mut states: Vec<State>) -> Vec<State> {
        for node in block {
            let mut next = Vec::with_capacity(states.len());
            for state in states {
                if state.flow == Flow::Next {
                    next.extend(self.node(node, state));
                } else {
                    next.push(state);
                }
            }
            if next.len() > MAX_STATES {
                next = joined(next);
                if next.len() > MAX_STATES {
                    next.truncate(MAX_STATES);
                    self.skeleton
                        .give_up(node.span, "too many ways lead here with the output at different places");
                }
            }
            states = next;
        }
        states
    }

    /// Counts one unit of work; false once the budget is used up.
    pub(super) fn step(&mut self, span: Span) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS && !self.exhausted {
            self.exhausted = true;
            self.skeleton.give_up(span, "the template is too large to be followed");
        }
        !self.exhausted
    }

    fn node(&mut self, node: &Node, mut state: State) -> Vec<State> {
        if !self.step(node.span) {
            return vec![state];
        }
        self.note_in_string(node, &state);
        match &node.kind {
            NodeKind::Text(text) => self.print_text(text, node.span, &mut state),
            NodeKind::Placeholder(index) => {
                let id = self.placeholder(*index);
                self.print_hole(id, node.span, &mut state);
            }
            NodeKind::Reference(reference) => {
                let value = self.reference(reference, &mut state);
                return self.print(&value, reference.span, state);
            }
            NodeKind::Set(set) => self.set(set, node.span, &mut state),
            NodeKind::If(conditional) => return self.conditional(conditional, state),
            NodeKind::Foreach(foreach) => return self.foreach(foreach, node.span, state),
            NodeKind::Define(define) => {
                state.assign(&define.name, Sym::Block(std::rc::Rc::clone(&define.body)))
            }
            NodeKind::Break => state.flow = Flow::Break,
            // In a block it is the block that ends.
            NodeKind::Stop if self.block_depth > 0 => state.flow = Flow::Stop,
            NodeKind::Stop => {
                self.end(&mut state);
                return Vec::new();
            }
            // The rendering fails here.
            NodeKind::Throws(_) => return Vec::new(),
            NodeKind::Comment(_) | NodeKind::Macro => {}
        }
        vec![state]
    }

    /// A way that ends here.
    fn end(&mut self, state: &mut State) {
        state.json.finish(&state.guard, &mut self.skeleton);
        let ending = Ending {
            guard: state.guard.clone(),
            irregular: state.json.irregular_end(),
            empty: state.json.is_empty(),
        };
        self.skeleton.endings.push(ending);
    }

    pub(super) fn placeholder(&mut self, index: usize) -> TermId {
        let name = self.template.placeholders().get(index).map_or(String::new(), |p| p.name.clone());
        self.term(Term::Deployment(name))
    }

    // Printing.

    pub(super) fn print_text(&mut self, text: &str, span: Span, state: &mut State) {
        match state.captured.last_mut() {
            Some(captured) => push_literal(captured, text),
            None => state.json.text(text, span.start().to_usize(), &state.guard, &mut self.skeleton),
        }
    }

    fn print_hole(&mut self, id: TermId, span: Span, state: &mut State) {
        let id = self.text_of(id);
        match state.captured.last_mut() {
            Some(captured) => captured.push(Piece::Hole(id)),
            None => {
                let facts = Facts::of(&self.skeleton.terms, id, &state.guard);
                if facts
                    .finite
                    .as_ref()
                    .is_some_and(|texts| matches!(texts.as_ref(), [one] if one.is_empty()))
                {
                    return;
                }
                state.json.hole(id, &facts, span, &state.guard, &mut self.skeleton);
            }
        }
    }

    /// What a term of any class prints, as a term of its own: a text, whatever it is the text of. A method called on
    /// it is String's, and what a guard says of it is not said of one class only.
    fn text_of(&mut self, id: TermId) -> TermId {
        match self.skeleton.terms.get(id) {
            Term::Payload
            | Term::Member(..)
            | Term::Index(..)
            | Term::Element(..)
            | Term::Selected(..)
            | Term::Parsed(_)
            | Term::Parameters(_)
            | Term::Measured(..)
            | Term::Opaque(..) => self.term(Term::Applied(Op::ToText, id)),
            _ => id,
        }
    }

    /// A piece of a text whose holes are texts.
    pub(super) fn piece_text(&mut self, piece: &Piece) -> Piece {
        match piece {
            Piece::Literal(_) => piece.clone(),
            Piece::Hole(id) => Piece::Hole(self.text_of(*id)),
            Piece::Choice(cases) => Piece::Choice(
                cases
                    .iter()
                    .map(|(formula, pieces)| {
                        (formula.clone(), pieces.iter().map(|piece| self.piece_text(piece)).collect())
                    })
                    .collect(),
            ),
        }
    }

    fn print_pieces(&mut self, pieces: &[Piece], span: Span, state: State) -> Vec<State> {
        let mut states = vec![state];
        for piece in pieces {
            let mut next = Vec::new();
            for mut state in states {
                match piece {
                    Piece::Literal(text) => {
                        self.print_text(text, span, &mut state);
                        next.push(state);
                    }
                    Piece::Hole(id) => {
                        self.print_hole(*id, span, &mut state);
                        next.push(state);
                    }
                    Piece::Choice(_) if !state.captured.is_empty() => {
                        let piece = self.piece_text(piece);
                        if let Some(captured) = state.captured.last_mut() {
                            captured.push(piece);
                        }
                        next.push(state);
                    }
                    Piece::Choice(cases) => {
                        let mut ways = Vec::new();
                        for (formula, pieces) in cases.iter() {
                            if let Some(way) = state.assuming(formula) {
                                ways.extend(self.print_pieces(pieces, span, way));
                            }
                        }
                        next.extend(joined(ways));
                    }
                }
            }
            states = next;
        }
        states
    }

    /// Prints a value where a reference stands.
    pub(super) fn print(&mut self, value: &Sym, span: Span, mut state: State) -> Vec<State> {
        if !self.step(span) {
            return vec![state];
        }
        match value {
            Sym::Text(pieces) => self.print_pieces(pieces, span, state),
            Sym::Choice(cases) => {
                if !state.captured.is_empty() {
                    let piece = self.choice_piece(cases, span, &mut state);
                    let piece = self.piece_text(&piece);
                    if let Some(captured) = state.captured.last_mut() {
                        captured.push(piece);
                    }
                    return vec![state];
                }
                let mut ways = Vec::new();
                for (formula, value) in cases.iter() {
                    if let Some(way) = state.assuming(formula) {
                        ways.extend(self.print(value, span, way));
                    }
                }
                joined(ways)
            }
            Sym::Block(block) => {
                if self.block_depth >= MAX_BLOCK_DEPTH {
                    self.skeleton.give_up(span, "`#define` blocks render inside one another too deep");
                    return vec![state];
                }
                self.block_depth += 1;
                self.skeleton.repeats += 1;
                self.skeleton.blocks += 1;
                let block = std::rc::Rc::clone(block);
                let states = self.block(&block, vec![state]);
                self.skeleton.blocks -= 1;
                self.skeleton.repeats -= 1;
                self.block_depth -= 1;
                ended(states)
            }
            other => {
                let pieces = self.pieces(other, span, &mut state);
                self.print_pieces(&pieces, span, state)
            }
        }
    }

    fn choice_piece(&mut self, cases: &[(Formula, Sym)], span: Span, state: &mut State) -> Piece {
        let cases = cases
            .iter()
            .map(|(formula, value)| (formula.clone(), self.pieces(value, span, state).into()))
            .collect();
        Piece::Choice(cases)
    }

    /// What a value prints, as a text.
    pub(super) fn pieces(&mut self, value: &Sym, span: Span, state: &mut State) -> Vec<Piece> {
        match value {
            Sym::Text(pieces) => pieces.to_vec(),
            Sym::Number(number) => literal_piece(&number.0.to_string()),
            Sym::Measure(id) | Sym::Unknown(id) => vec![Piece::Hole(*id)],
            Sym::Bool(formula) => match state.guard.simplified(formula) {
                Formula::True => literal_piece("true"),
                Formula::False => literal_piece("false"),
                formula => vec![Piece::Choice(
                    [
                        (formula.clone(), literal_piece("true").into()),
                        (formula.negated(), literal_piece("false").into()),
                    ]
                    .into(),
                )],
            },
            Sym::Choice(cases) => vec![self.choice_piece(cases, span, state)],
            Sym::Block(block) => {
                let block = std::rc::Rc::clone(block);
                self.captured(&block, span, state)
            }
            Sym::Entry(entry) => {
                let mut pieces = self.pieces(&entry.0, span, state);
                pieces.extend(literal_piece("="));
                pieces.extend(self.pieces(&entry.1, span, state));
                pieces
            }
            Sym::Object(id) => self.container_pieces(*id, span, state),
            Sym::View(_, id) => {
                let id = self.term(Term::Opaque(span.start().to_usize(), vec![*id]));
                vec![Piece::Hole(id)]
            }
            Sym::Parameters(place) => {
                let id = self.term(Term::Parameters(*place));
                vec![Piece::Hole(id)]
            }
            Sym::Null | Sym::Input | Sym::Util | Sym::Context(_) | Sym::StageVariables | Sym::Loop(_) => {
                Vec::new()
            }
        }
    }

    fn container_pieces(&mut self, id: super::value::ObjectId, span: Span, state: &mut State) -> Vec<Piece> {
        self.block_depth += 1;
        let mut out = Vec::new();
        match state.object(id).clone() {
            _ if self.block_depth > MAX_BLOCK_DEPTH => {
                self.skeleton.give_up(span, "containers nest too deep")
            }
            Object::List(items) => {
                push_literal(&mut out, "[");
                for (index, item) in items.iter().enumerate() {
                    push_literal(&mut out, if index > 0 { ", " } else { "" });
                    out.extend(self.pieces(item, span, state));
                }
                push_literal(&mut out, "]");
            }
            Object::Map(entries) => {
                push_literal(&mut out, "{");
                for (index, (key, value)) in entries.iter().enumerate() {
                    push_literal(&mut out, if index > 0 { ", " } else { "" });
                    push_literal(&mut out, key);
                    push_literal(&mut out, "=");
                    out.extend(self.pieces(value, span, state));
                }
                push_literal(&mut out, "}");
            }
            Object::Blurred(values) => {
                let terms = values.iter().flat_map(Sym::terms).collect();
                let id = self.term(Term::Opaque(span.start().to_usize(), terms));
                out.push(Piece::Hole(id));
            }
        }
        self.block_depth -= 1;
        out
    }

    /// The output of a block, caught as a text; the state goes on as the block leaves it.
    pub(super) fn captured(&mut self, block: &Block, span: Span, state: &mut State) -> Vec<Piece> {
        if self.block_depth >= MAX_BLOCK_DEPTH {
            self.skeleton.give_up(span, "`#define` blocks render inside one another too deep");
            return Vec::new();
        }
        self.block_depth += 1;
        let mut inner = state.clone();
        inner.captured.push(Vec::new());
        let mut states = joined(ended(self.block(block, vec![inner])));
        self.block_depth -= 1;
        if states.len() > 1 {
            self.skeleton.give_up(span, "a text is left in the middle");
        }
        let Some(mut after) = states.pop() else { return Vec::new() };
        let pieces = after.captured.pop().unwrap_or_default();
        *state = after;
        pieces
    }
}

/// Ways behind a block: `#break` and `#stop` end it, and nothing more.
fn ended(mut states: Vec<State>) -> Vec<State> {
    states.iter_mut().for_each(|state| state.flow = Flow::Next);
    joined(states)
}

/// The name under which a value is kept that was put in place of a member or element of the payload.
pub(super) fn put_at(member: TermId) -> String {
    format!("{member:?}")
}

/// The name under which a value that was written into `$context` is kept.
pub(super) fn overlay(path: &str) -> String {
    format!("$context.{path}")
}

pub(super) fn without_null(value: Sym, old: &Sym) -> Sym {
    match value {
        Sym::Null => old.clone(),
        Sym::Choice(cases) => choice(
            cases
                .iter()
                .map(|(formula, value)| {
                    (formula.clone(), if *value == Sym::Null { old.clone() } else { value.clone() })
                })
                .collect(),
        ),
        value => value,
    }
}

fn literal_piece(text: &str) -> Vec<Piece> {
    vec![Piece::Literal(text.into())]
}

/// Adds known text at the end of a text.
pub(super) fn push_literal(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Literal(text.into()));
    }
}
