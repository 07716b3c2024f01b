//! Times as screening tools and spreadsheets write them, read where they can be read in one way.

use crate::screening::DateOrder;
use crate::table::When;

/// Why a text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unread {
    /// Day and month may be either.
    Unclear,
    /// Nothing that is known to be a time.
    Unknown,
}

/// A moment: ISO 8601 (with a blank for the `T` and `UTC` for the zone too), seconds or milliseconds since 1970, the serial number
/// of a spreadsheet's date, or a day of numbers such as `13/6/2026` with or without a time, whose day and month are told apart by
/// `order` where both may be either. Times without a zone are UTC.
pub(super) fn moment(text: &str, order: Option<DateOrder>) -> Result<When, Unread> {
    let text = text.trim();
    let plain = text.strip_suffix("UTC").map_or_else(
        || text.to_owned(),
        |time| format!("{}Z", time.trim().replacen(' ', "T", 1)),
    );
    let number = || numbered(text).ok_or(Unread::Unknown);
    When::parse(&plain)
        .filter(|_| plain.contains('-'))
        .map_or_else(number, Ok)
        .or_else(|_| written(text, order))
}

/// A time that is one number. Ranges do not meet: seconds and milliseconds from 2001 to 2099, days of spreadsheets from 1954 to 2119.
fn numbered(text: &str) -> Option<When> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 13 || part.len() > 18 || !digits(whole) || !digits(part) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let nanoseconds: String = part.chars().chain("000000000".chars()).take(9).collect();
    let nanoseconds: i64 = nanoseconds.parse().ok()?;
    let stamp = |second: i64, nanosecond: i64| {
        let nanosecond = i32::try_from(nanosecond).ok()?;
        let moment = jiff::Timestamp::new(second, nanosecond).ok()?;
        When::parse(&moment.to_string())
    };
    match whole {
        // A day without signs between its parts.
        19_000_101..=20_991_231 if part.is_empty() => When::parse(text),
        1_000_000_000..=4_099_999_999 => stamp(whole, nanoseconds),
        1_000_000_000_000..=4_099_999_999_999 => stamp(whole / 1000, whole % 1000 * 1_000_000),
        20_000..=80_000 => {
            // Day 25569 is the first of 1970.
            let day = (whole - 25_569) * 86_400;
            let second = (nanoseconds * 86_400 + 500_000_000) / 1_000_000_000;
            let moment = jiff::Timestamp::from_second(day + second).ok()?.to_string();
            let text = if part.is_empty() {
                moment.split('T').next()?
            } else {
                &moment
            };
            When::parse(text)
        }
        _ => None,
    }
}

/// A day of three numbers between the same signs, the year in four digits at either end, and a time behind it or none.
fn written(text: &str, order: Option<DateOrder>) -> Result<When, Unread> {
    let (day, time) = text
        .split_once([' ', 'T'])
        .map_or((text, ""), |(day, time)| (day, time.trim()));
    let day = day.trim_end_matches(',');
    let sign = day.chars().find(|c| !c.is_ascii_digit());
    let sign = sign
        .filter(|sign| "/.-".contains(*sign))
        .ok_or(Unread::Unknown)?;
    let parts: Vec<&str> = day.split(sign).collect();
    let [first, second, third] = parts[..] else {
        return Err(Unread::Unknown);
    };
    let number = |text: &str| text.parse::<u32>().map_err(|_| Unread::Unknown);
    let (year, month, day) = if first.len() == 4 {
        (number(first)?, number(second)?, number(third)?)
    } else if third.len() == 4 {
        let (day, month) = day_and_month(number(first)?, number(second)?, order)?;
        (number(third)?, month, day)
    } else {
        return Err(Unread::Unknown);
    };
    let time = clock(time).ok_or(Unread::Unknown)?;
    When::parse(&format!("{year:04}-{month:02}-{day:02}{time}")).ok_or(Unread::Unknown)
}

