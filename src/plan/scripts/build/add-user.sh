#!/bin/bash
# Makes user airflow with group 0, its home and Airflow's home.
#
# Written out rather than left to adduser: slim images may lack it, and it would date the shadow entry.
# From the frontend: AIRFLOW_UID, AIRFLOW_USER_HOME_DIR and its mode USER_HOME_MODE, AIRFLOW_HOME.
set -o errexit -o nounset -o pipefail

printf 'airflow:x:%s:0:First Last,RoomNumber,WorkPhone,HomePhone:%s:/bin/bash\n' \
    "$AIRFLOW_UID" "$AIRFLOW_USER_HOME_DIR" >>/etc/passwd
printf 'airflow:!:::::::\n' >>/etc/shadow
# A user id without an entry gets one from the entrypoint, which runs with group 0.
chmod g=u /etc/passwd

mkdir -p "$AIRFLOW_USER_HOME_DIR" "$AIRFLOW_HOME/dags" "$AIRFLOW_HOME/logs"
cp -r /etc/skel/. "$AIRFLOW_USER_HOME_DIR"
chown -R "$AIRFLOW_UID:0" "$AIRFLOW_USER_HOME_DIR" "$AIRFLOW_HOME"
chmod -R g=u "$AIRFLOW_USER_HOME_DIR"
chmod "$USER_HOME_MODE" "$AIRFLOW_USER_HOME_DIR"
chmod 0775 "$AIRFLOW_HOME" "$AIRFLOW_HOME/dags" "$AIRFLOW_HOME/logs"
