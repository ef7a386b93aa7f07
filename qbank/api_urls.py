"""Every address of the bank's API."""

from django.urls import path

from qbank import api

urlpatterns = [
    path("topics/", api.TopicsView.as_view(), name="api-topics"),
    path("topics/<str:slug>/", api.TopicView.as_view(), name="api-topic"),
    path("questions/", api.QuestionsView.as_view(), name="api-questions"),
    path("questions/random/", api.RandomQuestionView.as_view(), name="api-question-random"),
    path("questions/<str:slug>/", api.QuestionView.as_view(), name="api-question"),
    path("glossary/", api.GlossaryView.as_view(), name="api-glossary"),
    path("search/", api.SearchView.as_view(), name="api-search"),
]
