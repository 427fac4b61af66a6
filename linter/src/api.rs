//! API definitions: one reader for each host format, all giving the same [`Integration`] values.

mod answering;
pub mod authorizer;
pub mod cloudformation;
pub mod discovery;
pub mod integration;
pub mod lone_template;
pub mod model;
pub mod openapi;
pub mod role;
pub mod uri;

pub use integration::{
    Action, Authorization, Channel, DeployText, Integration, MappingTemplate, ParameterMapping, Passthrough,
    ResponseCase, RestKind, Route, TemplateHost,
};
