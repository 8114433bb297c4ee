//! What a build returns: an image, an image for each platform, or the answer to a subrequest.

use std::collections::BTreeMap;

use buildkit_llb::Platform;
use buildkit_proto::frontend;
use serde_json::{Value, json};

/// A tree that BuildKit holds or can make. Valid on the connection it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(pub(crate) String);

/// What a build returns.
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use]
pub struct BuildResult {
    /// The content of the image.
    pub content: Content,
    /// What exporters and clients read besides: `containerimage.config`, `refs.platforms`, `result.json`, … by key.
    pub metadata: BTreeMap<String, Vec<u8>>,
}

/// The content of one image, or of one image for each platform.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// One image. `None` is an empty image; so is the content of an answer to a subrequest.
    Single(Option<Reference>),
    /// Images by platform, such as `linux/amd64`. Metadata keys of an image then end in `/linux/amd64`.
    Platforms(BTreeMap<String, Option<Reference>>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Single(None)
    }
}

/// The image for one platform.
#[derive(Debug, Clone, PartialEq)]
pub struct BuiltImage {
    /// The platform it is for.
    pub platform: Platform,
    /// Its files; `None` for an empty image.
    pub tree: Option<Reference>,
    /// Its config, as the OCI image specification defines it.
    pub config: Value,
    /// The config of the image it was built from, for provenance and for rebasing.
    pub base_config: Option<Value>,
    /// The time that exporters write in place of the current one, in seconds since 1970.
    pub epoch: Option<i64>,
}

impl BuiltImage {
    /// An image with these files and this config.
    pub fn new(platform: Platform, tree: Option<Reference>, config: Value) -> Self {
        Self { platform, tree, config, base_config: None, epoch: None }
    }

    fn metadata(&self) -> impl Iterator<Item = (&'static str, Vec<u8>)> {
        let config = ("containerimage.config", bytes(&self.config));
        let base = self.base_config.iter().map(|base| ("containerimage.base.config", bytes(base)));
        let epoch = self.epoch.iter().map(|epoch| ("source.date.epoch", epoch.to_string().into_bytes()));
        std::iter::once(config).chain(base).chain(epoch)
    }
}

impl BuildResult {
    /// One image, exported as such.
    pub fn image(image: BuiltImage) -> Self {
        let metadata = image.metadata().map(|(key, value)| (key.to_owned(), value));
        let platforms = (PLATFORMS.to_owned(), platforms([&image]));
        let metadata = metadata.chain([platforms]).collect();
        Self { content: Content::Single(image.tree), metadata }
    }

    /// An index of images, one for each platform. Also for a single platform, if the client asks for an index with
    /// `multi-platform=true`.
    pub fn index(images: Vec<BuiltImage>) -> Self {
        let mut metadata = BTreeMap::from([(PLATFORMS.to_owned(), platforms(&images))]);
        let mut trees = BTreeMap::new();
        for image in images {
            let platform = image.platform.to_string();
            metadata.extend(image.metadata().map(|(key, value)| (format!("{key}/{platform}"), value)));
            trees.insert(platform, image.tree);
        }
        Self { content: Content::Platforms(trees), metadata }
    }

    pub(crate) fn into_wire(self) -> frontend::Result {
        use frontend::result::Result as Shape;

        // A reference without id is BuildKit's nil.
        let wire = |tree: Option<Reference>| frontend::Ref {
            id: tree.map(|it| it.0).unwrap_or_default(),
            def: None,
        };
        let result = match self.content {
            Content::Single(tree) => Shape::Ref(wire(tree)),
            Content::Platforms(trees) => Shape::Refs(frontend::RefMap {
                refs: trees.into_iter().map(|(platform, tree)| (platform, wire(tree))).collect(),
            }),
        };
        frontend::Result { result: Some(result), metadata: self.metadata, ..frontend::Result::default() }
    }
}

/// The key under which exporters find the platforms.
const PLATFORMS: &str = "refs.platforms";

fn platforms<'a>(images: impl IntoIterator<Item = &'a BuiltImage>) -> Vec<u8> {
    let listed = images.into_iter().map(|BuiltImage { platform, .. }| {
        let mut json = json!({ "architecture": platform.architecture, "os": platform.os });
        if !platform.variant.is_empty() {
            json["variant"] = json!(platform.variant);
        }
        if !platform.os_version.is_empty() {
            json["os.version"] = json!(platform.os_version);
        }
        if !platform.os_features.is_empty() {
            json["os.features"] = json!(platform.os_features);
        }
        json!({ "ID": platform.to_string(), "Platform": json })
    });
    bytes(&json!({ "Platforms": listed.collect::<Vec<_>>() }))
}

fn bytes(json: &Value) -> Vec<u8> {
    json.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(platform: &str) -> BuiltImage {
        BuiltImage::new(
            platform.parse().unwrap(),
            Some(Reference(platform.to_owned())),
            json!({ "os": "linux" }),
        )
    }

    fn metadata(result: &BuildResult) -> Vec<(&str, &str)> {
        let text = |(key, value)| (String::as_str(key), str::from_utf8(Vec::as_slice(value)).unwrap());
        result.metadata.iter().map(text).collect()
    }

    #[test]
    fn one_image_has_plain_keys() {
        let base_config = Some(json!({ "os": "linux", "config": {} }));
        let result = BuildResult::image(BuiltImage { base_config, epoch: Some(7), ..image("linux/arm/v6") });
        assert_eq!(result.content, Content::Single(Some(Reference("linux/arm/v6".to_owned()))));
        let platforms = r#"{"Platforms":[{"ID":"linux/arm/v6","Platform":{"architecture":"arm","os":"linux","variant":"v6"}}]}"#;
        let expect = [
            ("containerimage.base.config", r#"{"os":"linux","config":{}}"#),
            ("containerimage.config", r#"{"os":"linux"}"#),
            ("refs.platforms", platforms),
            ("source.date.epoch", "7"),
        ];
        assert_eq!(metadata(&result), expect);
    }

    #[test]
    fn images_of_an_index_have_keys_of_their_own() {
        let result = BuildResult::index(vec![image("linux/amd64"), image("windows(10.0)/amd64")]);
        let platforms = r#"{"Platforms":[{"ID":"linux/amd64","Platform":{"architecture":"amd64","os":"linux"}},{"ID":"windows(10.0)/amd64","Platform":{"architecture":"amd64","os":"windows","os.version":"10.0"}}]}"#;
        let expect = [
            ("containerimage.config/linux/amd64", r#"{"os":"linux"}"#),
            ("containerimage.config/windows(10.0)/amd64", r#"{"os":"linux"}"#),
            ("refs.platforms", platforms),
        ];
        assert_eq!(metadata(&result), expect);
        let Content::Platforms(trees) = result.content else { panic!("not an index") };
        assert_eq!(trees.into_keys().collect::<Vec<_>>(), ["linux/amd64", "windows(10.0)/amd64"]);
    }
}
