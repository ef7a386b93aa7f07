"""Roll up what the first responses tell of items, in the database; take out what the rule finds bad."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from quizzes.core.statistics import Sums, discrimination, facility, flags_of, is_to_withdraw
from quizzes.marking import close_due
from quizzes.models import AttemptItem, Item
from quizzes.quality import ItemStatistics

SELF_GRADED = "open"  # its marks are its learner's own: nothing is concluded from them
BATCH = 500
ROLL_UP = """
WITH answered AS (
    SELECT row.id, row.item_id, attempt.learner_id, row.score,
           SUM(row.score) OVER (PARTITION BY row.attempt_id) AS total,
           COUNT(*) OVER (PARTITION BY row.attempt_id) AS size,
           ROW_NUMBER() OVER (
               PARTITION BY attempt.learner_id, row.item_id ORDER BY row.answered_at, row.id
           ) AS nth
    FROM {rows} row JOIN {attempts} attempt ON attempt.id = row.attempt_id
    WHERE row.score IS NOT NULL
), firsts AS (
    SELECT item_id, score AS x, CASE WHEN size > 1 THEN (total - score) / (size - 1) END AS y
    FROM answered WHERE nth = 1
)
SELECT item_id, COUNT(*), SUM(x), COUNT(y),
       COALESCE(SUM(CASE WHEN y IS NOT NULL THEN x END), 0), COALESCE(SUM(y), 0),
       COALESCE(SUM(CASE WHEN y IS NOT NULL THEN x * x END), 0), COALESCE(SUM(y * y), 0),
       COALESCE(SUM(x * y), 0)
FROM firsts GROUP BY item_id
"""


def add_up_items() -> dict[int, Sums]:
    """Return the sums over the first responses to each item, added up by the database in one statement."""
    attempts = AttemptItem._meta.get_field("attempt").related_model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(ROLL_UP.format(rows=AttemptItem._meta.db_table, attempts=attempts))
        return {pk: Sums(*sums) for pk, *sums in cursor.fetchall()}


@transaction.atomic
def roll_up_items(*, withdraw: bool = False, now: datetime | None = None) -> dict[str, int]:
    """Store facility, discrimination and flags of every item that was answered; return counts.

    `withdraw` makes drafts of the published items that the rule finds bad: an import leaves drafts alone
    until their content changes, and an editor decides. Exams whose time is up are closed first.
    """
    moment = now or timezone.now()
    close_due(now=moment)
    sums = add_up_items()
    kinds = dict(Item.objects.filter(pk__in=list(sums)).order_by().values_list("pk", "kind"))
    marked = {pk: one for pk, one in sums.items() if kinds[pk] != SELF_GRADED}
    flags = {pk: list(flags_of(one)) for pk, one in marked.items()}
    ItemStatistics.objects.bulk_create(
        (
            ItemStatistics(
                item_id=pk,
                responses=one.n,
                facility=facility(one),
                discrimination=discrimination(one),
                flags=flags.get(pk, []),
                is_flagged=bool(flags.get(pk)),
                rolled_up_at=moment,
            )
            for pk, one in sums.items()
        ),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["item"],
        update_fields=["responses", "facility", "discrimination", "flags", "is_flagged", "rolled_up_at"],
    )
    bad = [pk for pk, one in marked.items() if is_to_withdraw(one)] if withdraw else []
    out = list(Item.objects.filter(pk__in=bad, state=Item.State.PUBLISHED).values_list("pk", flat=True))
    Item.objects.filter(pk__in=out).update(state=Item.State.DRAFT, updated_at=moment)
    ItemStatistics.objects.filter(item__in=out).update(withdrawn_at=moment)
    return {"items": len(sums), "flagged": sum(map(bool, flags.values())), "withdrawn": len(out)}
