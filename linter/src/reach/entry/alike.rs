//! Accesses that differ in nothing but the verb or the content type, told once.

use crate::finding::Access;

/// Accesses with those joined that differ only in the verb, or only in the content type. `verbs` is how many the route
/// has; where an access is by all of them, none is named.
pub fn alike(accesses: Vec<Access>, verbs: usize) -> Vec<Access> {
    let by_verb = joined(accesses, |access| &mut access.verbs);
    let mut all = joined(by_verb, |access| &mut access.content_types);
    for access in &mut all {
        if access.verbs.len() == verbs {
            access.verbs.clear();
        }
    }
    all
}

/// Joins accesses that agree in all but one list.
fn joined<T: PartialEq>(accesses: Vec<Access>, list: impl Fn(&mut Access) -> &mut Vec<T>) -> Vec<Access> {
    let mut found: Vec<Access> = Vec::new();
    for mut access in accesses {
        let own = std::mem::take(list(&mut access));
        let same = found.iter_mut().position(|known| {
            let theirs = std::mem::take(list(known));
            let is_same = *known == access;
            *list(known) = theirs;
            is_same
        });
        match same.and_then(|at| found.get_mut(at)) {
            Some(known) => {
                for value in own {
                    if !list(known).contains(&value) {
                        list(known).push(value);
                    }
                }
            }
            None => {
                *list(&mut access) = own;
                found.push(access);
            }
        }
    }
    found
}
