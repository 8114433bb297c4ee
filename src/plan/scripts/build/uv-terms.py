"""Translates the arguments and settings of `pip install` for uv.

pip itself reads variables, configuration files, arguments and requirements files in its own order of precedence, so an
index that is set up for pip also works for uv.

The first argument is a folder, the others are those of `pip install`. These files are written to the folder if they have
content:

  pip           why uv cannot be used, in one line: then pip installs
  hashes        if every requirement needs a hash
  from          where packages come from, without passwords
  settings.toml the indexes, as settings of uv
  indexes       the same as arguments, for a uv that has other settings
  arguments     the other arguments of `uv pip install`; in both files, each ends with a NUL
  environment   NAME=value for uv, each ends with a NUL
  requirements.txt, constraints.txt
  installed.txt requirements with hashes of installed packages, and where pip finds their archives
"""

import os
import re
import sys

from pip._internal.commands import create_command
from pip._internal.exceptions import PipError

# Attributes of pip's options that are translated below, and those that only change pip's output or caches, or always apply
# in a virtual environment. With any other option, pip installs.
TRANSLATED = set(
    "index_url extra_index_urls no_index find_links trusted_hosts format_control release_control pre prefer_binary"
    " require_hashes no_require_hashes requirements constraints editables build_constraints ignore_dependencies"
    " build_isolation config_settings upgrade upgrade_strategy force_reinstall keyring_provider proxy retries timeout"
    " cert client_cert uploaded_prior_to verbose quiet".split()
)
WITHOUT_EFFECT = set(
    "cache_dir compile disable_pip_version_check exists_action features_enabled help log no_clean no_color no_input"
    " no_python_version_warning override_externally_managed progress_bar require_venv resume_retries root_user_action"
    " src_dir use_pep517 use_user_site warn_about_conflicts warn_script_location".split()
)
PYPI = "https://pypi.org/simple"


class Terms:
    def __init__(self):
        self.reasons = []
        self.arguments = []
        self.environment = []
        self.requirements = []
        self.constraints = []
        self.installed = []
        self.indexes = []
        self.hashes = False


def read(words):
    """Parses the arguments with pip: its options, its finder with the indexes, and the requirements."""
    command = create_command("install")
    options, args = command.parse_args(words)
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options=options, session=session)
        requirements = command.get_requirements(args, options, finder, session)
    return command.parser, options, finder, requirements


def translate(parser, options, finder, requirements):
    terms = Terms()
    for option in parser.option_list_all:
        name = option.dest
        if name and name not in TRANSLATED and name not in WITHOUT_EFFECT:
            if getattr(options, name) != parser.defaults.get(name):
                terms.reasons.append("uv has no equivalent of pip's " + option._long_opts[0])
    places(terms, options, finder)
    choices(terms, options, finder)
    connection(terms, parser, options)
    for requirement in requirements:
        add(terms, requirement)
    if terms.hashes:
        terms.installed = installed(finder, requirements)
    if options.upgrade:
        names = [one.name for one in requirements if one.name and not one.constraint]
        eager = options.upgrade_strategy == "eager"
        terms.arguments += ["--upgrade"] if eager else [word for name in names for word in ("--upgrade-package", name)]
    return terms


def places(terms, options, finder):
    # If two indexes have a version, pip uses the last one, uv the first.
    terms.indexes = list(finder.index_urls)[::-1]
    if finder.search_scope.no_index if hasattr(finder.search_scope, "no_index") else options.no_index:
        terms.arguments.append("--no-index")
        terms.indexes = []
    for link in finder.find_links:
        terms.arguments += ["--find-links", os.path.abspath(link) if os.path.exists(link) else link]
    for host in finder.trusted_hosts:
        terms.arguments += ["--allow-insecure-host", host]


def choices(terms, options, finder):
    control = finder.format_control
    for flag, names in (("--no-binary", control.no_binary), ("--only-binary", control.only_binary)):
        for name in sorted(names):
            terms.arguments += [flag, name]
    releases = getattr(finder, "release_control", None)
    if releases:
        if set(releases.all_releases) - {":all:"} or releases.only_final:
            terms.reasons.append("uv allows pre-releases of all packages or of none")
        pre = bool(releases.all_releases)
    else:
        pre = options.pre or getattr(finder, "allow_all_prereleases", False)
    if pre:
        terms.arguments += ["--prerelease", "allow"]
    if options.prefer_binary or getattr(finder, "prefer_binary", finder._candidate_prefs.prefer_binary):
        terms.reasons.append("uv has no equivalent of pip's --prefer-binary")
    terms.hashes = bool(options.require_hashes)
    flags = {
        "--require-hashes": options.require_hashes,
        "--no-deps": options.ignore_dependencies,
        "--no-build-isolation": not options.build_isolation,
        "--reinstall": options.force_reinstall,
    }
    terms.arguments += [flag for flag, given in flags.items() if given]
    for file in getattr(options, "build_constraints", None) or []:
        terms.arguments += ["--build-constraint", file]
    for key, values in (options.config_settings or {}).items():
        for value in values if isinstance(values, list) else [values]:
            terms.arguments += ["--config-setting", key + "=" + value]
    before = getattr(options, "uploaded_prior_to", None)
    if before:
        terms.arguments += ["--exclude-newer", before.isoformat()]
    terms.arguments += ["--verbose"] * min(options.verbose, 1) + ["--quiet"] * min(options.quiet, 2)


