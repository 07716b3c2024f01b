//! Distributions, root finding and small dense algebra, as far as libraries fall short.
