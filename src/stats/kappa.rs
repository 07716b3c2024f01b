//! Agreement of two raters beyond chance, with weights for how far apart two categories lie.
//!
//! Sources: Cohen 1968, Psychol Bull 70:213 (weighted kappa); Fleiss, Cohen and Everitt 1969, Psychol Bull 72:323 (its standard
//! error for a kappa other than zero).

/// How much two categories that differ agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// Not at all: for categories without an order (Cohen 1960).
    Equal,
    /// By the number of steps between them: 1 − |i − j| / (m − 1) for m ordered categories (Cicchetti and Allison 1971).
    Linear,
}

impl Weights {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Linear => "linear",
        }
    }

    fn between(self, one: usize, other: usize, categories: usize) -> f64 {
        match self {
            Self::Linear if categories > 1 => {
                1.0 - one.abs_diff(other) as f64 / (categories - 1) as f64
            }
            _ => f64::from(u8::from(one == other)),
        }
    }
}

/// Kappa with its large-sample standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kappa {
    /// Items that both rated.
    pub n: u64,
    /// Agreement beyond chance, at most 1.
    pub kappa: f64,
    /// Standard error.
    pub se: f64,
}

impl Kappa {
    /// The 95 % interval, kept within −1 to 1; `None` where the standard error is 0 (both agree on all, or one made one choice only),
    /// which tells nothing of how sure kappa is.
    pub fn interval(self) -> Option<[f64; 2]> {
        let half = super::normal::quantile(0.975) * self.se;
        (self.se > 1e-6)
            .then(|| [self.kappa - half, self.kappa + half].map(|bound| bound.clamp(-1.0, 1.0)))
    }
}

/// Kappa of pairs of categories, each below `categories`; `None` without pairs, and where chance alone would agree on all.
pub fn kappa(pairs: &[(usize, usize)], categories: usize, weights: Weights) -> Option<Kappa> {
    let n = pairs.len() as f64;
    let mut shares = vec![vec![0.0; categories]; categories];
    for (first, second) in pairs {
        shares[*first][*second] += 1.0 / n;
    }
    let w = |i: usize, j: usize| weights.between(i, j, categories);
    let each = || (0..categories).flat_map(|i| (0..categories).map(move |j| (i, j)));
    let rows: Vec<f64> = shares.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<f64> = (0..categories)
        .map(|j| shares.iter().map(|row| row[j]).sum())
        .collect();
    let observed: f64 = each().map(|(i, j)| w(i, j) * shares[i][j]).sum();
    let chance: f64 = each().map(|(i, j)| w(i, j) * rows[i] * columns[j]).sum();
    let first = pairs.first()?;
    if pairs.iter().all(|pair| pair == first && pair.0 == pair.1) {
        return None;
    }
    let kappa = (observed - chance) / (1.0 - chance);
    let rest = 1.0 - kappa;
    let of_row: Vec<f64> = (0..categories)
        .map(|i| (0..categories).map(|j| columns[j] * w(i, j)).sum())
        .collect();
    let of_column: Vec<f64> = (0..categories)
        .map(|j| (0..categories).map(|i| rows[i] * w(i, j)).sum())
        .collect();
    let spread: f64 = each()
        .map(|(i, j)| shares[i][j] * (w(i, j) - (of_row[i] + of_column[j]) * rest).powi(2))
        .sum();
    let centre = (kappa - chance * rest).powi(2);
    let variance = (spread - centre).max(0.0) / (n * (1.0 - chance).powi(2));
    Some(Kappa {
        n: pairs.len() as u64,
        kappa,
        se: variance.sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(table: &[&[usize]]) -> Vec<(usize, usize)> {
        let cells = table.iter().enumerate().flat_map(|(i, row)| {
            let row = row.iter().enumerate();
            row.map(move |(j, count)| ((i, j), *count))
        });
        cells
            .flat_map(|(pair, count)| std::iter::repeat_n(pair, count))
            .collect()
    }

    /// The skin conditions of 88 patients as two dermatologists saw them: SAS/STAT, the FREQ procedure, example on kappa.
    const SKIN: [&[usize]; 4] = [
        &[10, 4, 1, 0],
        &[5, 10, 12, 2],
        &[2, 4, 12, 5],
        &[0, 2, 6, 13],
    ];

    #[test]
    fn kappa_and_its_interval_are_those_that_sas_prints() {
        let found = kappa(&pairs(&SKIN), 4, Weights::Equal).expect("pairs");
        assert_eq!(found.n, 88);
        assert!((found.kappa - 0.3449).abs() < 5e-5 && (found.se - 0.0724).abs() < 5e-5);
        let [lower, upper] = found.interval().expect("a spread");
        assert!((lower - 0.2030).abs() < 5e-5 && (upper - 0.4868).abs() < 5e-5);
    }

    #[test]
    fn linear_weights_are_those_that_sas_calls_cicchetti_allison() {
        let found = kappa(&pairs(&SKIN), 4, Weights::Linear).expect("pairs");
        assert!((found.kappa - 0.5082).abs() < 5e-5 && (found.se - 0.0655).abs() < 5e-5);
        let [lower, upper] = found.interval().expect("a spread");
        assert!((lower - 0.37977).abs() < 5e-5 && (upper - 0.63655).abs() < 5e-5);
    }

    #[test]
    fn two_who_never_leave_one_category_have_none() {
        assert_eq!(kappa(&[(1, 1), (1, 1)], 3, Weights::Linear), None);
        assert_eq!(kappa(&[], 3, Weights::Linear), None);
    }

    proptest::proptest! {
        #[test]
        fn with_two_categories_the_weights_make_no_difference(
            pairs in proptest::collection::vec((0usize..2, 0usize..2), 1..40),
        ) {
            let [one, other] = [Weights::Equal, Weights::Linear].map(|weights| kappa(&pairs, 2, weights));
            proptest::prop_assert_eq!(one, other);
        }

        #[test]
        fn swapping_the_raters_changes_nothing(
            pairs in proptest::collection::vec((0usize..4, 0usize..4), 1..40),
        ) {
            let swapped: Vec<(usize, usize)> = pairs.iter().map(|(one, other)| (*other, *one)).collect();
            let of = |pairs: &[(usize, usize)]| kappa(pairs, 4, Weights::Linear).map_or(9.0, |found| found.kappa);
            proptest::prop_assert!((of(&pairs) - of(&swapped)).abs() < 1e-9);
        }
    }
}
