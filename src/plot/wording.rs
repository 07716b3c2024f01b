//! The words that figures print, by language.

use std::borrow::Cow;

macro_rules! wording {
    ($($key:ident: $english:literal, $chinese:literal;)*) => {
        /// Every word a figure prints that does not come from data. `{…}` marks what is filled in.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Wording {
            $(
                #[doc = concat!("English: “", $english, "”.")]
                pub $key: Cow<'static, str>,
            )*
        }

        impl Wording {
            /// English.
            pub const fn english() -> Self {
                Self { $($key: Cow::Borrowed($english),)* }
            }

            /// Simplified Chinese.
            pub const fn simplified_chinese() -> Self {
                Self { $($key: Cow::Borrowed($chinese),)* }
            }

            /// Replaces one text by its key; false when no text has that key.
            pub fn set(&mut self, key: &str, text: impl Into<String>) -> bool {
                match key {
                    $(stringify!($key) => self.$key = Cow::Owned(text.into()),)*
                    _ => return false,
                }
                true
            }

            /// The keys [`Wording::set`] knows, in order.
            pub const fn keys() -> &'static [&'static str] {
                &[$(stringify!($key)),*]
            }
        }
    };
}

wording! {
    study: "Study", "研究";
    subgroup: "Subgroup", "亚组";
    row: "Row", "行";
    weight: "Weight", "权重";
    estimate: "Estimate", "估计值";
    lower: "Lower limit", "下限";
    upper: "Upper limit", "上限";
    confidence: "{level}% CI", "{level}% CI";
    to: "to", "至";
    events: "Events", "事件数";
    total: "Total", "总数";
    mean: "Mean", "均数";
    sd: "SD", "标准差";
    log_scale: "{measure} (log scale)", "{measure}（对数刻度）";
    not_estimable: "Not estimable", "无法估计";
    not_pooled: "Not pooled", "未合并";
    prediction: "{level}% prediction interval", "{level}% 预测区间";
    heterogeneity: "Heterogeneity", "异质性";
    not_applicable: "not applicable", "不适用";
    overall_test: "Test for overall effect", "总体效应检验";
    subgroup_test: "Test for subgroup differences", "亚组差异检验";
    favours: "Favours {arm}", "{arm}更优";
    risk_of_bias: "Risk of bias", "偏倚风险";
    overall: "Overall", "总体";
    not_assessed: "not assessed", "未评价";
    low: "Low", "低";
    some_concerns: "Some concerns", "有一定风险";
    moderate: "Moderate", "中等";
    high: "High", "高";
    serious: "Serious", "严重";
    critical: "Critical", "极严重";
    no_information: "No information", "无信息";
    domain: "Domain", "领域";
    judgement: "Judgement", "判断";
    studies: "Studies", "研究";
    studies_by_weight: "Studies, area by weight", "研究（面积按权重）";
    pooled_effect: "Pooled effect", "合并效应";
    share: "Share", "占比";
    weighted: "Bars are weighted by each study's weight in the meta-analysis", "条形按各研究在 meta 分析中的权重加权";
    unweighted: "Every study counts the same", "各研究权重相同";
    forest_description: "Forest plot of {k} studies; {measure}.", "{k} 项研究的森林图；{measure}。";
    pooled_description: "{label}: {effect}.", "{label}：{effect}。";
    standard_error: "Standard error", "标准误";
    filled: "Filled by trim and fill", "剪补法填补";
    egger: "Regression on standard error", "对标准误的回归";
    pseudo_limits: "95% pseudo limits", "95% 伪置信限";
    precision: "Precision (1 / standard error)", "精度（1/标准误）";
    z_score: "Effect / standard error", "效应/标准误";
    residual: "Squared Pearson residual", "Pearson 残差平方";
    influence: "Influence on the pooled effect", "对合并效应的影响";
    risk_in: "Risk in {arm}", "{arm}组风险";
    no_effect: "No effect", "无效应";
    without: "Without {study}", "剔除 {study}";
    left_out: "Study left out", "剔除的研究";
    study_added: "Study added", "加入的研究";
    category_change: "Change", "变化";
    up_to: "{study}", "{study}";
    update_break: "Update", "更新";
    specification: "Specification", "分析方案";
    choices: "Choices", "选择";
    main_analysis: "Main analysis", "主分析";
    confidence_band: "{level}% confidence band", "{level}% 置信带";
    prediction_band: "{level}% prediction band", "{level}% 预测带";
    stage: "Stage", "步骤";
    state: "State", "状态";
    inputs: "Needs", "输入";
    identification: "Identification", "识别";
    screening: "Screening", "筛选";
    included: "Included", "纳入";
    previous_studies: "Previous studies", "既往研究";
    new_via_databases: "Identification of new studies via databases and registers", "通过数据库和注册库识别新研究";
    new_via_other: "Identification of new studies via other methods", "通过其他途径识别新研究";
    via_databases: "Identification of studies via databases and registers", "通过数据库和注册库识别研究";
    via_other: "Identification of studies via other methods", "通过其他途径识别研究";
    previous_in_version: "Studies included in previous version of review", "前一版综述纳入的研究";
    previous_reports: "Reports of studies included in previous version of review", "前一版综述纳入研究的报告";
    records_identified: "Records identified from:", "识别的记录来自：";
    databases: "Databases", "数据库";
    registers: "Registers", "注册库";
    removed_before: "Records removed before screening:", "筛选前去除的记录：";
    duplicates: "Duplicate records", "重复记录";
    automation: "Records marked as ineligible by automation tools", "自动化工具标记为不合格的记录";
    other_reasons: "Records removed for other reasons", "因其他原因去除的记录";
    records_screened: "Records screened", "筛选的记录";
    records_excluded: "Records excluded", "排除的记录";
    by_human: "By people", "人工排除";
    by_automation: "By automation tools", "自动化工具排除";
    undecided_records: "Not yet decided", "尚未决定";
    reports_sought: "Reports sought for retrieval", "查找全文的报告";
    reports_not_retrieved: "Reports not retrieved", "未获取的报告";
    reports_assessed: "Reports assessed for eligibility", "评估合格性的报告";
    reports_excluded: "Reports excluded:", "排除的报告：";
    new_studies: "New studies included in review", "纳入的新研究";
    new_reports: "Reports of new included studies", "新纳入研究的报告";
    studies_included: "Studies included in review", "纳入综述的研究";
    reports_included: "Reports of included studies", "纳入研究的报告";
    total_studies: "Total studies included in review", "纳入综述的研究总数";
    total_reports: "Reports of total included studies", "全部纳入研究的报告";
    in_meta_analysis: "Studies in meta-analysis", "纳入 meta 分析的研究";
    reports_in_meta_analysis: "Reports of studies in meta-analysis", "纳入 meta 分析研究的报告";
    flow_box: "Box", "方框";
    item: "Item", "项目";
    flow_description: "PRISMA 2020 flow diagram.", "PRISMA 2020 流程图。";
}

impl Default for Wording {
    fn default() -> Self {
        Self::english()
    }
}

/// Fills `{name}` in a text.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = after.find('}') else {
            rest = after;
            break;
        };
        match values.iter().find(|(name, _)| *name == &after[1..close]) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(&after[..=close]),
        }
        rest = &after[close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filled_values_are_not_filled_again() {
        assert_eq!(fill("{a}-{b}{c}", &[("a", "{b}"), ("b", "2")]), "{b}-2{c}");
    }

    #[test]
    fn every_key_can_be_replaced_and_unknown_ones_are_refused() {
        let mut wording = Wording::english();
        for key in Wording::keys() {
            assert!(wording.set(key, *key));
        }
        assert_eq!(wording.to, "to");
        assert_eq!(wording.duplicates, "duplicates");
        assert!(!wording.set("no such key", ""));
    }
}
