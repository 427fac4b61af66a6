//! What a path leads to.

use std::cell::Cell;

use super::path::{Path, Root, Step};
use crate::value::{List, ListKind, Map, SourceId, Text, Value};

/// Values that one evaluation may look at. Jayway has no bound; a request that costs more would not be answered in
/// the 29 seconds that API Gateway waits.
const MAX_VISITS: u32 = 2_000_000;

/// Containers inside containers that `..` goes into.
const MAX_DEPTH: usize = 1000;

impl Path {
    /// What the path leads to: one value for a definite path, a `JSONArray` for any other. `None` where Jayway throws:
    /// a definite path that leads nowhere, a step that does not suit a value that must be there, too much work.
    pub fn evaluate(&self, document: &Value) -> Option<Value> {
        let visits = Cell::new(MAX_VISITS);
        let context = Context { document, item: document, visits: &visits, must_exist: false };
        context.evaluate(self).ok()
    }
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Missing {
    /// `PathNotFoundException`
    NotFound,
    /// `InvalidPathException`, which makes a filter false.
    Invalid,
    /// Any other exception, or the bound on work.
    Failed,
}

/// What a path is evaluated on.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) document: &'a Value,
    pub(super) item: &'a Value,
    pub(super) visits: &'a Cell<u32>,
    /// Jayway's option `REQUIRE_PROPERTIES`, under which a filter asks whether a path exists.
    pub(super) must_exist: bool,
}

impl<'a> Context<'a> {
    pub(super) fn evaluate(&self, path: &Path) -> Result<Value, Missing> {
        let start = match path.root {
            Root::Document => self.document,
            Root::Item => self.item,
        };
        let mut found = Vec::new();
        self.go(&path.steps, true, start, &mut found)?;
        if path.is_definite() {
            return found.into_iter().next().ok_or(Missing::NotFound);
        }
        Ok(Value::List(List::new(ListKind::Json, found).from_source(source_of(start))))
    }

    /// Counts one more value looked at.
    pub(super) fn visit(&self, cost: usize) -> Result<(), Missing> {
        let left =
            self.visits.get().checked_sub(u32::try_from(cost).unwrap_or(u32::MAX)).ok_or(Missing::Failed)?;
        self.visits.set(left);
        Ok(())
    }

    /// Goes the steps from a value. `is_definite`: whether every step so far could lead to one value only.
    fn go(
        &self,
        steps: &[Step],
        is_definite: bool,
        value: &Value,
        found: &mut Vec<Value>,
    ) -> Result<(), Missing> {
        self.visit(1)?;
        let Some((step, rest)) = steps.split_first() else {
            found.push(value.clone());
            return Ok(());
        };
        let stays_definite = is_definite && step.is_definite(rest.is_empty());
        let onward = |value: &Value, found: &mut Vec<Value>| self.go(rest, stays_definite, value, found);
        match (step, value) {
            (Step::Properties(names), Value::Map(map)) => match names.as_slice() {
                [_, _, ..] if rest.is_empty() => {
                    found.push(merged(names, map));
                    Ok(())
                }
                names => {
                    for name in names {
                        match map.get_text(name) {
                            Some(value) => onward(&value, found)?,
                            None if self.must_exist || stays_definite && !rest.is_empty() => {
                                return Err(Missing::NotFound);
                            }
                            None => {}
                        }
                    }
                    Ok(())
                }
            },
            (Step::Indexes(indexes), Value::List(list)) => {
                let items = list.items.borrow();
                let items = indexes.iter().filter_map(|index| items.get(usize::try_from(*index).ok()?));
                items.into_iter().try_for_each(|item| onward(item, found))
            }
            (Step::Slice { from, to }, Value::List(list)) => {
                let items = list.items.borrow();
                let (skip, end) = slice(*from, *to, items.len());
                items.iter().take(end).skip(skip).try_for_each(|item| onward(item, found))
            }
            (Step::Properties(_) | Step::Indexes(_) | Step::Slice { .. }, _) => {
                if is_definite {
                    Err(Missing::NotFound)
                } else {
                    Ok(())
                }
            }
            (Step::Wildcard, Value::Map(map)) => {
                map.entries.borrow().values().try_for_each(|(_, value)| onward(value, found))
            }
            (Step::Wildcard, Value::List(list)) => {
                list.items.borrow().iter().try_for_each(|item| onward(item, found))
            }
            (Step::Wildcard, _) => Ok(()),
            (Step::Scan, _) => self.scan(rest, value, 0, found),
            (Step::Filter(filter), Value::Map(_)) => {
                if self.accepts(filter, value)? {
                    onward(value, found)
                } else {
                    Ok(())
                }
            }
            (Step::Filter(filter), Value::List(list)) => {
                list.items.borrow().iter().try_for_each(|item| {
                    if self.accepts(filter, item)? { onward(item, found) } else { Ok(()) }
                })
            }
            (Step::Filter(_), _) => {
                if is_definite {
                    Err(Missing::Invalid)
                } else {
                    Ok(())
                }
            }
        }
    }

