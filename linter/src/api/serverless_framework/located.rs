//! From numbered places to files and places in them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::api::authorizer::Authorizer;
use crate::api::role::{Named, PolicyText, Role, Statement};
use crate::api::{Integration, ParameterMapping, TemplateHost};
use crate::source::{HostSpan, MapSegment, SourceFile, SourceMap};

use super::files::Files;

/// Gives integrations that were read with numbered places their files and the places in them. What stands in another
/// file than the integration, and can only name a place in its file, stands where the integration does.
pub(super) fn located(
    integrations: Vec<Integration>,
    files: &Files<'_>,
    first: &Arc<SourceFile>,
) -> Vec<Integration> {
    let mut places = Places { files, first, roles: HashMap::new() };
    integrations.into_iter().map(|integration| places.integration(integration)).collect()
}

struct Places<'p, 'l> {
    files: &'p Files<'l>,
    first: &'p Arc<SourceFile>,
    roles: HashMap<*const Role, Arc<Role>>,
}

impl Places<'_, '_> {
    /// The file of a numbered place, and the place in it.
    fn of(&self, span: HostSpan) -> Option<(Arc<SourceFile>, HostSpan)> {
        let (file, base) = self.files.holder(span)?;
        Some((file, HostSpan::new(span.start - base, span.end - base)))
    }

    /// The place in this file, or the other one.
    fn within(&self, file: &Arc<SourceFile>, span: HostSpan, otherwise: HostSpan) -> HostSpan {
        self.of(span).filter(|(holder, _)| Arc::ptr_eq(holder, file)).map_or(otherwise, |(_, span)| span)
    }

    /// Whether places of this file are numbered: others were read by the reader of OpenAPI on its own.
    fn is_numbered(&self, file: &Arc<SourceFile>) -> bool {
        Arc::ptr_eq(file, self.first)
    }

    fn integration(&mut self, mut integration: Integration) -> Integration {
        integration.role = integration.role.map(|role| self.role(&role));
        integration.authorizer = integration.authorizer.map(|authorizer| self.authorizer(authorizer));
        if !self.is_numbered(&integration.file) {
            return integration;
        }
        if let Some((file, span)) = self.of(integration.span) {
            integration.file = file;
            integration.span = span;
        }
        let file = Arc::clone(&integration.file);
        let own = integration.span;
        integration.own_span = self.within(&file, integration.own_span, own);
        if let Some((_, span)) = &mut integration.uri {
            *span = self.within(&file, *span, own);
        }
        integration.passthrough.1 = integration.passthrough.1.map(|span| self.within(&file, span, own));
        self.parameters(&mut integration.request_parameters, &file, own);
        for template in &mut integration.request_templates {
            self.host(&mut template.host);
        }
        for case in &mut integration.responses {
            case.span = self.within(&file, case.span, own);
            self.parameters(&mut case.parameters, &file, case.span);
            for template in &mut case.templates {
                self.host(&mut template.host);
            }
        }
        integration
    }

    fn parameters(&self, list: &mut [ParameterMapping], file: &Arc<SourceFile>, otherwise: HostSpan) {
        for parameter in list {
            parameter.span = self.within(file, parameter.span, otherwise);
        }
    }

    /// A template stands in the file of its value. Where parts of it come from other files it has no map.
    fn host(&self, host: &mut TemplateHost) {
        if !self.is_numbered(&host.file) {
            return;
        }
        let Some((file, base)) = self.files.holder(host.whole) else {
            host.map = None;
            return;
        };
        let (from, to) = (base, base + file.text().len());
        host.map = host.map.take().and_then(|map| {
            let segments = map.segments().iter().map(|segment| {
                let is_inside = segment.host_start >= from && segment.host_start + segment.host_len <= to;
                is_inside.then(|| MapSegment { host_start: segment.host_start - base, ..*segment })
            });
            segments.collect::<Option<Vec<_>>>().map(SourceMap::new)
        });
        host.whole = HostSpan::new(host.whole.start - base, host.whole.end - base);
        host.file = file;
    }

    fn authorizer(&self, authorizer: Arc<Authorizer>) -> Arc<Authorizer> {
        match self.of(authorizer.span).filter(|_| self.is_numbered(&authorizer.file)) {
            Some((file, span)) => Arc::new(Authorizer { file, span, ..Authorizer::clone(&authorizer) }),
            None => authorizer,
        }
    }

    fn role(&mut self, role: &Arc<Role>) -> Arc<Role> {
        if !self.is_numbered(&role.file) {
            return Arc::clone(role);
        }
        if let Some(known) = self.roles.get(&Arc::as_ptr(role)) {
            return Arc::clone(known);
        }
        let mut located = Role::clone(role);
        for statement in &mut located.allows {
            self.statement(statement);
        }
        let managed = located.managed.first().and_then(|policy| self.of(policy.span));
        let holder = managed.map(|(file, _)| file);
        located.file = holder
            .or_else(|| located.allows.first().map(|statement| Arc::clone(&statement.file)))
            .unwrap_or(located.file);
        let file = Arc::clone(&located.file);
        self.texts(&mut located.managed, &file, HostSpan::default());
        let located = Arc::new(located);
        self.roles.insert(Arc::as_ptr(role), Arc::clone(&located));
        located
    }

    fn statement(&self, statement: &mut Statement) {
        if !self.is_numbered(&statement.file) {
            return;
        }
        let Some((file, span)) = self.of(statement.span) else { return };
        for named in [&mut statement.actions, &mut statement.resources] {
            match named {
                Named::These(texts) => self.texts(texts, &file, span),
                Named::AllBut(place) => *place = self.within(&file, *place, span),
            }
        }
        for condition in &mut statement.conditions {
            condition.span = self.within(&file, condition.span, span);
        }
        statement.file = file;
        statement.span = span;
    }

    fn texts(&self, list: &mut [PolicyText], file: &Arc<SourceFile>, otherwise: HostSpan) {
        for text in list {
            text.span = self.within(file, text.span, otherwise);
        }
    }
}
