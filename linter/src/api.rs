//! API definitions: one reader for each host format, all giving the same [`Integration`] values.

mod answering;
pub mod authorizer;
pub mod cloudformation;
pub mod deploy_text;
pub mod deployed;
pub mod discovery;
pub mod integration;
pub mod lone_template;
pub mod model;
mod name_words;
pub mod openapi;
mod resource_path;
pub mod role;
pub mod serverless_framework;
pub mod table_schema;
pub mod terraform;
pub mod trust;
pub mod uri;

pub use name_words::name_words;

pub use integration::{
    Action, AttributePlace, Authorization, Channel, DeployText, Integration, MappingTemplate, Origin,
    ParameterMapping, Passthrough, ResponseCase, RestKind, Route, TemplateHost,
};
