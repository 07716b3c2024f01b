//! Dates and times as people write them.

use std::fmt;

/// A date or time as a person wrote it; ordered by the moment it means (a date alone is its midnight, a time without zone is UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    second: i64,
    text: String,
}

impl When {
    /// Reads `2026-03-04`, `2026-03-04T10:11:12` or the same with a zone; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let civil = |moment: jiff::civil::DateTime| {
            moment
                .to_zoned(jiff::tz::TimeZone::UTC)
                .ok()
                .map(|zoned| zoned.timestamp().as_second())
        };
        let second = if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            moment.as_second()
        } else if let Ok(moment) = text.parse::<jiff::civil::DateTime>() {
            civil(moment)?
        } else {
            civil(
                text.parse::<jiff::civil::Date>()
                    .ok()?
                    .to_datetime(jiff::civil::Time::midnight()),
            )?
        };
        Some(Self {
            second,
            text: text.to_owned(),
        })
    }

    /// Seconds since 1970 in UTC.
    pub fn second(&self) -> i64 {
        self.second
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialOrd for When {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for When {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.second, &self.text).cmp(&(other.second, &other.text))
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
}
