//! The Bayesian normal-normal model by quadrature: no sampling, so the same answer every time.
//!
//! With a uniform prior on μ, μ given τ is normal and integrates out; τ alone is left for the grid. Its posterior is held at
//! Gauss-Legendre nodes on panels that follow the density, so that every summary is a finite weighted sum. Sources: Gelman, Bayesian
//! Data Analysis 2013, section 5.4; Röver, J Stat Softw 2020;93(6).

use crate::problem::Problem;
use crate::stats::{normal, roots};
use libm::{exp, log, log1p, sqrt};

/// Prior of the between-study standard deviation τ.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum TauPrior {
    /// Half-normal with this scale.
    HalfNormal(f64),
    /// Half-Cauchy with this scale.
    HalfCauchy(f64),
    /// Exponential with this mean.
    Exponential(f64),
    /// Uniform up to this limit.
    Uniform(f64),
}

impl TauPrior {
    /// Reads `half-normal(0.5)`, `half-cauchy(0.5)`, `exponential(1)`, `uniform(10)`.
    ///
    /// # Errors
    /// When the name is not one of these or the scale is not above 0.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = || {
            Problem::error(
                "pool::prior",
                format!("`{text}` is not a prior of the between-study standard deviation"),
            )
            .help(
                "write half-normal(SCALE), half-cauchy(SCALE), exponential(MEAN) or uniform(LIMIT)",
            )
        };
        let (name, scale) = text
            .trim()
            .strip_suffix(')')
            .and_then(|t| t.split_once('('))
            .ok_or_else(wrong)?;
        let scale: f64 = scale.trim().parse().map_err(|_| wrong())?;
        if !(scale > 0.0 && scale.is_finite()) {
            return Err(wrong());
        }
        match name.trim() {
            "half-normal" => Ok(Self::HalfNormal(scale)),
            "half-cauchy" => Ok(Self::HalfCauchy(scale)),
            "exponential" => Ok(Self::Exponential(scale)),
            "uniform" => Ok(Self::Uniform(scale)),
            _ => Err(wrong()),
        }
    }

    /// Logarithm of the density, up to a constant.
    fn log_density(self, tau: f64) -> f64 {
        match self {
            Self::HalfNormal(s) => -0.5 * (tau / s) * (tau / s),
            Self::HalfCauchy(s) => -log1p((tau / s) * (tau / s)),
            Self::Exponential(s) => -tau / s,
            Self::Uniform(limit) => {
                if tau <= limit {
                    0.0
                } else {
                    f64::NEG_INFINITY
                }
            }
        }
    }

    fn limit(self) -> f64 {
        match self {
            Self::Uniform(limit) => limit,
            _ => f64::INFINITY,
        }
    }
}

/// Summary of one quantity's posterior.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// Median.
    pub median: f64,
    /// Lower limit of the central interval.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// The fitted model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormalNormal {
    /// Overall effect.
    pub mu: Posterior,
    /// Probability that the overall effect is above 0.
    pub probability_above_0: f64,
    /// Between-study standard deviation.
    pub tau: Posterior,
    /// True effect of a new study; its mean equals that of μ.
    pub predictive: Posterior,
}

/// A quadrature node: τ, its posterior mass, and the conditional posterior of μ.
#[derive(Clone, Copy)]
struct Node {
    tau: f64,
    mass: f64,
    mean: f64,
    variance: f64,
}

/// Nodes and weights of the 16-point Gauss-Legendre rule on (-1, 1), positive half (Abramowitz & Stegun 25.4.30).
const LEGENDRE: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
    (0.458_016_777_657_227_4, 0.169_156_519_395_002_54),
    (0.617_876_244_402_643_7, 0.149_595_988_816_576_73),
    (0.755_404_408_355_003, 0.124_628_971_255_533_87),
    (0.865_631_202_387_831_7, 0.095_158_511_682_492_78),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_894),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_095),
];

struct Data<'a> {
    effects: &'a [(f64, f64)],
    prior: TauPrior,
}

