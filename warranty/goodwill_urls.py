"""Addresses of goodwill, its budgets, and the page of all limits and rates."""

from django.urls import URLPattern, URLResolver, path

from warranty.views import goodwill, in_force

urlpatterns: list[URLPattern | URLResolver] = [
    path("in-force/", in_force.LimitsInForce.as_view(), name="limits_in_force"),
    path("goodwill/", goodwill.GoodwillList.as_view(), name="goodwill_list"),
    path("goodwill/new/", goodwill.GoodwillNew.as_view(), name="goodwill_new"),
    path("goodwill/<int:pk>/", goodwill.GoodwillDetail.as_view(), name="goodwill_detail"),
    path("goodwill/<int:pk>/authorize/", goodwill.GoodwillAuthorize.as_view(), name="goodwill_authorize"),
    path("goodwill/<int:pk>/refuse/", goodwill.GoodwillRefuse.as_view(), name="goodwill_refuse"),
    path("goodwill/<int:pk>/withdraw/", goodwill.GoodwillWithdraw.as_view(), name="goodwill_withdraw"),
    path("goodwill/<int:pk>/cancel/", goodwill.GoodwillCancel.as_view(), name="goodwill_cancel"),
    path("goodwill/budgets/", goodwill.BudgetList.as_view(), name="goodwill_budget_list"),
    path("goodwill/budgets/new/", goodwill.BudgetNew.as_view(), name="goodwill_budget_new"),
    path("goodwill/budgets/<int:pk>/", goodwill.BudgetDetail.as_view(), name="goodwill_budget_detail"),
    path("goodwill/budgets/<int:pk>/release/", goodwill.BudgetRelease.as_view(), name="goodwill_budget_release"),
]
