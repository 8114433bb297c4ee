# Base images that the engine has none of; each target is one.
ARG BASE

# Debian releases with Debian's own Python.
FROM ${BASE} AS bootstrapped
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends mmdebstrap >/dev/null
ARG SUITE
# The release files of one that is no longer maintained may be past their date.
RUN mmdebstrap --quiet --mode=root --variant=minbase --include=ca-certificates,python3,python3-venv,python3-pip \
        --aptopt='Acquire::Check-Valid-Until "false"' "$SUITE" /made \
        "$(awk '$1 == "deb" { print $2; exit }' /etc/apt/sources.list)" \
    && rm -rf /made/dev/*

FROM scratch AS debian
COPY --from=bootstrapped /made /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["python3"]

# The one Python there is lies in a folder of its own, as in images that compile theirs.
FROM ${BASE} AS elsewhere
ARG PREFIX
RUN rm -f /usr/local/bin/python* \
    && mkdir -p "$PREFIX/bin" "$PREFIX/lib" \
    && cp /usr/bin/python3.11 "$PREFIX/bin" \
    && cp -r /usr/lib/python3.11 "$PREFIX/lib" \
    && ln -s python3.11 "$PREFIX/bin/python3" \
    && ln -s python3 "$PREFIX/bin/python" \
    && dpkg --purge --force-depends $(dpkg-query --show --showformat '${Package}\n' 'python3*' 'libpython3*' | grep -v -e -whl) >/dev/null \
    && ! command -v /usr/bin/python3
ENV PATH=${PREFIX}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Debian's own Python by its own name alone.
FROM ${BASE} AS system
RUN rm -f /usr/local/bin/python*

# A user airflow of its own, and files where ours go.
FROM ${BASE} AS known-user
RUN groupadd --gid 1000 airflow \
    && useradd --uid 1000 --gid 1000 --groups adm --create-home airflow \
    && install -D --mode 4755 --owner 0 /bin/true /opt/airflow/plugins/setuid

# What no build can start from.
FROM ${BASE} AS without-python
RUN rm -f /usr/local/bin/python* /usr/bin/python*

FROM ${BASE} AS without-bash
RUN rm -f /bin/bash /usr/bin/bash

FROM ${BASE} AS another-system
RUN printf 'PRETTY_NAME="Alpine Linux v3.20"\nID=alpine\nVERSION_ID=3.20\n' >/usr/lib/os-release

# A company's own: pip is told of its index, and to install for the user, as many images have it.
FROM ${BASE} AS company
RUN printf '[global]\nindex-url = https://packages.example.com/simple\n' >/etc/pip.conf
ENV PIP_USER=1
