//! Java's `equals()`.

use std::cmp::Ordering;
use std::rc::Rc;

use super::print::java_string;
use super::{List, ListKind, Map, Number, Value};

/// Containers inside containers that are compared; what lies deeper counts as different.
const MAX_DEPTH: usize = 1000;

/// Values that one comparison may look at; what costs more counts as different. Without it two lists that hold one
/// list twice, again and again, would be compared along every way through them.
const MAX_VISITS: u32 = 1_000_000;

/// `left.equals(right)`: numbers only of one class (an Integer is never equal to a Long), lists element by element,
/// maps entry by entry, arrays only to themselves.
pub fn java_equals(left: &Value, right: &Value) -> bool {
    java_equals_within(left, right, &mut { MAX_VISITS })
}

/// [`java_equals`], with the number of values that it may look at taken from `visits`.
pub(crate) fn java_equals_within(left: &Value, right: &Value, visits: &mut u32) -> bool {
    Comparison { visits }.equals(left, right, 0)
}

/// Velocity's `==`: numbers by value across classes, values of one class by `equals()`, all else by `toString()`. Two
/// nulls are equal; one is equal to nothing.
pub fn velocity_equals(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::Number(left), Value::Number(right)) => left.compare(right).is_some_and(Ordering::is_eq),
        (Value::Bool(_), Value::Bool(_))
        | (Value::Text(_), Value::Text(_))
        | (Value::Map(_), Value::Map(_)) => java_equals(left, right),
        // JSONArray is an ArrayList; an array is of no class with either.
        (Value::List(one), Value::List(other))
            if (one.kind == ListKind::Array) == (other.kind == ListKind::Array) =>
        {
            java_equals(left, right)
        }
        _ => java_string(left).as_str() == java_string(right).as_str(),
    }
}

struct Comparison<'a> {
    visits: &'a mut u32,
}

impl Comparison<'_> {
    fn equals(&mut self, left: &Value, right: &Value, depth: usize) -> bool {
        let Some(left_over) = self.visits.checked_sub(1).filter(|_| depth <= MAX_DEPTH) else { return false };
        *self.visits = left_over;
        match (left, right) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(left), Value::Bool(right)) => left == right,
            (Value::Text(left), Value::Text(right)) => left.as_str() == right.as_str(),
            (Value::Number(left), Value::Number(right)) => number_equals(left, right),
            (Value::List(left), Value::List(right)) => self.list_equals(left, right, depth),
            (Value::Map(left), Value::Map(right)) => self.map_equals(left, right, depth),
            _ => false,
        }
    }

    fn list_equals(&mut self, left: &List, right: &List, depth: usize) -> bool {
        if Rc::ptr_eq(&left.items, &right.items) {
            return true;
        }
        if left.kind == ListKind::Array || right.kind == ListKind::Array {
            return false;
        }
        let (left, right) = (left.items.borrow(), right.items.borrow());
        left.len() == right.len()
            && left.iter().zip(right.iter()).all(|(left, right)| self.equals(left, right, depth + 1))
    }

    fn map_equals(&mut self, left: &Map, right: &Map, depth: usize) -> bool {
        if Rc::ptr_eq(&left.entries, &right.entries) {
            return true;
        }
        let (left, right) = (left.entries.borrow(), right.entries.borrow());
        left.len() == right.len()
            && left.iter().all(|(key, (_, value))| {
                right.get(key).is_some_and(|(_, other)| self.equals(value, other, depth + 1))
            })
    }
}

fn number_equals(left: &Number, right: &Number) -> bool {
    match (left, right) {
        (Number::Int(left), Number::Int(right)) => left == right,
        (Number::Long(left), Number::Long(right)) => left == right,
        (Number::Big(left), Number::Big(right)) => left == right,
        // `Double.equals` compares bits, all NaNs being one.
        (Number::Double(left), Number::Double(right)) => {
            left.to_bits() == right.to_bits() || left.is_nan() && right.is_nan()
        }
        // With the scale: 2.0 is not 2.00.
        (Number::Decimal(left), Number::Decimal(right)) => left == right,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Text;

    #[test]
    fn numbers_are_equal_in_one_class_only() {
        let double = |d| Value::Number(Number::Double(d));
        assert!(java_equals(&Value::int(1), &Value::int(1)));
        assert!(!java_equals(&Value::int(1), &Value::Number(Number::Long(1))));
        assert!(!java_equals(&double(0.0), &double(-0.0)));
        assert!(java_equals(&double(f64::NAN), &double(f64::NAN)));
    }

    #[test]
    fn lists_of_two_classes_are_equal_and_arrays_are_not() {
        let list = |kind| Value::List(List::new(kind, vec![Value::int(1), Value::text("a")]));
        assert!(java_equals(&list(ListKind::Plain), &list(ListKind::Json)));
        assert!(!java_equals(&list(ListKind::Array), &list(ListKind::Array)));
        let array = list(ListKind::Array);
        assert!(java_equals(&array, &array.clone()));
    }

    #[test]
    fn maps_are_equal_in_any_order() {
        let map = |keys: [&str; 2]| {
            let map = Map::default();
            for key in keys {
                map.put_text(Text::new(key), Value::text(key));
            }
            Value::Map(map)
        };
        assert!(java_equals(&map(["a", "b"]), &map(["b", "a"])));
        assert!(!java_equals(&map(["a", "b"]), &map(["a", "c"])));
    }

    #[test]
    fn velocity_compares_what_is_of_two_classes_by_its_text() {
        let list = Value::List(List::new(ListKind::Plain, vec![Value::int(1), Value::int(2)]));
        let equal = [
            (Value::text("1"), Value::int(1)),
            (Value::text("true"), Value::Bool(true)),
            (list.clone(), Value::text("[1, 2]")),
            (Value::int(1), Value::Number(Number::Double(1.0))),
            (Value::Null, Value::Null),
        ];
        for (left, right) in equal {
            assert!(velocity_equals(&left, &right) && velocity_equals(&right, &left), "{left:?} {right:?}");
        }
        let different = [
            (Value::text("1.0"), Value::int(1)),
            (Value::Null, Value::text("null")),
            (Value::text(""), Value::Null),
            (list, Value::text("[1,2]")),
        ];
        for (left, right) in different {
            assert!(!velocity_equals(&left, &right) && !velocity_equals(&right, &left), "{left:?} {right:?}");
        }
    }

    #[test]
    fn lists_that_double_again_and_again_are_given_up() {
        let doubled = || {
            let mut value = Value::int(1);
            for _ in 0..100 {
                value = Value::List(List::new(ListKind::Plain, vec![value.clone(), value]));
            }
            value
        };
        assert!(!java_equals(&doubled(), &doubled()));
    }
}
