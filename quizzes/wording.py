"""What the sitting says when something cannot be done."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quizzes.core.blueprint import BOUNDS, MOST_VALUES, BlueprintProblem

RESPONSE_TEXTS: dict[str, str | Promise] = {
    "choose": gettext_lazy(
        "Choose an answer first; where there are several things to choose, choose them all."
    ),
    "blanks": gettext_lazy("Fill in the blanks."),
    "empty": gettext_lazy("Write an answer first."),
    "long": gettext_lazy("The answer is too long."),
    "characters": gettext_lazy("The answer holds characters that cannot be stored."),
    "order": gettext_lazy("Every step must stand exactly once."),
    "number": gettext_lazy("This is not a number. Write it like 1024, 1,024 or 1.0e3."),
    "unit": gettext_lazy("Write the number alone, without a unit or a per cent sign."),
    "comma": gettext_lazy("Write a point for decimals; commas only group thousands, as in 1,024."),
    "points": gettext_lazy("Tick the key points that your answer had, and grade yourself."),
    "grade": gettext_lazy("Grade yourself: missed, partly or got."),
    "reveal": gettext_lazy("Only open items have an answer to show first."),
}
ATTEMPT_TEXTS: dict[str, str | Promise] = {
    "empty": gettext_lazy("No items match these choices."),
    "finished": gettext_lazy("This quiz has ended."),
    "answered": gettext_lazy("This item was answered before; the first answer counts."),
    "hidden": gettext_lazy("Show the answer first, then check the key points."),
    "position": gettext_lazy("There is no such item in this quiz."),
    "late": gettext_lazy("Time is up; what was saved before counts."),
    "stale": gettext_lazy("This item was answered in another window meanwhile; that answer is shown here."),
    "mode": gettext_lazy("This kind of quiz has no such step."),
    "turn": gettext_lazy("An interview goes one question after the other."),
    "strange": gettext_lazy("There is no such quiz of yours."),
    "pool": gettext_lazy("The bank has changed since; look at the quiz again before you begin."),
}

STALE_HERE = gettext_lazy(  # told by a script, beside an answer that was not saved
    "Not saved: this item was answered in another window meanwhile. Load the page again to see that answer."
)
RUNNING = gettext_lazy("The exam is still running.")
NO_WEAK_SPOTS = gettext_lazy("No weak spots are known yet: answer at least five items of a topic first.")


def blueprint_text(problem: BlueprintProblem) -> str:
    """Say what is wrong with one parameter of a quiz."""
    texts = {
        "topic": _("There is no topic “%(value)s”."),
        "kind": _("There is no kind of item “%(value)s”."),
        "difficulty": _("Difficulty is 1, 2 or 3, not “%(value)s”."),
        "number": _("The number of items is from 1 to %(most)s, not “%(value)s”."),
        "minutes": _("An exam takes from %(least)s to %(most)s minutes, not “%(value)s”."),
        "think": _("Thinking takes from %(least)s to %(most)s seconds, not “%(value)s”."),
        "speak": _("Speaking takes from %(least)s to %(most)s seconds, not “%(value)s”."),
        "open": _("An interview asks open questions only; “%(value)s” is another kind."),
        "pool": _("“%(value)s” does not name the state of a pool."),
        "mode": _("There is no mode “%(value)s”."),
        "seed": _("A seed has up to 40 letters, digits, hyphens and underscores."),
        "item": _("“%(value)s” does not name an item."),
        "word": _("“%(value)s” is too long, or holds characters that cannot be stored."),
        "many": _("At most %(values)s values may be given for “%(name)s”."),
    }
    least, most = BOUNDS.get(problem.name, (0, 0))
    shown = {
        "name": problem.name,
        "value": problem.value[:60],
        "least": least,
        "most": most,
        "values": MOST_VALUES,
    }
    return texts[problem.code] % shown
