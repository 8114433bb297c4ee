//! From the options of one build to its image, by way of the other phases.

use futures_util::future::try_join_all;

use super::ask::{Ask, platforms};
use super::build_file::BuildFile;
use super::{
    BuildResult, BuiltImage, Caps, Client, Environment, Error, Reference, base, build_file, caps, context,
    context_folder, dockerignore, epoch, report, request, required_caps,
};
use crate::config::values::{AirflowVersion, Platform};
use crate::config::{AIRFLOW_SOURCES, CONTEXT_FILES, Config, UV, rules};
use crate::facts::base::{BaseImage, Found};
use crate::facts::context::Folder;
use crate::facts::{Facts, Outside, sources};
use crate::graph::{self, Lowered, Surroundings, Tree, Trees};
use crate::options::Options;
use crate::plan::plan;

/// Builds what the options ask for.
pub(super) async fn build(
    client: &Client,
    environment: &Environment,
    caps: &Caps,
) -> Result<BuildResult, Error> {
    required_caps::features(environment.options.get("frontend.caps"))?;
    if let Some(request) = environment.options.get("requestid") {
        return request::answer(client, environment, caps, request).await;
    }
    let mut options = Options::from_pairs(environment.options.clone());
    let mut config =
        Config::from_options(&options).map_err(|problems| report::rejected(&problems, &options))?;
    required_caps::check(&config.settings, caps)?;
    let platforms = platforms(&config.settings, environment)?;
    let (session, merges) = (&environment.session, caps.has(caps::MERGE) && caps.has(caps::DIFF));
    if config.settings.epoch_of_context {
        let around = Surroundings::new(&config, session, merges, platforms.len());
        config.settings.epoch = epoch::of_context(&Ask::new(client, caps, &config, &around).await?).await?;
    }
    let around = Surroundings::new(&config, session, merges, platforms.len());
    let ask = Ask::new(client, caps, &config, &around).await?;

    let bases = platforms.iter().map(|platform| base_image(&ask, &options, platform));
    let (opened, bases) = tokio::try_join!(build_context(&ask), try_join_all(bases))?;
    let Opened { file, context, files } = opened;
    options = file.with_checks(options);
    let starts = std::iter::zip(&platforms, bases);
    let starts = starts.map(|(platform, base)| start(&ask, &options, platform, base, &context, &files));
    let started = try_join_all(starts).await?;
    let mut built = Vec::new();
    for (facts, trees) in started {
        let lowered = graph::lower_from(&plan(&config, &facts), &facts, &around, &trees);
        if built.is_empty() {
            report::warn(client, &options, &config, &facts, &lowered).await?;
        }
        let tree = ask.solve(lowered.definition.pb.clone()).await?;
        built.push(Built { facts, lowered, tree });
    }
    Ok(outcome(built, &config))
}

/// What the user brings.
struct Opened {
    file: BuildFile,
    context: Tree,
    files: Folder,
}

/// The build file, the build context, and the files of its folder; what nothing needs is not asked for.
async fn build_context(ask: &Ask<'_>) -> Result<Opened, Error> {
    let located = context::locate(ask).await?;
    let file = build_file::read(ask, &located).await?;
    let context = if ask.uses_context() {
        dockerignore::without_ignored(located, ask, &file).await?
    } else {
        located.tree
    };
    let files = match ask.context_folder() {
        Some(folder) => context_folder::read(ask, &context, folder, None).await?,
        None => Folder::default(),
    };
    Ok(Opened { file, context, files })
}

/// The base image of one platform, and what it is judged by.
async fn base_image(ask: &Ask<'_>, options: &Options, platform: &Platform) -> Result<(Found, Tree), Error> {
    if let Some(problem) = rules::platform_refused(ask.config, platform) {
        return Err(report::rejected(&problem.into(), options));
    }
    base::image(ask, platform).await.map_err(|error| report::about_base(error, options))
}

/// What is to be known of one platform, and what its build starts from.
async fn start(
    ask: &Ask<'_>,
    options: &Options,
    platform: &Platform,
    (found, base): (Found, Tree),
    context: &Tree,
    files: &Folder,
) -> Result<(Facts, Trees), Error> {
    let named = async {
        let tree = base::context(ask, CONTEXT_FILES, platform).await?;
        let files = match &tree {
            Some(tree) => context_folder::read(ask, tree, "", Some(platform)).await?,
            None => files.clone(),
        };
        Ok((tree, files))
    };
    let brought = async {
        if ask.has_sources() { base::context(ask, AIRFLOW_SOURCES, platform).await } else { Ok(None) }
    };
    let uv = base::context(ask, UV, platform);
    let sources = async {
        let tree = brought.await?;
        let release = release_of_sources(ask, tree.as_ref().unwrap_or(context), platform).await?;
        Ok((tree, release))
    };
    let ((context_files, folder), (sources, release), uv) = tokio::try_join!(named, sources, uv)?;
    let outside = Outside { platform: platform.clone(), folder, sources: release };
    let judged = Facts::judge(ask.config, BaseImage::judge(ask.config, found), outside);
    let facts = judged.map_err(|problems| report::rejected(&problems, options))?;
    Ok((facts, Trees { base, context: context.clone(), context_files, sources, uv }))
}

/// The release that Airflow's sources name.
async fn release_of_sources(
    ask: &Ask<'_>,
    tree: &Tree,
    platform: &Platform,
) -> Result<Option<AirflowVersion>, Error> {
    let Some(folder) = sources::folder(ask.config) else { return Ok(None) };
    let path = |file: &str| if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
    let follow: Vec<String> = sources::RELEASE_FILES.into_iter().map(path).collect();
    let title = "[internal] look up the release of Airflow's sources";
    let Some(tree) = ask.open(tree, Some(platform), &follow, title).await? else { return Ok(None) };
    for (file, path) in sources::RELEASE_FILES.into_iter().zip(&follow) {
        let text = ask.text(&tree, &format!("/{path}")).await?;
        if let Some(release) = text.and_then(|text| sources::release(file, &text)) {
            return Ok(Some(release));
        }
    }
    Ok(None)
}

/// One platform's part of the result.
struct Built {
    facts: Facts,
    lowered: Lowered,
    tree: Option<Reference>,
}

/// The image, or the images by platform where several were requested.
fn outcome(built: Vec<Built>, config: &Config) -> BuildResult {
    let mut images = built.into_iter().map(|Built { facts, lowered, tree }| {
        let base = Some(facts.base.config).filter(|config| !config.is_empty());
        BuiltImage {
            base_config: base.map(Into::into),
            epoch: config.settings.epoch,
            ..BuiltImage::new(facts.platform, tree, lowered.image)
        }
    });
    if config.settings.several() {
        return BuildResult::index(images.collect());
    }
    images.next().map(BuildResult::image).unwrap_or_default()
}
