"""Says in one sentence why a step failed, and what to do, by the log of the tools that it called.

Its arguments are the log, the exit code, and the table of Debian packages that have what a compiler misses. It prints
nothing where the log ends with a message of ours: then all is said. Runs on any Python that Airflow runs on.
"""
import os
import re
import sys

# A sentence is as long as a person reads.
LONGEST = 300
OURS = "airflow-frontend: "
SECRETS = "; docs/secrets.md has the form of it"

# What a tool says, the sentence for it, and the way out. A sentence takes what the pattern has found by its number. Of
# several that fit, the first counts, so causes stand before what follows from them.
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
    (r"No space left on device", "there is no space left on the builder's disk", "docker buildx prune frees some"),
    (
        r"UnknownIssuer|CERTIFICATE_VERIFY_FAILED|certificate verif\w+ (?:failed|problem)|certificate is NOT trusted",
        "the certificate of {host} is not signed by an authority that the build knows",
        "hand in your authorities with --secret id=ca-bundle,src=FILE" + SECRETS,
    ),
    (r"Could not resolve host: ([\w.-]+)", "the host {1} has no address", "names"),
    (
        r"(?:Could not|Failed to|Temporary failure) resolv(?:e|ing)(?: IP address for)? '([\w.-]+)'",
        "the host {1} has no address",
        "names",
    ),
    (
        r"Name or service not known|Temporary failure in name resolution|failed to lookup address",
        "the host {host} has no address",
        "names",
    ),
    (
        r"40[137] (?:Unauthorized|Forbidden|Proxy Authentication|Client Error|Error)|HTTP error 40[13]|error: 40[137]\b|"
        r"valid authentication credentials|could not read Username|Authentication failed for",
        "{host} wants a user and a password, or does not let these in",
        "password",
    ),
    (
        r"Host key verification failed|Permission denied \(publickey",
        "an SSH host does not let the build in",
        "--ssh default hands in your keys",
    ),
    (
        r"(?:Failed to connect to|[Cc]ould not connect to|Unable to connect to) ([\w.-]+)",
        "{1} cannot be reached",
        "names",
    ),
    (
        r"error sending request for url|Connection refused|(?:[Oo]peration|[Cc]onnect\w*|Read) timed out",
        "{host} cannot be reached",
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
    (r"repository '(\S+)/?' not found", "there is no repository {1}, or it wants a user and a password", "password"),
    (r"Hash mismatch for `([^`]+)`", "{1} is not the file that its hash in the requirements names", None),
    (r"DO NOT MATCH THE HASHES(?s:.*?)\n +([^\n]+? from) ", "a package is not the file that its hash names: {1} …", None),
    (r"does not satisfy (Python ?[\d.,<>=!~*]+)", "a package wants {1}, which is not the image's", "choose the Python with PYTHON_BASE_IMAGE or AIRFLOW_PYTHON_VERSION"),
    (r"requires a different Python: (\S+) not in '([^']+)'", "a package wants Python {2}, and the image has {1}", "choose the Python with PYTHON_BASE_IMAGE or AIRFLOW_PYTHON_VERSION"),
    (r"Because (?:only )?([\w.\[\],-]+) was not found in the (?:package registry|provided package locations)", "{place} has no package {1}", "package"),
    (r"Because there (?:is no version|are no versions) of ([^\n]+?) and ", "{place} has no {1}", "package"),
    (r"satisfies the requirement (\S+) .*?\(from versions: none\)", "{place} has no package {1} for this Python and platform", "package"),
    (r"No matching distribution found for (\S+)", "{place} has no {1} for this Python and platform", "package"),
    (r"The conflict is caused by:\n((?: +[^\n]+\n){1,3})", "the requirements do not fit together: {1}", None),
    (r"No solution found when resolving[^\n]*\n(?:\s|cause:|╰─▶)*(?:Because )?(.+?)(?:, we can conclude|\n\s*\n|$)", "the requirements do not fit together: {1}", None),
    (r"(?m)^The package `([^`]+)` requires `([^`]+)`, but (.*)$", "installed packages do not fit together: {1} requires {2}, but {3}", None),
    (r"(?m)^(\S+ \S+ (?:has requirement|requires) .*)$", "installed packages do not fit together: {1}", None),
    (r"E: Unable to locate package (\S+)", "the apt sources have no package {1}", "apt"),
    (r"E: Package '?(\S+?)'? has no installation candidate", "the apt sources have no package {1}", "apt"),
    (r"E: Version '([^']+)' for '([^']+)' was not found", "the apt sources have no {2} of version {1}", "apt"),
    (r"NO_PUBKEY|is not signed", "an apt source is not signed with a key that the image trusts", "add its key with DEV_APT_COMMAND and RUNTIME_APT_COMMAND"),
    (r"unmet dependencies:\n +([^\n]+)", "apt cannot install the packages together: {1}", None),
]
HINTS = {
    "names": "check the name, --add-host and the proxy; without a network, see docs/guide.md on restricted environments",
    "password": "hand them in with --secret id=netrc,src=FILE" + SECRETS,
    "package": "check the name and version, and the index that is asked",
    "offline": "put a wheel of it, and of all that it requires, into the context folder",
    "apt": "check the name for this Debian release at https://packages.debian.org, or add an apt source with DEV_APT_COMMAND "
    "or RUNTIME_APT_COMMAND",
}
# Some projects name what they miss in words of their own.
BY_PROJECT = [(r"MYSQLCLIENT_CFLAGS|mysqlclient", "mysqlclient")]
# The last words of a tool, best first.
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
    # What was tried again need not have failed; it is looked at last.
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
        return "{} cannot be built{}".format(project, ": " + last if last else ""), None
    return (last, None) if last else None


def host(text, found):
    """The host that was spoken of last, up to the end of the line."""
    end = text.find("\n", found.end())
    hosts = re.findall(HOST, text[: end if end >= 0 else len(text)])
    return hosts[-1] if hosts else "a host"


def missing(text, known):
    """What a compiler, or who asks for one, did not find."""
    for kind, pattern in COMPILING:
        for found in re.finditer(pattern, text):
            name = found.group(1) if found.groups() else whose(text)
            package = known.get((kind, name))
            # Any file or word may be missing; which are programs, the table knows.
            if package is None and (kind == "program" or not name):
                continue
            what = {"header": "header", "library": "library", "pkg-config": "library", "program": "program"}[kind]
            project = failed_project(text)
            start = "{} cannot be built: it misses".format(project) if project else "a package misses"
            hint = (
                "--build-arg ADDITIONAL_DEV_APT_DEPS={} brings it".format(package)
                if package
                else "name the Debian package that has it with ADDITIONAL_DEV_APT_DEPS; "
                "https://packages.debian.org/search?searchon=contents&keywords={} finds it".format(name)
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
        return "the step was killed (exit code 137), most often since the builder has too little memory"
    return "the step ended with exit code {}; what failed stands above".format(code)


def short(sentence):
    line = re.sub(r"://[^/@\s]+@", "://***@", " ".join(sentence.split()))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


if __name__ == "__main__":
    main(*sys.argv[1:])
