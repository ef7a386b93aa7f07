"""The bank's pages."""

from django.urls import path

from qbank import views
from qbank.feeds import NewQuestions

urlpatterns = [
    path("topics/", views.topics, name="topics"),
    path("topics/<str:slug>/", views.topic, name="topic"),
    path("questions/<str:slug>.md", views.question_markdown, name="question-markdown"),
    path("questions/<str:slug>/", views.question, name="question"),
    path("feed.atom", NewQuestions(), name="feed"),
    path("glossary/", views.glossary, name="glossary"),
    path("search/", views.search, name="search"),
]
