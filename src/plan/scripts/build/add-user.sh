#!/bin/bash
# Makes user airflow with group 0, its home and Airflow's home.
#
# Written out rather than left to adduser: slim images may lack it, and it would date the shadow entry.
# From the frontend: AIRFLOW_UID, AIRFLOW_USER_HOME_DIR and its mode USER_HOME_MODE, AIRFLOW_HOME.
set -o errexit -o nounset -o pipefail

# A link would lead to another folder, which may be the system's.
for option in AIRFLOW_USER_HOME_DIR AIRFLOW_HOME; do
    real=$(realpath -m -- "${!option}")
    if [ "$real" != "${!option}" ]; then
        echo "airflow-frontend: $option=${!option}: the base image has a link from there to $real" >&2
        echo "  hint: use a folder that is not reached through a link, such as /opt/airflow" >&2
        exit 1
    fi
done

if [ -e "$AIRFLOW_USER_HOME_DIR/.local/bin" ]; then
    echo "airflow-frontend: the base image already has packages in $AIRFLOW_USER_HOME_DIR/.local" >&2
    echo "  hint: use the image it was built from, or another AIRFLOW_USER_HOME_DIR" >&2
    exit 1
fi

# Appends a line to a file whose last line may lack a newline.
append() { # line, file
    if [ -s "$2" ] && [ -n "$(tail -c 1 "$2")" ]; then
        echo >>"$2"
    fi
    echo "$1" >>"$2"
}

# A user airflow of the base image is replaced, because a second line would give one name to two users. As with usermod,
# it loses its groups and its files in the homes get the new id.
known=$(sed -n 's/^airflow:[^:]*:\([0-9][0-9]*\):.*/\1/p' /etc/passwd | head -n 1)
for file in /etc/passwd /etc/shadow; do
    if grep -qs '^airflow:' "$file"; then
        sed -i '/^airflow:/d' "$file"
    fi
done
for file in /etc/group /etc/gshadow; do
    if grep -qsE '[:,]airflow([:,]|$)' "$file"; then
        sed -i -E -e 's/([:,])airflow(,|$)/\1/g' -e 's/([:,])airflow:/\1:/' -e 's/,+(:|$)/\1/' "$file"
    fi
done
append "airflow:x:$AIRFLOW_UID:0:First Last,RoomNumber,WorkPhone,HomePhone:$AIRFLOW_USER_HOME_DIR:/bin/bash" /etc/passwd
append 'airflow:!:::::::' /etc/shadow
# The entrypoint, which runs with group 0, adds an entry for a user id that has none.
chmod g=u /etc/passwd

# Files of the base image in these folders keep their owner.
if [ ! -e "$AIRFLOW_USER_HOME_DIR" ]; then
    mkdir -p "$AIRFLOW_USER_HOME_DIR"
    if [ -d /etc/skel ]; then
        cp -r /etc/skel/. "$AIRFLOW_USER_HOME_DIR"
    fi
    chown -R "$AIRFLOW_UID:0" "$AIRFLOW_USER_HOME_DIR"
    chmod -R g=u "$AIRFLOW_USER_HOME_DIR"
fi
# An index that root's pip.conf names is meant for everybody.
if [ ! -e "$AIRFLOW_USER_HOME_DIR/.config/pip/pip.conf" ] && [ ! -e "$AIRFLOW_USER_HOME_DIR/.pip/pip.conf" ]; then
    for folder in .config/pip .pip; do
        if [ -f "/root/$folder/pip.conf" ]; then
            mkdir -p "$AIRFLOW_USER_HOME_DIR/$folder"
            cp "/root/$folder/pip.conf" "$AIRFLOW_USER_HOME_DIR/$folder"
            chown -R "$AIRFLOW_UID:0" "$AIRFLOW_USER_HOME_DIR/${folder%%/*}"
            chmod -R u+rwX,g=u "$AIRFLOW_USER_HOME_DIR/${folder%%/*}"
        fi
    done
fi
mkdir -p "$AIRFLOW_HOME/dags" "$AIRFLOW_HOME/logs"
if [ -n "$known" ]; then
    find "$AIRFLOW_USER_HOME_DIR" "$AIRFLOW_HOME" -uid "$known" \
        -exec chown -h "$AIRFLOW_UID:0" {} + ! -type l -exec chmod g=u {} +
fi
chown "$AIRFLOW_UID:0" "$AIRFLOW_USER_HOME_DIR" "$AIRFLOW_HOME" "$AIRFLOW_HOME/dags" "$AIRFLOW_HOME/logs"
chmod "$USER_HOME_MODE" "$AIRFLOW_USER_HOME_DIR"
chmod 0775 "$AIRFLOW_HOME" "$AIRFLOW_HOME/dags" "$AIRFLOW_HOME/logs"
