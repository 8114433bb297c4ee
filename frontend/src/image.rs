//! What an image reference resolves to.

use std::collections::BTreeMap;

use buildkit_llb::Platform;
use buildkit_proto::{frontend, pb};

use crate::client::Client;
use crate::error::Error;
use buildkit_proto::caps;

/// The image to resolve.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImageRequest {
    /// The full reference with host and tag or digest: `docker.io/library/python:3.12-slim-bookworm`.
    pub reference: String,
    /// `None` for the daemon's own platform.
    pub platform: Option<Platform>,
    /// `default`, `pull` or `local`.
    pub resolve_mode: String,
    /// The step's name in the progress output.
    pub log_name: String,
    /// Set if the image is in an OCI layout of the client instead of a registry.
    pub oci_layout: Option<OciLayout>,
}

impl ImageRequest {
    /// An image by its full reference, on one platform.
    pub fn new(reference: impl Into<String>, platform: Platform) -> Self {
        let reference = reference.into();
        let log_name = format!("resolve {reference}");
        Self { reference, log_name, platform: Some(platform), ..Self::default() }
    }
}

/// An OCI layout that a client serves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OciLayout {
    /// The session that serves it.
    pub session: String,
    /// Its name in that session.
    pub store: String,
}

/// An image as it is at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolvedImage {
    /// The reference to build from. A source policy of the daemon may have replaced the requested one.
    pub reference: String,
    /// `sha256:…` of the manifest or index. Empty for an image in Docker Engine's classic store, which has no digests.
    pub digest: String,
    /// The image config as JSON, byte for byte.
    pub config: Vec<u8>,
}

impl ResolvedImage {
    /// The reference with the digest, so that a later step gets the same image. Without a digest, the reference alone.
    pub fn pinned(&self) -> String {
        let Self { reference, digest, .. } = self;
        if digest.is_empty() || reference.contains('@') {
            return reference.clone();
        }
        format!("{reference}@{digest}")
    }
}

/// The source that an image reference resolves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// An image.
    Image(ResolvedImage),
    /// The identifier of a source of another kind, such as `git://…`, chosen by a source policy of the daemon.
    Other(String),
}

impl Client {
    /// Resolves an image in a registry, an OCI layout or the daemon's own store. Fails if a source policy replaces the
    /// image by something else; see [`resolve`](Self::resolve).
    pub async fn resolve_image(&self, request: &ImageRequest) -> Result<ResolvedImage, Error> {
        match self.resolve(request).await? {
            Resolved::Image(image) => Ok(image),
            Resolved::Other(identifier) => {
                Err(Error::new(format!("a source policy replaced {} by {identifier}", request.reference)))
            }
        }
    }

    /// Resolves an image, and reports the source that a policy of the daemon puts in its place.
    pub async fn resolve(&self, request: &ImageRequest) -> Result<Resolved, Error> {
        if self.caps().has(caps::SOURCE_META) {
            self.resolve_source_meta(request).await
        } else {
            self.resolve_image_config(request).await.map(Resolved::Image)
        }
    }

    async fn resolve_source_meta(&self, request: &ImageRequest) -> Result<Resolved, Error> {
        let scheme = if request.oci_layout.is_some() { "oci-layout://" } else { "docker-image://" };
        let mut attrs = BTreeMap::new();
        if let Some(layout) = &request.oci_layout {
            attrs.insert("oci.session".to_owned(), layout.session.clone());
            attrs.insert("oci.store".to_owned(), layout.store.clone());
        }
        let call = frontend::ResolveSourceMetaRequest {
            source: Some(pb::SourceOp { identifier: format!("{scheme}{}", request.reference), attrs }),
            platform: request.platform.clone().map(Into::into),
            log_name: request.log_name.clone(),
            resolve_mode: request.resolve_mode.clone(),
            image: Some(frontend::ResolveSourceImageRequest::default()),
            ..frontend::ResolveSourceMetaRequest::default()
        };
        let response = self.calls().resolve_source_meta(call).await?.into_inner();
        let reference = match response.source {
            None => request.reference.clone(),
            Some(source) => match source.identifier.strip_prefix(scheme) {
                Some(reference) => reference.to_owned(),
                None => return Ok(Resolved::Other(source.identifier)),
            },
        };
        let Some(image) = response.image else {
            return Err(Error::new(format!("{} is not an image", request.reference)));
        };
        Ok(Resolved::Image(ResolvedImage { reference, digest: image.digest, config: image.config }))
    }

    async fn resolve_image_config(&self, request: &ImageRequest) -> Result<ResolvedImage, Error> {
        let layout = request.oci_layout.clone().unwrap_or_default();
        let call = frontend::ResolveImageConfigRequest {
            r#ref: request.reference.clone(),
            platform: request.platform.clone().map(Into::into),
            resolve_mode: request.resolve_mode.clone(),
            log_name: request.log_name.clone(),
            resolver_type: request.oci_layout.is_some().into(),
            session_id: layout.session,
            store_id: layout.store,
        };
        let response = self.calls().resolve_image_config(call).await?.into_inner();
        let reference = if response.r#ref.is_empty() { request.reference.clone() } else { response.r#ref };
        Ok(ResolvedImage { reference, digest: response.digest, config: response.config })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_without_a_digest_cannot_be_pinned() {
        let pinned = |reference: &str, digest: &str| {
            let (reference, digest) = (reference.to_owned(), digest.to_owned());
            ResolvedImage { reference, digest, config: Vec::new() }.pinned()
        };
        assert_eq!(pinned("docker.io/library/debian:12", "sha256:1"), "docker.io/library/debian:12@sha256:1");
        assert_eq!(pinned("docker.io/library/debian:12", ""), "docker.io/library/debian:12");
        assert_eq!(
            pinned("docker.io/library/debian@sha256:1", "sha256:1"),
            "docker.io/library/debian@sha256:1"
        );
    }
}