fn day_and_month(first: u32, second: u32, order: Option<DateOrder>) -> Result<(u32, u32), Unread> {
    match order {
        Some(DateOrder::DayMonthYear) => Ok((first, second)),
        Some(DateOrder::MonthDayYear) => Ok((second, first)),
        None if first == second || (first > 12 && second <= 12) => Ok((first, second)),
        None if second > 12 && first <= 12 => Ok((second, first)),
        None if first > 12 => Err(Unread::Unknown),
        None => Err(Unread::Unclear),
    }
}

/// `9:05`, `09:05:33`, `9:05 PM` as ISO 8601 has it behind a day; nothing for nothing.
fn clock(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    let small = text.to_ascii_lowercase();
    let half = ["am", "pm"]
        .into_iter()
        .find_map(|half| Some((small.strip_suffix(half)?.trim(), half)));
    let (digits, half) = half.map_or((small.as_str(), None), |(time, half)| (time, Some(half)));
    let (hour, rest) = digits.split_once(':')?;
    let hour: u32 = hour.parse().ok()?;
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + if half == "pm" { 12 } else { 0 },
    };
    let rest = if rest.contains(':') {
        rest.to_ascii_uppercase()
    } else {
        format!("{}:00", rest.to_ascii_uppercase())
    };
    Some(format!("T{hour:02}:{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, Unread> {
        moment(text, None).map(|when| when.to_string())
    }

    #[test]
    fn a_time_that_reads_one_way_is_read() {
        for (text, want) in [
            ("2026-06-03", "2026-06-03"),
            ("20260603", "20260603"),
            ("2026-06-03 09:05:00 UTC", "2026-06-03T09:05:00Z"),
            ("2026-06-03T09:05:00.5Z", "2026-06-03T09:05:00.5Z"),
            // `date -u -d @1780000000`: Thu May 28 20:26:40 UTC 2026.
            ("1780000000", "2026-05-28T20:26:40Z"),
            ("1780000000.5", "2026-05-28T20:26:40.5Z"),
            ("1780000000500", "2026-05-28T20:26:40.5Z"),
            // Spreadsheets of the 1900 system show 46176 as 2026-06-03.
            ("46176", "2026-06-03"),
            ("46176.5", "2026-06-03T12:00:00Z"),
            ("46176.378472", "2026-06-03T09:05:00Z"),
            ("13/6/2026", "2026-06-13"),
            ("6/13/2026 9:05", "2026-06-13T09:05:00"),
            ("13.06.2026 09:05:33", "2026-06-13T09:05:33"),
            ("06/06/2026, 9:05 PM", "2026-06-06T21:05:00"),
            ("12-31-2026 12:00 am", "2026-12-31T00:00:00"),
            ("2026/06/03", "2026-06-03"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn a_time_that_reads_two_ways_or_none_is_not() {
        for text in ["03/06/2026", "6/3/2026 9:05", "03.06.2026"] {
            assert_eq!(read(text), Err(Unread::Unclear), "{text}");
        }
        for text in [
            "yesterday",
            "13/13/2026",
            "30/02/2026",
            "3/6/26",
            "0",
            "20261303",
            "99999",
            "13/6/2026 25:00",
            "13/6/2026 0:05 pm",
            "-5",
            "1e9",
            "2026-13-01",
            "13/6-2026",
        ] {
            assert_eq!(read(text), Err(Unread::Unknown), "{text}");
        }
    }

    #[test]
    fn the_order_of_day_and_month_that_people_declare_holds() {
        use DateOrder::{DayMonthYear, MonthDayYear};
        let day = |text, order| moment(text, Some(order)).map(|when| when.to_string());
        assert_eq!(day("03/06/2026", DayMonthYear).as_deref(), Ok("2026-06-03"));
        assert_eq!(day("03/06/2026", MonthDayYear).as_deref(), Ok("2026-03-06"));
        assert_eq!(day("6/13/2026", DayMonthYear), Err(Unread::Unknown));
        assert_eq!(day("2026-06-03", MonthDayYear).as_deref(), Ok("2026-06-03"));
    }
}