impl Data<'_> {
    /// Log posterior density of τ up to a constant, and mean and variance of μ given τ.
    fn at(&self, tau: f64) -> (f64, f64, f64) {
        let t2 = tau * tau;
        let (mut w, mut wy, mut logs) = (0.0, 0.0, 0.0);
        for &(yi, vi) in self.effects {
            let v = vi + t2;
            w += 1.0 / v;
            wy += yi / v;
            logs += log(v);
        }
        let mean = wy / w;
        let q: f64 = self
            .effects
            .iter()
            .map(|&(yi, vi)| (yi - mean) * (yi - mean) / (vi + t2))
            .sum();
        let density = self.prior.log_density(tau) - 0.5 * (logs + log(w) + q);
        (density, mean, 1.0 / w)
    }

    /// Edges of panels: geometric in τ from far below to far above the mode, until the density is negligible.
    fn panels(&self) -> Vec<f64> {
        let scale =
            self.effects.iter().map(|&(_, v)| log(v)).sum::<f64>() / self.effects.len() as f64;
        let unit = exp(0.5 * scale);
        let limit = self.prior.limit();
        let mut edges = vec![0.0];
        let mut edge = unit * 1e-4;
        let mut best = self.at(0.0).0;
        // 1.12 a panel: 16 nodes see less than an eighth of the mode's distance from 0.
        for _ in 0..4_000 {
            if edge >= limit {
                break;
            }
            edges.push(edge);
            let density = self.at(edge).0 + log(edge / unit);
            best = best.max(density);
            if density < best - 45.0 && edge > unit {
                break;
            }
            edge *= 1.12;
        }
        if limit.is_finite() {
            edges.push(limit);
        }
        edges
    }

    /// All nodes with masses that sum to 1.
    fn nodes(&self) -> Vec<Node> {
        let mut nodes = Vec::new();
        for pair in self.panels().windows(2) {
            let (middle, half) = (0.5 * (pair[0] + pair[1]), 0.5 * (pair[1] - pair[0]));
            let signed = LEGENDRE.iter().rev().map(|&(x, w)| (-x, w)).chain(LEGENDRE);
            for (x, w) in signed {
                let tau = middle + half * x;
                let (density, mean, variance) = self.at(tau);
                nodes.push((density + log(w * half), tau, mean, variance));
            }
        }
        let most = nodes.iter().fold(f64::NEG_INFINITY, |m, n| m.max(n.0));
        let total: f64 = nodes.iter().map(|n| exp(n.0 - most)).sum();
        nodes
            .iter()
            .map(|&(density, tau, mean, variance)| Node {
                tau,
                mass: exp(density - most) / total,
                mean,
                variance,
            })
            .collect()
    }
}

/// Summarises a mixture of normals.
fn mixture(nodes: &[Node], variance: fn(&Node) -> f64, tail: f64) -> Posterior {
    let mean: f64 = nodes.iter().map(|n| n.mass * n.mean).sum();
    let square: f64 = nodes
        .iter()
        .map(|n| n.mass * (variance(n) + (n.mean - mean) * (n.mean - mean)))
        .sum();
    let sd = sqrt(square);
    let quantile = |p: f64| {
        let below = |x: f64| {
            nodes
                .iter()
                .map(|n| n.mass * normal::cdf((x - n.mean) / sqrt(variance(n))))
                .sum::<f64>()
                - p
        };
        let mut reach = 10.0 * sd;
        while (below(mean - reach) > 0.0 || below(mean + reach) < 0.0) && reach < 1e12 * sd {
            reach *= 2.0;
        }
        roots::brent(below, mean - reach, mean + reach, 1e-13 * sd).unwrap_or(f64::NAN)
    };
    Posterior {
        mean,
        sd,
        median: quantile(0.5),
        lower: quantile(tail),
        upper: quantile(1.0 - tail),
    }
}

