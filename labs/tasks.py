"""What the task queue calls."""

from django_tasks import task

from labs.runner.supervisor import supervise


@task(queue_name="labs")
def execute_run(run_id: str) -> None:
    """Execute a run in a child process; the queue carries only its id."""
    supervise(run_id)