def connection(terms, parser, options):
    keyring = getattr(options, "keyring_provider", "auto")
    if keyring == "subprocess":
        terms.arguments += ["--keyring-provider", keyring]
    elif keyring == "import":
        terms.reasons.append("uv has no equivalent of pip's --keyring-provider import")
    if options.proxy:
        proxy = options.proxy if "://" in options.proxy else "http://" + options.proxy
        terms.environment += [name + "=" + proxy for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")]
    known = {
        "SSL_CERT_FILE": options.cert,
        "SSL_CLIENT_CERT": options.client_cert,
        "UV_HTTP_TIMEOUT": changed(parser, options, "timeout", lambda seconds: max(1, round(seconds))),
        "UV_HTTP_RETRIES": changed(parser, options, "retries", int),
    }
    terms.environment += [name + "=" + str(value) for name, value in known.items() if value is not None]


def changed(parser, options, name, read):
    value = getattr(options, name)
    return None if value == parser.defaults.get(name) else read(value)


def add(terms, requirement):
    link = requirement.link
    if link and link.is_vcs and (requirement.editable or not link.scheme.startswith("git+")):
        what = "a repository as editable" if requirement.editable else "from " + link.scheme
        terms.reasons.append("uv cannot install " + what + ": " + (requirement.name or link.redacted_url))
    if getattr(requirement, "config_settings", None) and not requirement.constraint:
        terms.reasons.append("uv supports --config-settings for all packages only")
    if getattr(requirement, "global_options", None):
        terms.reasons.append("uv has no equivalent of pip's --global-option")
    text = ("--editable " if requirement.editable else "") + named(requirement)
    if requirement.markers and not requirement.editable:
        text += " ; " + str(requirement.markers)
    for kind, digests in (requirement.hash_options or {}).items():
        text += "".join(" --hash=" + kind + ":" + digest for digest in digests)
    (terms.constraints if requirement.constraint else terms.requirements).append(text)


def installed(finder, requirements):
    from pip._internal.metadata import get_default_environment

    found = []
    for one in requirements:
        there = one.name and one.hash_options and get_default_environment().get_distribution(one.name)
        if there and one.req.specifier.contains(str(there.version), prereleases=True):
            hashes = [" --hash=" + kind + ":" + digest for kind, all in one.hash_options.items() for digest in all]
            found.append(named(one) + "".join(hashes))
    if not found:
        return []
    indexes = ["--index-url " + url for url in finder.index_urls[:1]]
    indexes += ["--extra-index-url " + url for url in finder.index_urls[1:]]
    return (indexes or ["--no-index"]) + ["--find-links " + link for link in finder.find_links] + found


def named(requirement):
    link = requirement.link
    extras = "[" + ",".join(sorted(requirement.extras)) + "]" if requirement.extras else ""
    if not link:
        return requirement.req.name + extras + str(requirement.req.specifier)
    # Plain paths, because uv supports extras only after those.
    if requirement.editable or not requirement.req:
        return (link.file_path if link.is_file else link.url) + extras
    url, _, fragment = link.url.partition("#")
    kept = [part for part in fragment.split("&") if part and not part.startswith("egg=")]
    return requirement.req.name + extras + " @ " + "#".join([url] + ["&".join(kept)] * bool(kept))


def masked(url):
    return re.sub("//[^/@]*@", "//***@", url)


def settings(indexes):
    """uv's default index is the last one."""
    lines = ['index-strategy = "unsafe-best-match"']
    for place, url in enumerate(indexes):
        lines += ["[[index]]", "url = " + quoted(url), "default = " + str(place == len(indexes) - 1).lower()]
        if url.rstrip("/") == PYPI:
            lines.append('cache-control = { api = "max-age=600", files = "max-age=365000000, immutable" }')
    return lines


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write(folder, name, parts, end="\n"):
    if parts:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.writelines(part + end for part in parts)


def main(folder, words):
    try:
        terms = translate(*read(words))
    except PipError as error:
        sys.exit("ERROR: " + str(error))
    except (AttributeError, ImportError, KeyError, TypeError, ValueError) as error:
        from pip import __version__

        terms = Terms()
        terms.reasons.append("pip " + __version__ + " does not report its settings (" + type(error).__name__ + ")")
    write(folder, "pip", terms.reasons[:1])
    write(folder, "hashes", ["yes"] if terms.hashes else [])
    links = terms.arguments[1:]
    links = [link for flag, link in zip(terms.arguments, links) if flag == "--find-links"]
    write(folder, "from", [masked(place) for place in terms.indexes + links] if terms.indexes != [PYPI] or links else [])
    write(folder, "settings.toml", settings(terms.indexes))
    others = [word for url in terms.indexes[:-1] for word in ("--extra-index-url", url)]
    last = [word for url in terms.indexes[-1:] for word in ("--index-url", url)]
    write(folder, "indexes", others + last + ["--index-strategy", "unsafe-best-match"], "\0")
    write(folder, "arguments", terms.arguments, "\0")
    write(folder, "environment", terms.environment, "\0")
    write(folder, "requirements.txt", terms.requirements)
    write(folder, "constraints.txt", terms.constraints)
    write(folder, "installed.txt", terms.installed)


main(sys.argv[1], sys.argv[2:])
