//! Dates and times as people write them.

use std::fmt;

/// A date or time as a person wrote it; compared by the moment it means, however that is written.
///
/// A date alone is its midnight, a time without zone is UTC; fractions of a second count. What a date alone leaves open is for
/// the reader to ask: [`When::is_day`], [`When::may_be_one_with`],
/// [`When::is_surely_before`].
#[derive(Clone, Debug)]
pub struct When {
    second: i64,
    nanosecond: i32,
    day: bool,
    text: String,
}

/// A day in seconds.
const DAY: i64 = 86_400;

impl When {
    /// Reads `2026-03-04`, `2026-03-04T10:11:12` or the same with a zone; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let civil = |moment: jiff::civil::DateTime| {
            let zoned = moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
            Some(zoned.timestamp())
        };
        let day = !text.contains(['T', 't', ' ']);
        let moment = if day {
            let date = text.parse::<jiff::civil::Date>().ok()?;
            civil(date.to_datetime(jiff::civil::Time::midnight()))?
        } else if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            moment
        } else {
            civil(text.parse::<jiff::civil::DateTime>().ok()?)?
        };
        Some(Self {
            second: moment.as_second(),
            nanosecond: moment.subsec_nanosecond(),
            day,
            text: text.to_owned(),
        })
    }

    /// Seconds since 1970 in UTC, without fractions.
    pub fn second(&self) -> i64 {
        self.second
    }

    /// Whether it is a day without a time.
    pub fn is_day(&self) -> bool {
        self.day
    }

    /// Whether both are the same moment, or one is a day without a time and the other of that day (in UTC).
    pub fn may_be_one_with(&self, other: &Self) -> bool {
        let day = |when: &Self| when.second.div_euclid(DAY);
        self == other || ((self.day || other.day) && day(self) == day(other))
    }

    /// Whether it was over when the other began: a day without a time ends with its last second.
    pub fn is_surely_before(&self, other: &Self) -> bool {
        let end = if self.day {
            (self.second + DAY - 1, i32::MAX)
        } else {
            self.moment()
        };
        end < other.moment()
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn moment(&self) -> (i64, i32) {
        (self.second, self.nanosecond)
    }
}

impl PartialEq for When {
    fn eq(&self, other: &Self) -> bool {
        self.moment() == other.moment()
    }
}

impl Eq for When {}

impl PartialOrd for When {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for When {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.moment().cmp(&other.moment())
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl serde::Serialize for When {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for When {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date or time"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_ordered_by_what_they_mean() {
        let early = When::parse("2026-03-04").expect("a date");
        let zoned = When::parse("2026-03-04T02:00:00+01:00").expect("a time with a zone");
        let plain = When::parse("2026-03-04T01:30:00").expect("a time");
        assert!(early < zoned && zoned < plain);
        assert_eq!(When::parse("4.3.2026"), None);
    }

    fn when(text: &str) -> When {
        When::parse(text).expect("a date or a time")
    }

    #[test]
    fn fractions_of_a_second_count_and_the_way_a_moment_is_written_does_not() {
        assert!(when("2026-06-03T09:05:00Z") < when("2026-06-03T09:05:00.000001Z"));
        assert!(when("1960-06-03T09:05:00.25Z") < when("1960-06-03T09:05:00.5Z"));
        assert_eq!(
            when("2026-06-03T09:05:00Z"),
            when("2026-06-03T11:05:00+02:00")
        );
    }

    #[test]
    fn a_day_alone_may_be_any_time_of_that_day() {
        let day = when("2026-06-03");
        for (time, same) in [
            ("2026-06-03T00:00:00Z", true),
            ("2026-06-03T23:59:59.9Z", true),
            ("2026-06-03T23:59:59-01:00", false),
            ("2026-06-02T23:59:59Z", false),
        ] {
            let time = when(time);
            assert!(day.is_day() && !time.is_day(), "{time}");
            assert_eq!(day.may_be_one_with(&time), same, "{time}");
            assert_eq!(time.may_be_one_with(&day), same, "{time}");
            assert!(!same || !day.is_surely_before(&time), "{time}");
        }
        assert!(day.is_surely_before(&when("2026-06-04")));
        assert!(!when("2026-06-03T10:00:00").may_be_one_with(&when("2026-06-03T11:00:00")));
    }
}
