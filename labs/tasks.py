"""What the task queue calls."""

from uuid import UUID

from django_tasks import task

from labs.runner.supervisor import supervise


@task(queue_name="labs")
def execute_run(run_id: str) -> None:
    """Execute a run in a child process; the queue carries only its id."""
    supervise(UUID(run_id))
