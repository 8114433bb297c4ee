#!/bin/bash
# Makes what the fake hosts serve: /hosts/HOST/PATH for each address, and /fake-hosts with its authority and signing keys.
#
# The signing keys are always the same ones. A build's cache holds the public keys that the user's apt commands fetched, and
# may outlive this image.
set -o errexit -o nounset -o pipefail

readonly suites='bullseye bookworm trixie'

# Keys of apt sources, one for each vendor.
export GNUPGHOME=/fake-hosts/gnupg
mkdir -m 700 "$GNUPGHOME"
mkdir /fake-hosts/keys
gpg --batch -q --import /fake-hosts/signing-keys.asc
for maker in mariadb microsoft mysql postgresql; do
    gpg -q --armor --export "fake $maker" >"/fake-hosts/keys/$maker.asc"
done

# package POOL NAME VERSION [FIELD...]: a package of the files in the folder `files`, with the script `postinst` if there
# is one.
package() {
    local pool=$1 name=$2 version=$3 work
    shift 3
    work=$(mktemp -d)
    mkdir -p "$work/DEBIAN" "$pool"
    {
        printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: m <m@example.com>\n' "$name" "$version"
        [ $# -eq 0 ] || printf '%s\n' "$@"
        printf 'Description: fake %s\n' "$name"
    } >"$work/DEBIAN/control"
    [ ! -d files ] || cp -r files/. "$work"
    [ ! -f postinst ] || install -m 0755 postinst "$work/DEBIAN/postinst"
    rm -rf files postinst
    dpkg-deb --build --root-owner-group "$work" "$pool/${name}_all.deb" >/dev/null
    rm -rf "$work"
}

# program NAME WORDS: the next package has a program that says this.
program() {
    mkdir -p files/usr/bin
    printf '#!/bin/sh\necho "%s"\n' "$2" >"files/usr/bin/$1"
    chmod 0755 "files/usr/bin/$1"
}

# publish KEY ROOT SUITE COMPONENT: signed indexes of the packages in ROOT/pool.
publish() (
    cd "$2"
    dists=dists/$3
    for architecture in amd64 arm64; do
        mkdir -p "$dists/$4/binary-$architecture"
        apt-ftparchive packages pool >"$dists/$4/binary-$architecture/Packages"
    done
    apt-ftparchive -o "APT::FTPArchive::Release::Codename=$3" -o "APT::FTPArchive::Release::Suite=$3" \
        -o "APT::FTPArchive::Release::Components=$4" -o 'APT::FTPArchive::Release::Architectures=amd64 arm64' \
        release "$dists" >Release
    gpg --batch -q -u "fake $1" --clearsign -o "$dists/InRelease" Release
    rm Release
)

# Each maker's packages are older than Debian's: only where the maker comes first are they taken.
cd "$(mktemp -d)"
for release in 10.11 11.8; do
    root=/hosts/archive.mariadb.org/mariadb-$release/repo/debian
    for name in libmariadb3 libmariadb-dev-compat; do package "$root/pool" "$name" 1:10.0; done
    program mariadb "mariadb of the fake hosts, $release"
    package "$root/pool" mariadb-client 1:10.0
    for suite in $suites; do publish mariadb "$root" "$suite" main; done
done

root=/hosts/repo.mysql.com/apt/debian
for name in libmysqlclient24 libmysqlclient-dev; do package "$root/pool" "$name" 8.4.0; done
program mysql 'mysql of the fake hosts'
package "$root/pool" mysql-client 8.4.0
# Nothing for trixie: a release that the maker has not got to.
for suite in bullseye bookworm; do publish mysql "$root" "$suite" mysql-8.4-lts; done

root=/hosts/apt.postgresql.org/pub/repos/apt
package "$root/pool" libpq-dev 9.0
program psql 'psql of the fake hosts'
package "$root/pool" postgresql-client 9.0
for suite in $suites; do publish postgresql "$root" "$suite-pgdg" main; done

# Like the driver it stands for: asks for the licence, and makes itself known to unixODBC.
for number in 11 12 13; do
    root=/hosts/packages.microsoft.com/debian/$number/prod
    mkdir -p files/opt/microsoft/msodbcsql18
    printf '[ODBC Driver 18 for SQL Server]\nDescription=fake\nDriver=/dev/null\n' >files/opt/microsoft/msodbcsql18/odbcinst.ini
    cat >postinst <<'POSTINST'
#!/bin/sh
set -e
if [ "$ACCEPT_EULA" != Y ]; then
    echo 'the licence was not accepted' >&2
    exit 1
fi
odbcinst -i -d -f /opt/microsoft/msodbcsql18/odbcinst.ini
POSTINST
    package "$root/pool" msodbcsql18 18.0 'Depends: odbcinst, unixodbc'
    case $number in 11) suite=bullseye ;; 12) suite=bookworm ;; 13) suite=trixie ;; esac
    publish microsoft "$root" "$suite" main
