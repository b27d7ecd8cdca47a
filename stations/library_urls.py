"""Addresses of documents and ideas, included under the stations'."""

from django.urls import URLPattern, URLResolver, path

from stations.views import bulletins, ideas, readers

urlpatterns: list[URLPattern | URLResolver] = [
    path("documents/", bulletins.BulletinList.as_view(), name="bulletin_list"),
    path("documents/new/", bulletins.WriteBulletin.as_view(), name="bulletin_write"),
    path("documents/reading/", readers.BulletinShares.as_view(), name="bulletin_shares"),
    path("documents/<int:pk>/", bulletins.BulletinDetail.as_view(), name="bulletin_detail"),
    path("documents/<int:pk>/edit/", bulletins.EditBulletin.as_view(), name="bulletin_edit"),
    path("documents/<int:pk>/publish/", bulletins.PublishBulletin.as_view(), name="bulletin_publish"),
    path("documents/<int:pk>/revise/", bulletins.ReviseBulletin.as_view(), name="bulletin_revise"),
    path("documents/<int:pk>/withdraw/", bulletins.WithdrawBulletin.as_view(), name="bulletin_withdraw"),
    path("documents/<int:pk>/read/", bulletins.ReadBulletin.as_view(), name="bulletin_read"),
    path("documents/<int:pk>/readers/", readers.BulletinReaders.as_view(), name="bulletin_readers"),
    path("ideas/", ideas.IdeaList.as_view(), name="idea_list"),
    path("ideas/new/", ideas.FileIdea.as_view(), name="idea_file"),
    path("ideas/published/", ideas.IdeaBoard.as_view(), name="idea_board"),
    path("ideas/points/", ideas.PointList.as_view(), name="point_list"),
    path("ideas/<int:pk>/", ideas.IdeaDetail.as_view(), name="idea_detail"),
    path("ideas/<int:pk>/begin/", ideas.BeginJudgment.as_view(), name="idea_begin"),
    path("ideas/<int:pk>/accept/", ideas.AcceptIdea.as_view(), name="idea_accept"),
    path("ideas/<int:pk>/decline/", ideas.DeclineIdea.as_view(), name="idea_decline"),
    path("ideas/<int:pk>/reward/", ideas.RewardIdea.as_view(), name="idea_reward"),
    path("ideas/<int:pk>/publish/", ideas.PublishIdea.as_view(), name="idea_publish"),
    path("ideas/rewards/<int:pk>/grant/", ideas.GrantReward.as_view(), name="reward_grant"),
    path("ideas/rewards/<int:pk>/refuse/", ideas.RefuseReward.as_view(), name="reward_refuse"),
]
