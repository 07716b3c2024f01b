//! The conversions by name, so that provenance can say which was used and where its formula is printed.

/// The conversions by name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Conversion {
    /// [`sd_from_se`](super::sd_from_se).
    SdFromSe,
    /// [`sd_from_ci_t`](super::sd_from_ci_t).
    SdFromCiT,
    /// [`sd_from_ci_z`](super::sd_from_ci_z).
    SdFromCiZ,
    /// [`md_sd_from_t`](super::md_sd_from_t).
    MdSdFromT,
    /// [`md_sd_from_p`](super::md_sd_from_p).
    MdSdFromP,
    /// [`md_sd_from_f`](super::md_sd_from_f).
    MdSdFromF,
    /// [`md_sd_from_ci`](super::md_sd_from_ci).
    MdSdFromCi,
    /// [`smd_from_t`](super::smd_from_t).
    SmdFromT,
    /// [`smd_from_f`](super::smd_from_f).
    SmdFromF,
    /// [`smd_from_p`](super::smd_from_p).
    SmdFromP,
    /// [`smd_from_d`](super::smd_from_d).
    SmdFromD,
    /// [`r_from_t`](super::r_from_t).
    RFromT,
    /// [`logse_from_ratio_ci`](super::logse_from_ratio_ci).
    LogseFromRatioCi,
    /// [`logse_from_ratio_p`](super::logse_from_ratio_p).
    LogseFromRatioP,
    /// [`hr_from_logrank`](super::hr_from_logrank).
    HrFromLogrank,
    /// [`combine_arms`](super::combine_arms).
    CombineArms,
    /// [`sd_change_from_r`](super::sd_change_from_r).
    SdChangeFromR,
    /// [`r_from_sd_change`](super::r_from_sd_change).
    RFromSdChange,
    /// [`wan_s1`](super::wan_s1).
    WanS1,
    /// [`wan_s2`](super::wan_s2).
    WanS2,
    /// [`wan_s3`](super::wan_s3).
    WanS3,
    /// [`luo_s1`](super::luo_s1).
    LuoS1,
    /// [`luo_s2`](super::luo_s2).
    LuoS2,
    /// [`luo_s3`](super::luo_s3).
    LuoS3,
    /// [`shi_s3_sd`](super::shi_s3_sd).
    ShiS3Sd,
    /// [`log_odds_from_smd`](super::log_odds_from_smd).
    LogOddsFromSmd,
    /// [`smd_from_log_odds`](super::smd_from_log_odds).
    SmdFromLogOdds,
    /// [`r_from_smd`](super::r_from_smd).
    RFromSmd,
    /// [`smd_from_r`](super::smd_from_r).
    SmdFromR,
}

impl Conversion {
    /// All conversions, in the order of the Handbook's sections.
    pub const ALL: [Self; 29] = [
        Self::SdFromSe,
        Self::SdFromCiT,
        Self::SdFromCiZ,
        Self::MdSdFromT,
        Self::MdSdFromP,
        Self::MdSdFromF,
        Self::MdSdFromCi,
        Self::SmdFromT,
        Self::SmdFromF,
        Self::SmdFromP,
        Self::SmdFromD,
        Self::RFromT,
        Self::LogseFromRatioCi,
        Self::LogseFromRatioP,
        Self::HrFromLogrank,
        Self::CombineArms,
        Self::SdChangeFromR,
        Self::RFromSdChange,
        Self::WanS1,
        Self::WanS2,
        Self::WanS3,
        Self::LuoS1,
        Self::LuoS2,
        Self::LuoS3,
        Self::ShiS3Sd,
        Self::LogOddsFromSmd,
        Self::SmdFromLogOdds,
        Self::RFromSmd,
        Self::SmdFromR,
    ];

    /// The name used in settings, requests and provenance.
    pub fn name(self) -> &'static str {
        match self {
            Self::SdFromSe => "sd_from_se",
            Self::SdFromCiT => "sd_from_ci_t",
            Self::SdFromCiZ => "sd_from_ci_z",
            Self::MdSdFromT => "md_sd_from_t",
            Self::MdSdFromP => "md_sd_from_p",
            Self::MdSdFromF => "md_sd_from_f",
            Self::MdSdFromCi => "md_sd_from_ci",
            Self::SmdFromT => "smd_from_t",
            Self::SmdFromF => "smd_from_f",
            Self::SmdFromP => "smd_from_p",
            Self::SmdFromD => "smd_from_d",
            Self::RFromT => "r_from_t",
            Self::LogseFromRatioCi => "logse_from_ratio_ci",
            Self::LogseFromRatioP => "logse_from_ratio_p",
            Self::HrFromLogrank => "hr_from_logrank",
            Self::CombineArms => "combine_arms",
            Self::SdChangeFromR => "sd_change_from_r",
            Self::RFromSdChange => "r_from_sd_change",
            Self::WanS1 => "wan_s1",
            Self::WanS2 => "wan_s2",
            Self::WanS3 => "wan_s3",
            Self::LuoS1 => "luo_s1",
            Self::LuoS2 => "luo_s2",
            Self::LuoS3 => "luo_s3",
            Self::ShiS3Sd => "shi_s3_sd",
            Self::LogOddsFromSmd => "log_odds_from_smd",
            Self::SmdFromLogOdds => "smd_from_log_odds",
            Self::RFromSmd => "r_from_smd",
            Self::SmdFromR => "smd_from_r",
        }
    }

    /// The conversion of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.name() == name)
    }

    /// Where the formula is printed.
    pub fn source(self) -> &'static str {
        match self {
            Self::SdFromSe | Self::SdFromCiT | Self::SdFromCiZ => "Cochrane Handbook 6.5.2.2",
            Self::MdSdFromT | Self::MdSdFromP | Self::MdSdFromF | Self::MdSdFromCi => {
                "Cochrane Handbook 6.5.2.3"
            }
            Self::SmdFromT | Self::SmdFromF | Self::SmdFromP | Self::SmdFromD => {
                "Hedges & Olkin 1985, chapter 5"
            }
            Self::RFromT => "Rosenthal 1994",
            Self::LogseFromRatioCi | Self::LogseFromRatioP => "Cochrane Handbook 6.3.2",
            Self::HrFromLogrank => "Cochrane Handbook 6.8.2",
            Self::CombineArms => "Cochrane Handbook 6.5.2.10",
            Self::SdChangeFromR | Self::RFromSdChange => "Cochrane Handbook 6.5.2.8",
            Self::WanS1 => "Wan 2014 scenario C1, equations 1 and 9",
            Self::WanS2 => "Wan 2014 scenario C3, equations 14 and 16",
            Self::WanS3 => "Wan 2014 scenario C2, equations 10 and 13",
            Self::LuoS1 => "Luo 2018 equation 7",
            Self::LuoS2 => "Luo 2018 equation 11",
            Self::LuoS3 => "Luo 2018 equation 15",
            Self::ShiS3Sd => "Shi 2020",
            Self::LogOddsFromSmd | Self::SmdFromLogOdds => "Hasselblad & Hedges 1995",
            Self::RFromSmd | Self::SmdFromR => "Borenstein 2009, chapter 7",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_conversion() {
        for each in Conversion::ALL {
            assert_eq!(Conversion::from_name(each.name()), Some(each));
            assert!(!each.source().is_empty());
        }
    }
}
