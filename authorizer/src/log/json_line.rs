//! The layout of a line: one flat JSON object.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime as Rfc3339};
use tracing_subscriber::registry::LookupSpan;

use super::decision;

/// Writes `timestamp` and `level`, by which Lambda filters JSON logs, then an event's own fields; for a decision also
/// `_aws`, which makes metrics of some of them.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
pub(super) struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut members = Members(Map::new());
        let mut timestamp = String::new();
        Rfc3339.format_time(&mut Writer::new(&mut timestamp))?;
        members.0.insert("timestamp".to_owned(), timestamp.into());
        members.0.insert("level".to_owned(), event.metadata().level().as_str().into());
        members.0.insert("target".to_owned(), event.metadata().target().into());
        event.record(&mut members);
        if event.metadata().target() == decision::TARGET {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let milliseconds = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
            members.0.insert("_aws".to_owned(), metrics(milliseconds, &members.0));
        }
        writeln!(writer, "{}", Value::Object(members.0))
    }
}

/// The metrics of a decision. Only those that the line has: CloudWatch rejects what names a missing member.
fn metrics(timestamp: u64, line: &Map<String, Value>) -> Value {
    let present = decision::METRICS.into_iter().filter(|(name, _)| line.contains_key(*name));
    let metrics: Vec<Value> = present.map(|(name, unit)| json!({"Name": name, "Unit": unit})).collect();
    json!({
        "Timestamp": timestamp,
        "CloudWatchMetrics": [{
            "Namespace": "keybound",
            "Dimensions": [["outcome"], ["outcome", "reason"]],
            "Metrics": metrics,
        }],
    })
}

/// The fields of an event as members.
struct Members(Map<String, Value>);

impl Members {
    fn insert(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Members {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}").into());
    }
}
