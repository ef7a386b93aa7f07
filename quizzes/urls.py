"""The pages of the sitting."""

from django.urls import path

from quizzes import views

urlpatterns = [
    path("quizzes/", views.quizzes, name="quizzes"),
    path("quizzes/new/", views.new, name="quiz-new"),
    path("quizzes/<uuid:pk>/", views.attempt, name="quiz-attempt"),
    path("quizzes/<uuid:pk>/<int:position>/", views.item, name="quiz-item"),
    path("quizzes/<uuid:pk>/finish/", views.finish, name="quiz-finish"),
    path("quizzes/<uuid:pk>/results/", views.results, name="quiz-results"),
]
