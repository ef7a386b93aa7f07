"""The API of the sitting."""

from django.urls import path

from quizzes import api, review_api, trivia_api

urlpatterns = [
    path("quizzes/", api.QuizzesView.as_view(), name="api-quizzes"),
    path("quizzes/own/", api.OwnView.as_view(), name="api-quiz-own"),
    path("quizzes/<uuid:pk>/", api.AttemptView.as_view(), name="api-quiz"),
    path("quizzes/<uuid:pk>/reveal/", api.RevealView.as_view(), name="api-quiz-reveal"),
    path("quizzes/<uuid:pk>/responses/", api.ResponsesView.as_view(), name="api-quiz-responses"),
    path("quizzes/<uuid:pk>/flags/", api.FlagView.as_view(), name="api-quiz-flags"),
    path("quizzes/<uuid:pk>/flaws/", api.FlawView.as_view(), name="api-quiz-flaws"),
    path("quizzes/<uuid:pk>/speak/", api.SpeakView.as_view(), name="api-quiz-speak"),
    path("quizzes/<uuid:pk>/skip/", api.SkipView.as_view(), name="api-quiz-skip"),
    path("quizzes/<uuid:pk>/results/", api.ResultsView.as_view(), name="api-quiz-results"),
    path("quizzes/<uuid:pk>/finish/", api.FinishView.as_view(), name="api-quiz-finish"),
    path("trivia/", trivia_api.TriviaView.as_view(), name="api-trivia"),
    path("trivia/categories/", trivia_api.TriviaCategoriesView.as_view(), name="api-trivia-categories"),
    path("trivia/token/", trivia_api.TriviaTokenView.as_view(), name="api-trivia-token"),
    path("reviews/", review_api.ReviewsView.as_view(), name="api-reviews"),
    path("reviews/today/", review_api.TodayView.as_view(), name="api-reviews-today"),
    path("reviews/ahead/", review_api.AheadView.as_view(), name="api-reviews-ahead"),
    path("reviews/undo/", review_api.UndoView.as_view(), name="api-reviews-undo"),
    path("reviews/cards/", review_api.CardsView.as_view(), name="api-cards"),
    path("reviews/cards/<int:pk>/", review_api.CardView.as_view(), name="api-card"),
    path("reviews/cards/<int:pk>/<slug:act>/", review_api.ActView.as_view(), name="api-card-act"),
    path("reviews/settings/", review_api.SettingsView.as_view(), name="api-reviews-settings"),
    path("reviews/reschedule/", review_api.RescheduleView.as_view(), name="api-reviews-reschedule"),
]
