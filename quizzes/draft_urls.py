"""The pages of editors: drafts to review."""

from django.urls import path

from quizzes import draft_views

urlpatterns = [
    path("review-drafts/", draft_views.review, name="drafts"),
    path("review-drafts/<int:pk>/", draft_views.review_draft, name="draft"),
    path("review-drafts/rules/", draft_views.review_rules, name="draft-rules"),
    path("review-drafts/generate/", draft_views.generate_drafts, name="draft-generate"),
    path("review-drafts/published.md", draft_views.written_back_markdown, name="draft-published"),
]
