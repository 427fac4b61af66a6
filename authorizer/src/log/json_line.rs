//! The layout of a line: one flat JSON object.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer as _};
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

/// Longer than the line of a decision.
const USUAL_BYTES: usize = 1024;
/// Members that a field of an event cannot be.
const OWN_MEMBERS: [&str; 4] = ["timestamp", "level", "target", "_aws"];

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
        let mut timestamp = String::new();
        Rfc3339.format_time(&mut Writer::new(&mut timestamp))?;
        let mut line = Vec::with_capacity(USUAL_BYTES);
        // Texts under text keys, in memory: nothing can fail to be written.
        write_line(&mut line, &timestamp, event).map_err(|_| fmt::Error)?;
        writeln!(writer, "{}", str::from_utf8(&line).map_err(|_| fmt::Error)?)
    }
}

fn write_line(line: &mut Vec<u8>, timestamp: &str, event: &Event<'_>) -> serde_json::Result<()> {
    let mut json = serde_json::Serializer::new(line);
    let mut members = json.serialize_map(None)?;
    members.serialize_entry("timestamp", timestamp)?;
    members.serialize_entry("level", event.metadata().level().as_str())?;
    members.serialize_entry("target", event.metadata().target())?;
    let mut fields = Fields { members, names: Vec::new(), written: Ok(()) };
    event.record(&mut fields);
    let Fields { mut members, names, written } = fields;
    written?;
    if event.metadata().target() == decision::TARGET {
        members.serialize_entry("_aws", &Metadata::of(&names))?;
    }
    members.end()
}

/// Writes the fields of an event as members.
struct Fields<M: SerializeMap> {
    members: M,
    names: Vec<&'static str>,
    written: Result<(), M::Error>,
}

impl<M: SerializeMap> Fields<M> {
    fn write(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        let name = field.name();
        if self.written.is_ok() && !OWN_MEMBERS.contains(&name) && !self.names.contains(&name) {
            self.names.push(name);
            self.written = self.members.serialize_entry(name, value);
        }
    }
}

impl<M: SerializeMap> Visit for Fields<M> {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, &value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.write(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.write(field, &format_args!("{value:?}"));
    }
}

/// What CloudWatch makes metrics of.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    /// In milliseconds since the epoch.
    timestamp: u64,
    cloud_watch_metrics: Vec<MetricDirective>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricDirective {
    namespace: &'static str,
    dimensions: decision::Dimensions,
    metrics: Vec<Metric>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    name: &'static str,
    unit: &'static str,
}

impl Metadata {
    /// For a decision with these members. Only they can be metrics: CloudWatch rejects what names a missing one.
    fn of(members: &[&str]) -> Self {
        let directives = decision::METRICS.into_iter().map(|(metrics, dimensions)| {
            let present = metrics.iter().filter(|(name, _)| members.contains(name));
            let metrics = present.map(|&(name, unit)| Metric { name, unit }).collect();
            MetricDirective { namespace: "keybound", dimensions, metrics }
        });
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let timestamp = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        Self { timestamp, cloud_watch_metrics: directives.collect() }
    }
}
