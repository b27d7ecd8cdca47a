"""Files, documents, verification and health."""

from tests.permissions import Row, everybody

ROWS = [
    Row("attachment", args=lambda cast: [0], get=everybody(404)),
    Row("attachment_size", args=lambda cast: [0, "thumb"], get=everybody(404)),
    Row("document", args=lambda cast: [0], get=everybody(404)),
    Row("verify", args=lambda cast: ["x" * 22], get=everybody(404)),
    Row("livez", get=everybody()),
    Row("readyz", get=everybody()),
    Row("metrics", get=everybody()),
]