    /// Goes the steps from a value and from every value in it, outside in.
    fn scan(
        &self,
        steps: &[Step],
        value: &Value,
        depth: usize,
        found: &mut Vec<Value>,
    ) -> Result<(), Missing> {
        if depth > MAX_DEPTH {
            return Err(Missing::Failed);
        }
        self.visit(1)?;
        match value {
            Value::Map(map) => {
                if self.scan_stops_at(steps, value)? {
                    self.go(steps, false, value, found)?;
                }
                map.entries
                    .borrow()
                    .values()
                    .try_for_each(|(_, value)| self.scan(steps, value, depth + 1, found))
            }
            Value::List(list) => {
                let items = list.items.borrow();
                if self.scan_stops_at(steps, value)? {
                    match steps.split_first() {
                        // As in Jayway, what follows the step is tried on every element, not only on those that the
                        // step leads to.
                        Some((_, rest)) if !rest.is_empty() => {
                            items.iter().try_for_each(|item| self.go(rest, false, item, found))?;
                        }
                        _ => self.go(steps, false, value, found)?,
                    }
                }
                items.iter().try_for_each(|item| self.scan(steps, item, depth + 1, found))
            }
            _ => Ok(()),
        }
    }

    /// Whether a scan tries its step on this container.
    fn scan_stops_at(&self, steps: &[Step], container: &Value) -> Result<bool, Missing> {
        Ok(match (steps.first(), container) {
            (Some(step @ Step::Properties(names)), Value::Map(map)) => {
                self.must_exist
                    || !step.is_definite(steps.len() == 1)
                    || names.iter().all(|name| map.get_text(name).is_some())
            }
            (Some(Step::Indexes(_) | Step::Slice { .. }), Value::List(_)) | (Some(Step::Wildcard), _) => true,
            (Some(Step::Filter(filter)), _) => self.accepts(filter, container)?,
            _ => false,
        })
    }
}

/// Whose data the container is that a result is taken from.
fn source_of(value: &Value) -> Option<SourceId> {
    match value {
        Value::List(list) => list.source,
        Value::Map(map) => map.source,
        Value::Text(text) => text.whole_source(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

/// Several members as one object, the missing ones left out.
fn merged(names: &[String], map: &Map) -> Value {
    let merged = Map::default().from_source(map.source);
    for name in names {
        if let Some(value) = map.get_text(name) {
            merged.put_text(Text::new(name), value);
        }
    }
    Value::Map(merged)
}

/// The first index of a slice and the one behind its last.
fn slice(from: Option<i32>, to: Option<i32>, length: usize) -> (usize, usize) {
    let length_i = i64::try_from(length).unwrap_or(i64::MAX);
    let counted = |end: i32| if end < 0 { length_i + i64::from(end) } else { i64::from(end) };
    let (from, to) = match (from, to) {
        (Some(from), None) => (counted(from), length_i),
        (None, Some(to)) => (0, counted(to)),
        // With both ends a negative one counts nothing.
        (from, to) => (from.unwrap_or(0).into(), to.unwrap_or(0).into()),
    };
    (usize::try_from(from).unwrap_or(0), usize::try_from(to.min(length_i)).unwrap_or(0))
}
