"""Product models come in by the importer: the shipped sample, and the whole real file where it lies beside the project."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core.models.transfer import ImportBatch
from portal.core.transfer.applying import apply_batch
from portal.core.transfer.staging import stage_batch, upload_batch
from stations import imports
from stations.models import Brand, ProductFamily, ProductModel
from tests.factories.stations import make_user

pytestmark = pytest.mark.django_db
SAMPLE = Path(settings.BASE_DIR) / "stations/data/smart_home_products_sample.csv"
WHOLE = Path(settings.BASE_DIR).parent.parent / "shared/data/products/smart_home_products.csv"


def staged(content: bytes) -> ImportBatch:
    upload = SimpleUploadedFile("products.csv", content)
    return stage_batch(upload_batch(imports.PRODUCTS, upload, actor=make_user()))


def test_the_shipped_sample_loads_with_brands_and_families() -> None:
    batch = staged(SAMPLE.read_bytes())
    assert (batch.new_count, batch.error_count) == (309, 0)

    apply_batch(batch, actor=make_user())

    assert ProductModel.objects.count() == 309
    assert Brand.objects.filter(code="ACMELEC").exists()
    assert ProductFamily.objects.filter(code="LAMP", name="智能照明").exists()


@pytest.mark.skipif(not WHOLE.exists(), reason="the whole product file is not here")
def test_the_whole_file_loads_once_and_again_without_change() -> None:
    apply_batch(staged(WHOLE.read_bytes()), actor=make_user())
    before = set(ProductModel.objects.values_list("code", "family_id", "brand_id"))

    apply_batch(staged(WHOLE.read_bytes()), actor=make_user())

    assert len(before) == 3_706
    assert set(ProductModel.objects.values_list("code", "family_id", "brand_id")) == before


def test_a_named_family_wins_and_a_known_model_keeps_its_own() -> None:
    ProductFamily.objects.create(code="GATE", name="网关")
    apply_batch(staged("型号,品牌,产品名称,产品线\nG1,驿家,智能网关,GATE\n".encode("gb18030")), actor=make_user())

    apply_batch(staged("model,vendor,description\nG1,驿家,Smart lock gateway\n".encode()), actor=make_user())

    model = ProductModel.objects.get(code="G1")
    assert (model.family.code, model.name, model.name_en) == ("GATE", "智能网关", "Smart lock gateway")


@pytest.mark.parametrize(("text", "code"), [
    ("Smart lock", "LOCK"), ("Radiator valve", "TRVV"), ("E27 LED bulb", "LAMP"), ("2 gang wall switch", "SWCH"),
    ("Temperature sensor", "SENS"), ("Something else", "OTHR"), ("Smart plug with power meter", "PLUG"),
])  # fmt: skip
def test_family_code_reads_the_description(text: str, code: str) -> None:
    assert imports.family_code(text) == code
