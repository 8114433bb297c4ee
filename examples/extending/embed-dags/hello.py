"""A DAG of one task."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator

with DAG("hello", start_date=datetime(2026, 1, 1), schedule=None):
    BashOperator(task_id="greet", bash_command="echo hello")
