"""The pages of the account."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/sign-up/", views.sign_up, name="sign-up"),
    path("account/sign-in/", views.sign_in, name="sign-in"),
    path("account/sign-out/", views.sign_out, name="sign-out"),
    path("account/password/", views.change_password, name="password-change"),
    path("account/reset/", views.ask_reset, name="password-reset"),
    path("account/reset/<str:uid>/<str:token>/", views.reset, name="password-reset-confirm"),
    path("account/export/", views.export, name="account-export"),
    path("account/delete/", views.delete, name="account-delete"),
]
