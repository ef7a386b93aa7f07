"""The API of the sitting."""

from django.urls import path

from quizzes import api

urlpatterns = [
    path("quizzes/", api.QuizzesView.as_view(), name="api-quizzes"),
    path("quizzes/<uuid:pk>/", api.AttemptView.as_view(), name="api-quiz"),
    path("quizzes/<uuid:pk>/reveal/", api.RevealView.as_view(), name="api-quiz-reveal"),
    path("quizzes/<uuid:pk>/responses/", api.ResponsesView.as_view(), name="api-quiz-responses"),
    path("quizzes/<uuid:pk>/finish/", api.FinishView.as_view(), name="api-quiz-finish"),
]
