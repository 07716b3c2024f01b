//! How long the statistics take: CPU-bound calls on simulated effects, one thread unless the row says otherwise.
//!
//! `cargo bench --bench pool` prints the median of the runs beside the aim, and what metafor 3.8 needs where that is known.

use review::meta::formula::{Formula, Moderator};
use review::meta::multilevel::{self, Criterion, Random};
use review::meta::permutation::{self, Arrangements};
use review::meta::sampling::Sampling;
use review::meta::{self, Model, Test};
use review::stats::matrix::Matrix;
use review::synthesis::{self, Evidence, Given, Names, Scales, Settings};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Pseudo-random numbers in 0..1 by a linear congruence, so that every machine draws the same.
struct Draw(u64);

impl Draw {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Nearly normal: twelve uniforms.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// Effects with τ = 0.3 around 0.2, and their variances.
fn effects(k: usize) -> (Vec<f64>, Vec<f64>) {
    let mut draw = Draw(k as u64);
    let vi: Vec<f64> = (0..k).map(|_| 0.01 + 0.19 * draw.uniform()).collect();
    let yi = vi
        .iter()
        .map(|v| 0.2 + (0.09 + v).sqrt() * draw.normal())
        .collect();
    (yi, vi)
}

fn main() {
    one_thread().install(|| {
        for (k, runs, aim, metafor) in [
            (10, 1001, 5e-6, ""),
            (1000, 101, 0.3e-3, "2.4 s"),
            (100_000, 11, 30e-3, ""),
        ] {
            let (yi, vi) = effects(k);
            time(&format!("REML, k = {k}"), runs, aim, metafor, || {
                black_box(meta::pool(&yi, &vi, &Model::default()).expect("a mean"));
            });
        }
        let (yi, vi) = effects(1000);
        time("leave one out, REML, k = 1000", 5, 50e-3, "40 min", || {
            black_box(meta::leave_one_out(&yi, &vi, &Model::default()).expect("means"));
        });
        permutations();
        three_levels();
    });
    multiverse();
}

fn one_thread() -> rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1);
    pool.build().expect("a thread")
}

fn permutations() {
    let (yi, vi) = effects(13);
    let mut draw = Draw(7);
    let x: Vec<f64> = (0..13).map(|_| 60.0 * draw.uniform()).collect();
    let rows: Vec<usize> = (0..13).collect();
    let formula = Formula::parse("~ x").expect("a formula");
    let design = formula
        .design(&rows, |_| Some(Moderator::Numbers(x.clone())))
        .expect("a design");
    let model = Model {
        test: Test::Knha,
        ..Model::default()
    };
    let arrangements = Arrangements::Random {
        count: 10_000,
        seed: 1,
    };
    time("10,000 permutations, k = 13", 3, 0.3, "50 s", || {
        let found = permutation::test_moderators(&yi, &vi, &design, &model, arrangements);
        black_box(found.expect("a test"));
    });
}

fn three_levels() {
    let (y, vi) = effects(1000);
    let cluster: Vec<usize> = (0..1000).map(|i| i % 300).collect();
    let row: Vec<usize> = (0..1000).collect();
    let random = Random {
        intercepts: Random::nested(&[&cluster, &row]),
        structured: None,
    };
    let x = Matrix::from_fn(1000, 1, |_, _| 1.0);
    let sampling = Sampling::independent(&vi);
    let model = multilevel::Model {
        y: &y,
        x: &x,
        sampling: &sampling,
        random: &random,
        criterion: Criterion::Reml,
    };
    time(
        "three levels, REML, 1,000 effects in 300",
        3,
        0.2,
        "",
        || {
            black_box(multilevel::fit(&model).expect("a fit"));
        },
    );
}

/// 1,000 specifications on 50 studies: 9 estimators, 4 intervals, 2 measures and 20 sets of studies are 1,440 combinations, of which
/// those that come to the same model and test are one: all intervals under the common effect, and `auto` and what it stands for.
fn multiverse() {
    let mut draw = Draw(50);
    let mut table = String::from(
        "key,study,outcome,scale,time,kind,arm,group,n,mean,sd,se,ci_lower,ci_upper,median,q1,q3,min,max,events,total,r,origin\n",
    );
    let mut studies = Vec::new();
    for i in 0..50 {
        let shift = 0.3 + 0.3 * draw.normal();
        for (group, mean) in [("intervention", 20.0 - 5.0 * shift), ("control", 20.0)] {
            let n = 20 + i;
            let sd = 4.0 + draw.uniform();
            writeln!(
                table,
                "s{i}-{group},s{i},ee,s,t,post,{group},{group},{n},{mean},{sd},,,,,,,,,,,,"
            )
            .expect("writing to a string cannot fail");
        }
        studies.push(Given {
            study: format!("s{i}"),
            label: format!("S {i}"),
            admission: "protocol".to_owned(),
            design: "rct".to_owned(),
            characteristics: BTreeMap::new(),
            bias: BTreeMap::from([("ee".to_owned(), format!("j{}", i % 19))]),
        });
    }
    let outcomes = review::artefact::read_rows("outcomes.csv", table.as_bytes()).expect("arms");
    let judged = (0..19).map(|j| format!("j{j}"));
    let left_out: Vec<String> = std::iter::once("none".to_owned()).chain(judged).collect();
    let settings: Settings = serde_json::from_value(serde_json::json!({
        "analyses": [{ "id": "ee", "title": "E", "outcome": "ee", "measure": "SMD" }],
        "multiverse": {
            "tau2": ["REML", "DL", "PM", "ML", "EB", "HE", "HS", "SJ", "CE"],
            "interval": ["wald", "hksj", "hksj-adhoc", "auto"],
            "measure": ["SMD", "MD"],
            "without_bias": left_out,
        },
    }))
    .expect("settings");
    let evidence = Evidence {
        settings: &settings,
        studies: &studies,
        outcomes: &outcomes,
        reported: &[],
        scales: Scales::default(),
        protocol: None,
        names: Names {
            stage: "pool",
            extract: "extract",
            reported: ("extract", "effects"),
            characteristics: ("extract", "studies"),
        },
    };
    time(
        "1,000 specifications (1,440 combinations), 50 studies, all threads",
        5,
        0.1,
        "",
        || {
            let (found, _) = synthesis::run(&settings, &evidence);
            assert_eq!(found.specifications.len(), 1000);
            black_box(found);
        },
    );
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn time(what: &str, runs: usize, aim: f64, metafor: &str, mut work: impl FnMut()) {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let clock = Instant::now();
            work();
            clock.elapsed()
        })
        .collect();
    times.sort();
    let median = times[runs / 2].as_secs_f64();
    let beside = if metafor.is_empty() {
        String::new()
    } else {
        format!(", metafor {metafor}")
    };
    println!(
        "{what}: {:.4} ms (aim {:.4} ms{beside}), median of {runs}",
        median * 1e3,
        aim * 1e3
    );
}
