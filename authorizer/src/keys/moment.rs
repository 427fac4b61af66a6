//! Points in time by which ages are judged.

use std::time::{Duration, Instant, SystemTime};

/// One point in time, by two clocks.
///
/// A Lambda function is frozen between invocations, and whether its monotonic clock goes on meanwhile is not
/// documented; the wall clock, on the other hand, may be set back. So an age is the greater of the two clocks' ages:
/// keys then die too early rather than too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    wall: SystemTime,
    monotonic: Instant,
}

impl Moment {
    /// The present.
    #[must_use]
    pub fn now() -> Self {
        Self::new(SystemTime::now(), Instant::now())
    }

    /// A moment by given clocks.
    #[must_use]
    pub const fn new(wall: SystemTime, monotonic: Instant) -> Self {
        Self { wall, monotonic }
    }

    /// What the wall clock shows.
    #[must_use]
    pub const fn wall(self) -> SystemTime {
        self.wall
    }

    /// Time since the Unix epoch; zero for a clock that stands before it.
    #[must_use]
    pub fn since_epoch(self) -> Duration {
        self.wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
    }

    /// The moment a while after this one, by both clocks. Stays where it is if there is no such moment.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self {
            wall: self.wall.checked_add(duration).unwrap_or(self.wall),
            monotonic: self.monotonic.checked_add(duration).unwrap_or(self.monotonic),
        }
    }

    /// How long ago `earlier` was, by the clock that says more. Zero if both say that it is yet to come.
    #[must_use]
    pub fn age_of(self, earlier: Self) -> Duration {
        let wall = self.wall.duration_since(earlier.wall).unwrap_or_default();
        wall.max(self.monotonic.saturating_duration_since(earlier.monotonic))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn an_age_is_what_the_faster_clock_says() {
        let start = Moment::now();
        assert_eq!(start.after(MINUTE).age_of(start), MINUTE);
        let frozen = Moment::new(start.wall + MINUTE, start.monotonic);
        assert_eq!(frozen.age_of(start), MINUTE);
        let set_back = Moment::new(start.wall - MINUTE, start.monotonic + MINUTE);
        assert_eq!(set_back.age_of(start), MINUTE);
    }

    #[test]
    fn what_is_yet_to_come_has_no_age() {
        let start = Moment::now();
        assert_eq!(start.age_of(start.after(MINUTE)), Duration::ZERO);
    }
}
