"""The bank's pages."""

from django.urls import path

from qbank import report_views, views
from qbank.feeds import NewQuestions
from qbank.models import ReaderReport

QUESTION, GLOSSARY, LAB = (page.value for page in ReaderReport.Page)

urlpatterns = [
    path("topics/", views.topics, name="topics"),
    path("topics/<str:slug>/", views.topic, name="topic"),
    path("questions/<str:slug>.md", views.question_markdown, name="question-markdown"),
    path("questions/<str:slug>/", views.question, name="question"),
    path("feed.atom", NewQuestions(), name="feed"),
    path("questions/<str:slug>/report/", report_views.report, {"page": QUESTION}, name="report-question"),
    path("glossary/", views.glossary, name="glossary"),
    path("glossary/report/", report_views.report, {"page": GLOSSARY}, name="report-glossary"),
    path("labs/<slug:slug>/report/", report_views.report, {"page": LAB}, name="report-lab"),
    path("search/", views.search, name="search"),
    path("search/results/", views.search_results, name="search-results"),
    path("search/panel/", views.search_panel, name="search-panel"),
]
