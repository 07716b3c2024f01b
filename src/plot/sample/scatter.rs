//! The BCG trials as points: funnel, bubble, Baujat, L'Abbé and radial plots.

use super::bcg::{BCG, log_risk_ratio};
use super::frame;
use crate::plot::{
    AsymmetryLine, Baujat, BaujatPoint, Bubble, BubblePoint, Estimate, FittedEffect, Funnel,
    FunnelPoint, Labbe, LabbePoint, Radial, RadialPoint, RiskCurve, Scale,
};

/// BCG as a funnel with metafor's Egger-type line (limit estimate −0.5104; slope from intercept and the test) and its filled study.
pub(in crate::plot) fn funnel() -> Funnel {
    let mut points: Vec<FunnelPoint> = BCG
        .iter()
        .map(|&(label, e1, n1, e2, n2, _)| {
            let (value, vi) = log_risk_ratio(e1, n1, e2, n2);
            FunnelPoint {
                label: label.into(),
                value,
                standard_error: vi.sqrt(),
                ..FunnelPoint::default()
            }
        })
        .collect();
    points.push(FunnelPoint {
        label: "Filled 1".into(),
        value: 0.31,
        standard_error: 0.472,
        filled: true,
        address: None,
    });
    Funnel {
        frame: frame("funnel", "Funnel plot"),
        measure: "Risk ratio".into(),
        scale: Scale::Log,
        points,
        centre: Some(-0.4303),
        null: Some(0.0),
        asymmetry: Some(AsymmetryLine {
            intercept: -0.5104,
            slope: -0.78,
            label: "Regression on standard error, k = 13, P = 0.45".into(),
        }),
        notes: vec!["Pseudo limits are centred on the common-effect estimate.".into()],
        ..Funnel::default()
    }
}

/// Absolute latitude of the BCG trials, and metafor's regression on it.
const LATITUDE: [f64; 13] = [
    44.0, 55.0, 42.0, 52.0, 13.0, 44.0, 19.0, 13.0, 27.0, 42.0, 18.0, 33.0, 33.0,
];

pub(in crate::plot) fn bubble() -> Bubble {
    let points = BCG
        .iter()
        .zip(LATITUDE)
        .map(|(b, x)| BubblePoint {
            label: b.0.into(),
            x,
            value: log_risk_ratio(b.1, b.2, b.3, b.4).0,
            weight: Some(b.5),
            address: None,
        })
        .collect();
    let fit = (0..=40)
        .map(|i| {
            let x = 13.0 + 42.0 * f64::from(i) / 40.0;
            let value = 0.2515 - 0.0291 * x;
            let half = 0.2 + 0.00035 * (x - 33.0) * (x - 33.0);
            FittedEffect {
                x,
                estimate: Estimate::new(value, value - half, value + half),
                prediction: Some((value - half - 0.45, value + half + 0.45)),
            }
        })
        .collect();
    Bubble {
        frame: frame("bubble", "Meta-regression"),
        measure: "Risk ratio".into(),
        scale: Scale::Log,
        null: Some(0.0),
        covariate: "Absolute latitude".into(),
        points,
        fit,
        notes: vec!["Slope −0.029 (P = 0.005); R² = 76%.".into()],
        ..Bubble::default()
    }
}

pub(in crate::plot) fn bubble_categories() -> Bubble {
    let mut plot = bubble();
    plot.categories = vec![
        "random".into(),
        "alternate allocation by day of admission".into(),
        "systematic".into(),
    ];
    plot.covariate = "Allocation".into();
    for (i, p) in plot.points.iter_mut().enumerate() {
        p.x = (i % 3) as f64;
    }
    plot.fit = (0..3)
        .map(|i| FittedEffect {
            x: f64::from(i),
            estimate: Estimate::new(-0.7, -1.0, -0.4),
            prediction: None,
        })
        .collect();
    plot
}

pub(in crate::plot) fn baujat() -> Baujat {
    let points = BCG
        .iter()
        .enumerate()
        .map(|(i, b)| BaujatPoint {
            label: b.0.into(),
            heterogeneity: [
                0.02, 1.62, 0.57, 1.75, 0.70, 0.0, 1.6, 1.8, 0.1, 1.2, 0.43, 1.7, 1.3,
            ][i],
            influence: [
                0.001, 0.112, 0.024, 0.225, 0.066, 0.0, 0.108, 0.193, 0.018, 0.108, 0.049, 0.064,
                0.115,
            ][i],
            address: None,
        })
        .collect();
    Baujat {
        frame: frame("baujat", "Baujat plot"),
        points,
        ..Baujat::default()
    }
}

pub(in crate::plot) fn labbe() -> Labbe {
    let points = BCG
        .iter()
        .map(|b| LabbePoint {
            label: b.0.into(),
            control: b.3 as f64 / b.4 as f64,
            experimental: b.1 as f64 / b.2 as f64,
            weight: Some(b.5),
            address: None,
        })
        .collect();
    Labbe {
        frame: frame("labbe", "L'Abbé plot"),
        control: "control".into(),
        experimental: "BCG vaccine".into(),
        points,
        pooled: Some((RiskCurve::RiskRatio(0.489), "Pooled risk ratio 0.49".into())),
        notes: Vec::new(),
    }
}

pub(in crate::plot) fn radial() -> Radial {
    let points = BCG
        .iter()
        .map(|b| {
            let (value, vi) = log_risk_ratio(b.1, b.2, b.3, b.4);
            RadialPoint {
                label: b.0.into(),
                value,
                standard_error: vi.sqrt(),
                address: None,
            }
        })
        .collect();
    Radial {
        frame: frame("radial", "Radial plot"),
        measure: "Risk ratio".into(),
        scale: Scale::Log,
        points,
        centre: Some(-0.4303),
        notes: Vec::new(),
    }
}
