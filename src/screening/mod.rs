//! Votes, conflicts, agreement and the PRISMA flow.
