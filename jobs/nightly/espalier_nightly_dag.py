"""Espalier's night as an Airflow DAG (Airflow 2.4 and later): to be put into the DAG folder."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator

with DAG(
    dag_id="espalier_nightly",
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # Two nights at once would not harm each other: the second would end with status 3.
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=30)},
    tags=["espalier"],
) as dag:
    night = BashOperator(
        task_id="night",
        # Ends with 0 unless a person should look; a retry goes on where a failed night ended.
        # The blank at the end keeps Airflow from taking the command for a template file.
        bash_command="/opt/espalier/jobs/nightly/espalier-night /etc/espalier/nightly.yaml ",
        cwd="/srv/espalier",
        append_env=True,
        execution_timeout=timedelta(hours=8),
    )
    status = BashOperator(
        task_id="status",
        bash_command="/opt/espalier/espalier nightly status /etc/espalier/nightly.yaml ",
        cwd="/srv/espalier",
        append_env=True,
        trigger_rule="all_done",
    )
    night >> status