done
install -D -m 0644 /fake-hosts/keys/microsoft.asc /hosts/packages.microsoft.com/keys/microsoft.asc

# Airflow's sources as far as an installation sees them: archives of branches, and a repository.
# sources NAME: a project that says which one it is.
sources() {
    mkdir -p airflow
    cat >pyproject.toml <<'PROJECT'
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "apache-airflow"
version = "2.10.6.dev0"
dependencies = ["tabulate"]
[project.optional-dependencies]
celery = ["celery"]
[project.scripts]
airflow = "airflow:main"
[tool.hatch.build.targets.wheel]
packages = ["airflow"]
PROJECT
    printf 'def main():\n    print("2.10.6.dev0 of %s")\n' "$1" >airflow/__init__.py
}
for owner in apache myorg; do
    mkdir airflow-2-10-test
    (cd airflow-2-10-test && sources "$owner/airflow")
    archive=/hosts/github.com/$owner/airflow/archive/v2-10-test.tar.gz
    mkdir -p "${archive%/*}"
    tar -czf "$archive" airflow-2-10-test
    cd airflow-2-10-test
    git init -q -b v2-10-test
    git add .
    git -c user.name=m -c user.email=m@example.com commit -q -m one
    git clone -q --bare . "/hosts/github.com/$owner/airflow.git"
    cd ..
    rm -rf airflow-2-10-test
done

# What a company has of its own: apt packages and an index, of one package each. It asks for a password.
root=/hosts/packages.example.com/debian
program private-tool 'a tool of the company'
package "$root/pool" private-tool 1.0
publish postgresql "$root" bookworm main
simple=/hosts/packages.example.com/simple
for project in pip uv; do
    python3 -m pip --cert /run/secrets/ca-bundle download --quiet --no-deps --only-binary :all: \
        --dest "$simple/$project" "$project"
done
# wheel PROJECT VERSION [PROGRAM]: a wheel, perhaps with a program that says what it is, in the company's index.
wheel() {
    mkdir -p "$simple/$1"
    python3 - "$simple/$1" "$@" <<'PYTHON'
import sys, zipfile
folder, name, version, *module = sys.argv[1:]
stem = name.replace("-", "_")
module, script = (module or [stem])[0], len(module) > 0
info = f"{stem}-{version}.dist-info"
files = {
    f"{module}.py": f"def main():\n    print('{name} {version}')\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: fake-hosts\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
if script:
    files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{module} = {module}:main\n"
files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(f"{folder}/{stem}-{version}-py3-none-any.whl", "w") as wheel:
    for name, text in files.items():
        wheel.writestr(name, text)
PYTHON
}
wheel private-report 1.0
# A project of this name is on PyPI as well, in later releases.
wheel six 0.5
wheel apache-airflow 2.10.5 airflow
for project in "$simple"/*/; do
    for file in "$project"*.whl; do
        echo "<a href=\"${file##*/}\">${file##*/}</a>" >>"$project/index.html"
    done
done

# An authority, and one certificate of it for all hosts.
cd /fake-hosts
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=fake-hosts' -keyout authority.key -out authority.pem \
    -addext keyUsage=critical,keyCertSign 2>/dev/null
names=$(find /hosts -mindepth 1 -maxdepth 1 -printf 'DNS:%f,')
openssl req -newkey rsa:2048 -nodes -subj '/CN=hosts' -keyout hosts.key -out hosts.csr 2>/dev/null
openssl x509 -req -in hosts.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 3650 -out hosts.pem \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "${names%,}") 2>/dev/null
