"""Says in one sentence why a step failed, and what to do, based on the log of the tools it called.

Arguments: the log, the exit code, and the table of Debian packages that contain what a compiler did not find. It prints
nothing if the log ends with one of our own messages. Runs on every Python that Airflow supports.
"""
import os
import re
import sys

# Characters; longer sentences are cut.
LONGEST = 300
OURS = "airflow-frontend: "
SECRETS = "; see docs/secrets.md"

# What a tool prints, our sentence, and the hint (or its key in HINTS). {1} is the pattern's first group. The first match
# counts, so causes come before their consequences.
COMPILING = [
    ("header", r"fatal error: ['\"]?([\w./+-]+)['\"]?:? (?:No such file or directory|file not found)"),
    ("pkg-config", r"Package '?([\w.+-]+)'? was not found in the pkg-config search path"),
    ("pkg-config", r"No package '([\w.+-]+)' found"),
    ("pkg-config", r"Package '([\w.+-]+)', required by .* not found"),
    ("pkg-config", r"Dependency \"?([\w.+-]+)\"? (?:is required but )?not found"),
    ("pkg-config", r"The system library `([\w.+-]+)` required by crate"),
    ("pkg-config", r"Can not find valid pkg-config name"),
    ("library", r"cannot find -l:?(?:lib)?([\w+-]+)"),
    ("program", r"\b([\w.+-]*[_-]config|pg_config) (?:executable )?(?:is )?(?:was )?not found"),
    ("program", r"linker `([\w.+-]+)` not found"),
    ("program", r"command '(?:[\w./+-]*/)?([\w.+-]+)' failed: No such file or directory"),
    ("program", r"unable to execute '([\w.+-]+)': No such file or directory"),
    ("program", r"No such file or directory: '([\w.+-]+)'"),
    ("program", r"\b([\w.+-]+): (?:command )?not found"),
    ("program", r"(?i)\b(git) executable not found"),
    ("program", r"(?i)cannot find command '([\w.+-]+)'"),
]
HOST = r"https?://(?:[^/@\s]*@)?([^/\s:'\"`)]+)"
CAUSES = [
    (r"No space left on device", "the builder's disk is full", "docker buildx prune frees space"),
    (
        r"UnknownIssuer|CERTIFICATE_VERIFY_FAILED|certificate verif\w+ (?:failed|problem)|certificate is NOT trusted",
        "the certificate of {host} is signed by an unknown authority",
        "add your CA certificates with --secret id=ca-bundle,src=FILE" + SECRETS,
    ),
    (r"Could not resolve host: ([\w.-]+)", "cannot resolve host {1}", "names"),
    (
        r"(?:Could not|Failed to|Temporary failure) resolv(?:e|ing)(?: IP address for)? '([\w.-]+)'",
        "cannot resolve host {1}",
        "names",
    ),
    (
        r"Name or service not known|Temporary failure in name resolution|failed to lookup address",
        "cannot resolve host {host}",
        "names",
    ),
    (
        r"40[137] (?:Unauthorized|Forbidden|Proxy Authentication|Client Error|Error)|HTTP error 40[13]|error: 40[137]\b|"
        r"valid authentication credentials|could not read Username|Authentication failed for",
        "{host} requires a user and password, or rejects those given",
        "password",
    ),
    (
        r"Host key verification failed|Permission denied \(publickey",
        "an SSH host rejects the build's key",
        "forward your keys with --ssh default",
    ),
    (
        r"(?:Failed to connect to|[Cc]ould not connect to|Unable to connect to) ([\w.-]+)",
        "cannot connect to {1}",
        "names",
    ),
    (
        r"error sending request for url|Connection refused|(?:[Oo]peration|[Cc]onnect\w*|Read) timed out",
        "cannot connect to {host}",
        "names",
    ),
    (
        r"HTTP status (?:client|server) error \((\d+[^)]*)\) for url \(([^)\s]+)\)",
        "{2} answers {1}",
        None,
    ),
    (r"HTTP error (\d+) while getting (\S+)", "{2} answers {1}", None),
    (r"E: Failed to fetch (\S+)\s+(\d+ +[\w ]+?)(?: \[|$)", "{1} answers {2}", "the apt sources of the base image may be out of date"),
    (r"(?:couldn't find remote ref|failed to fetch branch or tag|failed to find branch, tag, or commit) `?([^\s`]+)", "the repository has no branch, tag or commit {1}", None),
    (r"pathspec '([^']+)' did not match", "the repository has no branch, tag or commit {1}", None),
    (r"repository '(\S+)/?' not found", "repository {1} does not exist, or requires a user and password", "password"),
    (r"Hash mismatch for `([^`]+)`", "the hash of {1} differs from the one in the requirements", None),
    (r"DO NOT MATCH THE HASHES(?s:.*?)\n +([^\n]+? from) ", "the hash of a package differs from the one in the requirements: {1} …", None),
    (r"does not satisfy (Python ?[\d.,<>=!~*]+)", "a package requires {1}, and the image has another version", "choose the Python with PYTHON_BASE_IMAGE or AIRFLOW_PYTHON_VERSION"),
    (r"requires a different Python: (\S+) not in '([^']+)'", "a package requires Python {2}, and the image has {1}", "choose the Python with PYTHON_BASE_IMAGE or AIRFLOW_PYTHON_VERSION"),
    (r"Because (?:only )?([\w.\[\],-]+) was not found in the (?:package registry|provided package locations)", "{place} has no package {1}", "package"),
    (r"Because there (?:is no version|are no versions) of ([^\n]+?) and ", "{place} has no {1}", "package"),
    (r"satisfies the requirement (\S+) .*?\(from versions: none\)", "{place} has no package {1} for this Python and platform", "package"),
    (r"No matching distribution found for (\S+)", "{place} has no {1} for this Python and platform", "package"),
    (r"The conflict is caused by:\n((?: +[^\n]+\n){1,3})", "the requirements conflict: {1}", None),
    (r"No solution found when resolving[^\n]*\n(?:\s|cause:|╰─▶)*(?:Because )?(.+?)(?:, we can conclude|\n\s*\n|$)", "the requirements conflict: {1}", None),
    (r"(?m)^The package `([^`]+)` requires `([^`]+)`, but (.*)$", "installed packages conflict: {1} requires {2}, but {3}", None),
    (r"(?m)^(\S+ \S+ (?:has requirement|requires) .*)$", "installed packages conflict: {1}", None),
    (r"E: Unable to locate package (\S+)", "the apt sources have no package {1}", "apt"),
    (r"E: Package '?(\S+?)'? has no installation candidate", "the apt sources have no package {1}", "apt"),
    (r"E: Version '([^']+)' for '([^']+)' was not found", "the apt sources have no {2} of version {1}", "apt"),
    (r"NO_PUBKEY|is not signed", "an apt source is not signed with a trusted key", "add its key with DEV_APT_COMMAND and RUNTIME_APT_COMMAND"),
    (r"unmet dependencies:\n +([^\n]+)", "apt cannot install the packages together: {1}", None),
]
HINTS = {
    "names": "check the name, --add-host and the proxy; for builds without network, see docs/guide.md",
    "password": "add them with --secret id=netrc,src=FILE" + SECRETS,
    "package": "check the name, the version and the index",
    "offline": "add its wheel and those of its dependencies to the context folder",
    "apt": "check the name at https://packages.debian.org for this Debian release, or add an apt source with DEV_APT_COMMAND "
    "or RUNTIME_APT_COMMAND",
}
# Projects that report a missing library in their own words.
BY_PROJECT = [(r"MYSQLCLIENT_CFLAGS|mysqlclient", "mysqlclient")]
# A tool's final error, best pattern first.
LAST_WORDS = [
    r"(?m)^\s*(?:[\w.]+\.)?(?:\w*(?:Error|Exception)): (.+)$",
    r"(?mi)^\s*(?:error|fatal|e): (.+)$",
]
NOT_WORTH_SAYING = ("subprocess-exited-with-error", "metadata-generation-failed", "failed-wheel-build-for-install")


