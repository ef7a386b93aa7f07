"""The pages of the account."""

from django.urls import path

from accounts import own_views, views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/sign-up/", views.sign_up, name="sign-up"),
    path("account/sign-in/", views.sign_in, name="sign-in"),
    path("account/sign-out/", views.sign_out, name="sign-out"),
    path("account/password/", views.change_password, name="password-change"),
    path("account/email/", own_views.email, name="email-change"),
    path("account/email/<str:token>/", own_views.confirm_email, name="email-confirm"),
    path("account/sessions/", own_views.sessions, name="sessions"),
    path("account/sessions/end/", own_views.end_sessions, name="sessions-end"),
    path("account/reports/", own_views.reports, name="own-reports"),
    path("account/reset/", views.ask_reset, name="password-reset"),
    path("account/reset/<str:uid>/<str:token>/", views.reset, name="password-reset-confirm"),
    path("account/export/", views.export, name="account-export"),
    path("account/delete/", views.delete, name="account-delete"),
]
