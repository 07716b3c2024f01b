//! Titles that announce a retraction or a correction of another publication, for those who look for one.

use super::notice::Notice;
use super::title::Title;

/// What an item does to another publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemNotice {
    /// It retracts it, or expresses concern.
    Retraction,
    /// It corrects it.
    Correction,
}

/// What a title announces, and the title of the publication itself in the form in which titles compare.
///
/// `Retraction: A trial of walks` and `A trial of walks` have the same second part.
pub fn item_notice(title: &str) -> (Option<ItemNotice>, String) {
    let read = Title::read(title);
    let notice = match read.notice {
        Notice::Retraction => Some(ItemNotice::Retraction),
        Notice::Correction => Some(ItemNotice::Correction),
        Notice::None | Notice::Comment | Notice::Reply => None,
    };
    (notice, read.main().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_names_the_publication_it_is_about() {
        let (none, plain) =
            item_notice("Evening walks and the sleep of older adults: a randomised trial");
        assert_eq!(none, None);
        for (title, notice) in [
            (
                "Retraction: Evening walks and the sleep of older adults: a randomised trial",
                ItemNotice::Retraction,
            ),
            (
                "Erratum to: Evening walks and the sleep of older adults: a randomised trial.",
                ItemNotice::Correction,
            ),
        ] {
            assert_eq!(item_notice(title), (Some(notice), plain.clone()), "{title}");
        }
    }
}
