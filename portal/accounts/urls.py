"""Addresses of login, sessions and one's own account."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, path

from portal.accounts.views import recovery, tokens
from portal.accounts.views.account import Account, ChangePassword, ChangeProfile, EndOtherSessions, EndSession
from portal.accounts.views.login import AcceptInvitation, Login, SecondFactorPage, SecondFactorSetup, set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("login/forgotten/", recovery.Forgotten.as_view(), name="password_forgotten"),
    path("login/reset/<str:key>/<str:token>/", recovery.Reset.as_view(), name="password_reset"),
    path("login/second-factor/", SecondFactorPage.as_view(), name="second_factor"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("invite/<str:token>/", AcceptInvitation.as_view(), name="accept_invitation"),
    path("account/", Account.as_view(), name="account"),
    path("account/change/", ChangeProfile.as_view(), name="account_change"),
    path("account/password/", ChangePassword.as_view(), name="password_change"),
    path("account/sessions/<int:pk>/end/", EndSession.as_view(), name="session_end"),
    path("account/sessions/end-others/", EndOtherSessions.as_view(), name="session_end_others"),
    path("account/tokens/", tokens.TokenList.as_view(), name="api_token_list"),
    path("account/tokens/new/", tokens.NewToken.as_view(), name="api_token_new"),
    path("account/tokens/<int:pk>/revoke/", tokens.RevokeToken.as_view(), name="api_token_revoke"),
    path("account/second-factor/", SecondFactorSetup.as_view(), name="second_factor_setup"),
]
