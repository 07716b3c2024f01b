//! Risk-of-bias tools as data, and the judgements they lead to.
