//! A draft is of use only if it loads: what the rules refuse is taken out of it again, and it says so.

use keybound_shared::{Level, Problem, Rules};

use super::page::Page;
use super::written::Parts;

/// How often a draft is written anew.
const MAX_ROUNDS: usize = 64;

/// Writes a draft that loads.
pub(super) fn settled(mut parts: Parts) -> (Parts, Page) {
    for _ in 0..MAX_ROUNDS {
        let page = parts.page();
        match Rules::load(page.text(), &|_| None) {
            Ok(_) => return (parts, page),
            Err(problems) => parts.relent(&page, &problems),
        }
    }
    let mut parts = Parts { sources: parts.sources, left_out: parts.left_out, ..Parts::default() };
    parts.left_out.insert(0, "everything: the definitions hold more than rules may".to_owned());
    let page = parts.page();
    (parts, page)
}

impl Parts {
    /// Takes out what problems are about.
    fn relent(&mut self, page: &Page, problems: &[Problem]) {
        let errors: Vec<&Problem> = problems.iter().filter(|problem| problem.level == Level::Error).collect();
        let mut at_fault: Vec<(usize, String)> = Vec::new();
        for problem in &errors {
            if let Some(number) = page.grant_at(problem.span.start)
                && at_fault.iter().all(|(known, _)| *known != number)
            {
                at_fault.push((number, problem.message.clone()));
            }
        }
        if !at_fault.is_empty() {
            self.leave_out(&at_fault);
            return;
        }
        let may_be_larger =
            |problem: &&Problem| problem.help.as_ref().is_some_and(|help| help.contains("max_policy_bytes"));
        if errors.iter().any(may_be_larger) && !self.has_large_policies {
            self.has_large_policies = true;
            return;
        }
        // No grant alone is at fault: fewer of them may do.
        let why = errors.first().map(|problem| problem.message.clone()).unwrap_or_default();
        let fewer = self.grants.len() - self.grants.len().div_ceil(8);
        if self.grants.is_empty() {
            let (sources, left_out) = (std::mem::take(&mut self.sources), std::mem::take(&mut self.left_out));
            *self = Self { sources, left_out, ..Self::default() };
            self.left_out.push(why);
            return;
        }
        let beyond: Vec<(usize, String)> =
            (fewer..self.grants.len()).map(|number| (number, why.clone())).collect();
        self.leave_out(&beyond);
    }

    fn leave_out(&mut self, grants: &[(usize, String)]) {
        let mut number = 0;
        let left_out = &mut self.left_out;
        self.grants.retain(|grant| {
            let at_fault = grants.iter().find(|(known, _)| *known == number);
            number += 1;
            if let Some((_, why)) = at_fault {
                let routes = grant.routes.iter().map(|(route, _)| route.as_str());
                left_out.push(format!("{}: {why}", routes.collect::<Vec<_>>().join(", ")));
            }
            at_fault.is_none()
        });
    }
}
