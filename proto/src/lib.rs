//! BuildKit's wire messages, as far as a frontend uses them.
//!
//! The modules are named after the protobuf packages, which are part of every call's path. [`pb`] is LLB, the graph;
//! [`frontend`] is `LLBBridge`, the calls a frontend may make while BuildKit runs it; the others are what those refer to.
//! All maps are [`BTreeMap`](std::collections::BTreeMap)s, so one value has one encoding.
//!
//! The server side of the calls comes with the feature `server`; it is there for tests that play BuildKit.
//!
//! ```
//! use buildkit_proto::frontend::llb_bridge_client::LlbBridgeClient;
//! use buildkit_proto::frontend::{PingRequest, PongResponse};
//!
//! async fn ping(channel: tonic::transport::Channel) -> Result<PongResponse, tonic::Status> {
//!     Ok(LlbBridgeClient::new(channel).ping(PingRequest {}).await?.into_inner())
//! }
//! ```

pub mod caps;

pub use moby::buildkit::v1::{apicaps, frontend, types};

/// LLB: ops, metadata, source maps.
#[expect(missing_docs, clippy::pedantic, clippy::large_enum_variant, reason = "generated")]
pub mod pb {
    include!("generated/pb.rs");
}

/// The packages of BuildKit's services, nested as generated code refers to them.
pub mod moby {
    /// BuildKit's own.
    pub mod buildkit {
        /// Version 1 is the only one there is.
        pub mod v1 {
            /// What a daemon can do.
            #[expect(missing_docs, reason = "generated; a field whose name says it all has no comment")]
            pub mod apicaps {
                include!("generated/moby.buildkit.v1.apicaps.rs");
            }
            /// The calls between a frontend and BuildKit.
            #[expect(
                missing_docs,
                clippy::pedantic,
                clippy::allow_attributes_without_reason,
                reason = "generated"
            )]
            #[cfg_attr(feature = "server", expect(clippy::allow_attributes, reason = "generated"))]
            pub mod frontend {
                include!("generated/moby.buildkit.v1.frontend.rs");
            }
            /// Workers.
            #[expect(missing_docs, reason = "generated; a field whose name says it all has no comment")]
            pub mod types {
                include!("generated/moby.buildkit.v1.types.rs");
            }
        }
    }
}

/// What BuildKit's file transfer defines.
pub mod fsutil {
    /// Files as the daemon sees them.
    #[expect(missing_docs, reason = "generated; a field whose name says it all has no comment")]
    pub mod types {
        include!("generated/fsutil.types.rs");
    }
}

/// Messages that gRPC services have in common.
pub mod google {
    /// The standard messages BuildKit's refer to.
    pub mod protobuf {
        pub use prost_types::{Any, Timestamp};
    }
    /// How a refusal travels.
    #[expect(missing_docs, reason = "generated; a field whose name says it all has no comment")]
    pub mod rpc {
        include!("generated/google.rpc.rs");
    }
}
