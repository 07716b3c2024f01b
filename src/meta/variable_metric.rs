//! The variable-metric search of Nash with differenced gradients.
//!
//! Flat likelihoods end where the search stops, so the search belongs to the method: this is the algorithm behind R's `optim`, on
//! which published selection models rest. Source: Nash, Compact Numerical Methods for Computers, 1990, algorithm 21 (after Fletcher
//! 1970). A smooth likelihood with a clear maximum is better served by [`super::newton`].

/// Cap on iterations.
const MAX_ITERATIONS: usize = 100;
/// Relative change that ends the search.
const RELATIVE: f64 = 1e-8;
/// Step of the differenced gradient.
const STEP: f64 = 1e-3;

/// Where a search ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The argument.
    pub at: Vec<f64>,
    /// The function there.
    pub value: f64,
    /// Whether it ended before the cap on iterations.
    pub converged: bool,
}

fn gradient(f: &impl Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let mut moved = x.to_vec();
    (0..x.len())
        .map(|j| {
            moved[j] = x[j] + STEP;
            let up = f(&moved);
            moved[j] = x[j] - STEP;
            let down = f(&moved);
            moved[j] = x[j];
            (up - down) / (2.0 * STEP)
        })
        .collect()
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The inverse-Hessian approximation.
struct Metric(Vec<Vec<f64>>);

impl Metric {
    fn unit(n: usize) -> Self {
        Self((0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect())
    }

    fn times(&self, v: &[f64]) -> Vec<f64> {
        self.0.iter().map(|row| product(row, v)).collect()
    }

    /// Broyden-Fletcher-Goldfarb-Shanno update; false when the curvature along the step is not positive.
    fn update(&mut self, step: &[f64], change: &[f64]) -> bool {
        let d1 = product(step, change);
        if d1 <= 0.0 {
            return false;
        }
        let x = self.times(change);
        let d2 = 1.0 + product(&x, change) / d1;
        for (i, row) in self.0.iter_mut().enumerate() {
            for (j, cell) in row.iter_mut().enumerate() {
                *cell += (d2 * step[i] * step[j] - step[i] * x[j] - x[i] * step[j]) / d1;
            }
        }
        true
    }
}

/// Outcome of a line search.
enum Line {
    /// A lower point.
    Lower(Vec<f64>, f64),
    /// No coordinate changes any more.
    Stuck,
}

/// Shortens the step to a fifth until the function falls enough; coordinates count as unchanged on the scale of 10.
fn line(f: &impl Fn(&[f64]) -> f64, x: &[f64], value: f64, direction: &[f64], slope: f64) -> Line {
    let mut length = 1.0;
    loop {
        let next: Vec<f64> = x.iter().zip(direction).map(|(x, d)| x + length * d).collect();
        #[expect(clippy::float_cmp, reason = "asks whether the sum changes in the last bit")]
        let same = x.iter().zip(&next).all(|(a, b)| 10.0 + a == 10.0 + b);
        if same {
            return Line::Stuck;
        }
        let at = f(&next);
        if at.is_finite() && at <= value + slope * length * 1e-4 {
            return Line::Lower(next, at);
        }
        length *= 0.2;
    }
}

/// Minimises `f` from `start`; `None` when it is not finite there.
pub fn minimise(f: impl Fn(&[f64]) -> f64, start: &[f64]) -> Option<Ended> {
    let n = start.len();
    let mut x = start.to_vec();
    let mut value = f(&x);
    if !value.is_finite() {
        return None;
    }
    let mut g = gradient(&f, &x);
    let mut metric = Metric::unit(n);
    // Gradients since the metric was last the identity: 0 means it is the identity now.
    let mut age = 0;
    let mut iterations = 1;
    while iterations < MAX_ITERATIONS {
        if age == 0 {
            metric = Metric::unit(n);
        }
        let direction: Vec<f64> = metric.times(&g).iter().map(|d| -d).collect();
        let slope = product(&direction, &g);
        let moved = if slope < 0.0 {
            line(&f, &x, value, &direction, slope)
        } else {
            Line::Stuck
        };
        let fresh = age == 0;
        let Line::Lower(next, at) = moved else {
            if fresh {
                return Some(Ended { at: x, value, converged: true });
            }
            age = 0;
            continue;
        };
        let enough = (at - value).abs() > RELATIVE * (value.abs() + RELATIVE);
        let step: Vec<f64> = next.iter().zip(&x).map(|(a, b)| a - b).collect();
        (x, value) = (next, at);
        if !enough {
            if fresh {
                return Some(Ended { at: x, value, converged: true });
            }
            age = 0;
            continue;
        }
        let before = g;
        g = gradient(&f, &x);
        iterations += 1;
        age += 1;
        let change: Vec<f64> = g.iter().zip(&before).map(|(a, b)| a - b).collect();
        if !metric.update(&step, &change) {
            age = 0;
        }
        if age > 2 * n {
            age = 0;
        }
    }
    Some(Ended { at: x, value, converged: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_valley_of_rosenbrock() {
        let f = |x: &[f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            a * a + 100.0 * b * b
        };
        let found = minimise(f, &[-1.2, 1.0]).unwrap();
        // R 4: optim(c(-1.2, 1), f, method = "BFGS") ends at 0.9998 with differenced gradients.
        assert!(found.value < 1e-6, "{found:?}");
    }
}
