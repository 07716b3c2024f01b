//! Layout claims over generated inputs: sizes from one to two hundred, long and Chinese names, effects of 1e-3 and 1e4.

use super::layout_check::check;
use super::sample;
use super::*;
use proptest::prelude::*;

/// Names as found in the wild, and worse.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z][a-z]{2,12} (19|20)[0-9]{2}",
        "[A-Za-z ,.&'-]{1,80}",
        "[一-龥]{1,40}",
        "\\PC{0,40}",
        Just("\u{202E}<script>alert(1)</script>\u{0}".to_owned()),
        Just("W".repeat(80)),
    ]
}

/// Values of every size on the analysis scale.
fn effect() -> impl Strategy<Value = (f64, f64)> {
    prop_oneof![
        (-2.0..2.0f64, 0.05..2.0f64),
        (-1e-3..1e-3f64, 1e-5..1e-2f64),
        (-1e4..1e4f64, 1.0..5e3f64),
        Just((f64::NAN, 1.0)),
        Just((0.0, 0.0)),
    ]
}

fn scale() -> impl Strategy<Value = Scale> {
    prop_oneof![
        Just(Scale::Linear),
        Just(Scale::Log),
        Just(Scale::Logit),
        Just(Scale::FisherZ)
    ]
}

fn frames() -> impl Strategy<Value = Frame> {
    (any::<bool>(), any::<bool>(), name()).prop_map(|(chinese, square, title)| Frame {
        id: "f".into(),
        title,
        wording: if chinese {
            crate::plot::wording::chinese()
        } else {
            Wording::english()
        },
        numbers: NumberStyle {
            decimal: if chinese { '.' } else { ',' },
            bracket: if square {
                Bracket::SquareComma
            } else {
                Bracket::RoundTo
            },
        },
        bias_palette: BiasPalette::House,
    })
}

/// Studies with names and effects; a log effect is kept within what a ratio can print.
fn studies() -> impl Strategy<Value = Vec<(String, f64, f64)>> {
    prop::collection::vec(
        (name(), effect()).prop_map(|(name, (v, se))| (name, v, se)),
        0..30,
    )
}

fn on_scale(scale: Scale, v: f64) -> f64 {
    if scale == Scale::Linear {
        v
    } else {
        v.clamp(-30.0, 30.0)
    }
}

