//! Joins pairs to clusters, strongest first, and never two records that a veto keeps apart.

use std::collections::BTreeSet;

/// A cluster past this many different records is not grown further; a person should look.
pub(super) const LARGEST: usize = 200;

/// Disjoint sets of records that know their members.
pub(super) struct Clusters {
    parent: Vec<u32>,
    members: Vec<Vec<u32>>,
    /// Whether growth was refused because of [`LARGEST`].
    pub(super) overgrown: bool,
}

impl Clusters {
    /// Every record on its own.
    pub(super) fn singletons(count: usize) -> Self {
        let count = u32::try_from(count).expect("fewer than 2^32 records fit in memory");
        Self {
            parent: (0..count).collect(),
            members: (0..count).map(|at| vec![at]).collect(),
            overgrown: false,
        }
    }

    /// The set that `record` is in.
    pub(super) fn root(&mut self, record: u32) -> u32 {
        let mut at = record;
        while self.parent[at as usize] != at {
            let above = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = above;
            at = above;
        }
        at
    }

    /// Members of the set with this root.
    pub(super) fn members(&self, root: u32) -> &[u32] {
        &self.members[root as usize]
    }

    /// Joins the sets of `a` and `b` unless `apart` holds for one member of each; says whether they are one now.
    pub(super) fn join(&mut self, a: u32, b: u32, apart: impl Fn(u32, u32) -> bool) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return true;
        }
        let (left, right) = (self.members(a), self.members(b));
        if left.len() + right.len() > LARGEST {
            self.overgrown = true;
            return false;
        }
        if left.iter().any(|x| right.iter().any(|y| apart(*x, *y))) {
            return false;
        }
        self.unite(a, b);
        true
    }

    /// Joins two sets whatever stands against it.
    pub(super) fn force(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.unite(a, b);
        }
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (keep, gone) = if self.members[a as usize].len() >= self.members[b as usize].len() {
            (a, b)
        } else {
            (b, a)
        };
        let moved = std::mem::take(&mut self.members[gone as usize]);
        self.parent[gone as usize] = keep;
        self.members[keep as usize].extend(moved);
    }

    /// All sets, members in order, sets by their first member.
    pub(super) fn into_sorted(self) -> Vec<Vec<u32>> {
        let mut sets: BTreeSet<Vec<u32>> = BTreeSet::new();
        for mut members in self.members {
            if !members.is_empty() {
                members.sort_unstable();
                sets.insert(members);
            }
        }
        sets.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_chain_joins_what_a_veto_parts() {
        let mut clusters = Clusters::singletons(3);
        let apart = |a: u32, b: u32| (a, b) == (0, 2) || (a, b) == (2, 0);
        assert!(clusters.join(0, 1, apart));
        assert!(!clusters.join(1, 2, apart));
        assert_eq!(clusters.into_sorted(), vec![vec![0, 1], vec![2]]);
    }
}
