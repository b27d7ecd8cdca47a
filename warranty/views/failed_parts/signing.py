"""What the hand-overs of old parts share: a form with pads to draw on."""

from portal.core.pages import OperationView


class SignedOperation(OperationView):
    """An act that somebody signs for; its form says which pads there are, and what is given to the operation."""

    template_name = "warranty/failed_parts/signed_form.html"
