"""Step 3: a customer calls; the station is offered the job; a technician finishes it on a phone."""

from service.models import ServiceRequest, WorkOrder
from tests.browser.main_job.story import Story


def run(story: Story) -> None:
    """A finished job with a part from the station's stock, hours, travel and photos."""
    story.at("2026-10-13 09:02")
    _call(story)
    story.at("2026-10-13 09:08")
    _accept(story)
    story.at("2026-10-13 14:00")
    _visit(story)
    _finish(story)


def _call(story: Story) -> None:
    agent = story.desk("agent")
    agent.open("/").open("/service/requests/").open("/service/intake/")
    agent.open(f"/service/intake/?serial={story.things['unit'].serial_number}")
    agent.fill(fault_text=story.name("网关离线，指示灯红色常亮", "The gateway is offline, its light stays red"))
    agent.page.wait_for_selector("#id_fault_code optgroup", state="attached")
    agent.fill(fault_code=str(story.things["fault"].pk))
    agent.send("main form[method=post].card .btn-primary")
    request = ServiceRequest.objects.get()
    assert request.station_id == story.things["station"].pk
    story.things["request"], story.things["job"] = request, WorkOrder.objects.get()


def _accept(story: Story) -> None:
    clerk = story.portal("clerk")
    clerk.open("/").open("/service/jobs/").open(story.things["job"].get_absolute_url())
    clerk.next().fill(technician=str(story.things["station"].technicians.get().pk)).send()
    clerk.next().fill(visit_at="2026-10-13T14:00").send()


def _visit(story: Story) -> None:
    phone = story.desk("technician")
    phone.open("/service/today/")
    phone.press(".job .btn-primary").send()
    here = story.things["job"].get_absolute_url()
    phone.open(here).press(f"a[href='{here}parts/']").fill(part=str(story.things["part"].pk), qty="1").send()
    phone.press(f"a[href='{here}hours/']").fill(operation=str(story.things["operation"].pk), hours="1.4").send()
    for kind in ("fault_photo", "plate_photo"):
        phone.press(f"a[href='{here}photos/']")
        phone.page.locator(f"input[name=kind][value={kind}]").check()
        phone.page.set_input_files("[name=photos]", story.photo(kind, plate=kind == "plate_photo"))
        phone.send()
    phone.shot("3-job")


def _finish(story: Story) -> None:
    phone = story.desk("technician")
    story.at("2026-10-13 15:10")
    phone.open(f"{story.things['job'].get_absolute_url()}complete/").fill(
        complaint=story.name("客户反映网关离线，指示灯红色常亮", "Customer: gateway offline, red light"),
        cause=story.name("电源模块内部电容击穿导致无输出", "A capacitor in the power module is burnt"),
        correction=story.name("更换电源模块并通电测试一小时正常", "Module replaced, tested for one hour"),
        distance_km="26", customer_signed_as=story.things["customer"].name,
    ).send()  # fmt: skip
    job = story.things["job"]
    job.refresh_from_db()
    assert job.status == "completed"
    story.portal("clerk").open(job.get_absolute_url())
    story.desk("agent").open(story.things["request"].get_absolute_url())
