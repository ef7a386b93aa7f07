"""The pages of the sitting."""

from django.urls import include, path

from quizzes import sitting, views

urlpatterns = [
    path("", include("quizzes.review_urls")),
    path("", include("quizzes.draft_urls")),
    path("quizzes/", views.quizzes, name="quizzes"),
    path("quizzes/new/", views.new, name="quiz-new"),
    path("quizzes/own/", views.own, name="quiz-own"),
    path("quizzes/<uuid:pk>/", sitting.attempt, name="quiz-attempt"),
    path("quizzes/<uuid:pk>/<int:position>/", sitting.item, name="quiz-item"),
    path("quizzes/<uuid:pk>/<int:position>/flaw/", sitting.flaw, name="quiz-flaw"),
    path("quizzes/<uuid:pk>/finish/", sitting.finish, name="quiz-finish"),
    path("quizzes/<uuid:pk>/results/", views.results, name="quiz-results"),
]
