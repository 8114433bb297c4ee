//! From the options of one build to its image, by way of the other stations.

use super::{Bridge, Caps, Environment, Failure, Outcome};

/// Builds what the options ask for.
pub(super) async fn build(
    _bridge: &Bridge,
    environment: &Environment,
    _caps: &Caps,
) -> Result<Outcome, Failure> {
    match environment.options.get("requestid") {
        Some(request) => Err(Failure::unsupported_request(request)),
        None => Err(Failure::new("the gateway is not wired to the planner yet")),
    }
}
