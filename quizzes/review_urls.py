"""The pages of memory."""

from django.urls import path

from quizzes import progress_views, review_views

urlpatterns = [
    path("review/", review_views.review, name="review"),
    path("review/card/", review_views.card, name="review-card"),
    path("review/undo/", review_views.undo, name="review-undo"),
    path("review/add/", review_views.add, name="review-add"),
    path("review/cards/", review_views.cards, name="review-cards"),
    path("review/cards/<int:pk>/", review_views.card_of, name="review-card-of"),
    path("review/cards/<int:pk>/rate/", review_views.rate, name="review-rate"),
    path("review/cards/<int:pk>/answer/", review_views.answer, name="review-answer"),
    path("review/cards/<int:pk>/<slug:name>/", review_views.act, name="review-act"),
    path("review/wrong/", review_views.wrong, name="review-wrong"),
    path("review/settings/", review_views.review_settings, name="review-settings"),
    path("review/reschedule/", review_views.reschedule, name="review-reschedule"),
    path("review/log.csv", progress_views.log_csv, name="review-log-csv"),
    path("review/log.json", progress_views.log_json, name="review-log-json"),
    path("progress/", progress_views.progress, name="progress"),
]
