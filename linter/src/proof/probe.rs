//! A tree that tells whether a condition held where it is asked.

use keybound_vtl::Span;
use keybound_vtl::ast::{BinaryOp, Block, Expr, ExprKind, If, Node, NodeKind};
use keybound_vtl::parse::Tree;
use serde_json::Value as Json;

use crate::finding::Proof;
use crate::render::{Guard, TermId};

use super::draft::Draft;
use super::inverse::{get_at, set, take_out};
use super::prover::Prover;

/// What is printed before the construct that asks; characters of a private area, which no request of ours holds.
const HELD: &str = "\u{E000}\u{E001}";
const FAILED: &str = "\u{E000}\u{E002}";

impl Prover<'_> {
    /// A request with these values for terms for which the condition at `asked` holds, or does not, wherever the
    /// template asks it.
    pub fn asked(&self, asked: Span, guard: &Guard, values: &[(TermId, Json)], holds: bool) -> Option<Proof> {
        self.questioned(asked, guard, holds, &Expr::clone, &|draft| self.give(draft, values))
    }

    fn give(&self, draft: &mut Draft, values: &[(TermId, Json)]) -> bool {
        for (term, value) in values {
            set(draft, &self.skeleton.terms, *term, value.clone());
        }
        true
    }

    /// A request with this value for a term for which the reference at `asked` prints a text and holds as a condition.
    pub fn holds_printing(&self, asked: Span, guard: &Guard, term: TermId, text: &str) -> Option<Proof> {
        let question = |expr: &Expr| {
            let text = Expr { span: expr.span, kind: ExprKind::Text(text.to_owned()) };
            let of = |op, left: Expr, right: Expr| Expr {
                span: expr.span,
                kind: ExprKind::Binary(op, Box::new(left), Box::new(right)),
            };
            of(BinaryOp::And, expr.clone(), of(BinaryOp::Equal, expr.clone(), text))
        };
        // What is missing is the empty text; where nothing can be left out, an empty value is.
        let leaves_out = |draft: &mut Draft| take_out(draft, &self.skeleton.terms, term);
        let missing = text.is_empty().then(|| self.questioned(asked, guard, true, &question, &leaves_out));
        missing.flatten().or_else(|| {
            let given = [(term, Json::String(text.to_owned()))];
            self.questioned(asked, guard, true, &question, &|draft| self.give(draft, &given))
        })
    }

    /// A request whose list, or object, has many elements, each of which is written into the request.
    pub fn grows(&self, of: TermId, guard: &Guard) -> Option<Proof> {
        const MANY: usize = 101;
        let terms = &self.skeleton.terms;
        if self.is_spent() {
            return None;
        }
        self.drafts(guard).into_iter().find_map(|draft| {
            let many = match get_at(&draft, terms, of, 0)? {
                Json::Array(list) => Json::Array(vec![list.first()?.clone(); MANY]),
                Json::Object(object) => {
                    let (_, value) = object.iter().next()?;
                    Json::Object((0..MANY).map(|n| (format!("name{n}"), value.clone())).collect())
                }
                _ => return None,
            };
            let mut grown = draft.clone();
            set(&mut grown, terms, of, many);
            let (few, many) = (self.rendered(&draft)?, self.rendered(&grown)?);
            let is_written = many.as_str().len() > few.as_str().len() + MANY;
            (is_written && self.verdict(&many).json.is_some())
                .then(|| self.proof(&grown, &many, Vec::new(), Some(&draft)))
        })
    }

    fn questioned(
        &self,
        asked: Span,
        guard: &Guard,
        holds: bool,
        question: &dyn Fn(&Expr) -> Expr,
        change: &dyn Fn(&mut Draft) -> bool,
    ) -> Option<Proof> {
        if self.is_spent() {
            return None;
        }
        let probed = probed(self.tree, asked, question)?;
        self.drafts(guard).into_iter().find_map(|mut draft| {
            if !change(&mut draft) {
                return None;
            }
            let told = self.rendered_from(&probed, &draft)?;
            let text = self.rendered(&draft)?;
            (held(told.as_str()) == Some(holds)).then(|| self.proof(&draft, &text, Vec::new(), None))
        })
    }
}

/// The tree with a probe before the construct that asks the expression at `at`: the probe asks what `question` makes
/// of that expression. None where the expression stands in a string, or nowhere.
pub(super) fn probed(tree: &Tree, at: Span, question: &dyn Fn(&Expr) -> Expr) -> Option<Tree> {
    let mut tree = tree.clone();
    probe(&mut tree.block, at, question).then_some(tree)
}

/// Whether the condition held each time (`Some(true)`), or never (`Some(false)`); none where it was not asked.
pub(super) fn held(rendered: &str) -> Option<bool> {
    match (rendered.contains(HELD), rendered.contains(FAILED)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn probe(block: &mut Block, at: Span, question: &dyn Fn(&Expr) -> Expr) -> bool {
    for index in 0..block.len() {
        let Some(node) = block.get_mut(index) else { return false };
        let asked = match &node.kind {
            NodeKind::If(conditional) => conditional.arms.iter().find_map(|(asked, _)| part(asked, at)),
            NodeKind::Set(set) => part(&set.value, at),
            _ => None,
        };
        if let Some(asked) = asked {
            let asked = question(asked);
            let text = |text: &str| vec![Node { span: at, kind: NodeKind::Text(text.to_owned()) }];
            let probe = If { arms: vec![(asked, text(HELD))], otherwise: Some(text(FAILED)) };
            block.insert(index, Node { span: at, kind: NodeKind::If(Box::new(probe)) });
            return true;
        }
        let found = match &mut node.kind {
            NodeKind::If(conditional) => {
                conditional.arms.iter_mut().any(|(_, body)| probe(body, at, question))
                    || conditional.otherwise.as_mut().is_some_and(|body| probe(body, at, question))
            }
            NodeKind::Foreach(foreach) => probe(&mut foreach.body, at, question),
            NodeKind::Define(define) => probe(std::rc::Rc::make_mut(&mut define.body), at, question),
            _ => false,
        };
        if found {
            return true;
        }
    }
    false
}

/// The part of a condition at a place.
fn part(expr: &Expr, at: Span) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Reference(reference) if reference.span == at => Some(expr),
        _ if expr.span == at => Some(expr),
        ExprKind::Not(operand) => part(operand, at),
        ExprKind::Binary(_, left, right) => part(left, at).or_else(|| part(right, at)),
        _ => None,
    }
}