fn forest(
    frame: Frame,
    scale: Scale,
    data: &[(String, f64, f64)],
    jama: bool,
    favours: bool,
) -> Forest {
    let half = data.len() / 2;
    let row = |(i, (name, v, se)): (usize, &(String, f64, f64))| {
        let (v, se) = (on_scale(scale, *v), on_scale(scale, *se));
        StudyRow {
            label: name.clone(),
            cells: vec![
                Cell::Number(v),
                Cell::Marked(se, "†".into()),
                Cell::Count(i as u64 * 977),
                Cell::Text(name.clone()),
            ],
            estimate: Some(Estimate::new(v, v - 2.0 * se, v + 2.0 * se)),
            weight: Some(i as f64),
            bias: (0..5).map(|j| sample::some_level(i, j)).collect(),
            ..StudyRow::default()
        }
    };
    let rows: Vec<StudyRow> = data.iter().enumerate().map(row).collect();
    let pooled = PooledRow {
        label: "Random effects (REML, Knapp-Hartung)".into(),
        k: data.len(),
        estimate: rows.first().and_then(|r| r.estimate),
        prediction: Some((-40.0, 40.0)),
        heterogeneity: Some(Heterogeneity {
            tau2: Some(0.001_234),
            q: 12.0,
            df: 3.5,
            p: 0.0499,
            i2: Some(12.0),
            tau2_interval: Some((0.0, 99.0)),
        }),
        ..PooledRow::default()
    };
    let group = |rows: &[StudyRow]| Subgroup {
        heading: rows.first().map(|r| r.label.clone()),
        studies: rows.to_vec(),
        pooled: Some(pooled.clone()),
    };
    Forest {
        layout: if jama {
            ForestLayout::Jama
        } else {
            ForestLayout::RevMan
        },
        measure: data.first().map_or("Effect".to_owned(), |d| d.0.clone()),
        columns: vec![
            ColumnGroup::mean_sd(data.last().map_or(String::new(), |d| d.0.clone()), &frame),
            ColumnGroup::single("Tool"),
        ],
        frame,
        scale,
        null: Some(0.0),
        subgroups: vec![group(&rows[..half]), group(&rows[half..])],
        pooled: vec![pooled.clone()],
        favours: favours.then(|| Favours {
            low: data.first().map_or(String::new(), |d| d.0.clone()),
            high: "usual care".into(),
        }),
        bias: Some(BiasColumns {
            domains: sample::rob2_domains(),
        }),
        ..Forest::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn forest_holds_its_layout(frame in frames(), scale in scale(), data in studies(), jama in any::<bool>(), favours in any::<bool>()) {
        check("forest", &forest(frame, scale, &data, jama, favours).draw());
    }

    #[test]
    fn charts_hold_their_layout(frame in frames(), scale in scale(), data in studies()) {
        let centre = data.first().map(|d| on_scale(scale, d.1)).filter(|v| v.is_finite());
        let measure = data.first().map_or(String::new(), |d| d.0.clone());
        let values = || data.iter().map(|(name, v, se)| (name.clone(), on_scale(scale, *v), *se));
        let points = values().map(|(label, value, standard_error)| FunnelPoint { label, value, standard_error, filled: value > 1.0, address: None }).collect();
        let line = AsymmetryLine { intercept: 1.0, slope: -2.0, label: measure.clone() };
        check("funnel", &Funnel { frame: frame.clone(), measure: measure.clone(), scale, points, centre, null: Some(0.0), asymmetry: Some(line), ..Funnel::default() }.draw());
        let points = values().map(|(label, value, standard_error)| RadialPoint { label, value, standard_error, address: None }).collect();
        check("radial", &Radial { frame: frame.clone(), measure: measure.clone(), scale, points, centre, notes: Vec::new() }.draw());
        let points = values().map(|(label, value, x)| BubblePoint { label, x, value, weight: Some(x), address: None }).collect();
        check("bubble", &Bubble { frame: frame.clone(), measure: measure.clone(), scale, covariate: measure.clone(), points, null: Some(0.0), ..Bubble::default() }.draw());
        let points = values().map(|(label, heterogeneity, influence)| BaujatPoint { label, heterogeneity: heterogeneity.abs(), influence, address: None }).collect();
        check("baujat", &Baujat { frame: frame.clone(), points, ..Baujat::default() }.draw());
        let points = values().map(|(label, a, b)| LabbePoint { label, control: a.abs().fract(), experimental: b.fract(), weight: None, address: None }).collect();
        check("labbe", &Labbe { frame, control: measure.clone(), experimental: measure, points, pooled: Some((RiskCurve::OddsRatio(2.0), "OR 2".into())), notes: Vec::new() }.draw());
    }

    #[test]
    fn tables_of_judgements_flows_and_graphs_hold_their_layout(frame in frames(), names in prop::collection::vec(name(), 0..25), seed in 0..1000usize) {
        let rows: Vec<BiasRow> = names.iter().enumerate().map(|(i, label)| BiasRow { label: label.clone(), judgements: (0..5).map(|j| sample::some_level(i + seed, j)).collect(), overall: sample::some_level(i, seed), weight: Some(1.0), address: None }).collect();
        let domains: Vec<BiasDomain> = names.iter().take(5).map(|n| BiasDomain::new(n.clone(), n.clone())).collect();
        check("traffic light", &TrafficLight { frame: frame.clone(), domains: domains.clone(), overall: true, rows: rows.clone(), ..TrafficLight::default() }.draw());
        check("summary", &BiasSummary { frame: frame.clone(), domains, overall: true, rows, notes: Vec::new() }.draw());
        let counts: Vec<Count> = names.iter().enumerate().map(|(i, n)| Count::new(n.clone(), (i * seed) as u64)).collect();
        let mut flow = sample::flow([FlowTemplate::N1, FlowTemplate::N2, FlowTemplate::U1, FlowTemplate::U2][seed % 4], 2);
        flow.frame = frame.clone();
        flow.databases.clone_from(&counts);
        flow.reports_excluded.clone_from(&counts);
        flow.removed.other = counts;
        check("flow", &flow.draw());
        let nodes: Vec<GraphNode> = names.iter().map(|n| GraphNode { id: n.clone(), detail: n.clone(), ..GraphNode::default() }).collect();
        let k = nodes.len().max(1);
        let edges = (0..k * 2).map(|i| ((i * seed) % k, (i * 7 + seed) % k)).collect();
        let graph = PipelineGraph { frame: frame.clone(), nodes, edges, notes: Vec::new() }.draw();
        if !names.is_empty() && names.iter().any(|n| !svg::clean(n).is_empty()) {
            check("graph", &graph);
        }
        let mut curve = sample::specification_curve(seed % 300);
        curve.frame = frame;
        curve.choices.push(Choice { name: "Name".into(), options: names });
        check("curve", &curve.draw());
    }
}

#[test]
fn two_hundred_of_everything_hold_their_layout() {
    check("traffic light", &sample::traffic_light(200).draw());
    check("summary", &sample::bias_summary(200).draw());
    for k in [0, 1, 2, 36, 500] {
        check("curve", &sample::specification_curve(k).draw());
    }
    let mut funnel = sample::funnel();
    funnel.points = (0..200)
        .map(|i| FunnelPoint {
            label: format!("Study {i}"),
            value: f64::from(i % 17) / 10.0,
            standard_error: f64::from(i) / 300.0,
            filled: i % 9 == 0,
            address: None,
        })
        .collect();
    check("funnel", &funnel.draw());
    let mut bubble = sample::bubble();
    bubble.points = (0..200)
        .map(|i| BubblePoint {
            label: format!("Study {i}"),
            x: f64::from(i),
            value: f64::from(i % 17) / 10.0,
            weight: Some(f64::from(i)),
            address: None,
        })
        .collect();
    check("bubble", &bubble.draw());
}

#[test]
fn empty_inputs_give_empty_figures() {
    for svg in [
        Forest::default().draw().svg,
        LeaveOneOut::default().draw().svg,
        Cumulative::default().draw().svg,
        PipelineGraph::default().draw().svg,
        TrafficLight::default().draw().svg,
        PrismaFlow::default().draw().svg,
        SpecificationCurve::default().draw().svg,
    ] {
        assert!(svg.starts_with("<svg") && !svg.contains("NaN"));
    }
}

#[test]
fn long_tick_labels_stay_on_the_page() {
    let points = [1e-5, 3e-4].map(|v| BaujatPoint {
        label: "A".into(),
        heterogeneity: v,
        influence: v,
        address: None,
    });
    check(
        "baujat",
        &Baujat {
            points: points.to_vec(),
            ..Baujat::default()
        }
        .draw(),
    );
    let forest = sample::generated(6, Scale::Linear, 1e-5, 1e-6, ForestLayout::RevMan);
    check("forest", &forest.draw());
}
