"""Addresses of documents, ideas and incentives in the API."""

from django.urls import URLPattern, URLResolver, path

from stations.api import library, writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("documents/", writing.WrittenBulletins.as_view(), name="api_bulletins"),
    path("documents/<int:pk>/", library.OneBulletin.as_view(), name="api_bulletin"),
    path("documents/<int:pk>/read/", library.ReadBulletin.as_view(), name="api_bulletin_read"),
    path("documents/<int:pk>/edit/", writing.EditBulletin.as_view(), name="api_bulletin_edit"),
    path("documents/<int:pk>/revise/", writing.ReviseBulletin.as_view(), name="api_bulletin_revise"),
    path("documents/<int:pk>/readers/", writing.Readers.as_view(), name="api_bulletin_readers"),
    path("documents/<int:pk>/publish/", library.PublishBulletin.as_view(), name="api_bulletin_publish"),
    path("documents/<int:pk>/withdraw/", library.WithdrawBulletin.as_view(), name="api_bulletin_withdraw"),
    path("ideas/", library.Ideas.as_view(), name="api_ideas"),
    path("ideas/<str:number>/", library.OneIdea.as_view(), name="api_idea"),
    path("ideas/<str:number>/begin/", library.BeginJudgment.as_view(), name="api_idea_begin"),
    path("ideas/<str:number>/judge/", library.JudgeIdea.as_view(), name="api_idea_judge"),
    path("ideas/<str:number>/reward/", library.RewardIdea.as_view(), name="api_idea_reward"),
    path("ideas/<str:number>/publish/", writing.PublishIdea.as_view(), name="api_idea_publish"),
    path("published-ideas/", writing.PublishedIdeas.as_view(), name="api_published_ideas"),
    path("idea-points/", writing.PointEntries.as_view(), name="api_points"),
    path("idea-rewards/<int:pk>/grant/", writing.GrantReward.as_view(), name="api_reward_grant"),
    path("idea-rewards/<int:pk>/refuse/", writing.RefuseReward.as_view(), name="api_reward_refuse"),
    path("incentives/", library.Incentives.as_view(), name="api_incentives"),
]
