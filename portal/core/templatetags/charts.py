"""{% load charts %}{% bar_chart _("Claims by month") points unit=_("pieces") %}: the charts of portal.core.charts as tags."""

from django import template

from portal.core import charts

register = template.Library()
for _draw in (
    charts.bar_chart,
    charts.line_chart,
    charts.stacked_chart,
    charts.heat_map,
    charts.pareto_chart,
    charts.waterfall_chart,
    charts.radar_chart,
    charts.fishbone,
):
    register.simple_tag(_draw)
