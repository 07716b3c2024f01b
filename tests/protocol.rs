//! The shipped protocol is read by its type.

use review::config::yaml;
use review::protocol::Protocol;

#[test]
fn the_shipped_protocol_reads_and_admits_the_supplementary_trial_by_an_amendment() {
    let text = include_str!("../data/protocol.yaml");
    let protocol: Protocol = yaml::from_str("data/protocol.yaml", text).expect("it reads");
    let primary = &protocol.outcomes[0];
    assert_eq!(primary.id, "emotional-exhaustion");
    let admitting = protocol
        .amendments
        .iter()
        .find(|amendment| amendment.admits.is_some());
    let admission = admitting
        .and_then(|amendment| amendment.admits.clone())
        .expect("one admits");
    assert!(protocol.admission(&admission.study).is_some());
    assert_eq!(admission.to, "all-health-professionals");
}