/// Summarises τ: mass up to a point is summed over whole panels and integrated within the last.
fn spread(data: &Data<'_>, nodes: &[Node], tail: f64) -> Posterior {
    let mean: f64 = nodes.iter().map(|n| n.mass * n.tau).sum();
    let square: f64 = nodes
        .iter()
        .map(|n| n.mass * (n.tau - mean) * (n.tau - mean))
        .sum();
    let panels = data.panels();
    let size = 2 * LEGENDRE.len();
    // Density per unit of τ at a node, to integrate parts of a panel on the same scale as the masses.
    let reference = nodes.iter().max_by(|a, b| a.mass.total_cmp(&b.mass));
    let constant = reference.map_or(0.0, |node| {
        let at = nodes
            .iter()
            .position(|n| n.tau.total_cmp(&node.tau).is_eq())
            .unwrap_or(0);
        let (panel, inner) = (at / size, at % size);
        let half = 0.5 * (panels[panel + 1] - panels[panel]);
        let weight = if inner < LEGENDRE.len() {
            LEGENDRE[LEGENDRE.len() - 1 - inner].1
        } else {
            LEGENDRE[inner - LEGENDRE.len()].1
        };
        log(node.mass / (weight * half)) - data.at(node.tau).0
    });
    let part = |from: f64, to: f64| {
        let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
        LEGENDRE
            .iter()
            .flat_map(|&(x, w)| [(-x, w), (x, w)])
            .map(|(x, w)| w * half * exp(data.at(middle + half * x).0 + constant))
            .sum::<f64>()
    };
    let quantile = |p: f64| {
        let mut before = 0.0;
        for (panel, chunk) in nodes.chunks(size).enumerate() {
            let mass: f64 = chunk.iter().map(|n| n.mass).sum();
            if before + mass >= p {
                let (from, to) = (panels[panel], panels[panel + 1]);
                return roots::brent(|x| before + part(from, x) - p, from, to, 1e-14 * to)
                    .unwrap_or(to);
            }
            before += mass;
        }
        f64::NAN
    };
    Posterior {
        mean,
        sd: sqrt(square),
        median: quantile(0.5),
        lower: quantile(tail),
        upper: quantile(1.0 - tail),
    }
}

/// Fits the model to `(effect, sampling variance)` pairs; `level` of the central intervals in percent.
///
/// # Errors
/// When there are fewer than two effects, or a variance is not above 0.
pub fn fit(effects: &[(f64, f64)], prior: TauPrior, level: f64) -> Result<NormalNormal, Problem> {
    if effects.len() < 2 {
        return Err(Problem::error(
            "pool::too-few-effects",
            "a Bayesian model with a uniform prior needs two effects",
        ));
    }
    if let Some(row) = effects
        .iter()
        .position(|(_, v)| !(*v > 0.0 && v.is_finite()))
    {
        return Err(Problem::error(
            "pool::variance",
            format!("the sampling variance of effect {} is not above 0", row + 1),
        ));
    }
    let data = Data { effects, prior };
    let nodes = data.nodes();
    let tail = (1.0 - level / 100.0) / 2.0;
    Ok(NormalNormal {
        mu: mixture(&nodes, |n| n.variance, tail),
        probability_above_0: nodes
            .iter()
            .map(|n| n.mass * normal::cdf(n.mean / sqrt(n.variance)))
            .sum(),
        tau: spread(&data, &nodes, tail),
        predictive: mixture(&nodes, |n| n.variance + n.tau * n.tau, tail),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EFFECTS: [(f64, f64); 4] = [(0.2, 0.04), (0.5, 0.09), (-0.1, 0.05), (0.7, 0.02)];

    #[test]
    fn flipping_the_signs_flips_the_posterior() {
        let prior = TauPrior::HalfCauchy(0.5);
        let one = fit(&EFFECTS, prior, 95.0).unwrap();
        let two = fit(&EFFECTS.map(|(y, v)| (-y, v)), prior, 95.0).unwrap();
        assert!((one.mu.lower + two.mu.upper).abs() < 1e-10);
        assert!((one.probability_above_0 + two.probability_above_0 - 1.0).abs() < 1e-12);
        assert!((one.tau.median - two.tau.median).abs() < 1e-12);
    }

    #[test]
    fn a_prior_without_a_scale_is_refused() {
        assert!(TauPrior::parse("half-normal").is_err());
        assert!(TauPrior::parse("half-normal(0)").is_err());
        assert_eq!(
            TauPrior::parse("half-normal(0.5)").unwrap(),
            TauPrior::HalfNormal(0.5)
        );
    }
}