def main(log, code, table):
    with open(log, encoding="utf-8", errors="replace") as file:
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", file.read())
    own = [place.end() for place in re.finditer("(?m)^" + OURS + r".*(?:\n  .*)*\n?", text)]
    tail = text[own[-1] :] if own else text
    if own and not tail.strip():
        return
    sentence, hint = explain(tail, packages(table)) or (ended(code), None)
    print(OURS + short(sentence))
    if hint:
        print("  hint: " + hint)


def packages(table):
    with open(table, encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {(kind, name): package for kind, name, package in rows}


def explain(text, known):
    # Retried requests may have succeeded, so they are left out.
    settled = "\n".join(line for line in text.split("\n") if "Retrying (" not in line)
    compiled = missing(settled, known)
    if compiled:
        return compiled
    retried = text if "(from versions: none)" in text else settled
    for pattern, sentence, hint in CAUSES:
        found = re.search(pattern, retried)
        if found:
            offline = os.environ.get("OFFLINE") == "true"
            words = ["; ".join(word.strip().split("\n")) for word in found.groups() if word]
            place = "the context folder" if offline else "the package index"
            sentence = sentence.format(found.group(), *words, place=place, host=host(retried, found))
            hint = "offline" if offline and hint == "package" else hint
            return sentence, HINTS.get(hint, hint)
    project = failed_project(settled)
    last = next(iter(last_words(settled)), None)
    if project:
        return "{} failed to build{}".format(project, ": " + last if last else ""), None
    return (last, None) if last else None


def host(text, found):
    """The last host named up to the end of the line."""
    end = text.find("\n", found.end())
    hosts = re.findall(HOST, text[: end if end >= 0 else len(text)])
    return hosts[-1] if hosts else "a host"


def missing(text, known):
    """What a compiler or a build script did not find."""
    for kind, pattern in COMPILING:
        for found in re.finditer(pattern, text):
            name = found.group(1) if found.groups() else whose(text)
            package = known.get((kind, name))
            # Only the table knows which names are programs.
            if package is None and (kind == "program" or not name):
                continue
            what = {"header": "header", "library": "library", "pkg-config": "library", "program": "program"}[kind]
            project = failed_project(text)
            start = "{} failed to build: missing".format(project) if project else "a package is missing"
            hint = (
                "install it with --build-arg ADDITIONAL_DEV_APT_DEPS={}".format(package)
                if package
                else "add its Debian package with ADDITIONAL_DEV_APT_DEPS; "
                "find it at https://packages.debian.org/search?searchon=contents&keywords={}".format(name)
            )
            return "{} the {} {}".format(start, what, name), hint
    return None


def whose(text):
    return next((name for pattern, name in BY_PROJECT if re.search(pattern, text)), "")


def failed_project(text):
    patterns = (
        r"Failed (?:to (?:download and )?build|building (?:wheel|editable) for):? [`']?([A-Za-z0-9][\w.-]*)(?=[\s`'=@\[]|$)",
        r"Failed to build installable wheels[^(]*\(([\w.-]+)",
    )
    found = [place.group(1) for pattern in patterns for place in re.finditer(pattern, text)]
    return next((name for name in found if name not in ("file", "installable")), None)


def last_words(text):
    for pattern in LAST_WORDS:
        for word in reversed(re.findall(pattern, text)):
            if word.strip() not in NOT_WORTH_SAYING:
                yield word.strip()


def ended(code):
    if code == "137":
        return "the step was killed (exit code 137), usually because the builder ran out of memory"
    return "the step failed with exit code {}; see the output above".format(code)


def short(sentence):
    line = re.sub(r"://[^/@\s]+@", "://***@", " ".join(sentence.split()))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


if __name__ == "__main__":
    main(*sys.argv[1:])
